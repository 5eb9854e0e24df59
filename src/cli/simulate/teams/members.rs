//! Who is to be in a team by then, read from the files anew and not by the app's own reading of time.

use jiff::Timestamp;

use super::UNTIL;
use crate::teams::{Spec, Team, When};

/// Who is to be in a team at the end of a plan, in order.
pub(super) fn members(spec: &Spec, team: &Team, now: Timestamp) -> Vec<String> {
    let mut all = own(spec, team, now);
    for other in &team.include {
        let other = spec.team(&other.value);
        all.extend(other.map(|team| own(spec, team, now)).unwrap_or_default());
    }
    all.sort();
    all.dedup();
    all
}

fn own(spec: &Spec, team: &Team, now: Timestamp) -> Vec<String> {
    let over = UNTIL.parse().ok().map(When::At);
    let users = team.users.iter().flat_map(|users| &users.value);
    let users = users.filter(|user| user.value.until.is_none() || user.value.until != over);
    let mut all: Vec<String> = users.map(|user| user.value.who.clone()).collect();
    if let Some(turns) = &team.rotation {
        let turns = &turns.value;
        let since = now.duration_since(turns.start.beginning(&spec.zone));
        let turn = since.as_secs() / turns.every.as_secs().max(1);
        let turn = usize::try_from(turn).unwrap_or(0) % turns.users.len();
        all.push(turns.users[turn].value.who.clone());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_and_ends_and_others() {
        let text = format!(
            "- {{ name: A, users: [taro, {{ user: rin, until: {UNTIL} }}], include: [B] }}\n\
             - {{ name: B, rotation: {{ users: [jiro, mei], every: 1d, start: \"{}\" }} }}\n",
            super::super::TURNS
        );
        let spec = Spec::read(&[("userteams.yaml", &*text)]).unwrap();
        let at = |team: &str, now: &str| {
            let team = spec.team(team).unwrap();
            members(&spec, team, now.parse().unwrap()).join(" ")
        };
        assert_eq!(at("B", "2021-01-01T10:39:00+09:00"), "jiro");
        assert_eq!(at("B", "2021-01-01T10:41:00+09:00"), "mei");
        assert_eq!(at("B", "2021-01-02T10:41:00+09:00"), "jiro");
        assert_eq!(at("A", "2021-01-01T10:41:00+09:00"), "mei taro");
    }
}
