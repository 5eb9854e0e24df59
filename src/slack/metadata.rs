//! What a message of ours carries unseen: the key by which a rebuilt sssbot knows what it has said.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::id::DoneKey;

/// Slack's name for the kind of metadata; what has another is not ours.
const EVENT_TYPE: &str = "sssbot_message";

/// The most bytes of JSON that the payload may have. Slack does not say its limit; messages with
/// more than 2 KB have been seen to lose it.
const MOST: usize = 2_000;

/// The metadata of one message. Everybody in the workspace can read it, and any app can write
/// such a thing on messages of its own: it counts only on a message that our bot has posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// What the message is about.
    pub key: DoneKey,
    /// Which state of it the message shows; a greater one is newer. Slack keeps only its own
    /// translation of a text, so this and not the text says whether a message is up to date.
    pub rev: u64,
    /// What else is worth finding again; left out, last names first, where it would be too much.
    pub more: BTreeMap<String, String>,
}

impl Metadata {
    /// The metadata of a message about `key` in its state `rev`.
    pub fn new(key: DoneKey, rev: u64) -> Self {
        Self {
            key,
            rev,
            more: BTreeMap::new(),
        }
    }

    /// As Slack takes it.
    pub fn to_json(&self) -> Value {
        let mut payload = Map::new();
        for (name, text) in &self.more {
            payload.insert(name.clone(), Value::from(text.as_str()));
        }
        // Last, so that nothing in `more` can stand for them. A text, since numbers above 2^53
        // do not survive every reader of JSON.
        payload.insert("key".into(), Value::from(self.key.as_str()));
        payload.insert("rev".into(), Value::from(self.rev.to_string()));
        let mut names: Vec<&String> = self.more.keys().collect();
        while Value::Object(payload.clone()).to_string().len() > MOST {
            match names.pop() {
                Some(name) if name != "key" && name != "rev" => {
                    payload.remove(name);
                }
                Some(_) => {}
                None => break,
            }
        }
        json!({"event_type": EVENT_TYPE, "event_payload": payload})
    }

    /// Reads what Slack gives back; `None` for what is not ours or not whole.
    pub fn from_json(value: &Value) -> Option<Self> {
        if value.get("event_type")?.as_str()? != EVENT_TYPE {
            return None;
        }
        let payload = value.get("event_payload")?.as_object()?;
        let key = payload.get("key")?.as_str().filter(|key| !key.is_empty())?;
        let rev = payload.get("rev")?.as_str()?.parse().ok()?;
        let more = payload
            .iter()
            .filter(|(name, _)| *name != "key" && *name != "rev")
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        Some(Self {
            key: DoneKey::from(key),
            rev,
            more,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_ours_is_read() {
        let ours =
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "7"}});
        assert_eq!(
            Metadata::from_json(&ours),
            Some(Metadata::new("c:1".into(), 7))
        );
        for other in [
            json!(null),
            json!({"event_type": "sssbot_message"}),
            json!({"event_type": "other", "event_payload": {"key": "c:1", "rev": "7"}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": 7}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "-7"}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "", "rev": "7"}}),
            json!({"event_type": "sssbot_message", "event_payload": ["c:1", "7"]}),
        ] {
            assert_eq!(Metadata::from_json(&other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn comes_back_as_it_went_and_stays_small(
            key in "[ -~一]{1,100}",
            rev in any::<u64>(),
            more in proptest::collection::btree_map("[a-z]{1,9}", ".{0,400}", 0..8),
        ) {
            let metadata = Metadata { key: key.as_str().into(), rev, more };
            let json = metadata.to_json();
            prop_assert!(json["event_payload"].to_string().len() <= MOST);
            let back = Metadata::from_json(&json).unwrap();
            prop_assert_eq!(&back.key, &metadata.key);
            prop_assert_eq!(back.rev, rev);
            for (name, text) in &back.more {
                prop_assert_eq!(metadata.more.get(name), Some(text));
            }
        }
    }
}
