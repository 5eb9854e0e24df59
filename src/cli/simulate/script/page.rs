//! A story as it is written, line by line, and of which step each line is.

use std::collections::BTreeMap;

use super::{About, Ledger, Script};
use crate::cli::simulate::step::{Step, Way};

/// A story that is being written.
pub(in crate::cli::simulate) struct Page {
    source: String,
    steps: Vec<Step>,
    lines: BTreeMap<usize, usize>,
}

impl Page {
    /// One with this title; `furniture` is what is played before the first step, a line each.
    pub(in crate::cli::simulate) fn new(title: &str, furniture: &str) -> Self {
        Self {
            source: format!("---\nlang: en\n---\n# {title}\n\n```do\n{furniture}"),
            steps: Vec::new(),
            lines: BTreeMap::new(),
        }
    }

    /// How many steps are in it.
    pub(in crate::cli::simulate) fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Writes the acts of a step, behind what happens to what is told of them, by Slack or by GitHub.
    pub(in crate::cli::simulate) fn step(&mut self, step: &Step, acts: &[String], in_slack: bool) {
        let way = step.way.map(|way| on_the_way(way, in_slack));
        for act in way.iter().chain(acts) {
            let line = self.source.lines().count() + 1;
            self.lines.insert(line, self.steps.len());
            self.write(act);
        }
        self.steps.push(step.clone());
    }

    /// The story with these acts at its end, which are no step's.
    pub(in crate::cli::simulate) fn end(
        mut self,
        acts: impl IntoIterator<Item = String>,
        ledger: Ledger,
        about: About,
    ) -> Script {
        for act in acts {
            self.write(&act);
        }
        self.write("```");
        let Self {
            source,
            steps,
            lines,
        } = self;
        Script {
            source,
            steps,
            lines,
            ledger,
            about,
        }
    }

    fn write(&mut self, line: &str) {
        self.source.push_str(line);
        self.source.push('\n');
    }
}

fn on_the_way(way: Way, in_slack: bool) -> String {
    let (side, what) = match in_slack {
        true => ("slack", "the next event"),
        false => ("github", "the next webhook"),
    };
    match way {
        Way::Lost => format!("{side} loses {what}"),
        Way::Doubled => format!("{side} doubles {what}"),
        Way::Unanswered => format!("{side} loses the answer to {what}"),
        Way::Behind(others) => format!("{side} delays {what} behind {others} others"),
        Way::LateBy(seconds) => format!("{side} delays {what} by {seconds}s"),
    }
}
