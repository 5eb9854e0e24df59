//! What Slack has now: its user groups, its people, its channels; and the GitHub teams that go with
//! them. Others ask and fill this in.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ChannelId, GroupId, Login, SlackUserId, TeamSlug};

/// A workspace, as far as teams go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Live {
    /// All user groups, the disabled ones, too.
    pub groups: Vec<Group>,
    /// Everybody Slack knows, those who have left, too.
    pub people: BTreeMap<SlackUserId, Account>,
    /// Channels by name, without `#`.
    pub channels: BTreeMap<String, ChannelId>,
    /// Which group a handle of the last applied files was, where that is known: it then stays that
    /// group, whatever both are called now.
    pub bound: BTreeMap<String, GroupId>,
    /// The GitHub teams that the files name; `None` where nobody has looked.
    #[serde(default)]
    pub github: Option<Organisation>,
}

/// An organisation of GitHub's, as far as teams go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Organisation {
    /// Its login.
    pub login: String,
    /// Those of its teams that were asked for.
    pub teams: BTreeMap<TeamSlug, Seen>,
}

/// What GitHub shows of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// Who is in it.
    Crew(Crew),
    /// There is none, or none that the App may see.
    Absent,
    /// It says no, in these words.
    Closed(String),
}

/// Who is in a GitHub team. All logins are in small letters, since GitHub's are one in any case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Crew {
    /// Everybody GitHub lists, those of the teams below it, too.
    pub members: BTreeSet<Login>,
    /// Those of them who are in a team below it: they cannot be taken out here.
    pub below: BTreeSet<Login>,
    /// Who was asked into the organisation and has not answered yet.
    pub invited: BTreeSet<Login>,
}

/// A user group of Slack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What it is.
    pub id: GroupId,
    /// What one types, without `@`; unique among groups, people and channels.
    pub handle: String,
    /// What it is called; unique among groups.
    pub name: String,
    /// What it is for; often empty.
    pub description: String,
    /// Who is in it, in Slack's order, which means nothing.
    pub members: Vec<SlackUserId>,
    /// Its default channels.
    pub channels: Vec<ChannelId>,
    /// Whether it is disabled. It keeps handle, name and members.
    pub disabled: bool,
    /// Whether Slack or a directory fills it (`auto_type`, `is_external`).
    pub elsewhere: bool,
    /// Whether `members` is only the beginning of the list, as in events about large groups.
    pub cut: bool,
    /// Who touched it last, and when, if Slack says so.
    pub touched: Option<(SlackUserId, Timestamp)>,
}

/// Somebody in Slack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who it is.
    pub id: SlackUserId,
    /// `name` of Slack's answer: lower case, and only admins change it.
    pub username: String,
    /// If we may see it.
    pub email: Option<String>,
    /// The full name. People write it themselves.
    pub real_name: String,
    /// What people see. People write it themselves, so nobody is found by it.
    pub display_name: String,
    /// Whether the account is deactivated.
    pub is_gone: bool,
    /// Whether it is a bot or an app.
    pub is_bot: bool,
    /// Whether it is a guest: Slack takes no guests into user groups.
    pub is_guest: bool,
}

impl Live {
    /// The group with this id.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == *id)
    }

    /// What a person is called in a sentence: the real name, else the display name, else the
    /// username, else the id; one line, and not too long.
    pub fn name(&self, id: &SlackUserId) -> String {
        let Some(account) = self.people.get(id) else {
            return id.to_string();
        };
        let names = [&account.real_name, &account.display_name, &account.username];
        let name = names.into_iter().map(|name| one_line(name));
        name.into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_string())
    }
}

impl Account {
    /// Whether Slack takes this person into a user group.
    pub fn can_be_called(&self) -> bool {
        !(self.is_gone || self.is_bot || self.is_guest)
    }
}

/// One line of what people wrote, and not too long.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 60;
    let space = |c: char| if c.is_control() { ' ' } else { c };
    let seen = text.chars().filter(|c| !turns(*c)).map(space);
    let plain: String = seen.take(4 * LONGEST).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line: String = plain.chars().take(LONGEST).collect();
    if plain.chars().count() > LONGEST {
        line.push('…');
    }
    line
}

/// What nobody sees, and what makes the rest of a line look like something else.
fn turns(c: char) -> bool {
    matches!(u32::from(c), 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff)
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_name_stays_one_line_that_reads_as_it_stands() {
        for (name, line) in [
            ("Hanako  Sato", "Hanako Sato"),
            ("a\nb\tc", "a b c"),
            ("evil\u{202e}txt", "eviltxt"),
            ("\u{200b}", ""),
            ("花子🔥", "花子🔥"),
        ] {
            assert_eq!(one_line(name), line);
        }
        assert_eq!(one_line(&"x".repeat(500)).chars().count(), 61);
    }
}
