//! How a report is shown: in which language, with whose words, of which repository.

use jiff::Timestamp;

use super::filter::{Filter, One};
use super::tally::{Key, Report};
use crate::i18n::Lang;
use crate::i18n::report::Saying;
use crate::id::{RepoName, ServiceId, TypeId};
use crate::playbook::{Label, Playbook};

/// How a report is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The language.
    pub lang: Lang,
    /// What services, levels and types are called.
    pub playbook: &'a Playbook,
    /// The postmortem repository.
    pub repo: &'a RepoName,
    /// When the incidents were asked for.
    pub made: Timestamp,
}

impl Look<'_> {
    /// A sentence.
    pub(super) fn say(&self, saying: Saying) -> &'static str {
        saying.say(self.lang)
    }

    /// What a service is called: by the playbook, or by its id where the playbook knows it no more.
    pub(super) fn service(&self, id: &ServiceId) -> String {
        let known = self.playbook.service(id);
        known.map_or_else(|| id.to_string(), |it| it.name.say(self.lang).to_owned())
    }

    /// What a level is called.
    pub(super) fn level(&self, level: Option<u8>) -> String {
        let Some(number) = level else {
            return self.say(Saying::Undecided).to_owned();
        };
        let known = self.playbook.level(number);
        known.map_or_else(
            || number.to_string(),
            |level| level.name.say(self.lang).to_owned(),
        )
    }

    /// What a type is called.
    pub(super) fn kind(&self, kind: Option<&TypeId>) -> String {
        let Some(id) = kind else {
            return self.say(Saying::Undecided).to_owned();
        };
        let known = self.playbook.incident_type(id);
        known.map_or_else(|| id.to_string(), |it| it.name.say(self.lang).to_owned())
    }

    /// What a group is called.
    pub(super) fn group(&self, key: &Key) -> String {
        match key {
            Key::All => self.say(Saying::Incidents).to_owned(),
            Key::Service(service) => self.service(service),
            Key::Level(One::None) => self.level(None),
            Key::Level(One::Is(level)) => self.level(Some(*level)),
            Key::Kind(One::None) => self.kind(None),
            Key::Kind(One::Is(kind)) => self.kind(Some(kind)),
            Key::Month(month) => month.to_string(),
        }
    }

    /// Which incidents a filter picks, in words: nothing for all.
    pub(super) fn filter(&self, filter: &Filter) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(service) = &filter.service {
            words.push(self.service(service));
        }
        match &filter.level {
            Some(One::Is(level)) => words.push(self.level(Some(*level))),
            Some(One::None) => words.push(self.say(Saying::NoLevel).to_owned()),
            None => {}
        }
        match &filter.kind {
            Some(One::Is(kind)) => words.push(self.kind(Some(kind))),
            Some(One::None) => words.push(self.say(Saying::NoType).to_owned()),
            None => {}
        }
        match (filter.from, filter.to) {
            (None, None) => {}
            (from, to) => {
                let day = |day: Option<jiff::civil::Date>| {
                    day.map_or_else(String::new, |day| day.to_string())
                };
                words.push(format!("{} – {}", day(from), day(to)).trim().to_owned());
            }
        }
        if filter.drills {
            words.push(self.say(Saying::DrillsOnly).to_owned());
        }
        words
    }

    /// The page of the repository, as far as any incident shows where that is.
    pub(super) fn repo_page<'r>(&self, report: &Report<'r>) -> Option<&'r str> {
        let (page, _) = report.rows.first()?.url.rsplit_once("/issues/")?;
        // An address of another kind would do something else than lead somewhere.
        (page.starts_with("https://") || page.starts_with("http://")).then_some(page)
    }

    /// The words for GitHub's search that find the issues of the incidents which a filter picks. It
    /// goes by labels and by when an issue was opened, so what people have labelled otherwise since
    /// is found as it is now.
    pub(super) fn search(&self, filter: &Filter, report: &Report<'_>) -> String {
        let mut words = vec!["is:issue".to_owned()];
        let labels = &self.playbook.labels;
        if let Some(id) = &filter.service {
            words.push(match self.playbook.service(id) {
                Some(service) => with(&service.label),
                None => format!("label:{}", quoted(id.as_str())),
            });
        }
        match &filter.level {
            Some(One::Is(number)) => {
                let level = self.playbook.level(*number);
                words.extend(level.map(|level| with(&level.label)));
            }
            Some(One::None) => {
                let levels = self.playbook.levels.iter();
                words.extend(levels.flat_map(|level| without(&level.label)));
            }
            None => {}
        }
        match &filter.kind {
            Some(One::Is(id)) => {
                let kind = self.playbook.incident_type(id);
                words.extend(kind.map(|kind| with(&kind.label)));
            }
            Some(One::None) => {
                let types = self.playbook.types.iter();
                words.extend(types.flat_map(|kind| without(&kind.label)));
            }
            None => {}
        }
        match filter.drills {
            true => words.push(with(&labels.drill)),
            false => words.extend(without(&labels.drill)),
        }
        words.extend(without(&labels.action));
        words.extend(without(&labels.postmortem));
        let edge = |day: jiff::civil::Date, next: bool| {
            let day = if next { day.tomorrow().ok()? } else { day };
            let start = day.to_zoned(report.zone.clone()).ok()?;
            Some(start.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
        };
        if let Some(from) = filter.from.and_then(|day| edge(day, false)) {
            words.push(format!("created:>={from}"));
        }
        if let Some(to) = filter.to.and_then(|day| edge(day, true)) {
            words.push(format!("created:<{to}"));
        }
        words.join(" ")
    }
}

/// Either name of a label: GitHub takes a comma for "or".
fn with(label: &Label) -> String {
    let names: Vec<String> = label.name.each().map(quoted).collect();
    format!("label:{}", names.join(","))
}

fn without(label: &Label) -> Vec<String> {
    let names = label.name.each();
    names
        .map(|name| format!("-label:{}", quoted(name)))
        .collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', ""))
}
