//! The lines of a story's steps, and what each of them makes.

use super::{Kind, LOG, Made, Text, Writer, below, text, written};
use crate::cli::simulate::step::{
    AppDeed, Branch, CHANNELS, Channel, Deed, REPOS, Repo, Step, Thing, Way, Word,
};

impl Writer {
    /// The lines of this step, the `at`-th of the story; `None` where it is not possible.
    pub(super) fn act(&mut self, step: &Step, at: usize) -> Option<String> {
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
            Deed::Incident(_) | Deed::Team(_) => return None,
            Deed::Wait(seconds) => format!("wait {seconds}s"),
            Deed::App(deed) => self.app(*deed)?,
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
        match deed {
            AppDeed::Stop => self.running = false,
            AppDeed::Start => self.running = true,
            // GitHub's log is then the only one that remembers a title whose webhook was lost, too.
            AppDeed::LoseDatabase if self.blind => return None,
            AppDeed::LoseDatabase => {
                self.forgetful = true;
                self.ledger.disordered = true;
            }
            _ => {}
        }
        Some(deed.to_string())
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
        Some(below(&super::text(word, *version)))
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
