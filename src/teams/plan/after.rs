//! What Slack, or GitHub, would have after an action: a model of both, for whoever wants to look
//! ahead.

use super::action::Action;
use crate::id::GroupId;
use crate::teams::live::{Group, Live, Seen};

impl Live {
    /// The workspace after this action. A group that is made gets an id that no group has; a group
    /// that is not there is not touched.
    pub fn after(&self, action: &Action) -> Self {
        let mut live = self.clone();
        live.take(action);
        live
    }

    /// The same, in place.
    pub fn take(&mut self, action: &Action) {
        if let Action::Create {
            name,
            handle,
            description,
            channels,
            ..
        } = action
        {
            let id = format!("SNEW{:04}", self.groups.len());
            let handle = handle.as_ref().map(ToString::to_string);
            self.groups.push(Group {
                id: GroupId::from(id.as_str()),
                handle: handle.unwrap_or_else(|| id.to_lowercase()),
                name: name.clone(),
                description: description.clone().unwrap_or_default(),
                members: Vec::new(),
                channels: channels.clone(),
                disabled: false,
                elsewhere: false,
                cut: false,
                touched: None,
            });
            return;
        }
        if let Some(slug) = action.github() {
            let teams = self.github.as_mut().map(|it| &mut it.teams);
            if let Some(Seen::Crew(crew)) = teams.and_then(|teams| teams.get_mut(slug)) {
                match action {
                    Action::Join { login, .. } => drop(crew.members.insert(login.clone())),
                    Action::Leave { login, .. } => {
                        crew.members.remove(login);
                        crew.invited.remove(login);
                    }
                    _ => {}
                }
            }
            return;
        }
        let group = match action.group() {
            Some(id) => self.groups.iter_mut().find(|group| group.id == *id),
            // The one that was made for this team; its file calls it by handle, or by name.
            None => self.groups.iter_mut().rev().find(|group| {
                let team = action.team();
                group.handle == team || group.name == team
            }),
        };
        let Some(group) = group else {
            return;
        };
        match action {
            Action::Enable { .. } => group.disabled = false,
            Action::Disable { .. } => group.disabled = true,
            Action::Members { all, .. } => group.members.clone_from(all),
            Action::Change { changes, .. } => {
                let set = |to: &mut String, change: &Option<(String, String)>| {
                    if let Some((_, new)) = change {
                        to.clone_from(new);
                    }
                };
                set(&mut group.name, &changes.name);
                set(&mut group.handle, &changes.handle);
                set(&mut group.description, &changes.description);
                if let Some((_, channels)) = &changes.channels {
                    group.channels.clone_from(channels);
                }
            }
            Action::Create { .. }
            | Action::Join { .. }
            | Action::Leave { .. }
            | Action::Look { .. } => {}
        }
    }
}
