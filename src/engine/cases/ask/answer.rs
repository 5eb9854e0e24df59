//! What was filled in, read: the commands that it gives, or what is wrong with it and where.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fields::{DRILL, NO_LEVEL};
use super::{Asked, Begun, Carried, Spot};
use crate::engine::cases::{Case, Snapshot};
use crate::i18n::incident::Saying;
use crate::id::{ChannelId, DoneKey, FeelingId, SlackUserId, TypeId};
use crate::incident::{
    Actor, Command, Declaration, Moment, Origin, Standing, UserError, When, Who, interpret, time,
};
use crate::playbook::Called;
use crate::slack::form::Verdict;
use crate::slack::inbound::{Given, Submitted, View, time_of};

/// What a dialog that was sent off asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Answer {
    /// Which dialog it was.
    pub what: Asked,
    /// Where it was asked for.
    pub place: Option<ChannelId>,
    /// The incident; none where it begins one.
    pub incident: Option<DoneKey>,
    /// What is to be done, in order. What begins an incident comes first.
    pub commands: Vec<Command>,
}

/// What is wrong with a dialog, and at which field that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Wrong {
    /// The field.
    pub field: &'static str,
    /// What.
    pub error: UserError,
}

/// Whether a dialog can close, or what is wrong with it: whatever can be known before it is stored.
/// Whether this person may is not known here, for that Slack has to be asked.
pub(in crate::engine) fn verdict(
    submitted: &Submitted,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Verdict {
    let wrong = match answer(submitted, snapshot, now) {
        Ok(None) => return Verdict::Close,
        Ok(Some(answer)) => check(&answer, &submitted.view, snapshot, now).err(),
        Err(wrong) => Some(wrong),
    };
    let Some(Wrong { field, error }) = wrong else {
        return Verdict::Close;
    };
    let carried = Carried::read(&submitted.view.private);
    let case = carried.incident.and_then(|key| snapshot.cases.get(&key));
    let rules = case.map_or(&snapshot.rules, |case| &case.rules);
    let said = match error {
        // What is open stands above; how to type a reason is of no help here.
        UserError::Open { .. } => Saying::ReasonMissing.say(rules.lang).to_owned(),
        error => error.say(rules.lang, rules.zone()),
    };
    Verdict::Wrong(BTreeMap::from([(field.to_owned(), said)]))
}

/// What the core says to the commands, of somebody who may do everything.
fn check(answer: &Answer, view: &View, snapshot: &Snapshot, now: Timestamp) -> Result<(), Wrong> {
    let case = answer.incident.as_ref();
    let case = case.and_then(|key| snapshot.cases.get(key));
    let rules = case.map_or(&snapshot.rules, |case| &case.rules);
    let somebody = Actor {
        who: Who::in_slack("U0"),
        standing: Standing::Sssbot,
        called: Called::default(),
        origin: Origin::Told(view.id.clone()),
    };
    for command in &answer.commands {
        let begins = matches!(command, Command::Declare(_));
        // What comes behind a declaration is about an incident that is not there yet.
        if case.is_none() && !begins {
            continue;
        }
        let state = case.map(|case| &case.incident);
        interpret(state, command, &somebody, now, rules).map_err(|error| Wrong {
            field: place_of(&answer.what, &error, view),
            error,
        })?;
    }
    Ok(())
}

/// The field at which an error is said: one that the dialog has.
fn place_of(what: &Asked, error: &UserError, view: &View) -> &'static str {
    match (what, error) {
        (Asked::Declare(_), UserError::Kind { .. }) => "kind",
        (Asked::Declare(_), UserError::Feeling { .. }) => "feeling",
        (Asked::Declare(_), UserError::Empty | UserError::TooLong { .. }) => "summary",
        (what, _) => main_field(what, view),
    }
}

/// The field that a dialog is mainly about.
fn main_field(what: &Asked, view: &View) -> &'static str {
    match what {
        Asked::Declare(_) => "service",
        Asked::Level => "level",
        Asked::Moment(_) if words(view, "said").is_some() => "said",
        Asked::Moment(_) => "at",
        Asked::Note | Asked::Summary => "text",
        Asked::HandOver => "person",
        Asked::Call => "people",
        Asked::Resolve | Asked::Archive => "reason",
    }
}

/// Reads a dialog that was sent off; `None` for one that is not ours.
///
/// # Errors
/// What is wrong with it, without having asked the core.
pub(in crate::engine) fn answer(
    submitted: &Submitted,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<Option<Answer>, Wrong> {
    let view = &submitted.view;
    let Some(what) = Asked::called(&view.callback) else {
        return Ok(None);
    };
    let carried = Carried::read(&view.private);
    if matches!(what, Asked::Declare(_)) {
        let declaration = declaration(view, &carried);
        let mut commands = vec![Command::Declare(declaration)];
        // A declaration from a message that raised the alarm: then it was noticed.
        if let Some(when) = carried.message.as_ref().and_then(|m| message(m, snapshot)) {
            let moment = Moment::Detected;
            commands.push(Command::Set { moment, when });
        }
        return Ok(Some(Answer {
            what: Asked::Declare(begun(view)),
            place: carried.place,
            incident: None,
            commands,
        }));
    }
    let main = main_field(&what, view);
    let wrong = |field: &'static str, error: UserError| Wrong { field, error };
    let chosen = one(view, "incident").map(DoneKey::from);
    let asks_which = carried.incident.is_none();
    let key = carried.incident.clone().or(chosen);
    let known = key.and_then(|key| snapshot.cases.get_key_value(&key));
    let Some((key, case)) = known else {
        let field = if asks_which { "incident" } else { main };
        return Err(wrong(field, UserError::NoIncident));
    };
    let empty = || wrong(main, UserError::Empty);
    let text = |name: &str| words(view, name).map(str::to_owned);
    let command = match &what {
        Asked::Declare(_) => return Ok(None),
        Asked::Level => match one(view, "level").ok_or_else(empty)? {
            NO_LEVEL => Command::SetLevel(None),
            said => match said.parse() {
                Ok(number) => Command::SetLevel(Some(number)),
                Err(_) => return Err(empty()),
            },
        },
        Asked::Moment(moment) => Command::Set {
            moment: *moment,
            when: when(view, *moment, &carried, (snapshot, case), now)?,
        },
        Asked::Note => Command::Note {
            text: text("text").ok_or_else(empty)?,
            link: carried
                .message
                .as_ref()
                .and_then(|m| permalink(m, snapshot)),
            author: Who::default(),
        },
        Asked::Summary => Command::Summarise(text("text").ok_or_else(empty)?),
        Asked::HandOver => match view.fields.get("person") {
            Some(Given::Person(Some(id))) => Command::HandOver(person(id, snapshot)),
            _ => return Err(empty()),
        },
        Asked::Call => match view.fields.get("people") {
            Some(Given::People(ids)) if !ids.is_empty() => Command::Call {
                people: ids.iter().map(|id| person(id, snapshot)).collect(),
                groups: Vec::new(),
                until_resolved: false,
            },
            _ => return Err(empty()),
        },
        Asked::Resolve => Command::Resolve {
            reason: text("reason"),
        },
        Asked::Archive => Command::Archive {
            reason: text("reason"),
        },
    };
    Ok(Some(Answer {
        place: carried.place,
        incident: Some(key.clone()),
        commands: vec![command],
        what,
    }))
}

fn declaration(view: &View, carried: &Carried) -> Declaration {
    let service = one(view, "service").unwrap_or_default();
    let kind = carried.kind.clone();
    Declaration {
        kind: kind.or_else(|| one(view, "kind").map(TypeId::from)),
        feeling: one(view, "feeling").map(FeelingId::from),
        drill: one(view, "drill") == Some(DRILL),
        ..Declaration::new(service, words(view, "summary").unwrap_or_default())
    }
}

/// How far a declaration is filled in.
pub(super) fn begun(view: &View) -> Begun {
    let carried = Carried::read(&view.private);
    Begun {
        kind: carried.kind,
        service: one(view, "service").map(Into::into),
        feeling: one(view, "feeling").map(FeelingId::from),
        drill: one(view, "drill") == Some(DRILL),
    }
}

/// The time that somebody means: what they wrote, else what they chose; now, or what is on record,
/// where they left it as it was.
fn when(
    view: &View,
    moment: Moment,
    carried: &Carried,
    (snapshot, case): (&Snapshot, &Case),
    now: Timestamp,
) -> Result<When, Wrong> {
    if let Some(said) = words(view, "said") {
        return time::read(said, case.rules.zone(), now).map_err(|error| Wrong {
            field: "said",
            error,
        });
    }
    let picked = match view.fields.get("at") {
        Some(Given::When(picked)) => *picked,
        _ => None,
    };
    let Some(picked) = picked.filter(|at| Some(at.as_second()) != carried.shown) else {
        if let Some(when) = carried.message.as_ref().and_then(|m| message(m, snapshot)) {
            return Ok(when);
        }
        let known = case.incident.times.get(&moment);
        return Ok(known.map_or(When::Now, |known| When::At(known.value.time)));
    };
    Ok(When::At(picked))
}

/// What is chosen in a field.
fn one<'a>(view: &'a View, name: &str) -> Option<&'a str> {
    match view.fields.get(name) {
        Some(Given::One(Some(value))) => Some(value),
        _ => None,
    }
}

/// What is written in a field.
pub(super) fn words<'a>(view: &'a View, name: &str) -> Option<&'a str> {
    match view.fields.get(name) {
        Some(Given::Words(Some(words))) => Some(words.trim()).filter(|words| !words.is_empty()),
        _ => None,
    }
}

/// Somebody in Slack, with their login where the team file knows it.
pub(in crate::engine::cases) fn person(id: &SlackUserId, snapshot: &Snapshot) -> Who {
    let known = snapshot.people.by_slack(id);
    Who {
        slack: Some(id.clone()),
        login: known.as_ref().map(|(login, _)| login.clone()),
        name: known.map(|(_, person)| person.name.clone()),
    }
}

/// When a message was posted, and where that is seen.
pub(in crate::engine::cases) fn message(spot: &Spot, snapshot: &Snapshot) -> Option<When> {
    let time = time_of(&spot.ts)?;
    Some(match permalink(spot, snapshot) {
        Some(link) => When::Message { time, link },
        None => When::At(time),
    })
}

/// The address of a message's page, as soon as the workspace's is known.
pub(in crate::engine::cases) fn permalink(spot: &Spot, snapshot: &Snapshot) -> Option<String> {
    let base = snapshot
        .me
        .as_ref()
        .map(|me| me.url.trim_end_matches('/'))?;
    let (seconds, micros) = spot.ts.as_str().split_once('.')?;
    // Dots are left out of it, so all digits must be there.
    let page = format!("{base}/archives/{}/p{seconds}{micros:0<6}", spot.channel);
    (!base.is_empty()).then_some(page)
}
