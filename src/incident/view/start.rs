//! What is said before and beside an incident: the greeting, the progress of its start, the panel.

use super::card::channel;
use super::{Act, Bit, Said, line, own, text, who};
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::incident::rules::Rules;
use crate::incident::state::Incident;
use crate::incident::who::Who;
use crate::playbook::Named;

/// A2: what a bare mention of sssbot is answered with, where there is no incident.
pub fn greeting(person: &Who, rules: &Rules, lang: Lang) -> Said {
    let choices = rules.playbook.types.iter().map(|kind| {
        let ask = text(format!("{} {}", kind.icon, kind.question.say(lang)));
        let kind = kind.id.clone();
        (ask, Act::Declare { kind })
    });
    let help = rules.playbook.links.help.as_ref().map(|url| {
        let link = vec![Bit::Link {
            url: url.clone(),
            text: url.clone(),
        }];
        line(Saying::HelpAt, lang, &[("link", link)])
    });
    Said {
        headline: own(
            rules,
            Named::Hello,
            Saying::Greeting,
            lang,
            &[("who", who(person))],
        ),
        choices: choices.collect(),
        lines: help.into_iter().collect(),
        ..Said::default()
    }
}

/// E2 and G1: that somebody pressed something.
pub fn pressed(person: &Who, act: &Act, rules: &Rules, lang: Lang) -> Said {
    let act = vec![Bit::Strong(act.label(rules, lang).to_owned())];
    Said {
        headline: line(Saying::Pressed, lang, &[("who", who(person)), ("act", act)]),
        ..Said::default()
    }
}

/// A4: how far the start is; `saying` is [`Saying::FillingForm`] or [`Saying::Preparing`].
pub fn progress(saying: Saying, person: &Who, lang: Lang) -> Said {
    Said {
        headline: line(saying, lang, &[("who", who(person))]),
        ..Said::default()
    }
}

/// A5: what the mention of sssbot shows within an incident's channel.
pub fn panel(incident: &Incident, rules: &Rules, lang: Lang) -> Said {
    let mut said = super::card(incident, rules, lang);
    said.headline = line(Saying::Panel, lang, &[("channel", channel(incident))]);
    said
}
