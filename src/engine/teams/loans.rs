//! Who is lent, by what the incidents have on record, and what is said of it in their channels.

use jiff::Timestamp;

use super::Done;
use crate::engine::Engine;
use crate::engine::cases::{Case, Line, never};
use crate::id::{DoneKey, GroupId, Login, SlackUserId, TeamSlug};
use crate::incident::{LentCrew, LentTo, Loan, Who};
use crate::slack::form::{Panel, Piece};
use crate::store::Wanted;
use crate::teams::{Action, Difference, Drift, Side};

/// Who is lent to what.
#[derive(Debug, Default)]
pub(super) struct Lent {
    /// To groups.
    pub(super) groups: Vec<(GroupId, SlackUserId)>,
    /// To GitHub teams.
    pub(super) crews: Vec<(TeamSlug, Login)>,
}

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
        let mut lent = Lent::default();
        for loan in loans {
            let Some(to) = &loan.to else { continue };
            let who = loan.who.slack.clone();
            lent.groups.extend(who.map(|who| (to.group.clone(), who)));
            let logins = |crew: &LentCrew| {
                let logins = crew.logins.iter();
                logins
                    .map(|login| (crew.team.clone(), login.clone()))
                    .collect()
            };
            let crew: Vec<_> = to.crew.as_ref().map(logins).unwrap_or_default();
            lent.crews.extend(crew);
        }
        lent
    }
}

fn place(case: &Case, key: &str) -> (String, DoneKey) {
    let incident = &case.incident;
    let key = format!("lent:{key}:{}", incident.key);
    (incident.channel.name.clone(), DoneKey::new(key))
}

/// What differs, without those who are lent, whom the way back leaves where they are; nothing of what
/// differs in nothing else.
pub(super) fn but_lent(drift: &[Drift], lent: &Lent) -> Vec<Drift> {
    let mut all = drift.to_vec();
    for drift in &mut all {
        let side = drift.side.clone();
        let is_lent = |who: &SlackUserId| {
            let mut groups = lent.groups.iter();
            groups.any(|(at, it)| side == Side::Slack(at.clone()) && it == who)
        };
        let is_lent_there = |login: &Login| {
            let mut crews = lent.crews.iter();
            crews.any(|(at, it)| side == Side::GitHub(at.clone()) && it == login)
        };
        drift.differences.retain_mut(|it| match it {
            Difference::Extra(who) => {
                who.retain(|who| !is_lent(who));
                !who.is_empty()
            }
            Difference::ExtraOnGitHub(logins) => {
                logins.retain(|login| !is_lent_there(login));
                !logins.is_empty()
            }
            _ => true,
        });
        drift.back.retain_mut(|action| match action {
            Action::Members {
                add, remove, all, ..
            } => {
                all.extend(remove.extract_if(.., |who| is_lent(who)));
                !(add.is_empty() && remove.is_empty())
            }
            Action::Leave { login, .. } => !is_lent_there(login),
            _ => true,
        });
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
                crew: None,
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
        let lent = |group: &str| Lent {
            groups: vec![(group.into(), "U1".into())],
            ..Lent::default()
        };
        let left = but_lent(&all, &lent("S1"));
        assert_eq!(left, [drift(vec![extra(&["U2"]), Difference::Disabled])]);
        assert_eq!(but_lent(&all, &lent("S2")), all);
    }

    #[test]
    fn the_way_back_leaves_who_is_lent() {
        let id = |who: &str| SlackUserId::from(who);
        let members = |remove: &[&str], all: &[&str]| Action::Members {
            team: "shop-first".to_owned(),
            group: Some("S1".into()),
            add: Vec::new(),
            remove: remove.iter().map(|who| id(who)).collect(),
            all: all.iter().map(|who| id(who)).collect(),
        };
        let leave = |login: &str| Action::Leave {
            team: "shop-first".to_owned(),
            slug: "shop".into(),
            login: login.into(),
            who: None,
        };
        let drift = |side: Side, differences: Vec<Difference>, back: Vec<Action>| Drift {
            team: "shop-first".to_owned(),
            side,
            differences,
            back,
            touched: None,
            zone: TimeZone::UTC,
        };
        let lent = Lent {
            groups: vec![("S1".into(), id("U1"))],
            crews: vec![("shop".into(), "rin".into())],
        };
        let (slack, github) = (Side::Slack("S1".into()), Side::GitHub("shop".into()));
        let extra = |who: &[&str]| Difference::Extra(who.iter().map(|who| id(who)).collect());
        let there = |who: &[&str]| {
            Difference::ExtraOnGitHub(who.iter().map(|who| Login::from(*who)).collect())
        };
        let all = [
            drift(
                slack.clone(),
                vec![extra(&["U1", "U2"])],
                vec![members(&["U1", "U2"], &["U3"])],
            ),
            drift(
                github.clone(),
                vec![there(&["rin", "mei"])],
                vec![leave("rin"), leave("mei")],
            ),
        ];
        let left = [
            drift(
                slack,
                vec![extra(&["U2"])],
                vec![members(&["U2"], &["U3", "U1"])],
            ),
            drift(github, vec![there(&["mei"])], vec![leave("mei")]),
        ];
        assert_eq!(but_lent(&all, &lent), left);
    }
}
