//! Single parts of what a plan says, each in its own lines.

use crate::i18n::Lang;
use crate::teams::{Action, Plan};

/// A plan of these actions and nothing else, of which the words are the same.
fn only(plan: &Plan, actions: &[Action]) -> Plan {
    Plan {
        actions: actions.to_vec(),
        drift: Vec::new(),
        unmanaged: Vec::new(),
        guards: Vec::new(),
        remarks: Vec::new(),
        teams: plan.teams.clone(),
        names: plan.names.clone(),
    }
}

fn texts(plan: &Plan, lang: Lang) -> Vec<String> {
    let lines = plan.lines(lang).into_iter();
    // With no actions, the first line says that there are none.
    lines
        .skip(usize::from(plan.actions.is_empty()))
        .map(|line| line.text)
        .collect()
}

/// What these do.
pub(super) fn actions(plan: &Plan, actions: &[Action], lang: Lang) -> Vec<String> {
    texts(&only(plan, actions), lang)
}

/// Why it has to be confirmed; how is for whoever asks.
pub(super) fn guards(plan: &Plan, lang: Lang) -> Vec<String> {
    let mut lines = plan.guard_lines(lang);
    lines.pop();
    lines.into_iter().map(|line| line.text).collect()
}

/// What else is worth knowing, and what is left alone.
pub(super) fn remarks(plan: &Plan, lang: Lang) -> Vec<String> {
    let rest = Plan {
        remarks: plan.remarks.clone(),
        unmanaged: plan.unmanaged.clone(),
        ..only(plan, &[])
    };
    texts(&rest, lang)
}

/// What Slack has otherwise, by itself.
pub(super) fn drift(plan: &Plan, lang: Lang) -> Vec<String> {
    let rest = Plan {
        drift: plan.drift.clone(),
        ..only(plan, &[])
    };
    texts(&rest, lang)
}
