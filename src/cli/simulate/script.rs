//! From steps to a story, and to what must be true after it.
//!
//! A step that is not possible (its comment was never made, its issue is closed already) is left
//! out: so any steps of a plan make a story.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{AppDeed, Branch, CHANNELS, Channel, Deed, REPOS, Repo, Step, Thing, Way, Word};

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
}

/// What a story makes.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub(super) things: BTreeMap<Thing, Made>,
    pub(super) words: BTreeMap<Word, Text>,
    /// The channels that there are in the end.
    pub(super) channels: BTreeSet<Channel>,
    /// Whether something may be told after what came later, for reasons that no webhook shows.
    pub(super) disordered: bool,
}

/// An issue or a pull request.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) repo: Repo,
    pub(super) number: u64,
    pub(super) branch: Option<Branch>,
    /// From which step on its title names which channels.
    pub(super) names: Vec<(usize, BTreeSet<Channel>)>,
    open: bool,
    merged: bool,
    titles: usize,
    body: Word,
}

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The text of an issue or a pull request.
    Body,
    /// A comment.
    Comment,
    /// A review, or a comment on a line.
    Review,
    /// A label, or somebody who is assigned or asked; taken off again or not.
    Badge { taken_off: bool },
    /// A commit.
    Commit,
}

/// A text that a word stands in.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) kind: Kind,
    /// On what; nothing for a commit.
    pub(super) thing: Option<Thing>,
    /// In which step it was made.
    pub(super) step: usize,
    /// Its newest version; `None` when it was deleted.
    pub(super) version: Option<u32>,
    /// In which steps it was edited.
    pub(super) edits: Vec<usize>,
    /// The branch that a commit came to, and whether its webhook was surely heard in time.
    pub(super) pushed: Option<(Repo, Branch)>,
    pub(super) way: Option<Way>,
    root: bool,
}

impl Made {
    /// The channels that it names at a step.
    pub(super) fn names_at(&self, step: usize) -> BTreeSet<Channel> {
        let titles = self.names.iter().rev();
        let title = titles.clone().find(|(from, _)| *from <= step);
        let mut names = title.map_or_else(BTreeSet::new, |(_, names)| names.clone());
        names.extend(self.branch.and_then(|branch| branch.names));
        names
    }
}

/// As it is written: the word and its version.
pub(super) fn written(word: Word, version: u32) -> String {
    format!("w{word:04}v{version}")
}

fn text(word: Word, version: u32) -> String {
    let more = TEXTS[word as usize % TEXTS.len()];
    format!("{} {more}", written(word, version))
}

fn below(text: &str) -> String {
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
    let mut source = format!("---\nlang: en\n---\n# {title}\n\n```do\n");
    for repo in REPOS {
        source.push_str(&format!("repo {repo}\n"));
    }
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
    let mut kept: Vec<Step> = Vec::new();
    let mut lines = BTreeMap::new();
    for step in steps {
        let step = &writer.told(step);
        let Some(act) = writer.act(step, kept.len()) else {
            continue;
        };
        let mut put = |act: &str| {
            lines.insert(source.lines().count() + 1, kept.len());
            source.push_str(act);
            source.push('\n');
        };
        if let Some(way) = step.way {
            put(&on_the_way(way));
        }
        put(&act);
        kept.push(step.clone());
    }
    source.push_str("```\n");
    Script {
        source,
        steps: kept,
        lines,
        ledger: writer.ledger,
    }
}

fn on_the_way(way: Way) -> String {
    match way {
        Way::Lost => "github loses the next webhook".to_owned(),
        Way::Doubled => "github doubles the next webhook".to_owned(),
        Way::Unanswered => "github loses the answer to the next webhook".to_owned(),
        Way::Behind(others) => format!("github delays the next webhook behind {others} others"),
        Way::LateBy(seconds) => format!("github delays the next webhook by {seconds}s"),
    }
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

    /// The lines of this step, the `at`-th of the story; `None` where it is not possible.
    fn act(&mut self, step: &Step, at: usize) -> Option<String> {
        let way = step.way;
        Some(match &step.deed {
            Deed::Channel { channel, with_bot } => {
                if !self.ledger.channels.insert(*channel) {
                    return None;
                }
                let with = if *with_bot { " with sssbot" } else { "" };
                format!("channel #{}{with}", CHANNELS[*channel])
            }
            Deed::Issue {
                thing,
                repo,
                names,
                word,
            } => {
                let title = self.open(*thing, *repo, names, None, *word, at)?;
                self.add(*word, Kind::Body, Some(*thing), at, way);
                let body = below(&text(*word, 1));
                format!("hanako opens issue {} \"{title}\"{body}", REPOS[*repo])
            }
            Deed::Pull {
                thing,
                repo,
                names,
                branch,
                word,
            } => {
                let free = self.ledger.things.values();
                let taken = free
                    .into_iter()
                    .any(|made| made.repo == *repo && made.branch == Some(*branch));
                if taken || !self.branches.contains(&(*repo, *branch)) {
                    return None;
                }
                let title = self.open(*thing, *repo, names, Some(*branch), *word, at)?;
                self.add(*word, Kind::Body, Some(*thing), at, way);
                let (repo, body) = (REPOS[*repo], below(&text(*word, 1)));
                format!("hanako opens pull {repo} \"{title}\" from {branch}{body}")
            }
            Deed::Push { repo, branch, word } => {
                self.branches.insert((*repo, *branch));
                self.add(*word, Kind::Commit, None, at, way);
                if let Some(text) = self.ledger.words.get_mut(word) {
                    text.pushed = Some((*repo, *branch));
                }
                let message = written(*word, 1);
                format!(
                    "hanako pushes \"{message} more\" to {} {branch}",
                    REPOS[*repo]
                )
            }
            Deed::Comment { thing, word } => {
                let on = self.on(*thing)?;
                self.add(*word, Kind::Comment, Some(*thing), at, way);
                let nth = self.comments.len() + 1;
                self.comments.insert(*word, nth);
                format!("taro comments on {on}{}", below(&text(*word, 1)))
            }
            Deed::EditComment { word } => {
                let (nth, body) = (*self.comments.get(word)?, self.newer(*word, at)?);
                format!("taro edits comment {nth}{body}")
            }
            Deed::DeleteComment { word } => {
                let nth = *self.comments.get(word)?;
                self.gone(*word)?;
                format!("taro deletes comment {nth}")
            }
            Deed::EditBody { thing } => {
                let (on, word) = (self.on(*thing)?, self.ledger.things.get(thing)?.body);
                let body = self.newer(word, at)?;
                format!("hanako edits {on}{body}")
            }
            Deed::Rename { thing, names } => {
                let on = self.on(*thing)?;
                let made = self.ledger.things.get_mut(thing)?;
                made.titles += 1;
                made.names.push((at, names.iter().copied().collect()));
                let title = title(*thing, made.titles, names);
                format!("hanako renames {on} to \"{title}\"")
            }
            Deed::Review {
                thing,
                verdict,
                word,
                lines,
            } => {
                let on = self.on(*thing)?;
                let made = self.ledger.things.get(thing)?;
                if made.branch.is_none() || !made.open {
                    return None;
                }
                let mut body = String::new();
                if let Some(word) = word {
                    self.add(*word, Kind::Review, Some(*thing), at, way);
                    body.push_str(&below(&text(*word, 1)));
                }
                for word in lines {
                    self.line(*word, *thing, at, way, true);
                    let (line, written) = (word % 50 + 1, written(*word, 1));
                    body.push_str(&format!("\n| > src/pay.rs:{line} {written} here"));
                }
                format!("jiro reviews {on}: {verdict}{body}")
            }
            Deed::Reply { to, word } => {
                let nth = *self.lines.get(to)?;
                let root = self.ledger.words.get(to)?;
                let thing = root.thing.filter(|_| root.root && root.version.is_some())?;
                self.line(*word, thing, at, way, false);
                let body = below(&text(*word, 1));
                format!("taro replies to review comment {nth}{body}")
            }
            Deed::EditLine { word } => {
                let (nth, body) = (*self.lines.get(word)?, self.newer(*word, at)?);
                format!("jiro edits review comment {nth}{body}")
            }
            Deed::DeleteLine { word } => {
                let nth = *self.lines.get(word)?;
                self.gone(*word)?;
                format!("jiro deletes review comment {nth}")
            }
            Deed::Label { thing, word } => {
                let on = self.on(*thing)?;
                self.badge(*word, *thing, at, way);
                format!("hanako labels {on} with {}", written(*word, 1))
            }
            Deed::Unlabel { word } => {
                let label = self.ledger.words.get_mut(word)?;
                if label.kind != (Kind::Badge { taken_off: false }) {
                    return None;
                }
                label.kind = Kind::Badge { taken_off: true };
                let thing = label.thing?;
                format!(
                    "hanako unlabels {} of {}",
                    self.on(thing)?,
                    written(*word, 1)
                )
            }
            Deed::Assign { thing, word } => {
                let on = self.on(*thing)?;
                self.badge(*word, *thing, at, way);
                format!("hanako assigns {} to {on}", written(*word, 1))
            }
            Deed::Ask { thing, word } => {
                let on = self.on(*thing)?;
                let made = self.ledger.things.get(thing)?;
                if made.branch.is_none() || !made.open {
                    return None;
                }
                self.badge(*word, *thing, at, way);
                format!("hanako asks {} to review {on}", written(*word, 1))
            }
            Deed::Close { thing } => {
                let on = self.turn(*thing, |made| made.open, |made| made.open = false)?;
                format!("taro closes {on}")
            }
            Deed::Reopen { thing } => {
                let closed = |made: &Made| !made.open && !made.merged;
                let on = self.turn(*thing, closed, |made| made.open = true)?;
                format!("taro reopens {on}")
            }
            Deed::Merge { thing } => {
                let on = self.turn(
                    *thing,
                    |made| made.open && made.branch.is_some(),
                    |made| (made.open, made.merged) = (false, true),
                )?;
                format!("hanako merges {on}")
            }
            Deed::Wait(seconds) => format!("wait {seconds}s"),
            Deed::App(deed) => self.app(*deed)?.to_owned(),
            Deed::Trouble(trouble) => {
                self.ledger.disordered |= trouble.disorders;
                let at_the_log = trouble.line.contains(LOG) || trouble.line.contains('*');
                let hides_the_log = trouble.line.starts_with("github") && at_the_log;
                if hides_the_log && self.forgetful {
                    return None;
                }
                self.blind |= hides_the_log;
                trouble.line.clone()
            }
        })
    }

    fn app(&mut self, deed: AppDeed) -> Option<String> {
        if self.running == (deed == AppDeed::Start) {
            return None;
        }
        Some(match deed {
            AppDeed::Stop => {
                self.running = false;
                "app stops".to_owned()
            }
            AppDeed::Start => {
                self.running = true;
                "app starts".to_owned()
            }
            AppDeed::Restart => "app restarts".to_owned(),
            // GitHub's log is then the only one that remembers a title whose webhook was lost, too.
            AppDeed::LoseDatabase if self.blind => return None,
            AppDeed::LoseDatabase => {
                self.forgetful = true;
                self.ledger.disordered = true;
                "app loses its database".to_owned()
            }
            AppDeed::DieAtCall(nth) => format!("app dies at call {nth}"),
            AppDeed::DieAfterCall(nth) => format!("app dies after call {nth}"),
            AppDeed::DieAfterSteps(steps) => format!("app dies after {steps} steps"),
        })
    }

    fn on(&self, thing: Thing) -> Option<String> {
        let made = self.ledger.things.get(&thing)?;
        Some(format!("{}#{}", REPOS[made.repo], made.number))
    }

    /// The title of what is opened.
    fn open(
        &mut self,
        thing: Thing,
        repo: Repo,
        names: &[Channel],
        branch: Option<Branch>,
        body: Word,
        at: usize,
    ) -> Option<String> {
        if self.ledger.things.contains_key(&thing) {
            return None;
        }
        self.numbers[repo] += 1;
        let made = Made {
            repo,
            number: self.numbers[repo],
            branch,
            names: vec![(at, names.iter().copied().collect())],
            open: true,
            merged: false,
            titles: 1,
            body,
        };
        self.ledger.things.insert(thing, made);
        Some(title(thing, 1, names))
    }

    fn add(&mut self, word: Word, kind: Kind, thing: Option<Thing>, step: usize, way: Option<Way>) {
        let text = Text {
            kind,
            thing,
            step,
            version: Some(1),
            edits: Vec::new(),
            pushed: None,
            way,
            root: false,
        };
        self.ledger.words.insert(word, text);
    }

    fn badge(&mut self, word: Word, thing: Thing, step: usize, way: Option<Way>) {
        let kind = Kind::Badge { taken_off: false };
        self.add(word, kind, Some(thing), step, way);
    }

    fn line(&mut self, word: Word, thing: Thing, step: usize, way: Option<Way>, root: bool) {
        self.add(word, Kind::Review, Some(thing), step, way);
        if let Some(text) = self.ledger.words.get_mut(&word) {
            text.root = root;
        }
        let nth = self.lines.len() + 1;
        self.lines.insert(word, nth);
    }

    /// The body of a newer version.
    fn newer(&mut self, word: Word, at: usize) -> Option<String> {
        let text = self.ledger.words.get_mut(&word)?;
        let version = text.version.as_mut()?;
        *version += 1;
        text.edits.push(at);
        Some(below(&self::text(word, *version)))
    }

    fn gone(&mut self, word: Word) -> Option<()> {
        self.ledger.words.get_mut(&word)?.version.take().map(drop)
    }

    fn turn(
        &mut self,
        thing: Thing,
        may: impl Fn(&Made) -> bool,
        turned: impl Fn(&mut Made),
    ) -> Option<String> {
        let on = self.on(thing)?;
        let made = self
            .ledger
            .things
            .get_mut(&thing)
            .filter(|made| may(made))?;
        turned(made);
        Some(on)
    }
}

fn title(thing: Thing, version: usize, names: &[Channel]) -> String {
    let names = names.iter().map(|name| format!(" #{}", CHANNELS[*name]));
    format!("Trouble {thing}.{version}{}", names.collect::<String>())
}
