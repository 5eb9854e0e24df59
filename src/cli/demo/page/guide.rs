//! The strip that says what to do next, for somebody who has never seen an incident bot: it looks at
//! what can be pressed in Slack, and knows nothing else of the incident.

mod teams;

use maud::{Markup, html};
use serde_json::Value;

use super::address::{HOME, Here};
use super::github_pane::Hub;
use super::message::{id_of, sees};
use super::words::Word;
use super::{dialog, slack_pane};
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::id::SlackUserId;
use crate::sandbox::slack::{ChannelView, MessageView, Snapshot, fields};

/// Where everybody is.
const GENERAL: &str = "general";

/// What to do next, and where that is.
#[derive(Debug, PartialEq, Eq)]
struct Next {
    words: Word,
    /// What the words have in braces: a button's words, a channel's name.
    what: String,
    /// The address of the place.
    place: String,
    /// The link's words.
    link: Word,
}

impl Next {
    fn new(words: Word, what: &str, place: String, link: Word) -> Self {
        Self {
            words,
            what: what.to_owned(),
            place,
            link,
        }
    }
}

/// The strip.
pub(super) fn guide(hub: &Hub<'_>, slack: &Snapshot, channel: Option<&ChannelView>) -> Markup {
    let view = hub.view;
    let me = slack_pane::visitor(slack, view.who);
    let fills_in = dialog::top(slack, me).is_some();
    let of_teams = || teams::next(hub, slack);
    let next = (!fills_in).then(of_teams).flatten();
    let Some(next) = next.or_else(|| next_of(view.lang, view.here, view.who, slack, channel))
    else {
        return html! { aside id="guide" hidden {} };
    };
    // Where an incident begins, or is over, there is something else to see.
    let other = matches!(next.words, Word::GuideCall | Word::GuideOver);
    let other = other.then(|| teams::way_in(hub)).flatten();
    html! {
        aside id="guide" aria-label=(view.say(Word::Guide)) {
            span class="step-mark" aria-hidden="true" { "→" }
            p aria-live="polite" { (next.words.with(view.lang, "what", &next.what)) }
            @if let Some((place, words)) = other {
                a class="control" href=(place) data-live { (view.say(words)) }
            }
            a class="control primary" href=(next.place) data-live { (view.say(next.link)) }
        }
    }
}

fn next_of(
    lang: Lang,
    here: &Here,
    who: &str,
    slack: &Snapshot,
    channel: Option<&ChannelView>,
) -> Option<Next> {
    let me = slack_pane::visitor(slack, who);
    let go = |words, what: &str, place, link| Some(Next::new(words, what, place, link));
    let at = |channel: &ChannelView, place: &str| here.with_channel(channel.id.as_str(), place);
    if dialog::top(slack, me).is_some() {
        return go(
            Word::GuideFill,
            "",
            here.address("dialog"),
            Word::GuideThere,
        );
    }
    // The incident that is looked at, or the newest of those that go on.
    let current = channel.filter(|_| here.channel != HOME);
    let looked_at = current.filter(|channel| card(channel).is_some());
    let open = slack.channels.iter();
    let newest = || {
        open.clone()
            .rfind(|one| !one.archived && card(one).is_some())
    };
    let Some(incident) = looked_at.or_else(newest) else {
        return declare(slack, me)
            .and_then(|(channel, message, button)| {
                go(
                    Word::GuidePress,
                    &button,
                    at(channel, &id_of(&message.ts)),
                    Word::GuideThere,
                )
            })
            .or_else(|| {
                let channel = place_to_call(slack)?;
                let call = format!("@{} ", bot(slack));
                let place = here.writing(channel.id.as_str(), &call);
                go(Word::GuideCall, &channel.name, place, Word::GuideWrite)
            });
    };
    if looked_at.is_none() {
        return go(
            Word::GuideOpen,
            &incident.name,
            at(incident, "slack"),
            Word::GuideThere,
        );
    }
    if incident.archived {
        return go(
            Word::GuideOver,
            "",
            here.address("github"),
            Word::GuideRecord,
        );
    }
    let wanted = match phase(&incident.topic, lang) {
        Some(phase) => next_by(phase),
        None => &["handler", "recovered", "resolve", "archive"],
    };
    for word in wanted {
        if let Some((message, label, is_button)) = offer(incident, me, word) {
            let words = match *word {
                "handler" if is_button => Word::GuidePress,
                "handler" => Word::GuideChoose,
                "recovered" => Word::GuideWork,
                "resolve" => Word::GuideRecovered,
                _ => Word::GuideResolved,
            };
            return go(
                words,
                &label,
                at(incident, &id_of(&message.ts)),
                Word::GuideThere,
            );
        }
    }
    // A card that does not show yet what has just happened: the bot, called here, does.
    let call = format!("@{} ", bot(slack));
    let place = here.writing(incident.id.as_str(), &call);
    go(Word::GuidePanel, "", place, Word::GuideWrite)
}

/// The state of the incident as the channel's topic says it, in a word between bars.
fn phase(topic: &str, lang: Lang) -> Option<Saying> {
    let mut parts = topic.split('|').map(str::trim);
    parts.find_map(|part| PHASES.into_iter().find(|phase| phase.say(lang) == part))
}

/// In order.
const PHASES: [Saying; 4] = [
    Saying::PhaseDeclared,
    Saying::PhaseResponding,
    Saying::PhaseRecovered,
    Saying::PhaseResolved,
];

/// What brings an incident on from there.
fn next_by(phase: Saying) -> &'static [&'static str] {
    match phase {
        Saying::PhaseDeclared => &["handler", "recovered"],
        Saying::PhaseResponding => &["recovered"],
        Saying::PhaseRecovered => &["resolve"],
        _ => &["archive"],
    }
}

/// The newest message of the bot's that offers this: its words, and whether that is a button.
fn offer<'a>(
    channel: &'a ChannelView,
    me: Option<&SlackUserId>,
    word: &str,
) -> Option<(&'a MessageView, String, bool)> {
    let words = |text: &Value| crate::sandbox::slack::with_emoji(text.as_str().unwrap_or_default());
    let seen = channel.messages.iter().rev();
    let mut seen = seen.filter(|message| message.by_bot && sees(me, message));
    seen.find_map(|message| {
        elements(message).find_map(|element| {
            if element["type"] == "button" && element["action_id"] == word {
                return Some((message, words(&element["text"]["text"]), true));
            }
            let mut options = fields::options(element);
            let found = options.find(|option| {
                let value = option["value"].as_str().unwrap_or_default();
                value.split(' ').next() == Some(word)
            });
            found.map(|option| (message, words(&option["text"]["text"]), false))
        })
    })
}

fn bot(slack: &Snapshot) -> &str {
    let bot = slack.users.iter().find(|user| user.bot);
    bot.map_or("sssbot", |user| &user.name)
}

/// Where everybody is and the bot too.
fn place_to_call(slack: &Snapshot) -> Option<&ChannelView> {
    let bot = slack.users.iter().find(|user| user.bot)?;
    let mut open = slack.channels.iter();
    open.find(|one| one.name == GENERAL && !one.archived && one.members.contains(&bot.id))
}

fn all_blocks(message: &MessageView) -> impl Iterator<Item = &Value> {
    let nested = message.attachments.iter();
    let nested = nested.filter_map(|attachment| attachment["blocks"].as_array());
    message.blocks.iter().chain(nested.flatten())
}

fn elements(message: &MessageView) -> impl Iterator<Item = &Value> {
    all_blocks(message).flat_map(fields::elements)
}

/// The pinned message of the bot's in which commands can be chosen.
fn card(channel: &ChannelView) -> Option<&MessageView> {
    let pinned = channel.pins.iter().filter_map(|ts| {
        let mut messages = channel.messages.iter();
        messages.find(|message| message.ts == *ts)
    });
    let mut own = pinned.filter(|message| message.by_bot);
    own.find(|message| channel.archived || elements(message).next().is_some())
}

/// The newest message with this button that the visitor sees.
fn with_button<'a>(
    channel: &'a ChannelView,
    me: Option<&SlackUserId>,
    action: &str,
) -> Option<&'a MessageView> {
    let mut own = channel.messages.iter();
    own.rfind(|message| {
        sees(me, message)
            && elements(message)
                .any(|element| element["type"] == "button" && element["action_id"] == action)
    })
}

/// Where the bot asked whether it is an incident.
fn declare<'a>(
    slack: &'a Snapshot,
    me: Option<&SlackUserId>,
) -> Option<(&'a ChannelView, &'a MessageView, String)> {
    let open = slack.channels.iter().filter(|channel| !channel.archived);
    let found = open.filter_map(|channel| {
        let message = with_button(channel, me, "declare")?;
        let mut all = elements(message);
        let button = all.find(|element| element["action_id"] == "declare")?;
        Some((
            channel,
            message,
            button["text"]["text"].as_str()?.to_owned(),
        ))
    });
    found.max_by(|a, b| a.1.ts.as_str().cmp(b.1.ts.as_str()))
}
