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

    /// How many people and teams that are.
    pub fn count(&self) -> usize {
        let removed = self.removed.values().map(BTreeSet::len);
        let left = self.left.values().map(BTreeSet::len);
        removed.chain(left).sum::<usize>() + self.disabled.len()
    }

    /// These actions, but for those of them that take this away.
    pub(super) fn spared(&self, actions: Vec<Action>) -> Vec<Action> {
        let goes = |of: &BTreeMap<_, BTreeSet<SlackUserId>>, team: &str, who: &SlackUserId| {
            of.get(team).is_some_and(|all| all.contains(who))
        };
        let mut left = Vec::new();
        for mut action in actions {
            match &mut action {
                Action::Members {
                    team,
                    add,
                    remove,
                    all,
                    ..
                } => {
                    let spared: Vec<SlackUserId> = remove
                        .extract_if(.., |who| goes(&self.removed, team, who))
                        .collect();
                    all.extend(spared);
                    if add.is_empty() && remove.is_empty() {
                        continue;
                    }
                }
                Action::Disable { team, .. } if self.disabled.contains(team) => continue,
                Action::Leave { team, login, .. }
                    if self.left.get(team).is_some_and(|all| all.contains(login)) =>
                {
                    continue;
                }
                _ => {}
            }
            left.push(action);
        }
        left
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::GroupId;

    #[test]
    fn what_is_spared_stays_and_the_rest_is_done() {
        let ids = |names: &[&str]| -> Vec<SlackUserId> {
            names.iter().map(|name| SlackUserId::new(*name)).collect()
        };
        let members = |add: &[&str], remove: &[&str], all: &[&str]| Action::Members {
            team: "shop".to_owned(),
            group: Some(GroupId::new("S1")),
            add: ids(add),
            remove: ids(remove),
            all: ids(all),
        };
        let spare = Losses {
            removed: BTreeMap::from([("shop".to_owned(), ids(&["U3"]).into_iter().collect())]),
            ..Losses::default()
        };
        let spared = |action| spare.spared(vec![action]);
        assert_eq!(
            spared(members(&["U1"], &["U2", "U3"], &["U1"])),
            [members(&["U1"], &["U2"], &["U1", "U3"])]
        );
        assert_eq!(spared(members(&[], &["U3"], &["U1"])), []);
        let disable = Action::Disable {
            team: "shop".to_owned(),
            group: GroupId::new("S1"),
            members: ids(&["U3"]),
        };
        assert_eq!(spared(disable.clone()), [disable]);
    }
}
