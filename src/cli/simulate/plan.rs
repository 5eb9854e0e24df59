//! From a seed to a plan: what people, networks and machines will do.
//!
//! What is left out, since nothing finds it without a webhook: deleted and transferred issues,
//! checks, and settled threads. For the same reason no webhook is lost for good before anything of
//! its repository was heard of that names a channel (see `script`), and the database is not lost
//! while GitHub's log cannot be read: a title that was given just then would be missed.

use std::collections::BTreeSet;

mod deeds;
mod troubles;

use super::dice::Dice;
use super::faults::Faults;
use super::step::{AppDeed, Branch, CHANNELS, Channel, Deed, REPOS, Repo, Step};
use super::step::{Thing, Word};

/// What a plan is made with.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// How many steps it has, about.
    pub acts: usize,
    /// What may go wrong.
    pub faults: Faults,
    /// What it is about.
    pub what: What,
}

/// What plans are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Issues and pull requests, and the channels that hear of them.
    Mirror,
    /// Incidents, in Slack and on GitHub.
    Incidents,
    /// Who is called first, in team files and in Slack.
    Teams,
    /// All of these, a plan of each for each seed.
    All,
}

impl What {
    /// The kinds of plans that are meant.
    pub(super) fn each(self) -> &'static [Self] {
        match self {
            Self::Mirror => &[Self::Mirror],
            Self::Incidents => &[Self::Incidents],
            Self::Teams => &[Self::Teams],
            Self::All => &[Self::Mirror, Self::Incidents, Self::Teams],
        }
    }

    /// As the command line has it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Mirror => "mirror",
            Self::Incidents => "incidents",
            Self::Teams => "teams",
            Self::All => "all",
        }
    }
}

/// What the planner knows of the world that it plans.
pub(super) struct Planner<'a> {
    pub(super) dice: Dice,
    pub(super) wishes: &'a Wishes,
    pub(super) steps: Vec<Step>,
    words: Word,
    things: Vec<Planned>,
    branches: usize,
    comments: Vec<(Word, Thing)>,
    /// Comments on lines, and whether one begins a thread.
    lines: Vec<(Word, bool)>,
    labels: Vec<Word>,
    merged: BTreeSet<Repo>,
    pub(super) stopped: bool,
}

struct Planned {
    repo: Repo,
    branch: Option<Branch>,
    open: bool,
    merged: bool,
}

/// What may come next.
#[derive(Debug, Clone, Copy)]
enum Next {
    Comment,
    EditComment,
    DeleteComment,
    EditBody,
    Rename,
    Issue,
    Pull,
    Review,
    Reply,
    EditLine,
    DeleteLine,
    Label,
    Unlabel,
    Assign,
    Ask,
    Close,
    Reopen,
    Merge,
    Push,
    Wait,
    Trouble,
    App,
}

/// How often what comes next.
const WEIGHTS: &[(u64, Next)] = &[
    (14, Next::Comment),
    (6, Next::EditComment),
    (4, Next::DeleteComment),
    (3, Next::EditBody),
    (4, Next::Rename),
    (3, Next::Issue),
    (3, Next::Pull),
    (4, Next::Review),
    (3, Next::Reply),
    (3, Next::EditLine),
    (2, Next::DeleteLine),
    (3, Next::Label),
    (1, Next::Unlabel),
    (2, Next::Assign),
    (1, Next::Ask),
    (3, Next::Close),
    (3, Next::Reopen),
    (1, Next::Merge),
    (3, Next::Push),
    (12, Next::Wait),
    (12, Next::Trouble),
    (6, Next::App),
];

/// The plan of a seed.
pub(super) fn plan(seed: u64, wishes: &Wishes) -> Vec<Step> {
    Planner::new(seed, wishes).plan()
}

impl<'a> Planner<'a> {
    /// One who has planned nothing yet.
    pub(super) fn new(seed: u64, wishes: &'a Wishes) -> Self {
        Self {
            dice: Dice::new(seed),
            wishes,
            steps: Vec::new(),
            words: 0,
            things: Vec::new(),
            branches: 0,
            comments: Vec::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            merged: BTreeSet::new(),
            stopped: false,
        }
    }

    fn plan(&mut self) -> Vec<Step> {
        let mut later = Vec::new();
        for channel in 0..CHANNELS.len() {
            let with_bot = self.dice.once_in(2);
            let made = Deed::Channel { channel, with_bot };
            if self.dice.once_in(6) {
                let acts = self.wishes.acts as u64;
                later.push((self.dice.below(acts), made));
            } else {
                self.add(made);
            }
        }
        self.next(Next::Issue);
        while self.steps.len() < self.wishes.acts {
            let at = self.steps.len() as u64;
            if let Some(place) = later.iter().position(|(when, _)| *when <= at) {
                let (_, made) = later.remove(place);
                self.add(made);
            }
            if self.stopped && self.dice.once_in(4) {
                self.stopped = false;
                self.add(Deed::App(AppDeed::Start));
            }
            if let Some(next) = self.dice.weighted(WEIGHTS) {
                self.next(next);
            }
        }
        for (_, made) in later {
            self.add(made);
        }
        std::mem::take(&mut self.steps)
    }

    fn add(&mut self, deed: Deed) {
        let way = if deed.is_told() { self.way() } else { None };
        self.steps.push(Step { deed, way });
    }

    fn word(&mut self) -> Word {
        self.words += 1;
        self.words
    }

    /// Channels that a title names: mostly one.
    fn names(&mut self) -> Vec<Channel> {
        let mut names = BTreeSet::new();
        let many = self.dice.weighted(&[(2, 0), (9, 1), (2, 2)]).unwrap_or(1);
        for _ in 0..many {
            let all = CHANNELS.len() as u64;
            names.insert(usize::try_from(self.dice.below(all)).unwrap_or(0));
        }
        names.into_iter().collect()
    }

    fn repo(&mut self) -> Repo {
        usize::from(self.dice.once_in(3)) % REPOS.len()
    }

    fn thing(&mut self, fits: impl Fn(&Planned) -> bool) -> Option<Thing> {
        let fitting: Vec<Thing> = self
            .things
            .iter()
            .enumerate()
            .filter(|(_, thing)| fits(thing))
            .map(|(at, _)| at)
            .collect();
        self.dice.one(&fitting).copied()
    }

    fn next(&mut self, next: Next) {
        if let Some(deed) = self.deed(next) {
            self.add(deed);
        }
    }

    pub(super) fn span(&mut self) -> u64 {
        let spans = [
            (5, 1),
            (5, 4),
            (5, 12),
            (4, 31),
            (4, 70),
            (2, 150),
            (1, 330),
            (1, 600),
        ];
        self.dice.weighted(&spans).unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_one_plan_and_no_other() {
        let wishes = Wishes {
            acts: 60,
            faults: Faults::default(),
            what: What::Mirror,
        };
        assert_eq!(plan(3, &wishes), plan(3, &wishes));
        assert_ne!(plan(3, &wishes), plan(4, &wishes));
        assert!(plan(3, &wishes).len() >= 60);
    }

    #[test]
    fn without_faults_nothing_goes_wrong() {
        let wishes = Wishes {
            acts: 200,
            faults: "none".parse().unwrap(),
            what: What::Mirror,
        };
        for seed in 0..20 {
            for step in plan(seed, &wishes) {
                assert_eq!(step.way, None);
                assert!(!matches!(step.deed, Deed::App(_) | Deed::Trouble(_)));
            }
        }
    }
}
