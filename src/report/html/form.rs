//! The filters: a plain form whose fields are the address.

use maud::{Markup, html as markup};

use super::{Page, Sheet};
use crate::i18n::report::Saying;
use crate::report::filter::{Filter, One};

impl Sheet<'_> {
    /// The filters, where they can be changed; what they are, where they cannot.
    pub(super) fn form(&self) -> Markup {
        let filter = &self.report.filter;
        let Page::Served { address, .. } = self.page else {
            let words = self.look.filter(filter).join(", ");
            return markup! {
                @if !words.is_empty() { p.note { (self.fill(Saying::Filtered, &[("filter", &words)])) } }
            };
        };
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
        markup! {
            form.filters method="get" action=(address) aria-label=(self.say(Saying::Filters)) {
                input type="hidden" name="lang" value=(self.lang());
                (self.choice("service", Saying::Service, self.services()))
                (self.choice("level", Saying::Level, self.levels()))
                (self.choice("type", Saying::Kind, self.types()))
                label { span { (self.say(Saying::From)) }
                    input type="date" name="from" value=[day(filter.from)]; }
                label { span { (self.say(Saying::To)) }
                    input type="date" name="to" value=[day(filter.to)]; }
                label.tick {
                    input type="checkbox" name="drills" value="1" checked[filter.drills];
                    span { (self.say(Saying::DrillsOnly)) }
                }
                button { (self.say(Saying::Show)) }
                @if *filter != Filter::default() {
                    a href=(self.address(&Filter::default(), 1, self.lang(), "")) { (self.say(Saying::Reset)) }
                }
            }
        }
    }

    fn choice(&self, name: &str, saying: Saying, options: Vec<(String, String, bool)>) -> Markup {
        markup! {
            label {
                span { (self.say(saying)) }
                select name=(name) {
                    option value="" { (self.say(Saying::All)) }
                    @for (value, words, chosen) in options {
                        option value=(value) selected[chosen] { (words) }
                    }
                }
            }
        }
    }

    fn services(&self) -> Vec<(String, String, bool)> {
        let filter = &self.report.filter.service;
        let mut all = self.report.choices.services.clone();
        all.extend(filter.clone());
        let option = |id| {
            (
                format!("{id}"),
                self.look.service(&id),
                Some(&id) == filter.as_ref(),
            )
        };
        all.into_iter().map(option).collect()
    }

    fn levels(&self) -> Vec<(String, String, bool)> {
        let filter = &self.report.filter.level;
        let mut all: Vec<One<u8>> = vec![One::None];
        all.extend(
            self.report
                .choices
                .levels
                .iter()
                .map(|level| One::Is(*level)),
        );
        all.extend(filter.clone());
        all.sort();
        all.dedup();
        let option = |level: One<u8>| {
            let chosen = filter.as_ref() == Some(&level);
            match level {
                One::None => ("none".to_owned(), self.look.level(None), chosen),
                One::Is(level) => (level.to_string(), self.look.level(Some(level)), chosen),
            }
        };
        all.into_iter().rev().map(option).collect()
    }

    fn types(&self) -> Vec<(String, String, bool)> {
        let filter = &self.report.filter.kind;
        let mut all: Vec<One<_>> = self
            .report
            .choices
            .types
            .iter()
            .cloned()
            .map(One::Is)
            .collect();
        all.push(One::None);
        if let Some(chosen) = filter.as_ref().filter(|chosen| !all.contains(chosen)) {
            all.push(chosen.clone());
        }
        let option = |kind: One<_>| {
            let chosen = filter.as_ref() == Some(&kind);
            match kind {
                One::None => ("none".to_owned(), self.look.kind(None), chosen),
                One::Is(kind) => (kind.to_string(), self.look.kind(Some(&kind)), chosen),
            }
        };
        all.into_iter().map(option).collect()
    }
}
