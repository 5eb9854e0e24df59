//! What visitors do at the right: what Slack's client would do for them.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::address::{GROUPS, HOME, Here};
use super::composer::COMMAND;
use super::controls::name;
use super::frame::PEOPLE;
use super::words::Word;
use super::{Page, again, times};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::sandbox::slack::{GroupChange, NewPerson, Opened, Refusal, SlackWorld, fields};

/// A form's fields, in order; a name may come several times.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// All values of this name, but empty ones.
    fn all(&self, name: &str) -> Vec<String> {
        let own = self
            .0
            .iter()
            .filter(|(known, value)| known == name && !value.is_empty());
        own.map(|(_, value)| value.clone()).collect()
    }
}

/// Why it was not done.
enum Problem {
    Say(Word),
    Refused(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal.error.as_str() {
            "no_users_provided" => Self::Say(Word::LastMember),
            "handle_already_exists" => Self::Say(Word::HandleTaken),
            "is_archived" => Self::Say(Word::ArchivedHere),
            "message_not_found" | "action_not_found" | "no_such_option" | "not_found"
            | "not_on_top" => Self::Say(Word::ChangedMeanwhile),
            _ => Self::Refused(refusal.error),
        }
    }
}

/// What is done, and by whom.
struct Doing<'a> {
    slack: &'a SlackWorld,
    me: SlackUserId,
    fields: Fields,
}

/// `POST /act/slack/say`, and `use`, `dialog`, `shortcut`, `home`, `group`.
pub(super) async fn post(
    State(page): State<Page>,
    Path(what): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let fields = Fields(fields);
    let mut here = Here {
        subject: fields.get("subject").to_owned(),
        file: fields.get("file").to_owned(),
        at: fields.get("at").to_owned(),
        channel: fields.get("channel").to_owned(),
        who: fields.get("as").to_owned(),
        draft: String::new(),
    };
    let done = match person(&page, &here.who) {
        Ok(me) => {
            let slack = &page.stage().slack;
            let doing = Doing { slack, me, fields };
            doing.perform(&what, &mut here)
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Redirect::to(&here.address("slack")).into_response(),
        Err(problem) => {
            let lang = page.stage().lang;
            let words = match problem {
                Problem::Say(word) => word.say(lang).to_owned(),
                Problem::Refused(why) => Word::SlackRefused.with(lang, "why", &why),
            };
            again(&page, &here, &words)
        }
    }
}

/// The visitor in Slack, who comes in with the first thing they do there.
fn person(page: &Page, who: &str) -> Result<SlackUserId, Problem> {
    let name = if who.is_empty() { PEOPLE[0] } else { who };
    let good = name.len() <= 39 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let slack = &page.stage().slack;
    let known = slack.user_named(name);
    if !good || known.as_ref() == Some(&slack.bot()) {
        return Err(Problem::Say(Word::ChooseFirst));
    }
    Ok(known.unwrap_or_else(|| slack.add_user(NewPerson::named(name))))
}

impl Doing<'_> {
    fn perform(&self, what: &str, here: &mut Here) -> Result<(), Problem> {
        match what {
            "say" => self.say(here),
            "use" => self.used(),
            "dialog" => self.dialog(),
            "shortcut" => {
                let (channel, ts) = self.message();
                let callback = self.fields.get("callback");
                Ok(self
                    .slack
                    .shortcut(&self.me, callback, Some((&channel, &ts)))?)
            }
            "group" => {
                GROUPS.clone_into(&mut here.channel);
                self.group()
            }
            "home" => {
                self.slack.open_home(&self.me);
                HOME.clone_into(&mut here.channel);
                Ok(())
            }
            _ => Err(Problem::Say(Word::ChooseFirst)),
        }
    }

    fn group(&self) -> Result<(), Problem> {
        let id = self.fields.get("group");
        let seen = self.slack.snapshot();
        let whom = SlackUserId::from(self.fields.get("whom"));
        let known = seen.users.iter().any(|user| user.id == whom && !user.bot);
        let groups = seen.groups;
        let group = groups.iter().find(|group| group.id == id);
        let group = group.ok_or(Problem::Say(Word::ChangedMeanwhile))?;
        let (handle, name) = (
            self.fields.get("handle").trim(),
            self.fields.get("name").trim(),
        );
        let changes = match self.fields.get("do") {
            "add" if known => vec![GroupChange::Add(vec![whom])],
            "remove" if known => vec![GroupChange::Remove(vec![whom])],
            "disable" => vec![GroupChange::Disable],
            "enable" => vec![GroupChange::Enable],
            "rename" if handle.is_empty() || name.is_empty() => {
                return Err(Problem::Say(Word::WriteFirst));
            }
            "rename" => {
                let handle = handle.trim_start_matches('@');
                let handle =
                    (handle != group.handle).then(|| GroupChange::Handle(handle.to_owned()));
                let name = (name != group.name).then(|| GroupChange::Name(name.to_owned()));
                handle.into_iter().chain(name).collect()
            }
            _ => return Err(Problem::Say(Word::ChooseFirst)),
        };
        for change in changes {
            self.slack.change_group(id, &self.me, &change)?;
        }
        Ok(())
    }

    fn message(&self) -> (ChannelId, MessageTs) {
        let channel = ChannelId::from(self.fields.get("in"));
        (channel, MessageTs::from(self.fields.get("ts")))
    }

    fn say(&self, here: &mut Here) -> Result<(), Problem> {
        let (channel, _) = self.message();
        let text = self.fields.get("text").trim();
        if text.is_empty() {
            return Err(Problem::Say(Word::WriteFirst));
        }
        // Who writes somewhere wants to stay there.
        channel.as_str().clone_into(&mut here.channel);
        if !text.starts_with('/') {
            let text = text.replace("\r\n", "\n");
            self.slack
                .say(&self.me, &channel, &self.slack.typed(&text))?;
            return Ok(());
        }
        let (command, words) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if command != COMMAND {
            text.clone_into(&mut here.draft);
            return Err(Problem::Say(Word::NoSuchCommand));
        }
        let words = self.slack.typed(words.trim());
        Ok(self.slack.command(&self.me, &channel, command, &words)?)
    }

    /// `["block","action"]` or, from a menu behind a button, `["block","action","value"]`.
    fn asked(&self) -> Option<(String, String, Vec<String>)> {
        let asked: Value = serde_json::from_str(self.fields.get("use")).ok()?;
        let word = |at: usize| asked[at].as_str().map(str::to_owned);
        let (block, action) = (word(0)?, word(1)?);
        let values = match word(2) {
            Some(value) => vec![value],
            None => self.values(&block, &action),
        };
        Some((block, action, values))
    }

    /// What the form holds for this element.
    fn values(&self, block: &str, action: &str) -> Vec<String> {
        let values = self.fields.all(&name(block, action));
        let values = values
            .into_iter()
            .map(|value| times::of_field(&value).unwrap_or(value));
        values.collect()
    }

    fn used(&self) -> Result<(), Problem> {
        let gone = || Problem::Say(Word::ChangedMeanwhile);
        let (block, action, values) = self.asked().ok_or_else(gone)?;
        let place = (block.as_str(), action.as_str());
        match self.fields.get("view") {
            "" => {
                let (channel, ts) = self.message();
                Ok(self
                    .slack
                    .choose(&self.me, (&channel, &ts), place, &values)?)
            }
            view => self.used_in(&self.view(view)?, place, &values),
        }
    }

    fn view(&self, id: &str) -> Result<Opened, Problem> {
        let views = self.slack.snapshot().views;
        let mut own = views.into_iter().filter(|view| view.who == self.me);
        own.find(|view| view.id == id)
            .ok_or(Problem::Say(Word::ChangedMeanwhile))
    }

    fn used_in(
        &self,
        view: &Opened,
        place: (&str, &str),
        values: &[String],
    ) -> Result<(), Problem> {
        let mut blocks = view.blocks().iter();
        let block = blocks.find(|block| block["block_id"] == place.0);
        let mut elements = block.into_iter().flat_map(fields::elements);
        let element = elements.find(|element| element["action_id"] == place.1);
        let chosen = match element.map(|element| (element, element["type"].as_str())) {
            Some((_, Some("button"))) => None,
            Some((element, Some("overflow"))) => {
                let mut all = fields::options(element);
                let found = all.find(|option| values.iter().any(|value| option["value"] == *value));
                found.map(|option| json!({ "selected_option": option }))
            }
            _ => return Ok(self.slack.fill(&self.me, &view.id, place, values)?),
        };
        let pressed = self
            .slack
            .press_in_view(&self.me, &view.id, place.1, chosen);
        Ok(pressed?)
    }

    /// The fields as they were filled in, then what was pressed.
    fn dialog(&self) -> Result<(), Problem> {
        let view = self.view(self.fields.get("view"))?;
        if self.fields.get("do") == "close" {
            return Ok(self.slack.close_view(&self.me, &view.id)?);
        }
        let asked = self.asked();
        for block in view
            .blocks()
            .iter()
            .filter(|block| block["type"] == "input")
        {
            let element = &block["element"];
            let place = (block["block_id"].as_str(), element["action_id"].as_str());
            let (Some(block), Some(action)) = place else {
                continue;
            };
            let values = self.values(block, action);
            // What stays as it was is no news for the app, and what is chosen now is told below.
            let chosen = asked
                .as_ref()
                .is_some_and(|asked| asked.0 == block && asked.1 == action);
            if !chosen && values != fields::held(element) {
                let place = (block, action);
                self.slack.fill(&self.me, &view.id, place, &values)?;
            }
        }
        match asked {
            Some((block, action, values)) => {
                self.used_in(&view, (block.as_str(), action.as_str()), &values)
            }
            None => Ok(self.slack.send_off(&self.me, &view.id).map(drop)?),
        }
    }
}
