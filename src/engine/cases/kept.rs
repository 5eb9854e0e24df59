//! What waits for GitHub is kept in Slack too, unseen in the message that says that it waits: with
//! GitHub away and the database lost, nothing that people did is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::known::rows;
use super::owed::{Owed, channel_lane};
use super::say::spoken;
use super::{Case, Line};
use crate::engine::Engine;
use crate::id::DoneKey;
use crate::incident::{Entry, Fact, Mark, Tell, mark, view};
use crate::slack::Carried;
use crate::store::{Changes, MessageRow, StoreError};

/// After which time of waiting people are told that GitHub is away.
pub(super) const WORRIES_AFTER: SignedDuration = SignedDuration::from_secs(20);
/// How much one message carries, in bytes as JSON. Slack's metadata is said to hold 2 KB.
const ROOM: usize = 1_500;

/// How the keys of an incident's messages begin that carry what waits.
pub(super) fn keys_begin(incident: &DoneKey) -> String {
    format!("kept:{incident}:")
}

/// Whether what is done on GitHub has waited for so long that people are to know.
fn worries(case: &Case, now: Timestamp) -> bool {
    let waiting = case.entries.iter().filter(|entry| !entry.recorded);
    let oldest = waiting.map(|entry| entry.at).min();
    oldest.is_some_and(|at| now.duration_since(at) >= WORRIES_AFTER)
}

/// What nobody else could tell again: reminders follow from the time, and what other channels were
/// told stands there.
fn is_worth_keeping(fact: &Fact) -> bool {
    !matches!(fact, Fact::Reminded { .. } | Fact::Receipt { .. })
}

impl Owed<'_> {
    /// Says what waits for GitHub when it has waited for a while, and that all is on record once it
    /// is. `said` are the messages that said so before.
    pub(super) fn keep(&mut self, said: Vec<MessageRow>) {
        let case = self.case;
        let Some(lane) = channel_lane(case) else {
            return;
        };
        let marks: Vec<Mark> = case
            .entries
            .iter()
            .filter(|entry| !entry.recorded)
            .filter_map(Entry::mark)
            .filter(|mark| is_worth_keeping(&mark.fact))
            .collect();
        let waits: BTreeSet<&str> = marks.iter().map(|mark| mark.key.as_str()).collect();
        let mut carried = BTreeSet::new();
        for row in said.into_iter().filter(|row| row.lane == lane) {
            let Some(text) = Line::of_row(&row.doc).and_then(|line| line.carried) else {
                continue;
            };
            let keys: Vec<String> = keys_in(&text.text).map(str::to_owned).collect();
            if keys.iter().any(|key| waits.contains(key.as_str())) {
                carried.extend(keys);
                continue;
            }
            let doc = self.line(0, None).to_row();
            self.errand(lane.clone(), row.key.clone(), row.at, doc, Some(row));
        }
        if !worries(case, self.now) {
            return;
        }
        let news = marks
            .iter()
            .filter(|mark| !carried.contains(mark.key.as_str()));
        for text in pack(news.flat_map(pieces)) {
            let Some(first) = text.split(' ').next() else {
                continue;
            };
            let nth = text.split(' ').nth(1).unwrap_or_default();
            let key = format!("{}{first}:{nth}", keys_begin(&case.incident.key));
            let about = case.incident.key.clone();
            let line = self.line(marks.len(), Some(Carried { about, text }));
            let now = self.now;
            self.errand(lane.clone(), DoneKey::new(key), now, line.to_row(), None);
        }
    }

    fn line(&self, count: usize, carried: Option<Carried>) -> Line {
        let (incident, rules) = (&self.case.incident, &self.case.rules);
        let said = view::tell(&Tell::Queued { count }, incident, rules, rules.lang);
        let spoken = spoken(&said, Some(&incident.key), rules.lang, rules, &self.style);
        Line {
            carried,
            ..Line::for_all(spoken)
        }
    }
}

/// A mark as lines that fit into messages: its key, which part of how many, and the part.
fn pieces(mark: &Mark) -> Vec<String> {
    let text = mark::to_json(mark);
    let room = ROOM.saturating_sub(weight(mark.key.as_str()) + "999/999 \n".len() + 2);
    let mut parts = vec![String::new()];
    let mut full = 0;
    for letter in text.chars() {
        let heavy = weight(letter.encode_utf8(&mut [0; 4])) - 2;
        full += heavy;
        if full > room {
            parts.push(String::new());
            full = heavy;
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    let count = parts.len();
    let line = |(nth, part): (usize, &String)| format!("{} {nth}/{count} {part}", mark.key);
    parts.iter().enumerate().map(line).collect()
}

/// How many bytes a text is as JSON.
fn weight(text: &str) -> usize {
    serde_json::to_string(text).map_or(usize::MAX, |json| json.len())
}

/// Lines in as few texts as hold them.
fn pack(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in lines {
        match texts.last_mut() {
            Some(text) if weight(text) + weight(&line) <= ROOM => {
                text.push('\n');
                text.push_str(&line);
            }
            _ => texts.push(line),
        }
    }
    texts
}

fn keys_in(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split(' ').next())
}

/// The marks that such texts hold together; one of which a part is missing is not to be had.
fn unpack<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Mark> {
    let mut parts: BTreeMap<(&str, usize), BTreeMap<usize, &str>> = BTreeMap::new();
    for line in texts.flat_map(str::lines) {
        let mut words = line.splitn(3, ' ');
        let (Some(key), Some(which), Some(part)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Some((nth, count)) = which.split_once('/') else {
            continue;
        };
        if let (Ok(nth), Ok(count)) = (nth.parse(), count.parse()) {
            parts.entry((key, count)).or_default().insert(nth, part);
        }
    }
    let whole = |((key, count), parts): ((&str, usize), BTreeMap<usize, &str>)| {
        let text: String = (0..count)
            .map(|nth| parts.get(&nth).copied())
            .collect::<Option<_>>()?;
        mark::from_json(&text).filter(|mark| mark.key.as_str() == key)
    };
    parts.into_iter().filter_map(whole).collect()
}

impl Engine {
    /// Knows again what people did while GitHub was away, as a channel's messages carry it.
    pub(in crate::engine) async fn knows_again(
        &self,
        carried: &[Carried],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut texts: BTreeMap<&DoneKey, Vec<&str>> = BTreeMap::new();
        for one in carried {
            texts.entry(&one.about).or_default().push(&one.text);
        }
        let store = &self.0.parts.store;
        for (incident, texts) in texts {
            let known: BTreeSet<DoneKey> = store
                .entries_of(incident)
                .await?
                .into_iter()
                .map(|row| row.key)
                .collect();
            let marks = unpack(texts.into_iter());
            let entries: Vec<Entry> = marks
                .into_iter()
                .filter(|mark| !known.contains(&mark.key))
                .map(|mark| Entry::marked(mark, false))
                .collect();
            if entries.is_empty() {
                continue;
            }
            tracing::info!(%incident, entries = entries.len(), "what waited for GitHub is known again");
            let changes = Changes {
                entries: rows(incident, &entries, now),
                ..Changes::default()
            };
            store.apply(changes).await?;
            self.changed(incident).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::incident::{Via, Who};

    fn note(key: String, text: String) -> Mark {
        Mark {
            key: DoneKey::new(key),
            at: Timestamp::from_second(1_609_462_800).unwrap(),
            who: Who::default(),
            via: Via::Slack,
            fact: Fact::Note {
                text,
                link: None,
                author: Who::default(),
            },
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_is_had_again(texts in prop::collection::vec("\\PC{0,900}|[\"\\\\\n🔥]{0,2000}", 0..12)) {
            let marks: Vec<Mark> = texts
                .into_iter()
                .enumerate()
                .map(|(nth, text)| note(format!("i:{nth:03}"), text))
                .collect();
            let packed = pack(marks.iter().flat_map(pieces));
            for text in &packed {
                prop_assert!(weight(text) <= ROOM, "{}", weight(text));
            }
            prop_assert_eq!(unpack(packed.iter().map(String::as_str)), marks);
        }
    }

    #[test]
    fn what_is_not_whole_is_no_mark() {
        let mark = note("i:1".to_owned(), "x".repeat(4_000));
        let packed = pack(pieces(&mark).into_iter());
        assert!(packed.len() > 2);
        assert_eq!(unpack(packed[1..].iter().map(String::as_str)), []);
        for odd in [
            "",
            "i:1",
            "i:1 0/1",
            "i:1 0/1 {}",
            "i:1 x/y {}",
            "i:2 0/1 []",
        ] {
            assert_eq!(unpack([odd].into_iter()), [], "{odd}");
        }
    }
}
