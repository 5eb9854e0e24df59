//! The report as one HTML document with nothing beside it: no script, no font, no picture from
//! elsewhere. The same is served by the app and put on GitHub Pages.

mod charts;
mod figures;
mod form;
mod list;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use sha2::{Digest, Sha256};

use super::filter::{Filter, Unfit};
use super::look::Look;
use super::span;
use super::tally::Report;
use crate::i18n::Lang;
use crate::i18n::report::{Saying, fill};

/// The page's only style.
pub const STYLE: &str = include_str!("style.css");

/// Where the page stands, and so where its links lead.
#[derive(Debug, Clone, Copy)]
pub enum Page<'a> {
    /// A file: filters cannot be changed, and figures lead to GitHub's own search.
    File,
    /// An address of the app, with filters in it; figures lead to the list on the page.
    Served {
        /// Its path.
        address: &'a str,
        /// Which part of the list, from 1.
        page: usize,
        /// What in the address could not be read.
        wrong: &'a [Unfit],
    },
}

/// What a browser is told to load with the page: its own style and nothing else.
pub fn policy() -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'self'; \
         base-uri 'none'"
    )
}

/// A page being made.
struct Sheet<'a> {
    report: &'a Report<'a>,
    look: &'a Look<'a>,
    page: &'a Page<'a>,
}

/// The whole document.
pub fn html(report: &Report<'_>, look: &Look<'_>, page: &Page<'_>) -> String {
    let sheet = Sheet { report, look, page };
    sheet.document().into_string()
}

impl Sheet<'_> {
    fn lang(&self) -> Lang {
        self.look.lang
    }

    fn say(&self, saying: Saying) -> &'static str {
        self.look.say(saying)
    }

    fn fill(&self, saying: Saying, with: &[(&str, &str)]) -> String {
        fill(saying, self.look.lang, with)
    }

    /// Where the incidents of a filter can be looked at. `None` in a file that shows none.
    fn link(&self, filter: &Filter) -> Option<String> {
        match self.page {
            Page::Served { .. } => Some(self.address(filter, 1, self.lang(), "#incidents")),
            Page::File => self.on_github(filter),
        }
    }

    /// GitHub's own list of the same.
    fn on_github(&self, filter: &Filter) -> Option<String> {
        let page = self.look.repo_page(self.report)?;
        let words = self.look.search(filter, self.report);
        let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        Some(format!("{page}/issues?q={query}"))
    }

    /// An address of the page in the app.
    fn address(&self, filter: &Filter, page: usize, lang: Lang, place: &str) -> String {
        let path = match self.page {
            Page::Served { address, .. } => address,
            Page::File => "",
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("lang", &lang.to_string());
        for (name, value) in filter.fields() {
            query.append_pair(name, &value);
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        format!("{path}?{}{place}", query.finish())
    }

    fn document(&self) -> Markup {
        let title = format!("{} · {}", self.say(Saying::Title), self.look.repo);
        let wrong = match self.page {
            Page::Served { wrong, .. } => *wrong,
            Page::File => &[],
        };
        markup! {
            (DOCTYPE)
            html lang=(self.lang()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="same-origin";
                    meta http-equiv="content-security-policy" content=(policy());
                    link rel="icon" href="data:,";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#incidents" { (self.say(Saying::SkipToList)) }
                    (self.top())
                    main {
                        @for unfit in wrong {
                            p.wrong role="alert" {
                                (self.fill(Saying::Unfit, &[("field", unfit.name), ("value", &unfit.value)]))
                            }
                        }
                        (self.form())
                        (self.apart())
                        @if self.report.rows.is_empty() {
                            (self.empty())
                        } @else {
                            (self.tiles())
                            (self.charts())
                            (self.tables())
                        }
                        (self.list())
                        (self.definitions())
                    }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let look = self.look;
        let zone = self.report.zone.iana_name().unwrap_or("UTC");
        let made = span::minute(look.made, &self.report.zone);
        let repo = look.repo.to_string();
        let other = match look.lang {
            Lang::Ja => Lang::En,
            Lang::En => Lang::Ja,
        };
        markup! {
            header {
                div {
                    h1 { (self.say(Saying::Title)) }
                    p.lead { (self.fill(Saying::Lead, &[("repo", &repo)])) }
                    p.muted { (self.fill(Saying::Made, &[("time", &made), ("zone", zone)])) }
                }
                @if let Page::Served { .. } = self.page {
                    nav {
                        a href=(self.address(&self.report.filter, 1, other, "")) lang=(other) hreflang=(other) {
                            (self.say(Saying::OtherLanguage))
                        }
                        @for kind in ["csv", "json"] {
                            @let address = self.address(&self.report.filter, 1, look.lang, "");
                            a href=(address.replacen('?', &format!(".{kind}?"), 1)) download { (kind.to_uppercase()) }
                        }
                    }
                }
            }
        }
    }

    fn apart(&self) -> Markup {
        let saying = match self.report.filter.drills {
            true => Saying::ApartFromDrills,
            false => Saying::Apart,
        };
        let others = Filter {
            drills: !self.report.filter.drills,
            ..self.report.filter.clone()
        };
        markup! {
            @if self.report.apart > 0 {
                p.note {
                    (self.fill(saying, &[("count", &self.report.apart.to_string())])) " "
                    @if let (Page::Served { .. }, Some(link)) = (self.page, self.link(&others)) {
                        a href=(link.trim_end_matches("#incidents")) {
                            (self.say(if others.drills { Saying::Drills } else { Saying::Incidents }))
                        }
                    }
                }
            }
        }
    }

    fn empty(&self) -> Markup {
        let filtered = self.report.filter != Filter::default();
        markup! {
            section.empty {
                @if filtered {
                    p { (self.say(Saying::EmptyFiltered)) }
                } @else {
                    p { (self.say(Saying::Empty)) }
                    p.muted { (self.say(Saying::EmptyMeans)) }
                }
            }
        }
    }
}
