//! The figures: what counts most on top, tables by what incidents are of, and what it all means.

use maud::{Markup, html as markup};

use super::Sheet;
use crate::i18n::report::Saying;
use crate::report::figures::Figures;
use crate::report::row::Measure;
use crate::report::span;
use crate::report::tally::{Group, Key};

/// What a measure is called.
pub(super) fn name(measure: Measure) -> Saying {
    match measure {
        Measure::Detect => Saying::Detect,
        Measure::Respond => Saying::Respond,
        Measure::Recover => Saying::Recover,
        Measure::Resolve => Saying::Resolve,
    }
}

impl Sheet<'_> {
    /// How many, and how long: one tile each.
    pub(super) fn tiles(&self) -> Markup {
        let all = &self.report.all;
        let link = self.link(&self.report.filter);
        markup! {
            section.tiles aria-label=(self.say(Saying::Incidents)) {
                div.tile {
                    h2 { (self.say(Saying::Count)) }
                    p.big { (self.linked(link.as_deref(), &all.count.to_string())) }
                    p.muted { (self.fill(Saying::OpenCount, &[("count", &all.open.to_string())])) }
                    @if let Some(people) = all.people.median {
                        p.muted { (self.say(Saying::People)) ": " (self.say(Saying::Median)) " " (people) }
                    }
                }
                @for measure in Measure::ALL {
                    (self.tile(measure, all.time(measure), link.as_deref()))
                }
            }
        }
    }

    fn tile(&self, measure: Measure, figures: &Figures, link: Option<&str>) -> Markup {
        let words = |seconds| span::words(seconds, self.lang());
        let (known, all) = (figures.known, figures.known + figures.unknown);
        markup! {
            div.tile {
                h2 { (self.say(name(measure))) }
                @if let (Some(median), Some(p90), Some(mean)) = (figures.median, figures.p90, figures.mean) {
                    p.big { (self.linked(link, &words(median))) " " small.muted { (self.say(Saying::Median)) } }
                    p.muted {
                        abbr title=(self.say(Saying::P90)) { (self.say(Saying::P90Short)) } " " (words(p90))
                    }
                    p.muted { (self.say(Saying::Mean)) " " (words(mean)) }
                    p.muted { (self.fill(Saying::KnownOf, &[("known", &known.to_string()), ("all", &all.to_string())])) }
                } @else {
                    p.big.none { "–" }
                    p.muted { (self.say(Saying::NothingKnown)) }
                }
            }
        }
    }

    fn linked(&self, link: Option<&str>, words: &str) -> Markup {
        markup! {
            @match link {
                Some(link) => { a href=(link) { (words) } }
                None => { (words) }
            }
        }
    }

    /// One table for each thing that incidents can be of.
    pub(super) fn tables(&self) -> Markup {
        let report = self.report;
        let mut months: Vec<&Group> = report.months.iter().collect();
        months.reverse();
        let each = |groups: &'_ [Group]| -> Vec<Group> { groups.to_vec() };
        let months: Vec<Group> = months.into_iter().cloned().collect();
        markup! {
            (self.table("by-service", Saying::ByService, Saying::Service, &each(&report.services)))
            (self.table("by-level", Saying::ByLevel, Saying::Level, &each(&report.levels)))
            (self.table("by-type", Saying::ByType, Saying::Kind, &each(&report.types)))
            (self.table("by-month", Saying::ByMonth, Saying::Month, &months))
        }
    }

    fn table(&self, id: &str, heading: Saying, first: Saying, groups: &[Group]) -> Markup {
        let heading = self.say(heading);
        markup! {
            section id=(id) {
                h2 { (heading) }
                div.wide tabindex="0" role="region" aria-label=(heading) {
                    table {
                        thead { tr {
                            th scope="col" { (self.say(first)) }
                            th.num scope="col" { (self.say(Saying::Count)) }
                            th.num scope="col" { (self.say(Saying::OpenShort)) }
                            @for measure in Measure::ALL {
                                th.num scope="col" {
                                    (self.say(name(measure)))
                                    small { (self.say(Saying::Median)) " / " (self.say(Saying::P90Short)) }
                                }
                            }
                            th.num scope="col" { (self.say(Saying::People)) small { (self.say(Saying::Median)) } }
                        } }
                        tbody { @for group in groups { (self.line(group)) } }
                    }
                }
            }
        }
    }

    fn line(&self, group: &Group) -> Markup {
        let link = self.link(&group.key.within(&self.report.filter));
        let link = link.as_deref().filter(|_| group.count > 0);
        let name = self.look.group(&group.key);
        let odd = matches!(group.key, Key::Month(_)) && group.count == 0;
        markup! {
            tr.none[odd] {
                th scope="row" { (name) }
                td.num { (self.linked(link, &group.count.to_string())) }
                td.num { (group.open) }
                @for measure in Measure::ALL { (self.cell(group.time(measure), link)) }
                td.num {
                    @match group.people.median { Some(people) => { (people) } None => { (self.none()) } }
                }
            }
        }
    }

    fn cell(&self, figures: &Figures, link: Option<&str>) -> Markup {
        let words = |seconds| span::words(seconds, self.lang());
        let (known, all) = (figures.known, figures.known + figures.unknown);
        markup! {
            td.num {
                @if let (Some(median), Some(p90)) = (figures.median, figures.p90) {
                    (self.linked(link, &words(median))) small { "/ " (words(p90)) }
                    @if figures.unknown > 0 {
                        small.known { (self.fill(Saying::KnownOf, &[("known", &known.to_string()), ("all", &all.to_string())])) }
                    }
                } @else { (self.none()) }
            }
        }
    }

    /// A figure that there is none of.
    pub(super) fn none(&self) -> Markup {
        markup! { span.muted aria-hidden="true" { "–" } span.unseen { (self.say(Saying::NothingKnown)) } }
    }

    /// What each figure is, in words.
    pub(super) fn definitions(&self) -> Markup {
        let all = [
            (Saying::Start, Saying::StartMeans),
            (Saying::Detect, Saying::DetectMeans),
            (Saying::Respond, Saying::RespondMeans),
            (Saying::Recover, Saying::RecoverMeans),
            (Saying::Resolve, Saying::ResolveMeans),
            (Saying::Median, Saying::MedianMeans),
            (Saying::P90, Saying::P90Means),
            (Saying::Unknown, Saying::UnknownMeans),
            (Saying::People, Saying::PeopleMeans),
            (Saying::Left, Saying::LeftMeans),
        ];
        markup! {
            section.definitions id="definitions" {
                h2 { (self.say(Saying::Definitions)) }
                dl { @for (name, meaning) in all { div { dt { (self.say(name)) } dd { (self.say(meaning)) } } } }
                p.muted { (self.say(Saying::FourKeys)) }
            }
        }
    }
}
