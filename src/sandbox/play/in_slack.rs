//! What a story's people do in Slack.

use serde_json::Value;

use super::CannotPlay;
use crate::id::{ChannelId, SlackUserId};
use crate::sandbox::slack::{NewPerson, Refusal, SlackWorld};
use crate::sandbox::story::Said;

/// The people of a story in Slack.
#[derive(Debug)]
pub(super) struct InSlack {
    pub(super) world: SlackWorld,
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

    /// Says or does one thing as this person.
    pub(super) fn act(&mut self, who: &str, said: &Said) -> Result<(), CannotPlay> {
        let person = self.person(who);
        let refused = |refusal: Refusal| CannotPlay(refusal.error);
        match said {
            Said::Say { channel, text } => {
                self.world
                    .say(&person, &self.channel(channel)?, text)
                    .map_err(refused)?;
            }
            Said::Mention { channel, text } => {
                self.world
                    .mention(&person, &self.channel(channel)?, text)
                    .map_err(refused)?;
            }
            Said::Press { channel, button } => self.press(&person, channel, button)?,
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
        }
        Ok(())
    }

    fn press(&self, person: &SlackUserId, channel: &str, button: &str) -> Result<(), CannotPlay> {
        let id = self.channel(channel)?;
        let view = self.world.channel(channel);
        let messages = view.into_iter().flat_map(|view| view.messages);
        let found = messages
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .find_map(|message| {
                let action = message
                    .blocks
                    .iter()
                    .find_map(|block| labelled(block, button))?;
                Some((message.ts, action))
            });
        let (ts, action) =
            found.ok_or_else(|| CannotPlay(format!("no button `{button}` in #{channel}")))?;
        self.world
            .press(person, &id, &ts, &action, None)
            .map_err(|refusal| CannotPlay(refusal.error))
            .map(drop)
    }

    fn channel(&self, name: &str) -> Result<ChannelId, CannotPlay> {
        let found = self.world.channel_named(name);
        found.ok_or_else(|| CannotPlay(format!("there is no channel #{name}")))
    }

    fn person(&self, name: &str) -> SlackUserId {
        let known = self.world.user_named(name);
        known.unwrap_or_else(|| self.world.add_user(NewPerson::named(name)))
    }
}

/// The action of the button with these words, somewhere in a block.
fn labelled(block: &Value, words: &str) -> Option<String> {
    if block["text"]["text"] == words
        && let Some(action) = block["action_id"].as_str()
    {
        return Some(action.to_owned());
    }
    match block {
        Value::Object(fields) => fields.values().find_map(|field| labelled(field, words)),
        Value::Array(items) => items.iter().find_map(|item| labelled(item, words)),
        _ => None,
    }
}
