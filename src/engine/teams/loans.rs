//! Who is lent, by what the incidents have on record, and what is said of it in their channels.

use jiff::Timestamp;

use super::Done;
use crate::engine::Engine;
use crate::engine::cases::{Case, Line, never};
use crate::id::{DoneKey, GroupId, SlackUserId};
use crate::incident::{LentTo, Loan, Who};
use crate::slack::form::{Panel, Piece};
use crate::store::Wanted;
use crate::teams::{Difference, Drift, Side};

/// Who is lent to a group.
pub(super) type Lent = Vec<(GroupId, SlackUserId)>;

/// People who were lent at once.
pub(super) struct Together<'a> {
    pub(super) to: &'a LentTo,
    pub(super) who: Vec<&'a Who>,
    pub(super) ids: Vec<SlackUserId>,
}

/// Those who were lent, together as they were.
pub(super) fn together(loans: &[Loan]) -> Vec<Together<'_>> {
    let mut all: Vec<Together<'_>> = Vec::new();
    for loan in loans {
        let Some(to) = &loan.to else { continue };
        let at = all.iter().position(|known| known.to.key == to.key);
        let at = at.unwrap_or_else(|| {
            let (who, ids) = (Vec::new(), Vec::new());
            all.push(Together { to, who, ids });
            all.len() - 1
        });
        all[at].who.push(&loan.who);
        all[at].ids.extend(loan.who.slack.clone());
    }
    all
}

impl Engine {
    /// Whether this was said in the channel of an incident.
    pub(super) async fn is_told(&self, case: &Case, key: &str) -> Done<bool> {
        let (lane, key) = place(case, key);
        Ok(self.0.parts.store.message(&lane, &key).await?.is_some())
    }

    /// Says something in the channel of an incident, once.
    pub(super) async fn say_in_incident(
        &self,
        case: &Case,
        key: &str,
        text: &str,
        now: Timestamp,
    ) -> Done<()> {
        if case.incident.channel.id.is_none() {
            return Ok(());
        }
        let panel = Panel {
            headline: vec![Piece::Text(text.to_owned())],
            parts: Vec::new(),
        };
        let line = Line::for_all(self.rendered(panel));
        let (lane, key) = place(case, key);
        self.want_all(vec![Wanted {
            lane,
            key,
            at: now,
            doc: line.to_row(),
            rev: 1,
            settle_at: now,
            give_up_at: never(),
            covered: false,
        }])
        .await?;
        Ok(())
    }

    /// Who is lent, by what the incidents have on record.
    pub(super) fn lent(&self) -> Lent {
        let snapshot = self.snapshot();
        let loans = snapshot
            .cases
            .values()
            .flat_map(|case| &case.incident.loans);
        let lent = loans.filter_map(|loan| {
            let group = loan.to.as_ref()?.group.clone();
            Some((group, loan.who.slack.clone()?))
        });
        lent.collect()
    }
}

fn place(case: &Case, key: &str) -> (String, DoneKey) {
    let incident = &case.incident;
    let key = format!("lent:{key}:{}", incident.key);
    (incident.channel.name.clone(), DoneKey::new(key))
}

/// What differs, without those who are lent; nothing of what differs in nothing else.
pub(super) fn but_lent(drift: &[Drift], lent: &Lent) -> Vec<Drift> {
    let mut all = drift.to_vec();
    for drift in &mut all {
        let is_lent = |who: &SlackUserId| {
            lent.iter()
                .any(|(at, it)| drift.side == Side::Slack(at.clone()) && it == who)
        };
        for difference in &mut drift.differences {
            if let Difference::Extra(who) = difference {
                who.retain(|who| !is_lent(who));
            }
        }
        let nothing = |it: &Difference| matches!(it, Difference::Extra(who) if who.is_empty());
        drift.differences.retain(|it| !nothing(it));
    }
    all.retain(|drift| !drift.differences.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn lent(key: &str, who: &str) -> Loan {
        Loan {
            who: Who::in_slack(who),
            to: Some(LentTo {
                key: key.into(),
                team: "@shop-first".to_owned(),
                group: "S1".into(),
                pull: None,
                recorded: true,
            }),
        }
    }

    #[test]
    fn those_who_were_lent_at_once_are_seen_to_at_once() {
        let (who, to) = (Who::in_slack("U9"), None);
        let asked = Loan { who, to };
        let loans = [lent("a", "U1"), lent("b", "U2"), asked, lent("a", "U3")];
        let all = together(&loans);
        let seen = all
            .iter()
            .map(|lent| (lent.to.key.as_str(), lent.ids.as_slice()));
        let ids = |ids: &[&str]| {
            ids.iter()
                .map(|id| SlackUserId::from(*id))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            seen.map(|(key, ids)| (key, ids.to_vec()))
                .collect::<Vec<_>>(),
            [("a", ids(&["U1", "U3"])), ("b", ids(&["U2"]))]
        );
    }

    #[test]
    fn who_is_lent_is_no_difference_and_all_else_is() {
        let drift = |differences: Vec<Difference>| Drift {
            team: "shop-first".to_owned(),
            side: Side::Slack("S1".into()),
            differences,
            back: Vec::new(),
            touched: None,
            zone: TimeZone::UTC,
        };
        let extra =
            |who: &[&str]| Difference::Extra(who.iter().map(|id| SlackUserId::from(*id)).collect());
        let all = vec![
            drift(vec![extra(&["U1"])]),
            drift(vec![extra(&["U1", "U2"]), Difference::Disabled]),
        ];
        let left = but_lent(&all, &vec![("S1".into(), "U1".into())]);
        assert_eq!(left, [drift(vec![extra(&["U2"]), Difference::Disabled])]);
        assert_eq!(but_lent(&all, &vec![("S2".into(), "U1".into())]), all);
    }
}
