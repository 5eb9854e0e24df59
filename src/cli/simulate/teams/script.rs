//! The story that a plan is written as, and what is known of it afterwards.

use std::collections::{BTreeMap, BTreeSet};

use super::super::script::{About, Ledger, Page, Script};
use super::super::step::{Deed as Any, Step};
use super::writer::Writer;
use super::{CREW, EXTRAS, FILES, LENT, NAMED, PEOPLE, STRANGE, Team};
use super::{first, handle, name, path, people, text};

/// What people did that nothing shows in the end.
#[derive(Debug, Clone, Default)]
pub(in crate::cli::simulate) struct Book {
    /// Every name that a team had in files that were merged.
    pub(super) names: BTreeSet<String>,
    /// Whether a team was ever taken out of the files: what became of its group's people after that
    /// is another question.
    pub(super) dropped: bool,
    /// Whether files were merged while those before may not have been applied yet: of a group that
    /// was made for these, and is in no file that was ever applied whole, nobody knows any more.
    pub(super) overtaken: bool,
    /// Whether somebody was to be allowed for a while: what ends after the plan's own end waits.
    pub(in crate::cli::simulate) allowed: bool,
    /// Whether anybody had Slack made as the files say.
    pub(super) reverted: bool,
    /// Whether people have touched the GitHub team.
    pub(super) crew: bool,
    /// Teams that are called otherwise by now, and their names before that.
    before: BTreeMap<String, BTreeSet<String>>,
}

impl Book {
    /// A team is called otherwise.
    pub(super) fn is_renamed(&mut self, from: &str, to: &str) {
        let before = self.before.entry(to.to_owned()).or_default();
        before.insert(from.to_owned());
    }

    /// What a team was called before.
    pub(super) fn names_before(&self, name: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut next = vec![name];
        while let Some(name) = next.pop() {
            for before in self.before.get(name).into_iter().flatten() {
                if all.insert(before.clone()) {
                    next.push(before);
                }
            }
        }
        all
    }
}

/// Who of a team is in it at first.
fn there(team: &Team) -> Vec<usize> {
    let mut users = team.users.clone();
    if team.turns {
        users.truncate(1);
    }
    users
}

/// What is there before anything happens: files, groups and a GitHub team that are like that, and a
/// group that is not theirs.
fn furniture() -> String {
    let mut lines = vec!["channel #dev with sssbot".to_owned()];
    for file in 0..FILES.len() {
        let teams = first(file);
        for team in &teams {
            let both = [Some(team), team.included(&teams)];
            let users = both.into_iter().flatten().flat_map(there);
            let users: Vec<&str> = users.map(|who| NAMED[who]).collect();
            lines.push(format!(
                "group @{} \"{}\" of {}",
                handle(file, team.handle),
                name(file, team.name),
                users.join(", ")
            ));
        }
    }
    lines.push(format!("group @{STRANGE} \"Marketing\" of mei"));
    let crew: Vec<&str> = first(0)
        .iter()
        .filter(|team| team.serves)
        .flat_map(there)
        .map(|who| NAMED[who])
        .collect();
    lines.push(format!("github team {CREW} of {}", crew.join(", ")));
    // Everybody has an account there.
    let all: Vec<&str> = NAMED
        .iter()
        .chain(&EXTRAS)
        .chain([&LENT])
        .copied()
        .collect();
    lines.push(format!("github team acme/all of {}", all.join(", ")));
    lines.push(format!("person {LENT}"));
    lines.push(
        "file acme/postmortem .github/sssbot.yaml\n| services:\n|   shop: {}\n| broadcast: [dev]"
            .to_owned(),
    );
    let people = super::super::script::below(&people());
    lines.push(format!("file acme/postmortem {PEOPLE}{people}"));
    for file in 0..FILES.len() {
        let path = path(file);
        let text = super::super::script::below(&text(file, &first(file)));
        lines.push(format!("file acme/postmortem {path}{text}"));
    }
    lines.push("wait 65s\n".to_owned());
    lines.join("\n")
}

/// Writes these steps as a story with this title. A step that is not possible is left out.
pub(in crate::cli::simulate) fn write(title: &str, steps: &[Step]) -> Script {
    let mut page = Page::new(title, &furniture());
    let mut writer = Writer::default();
    for step in steps {
        if let Some(acts) = writer.acts(step) {
            let in_slack = matches!(&step.deed, Any::Team(deed) if deed.in_slack());
            page.step(step, &acts, in_slack);
        }
    }
    let last = writer.last();
    page.end(last, Ledger::default(), About::Teams(writer.book))
}
