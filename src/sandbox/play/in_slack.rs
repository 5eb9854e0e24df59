//! What a story's people do in Slack.

use super::CannotPlay;
use super::found::{Found, as_given, choice_in, field, ticked};
use crate::id::{ChannelId, SlackUserId};
use crate::sandbox::slack::{
    GroupChange, Hung, MessageView, NewPerson, Opened, Refusal, Shortcut, SlackWorld,
};
use crate::sandbox::story::{GroupDeed, Said, Spot, Workspace};

/// The people of a story in Slack.
#[derive(Debug)]
pub(super) struct InSlack {
    pub(super) world: SlackWorld,
}

fn refused(refusal: Refusal) -> CannotPlay {
    CannotPlay(refusal.error)
}

impl InSlack {
    pub(super) fn new(world: SlackWorld) -> Self {
        Self { world }
    }

    /// Makes a channel as its first person does.
    pub(super) fn make_channel(
        &self,
        name: &str,
        private: bool,
        archived: bool,
        with_bot: bool,
    ) -> Result<(), CannotPlay> {
        let maker = self.person("hanako");
        let channel = self
            .world
            .create_channel(name, &maker, private)
            .map_err(|refusal| CannotPlay(format!("#{name}: {}", refusal.error)))?;
        if with_bot {
            self.world.invite(&channel, &self.world.bot(), &maker);
        }
        if archived {
            self.world.archive(&channel, &maker);
        }
        Ok(())
    }

    /// Lets somebody come in, who is not there yet.
    pub(super) fn make_person(
        &self,
        name: &str,
        guest: bool,
        admin: bool,
    ) -> Result<(), CannotPlay> {
        if self.world.user_named(name).is_some() {
            return Err(CannotPlay(format!("{name} is there already")));
        }
        self.world.add_user(NewPerson {
            guest,
            admin,
            ..self.newcomer(name)
        });
        Ok(())
    }

    /// Makes a user group.
    pub(super) fn make_group(&self, handle: &str, name: &str, members: &[String]) {
        let members: Vec<SlackUserId> = members.iter().map(|name| self.person(name)).collect();
        self.world.add_group(name, handle, &members, None);
    }

    /// Sets the workspace up otherwise.
    pub(super) fn set_up(&self, set: &Workspace) {
        match set {
            Workspace::GroupsByAdmins(only) => self.world.set_groups_by_admins_only(*only),
            Workspace::Paid(paid) => self.world.set_paid(*paid),
            Workspace::JapaneseNames(taken) => self.world.set_japanese_names(*taken),
            Workspace::TokenOf(who) => {
                let who = self.person(who);
                self.world.give_token("xoxp-sandbox", &who);
            }
        }
    }

    /// Changes a user group in the client.
    fn change_group(
        &self,
        by: &SlackUserId,
        handle: &str,
        deed: &GroupDeed,
    ) -> Result<(), CannotPlay> {
        let people = |names: &[String]| names.iter().map(|name| self.person(name)).collect();
        let id = self.world.group_with_handle(handle);
        let id = id.ok_or_else(|| CannotPlay(format!("there is no group @{handle}")))?;
        let change = match deed {
            GroupDeed::Add(names) => GroupChange::Add(people(names)),
            GroupDeed::Remove(names) => GroupChange::Remove(people(names)),
            GroupDeed::Handle(other) => GroupChange::Handle(other.clone()),
            GroupDeed::Disable => GroupChange::Disable,
            GroupDeed::Enable => GroupChange::Enable,
        };
        self.world.change_group(&id, by, &change).map_err(refused)
    }

    /// Says or does one thing as this person.
    pub(super) fn act(&mut self, who: &str, said: &Said) -> Result<(), CannotPlay> {
        let person = self.person(who);
        match said {
            Said::Say { channel, text } => {
                self.world
                    .say(&person, &self.channel(channel)?, &self.called(text)?)
                    .map_err(refused)?;
            }
            Said::Answer {
                channel,
                message,
                text,
            } => {
                let (id, on) = self.message(Some(channel), message, Some(&person))?;
                let thread = on.thread.as_ref().unwrap_or(&on.ts);
                self.world
                    .reply(&person, &id, thread, &self.called(text)?)
                    .map_err(refused)?;
            }
            Said::Mention { channel, text } => {
                self.world
                    .mention(&person, &self.channel(channel)?, &self.called(text)?)
                    .map_err(refused)?;
            }
            Said::Press { spot, button } => {
                let at = self.find(&person, spot, |element| {
                    (element["type"] == "button" && element["text"]["text"] == button.as_str())
                        .then_some(())
                });
                let at = at.ok_or_else(|| CannotPlay(format!("no button `{button}` there")))?;
                self.give(&person, &at, &[])?;
            }
            Said::Choose { spot, choice, menu } => {
                let at = self.find(&person, spot, |element| choice_in(element, menu, choice));
                let no = || CannotPlay(format!("no menu `{menu}` with `{choice}` there"));
                let at = at.ok_or_else(no)?;
                let value = match &at.what {
                    Some(value) => value.clone(),
                    None => self.person(choice).as_str().to_owned(),
                };
                self.give(&person, &at, &[value])?;
            }
            Said::Tick { spot, task, done } => {
                let at = self.find(&person, spot, |element| ticked(element, task, *done));
                let at = at.ok_or_else(|| CannotPlay(format!("nothing to tick: `{task}`")))?;
                self.give(&person, &at, &at.what)?;
            }
            Said::Type {
                channel,
                command,
                text,
            } => {
                let text = self.called(text)?;
                self.world
                    .command(&person, &self.channel(channel)?, command, &text)
                    .map_err(refused)?;
            }
            Said::Shortcut {
                channel,
                shortcut,
                message,
            } => {
                let id = self.channel(channel)?;
                let (_, on) = self.message(Some(channel), message, Some(&person))?;
                let known = self.world.shortcuts();
                let called = |it: &&Shortcut| it.name == *shortcut || it.callback == *shortcut;
                let found = known.iter().find(called);
                if found.is_none() && !known.is_empty() {
                    return Err(CannotPlay(format!("there is no shortcut `{shortcut}`")));
                }
                let callback = found.map_or(shortcut, |found| &found.callback);
                self.world
                    .shortcut(&person, callback, Some((&id, &on.ts)))
                    .map_err(refused)?;
            }
            Said::Fill { label, value } => {
                let dialog = self.dialog(&person)?;
                let (block, element) = field(dialog.blocks(), label)
                    .ok_or_else(|| CannotPlay(format!("no field `{label}` in the dialog")))?;
                let values = as_given(element, value, |name| self.person(name))?;
                let action = element["action_id"].as_str().unwrap_or_default();
                self.world
                    .fill(&person, &dialog.id, (block, action), &values)
                    .map_err(refused)?;
            }
            Said::SendOff => {
                let dialog = self.dialog(&person)?;
                self.world.send_off(&person, &dialog.id).map_err(refused)?;
            }
            Said::Close => {
                let dialog = self.dialog(&person)?;
                self.world
                    .close_view(&person, &dialog.id)
                    .map_err(refused)?;
            }
            Said::OpenHome => self.world.open_home(&person),
            Said::Hang {
                channel,
                message,
                emoji,
                on,
            } => {
                let (id, at) = self.message(Some(channel), message, Some(&person))?;
                let what = emoji.clone().map_or(Hung::Pin, Hung::Emoji);
                let place = (&id, &at.ts);
                self.world
                    .hang(&person, place, &what, *on)
                    .map_err(refused)?;
            }
            Said::Archive { channel } => self.world.archive(&self.channel(channel)?, &person),
            Said::Unarchive { channel } => self.world.unarchive(&self.channel(channel)?, &person),
            Said::RenameChannel { channel, to } => {
                self.world
                    .rename(&self.channel(channel)?, to, &person)
                    .map_err(refused)?;
            }
            Said::InviteBot { channel } => {
                self.world
                    .invite(&self.channel(channel)?, &self.world.bot(), &person);
            }
            Said::KickBot { channel } => self.world.kick_bot(&self.channel(channel)?),
            Said::Group { handle, deed } => self.change_group(&person, handle, deed)?,
            Said::LeaveWorkspace => self.world.deactivate(&person),
        }
        Ok(())
    }

    /// The newest element there in which `wanted` finds something.
    fn find<T>(
        &self,
        who: &SlackUserId,
        spot: &Spot,
        wanted: impl Fn(&serde_json::Value) -> Option<T>,
    ) -> Option<Found<T>> {
        let world = self.world.snapshot();
        match spot {
            Spot::Channel(name) => {
                let channel = world
                    .channels
                    .iter()
                    .find(|channel| channel.name == *name)?;
                let own = channel.messages.iter().rev().filter(|message| {
                    let only = message.only_for.as_ref();
                    only.is_none_or(|only| only == who)
                });
                own.map(|message| world.seen_by(who, &channel.id, message))
                    .find_map(|message| Found::in_message(&channel.id, &message, &wanted))
            }
            Spot::Dialog => Found::in_view(&self.dialog(who).ok()?, &wanted),
            Spot::Home => {
                let mut views = world.views.iter();
                let home = views.find(|view| view.home && view.who == *who)?;
                Found::in_view(home, &wanted)
            }
        }
    }

    /// Gives these values to what was found.
    fn give<T>(
        &self,
        who: &SlackUserId,
        at: &Found<T>,
        values: &[String],
    ) -> Result<(), CannotPlay> {
        let place = (at.block.as_str(), at.action.as_str());
        match &at.message {
            Some((channel, ts)) => self.world.choose(who, (channel, ts), place, values),
            None if at.is_button => self.world.press_in_view(who, &at.view, &at.action, None),
            None => self.world.fill(who, &at.view, place, values),
        }
        .map_err(refused)
    }

    fn dialog(&self, who: &SlackUserId) -> Result<Opened, CannotPlay> {
        let top = self.world.dialog_of(who);
        let all = self.world.snapshot().views;
        let found = all.into_iter().find(|view| Some(&view.id) == top.as_ref());
        found.ok_or_else(|| CannotPlay("no dialog is open".to_owned()))
    }

    /// The newest message with these words.
    fn message(
        &self,
        channel: Option<&str>,
        words: &str,
        who: Option<&SlackUserId>,
    ) -> Result<(ChannelId, MessageView), CannotPlay> {
        let world = self.world.snapshot();
        let channels = world.channels.iter();
        let mut messages = channels
            .filter(|here| channel.is_none_or(|name| here.name == name))
            .flat_map(|here| here.messages.iter().map(move |message| (here, message)))
            .filter(|(_, message)| {
                let only = message.only_for.as_ref();
                only.is_none_or(|only| Some(only) == who)
            })
            .filter(|(_, message)| {
                message
                    .plain(&world.names, crate::sandbox::slack::Links::Shown)
                    .contains(words)
            });
        let found = messages.next_back();
        let found = found.map(|(here, message)| (here.id.clone(), message.clone()));
        found.ok_or_else(|| CannotPlay(format!("no message with `{words}`")))
    }

    /// The text as the client sends it: with the addresses of messages, and who is there called by
    /// `@name`.
    fn called(&self, text: &str) -> Result<String, CannotPlay> {
        let linked = self.linked(text)?;
        let mut parts = linked.split('@');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)));
            let (name, rest) = part.split_at(end.unwrap_or(part.len()));
            let free = !out.ends_with(|c: char| c.is_alphanumeric() || c == '<');
            match self.world.user_named(name).filter(|_| free) {
                Some(id) => out += &format!("<@{id}>{rest}"),
                None => out += &format!("@{part}"),
            }
        }
        Ok(out)
    }

    /// The text with the address of a message for every `{link to words}`.
    fn linked(&self, text: &str) -> Result<String, CannotPlay> {
        const OPEN: &str = "{link to ";
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once(OPEN) {
            let Some((words, after)) = from.split_once('}') else {
                break;
            };
            let (channel, message) = self.message(None, words, None)?;
            out.push_str(before);
            out.push_str(&self.world.permalink(&channel, &message.ts));
            rest = after;
        }
        Ok(out + rest)
    }

    fn channel(&self, name: &str) -> Result<ChannelId, CannotPlay> {
        let found = self.world.channel_named(name);
        found.ok_or_else(|| CannotPlay(format!("there is no channel #{name}")))
    }

    fn person(&self, name: &str) -> SlackUserId {
        let known = self.world.user_named(name);
        known.unwrap_or_else(|| self.world.add_user(self.newcomer(name)))
    }

    /// Somebody who is not there yet, with an id that a story's team file can name: `U00000HANAKO`.
    fn newcomer(&self, name: &str) -> NewPerson {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let id = format!("U00000{}", letters.collect::<String>().to_uppercase());
        let id = SlackUserId::from(id);
        NewPerson {
            id: (!self.world.has_user(&id)).then_some(id),
            ..NewPerson::named(name)
        }
    }
}
