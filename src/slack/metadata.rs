//! What a message of ours carries unseen: the keys by which a rebuilt sssbot knows what it has said.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// What else the message is about, each with its state, in the order in which it is listed
    /// there: empty but for a digest.
    pub with: Vec<(DoneKey, u64)>,
    /// What the message carries for whoever comes after a lost database.
    pub carried: Option<Carried>,
}

/// A text that a message carries unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// What it is about.
    pub about: DoneKey,
    /// The text.
    pub text: String,
}

impl Metadata {
    /// The metadata of a message about `key` in its state `rev`.
    pub fn new(key: DoneKey, rev: u64) -> Self {
        Self {
            key,
            rev,
            with: Vec::new(),
            carried: None,
        }
    }

    /// The metadata of a message that lists all of these; `None` for none.
    pub fn of(entries: &[(DoneKey, u64)]) -> Option<Self> {
        let ((key, rev), with) = entries.split_first()?;
        Some(Self {
            key: key.clone(),
            rev: *rev,
            with: with.to_vec(),
            carried: None,
        })
    }

    /// How many of these, from the first on, one message can carry.
    pub fn room(entries: &[(DoneKey, u64)]) -> usize {
        let fits = |count: &usize| {
            let metadata = Self::of(&entries[..*count]);
            metadata.is_some_and(|it| it.payload().to_string().len() <= MOST)
        };
        // The first always goes: a message about one thing has no other way to be known.
        let more = (2..=entries.len()).take_while(fits).last();
        more.unwrap_or(entries.len().min(1))
    }

    /// All that the message is about, in the order in which it stands there.
    pub fn entries(&self) -> impl Iterator<Item = (&DoneKey, u64)> {
        let first = std::iter::once((&self.key, self.rev));
        first.chain(self.with.iter().map(|(key, rev)| (key, *rev)))
    }

    fn payload(&self) -> Value {
        // Texts, since numbers above 2^53 do not survive every reader of JSON.
        let mut payload = json!({"key": self.key, "rev": self.rev.to_string()});
        if !self.with.is_empty() {
            payload["with"] = Value::from(pack(&self.key, &self.with));
        }
        if let Some(Carried { about, text }) = &self.carried {
            payload["carries_about"] = json!(about);
            payload["carries"] = json!(text);
        }
        payload
    }

    /// As Slack takes it.
    pub fn to_json(&self) -> Value {
        json!({"event_type": EVENT_TYPE, "event_payload": self.payload()})
    }

    /// Reads what Slack gives back; `None` for what is not ours or not whole.
    pub fn from_json(value: &Value) -> Option<Self> {
        if value.get("event_type")?.as_str()? != EVENT_TYPE {
            return None;
        }
        let payload = value.get("event_payload")?.as_object()?;
        let key = payload.get("key")?.as_str().filter(|key| !key.is_empty())?;
        let key = DoneKey::from(key);
        let rev = payload.get("rev")?.as_str()?.parse().ok()?;
        let with = match payload.get("with") {
            None => Vec::new(),
            Some(packed) => unpack(&key, packed.as_str()?)?,
        };
        let text = |name: &str| payload.get(name).and_then(Value::as_str);
        let carried = match (text("carries_about"), text("carries")) {
            (Some(about), Some(text)) if !about.is_empty() => Some(Carried {
                about: DoneKey::from(about),
                text: text.to_owned(),
            }),
            _ => None,
        };
        Some(Self {
            key,
            rev,
            with,
            carried,
        })
    }
}

/// One line an entry: how much of the key before it begins with (two digits), the rest of the key,
/// a space, the state; numbers to the base 36. The keys of one channel are much alike, and 2 KB are
/// to hold as many as a message has lines. No key holds white space: see `mirror::key`.
fn pack(first: &DoneKey, entries: &[(DoneKey, u64)]) -> String {
    let mut packed = String::new();
    let mut before = first.as_str();
    for (key, rev) in entries {
        let key = key.as_str();
        let pairs = before.char_indices().zip(key.chars());
        let same = pairs
            .take_while(|((at, a), b)| a == b && at + a.len_utf8() < SHARED)
            .last();
        let same = same.map_or(0, |((at, a), _)| at + a.len_utf8());
        if !packed.is_empty() {
            packed.push('\n');
        }
        packed.push_str(&format!("{:0>2}", base36(same as u64)));
        packed.push_str(&key[same..]);
        packed.push(' ');
        packed.push_str(&base36(*rev));
        before = key;
    }
    packed
}

fn unpack(first: &DoneKey, packed: &str) -> Option<Vec<(DoneKey, u64)>> {
    let mut entries: Vec<(DoneKey, u64)> = Vec::new();
    for line in packed.split('\n') {
        let (head, rev) = line.rsplit_once(' ')?;
        let same = usize::from_str_radix(head.get(..2)?, 36).ok()?;
        let before = entries.last().map_or(first, |(key, _)| key);
        let mut key = before.as_str().get(..same)?.to_owned();
        key.push_str(&head[2..]);
        if key.is_empty() {
            return None;
        }
        entries.push((DoneKey::new(key), u64::from_str_radix(rev, 36).ok()?));
    }
    Some(entries)
}

/// Two digits of base 36 say less than this.
const SHARED: usize = 36 * 36;

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        digits.extend(char::from_digit(digit, 36));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
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
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "7", "with": ""}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "7", "with": 2}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "7", "with": "zz 1"}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "7", "with": "00 1"}}),
            json!({"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "7", "with": "02決 !"}}),
        ] {
            assert_eq!(Metadata::from_json(&other), None, "{other}");
        }
    }

    #[test]
    fn holds_as_many_as_a_message_has_lines() {
        let rev = 1_700_000_000_000 * 16;
        let many = |key: &dyn Fn(u64) -> String| -> usize {
            let entries: Vec<_> = (0..100)
                .map(|n| (DoneKey::new(key(n)), rev + n * 77_777))
                .collect();
            Metadata::room(&entries)
        };
        assert!(many(&|n| format!("c:{}", 2_345_678_901 + n * 31)) >= 49);
        assert!(many(&|n| format!("m:acme/shop#12:hanako:{}", 1_700_000_000 + n * 10)) >= 49);
        // A commit's name is forty digits of its own.
        let commit = |n: u64| format!("{:040x}", u128::MAX / u128::from(n + 1));
        let push = |n| format!("p:acme/shop:refs/heads/fix/shop-20210101i:{}", commit(n));
        assert!(many(&push) >= 30);
        assert_eq!(Metadata::room(&[]), 0);
    }

    proptest! {
        #[test]
        fn comes_back_as_it_went_and_stays_small(
            entries in proptest::collection::vec(("[!-~一]{1,100}", any::<u64>()), 1..60),
        ) {
            let entries: Vec<_> =
                entries.into_iter().map(|(key, rev)| (DoneKey::new(key), rev)).collect();
            let room = Metadata::room(&entries);
            prop_assert!(room >= 1);
            let metadata = Metadata::of(&entries[..room]).unwrap();
            let json = metadata.to_json();
            prop_assert!(json["event_payload"].to_string().len() <= MOST);
            let back = Metadata::from_json(&json);
            prop_assert_eq!(back.as_ref(), Some(&metadata));
            let told: Vec<_> = metadata.entries().map(|(key, rev)| (key.clone(), rev)).collect();
            prop_assert_eq!(&told[..], &entries[..room]);
        }

        #[test]
        fn what_others_write_is_read_without_a_panic(with in "[0-9a-z \\n決]{0,60}") {
            let payload = json!({"key": "c:決1", "rev": "7", "with": with});
            let value = json!({"event_type": "sssbot_message", "event_payload": payload});
            let _ = Metadata::from_json(&value);
        }
    }
}
