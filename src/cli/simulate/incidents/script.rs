//! What must come of a plan's incidents, and the story that the plan is written as.

use std::collections::{BTreeMap, BTreeSet};

use super::super::script::{About, Ledger, Page, Script, below};
use super::super::step::{Deed as Any, Step};
use super::record::PLAYBOOK;
use super::writer::Writer;
use super::{Case, LISTS, SERVICES};

/// What is there before anything happens. Everybody has been on both sides: nobody
/// can be responsible on a GitHub that does not know them, or has a name in a Slack that does not.
const FURNITURE: &str = "file acme/postmortem userteams.yaml
| version: 1
| people:
|   hanako: { slack: U00000HANAKO, github: hanako }
|   taro: { slack: U00000TARO, github: taro }
|   jiro: { slack: U00000JIRO, github: jiro }
|   saburo: { slack: U00000SABURO, github: saburo }
| teams: []
repo acme/shop
hanako opens issue acme/shop \"Hello\"
taro opens issue acme/shop \"Hello\"
jiro opens issue acme/shop \"Hello\"
saburo opens issue acme/shop \"Hello\"
person hanako
person saburo
channel #general with sssbot
channel #dev with sssbot
private channel #leaders with sssbot
group @shop-first \"First response\" of taro, jiro
";

/// What people did about all incidents.
#[derive(Debug, Clone, Default)]
pub(in crate::cli::simulate) struct Book {
    pub(in crate::cli::simulate) cases: BTreeMap<Case, Told>,
    /// Whether anything was lost, or done while somebody was away: then people may have been told
    /// that what they said made no sense yet.
    pub(in crate::cli::simulate) disordered: bool,
    /// Whether a database was lost: with it goes what it had not done yet.
    pub(in crate::cli::simulate) forgot: bool,
    /// Whether anything at all went wrong.
    pub(in crate::cli::simulate) troubled: bool,
}

impl Book {
    /// Nothing went wrong.
    pub(super) fn calm(&self) -> bool {
        !self.troubled && !self.disordered
    }
}

/// What people did about one incident, as it is in the end.
#[derive(Debug, Clone, Default)]
pub(in crate::cli::simulate) struct Told {
    pub(super) number: u64,
    /// Whether it was there before us.
    pub(super) adopted: bool,
    /// Who began it.
    pub(super) people: BTreeSet<&'static str>,
    pub(super) level: Option<u8>,
    pub(super) leads: Option<&'static str>,
    /// The time that was said last: `09:50`.
    pub(super) detected: Option<String>,
    pub(super) recovered: bool,
    pub(super) resolved: bool,
    pub(super) archived: bool,
    pub(super) reopened: bool,
    pub(super) ticked: BTreeSet<&'static str>,
    /// The levels and the leaders, in the order in which they were said.
    pub(super) levels: Vec<u8>,
    pub(super) leaders: Vec<&'static str>,
    pub(super) notes: Vec<u32>,
    pub(super) resolutions: usize,
}

impl Told {
    /// How much of its checklist is done, of how much.
    pub(super) fn progress(&self) -> Option<(usize, usize)> {
        let list = LISTS[usize::from(self.level?) - 1];
        let done = list.iter().filter(|item| self.ticked.contains(*item));
        Some((done.count(), list.len()))
    }
}

/// Writes these steps as a story with this title. A step that is not possible is left out.
pub(in crate::cli::simulate) fn write(title: &str, steps: &[Step]) -> Script {
    let playbook = below(PLAYBOOK);
    let furniture = format!("file acme/postmortem .github/sssbot.yaml{playbook}\n{FURNITURE}");
    let mut page = Page::new(title, &furniture);
    let mut writer = Writer::default();
    for step in steps {
        if let Some(acts) = writer.acts(step) {
            let in_slack = matches!(&step.deed, Any::Incident(deed) if deed.in_slack());
            page.step(step, &acts, in_slack);
        }
    }
    let last = writer.last().into_iter().map(str::to_owned);
    page.end(last, Ledger::default(), About::Incidents(writer.book))
}

/// What an incident is called where people name it, and nothing else is.
pub(super) fn summary(case: Case, word: u32) -> String {
    format!("w{word:04}v1 {} fails", SERVICES[case])
}

/// A note.
pub(super) fn note(word: u32) -> String {
    format!("w{word:04}v1 was seen by @taro in the logs")
}
