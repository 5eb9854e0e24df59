//! What is said of a postmortem and of what follows from it.

use super::card::channel;
use super::{Act, Bit, Line, Said, Tone, line, text, who};
use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::incident::aftermath::{Action, ActionState, PullState};
use crate::incident::overdue::{Late, Whom};
use crate::incident::rules::Rules;
use crate::incident::state::Incident;
use crate::incident::who::Who;
use crate::incident::wording::shortened;

/// How many things to do are named one by one.
const NAMED: usize = 20;

/// Whether there is no draft yet.
pub(super) fn may_be_drafted(incident: &Incident) -> bool {
    !matches!(
        incident.aftermath.state(),
        Some(PullState::Open | PullState::Merged)
    )
}

/// What can be pressed when it is resolved.
pub(super) fn at_the_end(incident: &Incident) -> Vec<Act> {
    let mut acts = Vec::new();
    if may_be_drafted(incident) {
        acts.push(Act::Postmortem);
    }
    acts.push(Act::Archive);
    acts
}

/// What the card has of it.
pub(super) fn fields(incident: &Incident, rules: &Rules, lang: Lang) -> Vec<(&'static str, Line)> {
    let mut fields = Vec::new();
    let after = &incident.aftermath;
    if let Some(pull) = &after.pull {
        let state = match pull.state {
            PullState::Open => Saying::PostmortemOpen,
            PullState::Merged => Saying::PostmortemMerged,
            PullState::Closed => Saying::PostmortemClosed,
        };
        let name = rules.playbook.postmortem.name.say(lang);
        let link = Bit::Link {
            url: pull.url.clone(),
            text: format!("{name} #{}", pull.number),
        };
        let state = Bit::Text(format!(" {}", state.say(lang)));
        fields.push((Saying::FieldPostmortem.say(lang), vec![link, state]));
    }
    let actions = after.actions();
    if !actions.is_empty() {
        let open = after.open_actions().count();
        let mut said = text(format!("{}/{}", actions.len() - open, actions.len()));
        for action in after.open_actions().take(NAMED) {
            said.push(Bit::Text("\n".to_owned()));
            said.extend(to_do(action, Owner::Named, lang));
        }
        fields.push((Saying::FieldActions.say(lang), said));
    }
    fields
}

/// How somebody stands beside what they are to do.
#[derive(Clone, Copy)]
enum Owner {
    Called,
    Named,
    /// They know.
    Reader,
}

/// One thing to do.
fn to_do(action: &Action, owner: Owner, lang: Lang) -> Line {
    let mut said = vec![Bit::Link {
        url: action.url.clone(),
        text: shortened(&action.title, 80),
    }];
    let who = &action.owner;
    let owner = match owner {
        Owner::Called => Some(Bit::Who(who.clone())),
        Owner::Named => Some(Bit::Text(who.called().to_owned())),
        Owner::Reader => None,
    };
    if let Some(owner) = owner.filter(|_| !who.is_nobody()) {
        said.extend([Bit::Text(" ".to_owned()), owner]);
    }
    if let Some(due) = action.due {
        let due = due.to_string();
        let due = fill(Saying::DueOn, lang, &[("due", &due)]);
        said.push(Bit::Text(format!(" ({due})")));
    }
    said
}

pub(super) fn no_draft(by: &Who, why: &[String], rules: &Rules, lang: Lang) -> Said {
    let name = text(rules.playbook.postmortem.name.say(lang));
    let with = [("who", who(by)), ("name", name)];
    Said {
        icon: "⚠",
        headline: line(Saying::NoDraft, lang, &with),
        lines: why.iter().map(|why| text(why.as_str())).collect(),
        acts: vec![Act::Postmortem],
        ..Said::default()
    }
}

pub(super) fn actions(incident: &Incident, _: &Rules, lang: Lang) -> Said {
    let open: Vec<&Action> = incident.aftermath.open_actions().collect();
    let count = text(incident.aftermath.actions().len().to_string());
    let lines = open.iter().take(NAMED);
    Said {
        icon: "📌",
        headline: line(Saying::ActionsAre, lang, &[("count", count)]),
        lines: lines
            .map(|action| to_do(action, Owner::Called, lang))
            .collect(),
        ..Said::default()
    }
}

/// To one owner, all of theirs in one message; or to a channel, what nobody does who is known in
/// Slack.
pub fn overdue(whom: &Whom, late: &[Late<'_>], lang: Lang) -> Said {
    let headline = match whom {
        Whom::Owner(_) => Saying::OverdueYours,
        Whom::Channel(_) => Saying::Overdue,
    };
    let one = |it: &Late<'_>| match whom {
        Whom::Owner(_) => {
            let mut said = to_do(it.action, Owner::Reader, lang);
            said.push(Bit::Text(" ".to_owned()));
            said.extend(channel(it.incident));
            said
        }
        Whom::Channel(_) => to_do(it.action, Owner::Called, lang),
    };
    let more = late.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| {
        let count = text(more.to_string());
        line(Saying::OverdueMore, lang, &[("count", count)])
    });
    let count = text(late.len().to_string());
    Said {
        icon: "⏰",
        tone: Tone::Notice,
        headline: line(headline, lang, &[("count", count)]),
        lines: late
            .iter()
            .take(NAMED)
            .map(one)
            .chain(more)
            .chain([line(Saying::OverdueAsk, lang, &[])])
            .collect(),
        ..Said::default()
    }
}

pub(super) fn done_with(incident: &Incident, rules: &Rules, lang: Lang) -> Said {
    let name = text(rules.playbook.postmortem.name.say(lang));
    let done = |action: &&Action| action.state == ActionState::Done;
    let done = incident.aftermath.actions().iter().filter(done).count();
    let with = [
        ("channel", channel(incident)),
        ("name", name),
        ("count", text(done.to_string())),
    ];
    Said {
        icon: "✅",
        tone: Tone::Relief,
        headline: line(Saying::DoneWith, lang, &with),
        acts: vec![Act::Archive],
        ..Said::default()
    }
}
