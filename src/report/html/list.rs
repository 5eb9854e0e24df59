//! The incidents themselves, part by part.

use maud::{Markup, html as markup};

use super::{Page, Sheet};
use crate::i18n::report::Saying;
use crate::report::row::{Measure, Row};
use crate::report::span;

/// How many stand on a page that has others beside it.
const A_PAGE: usize = 100;
/// How many stand in a file, which has none.
const A_FILE: usize = 500;

impl Sheet<'_> {
    /// The list, with ways to its other parts.
    pub(super) fn list(&self) -> Markup {
        let rows = &self.report.rows;
        let (size, page) = match self.page {
            Page::File => (A_FILE, 1),
            Page::Served { page, .. } => (A_PAGE, *page),
        };
        let last = rows.len().div_ceil(size).max(1);
        let page = page.clamp(1, last);
        let from = (page - 1) * size;
        let part = rows.iter().skip(from).take(size);
        let to = (from + size).min(rows.len());
        let heading = self.say(Saying::List);
        let with = [
            ("all", &*rows.len().to_string()),
            ("from", &*(from + 1).to_string()),
            ("to", &*to.to_string()),
        ];
        markup! {
            section id="incidents" {
                h2 { (heading) }
                @if !rows.is_empty() {
                    p.muted {
                        (self.fill(Saying::ListPart, &with))
                        @if let Some(link) = self.on_github(&self.report.filter) {
                            " · " a href=(link) { (self.say(Saying::SearchGitHub)) }
                        }
                    }
                    div.wide tabindex="0" role="region" aria-label=(heading) {
                        table.list {
                            thead { tr {
                                @for saying in [Saying::Channel, Saying::Summary, Saying::Opened, Saying::Service,
                                                Saying::Level, Saying::Kind, Saying::State] {
                                    th scope="col" { (self.say(saying)) }
                                }
                                th.num scope="col" { (self.say(Saying::Respond)) }
                                th.num scope="col" { (self.say(Saying::Recover)) }
                                th.num scope="col" { (self.say(Saying::Resolve)) }
                                th.num scope="col" { (self.say(Saying::People)) }
                            } }
                            tbody { @for row in part { (self.incident(row)) } }
                        }
                    }
                    @if last > 1 && matches!(self.page, Page::Served { .. }) { (self.pager(page, last)) }
                }
            }
        }
    }

    fn incident(&self, row: &Row) -> Markup {
        let took = |measure| row.took(measure).map(|it| span::words(it, self.lang()));
        markup! {
            tr {
                th scope="row" {
                    @if row.url.starts_with("https://") || row.url.starts_with("http://") {
                        a href=(row.url) { "#" (row.channel) }
                    } @else { "#" (row.channel) }
                }
                td.title { (row.title) }
                td.time { time datetime=(row.opened) {
                    @for part in span::minute(row.opened, &self.report.zone).split(' ') { span { (part) } " " }
                } }
                td { (self.look.service(&row.service)) }
                td { (self.look.level(row.level)) }
                td { (self.look.kind(row.kind.as_ref())) }
                td {
                    span class=(format!("state {}", row.state.word())) { (row.state.say(self.lang())) }
                    @if row.left > 0 {
                        small.known { (self.fill(Saying::LeftNumber, &[("count", &row.left.to_string())])) }
                    }
                }
                @for measure in [Measure::Respond, Measure::Recover, Measure::Resolve] {
                    td.num { @match took(measure) { Some(words) => { (words) } None => { (self.none()) } } }
                }
                td.num { (row.people) }
            }
        }
    }

    fn pager(&self, page: usize, last: usize) -> Markup {
        let to = |page| self.address(&self.report.filter, page, self.lang(), "#incidents");
        markup! {
            nav.pager aria-label=(self.say(Saying::Pages)) {
                @if page > 1 { a rel="prev" href=(to(page - 1)) { "← " (self.say(Saying::Newer)) } }
                span.muted { (page) " / " (last) }
                @if page < last { a rel="next" href=(to(page + 1)) { (self.say(Saying::Older)) " →" } }
            }
        }
    }
}
