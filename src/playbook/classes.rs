//! What an incident is classified by: its service, its type, its level, the gut feeling.

use crate::id::{FeelingId, GroupHandle, ServiceId, TypeId};

use super::people::{Called, ChannelRef};
use super::words::{Label, Words};

/// Something that can break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// As channel names have it.
    pub id: ServiceId,
    /// As people call it.
    pub name: Words,
    /// What else they call it. No two services share a name.
    pub aliases: Vec<String>,
    /// The first-response team: a Slack user group, invited to its incidents.
    pub team: Option<GroupHandle>,
    /// Who answers for it.
    pub owners: Called,
    /// Who is invited besides the team.
    pub invite: Called,
    /// Where its incidents are announced.
    pub broadcast: Vec<ChannelRef>,
    /// The label of its incidents, by default its id.
    pub label: Label,
}

/// A type of incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentType {
    /// What the playbook calls it.
    pub id: TypeId,
    /// 障害, セキュリティインシデント.
    pub name: Words,
    /// An emoji, as itself or between colons.
    pub icon: String,
    /// What people are asked on a mention: `障害ですか?`.
    pub question: Words,
    /// A web page that says what to do.
    pub manual: Option<String>,
    /// The services that may have it; empty: all.
    pub services: Vec<ServiceId>,
    /// Who is invited to it.
    pub invite: Called,
    /// Where it is announced.
    pub broadcast: Vec<ChannelRef>,
    /// Its label.
    pub label: Label,
}

/// How bad an incident was declared to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// From 1, the lightest, to 9.
    pub number: u8,
    /// `事象レベル3`.
    pub name: Words,
    /// What stands behind the number when it is declared: `🔥🔥🔥`.
    pub icon: String,
    /// When it is this level.
    pub meaning: Words,
    /// What the handler is told when it is declared.
    pub instruction: Words,
    /// What the handler checks: at most ten.
    pub checklist: Vec<Item>,
    /// A web page that says what to do.
    pub manual: Option<String>,
    /// Who is invited when it is declared.
    pub invite: Called,
    /// Where it is announced, besides where the incident is.
    pub broadcast: Vec<ChannelRef>,
    /// Its label.
    pub label: Label,
}

/// Something to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Names it on the record: what the playbook says, or its place in the list, from 1.
    pub id: String,
    /// `障害情報は出しましたか?`
    pub text: Words,
    /// A web page about it.
    pub link: Option<String>,
}

/// How bad it feels to the one who makes the channel: 温度感. Right or wrong does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feeling {
    /// What the playbook calls it.
    pub id: FeelingId,
    /// An emoji, as itself or between colons.
    pub icon: String,
    /// A colour's name: `BLUE`.
    pub name: Words,
    /// What it means people should do: `サービスへの影響を調査する`.
    pub instruction: Words,
}
