//! What a plan takes away, small enough to be kept beside a review: when it is merged, no more may
//! go than was reviewed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::id::SlackUserId;

/// What a plan takes away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Losses {
    /// Who is taken out of which team.
    pub removed: BTreeMap<String, BTreeSet<SlackUserId>>,
    /// The teams whose groups are disabled.
    pub disabled: BTreeSet<String>,
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
                _ => {}
            }
        }
        losses
    }

    /// Whether nothing is taken away.
    pub fn is_none(&self) -> bool {
        self.removed.is_empty() && self.disabled.is_empty()
    }

    /// What is taken away beyond what was reviewed.
    pub fn beyond(&self, reviewed: &Self) -> Self {
        let mut more = Self::default();
        for (team, who) in &self.removed {
            let known = reviewed.removed.get(team);
            let new = who
                .iter()
                .filter(|who| known.is_none_or(|known| !known.contains(who)));
            let new: BTreeSet<_> = new.cloned().collect();
            if !new.is_empty() {
                more.removed.insert(team.clone(), new);
            }
        }
        more.disabled = self
            .disabled
            .difference(&reviewed.disabled)
            .cloned()
            .collect();
        more
    }
}
