//! What is said before and beside an incident: the greeting, the progress of its start, the panel.

use super::card::channel;
use super::{Act, Bit, Said, line, own, text, who};
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::incident::rules::Rules;
use crate::incident::state::Incident;
use crate::incident::who::Who;
use crate::incident::wording::shortened;
use crate::playbook::{ChannelRef, Named};

/// A2: what a bare mention of sssbot is answered with, where there is no incident.
pub fn greeting(person: &Who, rules: &Rules, lang: Lang) -> Said {
    let choices = rules.playbook.types.iter().map(|kind| {
        let ask = text(format!("{} {}", kind.icon, kind.question.say(lang)));
        let kind = kind.id.clone();
        (ask, Act::Declare { kind })
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
        lines: more_help(rules, lang).into_iter().collect(),
        ..Said::default()
    }
}

/// What can be typed, and where there is more to read.
pub fn help(rules: &Rules, lang: Lang) -> Said {
    let code = |saying: &Saying| vec![Bit::Code(saying.say(lang).to_owned())];
    let mut lines = vec![
        vec![Bit::Strong(Saying::HelpAnywhere.say(lang).to_owned())],
        text(Saying::ExampleDeclare.say(lang)),
        vec![Bit::Strong(Saying::HelpInside.say(lang).to_owned())],
    ];
    lines.extend(EXAMPLES.iter().map(code));
    lines.extend(more_help(rules, lang));
    Said {
        headline: line(Saying::HelpTitle, lang, &[]),
        lines,
        ..Said::default()
    }
}

/// What can be typed in an incident's channel, in the order of an incident.
const EXAMPLES: &[Saying] = &[
    Saying::ExampleHandler,
    Saying::ExampleLevel,
    Saying::ExampleDetected,
    Saying::ExampleResponded,
    Saying::ExampleRecovered,
    Saying::ExampleCheck,
    Saying::ExampleNote,
    Saying::ExampleSummary,
    Saying::ExampleFeeling,
    Saying::ExampleCall,
    Saying::ExampleAnnounce,
    Saying::ExamplePostmortem,
    Saying::ExampleResolve,
    Saying::ExampleReopen,
    Saying::ExampleArchive,
];

fn more_help(rules: &Rules, lang: Lang) -> Option<super::Line> {
    rules.playbook.links.help.as_ref().map(|url| {
        let link = vec![Bit::Link {
            url: url.clone(),
            text: url.clone(),
        }];
        line(Saying::HelpAt, lang, &[("link", link)])
    })
}

/// A3: that there is this incident already, for whoever is about to declare one of its service.
pub fn underway(incident: &Incident, lang: Lang) -> super::Line {
    let with = [
        ("service", text(incident.service.value.as_str())),
        ("channel", channel(incident)),
    ];
    let mut said = line(Saying::SameServiceOpen, lang, &with);
    let summary = shortened(&incident.summary.value, 60);
    if !summary.trim().is_empty() {
        said.push(Bit::Text(format!(" — {summary}")));
    }
    said
}

/// E2 and G1: that somebody pressed something.
pub fn pressed(person: &Who, act: &Act, rules: &Rules, lang: Lang) -> Said {
    let act = vec![Bit::Strong(act.label(rules, lang).into_owned())];
    Said {
        headline: line(Saying::Pressed, lang, &[("who", who(person)), ("act", act)]),
        ..Said::default()
    }
}

/// A4: how far the start is; `saying` is [`Saying::FillingForm`], [`Saying::ClosedForm`] or
/// [`Saying::Preparing`].
pub fn progress(saying: Saying, person: &Who, lang: Lang) -> Said {
    Said {
        headline: line(saying, lang, &[("who", who(person))]),
        ..Said::default()
    }
}

/// C2: that a channel could not be told.
pub fn not_told(to: &ChannelRef, lang: Lang) -> Said {
    Said {
        icon: "⚠",
        headline: line(
            Saying::NotNotified,
            lang,
            &[("channel", text(to.to_string()))],
        ),
        ..Said::default()
    }
}

/// A5: what the mention of sssbot shows within an incident's channel.
pub fn panel(incident: &Incident, rules: &Rules, lang: Lang) -> Said {
    let mut said = super::card(incident, rules, lang);
    said.headline = line(Saying::Panel, lang, &[("channel", channel(incident))]);
    said
}
