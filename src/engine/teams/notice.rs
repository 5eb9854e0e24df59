//! What makes it worth a look: what GitHub and Slack tell, and the hour.

use jiff::Timestamp;
use serde_json::Value;

use super::{Job, SETTLES};
use crate::engine::Engine;
use crate::slack::inbound::{Event, Inbound};
use crate::store::{StoreError, Wanted};

/// Somebody was put into a GitHub team or taken out of it,
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#membership>. An App hears of it that
/// may read the organisation's members. Lost, it is found out within the hour.
pub const MEMBERSHIP: &str = "membership";

/// Which pull requests wait for somebody: their comments may have come without a webhook.
const PENDING: &str = "teams:pending:";

impl Engine {
    /// What a delivery of GitHub's gives to do.
    pub(in crate::engine) fn notice_teams(
        &self,
        kind: &str,
        payload: &Value,
        now: Timestamp,
    ) -> Vec<Wanted> {
        let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
        let home = &self.0.parts.settings.postmortem_repo;
        if kind == MEMBERSHIP {
            let at = now.saturating_add(SETTLES).unwrap_or(now);
            let job = is_by_a_person_of(payload, home.owner());
            let job = job.then(|| self.job(Job::Slack, "compare", "", at));
            return job.into_iter().collect();
        }
        let here = home.as_str();
        if text("/repository/full_name") != Some(here) {
            return Vec::new();
        }
        if self.touches_rules(kind, payload) {
            return vec![self.job(Job::Slack, "apply", "", now)];
        }
        let action = text("/action").unwrap_or_default();
        let number = match kind {
            "pull_request" => {
                const NEW: [&str; 5] = [
                    "opened",
                    "synchronize",
                    "reopened",
                    "edited",
                    "ready_for_review",
                ];
                let number = payload.pointer("/pull_request/number");
                number.filter(|_| NEW.contains(&action))
            }
            "issue_comment" => {
                let said = text("/comment/body").is_some_and(|body| body.contains("/userteams"));
                let by_person = text("/comment/user/type") != Some("Bot");
                let pull = payload
                    .pointer("/issue/pull_request")
                    .is_some_and(|it| !it.is_null());
                let number = payload.pointer("/issue/number");
                number.filter(|_| said && by_person && pull && action != "deleted")
            }
            _ => None,
        };
        let number = number.and_then(Value::as_u64);
        let job = number.map(|number| self.job(Job::Review(number), "review", "", now));
        job.into_iter().collect()
    }

    /// What an event of Slack's gives to do.
    pub(in crate::engine) fn notice_groups(
        &self,
        inbound: &Inbound,
        now: Timestamp,
    ) -> Vec<Wanted> {
        let Inbound::Event(envelope) = inbound else {
            return Vec::new();
        };
        let about_groups = match &envelope.event {
            Event::Other(kind) => kind.starts_with("subteam_"),
            _ => false,
        };
        let at = now.saturating_add(SETTLES).unwrap_or(now);
        let job = about_groups.then(|| self.job(Job::Slack, "compare", "", at));
        job.into_iter().collect()
    }

    /// What the hour, and the start, give to do: `pulls` are the open pull requests whose heads
    /// nobody has looked at.
    pub(in crate::engine) async fn go_round_teams(
        &self,
        pulls: &[u64],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let waiting = self.0.parts.store.cached_below(PENDING, now).await?;
        let waiting = waiting
            .iter()
            .filter_map(|(key, _)| key.strip_prefix(PENDING)?.parse().ok());
        let mut numbers: Vec<u64> = pulls.iter().copied().chain(waiting).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let numbers = numbers.into_iter();
        let mut jobs: Vec<Wanted> = numbers
            .map(|number| self.job(Job::Review(number), "review", "", now))
            .collect();
        jobs.push(self.job(Job::Slack, "compare", "", now));
        self.want_all(jobs).await
    }

    /// Remembers whether a pull request waits for somebody.
    pub(super) async fn waits_for_somebody(
        &self,
        number: u64,
        waits: bool,
    ) -> Result<(), StoreError> {
        let (store, key) = (&self.0.parts.store, format!("{PENDING}{number}"));
        match waits {
            true => store.cache(&key, "", Timestamp::MAX).await,
            false => store.forget(&key).await,
        }
    }
}

/// Whether a person has changed a team of this organisation; what an App does is no surprise to it.
fn is_by_a_person_of(payload: &Value, org: &str) -> bool {
    let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
    let here = text("/organization/login").is_some_and(|it| it.eq_ignore_ascii_case(org));
    here && text("/scope") == Some("team") && text("/sender/type") != Some("Bot")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_person_does_to_a_team_of_ours_is_worth_a_look() {
        let told = |org: &str, scope: &str, kind: &str| {
            json!({
                "action": "added", "scope": scope, "member": {"login": "rin"},
                "sender": {"login": "hanako", "type": kind}, "team": {"slug": "shop-first"},
                "organization": {"login": org},
            })
        };
        for (org, scope, kind, worth) in [
            ("Acme", "team", "User", true),
            ("acme", "team", "Bot", false),
            ("acme", "organization", "User", false),
            ("other", "team", "User", false),
        ] {
            let is = is_by_a_person_of(&told(org, scope, kind), "acme");
            assert_eq!(is, worth, "{org} {scope} {kind}");
        }
        assert!(!is_by_a_person_of(&json!({}), "acme"));
    }
}
