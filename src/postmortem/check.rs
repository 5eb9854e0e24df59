//! What is still to be seen to in a postmortem: sections that nobody wrote, times that are not those
//! of the record, actions that nobody owns. Each with its place, for an annotation at the line.

use jiff::Timestamp;
use jiff::civil::Date;

use super::actions::{Action, Named, is_table_of_actions, of};
use super::cells::with_cell;
use super::outline::{Cell, Outline, Section, Spot, one_space, outline};
use super::plain::yaml;
use super::template::Template;
use super::timeline::words_for;
use crate::i18n::Lang;
use crate::i18n::postmortem::{Writing, fill};
use crate::incident::time::{clock, read};
use crate::incident::{Incident, Moment, Rules, When};

/// What stands in a template's text where something was to be filled in.
const HOLE: char = '\u{e000}';

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something to know.
    Notice,
    /// Something to look at.
    Warning,
    /// Something that is missing or wrong.
    Failure,
}

/// Something that is to be seen to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// How much it matters.
    pub weight: Weight,
    /// What.
    pub wrong: Wrong,
    /// The line as it should be, where that is known: what to suggest.
    pub instead: Option<String>,
}

/// What can be wrong with a postmortem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody can read that much.
    TooLong,
    /// A section of the template is not there.
    SectionMissing(String),
    /// A section has nothing but the template's text.
    SectionEmpty(String),
    /// A time is another than that of the record.
    TimeDiffers {
        /// The word for it.
        what: &'static str,
        /// What the record says, as it should be written.
        recorded: String,
    },
    /// A time that the record does not have.
    TimeNotRecorded {
        /// The word for it.
        what: &'static str,
        /// The command that puts it there.
        command: &'static str,
        /// As it is written.
        said: String,
    },
    /// What should be a time, and is not read as one.
    TimeUnread(String),
    /// A row of a table is earlier than the one above, which has this time.
    OutOfOrder(String),
    /// Nothing is to be done, and nobody says why.
    NoActions,
    /// Nobody does this.
    NoOwner(String),
    /// Whoever does this is not somebody on GitHub.
    UnknownOwner {
        /// The action.
        title: String,
        /// As it is written.
        said: String,
    },
    /// There is no date.
    NoDue(String),
    /// There is something that is no date.
    DueUnread {
        /// The action.
        title: String,
        /// As it is written.
        said: String,
    },
    /// There is no issue yet.
    NoLink(String),
    /// It does not say what is to be done.
    NoTitle,
}

impl Finding {
    /// The sentence.
    pub fn say(&self, lang: Lang) -> String {
        let one = |saying: Writing, name: &str, said: &str| fill(saying, lang, &[(name, said)]);
        let two = |saying: Writing, title: &str, said: &str| {
            fill(saying, lang, &[("title", title), ("said", said)])
        };
        match &self.wrong {
            Wrong::TooLong => Writing::TooLong.say(lang).to_owned(),
            Wrong::SectionMissing(it) => one(Writing::SectionMissing, "section", it),
            Wrong::SectionEmpty(it) => one(Writing::SectionEmpty, "section", it),
            Wrong::TimeDiffers { what, recorded } => {
                let with = [("what", *what), ("recorded", recorded.as_str())];
                fill(Writing::TimeDiffers, lang, &with)
            }
            Wrong::TimeNotRecorded {
                what,
                command,
                said,
            } => {
                let with = [
                    ("what", *what),
                    ("command", command),
                    ("said", said.as_str()),
                ];
                fill(Writing::TimeNotRecorded, lang, &with)
            }
            Wrong::TimeUnread(said) => one(Writing::TimeUnread, "said", said),
            Wrong::OutOfOrder(above) => one(Writing::OutOfOrder, "above", above),
            Wrong::NoActions => Writing::NoActions.say(lang).to_owned(),
            Wrong::NoOwner(title) => one(Writing::NoOwner, "title", title),
            Wrong::UnknownOwner { title, said } => two(Writing::UnknownOwner, title, said),
            Wrong::NoDue(title) => one(Writing::NoDue, "title", title),
            Wrong::DueUnread { title, said } => two(Writing::DueUnread, title, said),
            Wrong::NoLink(title) => one(Writing::NoLink, "title", title),
            Wrong::NoTitle => Writing::NoTitle.say(lang).to_owned(),
        }
    }
}

/// All that is to be seen to in a document, by its place.
pub fn check(
    document: &str,
    template: &Template,
    incident: &Incident,
    rules: &Rules,
) -> Vec<Finding> {
    let Some(outline) = outline(document) else {
        return vec![found(
            Spot { line: 1, column: 1 },
            Weight::Failure,
            Wrong::TooLong,
        )];
    };
    let mut all = Checking {
        outline: &outline,
        incident,
        rules,
        lines: document.lines().collect(),
        findings: Vec::new(),
    };
    all.sections(template);
    all.front();
    all.tables();
    all.actions();
    let mut findings = all.findings;
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

fn found(spot: Spot, weight: Weight, wrong: Wrong) -> Finding {
    Finding {
        line: spot.line as u64,
        column: spot.column as u64,
        weight,
        wrong,
        instead: None,
    }
}

struct Checking<'a> {
    outline: &'a Outline,
    incident: &'a Incident,
    rules: &'a Rules,
    lines: Vec<&'a str>,
    findings: Vec<Finding>,
}

impl Checking<'_> {
    fn find(&mut self, spot: Spot, weight: Weight, wrong: Wrong) {
        self.findings.push(found(spot, weight, wrong));
    }

    /// Each section of the template is there and says something.
    fn sections(&mut self, template: &Template) {
        let text = template.body(|_, _| HOLE.to_string());
        let Some(wanted) = outline(&text) else {
            return;
        };
        let actions = |nth: usize| {
            let mut tables = wanted.tables.iter().filter(|it| it.section == Some(nth));
            tables.any(is_table_of_actions)
        };
        for (nth, section) in wanted.sections.iter().enumerate() {
            let bare = |text: &str| one_space(&text.replace(HOLE, " "));
            let title = bare(&section.title);
            let Some((at, there)) = self.section(section) else {
                if section.level > 1 && !section.optional {
                    let top = Spot { line: 1, column: 1 };
                    self.find(top, Weight::Failure, Wrong::SectionMissing(title));
                }
                continue;
            };
            let text = bare(&there.text);
            // The template may have been filled with nothing at all.
            let unwritten = text.is_empty() || text == bare(&section.text);
            let parts = wanted.has_parts(nth) || self.outline.has_parts(at);
            if unwritten && !parts && section.level > 1 && !section.optional {
                let wrong = if actions(nth) {
                    Wrong::NoActions
                } else {
                    Wrong::SectionEmpty(title)
                };
                self.find(there.spot, Weight::Failure, wrong);
            }
        }
    }

    fn section(&self, wanted: &Section) -> Option<(usize, &'_ Section)> {
        let mut all = self.outline.sections.iter().enumerate();
        all.find(|(_, it)| fits(&one_space(&wanted.title), &one_space(&it.title)))
    }

    /// The times of the front matter are those of the record.
    fn front(&mut self) {
        for (key, said, spot) in &self.outline.front {
            let recorded = match key.as_str() {
                "detected" => self.incident.time(Moment::Detected),
                "responded" => self.incident.time(Moment::Responded),
                "recovered" => self.incident.time(Moment::Recovered),
                _ => continue,
            };
            let moment = Moment::ALL.into_iter().find(|it| it.word() == key);
            let Some(moment) = moment else { continue };
            let line = |time: &str| format!("{key}: {}", yaml(time));
            self.time(moment, said, recorded, *spot, line);
        }
    }

    /// A time beside its word, or a row of times that go forth.
    fn tables(&mut self) {
        let outline = self.outline;
        let not_recorded = [Lang::Ja, Lang::En].map(|it| Writing::NotRecorded.say(it));
        for table in &outline.tables {
            if is_table_of_actions(table) {
                continue;
            }
            let mut above: Option<(Timestamp, String)> = None;
            for row in &table.rows {
                if let Some((moment, cell)) = beside(row) {
                    let said = cell.text.as_str();
                    let said = if not_recorded.contains(&said) {
                        ""
                    } else {
                        said
                    };
                    let recorded = self.incident.time(moment);
                    let old = self
                        .lines
                        .get(cell.spot.line - 1)
                        .copied()
                        .unwrap_or_default();
                    let line = |time: &str| with_cell(old, 1, time);
                    self.time(moment, said, recorded, cell.spot, line);
                }
                let times = row
                    .iter()
                    .filter_map(|cell| Some((self.read(&cell.text)?, cell)));
                let Some((time, cell)) = times.into_iter().next() else {
                    continue;
                };
                let said = clock(time, self.rules.zone());
                if let Some((before, words)) = &above
                    && time < *before
                {
                    let wrong = Wrong::OutOfOrder(words.clone());
                    self.findings.push(found(cell.spot, Weight::Warning, wrong));
                    continue;
                }
                above = Some((time, said));
            }
        }
    }

    fn time(
        &mut self,
        moment: Moment,
        said: &str,
        recorded: Option<Timestamp>,
        spot: Spot,
        line: impl Fn(&str) -> String,
    ) {
        let what = words_for(moment).say(self.rules.lang);
        let time = self.read(said);
        if time.is_none() && !said.is_empty() {
            let wrong = Wrong::TimeUnread(said.to_owned());
            return self.find(spot, Weight::Failure, wrong);
        }
        match (time, recorded) {
            (Some(time), Some(recorded)) if time.as_second() == recorded.as_second() => {}
            (None, None) => {}
            (_, Some(recorded)) => {
                let recorded = clock(recorded, self.rules.zone());
                let instead = line(&recorded);
                let wrong = Wrong::TimeDiffers { what, recorded };
                self.findings.push(Finding {
                    instead: Some(instead),
                    ..found(spot, Weight::Failure, wrong)
                });
            }
            (Some(_), None) => {
                let wrong = Wrong::TimeNotRecorded {
                    what,
                    command: moment.word(),
                    said: said.to_owned(),
                };
                self.find(spot, Weight::Warning, wrong);
            }
        }
    }

    /// A time with its date. What has no zone is in the playbook's.
    fn read(&self, said: &str) -> Option<Timestamp> {
        let dated = said.bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
        if !dated || !said.contains(':') || said.len() > 60 {
            return None;
        }
        match read(said, self.rules.zone(), self.incident.declared) {
            Ok(When::At(time)) => Some(time),
            _ => None,
        }
    }

    fn actions(&mut self) {
        for action in of(self.outline) {
            self.action(&action);
        }
    }

    fn action(&mut self, action: &Action) {
        let spot = Spot {
            line: usize::try_from(action.line).unwrap_or(1),
            column: usize::try_from(action.column).unwrap_or(1),
        };
        let title = action.summary();
        if title.is_empty() {
            return self.find(spot, Weight::Failure, Wrong::NoTitle);
        }
        match &action.owner {
            Named::Is(_) => {}
            Named::Missing => self.find(spot, Weight::Failure, Wrong::NoOwner(title.clone())),
            Named::Unread(said) => {
                let (title, said) = (title.clone(), said.clone());
                self.find(spot, Weight::Failure, Wrong::UnknownOwner { title, said });
            }
        }
        if action.done {
            return;
        }
        match &action.due {
            Named::Is(Date { .. }) => {}
            Named::Missing => self.find(spot, Weight::Failure, Wrong::NoDue(title.clone())),
            Named::Unread(said) => {
                let (title, said) = (title.clone(), said.clone());
                self.find(spot, Weight::Failure, Wrong::DueUnread { title, said });
            }
        }
        if action.link.is_none() {
            self.find(spot, Weight::Notice, Wrong::NoLink(title));
        }
    }
}

/// The time in the second cell of a row whose first is the word for it.
fn beside(row: &[Cell]) -> Option<(Moment, &Cell)> {
    let (first, second) = (row.first()?, row.get(1)?);
    let moment = Moment::ALL.into_iter().find(|moment| {
        let words = words_for(*moment);
        [Lang::Ja, Lang::En]
            .into_iter()
            .any(|lang| words.say(lang).eq_ignore_ascii_case(&first.text))
    })?;
    Some((moment, second))
}

/// Whether a heading is that of the template, whatever was filled in.
fn fits(wanted: &str, title: &str) -> bool {
    let parts: Vec<&str> = wanted.split(HOLE).collect();
    let [first, .., last] = parts[..] else {
        return wanted == title;
    };
    let mut rest = match title.strip_prefix(first) {
        Some(rest) if rest.len() >= last.len() => rest,
        _ => return false,
    };
    for part in &parts[1..parts.len() - 1] {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
