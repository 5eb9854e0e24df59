//! The acts of a step in the words of a story, where the step is possible by then.

use std::collections::{BTreeMap, BTreeSet};

use super::super::script::below;
use super::super::step::{AppDeed, Deed as Any, Step};
use super::script::Book;
use super::{Button, Deed, EXTRAS, FILES, File, Hand, NAMED, Pull, Team, first, handle, name};
use super::{CHANNEL, CREW, LENT, path, text};

/// After how long, in seconds, what was merged is surely applied, or waits for somebody.
const APPLIED: u64 = 900;

/// Writes one step after the other.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) book: Book,
    /// The pull requests by now.
    pulls: BTreeMap<Pull, Written>,
    /// How often each file was merged into.
    merges: [usize; FILES.len()],
    /// Handles that groups have or had; others nobody can find.
    handles: BTreeSet<String>,
    running: bool,
    /// How long it is since something was merged, in seconds.
    since: u64,
    /// Whether sssbot may have opened a pull request, and whether that was merged.
    theirs: (bool, bool),
    /// What every file says.
    main: [Vec<Team>; FILES.len()],
    /// How many issues and pull requests people have opened.
    opened: usize,
    /// The number of the incident's issue, and whether it is open.
    incident: Option<(usize, bool)>,
}

/// A pull request as it was opened.
#[derive(Debug)]
struct Written {
    number: usize,
    file: File,
    teams: Vec<Team>,
    /// How often its file was merged into by then: who comes second is in conflict.
    begun: usize,
    merged: bool,
}

impl Default for Writer {
    fn default() -> Self {
        let mut writer = Self {
            book: Book::default(),
            pulls: BTreeMap::new(),
            merges: [0; FILES.len()],
            handles: BTreeSet::new(),
            running: true,
            since: APPLIED,
            theirs: (false, false),
            main: Default::default(),
            opened: 0,
            incident: None,
        };
        (0..FILES.len()).for_each(|file| writer.is_main(file, &first(file)));
        writer
    }
}

impl Writer {
    /// The lines of a step; `None` where it is not possible.
    pub(super) fn acts(&mut self, step: &Step) -> Option<Vec<String>> {
        let one = |line: String| Some(vec![line]);
        match &step.deed {
            Any::Team(deed) => self.deed(deed),
            Any::Wait(seconds) => {
                self.since += if self.running { *seconds } else { 0 };
                one(format!("wait {seconds}s"))
            }
            Any::App(deed) => one(self.app(*deed)?),
            Any::Trouble(trouble) => one(trouble.line.clone()),
            _ => None,
        }
    }

    /// What lets everything come to its end.
    pub(super) fn last(&self) -> Option<String> {
        let (number, _) = self.incident.filter(|(_, open)| *open)?;
        Some(format!("hanako closes acme/postmortem#{number}"))
    }

    fn app(&mut self, deed: AppDeed) -> Option<String> {
        if self.running == (deed == AppDeed::Start) {
            return None;
        }
        match deed {
            AppDeed::Stop => self.running = false,
            AppDeed::Start => self.running = true,
            _ => {}
        }
        Some(deed.to_string())
    }

    fn is_main(&mut self, file: File, teams: &[Team]) {
        let mut known = self
            .book
            .names
            .iter()
            .filter(|it| it.starts_with(FILES[file]));
        let stays = |known: &String| teams.iter().any(|team| name(file, team.name) == *known);
        self.book.dropped |= known.any(|known| !stays(known));
        let before = std::mem::replace(&mut self.main[file], teams.to_vec());
        for team in teams {
            let mut same = before
                .iter()
                .filter(|was| was.handle == team.handle || team.before == Some(was.handle));
            let is_new = before.iter().all(|was| was.name != team.name);
            if let Some(was) = same.next().filter(|_| is_new) {
                let (from, to) = (name(file, was.name), name(file, team.name));
                self.book.is_renamed(&from, &to);
            }
            self.book.names.insert(name(file, team.name));
            self.handles.insert(handle(file, team.handle));
        }
    }

    fn deed(&mut self, deed: &Deed) -> Option<Vec<String>> {
        let file_on = |pull: Pull, file: File, teams: &[Team]| {
            let (path, text) = (path(file), below(&text(file, teams)));
            format!("file acme/postmortem {path} on next-{pull}{text}")
        };
        Some(match deed {
            Deed::Open { pull, file, teams } => {
                if self.theirs.0 || self.pulls.contains_key(pull) {
                    return None;
                }
                self.opened += 1;
                let number = self.opened;
                let written = Written {
                    number,
                    file: *file,
                    teams: teams.clone(),
                    begun: self.merges[*file],
                    merged: false,
                };
                self.pulls.insert(*pull, written);
                vec![
                    file_on(*pull, *file, teams),
                    format!("taro opens pull acme/postmortem \"Change {pull}\" from next-{pull}"),
                ]
            }
            Deed::Push { pull, teams } => {
                let written = self.pulls.get_mut(pull).filter(|it| !it.merged)?;
                written.teams.clone_from(teams);
                vec![file_on(*pull, written.file, teams)]
            }
            Deed::Merge { pull } => {
                let written = self.pulls.get_mut(pull).filter(|it| !it.merged)?;
                let merges = &mut self.merges[written.file];
                // What sssbot wrote may be in conflict with anything.
                if written.begun != *merges || self.theirs.1 {
                    return None;
                }
                *merges += 1;
                self.book.overtaken |= std::mem::take(&mut self.since) < APPLIED;
                written.merged = true;
                let (number, file, teams) = (written.number, written.file, written.teams.clone());
                self.is_main(file, &teams);
                vec![format!("hanako merges acme/postmortem#{number}")]
            }
            Deed::Confirm { pull } => {
                let number = self.pulls.get(pull)?.number;
                vec![format!(
                    "jiro comments on acme/postmortem#{number}\n| /userteams confirm {{hash}}"
                )]
            }
            Deed::Retry { pull } => {
                let number = self.pulls.get(pull).filter(|it| it.merged)?.number;
                vec![format!(
                    "jiro comments on acme/postmortem#{number}\n| /userteams retry"
                )]
            }
            Deed::Hand {
                file,
                handle: number,
                who,
                hand,
            } => {
                let at = handle(*file, *number);
                if !self.handles.contains(&at) {
                    return None;
                }
                vec![match hand {
                    Hand::Add(extra) => format!("{who} adds to @{at} {}", EXTRAS[*extra]),
                    Hand::Remove(gone) => format!("{who} takes from @{at} {}", NAMED[*gone]),
                    Hand::Handle(to) => format!("{who} renames @{at} to @by-hand-{to}"),
                    Hand::Disable => format!("{who} disables @{at}"),
                    Hand::Enable => format!("{who} enables @{at}"),
                }]
            }
            Deed::Press { who, button } => {
                if !self.running {
                    return None;
                }
                let words = match button {
                    Button::Revert => {
                        self.book.reverted = true;
                        "Revert"
                    }
                    Button::Propose => "Make a pull request",
                    Button::Allow => {
                        self.book.allowed = true;
                        "Allow for a while"
                    }
                };
                self.theirs.0 |= *button != Button::Revert;
                vec![format!("{who} presses \"{words}\" in #dev")]
            }
            Deed::MergeTheirs => {
                if !self.theirs.0 || self.theirs.1 {
                    return None;
                }
                self.theirs.1 = true;
                let number = self.opened + 1;
                vec![format!("hanako merges acme/postmortem#{number}")]
            }
            Deed::Crew { who, whom, put } => {
                self.book.crew = true;
                let how = if *put { "puts into" } else { "takes out of" };
                vec![format!("{who} {how} team {CREW} {whom}")]
            }
            Deed::Declare { who } => {
                if self.theirs.0 || self.incident.is_some() {
                    return None;
                }
                self.opened += 1;
                self.incident = Some((self.opened, true));
                vec![
                    format!("channel #{CHANNEL} with sssbot"),
                    format!("{who} opens issue acme/postmortem \"#{CHANNEL}\""),
                ]
            }
            Deed::Call { who } => {
                self.incident.filter(|(_, open)| *open && self.running)?;
                // It may open a pull request, too.
                self.theirs.0 = true;
                vec![format!(
                    "{who} mentions sssbot in #{CHANNEL} \"call @{LENT} until resolved\""
                )]
            }
            Deed::Close { who } => {
                let (number, open) = self.incident.as_mut()?;
                if !std::mem::replace(open, false) {
                    return None;
                }
                vec![format!("{who} closes acme/postmortem#{number}")]
            }
        })
    }
}
