//! What can be seen in both worlds of a story, and what has changed since one looked last.

use super::World;
use crate::sandbox::slack::{ChannelView, GroupView, Names, Opened, UserView};
use crate::sandbox::story::{Place, Seen, group_changes, slack_changes, view_changes};

/// What was seen last.
#[derive(Debug, Default)]
pub(super) struct Before {
    channels: Vec<ChannelView>,
    views: Vec<Opened>,
    groups: Vec<GroupView>,
    told: usize,
}

impl World {
    /// What has changed in both worlds since this was asked last: channels in the order of their
    /// making, each person's dialogs and Home tab, user groups, then GitHub.
    pub fn seen(&mut self) -> Vec<Seen> {
        let now = self.sandbox.slack.snapshot();
        let names = now.names;
        let mut seen = Vec::new();
        for channel in &now.channels {
            let mut before = self.before.channels.iter();
            let before = before.find(|before| before.id == channel.id);
            let text = slack_changes(before, Some(channel), &names);
            seen.push(Seen {
                place: Place::Channel(channel.name.clone()),
                text,
            });
        }
        seen.extend(self.before.views_now(&now.users, &now.views, &names));
        seen.push(Seen {
            place: Place::Groups,
            text: group_changes(&self.before.groups, &now.groups, &names),
        });
        self.before.groups = now.groups;
        self.before.channels = now.channels;
        self.before.views = now.views;
        let told = self.sandbox.github.told();
        // What the App asked for to be let in is not something that was written.
        let lines: Vec<_> = told[self.before.told..]
            .iter()
            .filter(|told| !told.path.ends_with("/access_tokens"))
            .map(|told| {
                let text = told.text.replace('\n', "\n  ");
                let (verb, path, status) = (&told.verb, &told.path, told.status);
                let said = format!("+ {verb} {path} → {status}\n  {text}");
                // What is deleted says nothing.
                said.trim_end().to_owned()
            })
            .collect();
        self.before.told = told.len();
        seen.push(Seen {
            place: Place::GitHub,
            text: lines.join("\n"),
        });
        seen.retain(|seen| !seen.text.is_empty());
        seen
    }
}

impl Before {
    fn views_now(&self, users: &[UserView], views: &[Opened], names: &Names) -> Vec<Seen> {
        let mut seen = Vec::new();
        for user in users {
            for home in [false, true] {
                let of = |views: &'_ [Opened]| -> Vec<Opened> {
                    let own = views.iter();
                    own.filter(|view| view.who == user.id && view.home == home)
                        .cloned()
                        .collect()
                };
                let (before, after) = (of(&self.views), of(views));
                let before: Vec<&Opened> = before.iter().collect();
                let after: Vec<&Opened> = after.iter().collect();
                let place = match home {
                    true => Place::Home(user.name.clone()),
                    false => Place::Dialog(user.name.clone()),
                };
                let text = view_changes(&before, &after, names);
                seen.push(Seen { place, text });
            }
        }
        seen
    }
}
