//! What people do next, as far as the world of a plan allows it.

use super::super::step::{Branch, CHANNELS, Deed, Repo, Thing, Word};
use super::{Next, Planned, Planner};

impl Planner<'_> {
    pub(super) fn deed(&mut self, next: Next) -> Option<Deed> {
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
}
