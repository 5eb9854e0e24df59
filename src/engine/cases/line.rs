//! What is said about an incident, as it waits to be said: written out already, unlike the mirror's
//! documents, since nothing is merged into it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::say::Spoken;
use crate::id::{DoneKey, SlackUserId};
use crate::slack::Carried;

/// A message about an incident, for one channel or for one person in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct Line {
    /// The words.
    pub(in crate::engine) spoken: Spoken,
    /// The incident that wants to know when this was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::engine) incident: Option<DoneKey>,
    /// Only this person sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::engine) only_for: Option<SlackUserId>,
    /// Where Slack takes an answer to what that person did, wherever they did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::engine) answer_at: Option<String>,
    /// What the message carries unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::engine) carried: Option<Carried>,
    /// When it is too late to say it: of what was not said by then nothing is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::engine) until: Option<Timestamp>,
}

/// Whether a message with this key is about an incident, so that it may call people. What is told of
/// GitHub never may, and has other keys.
pub fn may_call(key: &str) -> bool {
    const KINDS: [&str; 12] = [
        "say",
        "bc",
        "card",
        "t",
        "hi",
        "panel",
        "help",
        "no",
        "already",
        "filling",
        "preparing",
        "pressed",
    ];
    let kind = key.split(':').next().unwrap_or_default();
    KINDS.contains(&kind)
}

/// How a line stands in a row, so that no document of the mirror's is taken for one.
#[derive(Serialize, Deserialize)]
struct Row {
    line: Line,
}

impl Line {
    /// For all who are in the channel.
    pub(in crate::engine) fn for_all(spoken: Spoken) -> Self {
        Self {
            spoken,
            incident: None,
            only_for: None,
            answer_at: None,
            carried: None,
            until: None,
        }
    }

    /// What stands in a channel since before this database was made, of which only what it carries
    /// is known.
    pub(in crate::engine) fn carrying(carried: Carried) -> Self {
        Self {
            carried: Some(carried),
            ..Self::for_all(Spoken::unknown())
        }
    }

    /// As it is kept.
    pub(in crate::engine) fn to_row(&self) -> String {
        let row = Row { line: self.clone() };
        serde_json::to_string(&row).unwrap_or_default()
    }

    /// What is kept in a row, if it is a line.
    pub(in crate::engine) fn of_row(doc: &str) -> Option<Self> {
        if !doc.starts_with("{\"line\"") {
            return None;
        }
        serde_json::from_str::<Row>(doc).ok().map(|row| row.line)
    }
}
