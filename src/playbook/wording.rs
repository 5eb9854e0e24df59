//! The few sentences that an organisation may say its own way; all others are the bot's.

use std::collections::BTreeMap;

use crate::i18n::Lang;

use super::words::Words;

/// A sentence that an organisation may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// The answer to a bare mention.
    Hello,
    /// The button that starts an incident.
    CreateChannel,
    /// The call to join, where an incident is announced.
    PleaseJoin,
    /// Before the first questions.
    WhatIsGoingOn,
    /// The question for a handler.
    WhoHandles,
    /// The button that answers it.
    IHandle,
    /// The question for the message in which the incident was noticed.
    HowDetected,
    /// How to talk, and that what is said should be kept.
    HowToTalk,
    /// Where a recovery is announced.
    Recovered,
    /// Where the end of an incident is announced: thanks to those who stayed.
    Thanks,
    /// After a long silence: what is left to do?
    StillOpen,
}

impl Named {
    /// All of them, in the order of an incident.
    pub const ALL: [Self; 11] = [
        Self::Hello,
        Self::CreateChannel,
        Self::PleaseJoin,
        Self::WhatIsGoingOn,
        Self::WhoHandles,
        Self::IHandle,
        Self::HowDetected,
        Self::HowToTalk,
        Self::Recovered,
        Self::Thanks,
        Self::StillOpen,
    ];

    /// What the playbook calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::CreateChannel => "create_channel",
            Self::PleaseJoin => "please_join",
            Self::WhatIsGoingOn => "what_is_going_on",
            Self::WhoHandles => "who_handles",
            Self::IHandle => "i_handle",
            Self::HowDetected => "how_detected",
            Self::HowToTalk => "how_to_talk",
            Self::Recovered => "recovered",
            Self::Thanks => "thanks",
            Self::StillOpen => "still_open",
        }
    }

    /// What it is for, for the schema.
    pub fn about(self) -> &'static str {
        match self {
            Self::Hello => "The answer to a bare mention; {who} has mentioned the bot.",
            Self::CreateChannel => "The button that starts an incident.",
            Self::PleaseJoin => "The call to join {channel}, where an incident is announced.",
            Self::WhatIsGoingOn => "Before the first questions to {who}, who made the channel.",
            Self::WhoHandles => "The question for a handler.",
            Self::IHandle => "The button that makes its presser the handler.",
            Self::HowDetected => "The question for the message in which the incident was noticed.",
            Self::HowToTalk => "How to talk, and that what is said should be kept.",
            Self::Recovered => "Announces that the incident of {channel} is mitigated.",
            Self::Thanks => "Announces that all is done in {channel}, with thanks.",
            Self::StillOpen => "After a long silence: what is left to do?",
        }
    }

    /// What may stand in braces in it.
    pub fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::Hello | Self::WhatIsGoingOn => &["who"],
            Self::PleaseJoin | Self::Recovered | Self::Thanks => &["channel"],
            Self::CreateChannel
            | Self::WhoHandles
            | Self::IHandle
            | Self::HowDetected
            | Self::HowToTalk
            | Self::StillOpen => &[],
        }
    }

    /// How long it may be, in characters: Slack takes 75 on a button.
    pub(super) fn longest(self) -> usize {
        match self {
            Self::CreateChannel | Self::IHandle => 75,
            _ => 1_000,
        }
    }
}

/// The sentences that the organisation has replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording(pub(super) BTreeMap<Named, Words>);

impl Wording {
    /// The organisation's sentence; `None`: the bot's own, from `i18n`. What is in braces is to be
    /// filled as there.
    pub fn say(&self, named: Named, lang: Lang) -> Option<&str> {
        self.0.get(&named).map(|words| words.say(lang))
    }
}
