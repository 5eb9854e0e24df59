//! What somebody means who did something in Slack: a mention, a command, a press, a dialog.
//!
//! Nothing is asked of anybody here and nothing is done: whether they may, and what follows, is the
//! caller's. The same request gives the same answer whenever it is read, as far as the incidents
//! that are known are the same, and every command has an [`Origin`] that a repeat has too.

mod pressed;
#[cfg(test)]
mod tests;
mod typed;

use jiff::Timestamp;

use super::Snapshot;
use super::ask::{self, Ask, Spot};
use crate::id::{ChannelId, DoneKey, MessageTs, SlackUserId, TypeId};
use crate::incident::entry::MARKED;
use crate::incident::state::Note;
use crate::incident::view::Act;
use crate::incident::{Command, Entry, Fact, Origin, UserError, What};
use crate::slack::inbound::{Event, Inbound, Message, ResponseUrl, Submitted};

/// Something that one should do something about.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct Heard {
    /// Who; Slack does not say it of everything.
    pub who: Option<SlackUserId>,
    /// Where; a Home tab is nowhere.
    pub channel: Option<ChannelId>,
    /// The place that makes it this one and no other.
    pub origin: Origin,
    /// What they mean, in order.
    pub meant: Vec<Meant>,
    /// Where they can be answered so that nobody else sees it.
    pub response_url: Option<ResponseUrl>,
    /// What they pressed, for all to see: 「@x さんが … を押しました」. Not for what opens a dialog:
    /// nothing has happened yet, and they may close it.
    pub pressed: Option<Act>,
}

/// What somebody means.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) enum Meant {
    /// What is it? (A2.)
    Greet {
        /// Only they see the answer.
        privately: bool,
    },
    /// What can I do here? (A5.)
    Panel {
        /// The incident of this channel.
        incident: DoneKey,
        /// Only they see the answer.
        privately: bool,
    },
    /// Which commands are there? Only they see the answer.
    Help,
    /// Who is in this team, or which teams are there? Only they see the answer.
    Team {
        /// The team, as they call it.
        called: Option<String>,
    },
    /// A dialog is to be opened. Who took the request in has done that: it must happen within three
    /// seconds.
    Ask(Ask),
    /// How far they are with declaring an incident (A4).
    Progress {
        /// How far.
        step: Step,
        /// Where that is said; nowhere where they began in their Home tab.
        place: Option<ChannelId>,
    },
    /// Something is to be done.
    Command {
        /// To which incident; to none where it begins one.
        incident: Option<DoneKey>,
        /// What.
        command: Command,
        /// The place of this one: of several from one request, each has its own.
        origin: Origin,
    },
    /// It cannot be done. Only they see why.
    Refuse(UserError),
    /// Somebody is at work in the channel of an incident.
    Spoke {
        /// Which.
        incident: DoneKey,
    },
    /// Somebody has put the emoji on a message that puts it on record. What it says is not told
    /// with it.
    Marked {
        /// Which incident.
        incident: DoneKey,
        /// The message.
        message: Spot,
    },
    /// They took back that a message is on record.
    Unmarked {
        /// Which incident.
        incident: DoneKey,
        /// The note that was made of the message.
        note: DoneKey,
    },
    /// Somebody came into a channel that we are in; or we did.
    Joined {
        /// By whom they were invited.
        inviter: Option<SlackUserId>,
    },
    /// The channel was closed.
    Archived,
    /// The channel was brought back.
    Unarchived,
    /// The channel is called otherwise.
    Renamed {
        /// The new name, without `#`.
        name: String,
    },
    /// They look at their Home tab.
    Home,
}

/// How far somebody is with declaring an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Step {
    /// The dialog is open.
    Filling,
    /// They have closed it.
    GaveUp,
    /// It is sent off.
    Preparing,
}

/// What this means; `None` for what is nothing to us. `received` is when it came in, by which
/// `now` and `5 minutes ago` are read.
pub(in crate::engine) fn hear(
    inbound: &Inbound,
    snapshot: &Snapshot,
    received: Timestamp,
) -> Option<Heard> {
    let heard = match inbound {
        Inbound::Event(envelope) => event(&envelope.event, snapshot, received)?,
        Inbound::Pressed(pressed) => pressed::pressed(pressed, snapshot)?,
        Inbound::Submitted(submitted) => sent_off(submitted, snapshot, received)?,
        Inbound::Closed { who, view } => {
            let begins = ask::asked(&view.callback)?;
            let begins = matches!(begins, ask::Asked::Declare(_));
            let place = ask::place(view);
            let step = Step::GaveUp;
            Heard {
                meant: vec![Meant::Progress { step, place }]
                    .into_iter()
                    .filter(|_| begins)
                    .collect(),
                ..by(who, None, view.id.as_str())
            }
        }
        Inbound::Shortcut {
            who,
            callback,
            trigger,
        } => {
            if callback != "declare" {
                return None;
            }
            let declare = ask::Asked::Declare(ask::Begun::default());
            Heard {
                meant: opened(Ask::of(declare, None, None)),
                ..by(who, None, trigger)
            }
        }
        Inbound::OnMessage(on) => pressed::on_message(on, snapshot)?,
        Inbound::Command(command) => typed::command(command, snapshot, received),
        Inbound::Other(_) => return None,
    };
    (!heard.meant.is_empty()).then_some(heard)
}

/// Somebody did something here, and nothing is known of it yet.
fn by(who: &SlackUserId, channel: Option<&ChannelId>, ts: &str) -> Heard {
    Heard {
        who: Some(who.clone()),
        channel: channel.cloned(),
        origin: origin(who, channel, ts),
        meant: Vec::new(),
        response_url: None,
        pressed: None,
    }
}

/// Where something was done; a place that belongs to one person goes by their name.
fn origin(who: &SlackUserId, channel: Option<&ChannelId>, ts: &str) -> Origin {
    Origin::Slack {
        channel: channel.map_or_else(|| ChannelId::from(who.as_str()), Clone::clone),
        ts: MessageTs::from(ts),
    }
}

/// The place of the nth thing that one request asks for.
fn nth(origin: &Origin, nth: usize) -> Origin {
    match origin {
        Origin::Slack { channel, ts } if nth > 0 => Origin::Slack {
            channel: channel.clone(),
            ts: MessageTs::new(format!("{ts}+{nth}")),
        },
        origin => origin.clone(),
    }
}

/// A dialog is open now; of one that begins an incident others are told.
fn opened(ask: Ask) -> Vec<Meant> {
    let begins = matches!(ask.what, ask::Asked::Declare(_));
    let progress = begins.then(|| Meant::Progress {
        step: Step::Filling,
        place: ask.place.clone(),
    });
    std::iter::once(Meant::Ask(ask)).chain(progress).collect()
}

fn sent_off(submitted: &Submitted, snapshot: &Snapshot, received: Timestamp) -> Option<Heard> {
    let view = &submitted.view;
    let place = ask::place(view);
    let mut heard = by(&submitted.who, place.as_ref(), &view.id);
    let answer = match ask::answer(submitted, snapshot, received) {
        Ok(answer) => answer?,
        Err(wrong) => {
            heard.meant.push(Meant::Refuse(wrong.error));
            return Some(heard);
        }
    };
    let mut incident = answer.incident;
    let mut meant = Vec::new();
    if matches!(answer.what, ask::Asked::Declare(_)) {
        let step = Step::Preparing;
        meant.push(Meant::Progress { step, place });
    }
    for (number, command) in answer.commands.into_iter().enumerate() {
        let begins = matches!(command, Command::Declare(_));
        meant.push(Meant::Command {
            incident: incident.clone(),
            command,
            origin: nth(&heard.origin, number),
        });
        if begins {
            incident = Some(heard.origin.key(0));
        }
    }
    heard.meant = meant;
    Some(heard)
}

fn event(event: &Event, snapshot: &Snapshot, received: Timestamp) -> Option<Heard> {
    let here = |who: Option<&SlackUserId>, channel: &ChannelId, ts: &str, meant: Meant| Heard {
        who: who.cloned(),
        channel: Some(channel.clone()),
        origin: Origin::Slack {
            channel: channel.clone(),
            ts: MessageTs::from(ts),
        },
        meant: vec![meant],
        response_url: None,
        pressed: None,
    };
    let incident = |channel: &ChannelId| {
        let case = snapshot.in_channel(channel);
        case.map(|case| case.incident.key.clone())
    };
    // What has no time of its own is known by when it came: it is written nowhere.
    let came = received.as_microsecond().to_string();
    Some(match event {
        Event::Mentioned(message) => typed::mention(message, snapshot, received)?,
        // In a talk with the bot alone, everything is for it.
        Event::Said(message) if message.channel.as_str().starts_with('D') => {
            typed::mention(message, snapshot, received)?
        }
        Event::Said(message) => {
            let who = speaker(message, snapshot)?;
            let incident = incident(&message.channel)?;
            let meant = Meant::Spoke { incident };
            here(Some(who), &message.channel, message.ts.as_str(), meant)
        }
        Event::Reacted {
            who,
            emoji,
            channel,
            ts,
            ..
        } => {
            if is_us(who, snapshot) {
                return None;
            }
            let incident = incident(channel)?;
            // `memo::skin-tone-2` is the same.
            let emoji = emoji.split("::").next().unwrap_or_default();
            let marks = snapshot
                .cases
                .get(&incident)
                .is_some_and(|case| case.rules.playbook.reaction == emoji);
            let spoke = Meant::Spoke {
                incident: incident.clone(),
            };
            let marked = Meant::Marked {
                incident,
                message: Spot {
                    channel: channel.clone(),
                    ts: ts.clone(),
                },
            };
            let place = marked_at(&marked, snapshot);
            let mut heard = here(Some(who), channel, &place, spoke);
            heard.meant.extend(marks.then_some(marked));
            heard
        }
        Event::Unmarked {
            who,
            emoji,
            channel,
            ts,
        } => {
            let incident = incident(channel)?;
            let case = snapshot.cases.get(&incident)?;
            let emoji = emoji.as_deref().and_then(|emoji| emoji.split("::").next());
            if emoji.is_some_and(|emoji| case.rules.playbook.reaction != emoji) {
                return None;
            }
            let first = first_mark(channel, ts);
            // Others may have marked it, too; it is on record because of one.
            let theirs = |note: &&Note| note.by.slack.as_ref() == Some(who);
            let mut notes = case.incident.notes.iter().filter(theirs);
            let note = notes.find(|it| it.key.as_str().starts_with(first.as_str()))?;
            let note = note.key.clone();
            let place = format!("{ts}+unmarked");
            here(
                Some(who),
                channel,
                &place,
                Meant::Unmarked { incident, note },
            )
        }
        // A pin says the same as the emoji; what is pinned and is no message says nothing.
        Event::Pinned {
            who,
            channel,
            ts: Some(ts),
        } => {
            if is_us(who, snapshot) {
                return None;
            }
            let incident = incident(channel)?;
            let spot = Spot {
                channel: channel.clone(),
                ts: ts.clone(),
            };
            let marked = Meant::Marked {
                incident,
                message: spot,
            };
            here(Some(who), channel, &marked_at(&marked, snapshot), marked)
        }
        Event::Joined {
            who,
            channel,
            inviter,
        } => {
            let inviter = inviter.clone();
            here(Some(who), channel, &came, Meant::Joined { inviter })
        }
        Event::HomeOpened { who, home: true } => Heard {
            meant: vec![Meant::Home],
            ..by(who, None, &came)
        },
        Event::Archived { channel, who } => here(who.as_ref(), channel, &came, Meant::Archived),
        Event::Unarchived { channel, who } => here(who.as_ref(), channel, &came, Meant::Unarchived),
        Event::Renamed { channel, name } => {
            let name = name.clone();
            here(None, channel, &came, Meant::Renamed { name })
        }
        Event::Edited(_)
        | Event::Deleted { .. }
        | Event::Pinned { .. }
        | Event::HomeOpened { home: false, .. }
        | Event::Other(_) => return None,
    })
}

/// The key of the note that a message is when it is marked for the first time.
pub(in crate::engine::cases) fn first_mark(channel: &ChannelId, ts: &MessageTs) -> DoneKey {
    let origin = Origin::Slack {
        channel: channel.clone(),
        ts: format!("{ts}{MARKED}").into(),
    };
    origin.key(0)
}

/// The place of a mark. Whoever marks it: one message is on record once, unless that was taken back.
fn marked_at(marked: &Meant, snapshot: &Snapshot) -> String {
    let Meant::Marked { incident, message } = marked else {
        return String::new();
    };
    let first = first_mark(&message.channel, &message.ts);
    let case = snapshot.cases.get(incident);
    let entries = case.map_or(&[][..], |case| &case.entries);
    let ts = &message.ts;
    match times_taken_back(&first, entries) {
        0 => format!("{ts}{MARKED}"),
        times => format!("{ts}{MARKED}.{times}"),
    }
}

/// How often it was taken back that a message is on record, by the key of its first mark.
pub(in crate::engine::cases) fn times_taken_back(first: &DoneKey, entries: &[Entry]) -> usize {
    let taken_back = entries.iter().filter(|entry| {
        matches!(&entry.what, What::Marked(Fact::Unmarked { note })
            if note.as_str().starts_with(first.as_str()))
    });
    taken_back.count()
}

fn is_us(who: &SlackUserId, snapshot: &Snapshot) -> bool {
    snapshot.me.as_ref().is_some_and(|me| me.user_id == *who)
}

/// The person who has said something; `None` for bots, ourselves among them.
fn speaker<'a>(message: &'a Message, snapshot: &Snapshot) -> Option<&'a SlackUserId> {
    let author = message.author.as_ref().filter(|_| message.by_person())?;
    (!is_us(author, snapshot)).then_some(author)
}

/// The incident that a button is about: the one that it names, else the one of the channel.
///
/// # Errors
/// Where that one is not known.
fn about(
    value: &str,
    channel: Option<&ChannelId>,
    snapshot: &Snapshot,
) -> Result<DoneKey, UserError> {
    let case = if value.is_empty() {
        channel.and_then(|channel| snapshot.in_channel(channel))
    } else {
        snapshot.cases.get(&DoneKey::from(value))
    };
    let key = case.map(|case| case.incident.key.clone());
    key.ok_or(UserError::NoIncident)
}

/// A type of incident, where there is such a one.
fn kind(named: Option<TypeId>, snapshot: &Snapshot) -> Option<TypeId> {
    named.filter(|kind| snapshot.rules.kind(kind).is_some())
}
