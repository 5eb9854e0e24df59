//! What a plan takes away, small enough to be kept beside a review: when it is merged, no more may
//! go than was reviewed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::id::{Login, SlackUserId};

/// What a plan takes away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Losses {
    /// Who is taken out of which team.
    pub removed: BTreeMap<String, BTreeSet<SlackUserId>>,
    /// The teams whose groups are disabled.
    pub disabled: BTreeSet<String>,
    /// Who is taken out of which team's GitHub team.
    #[serde(default)]
    pub left: BTreeMap<String, BTreeSet<Login>>,
}

impl Losses {
    pub(super) fn of(actions: &[Action]) -> Self {
        let mut losses = Self::default();
        for action in actions {
            match action {
                Action::Members { team, remove, .. } if !remove.is_empty() => {
                    let own = losses.removed.entry(team.clone()).or_default();
                    own.extend(remove.iter().cloned());
                }
                Action::Disable { team, .. } => {
                    losses.disabled.insert(team.clone());
                }
                Action::Leave { team, login, .. } => {
                    let own = losses.left.entry(team.clone()).or_default();
                    own.insert(login.clone());
                }
                _ => {}
            }
        }
        losses
    }

    /// Whether nothing is taken away.
    pub fn is_none(&self) -> bool {
        self.removed.is_empty() && self.disabled.is_empty() && self.left.is_empty()
    }

    /// What is taken away beyond what was reviewed.
    pub fn beyond(&self, reviewed: &Self) -> Self {
        let disabled = self.disabled.difference(&reviewed.disabled);
        Self {
            removed: more(&self.removed, &reviewed.removed),
            disabled: disabled.cloned().collect(),
            left: more(&self.left, &reviewed.left),
        }
    }

    /// What either takes away.
    pub fn join(&mut self, other: Self) {
        for (team, who) in other.removed {
            self.removed.entry(team).or_default().extend(who);
        }
        for (team, who) in other.left {
            self.left.entry(team).or_default().extend(who);
        }
        self.disabled.extend(other.disabled);
    }
}

type Out<T> = BTreeMap<String, BTreeSet<T>>;

/// Who is taken out of which team beyond those who are known.
fn more<T: Ord + Clone>(out: &Out<T>, known: &Out<T>) -> Out<T> {
    let none = BTreeSet::new();
    let teams = out.iter().map(|(team, who)| {
        let known = known.get(team).unwrap_or(&none);
        (team.clone(), who.difference(known).cloned().collect())
    });
    teams
        .filter(|(_, who): &(String, BTreeSet<T>)| !who.is_empty())
        .collect()
}
