//! From a seed to a plan: what people, networks and machines will do.
//!
//! What is left out, since nothing finds it without a webhook: deleted and transferred issues,
//! checks, and settled threads. For the same reason no webhook is lost for good before anything of
//! its repository was heard of that names a channel (see `script`), and the database is not lost
//! while GitHub's log cannot be read: a title that was given just then would be missed.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::faults::{Faults, Kind};
use super::step::{AppDeed, Branch, CHANNELS, Channel, Deed, REPOS, Repo, Step, Trouble, Way};
use super::step::{Thing, Word};

/// What a plan is made with.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// How many steps it has, about.
    pub acts: usize,
    /// What may go wrong.
    pub faults: Faults,
}

/// What the planner knows of the world that it plans.
struct Planner<'a> {
    dice: Dice,
    wishes: &'a Wishes,
    steps: Vec<Step>,
    words: Word,
    things: Vec<Planned>,
    branches: usize,
    comments: Vec<(Word, Thing)>,
    /// Comments on lines, and whether one begins a thread.
    lines: Vec<(Word, bool)>,
    labels: Vec<Word>,
    merged: BTreeSet<Repo>,
    stopped: bool,
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
    let mut planner = Planner {
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
    };
    planner.plan()
}

impl Planner<'_> {
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

    /// What happens to the webhook: mostly nothing.
    fn way(&mut self) -> Option<Way> {
        if !self.dice.once_in(4) {
            return None;
        }
        let faults = &self.wishes.faults;
        let mut ways = Vec::new();
        if faults.has(Kind::Lost) {
            ways.extend([Way::Lost, Way::Lost]);
        }
        if faults.has(Kind::Doubled) {
            ways.push(Way::Doubled);
        }
        if faults.has(Kind::Unanswered) {
            ways.push(Way::Unanswered);
        }
        if faults.has(Kind::Late) {
            ways.push(Way::Behind(self.dice.between(1, 4)));
            ways.push(Way::LateBy(self.dice.between(2, 900)));
        }
        self.dice.one(&ways).copied()
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

    fn deed(&mut self, next: Next) -> Option<Deed> {
        Some(match next {
            Next::Issue => {
                let (repo, names, word) = (self.repo(), self.names(), self.word());
                let thing = self.planned(repo, None);
                Deed::Issue {
                    thing,
                    repo,
                    names,
                    word,
                }
            }
            Next::Pull => self.pull(),
            Next::Push => {
                let thing = self.thing(|thing| thing.branch.is_some())?;
                let (repo, word) = (self.things[thing].repo, self.word());
                let branch = self.things[thing].branch?;
                Deed::Push { repo, branch, word }
            }
            Next::Comment => {
                let (thing, word) = (self.thing(|_| true)?, self.word());
                self.comments.push((word, thing));
                Deed::Comment { thing, word }
            }
            Next::EditComment => {
                let word = self.dice.one(&self.comments)?.0;
                Deed::EditComment { word }
            }
            Next::DeleteComment => {
                let word = self.dice.one(&self.comments)?.0;
                self.comments.retain(|(other, _)| *other != word);
                Deed::DeleteComment { word }
            }
            Next::EditBody => Deed::EditBody {
                thing: self.thing(|_| true)?,
            },
            Next::Rename => {
                let (thing, names) = (self.thing(|_| true)?, self.names());
                Deed::Rename { thing, names }
            }
            Next::Review => self.review()?,
            Next::Reply => {
                let roots: Vec<Word> = self.lines.iter().filter(|l| l.1).map(|l| l.0).collect();
                let (to, word) = (*self.dice.one(&roots)?, self.word());
                self.lines.push((word, false));
                Deed::Reply { to, word }
            }
            Next::EditLine => {
                let word = self.dice.one(&self.lines)?.0;
                Deed::EditLine { word }
            }
            Next::DeleteLine => {
                // One that begins a thread stays: what becomes of its replies is another question.
                let replies: Vec<Word> = self.lines.iter().filter(|l| !l.1).map(|l| l.0).collect();
                let word = *self.dice.one(&replies)?;
                self.lines.retain(|(other, _)| *other != word);
                Deed::DeleteLine { word }
            }
            Next::Label => {
                let (thing, word) = (self.thing(|_| true)?, self.word());
                self.labels.push(word);
                Deed::Label { thing, word }
            }
            Next::Unlabel => {
                let word = *self.dice.one(&self.labels)?;
                self.labels.retain(|other| *other != word);
                Deed::Unlabel { word }
            }
            Next::Assign => {
                let (thing, word) = (self.thing(|_| true)?, self.word());
                Deed::Assign { thing, word }
            }
            Next::Ask => {
                let thing = self.thing(|thing| thing.branch.is_some() && thing.open)?;
                let word = self.word();
                Deed::Ask { thing, word }
            }
            Next::Close => {
                let thing = self.thing(|thing| thing.open)?;
                self.things[thing].open = false;
                Deed::Close { thing }
            }
            Next::Reopen => {
                let thing = self.thing(|thing| !thing.open && !thing.merged)?;
                self.things[thing].open = true;
                Deed::Reopen { thing }
            }
            Next::Merge => {
                // A second one would have to be rebased first.
                let free = self.merged.clone();
                let thing = self.thing(|thing| {
                    thing.branch.is_some() && thing.open && !free.contains(&thing.repo)
                })?;
                let planned = &mut self.things[thing];
                (planned.open, planned.merged) = (false, true);
                self.merged.insert(planned.repo);
                Deed::Merge { thing }
            }
            Next::Wait => Deed::Wait(self.span()),
            Next::Trouble => Deed::Trouble(self.trouble()?),
            Next::App => self.app()?,
        })
    }

    fn planned(&mut self, repo: Repo, branch: Option<Branch>) -> Thing {
        self.things.push(Planned {
            repo,
            branch,
            open: true,
            merged: false,
        });
        self.things.len() - 1
    }

    fn pull(&mut self) -> Deed {
        let repo = self.repo();
        let channel = self.dice.below(CHANNELS.len() as u64);
        let channel = usize::try_from(channel).unwrap_or(0);
        let names_one = self.dice.once_in(3);
        self.branches += 1;
        let branch = Branch {
            number: self.branches,
            names: names_one.then_some(channel),
        };
        let word = self.word();
        self.add(Deed::Push { repo, branch, word });
        if self.dice.once_in(2) {
            let span = self.span();
            self.add(Deed::Wait(span));
        }
        let (names, word) = (self.names(), self.word());
        let thing = self.planned(repo, Some(branch));
        Deed::Pull {
            thing,
            repo,
            names,
            branch,
            word,
        }
    }

    fn review(&mut self) -> Option<Deed> {
        let thing = self.thing(|thing| thing.branch.is_some() && thing.open)?;
        let verdicts = ["approve", "request changes", "comment", "comment"];
        let verdict = *self.dice.one(&verdicts)?;
        let lines: Vec<Word> = (0..self.dice.below(4)).map(|_| self.word()).collect();
        self.lines.extend(lines.iter().map(|word| (*word, true)));
        // GitHub wants words where nothing is approved and no line is spoken of.
        let silent = (verdict == "approve" || !lines.is_empty()) && verdict != "request changes";
        let word = (!silent || self.dice.once_in(2)).then(|| self.word());
        Some(Deed::Review {
            thing,
            verdict,
            word,
            lines,
        })
    }

    fn span(&mut self) -> u64 {
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

    fn app(&mut self) -> Option<Deed> {
        let faults = &self.wishes.faults;
        let mut all = Vec::new();
        if faults.has(Kind::Crash) {
            all.extend([
                (3, AppDeed::DieAtCall(self.dice.between(1, 12))),
                (3, AppDeed::DieAfterCall(self.dice.between(1, 12))),
                (5, AppDeed::DieAfterSteps(self.dice.between(1, 90))),
            ]);
        }
        if faults.has(Kind::Stop) {
            all.extend([(2, AppDeed::Stop), (2, AppDeed::Restart)]);
        }
        if faults.has(Kind::Disk) {
            all.push((1, AppDeed::LoseDatabase));
        }
        let deed = self.dice.weighted(&all)?;
        self.stopped |= deed == AppDeed::Stop;
        Some(Deed::App(deed))
    }

    fn trouble(&mut self) -> Option<Trouble> {
        let faults = &self.wishes.faults;
        let dice = &mut self.dice;
        let in_slack = dice.below(3) > 0;
        let methods = [
            (8, "chat.postMessage"),
            (4, "chat.update"),
            (3, "conversations.history"),
            (1, "conversations.list"),
            (1, "conversations.join"),
            (1, "auth.test"),
            (3, "*"),
        ];
        let method = dice.weighted(&methods)?;
        let places = [
            "*",
            "*",
            "*",
            "GET /repos/acme/shop/issues",
            "GET /repos/acme/shop/issues/comments",
            "GET /repos/acme/search/issues",
            "GET /app/hook/deliveries",
        ];
        let place = *dice.one(&places)?;
        let (side, call) = if in_slack {
            ("slack", method)
        } else {
            ("github", place)
        };
        let mut lines = Vec::new();
        if faults.has(Kind::Cut) {
            lines.push(format!("{side} loses the connection before {call}"));
            if in_slack {
                lines.push(format!("{side} loses the connection after {call}"));
                lines.push(format!("{side} loses the connection after {call}"));
            }
        }
        if faults.has(Kind::Busy) {
            let seconds = dice.between(1, 60);
            lines.push(format!("{side} answers 429 after {seconds}s to {call}"));
        }
        if faults.has(Kind::Broken) {
            let status = *dice.one(&[500, 502, 503, 504])?;
            lines.push(format!("{side} answers {status} to {call}"));
        }
        if faults.has(Kind::Internal) && in_slack && call.starts_with("chat.") {
            lines.push(format!("slack says internal_error after {call}"));
        }
        let ghost = faults.has(Kind::Ghost) && call == "chat.postMessage";
        if ghost {
            let seconds = dice.between(2, 120);
            lines.push(format!(
                "slack loses the connection and does {call} {seconds}s later"
            ));
        }
        let mut line = dice.one(&lines)?.clone();
        let times = dice.weighted(&[(6, 1), (2, 2), (1, 5)])?;
        if times > 1 {
            line.push_str(&format!(" {times} times"));
        }
        Some(Trouble {
            disorders: !in_slack || line.ends_with(" later"),
            line,
        })
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
        };
        for seed in 0..20 {
            for step in plan(seed, &wishes) {
                assert_eq!(step.way, None);
                assert!(!matches!(step.deed, Deed::App(_) | Deed::Trouble(_)));
            }
        }
    }
}
