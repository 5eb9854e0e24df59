//! Marks on messages that Slack never told of, put there or taken away: found by looking, and taken in
//! as the events that should have come.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Case;
use super::hear::{first_mark, times_taken_back};
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::id::{ChannelId, DeliveryId, SlackUserId};
use crate::slack::{History, HistoryMessage, Method, Pin};
use crate::store::{Incoming, Source};

/// How far back it is looked: so many pages of a channel's history, of 999 messages each.
const PAGES: usize = 5;
/// In how many threads it is looked. Each costs a call, of which Slack allows 50 a minute.
const THREADS: usize = 30;

/// What a look at a channel has found.
#[derive(Default)]
struct Found {
    messages: Vec<HistoryMessage>,
    pins: Vec<Pin>,
}

impl Engine {
    /// Looks for marks in an incident's channel that nobody has heard of. Slack keeps no log of what it
    /// could not tell, and a look at every message costs too much to be done again and again: this is for
    /// the moment at which the record becomes a document. What cannot be seen then is left as it is.
    pub(super) async fn look_for_marks(&self, case: &Case, now: Timestamp) {
        let Some(channel) = &case.incident.channel.id else {
            return;
        };
        let found = match self.look_through(channel, now).await {
            Ok(found) => found,
            Err(trouble) => {
                tracing::warn!(%channel, %trouble, "it is not known whether a mark was not heard of");
                return;
            }
        };
        let me = self.identity().await.map(|me| me.user_id.clone());
        for event in unheard(case, channel, &found, me.as_ref()) {
            let told = self.0.parts.store.keep(event.told(now)).await;
            if let Err(error) = told {
                self.0.parts.store.complain(&error);
                return;
            }
            tracing::info!(id = %event.id, "a mark that was not heard of was found");
        }
    }

    async fn look_through(&self, channel: &ChannelId, now: Timestamp) -> Result<Found, Trouble> {
        let slack = &self.0.parts.slack;
        let pins = self.look_up_in_slack(Method::Pins, slack.pins(channel), now);
        let mut found = Found {
            pins: pins.await?,
            ..Found::default()
        };
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let part = History {
                cursor: cursor.as_deref(),
                ..History::default()
            };
            let page = slack.history(channel, part);
            let page = self.look_up_in_slack(Method::History, page, now).await?;
            found.messages.extend(page.messages);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let answered = found.messages.iter().filter(|it| it.reply_count > 0);
        let threads: Vec<_> = answered.map(|it| it.ts.clone()).take(THREADS).collect();
        for thread in threads {
            let page = slack.replies(channel, &thread, History::default());
            let page = self.look_up_in_slack(Method::Replies, page, now).await?;
            let answers = page.messages.into_iter().filter(|it| it.ts != thread);
            found.messages.extend(answers);
        }
        Ok(found)
    }
}

/// An event that Slack should have sent.
struct Unheard {
    /// Made of what it is about: a second look finds the same.
    id: DeliveryId,
    event: Value,
}

impl Unheard {
    fn told(&self, now: Timestamp) -> Incoming {
        let body = json!({
            "type": "event_callback",
            "event_id": self.id,
            "event_time": now.as_second(),
            "event": self.event,
        });
        Incoming {
            source: Source::SlackEvent,
            id: self.id.clone(),
            kind: self.event["type"].as_str().unwrap_or_default().to_owned(),
            body: Bytes::from(body.to_string()),
            received: now,
        }
    }
}

/// The marks that are not on record, and those on record that are no more: of what was seen.
fn unheard(
    case: &Case,
    channel: &ChannelId,
    found: &Found,
    me: Option<&SlackUserId>,
) -> Vec<Unheard> {
    let emoji = &case.rules.playbook.reaction;
    let person = |who: &&SlackUserId| me != Some(*who);
    let mut all = Vec::new();
    for message in &found.messages {
        let ts = &message.ts;
        let reactions = message.reactions.iter();
        let reacted = reactions
            .filter(|it| it.name.split("::").next() == Some(emoji))
            .find_map(|it| it.users.iter().find(person));
        let mut pins = found.pins.iter().filter(|pin| pin.ts == *ts);
        let pinned = pins.find_map(|pin| pin.by.as_ref().filter(person));
        let first = first_mark(channel, ts);
        let mut notes = case.incident.notes.iter();
        let noted = notes.find(|note| note.key.as_str().starts_with(first.as_str()));
        let times = times_taken_back(&first, &case.entries);
        let item = json!({"type": "message", "channel": channel, "ts": ts});
        let (word, event) = match (noted, reacted, pinned) {
            (None, Some(who), _) => {
                let kind = "reaction_added";
                let event = json!({"type": kind, "user": who, "reaction": emoji, "item": item});
                ("on", event)
            }
            (None, None, Some(who)) => {
                let item = json!({"type": "message", "message": {"ts": ts}});
                let kind = "pin_added";
                let event = json!({"type": kind, "user": who, "channel_id": channel, "item": item});
                ("on", event)
            }
            (Some(note), None, None) => {
                let Some(who) = &note.by.slack else {
                    continue;
                };
                let kind = "reaction_removed";
                let event = json!({"type": kind, "user": who, "reaction": emoji, "item": item});
                ("off", event)
            }
            _ => continue,
        };
        all.push(Unheard {
            id: DeliveryId::new(format!("found:{first}:{word}:{times}")),
            event,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::ask::Spot;
    use super::super::hear::{Meant, hear};
    use super::super::samples::{CHANNEL, KEY, busy, now};
    use super::*;
    use crate::i18n::Lang;
    use crate::id::DoneKey;
    use crate::incident::{Entry, Fact, Mark, Via, Who, fold};
    use crate::slack::inbound::{Door, read};

    const TS: &str = "1633015200.000200";

    fn note() -> DoneKey {
        DoneKey::new(format!("a:{CHANNEL}:{TS}+marked"))
    }

    /// What is heard of what a look at one message finds. `noted` where hanako's mark is on record.
    fn heard(noted: bool, reactions: Value, pinned: &[&str]) -> Vec<Meant> {
        let mut snapshot = busy(Lang::En);
        let case = Arc::make_mut(snapshot.cases.get_mut(&KEY.into()).unwrap());
        if noted {
            let fact = Fact::Note {
                text: "x".to_owned(),
                link: None,
                author: Who::default(),
            };
            let mark = Mark {
                key: note(),
                at: now(),
                who: Who::in_slack("U0HANAKO"),
                via: Via::Slack,
                fact,
            };
            case.entries.push(Entry::marked(mark, true));
            case.incident = fold(&case.entries, &case.rules).unwrap();
        }
        let message = json!({"ts": TS, "user": "U0TARO", "text": "x", "reactions": reactions});
        let pin = |who: &&str| Pin {
            ts: TS.into(),
            by: Some((*who).into()),
        };
        let found = Found {
            messages: vec![serde_json::from_value(message).unwrap()],
            pins: pinned.iter().map(pin).collect(),
        };
        let me = SlackUserId::from("U0SSSBOT");
        let events = unheard(case, &CHANNEL.into(), &found, Some(&me));
        let told = events.iter().map(|event| event.told(now()).body);
        let told = told.filter_map(|body| {
            let inbound = read(Door::Event, &body).unwrap();
            hear(&inbound, &snapshot, now())
        });
        let meant = told.flat_map(|heard| heard.meant);
        meant
            .filter(|it| !matches!(it, Meant::Spoke { .. }))
            .collect()
    }

    #[test]
    fn what_was_not_heard_of_is_found() {
        let memo = |users: Value| json!([{"name": "memo::skin-tone-2", "users": users}]);
        let incident = DoneKey::from(KEY);
        let marked = Meant::Marked {
            incident: incident.clone(),
            message: Spot {
                channel: CHANNEL.into(),
                ts: TS.into(),
            },
        };
        let note = note();
        let taken_back = Meant::Unmarked { incident, note };
        let none = json!([]);
        let cases = [
            (false, memo(json!(["U0TARO"])), &[][..], Some(&marked)),
            (false, none.clone(), &["U0TARO"][..], Some(&marked)),
            // The card, which we pin ourselves; another emoji.
            (false, memo(json!(["U0SSSBOT"])), &["U0SSSBOT"][..], None),
            (
                false,
                json!([{"name": "eyes", "users": ["U0TARO"]}]),
                &[][..],
                None,
            ),
            // It is on record because of one, whoever marks it.
            (true, memo(json!(["U0TARO"])), &[][..], None),
            (true, none.clone(), &["U0TARO"][..], None),
            (true, none, &[][..], Some(&taken_back)),
        ];
        for (noted, reactions, pins, wanted) in cases {
            let heard = heard(noted, reactions.clone(), pins);
            let wanted: Vec<Meant> = wanted.into_iter().cloned().collect();
            assert_eq!(heard, wanted, "{noted} {reactions} {pins:?}");
        }
    }
}
