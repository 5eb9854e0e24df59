//! What must be true when the dust has settled, told from what happened on GitHub alone.
//!
//! Each text begins with a word of its own, so that a channel's messages say which texts they show,
//! and in which version. Nothing here knows how the app comes to what it says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::script::{Kind, Ledger, Made, Text, written};
use super::step::{CHANNELS, Channel, REPOS, Thing, Word};

/// What a GitHub has in the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Truth {
    /// Every word that stands in a text, and its version.
    pub(super) words: BTreeMap<Word, u32>,
    /// How often things were closed and reopened: repository and number.
    pub(super) turns: BTreeMap<(String, u64), (usize, usize)>,
    /// What the message about a text is marked with, where that is known.
    pub(super) keys: BTreeMap<Word, String>,
    /// When the webhook of a text's making was first answered well: its place among all, and the
    /// time.
    pub(super) heard: BTreeMap<Word, (usize, Timestamp)>,
    /// The texts of which an edit was heard before their making, or before a title that what they
    /// stand on was given earlier.
    pub(super) edited_first: BTreeSet<Word>,
    /// The comments and reviews that were made in the second in which what they stand on was given a
    /// title: whoever only looks cannot say which was first.
    pub(super) with_a_title: BTreeSet<Word>,
}

/// A message of the bot's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// What it is about, by its metadata.
    pub(super) keys: Vec<String>,
    /// When it was posted.
    pub(super) posted: Timestamp,
    /// The words that it shows, and their versions.
    pub(super) words: Vec<(Word, u32)>,
    /// The words of what it only links: what came before a title, as it was then.
    pub(super) linked: Vec<(Word, u32)>,
    /// The beginning of its text, for people.
    pub(super) brief: String,
}

impl Shown {
    /// Reads a message as people see it.
    pub(super) fn read(keys: Vec<String>, posted: Timestamp, text: &str) -> Self {
        let mut shown = Self {
            keys,
            posted,
            brief: text.chars().take(80).collect(),
            ..Self::default()
        };
        for line in text.lines() {
            let words = words_in(line);
            if is_entry(line) {
                shown.linked.extend(words);
            } else {
                shown.words.extend(words);
            }
        }
        shown
    }
}

/// Whether a line is one of a list of what came before: `2021-01-01 10:03 …`.
fn is_entry(line: &str) -> bool {
    let shape = "0000-00-00 00:00 ";
    let mut letters = line.trim_start().chars();
    shape.chars().all(|wanted| match letters.next() {
        Some(letter) if wanted == '0' => letter.is_ascii_digit(),
        other => other == Some(wanted),
    })
}

/// The words in a text.
pub(super) fn words_in(text: &str) -> Vec<(Word, u32)> {
    let mut words = Vec::new();
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
    for part in parts {
        let Some((word, version)) = part.strip_prefix('w').and_then(|it| it.split_once('v')) else {
            continue;
        };
        if word.len() == 4
            && let (Ok(word), Ok(version)) = (word.parse(), version.parse())
        {
            words.push((word, version));
        }
    }
    words
}

/// How a text has to be shown in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Once.
    Must,
    /// Once or not at all.
    May,
    /// Not at all.
    Never,
}

/// What is wrong, in words.
pub(super) fn judge(
    ledger: &Ledger,
    truth: &Truth,
    channels: &BTreeMap<Channel, Vec<Shown>>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (word, text) in &ledger.words {
        let on_github = truth.words.get(word).copied();
        let badge = matches!(text.kind, Kind::Badge { .. });
        if !badge && on_github != text.version {
            wrong.push(format!(
                "the simulation itself is wrong: {} should be version {:?} on GitHub, and is {on_github:?}",
                written(*word, 0),
                text.version
            ));
        }
    }
    for (channel, shown) in channels {
        let name = CHANNELS[*channel];
        keys(name, shown, &mut wrong);
        texts(*channel, ledger, truth, shown, &mut wrong);
        turns(*channel, ledger, truth, shown, &mut wrong);
        back_fills(*channel, ledger, shown, &mut wrong);
        if !ledger.disordered {
            order(*channel, ledger, truth, shown, &mut wrong);
        }
    }
    wrong
}

/// Every message says what it is about, and no two say the same.
fn keys(name: &str, shown: &[Shown], wrong: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for message in shown {
        if message.keys.is_empty() {
            wrong.push(format!("#{name}: no metadata on `{}`", message.brief));
        }
        for key in &message.keys {
            if !seen.insert(key) {
                wrong.push(format!("#{name}: two messages about {key}"));
            }
        }
    }
}

/// Every text is shown where it belongs, once, as it reads now; and nothing else is.
fn texts(
    channel: Channel,
    ledger: &Ledger,
    truth: &Truth,
    shown: &[Shown],
    wrong: &mut Vec<String>,
) {
    let name = CHANNELS[channel];
    let mut seen: BTreeMap<Word, Vec<u32>> = BTreeMap::new();
    for message in shown {
        for (word, version) in message.words.iter().chain(&message.linked) {
            if !ledger.words.contains_key(word) {
                let word = written(*word, *version);
                wrong.push(format!("#{name}: nobody wrote {word}"));
            }
        }
        for (word, version) in &message.words {
            seen.entry(*word).or_default().push(*version);
        }
    }
    for (word, text) in &ledger.words {
        let there = seen.get(word).map_or(&[][..], Vec::as_slice);
        let rule = match rule(channel, ledger, text) {
            // An edit that overtook what was before it is told where it was made.
            Rule::Never if edited_here(channel, ledger, truth, *word) => Rule::May,
            _ if truth.with_a_title.contains(word) && ever_here(channel, ledger, text) => Rule::May,
            rule => rule,
        };
        let newest = truth.words.get(word).copied();
        let badge = matches!(text.kind, Kind::Badge { .. });
        let there_is = newest.is_some() || badge;
        let told = rule == Rule::Must && there_is;
        // Where much is told at once, each thing has its place, and long ones are cut there.
        let cut = text.kind == Kind::Review && is_listed(truth.keys.get(word), shown);
        let least = usize::from(told && !cut);
        let most = match (rule, text.kind) {
            (Rule::Never, _) => 0,
            // One who took it off says so.
            (_, Kind::Badge { taken_off: true }) => 2,
            (_, Kind::Badge { .. }) => 1,
            _ => usize::from(newest.is_some()),
        };
        let what = || format!("{} ({:?})", written(*word, newest.unwrap_or(0)), text.kind);
        if there.len() < least {
            wrong.push(format!("#{name}: {} is missing", what()));
        } else if there.len() > most {
            let why = match (rule, newest) {
                (Rule::Never, _) => "does not belong here",
                (_, None) if !badge => "was deleted",
                _ => "is shown too often",
            };
            wrong.push(format!("#{name}: {} {why}: {there:?}", what()));
        } else if !badge && there.iter().any(|version| Some(*version) != newest) {
            wrong.push(format!("#{name}: {} is shown as {there:?}", what()));
        }
    }
}

/// Whether a title ever named the channel.
fn ever_here(channel: Channel, ledger: &Ledger, text: &Text) -> bool {
    let made = text.thing.and_then(|thing| ledger.things.get(&thing));
    made.is_some_and(|made| made.names.iter().any(|(_, names)| names.contains(&channel)))
}

/// Whether a text was edited where it belongs to a channel, and that was heard of before what would
/// have said how it came there.
fn edited_here(channel: Channel, ledger: &Ledger, truth: &Truth, word: Word) -> bool {
    let Some(text) = ledger.words.get(&word) else {
        return false;
    };
    let made = text.thing.and_then(|thing| ledger.things.get(&thing));
    let names = |made: &Made| {
        let mut edits = text.edits.iter();
        edits.any(|step| made.names_at(*step).contains(&channel))
    };
    truth.edited_first.contains(&word) && made.is_some_and(names)
}

/// Whether a message that tells of several things tells of this one.
fn is_listed(key: Option<&String>, shown: &[Shown]) -> bool {
    let mut lists = shown.iter().filter(|message| message.keys.len() > 1);
    key.is_some_and(|key| lists.any(|message| message.keys.contains(key)))
}

/// Whether a text belongs to a channel.
fn rule(channel: Channel, ledger: &Ledger, text: &Text) -> Rule {
    match text.thing {
        Some(thing) => on_thing(channel, ledger, text, thing),
        None => pushed(channel, ledger, text),
    }
}

fn on_thing(channel: Channel, ledger: &Ledger, text: &Text, thing: Thing) -> Rule {
    let Some(made) = ledger.things.get(&thing) else {
        return Rule::Never;
    };
    let ever = made.names.iter().any(|(_, names)| names.contains(&channel));
    let taken_off = text.kind == Kind::Badge { taken_off: true };
    if !made.names_at(text.step).contains(&channel) {
        // That a label was taken off is told by itself, wherever it belongs then; and what one
        // person does in one moment is told together, though a title came in between.
        let badge = matches!(text.kind, Kind::Badge { .. });
        return if badge && ever {
            Rule::May
        } else {
            Rule::Never
        };
    }
    // What is put on in the moment of the opening is part of its message; and where a title brought
    // the thing right then, that message is only linked.
    let first = made.names.first().map_or(0, |(from, _)| *from);
    let with_opening = matches!(text.kind, Kind::Badge { .. })
        && text.step <= first + 4
        && !made.names_at(first).contains(&channel);
    // What a later title took away may not have been told before it was.
    if with_opening || taken_off || leaves(made, channel, text.step) {
        Rule::May
    } else {
        Rule::Must
    }
}

/// Whether a title after this step no longer names the channel.
fn leaves(made: &Made, channel: Channel, step: usize) -> bool {
    let later = made.names.iter().filter(|(from, _)| *from > step);
    let branch = made.branch.and_then(|branch| branch.names);
    let mut later = later;
    later.any(|(_, names)| !names.contains(&channel) && branch != Some(channel))
}

/// A commit is told where its branch belongs, and where a pull request that is known by then does.
fn pushed(channel: Channel, ledger: &Ledger, text: &Text) -> Rule {
    let Some((repo, branch)) = text.pushed else {
        return Rule::Never;
    };
    if branch.names == Some(channel) {
        return Rule::Must;
    }
    let mut pulls = ledger.things.values();
    let pull = pulls.find(|made| made.repo == repo && made.branch == Some(branch));
    let named = pull.is_some_and(|pull| {
        let mut names = pull.names.iter();
        names.any(|(_, names)| names.contains(&channel))
    });
    if named { Rule::May } else { Rule::Never }
}

/// Each closing and each reopening is told once.
fn turns(
    channel: Channel,
    ledger: &Ledger,
    truth: &Truth,
    shown: &[Shown],
    wrong: &mut Vec<String>,
) {
    for made in ledger.things.values() {
        let on = format!("{}#{}", REPOS[made.repo], made.number);
        let told = |turn: &str| {
            let begins = format!("s:{on}:{turn}:");
            let keys = shown.iter().flat_map(|message| &message.keys);
            keys.filter(|key| key.starts_with(&begins)).count()
        };
        let happened = truth
            .turns
            .get(&(REPOS[made.repo].to_owned(), made.number))
            .copied()
            .unwrap_or_default();
        let always = made.names.len() == 1;
        let here = made.names_at(usize::MAX).contains(&channel);
        let least = |happened: usize| if always && here { happened } else { 0 };
        let most = |happened: usize| if always && !here { 0 } else { happened };
        for (turn, happened) in [("closed", happened.0), ("reopened", happened.1)] {
            let told = told(turn);
            if told < least(happened) || told > most(happened) {
                let name = CHANNELS[channel];
                wrong.push(format!(
                    "#{name}: {on} was {turn} {happened} times, and told {told} times"
                ));
            }
        }
    }
}

/// A channel that was gained is told so, once.
fn back_fills(channel: Channel, ledger: &Ledger, shown: &[Shown], wrong: &mut Vec<String>) {
    let name = CHANNELS[channel];
    for made in ledger.things.values() {
        let on = format!("{}#{}", REPOS[made.repo], made.number);
        let begins = format!("bf:{on}:{name}:");
        let keys = shown.iter().flat_map(|message| &message.keys);
        let told = keys.filter(|key| key.starts_with(&begins)).count();
        let named = |names: &BTreeSet<Channel>| names.contains(&channel);
        let by_branch = made.branch.and_then(|branch| branch.names) == Some(channel);
        let pairs = made.names.iter().zip(made.names.iter().skip(1));
        let turned = |from: bool| {
            let turned = pairs
                .clone()
                .filter(|((_, old), (_, new))| named(old) == from && named(new) != from);
            if by_branch { 0 } else { turned.count() }
        };
        let (gained, lost) = (turned(false), turned(true));
        let begins = format!("mv:{on}:");
        let keys = shown.iter().flat_map(|message| &message.keys);
        let moved = keys.filter(|key| key.starts_with(&begins)).count();
        if moved > lost {
            wrong.push(format!(
                "#{name}: {on} left {lost} times, and that is told {moved} times"
            ));
        }
        let now = made.names.last().is_some_and(|(_, names)| named(names));
        let least =
            usize::from(gained > 0 && now && !made.names.first().is_some_and(|n| named(&n.1)));
        if told < least || told > gained {
            wrong.push(format!(
                "#{name}: {on} came here {gained} times, and that is told {told} times"
            ));
        }
    }
}

/// The older of two texts stands above the younger, unless that was told before the older was
/// heard of: an edit may arrive, or a look may find something, before the webhook of what is older.
/// Within one moment it is the order of the webhooks that counts.
fn order(
    channel: Channel,
    ledger: &Ledger,
    truth: &Truth,
    shown: &[Shown],
    wrong: &mut Vec<String>,
) {
    let mut places: Vec<(usize, usize, Word)> = Vec::new();
    for (place, message) in shown.iter().enumerate() {
        for (word, _) in &message.words {
            let Some(text) = ledger.words.get(word) else {
                continue;
            };
            let counts = matches!(text.kind, Kind::Body | Kind::Comment | Kind::Review);
            if counts {
                places.push((place, text.step, *word));
            }
        }
    }
    for (at, (place, step, word)) in places.iter().enumerate() {
        for (other_place, other_step, other) in &places[at + 1..] {
            let Some((turn, at)) = truth.heard.get(other) else {
                continue;
            };
            let posted = shown[*place].posted;
            let first = truth.heard.get(word).is_some_and(|(one, _)| turn < one);
            let in_time = *at < posted || (*at == posted && first);
            if other_place > place && other_step < step && in_time {
                let (name, one, two) = (CHANNELS[channel], written(*other, 0), written(*word, 0));
                wrong.push(format!(
                    "#{name}: {one} stands below {two}, which is younger"
                ));
            }
        }
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
