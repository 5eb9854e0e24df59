//! What follows from a command: whether they may, whether it makes sense, and what goes on record.

use jiff::{SignedDuration, Timestamp};

use super::aftermath::PullState;
use super::command::{Command, When};
use super::entry::{Entry, What};
use super::error::UserError;
use super::fact::{Declaration, Fact, Moment};
use super::rules::Rules;
use super::state::{Incident, OpenEnd, Phase};
use super::who::{Actor, Permission, Standing, Who};
use crate::id::{FeelingId, ServiceId};
use crate::playbook::Verb;

/// How long before its declaration something of an incident may have happened.
const LONG_BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How far clocks may be apart: a time that is not further ahead is now.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);

/// The longest text that goes on record, in characters: it stands in its comment twice, once for
/// people and once in the mark, and a comment takes 65,536.
pub const LONGEST_TEXT: usize = 8_000;

/// What goes on record when this actor gives this command at `now`. Nothing, where it is so
/// already. The entries are not on record yet: they are folded in when GitHub has them, or at once,
/// as waiting, when GitHub is away.
///
/// # Errors
/// What to tell the actor, and nobody else.
pub fn interpret(
    state: Option<&Incident>,
    command: &Command,
    actor: &Actor,
    now: Timestamp,
    rules: &Rules,
) -> Result<Vec<Entry>, UserError> {
    let verb = command.verb();
    may(state, verb, actor, rules)?;
    let facts = match (command, state) {
        (Command::Declare(declaration), _) => vec![Fact::Declared(declare(declaration, rules)?)],
        (_, None) => return Err(UserError::NoIncident),
        (_, Some(incident)) => {
            let over = incident.phase() == Phase::Archived;
            let still = matches!(verb, Verb::Reopen | Verb::Archive | Verb::Note)
                || matches!(verb, Verb::Detected | Verb::Responded | Verb::Recovered);
            if over && !still {
                return Err(UserError::Over);
            }
            follow(incident, command, actor, now, rules)?
        }
    };
    Ok(facts
        .into_iter()
        .enumerate()
        .map(|(nth, fact)| Entry {
            key: actor.origin.key(nth),
            at: now,
            who: actor.who.clone(),
            via: actor.origin.via(),
            recorded: false,
            what: What::Marked(fact),
        })
        .collect())
}

/// Whether they may.
fn may(
    state: Option<&Incident>,
    verb: Verb,
    actor: &Actor,
    rules: &Rules,
) -> Result<(), UserError> {
    match actor.standing {
        Standing::Sssbot => return Ok(()),
        Standing::Member => {}
        // Before there is an incident there is none to be invited to.
        Standing::Guest { invited } => {
            if !invited || state.is_none() {
                return Err(UserError::Guest { verb });
            }
        }
        Standing::GitHub(permission) => {
            if permission < Permission::Triage {
                let least = Permission::Triage.word();
                return Err(UserError::Permission { verb, least });
            }
        }
    }
    let Some(allowed) = rules.playbook.permissions.of(verb) else {
        return Ok(());
    };
    let is = |named: &String| {
        let id = actor.who.slack.as_ref();
        actor.called.people.contains(named) || id.is_some_and(|id| id.as_str() == named)
    };
    let groups = &actor.called.groups;
    let named = allowed.called.people.iter().any(is)
        || allowed
            .called
            .groups
            .iter()
            .any(|group| groups.contains(group));
    let leads = state
        .and_then(|incident| incident.handler.as_ref())
        .is_some_and(|handler| handler.value.is(&actor.who));
    if named || (allowed.handler && leads) {
        Ok(())
    } else {
        Err(UserError::Narrowed { verb })
    }
}

/// A declaration with the playbook's names in it.
fn declare(said: &Declaration, rules: &Rules) -> Result<Declaration, UserError> {
    let service = service(said.service.as_str(), rules)?;
    let kind = said.kind.as_ref().map(|said| {
        let unknown = || UserError::Kind {
            said: said.to_string(),
            known: kinds(rules),
        };
        let known = rules.kind_called(said.as_str());
        known.map(|kind| kind.id.clone()).ok_or_else(unknown)
    });
    let feeling = said
        .feeling
        .as_ref()
        .map(|said| feeling(said.as_str(), rules));
    if let Some(number) = said.level {
        level(number, rules)?;
    }
    Ok(Declaration {
        service,
        kind: kind.transpose()?,
        level: said.level,
        feeling: feeling.transpose()?,
        drill: said.drill,
        summary: text(&said.summary)?,
        channel: said.channel.clone(),
    })
}

/// The service that people call so.
pub(super) fn service(said: &str, rules: &Rules) -> Result<ServiceId, UserError> {
    let bare = said.trim();
    if bare.is_empty() {
        return Err(UserError::Incomplete { verb: Verb::Open });
    }
    let services = &rules.playbook.services;
    match rules.playbook.service_called(bare) {
        Ok(service) => Ok(service.id.clone()),
        Err(meant) => Err(UserError::Service {
            said: bare.to_owned(),
            meant: meant.map(|service| service.id.to_string()),
            known: services.iter().map(|s| s.id.to_string()).collect(),
        }),
    }
}

/// The names of the types.
pub(super) fn kinds(rules: &Rules) -> Vec<String> {
    let names = rules.playbook.types.iter();
    names
        .map(|kind| kind.name.say(rules.lang).to_owned())
        .collect()
}

/// The 温度感 that people call so.
pub(super) fn feeling(said: &str, rules: &Rules) -> Result<FeelingId, UserError> {
    let names = rules.playbook.feelings.iter();
    let unknown = || UserError::Feeling {
        said: said.to_owned(),
        known: names.map(|f| f.name.say(rules.lang).to_owned()).collect(),
    };
    let known = rules.feeling_called(said).map(|feeling| feeling.id.clone());
    known.ok_or_else(unknown)
}

fn level(number: u8, rules: &Rules) -> Result<(), UserError> {
    match rules.level(number) {
        Some(_) => Ok(()),
        None => Err(UserError::Level {
            said: number.to_string(),
            known: levels(rules),
        }),
    }
}

/// The numbers of the levels.
pub(super) fn levels(rules: &Rules) -> Vec<String> {
    let levels = rules.playbook.levels.iter();
    levels.map(|level| level.number.to_string()).collect()
}

/// A text that may go on record.
fn text(said: &str) -> Result<String, UserError> {
    let said = said.trim();
    if said.is_empty() {
        return Err(UserError::Empty);
    }
    if said.chars().count() > LONGEST_TEXT {
        return Err(UserError::TooLong { most: LONGEST_TEXT });
    }
    Ok(said.to_owned())
}

fn follow(
    incident: &Incident,
    command: &Command,
    actor: &Actor,
    now: Timestamp,
    rules: &Rules,
) -> Result<Vec<Fact>, UserError> {
    let one = |fact: Fact| Ok(vec![fact]);
    let nothing = Ok(Vec::new());
    match command {
        Command::Declare(_) => nothing,
        Command::TakeHandler => lead(incident, &actor.who),
        Command::HandOver(who) if who.is_nobody() => Err(UserError::Incomplete {
            verb: Verb::Handler,
        }),
        Command::HandOver(who) => lead(incident, who),
        Command::LayDownHandler if incident.handler.is_none() => nothing,
        Command::LayDownHandler => one(Fact::Handler { handler: None }),
        Command::SetLevel(wanted) => {
            if let Some(number) = wanted {
                level(*number, rules)?;
            }
            if incident.level.as_ref().map(|l| l.value) == *wanted {
                return nothing;
            }
            one(Fact::Level { level: *wanted })
        }
        Command::SetFeeling(said) => {
            let feeling = feeling(said, rules)?;
            if incident
                .feeling
                .as_ref()
                .is_some_and(|f| f.value == feeling)
            {
                return nothing;
            }
            one(Fact::Feeling { feeling })
        }
        Command::Set { moment, when } => set(incident, *moment, when, now),
        Command::Withdraw(moment) if incident.times.contains_key(moment) => one(Fact::Moment {
            moment: *moment,
            time: None,
            link: None,
            was: None,
        }),
        Command::Withdraw(_) => Err(UserError::NothingToWithdraw),
        Command::Tick(said) => tick(incident, said, true, rules),
        Command::Untick(said) => tick(incident, said, false, rules),
        Command::Note {
            text: said,
            link,
            author,
        } => one(Fact::Note {
            text: text(said)?,
            link: link.clone(),
            author: author.clone(),
        }),
        Command::Summarise(said) => {
            let text = text(said)?;
            if incident.summary.value == text {
                return nothing;
            }
            one(Fact::Summary { text })
        }
        Command::Call { people, groups, .. } if people.is_empty() && groups.is_empty() => {
            Err(UserError::Incomplete { verb: Verb::Call })
        }
        Command::Call {
            people,
            groups,
            until_resolved,
        } => one(Fact::Called {
            people: people.clone(),
            groups: groups.clone(),
            until_resolved: *until_resolved,
        }),
        Command::Announce(said) => one(Fact::Announced { text: text(said)? }),
        Command::Postmortem => match &incident.aftermath.pull {
            Some(pull) if pull.state != PullState::Closed => Err(UserError::PostmortemThere {
                url: pull.url.clone(),
            }),
            _ if incident.aftermath.is_wanted() => nothing,
            _ => one(Fact::PostmortemAsked),
        },
        Command::Resolve { reason } => {
            if incident.resolved.is_some() {
                return nothing;
            }
            let ends: Vec<OpenEnd> = incident.open_ends(rules);
            let not_recovered = ends.contains(&OpenEnd::NotRecovered);
            let reason = reason.as_deref().map(text).transpose()?;
            if not_recovered && reason.is_none() {
                return Err(UserError::Open {
                    verb: Verb::Resolve,
                    ends: vec![OpenEnd::NotRecovered],
                });
            }
            one(Fact::Resolved { reason })
        }
        Command::Reopen => {
            let mut facts = Vec::new();
            if incident.archived.is_some() {
                facts.push(Fact::Unarchived);
            }
            if incident.resolved.is_some() {
                facts.push(Fact::Reopened);
            }
            if facts.is_empty() {
                return Err(UserError::NotOver);
            }
            Ok(facts)
        }
        Command::Archive { reason } => {
            if incident.archived.is_some() {
                return nothing;
            }
            let ends = incident.open_ends(rules);
            let reason = reason.as_deref().map(text).transpose()?;
            if !ends.is_empty() && reason.is_none() {
                return Err(UserError::Open {
                    verb: Verb::Archive,
                    ends,
                });
            }
            // K1: a closed channel is a resolved incident.
            let mut facts = Vec::new();
            if incident.resolved.is_none() {
                facts.push(Fact::Resolved {
                    reason: reason.clone(),
                });
            }
            facts.push(Fact::Archived { reason });
            Ok(facts)
        }
    }
}

fn lead(incident: &Incident, who: &Who) -> Result<Vec<Fact>, UserError> {
    if incident.handler.as_ref().is_some_and(|h| h.value.is(who)) {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::Handler {
        handler: Some(who.clone()),
    }])
}

fn set(
    incident: &Incident,
    moment: Moment,
    when: &When,
    now: Timestamp,
) -> Result<Vec<Fact>, UserError> {
    let time = when.time(now);
    if time.duration_since(now) > CLOCKS_DIFFER {
        return Err(UserError::Future { time });
    }
    let declared = incident.declared;
    if declared.duration_since(time) > LONG_BEFORE {
        return Err(UserError::LongBefore { time, declared });
    }
    let stated = |moment| incident.times.get(&moment).map(|s| s.value.time);
    let (detected, recovered) = match moment {
        Moment::Detected => (Some(time), stated(Moment::Recovered)),
        Moment::Recovered => (stated(Moment::Detected), Some(time)),
        Moment::Responded => (None, None),
    };
    if let (Some(detected), Some(recovered)) = (detected, recovered)
        && recovered < detected
    {
        return Err(UserError::RecoveredBeforeDetected {
            recovered,
            detected,
        });
    }
    // Two people who press at once say the same; a correction says a time.
    if stated(moment).is_some_and(|known| known == time || *when == When::Now) {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::Moment {
        moment,
        time: Some(time),
        link: when.link().map(str::to_owned),
        was: None,
    }])
}

fn tick(
    incident: &Incident,
    said: &str,
    done: bool,
    rules: &Rules,
) -> Result<Vec<Fact>, UserError> {
    let list = incident.checklist(rules);
    let number = said.trim().parse::<usize>().ok();
    let by_number = number.and_then(|n| list.get(n.checked_sub(1)?));
    let by_id = || list.iter().find(|(item, _)| item.id == said.trim());
    let Some((item, is_done)) = by_number.or_else(by_id) else {
        return Err(UserError::Item {
            said: said.to_owned(),
            count: list.len(),
        });
    };
    if *is_done == done {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::Item {
        item: item.id.clone(),
        done,
    }])
}
