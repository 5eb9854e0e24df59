//! What comes in its own time: at its time, once, and never in a heap.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::look::Room;
use super::script::Told;
use crate::incident::{Incident, Moment};

/// The timekeeper speaks this often.
const STEP: SignedDuration = SignedDuration::from_mins(15);
/// How long after its time a tick may still come: until the next, and an answer's wait.
const LATE: SignedDuration = SignedDuration::from_mins(18);
/// In its first minutes everybody knows what time it is.
const SETTLED: SignedDuration = SignedDuration::from_mins(5);
/// After so long it is asked who leads.
const ASKS: SignedDuration = SignedDuration::from_mins(5);
/// A silence that is asked about.
const SILENCE: SignedDuration = SignedDuration::from_hours(24);
/// For so long whoever has just done something may not be known yet, and what was just due not said.
const SOON: SignedDuration = SignedDuration::from_mins(3);

/// What a room says in its own time: each kind's times at which it was due, and was said.
fn reminders(incident: &Incident, room: &Room) -> BTreeMap<String, Vec<(Timestamp, Timestamp)>> {
    let prefix = format!("t:{}:", incident.key);
    let mut all: BTreeMap<String, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for line in &room.lines {
        for key in &line.keys {
            let told = key.strip_prefix(&prefix);
            let told = told.and_then(|told| told.split_once(':'));
            let due = |due: &str| Timestamp::from_second(due.parse().ok()?).ok();
            if let Some((kind, due)) = told.and_then(|(kind, at)| Some((kind, due(at)?))) {
                all.entry(kind.to_owned())
                    .or_default()
                    .push((due, line.posted));
            }
        }
    }
    all
}

/// All of it. `in_order` where all that people did was known as they did it, `calm` where nothing
/// went wrong at all.
pub(super) fn timers(
    told: &Told,
    incident: &Incident,
    room: &Room,
    in_order: bool,
    calm: bool,
    say: &mut impl FnMut(String),
) {
    let all = reminders(incident, room);
    let of = |kind: &str| all.get(kind).map_or(&[][..], Vec::as_slice);
    ticks(told, incident, room, of("tick"), calm, say);
    question(incident, room, of("handler"), in_order, calm, say);
    silences(room, of("silence"), in_order, say);
}

/// The timekeeper speaks once for one time, never late, and once after the recovery: that one closes
/// the watch, and comes even late.
fn ticks(
    told: &Told,
    incident: &Incident,
    room: &Room,
    ticks: &[(Timestamp, Timestamp)],
    calm: bool,
    say: &mut impl FnMut(String),
) {
    let recovered = incident.times.get(&Moment::Recovered);
    let recovered = recovered.map(|it| it.was.first().map_or(it.at, |was| was.at));
    let closes = |due: Timestamp| recovered.is_some_and(|at| due > at);
    let mut spoke: Option<Timestamp> = None;
    for (due, posted) in ticks {
        let late = posted.duration_since(*due);
        if (late > LATE || late < SignedDuration::ZERO) && !closes(*due) {
            say(format!("a tick comes {} seconds late", late.as_secs()));
        }
        if due.as_second() % STEP.as_secs() != 0 {
            say(format!("a tick is due at {due}"));
        }
        if spoke.is_some_and(|before| posted.duration_since(before) < SOON) {
            say(format!("two ticks at once, at {posted}"));
        }
        spoke = Some(*posted);
    }
    let dues: BTreeSet<Timestamp> = ticks.iter().map(|(due, _)| *due).collect();
    if dues.len() < ticks.len() {
        say("the timekeeper says one time twice".to_owned());
    }
    if let Some(recovered) = recovered.filter(|_| !told.reopened) {
        let after = dues.iter().filter(|due| **due > recovered).count();
        if after > 1 {
            say(format!(
                "the timekeeper speaks {after} times after the recovery"
            ));
        }
    }
    if calm && !told.reopened {
        let wanted = wanted(incident, room, recovered);
        if wanted != dues {
            say(format!(
                "the timekeeper spoke for {dues:?}, and not for {wanted:?}"
            ));
        }
    }
}

/// When the timekeeper has to speak where nothing goes wrong.
fn wanted(incident: &Incident, room: &Room, recovered: Option<Timestamp>) -> BTreeSet<Timestamp> {
    let step = STEP.as_secs();
    let made = incident.channel_made.filter(|_| !incident.adopted);
    let over = [&incident.resolved, &incident.archived]
        .into_iter()
        .filter_map(|it| it.as_ref().map(|it| it.at))
        .min();
    let last = recovered.map(|at| (at.as_second().div_euclid(step) + 1) * step);
    let mut dues = BTreeSet::new();
    let Some(made) = made else {
        return dues;
    };
    let settled = (made.as_second() + SETTLED.as_secs()).div_euclid(step) * step;
    let mut due = last.map_or(settled + step, |last| last.min(settled + step));
    while due <= last.unwrap_or(i64::MAX) {
        let Ok(at) = Timestamp::from_second(due) else {
            break;
        };
        if at > room.until || over.is_some_and(|over| at > over) {
            break;
        }
        dues.insert(at);
        due += step;
    }
    dues
}

/// It is asked once who leads, and only where nobody does.
fn question(
    incident: &Incident,
    room: &Room,
    asked: &[(Timestamp, Timestamp)],
    in_order: bool,
    calm: bool,
    say: &mut impl FnMut(String),
) {
    if asked.len() > 1 {
        say(format!("it is asked {} times who leads", asked.len()));
    }
    let first = incident.first_handler;
    let known = |due: &Timestamp| first.is_some_and(|at| due.duration_since(at) > SOON);
    if in_order && asked.iter().any(|(due, _)| known(due)) {
        say("it is asked who leads, and somebody does".to_owned());
    }
    let due = incident.channel_made.map(|made| made + ASKS);
    let due = due.filter(|due| *due + SOON < room.until && !incident.adopted);
    let moot = [
        first,
        incident.times.get(&Moment::Recovered).map(|it| it.at),
        incident.resolved.as_ref().map(|it| it.at),
    ];
    let moot = moot.into_iter().flatten().min();
    let wanted = due.is_some_and(|due| moot.is_none_or(|at| at > due));
    if calm && incident.archived.is_none() && wanted == asked.is_empty() {
        say(format!(
            "asked who leads: {asked:?}; it should be so: {wanted}"
        ));
    }
}

/// A long silence is asked about once, and only where it is silent.
fn silences(
    room: &Room,
    asked: &[(Timestamp, Timestamp)],
    in_order: bool,
    say: &mut impl FnMut(String),
) {
    for (one, other) in asked.iter().zip(asked.iter().skip(1)) {
        let between = other.0.duration_since(one.0);
        if between.abs() < SILENCE {
            say(format!(
                "one silence is asked about twice, after {between:#}"
            ));
        }
    }
    for (due, posted) in asked {
        // Who spoke just before it came may have spoken while it was being said.
        let known = posted.saturating_sub(SOON).unwrap_or(*posted);
        let spoke = room.spoken.iter().filter(|at| **at < known).max();
        if let Some(last) = spoke.filter(|at| posted.duration_since(**at) < SILENCE - SOON) {
            say(format!(
                "a silence is asked about at {posted}, and somebody spoke at {last}"
            ));
        }
        if in_order && posted.duration_since(*due) > LATE {
            say(format!(
                "a silence that ended at {due} is asked about at {posted}"
            ));
        }
    }
}
