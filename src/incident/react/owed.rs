//! All that a record ever asked for: what a sssbot without a memory has to see to.

use jiff::Timestamp;

use super::looks::{assignees, labels, wants_closing, wants_reopening};
use super::react;
use crate::incident::effect::{Effect, Todo};
use crate::incident::entry::Entry;
use crate::incident::fold::{Folding, ordered};
use crate::incident::rules::Rules;
use crate::incident::state::{Incident, Receipt};

/// Everything that this record ever asked for, with what was done since left out as far as the
/// record knows. It is what a sssbot that has lost its memory has to see to: the rest of what was
/// done is known by its keys, in Slack's metadata and in how the issue looks. Each with the time of
/// the entry that asked for it.
pub fn owed(timeline: &[Entry], rules: &Rules) -> Vec<(Timestamp, Effect)> {
    let mut folding = Folding::default();
    let mut before: Option<Incident> = None;
    let mut effects: Vec<(Timestamp, Effect)> = Vec::new();
    for entry in ordered(timeline) {
        folding.apply(&entry, rules);
        let Some(after) = folding.incident(rules) else {
            continue;
        };
        for effect in react(before.as_ref(), &after, &entry, rules) {
            // The last of what shows a state; the first of what is done once.
            match effects
                .iter()
                .position(|(_, known)| known.key == effect.key)
            {
                Some(at) if effect.todo.shows_state() => {
                    effects.remove(at);
                    effects.push((entry.at, effect));
                }
                Some(_) => {}
                None => effects.push((entry.at, effect)),
            }
        }
        before = Some(after);
    }
    let Some(now) = before else {
        return effects;
    };
    // What was asked for may have become something else since: only what an entry brings up is looked at
    // with it.
    for (_, effect) in &mut effects {
        let anew = match &effect.todo {
            Todo::Labels { .. } => labels(&now, rules),
            Todo::Assign { .. } => assignees(&now),
            _ => None,
        };
        if let Some(anew) = anew {
            effect.todo = anew;
        }
    }
    let told = |effect: &Effect| match &effect.todo {
        Todo::Broadcast { to, .. } => {
            let sent = |r: &Receipt| r.of == effect.key && r.channel == to.to_string();
            now.receipts.iter().any(sent)
        }
        Todo::OpenIssue => now.issue.is_some(),
        Todo::MakeChannel | Todo::FindChannel => now.channel.id.is_some(),
        Todo::Labels { .. } => labels(&now, rules).is_none(),
        Todo::Assign { .. } => assignees(&now).is_none(),
        Todo::CloseIssue => !wants_closing(&now),
        Todo::ReopenIssue => !wants_reopening(&now),
        Todo::ArchiveChannel => now.archived.is_none(),
        Todo::OpenPostmortem => !now.aftermath.is_wanted(),
        Todo::Draft => !now.aftermath.is_open(),
        Todo::FollowUp => now.aftermath.actions.is_some(),
        _ => false,
    };
    effects.retain(|(_, effect)| !told(effect));
    effects
}
