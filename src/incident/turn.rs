//! Which turn of an incident is meant: the first time that it came to level 3, or the second.

use std::collections::BTreeMap;
use std::fmt;

use super::who::Who;
use crate::id::FeelingId;

/// What an incident can come to more than once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// This level.
    Level(u8),
    /// This handler, as they are called.
    Handler(String),
    /// That its effect is gone.
    Recovered,
    /// This 温度感.
    Feeling(FeelingId),
}

impl Turn {
    /// That somebody leads.
    pub fn handler(who: &Who) -> Self {
        Self::Handler(who.called().to_lowercase())
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => write!(f, "level:{level}"),
            Self::Handler(who) => write!(f, "handler:{who}"),
            Self::Recovered => f.write_str("recovered"),
            Self::Feeling(feeling) => write!(f, "feeling:{feeling}"),
        }
    }
}

/// How often an incident came to each. What is said of a turn goes by that and not by a time: where
/// two people say the same on both sides at once, who was first may be known only after the other was
/// heard, and it is one turn all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turns(BTreeMap<Turn, u32>);

impl Turns {
    /// It has come to this once more.
    pub(super) fn came(&mut self, turn: Turn) {
        *self.0.entry(turn).or_default() += 1;
    }

    /// What the last such turn is told under: `level:3:1`.
    pub fn last(&self, turn: &Turn) -> String {
        let times = self.0.get(turn).copied().unwrap_or_default();
        format!("{turn}:{times}")
    }
}
