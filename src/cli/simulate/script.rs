//! From steps to a story, and to what must be true after it.
//!
//! A step that is not possible (its comment was never made, its issue is closed already) is left
//! out: so any steps of a plan make a story.

use std::collections::{BTreeMap, BTreeSet};

mod acts;
mod ledger;
mod page;

use super::step::{Branch, Deed, REPOS, Repo, Step, Way, Word};

pub(super) use ledger::{Kind, Ledger, Made, Text};
pub(super) use page::Page;

/// What stands behind a word, so that texts are of several kinds and some try to do harm.
const TEXTS: [&str; 8] = [
    "is seen in the logs.",
    "<!channel> <!here> @taro are you there? #1",
    "決済が遅い。**原因**は調査中です。",
    "`SELECT 1` takes 4 s, see [the graph](https://graphs.example/1).",
    "- one\n- two\n- three",
    "done & <b>done</b> *bold* _it_ ~no~",
    "> quoted\n\nand answered",
    "```\ncode <@U00000BOT> here\n```",
];

/// A story and what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Script {
    /// The story, as a file has it.
    pub(super) source: String,
    /// The steps that are in it.
    pub(super) steps: Vec<Step>,
    /// Of each line with an act, the step that it belongs to.
    pub(super) lines: BTreeMap<usize, usize>,
    /// What it makes.
    pub(super) ledger: Ledger,
    /// What it is about, and what people did about that.
    pub(super) about: About,
}

/// What a script is about.
#[derive(Debug, Clone)]
pub(super) enum About {
    /// Issues and pull requests; what people did is in the ledger.
    Mirror,
    Incidents(super::incidents::Book),
    Teams(super::teams::Book),
}

/// As it is written: the word and its version.
pub(super) fn written(word: Word, version: u32) -> String {
    format!("w{word:04}v{version}")
}

fn text(word: Word, version: u32) -> String {
    let more = TEXTS[word as usize % TEXTS.len()];
    format!("{} {more}", written(word, version))
}

/// A text as the body of an act.
pub(super) fn below(text: &str) -> String {
    let lines = text.lines().map(|line| format!("\n| {line}"));
    lines.collect()
}

/// Where GitHub's log of deliveries is.
const LOG: &str = "/app/hook/deliveries";

struct Writer {
    ledger: Ledger,
    comments: BTreeMap<Word, usize>,
    lines: BTreeMap<Word, usize>,
    numbers: [u64; REPOS.len()],
    branches: BTreeSet<(Repo, Branch)>,
    /// Repositories that are looked at: something of theirs was heard of that names a channel.
    watched: [bool; REPOS.len()],
    running: bool,
    /// Whether the database was lost.
    forgetful: bool,
    /// Whether GitHub's log of deliveries may be unreadable for a while.
    blind: bool,
}

/// Writes these steps as a story with this title.
pub(super) fn write(title: &str, steps: &[Step]) -> Script {
    if steps
        .iter()
        .any(|step| matches!(step.deed, Deed::Incident(_)))
    {
        return super::incidents::write(title, steps);
    }
    if steps.iter().any(|step| matches!(step.deed, Deed::Team(_))) {
        return super::teams::write(title, steps);
    }
    let furniture: Vec<String> = REPOS.iter().map(|repo| format!("repo {repo}\n")).collect();
    let mut page = Page::new(title, &furniture.concat());
    let mut writer = Writer {
        ledger: Ledger::default(),
        comments: BTreeMap::new(),
        lines: BTreeMap::new(),
        numbers: [0; REPOS.len()],
        branches: BTreeSet::new(),
        watched: [false; REPOS.len()],
        running: true,
        forgetful: false,
        blind: false,
    };
    for step in steps {
        let step = &writer.told(step);
        if let Some(act) = writer.act(step, page.steps()) {
            page.step(step, &[act], false);
        }
    }
    page.end([], writer.ledger, About::Mirror)
}

impl Writer {
    /// The step, and a webhook that is lost only where somebody looks.
    fn told(&mut self, step: &Step) -> Step {
        let mut step = step.clone();
        let (repo, names) = match &step.deed {
            Deed::Issue { repo, names, .. } => (Some(*repo), !names.is_empty()),
            Deed::Pull {
                repo,
                names,
                branch,
                ..
            } => (Some(*repo), !names.is_empty() || branch.names.is_some()),
            Deed::Push { repo, .. } => (Some(*repo), false),
            Deed::Rename { thing, names } => {
                let made = self.ledger.things.get(thing);
                (made.map(|made| made.repo), !names.is_empty())
            }
            Deed::Comment { thing, .. }
            | Deed::EditBody { thing }
            | Deed::Label { thing, .. }
            | Deed::Assign { thing, .. }
            | Deed::Ask { thing, .. }
            | Deed::Close { thing }
            | Deed::Reopen { thing }
            | Deed::Merge { thing }
            | Deed::Review { thing, .. } => {
                (self.ledger.things.get(thing).map(|made| made.repo), false)
            }
            _ => (None, false),
        };
        let gone = match &step.deed {
            Deed::DeleteComment { word } | Deed::DeleteLine { word } => {
                self.ledger.words.get(word).and_then(|text| text.way)
            }
            _ => None,
        };
        let comes_late = matches!(gone, Some(Way::LateBy(_) | Way::Behind(_)));
        if step.way == Some(Way::Lost) && comes_late {
            // Nobody looks for what was gone before it was heard of.
            step.way = None;
        }
        let watched = repo.is_none_or(|repo| self.watched[repo]);
        if step.way == Some(Way::Lost) && !watched {
            step.way = None;
        }
        let heard = matches!(step.way, None | Some(Way::Doubled | Way::Unanswered));
        if let Some(repo) = repo.filter(|_| names && heard) {
            self.watched[repo] = true;
        }
        step
    }
}
