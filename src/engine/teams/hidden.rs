//! What we write for ourselves into checks of ours, where people do not see it. Nobody but this App
//! can write a check of its name, so what stands there is our own word.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::teams::Losses;

const BEGIN: &str = "<!-- sssbot:teams ";
const END: &str = " -->";
/// How many characters a check says at most, what is hidden included; GitHub cuts off a few more.
const ROOM: usize = 65_000;
/// How many of these what there was to do may take.
const PLANNED: usize = 15_000;
/// How many losses are kept, of some twenty characters each.
const LOSSES: usize = 500;
/// How many of these the groups may take.
const BOUND: usize = 30_000;

/// What was reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reviewed {
    /// What was to be confirmed, if anything was.
    #[serde(default)]
    pub hash: String,
    /// What is taken away: the merge must not take away more.
    #[serde(default)]
    pub losses: Losses,
}

/// What was applied, or is being applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Applied {
    /// All that there was to do, in words: what is not left is done.
    #[serde(default)]
    pub planned: Vec<String>,
    /// How many lines that were for which there was no room.
    #[serde(default)]
    pub more: usize,
    /// Whether some of it was to be done on GitHub.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub github: bool,
    /// What it was to take away when it was begun, so that it takes no more; `None` where that is too
    /// much to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub losses: Option<Losses>,
    /// Which group each team was; nothing where there are too many.
    #[serde(default)]
    pub bound: BTreeMap<String, String>,
}

impl Applied {
    /// All this is to be done.
    pub(super) fn of(mut lines: Vec<String>) -> Self {
        let mut room = PLANNED;
        let fits = lines.iter().take_while(|line| {
            let size = line.chars().count();
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        });
        let fits = fits.count();
        let more = lines.len() - fits;
        lines.truncate(fits);
        Self {
            planned: lines,
            more,
            github: false,
            losses: None,
            bound: BTreeMap::new(),
        }
    }

    /// This is all that is to be taken away.
    pub(super) fn takes(&mut self, losses: Losses) {
        self.losses = (losses.count() <= LOSSES).then_some(losses);
    }

    /// These are the groups. A team is found without this, too, as long as nobody renames it in both
    /// places at once.
    pub(super) fn bind(&mut self, bound: BTreeMap<String, String>) {
        let sizes = bound.iter().map(|(team, id)| team.len() + id.len());
        let fits = sizes.sum::<usize>() + 6 * bound.len() <= BOUND;
        self.bound = if fits { bound } else { BTreeMap::new() };
    }
}

/// A text with this hidden below it. A long text loses its last lines, and never what is hidden.
pub(super) fn hide<T: Serialize>(text: &str, what: &T) -> String {
    let json = serde_json::to_string(what).unwrap_or_default();
    // What could end the comment.
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e");
    let hidden = format!("{BEGIN}{json}{END}");
    let mut room = ROOM.saturating_sub(hidden.chars().count());
    let fits = text.lines().take_while(|line| {
        let size = line.chars().count() + 1;
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    let fits: Vec<&str> = fits.collect();
    let cut = if fits.len() < text.lines().count() {
        "\n…"
    } else {
        ""
    };
    format!("{}{cut}\n\n{hidden}", fits.join("\n"))
}

/// What is hidden in a text.
pub(super) fn hidden<T: DeserializeOwned>(text: &str) -> Option<T> {
    let (_, rest) = text.rsplit_once(BEGIN)?;
    let (json, _) = rest.split_once(END)?;
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_teams_there_are_what_is_hidden_has_room() {
        let lines = |n: usize| (0..n).map(|n| format!("{n} {}", "あ".repeat(200)));
        let mut record = Applied::of(lines(2_000).collect());
        assert_eq!(record.planned.len() + record.more, 2_000);
        let teams = |n: usize| (0..n).map(|n| (format!("team-{n}"), format!("S01ABCDEF{n}")));
        record.bind(teams(900).collect());
        assert_eq!(record.bound.len(), 900);
        let said = lines(1_000).collect::<Vec<_>>().join("\n");
        let text = hide(&said, &record);
        assert!(text.chars().count() <= ROOM + 10);
        assert_eq!(hidden::<Applied>(&text), Some(record.clone()));
        record.bind(teams(5_000).collect());
        assert!(record.bound.is_empty());
        let few = Applied::of(lines(3).collect());
        assert_eq!((few.planned.len(), few.more), (3, 0));
    }

    #[test]
    fn what_is_hidden_is_found_again_whatever_it_holds() {
        let mut losses = Losses::default();
        losses
            .removed
            .insert("a-->b".to_owned(), ["U1".into()].into());
        losses.disabled.insert("<!--".to_owned());
        let hash = "0a1b".to_owned();
        let what = Reviewed { hash, losses };
        let text = hide("Words", &what);
        assert_eq!(hidden::<Reviewed>(&text), Some(what));
        assert!(text.starts_with("Words\n\n<!-- "));
        assert_eq!(text.matches("-->").count(), 1);
        assert_eq!(hidden::<Reviewed>("<!-- sssbot:teams {}"), None);
    }
}
