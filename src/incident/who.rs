//! Who did something, what they are allowed to be, and where they did it.

use serde::{Deserialize, Serialize};

use crate::id::{ChannelId, DoneKey, Login, MessageTs, SlackUserId};
use crate::playbook::Called;

/// A person, by what is known of them: on GitHub, in Slack, or both. Whoever knows the team file
/// fills in the other half before an entry is made; nothing is guessed here.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Who {
    /// Their login on GitHub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    /// Their id in Slack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack: Option<SlackUserId>,
    /// What they are called, for readers of the issue who cannot look up a Slack id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Who {
    /// Somebody of whom only the login is known.
    pub fn on_github(login: impl Into<Login>) -> Self {
        Self {
            login: Some(login.into()),
            ..Self::default()
        }
    }

    /// Somebody of whom only the Slack id is known.
    pub fn in_slack(id: impl Into<SlackUserId>) -> Self {
        Self {
            slack: Some(id.into()),
            ..Self::default()
        }
    }

    /// Nobody: sssbot itself, or a ghost.
    pub fn is_nobody(&self) -> bool {
        self.login.is_none() && self.slack.is_none()
    }

    /// Whether both are the same person: one id that both have is the same. A login is the same in
    /// any case of letters.
    pub fn is(&self, other: &Self) -> bool {
        let login = match (&self.login, &other.login) {
            (Some(a), Some(b)) => a.as_str().eq_ignore_ascii_case(b.as_str()),
            _ => false,
        };
        login || (self.slack.is_some() && self.slack == other.slack)
    }

    /// What to call them where nothing can be looked up: the login, else the name, else the id.
    pub fn called(&self) -> &str {
        let login = self.login.as_ref().map(Login::as_str);
        let id = self.slack.as_ref().map(SlackUserId::as_str);
        login.or(self.name.as_deref()).or(id).unwrap_or("sssbot")
    }

    /// Adds a person to a list in which each stands once. Two halves become one as soon as somebody
    /// has both ids; the list stays sorted, so the order in which people come does not matter.
    pub fn add(self, list: &mut Vec<Self>) {
        if self.is_nobody() {
            return;
        }
        let (same, others): (Vec<Self>, Vec<Self>) = std::mem::take(list)
            .into_iter()
            .partition(|known| known.is(&self));
        *list = others;
        let mut whole = self;
        for known in same {
            // The smaller spelling, so that it does not matter which came first.
            whole.login = [whole.login, known.login].into_iter().flatten().min();
            whole.slack = [whole.slack, known.slack].into_iter().flatten().min();
            whole.name = [whole.name, known.name].into_iter().flatten().min();
        }
        list.push(whole);
        list.sort();
    }
}

/// What somebody may do in a repository, as GitHub grades it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Not even look, or only because everybody may.
    None,
    /// Look.
    Read,
    /// Sort issues and pull requests.
    Triage,
    /// Push.
    Write,
    /// Run the repository, but for what is dangerous.
    Maintain,
    /// All.
    Admin,
}

impl Permission {
    /// GitHub's word for it (`role_name`, or `permission` of older servers); what is unknown, such
    /// as a role of the organisation's own, is none.
    pub fn read(word: &str) -> Self {
        match word {
            "read" | "pull" => Self::Read,
            "triage" => Self::Triage,
            "write" | "push" => Self::Write,
            "maintain" => Self::Maintain,
            "admin" => Self::Admin,
            _ => Self::None,
        }
    }

    /// GitHub's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }
}

/// What somebody is where they act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A full member of the Slack workspace.
    Member,
    /// A guest of the Slack workspace.
    Guest {
        /// Whether they were invited to this incident's channel.
        invited: bool,
    },
    /// Somebody on GitHub, with what they may do in the postmortem repository.
    GitHub(Permission),
    /// sssbot itself, or whoever runs it: the command line, an alert.
    Sssbot,
}

/// Where a command came from, with what makes it this one and no other. A repeat (a redelivery, a
/// second press that Slack sends twice) comes from the same place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Something done in Slack: a message, a button, a form.
    Slack {
        /// Where.
        channel: ChannelId,
        /// The message, or the time of the press.
        ts: MessageTs,
    },
    /// A command in a comment.
    Comment {
        /// GitHub's id of the comment.
        id: u64,
        /// Which command of the comment, from 0.
        nth: usize,
    },
    /// An issue that somebody filled a form for.
    Issue {
        /// GitHub's id of the issue.
        id: u64,
    },
    /// The command line or an alert, by a name of its own.
    Told(String),
}

impl Origin {
    /// The key of the `nth` entry that follows from here.
    pub fn key(&self, nth: usize) -> DoneKey {
        let place = match self {
            Self::Slack { channel, ts } => format!("a:{channel}:{ts}"),
            Self::Comment { id, nth } => format!("cc:{id}:{nth}"),
            Self::Issue { id } => format!("is:{id}"),
            Self::Told(name) => format!("x:{name}"),
        };
        DoneKey::new(if nth == 0 {
            place
        } else {
            format!("{place}/{nth}")
        })
    }

    /// Which side it is.
    pub fn via(&self) -> Via {
        match self {
            Self::Slack { .. } => Via::Slack,
            Self::Comment { .. } | Self::Issue { .. } => Via::GitHub,
            Self::Told(_) => Via::Sssbot,
        }
    }
}

/// The side on which something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// On GitHub, by a person.
    GitHub,
    /// In Slack.
    Slack,
    /// By sssbot itself: what follows from something, and is no statement of anybody's.
    Sssbot,
}

/// Somebody who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// What they are there.
    pub standing: Standing,
    /// What the team file calls them, and the groups that they are in, as far as the playbook
    /// names such: whoever narrows a verb names people so.
    pub called: Called,
    /// Where, and which one.
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_halves_become_one_person_in_any_order() {
        let whole = Who {
            login: Some("hiboma".into()),
            slack: Some("U1".into()),
            name: None,
        };
        let all = [
            Who::on_github("Hiboma"),
            Who::in_slack("U1"),
            whole,
            Who::in_slack("U2"),
            Who::default(),
        ];
        let mut lists = Vec::new();
        for turn in 0..all.len() {
            let mut list = Vec::new();
            for n in 0..all.len() {
                all[(n + turn) % all.len()].clone().add(&mut list);
            }
            assert_eq!(list.len(), 2, "{list:?}");
            lists.push(list);
        }
        assert!(lists.iter().all(|list| *list == lists[0]), "{lists:?}");
    }

    #[test]
    fn a_repeat_has_the_same_key_and_nothing_else_has() {
        let press = |ts: &str| Origin::Slack {
            channel: "C1".into(),
            ts: ts.into(),
        };
        assert_eq!(press("1.2").key(0), press("1.2").key(0));
        let keys = [
            press("1.2").key(0),
            press("1.2").key(1),
            press("1.3").key(0),
            Origin::Comment { id: 1, nth: 2 }.key(0),
            Origin::Issue { id: 1 }.key(0),
            Origin::Told("1".into()).key(0),
        ];
        let all: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(all.len(), keys.len());
    }
}
