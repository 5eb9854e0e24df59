//! A person as the record has them: known on both sides, where the team file says so.

use crate::incident::Who;
use crate::teams::People;

/// Fills in what is missing of somebody (their login, their Slack id, their name) from the team
/// file. What is known already stays, and whom the file does not know stays as they are.
pub(in crate::engine) fn whole(who: Who, people: &People) -> Who {
    if let Some(login) = &who.login {
        let Some(person) = people.by_login(login.as_str()) else {
            return who;
        };
        return Who {
            slack: who.slack.or_else(|| Some(person.slack.clone())),
            name: who.name.or_else(|| Some(person.name.clone())),
            login: who.login,
        };
    }
    let Some((login, person)) = who.slack.as_ref().and_then(|id| people.by_slack(id)) else {
        return who;
    };
    Who {
        login: Some(login),
        name: who.name.or_else(|| Some(person.name.clone())),
        slack: who.slack,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_team_file_knows_the_other_half() {
        let people =
            People::parse("people: {hanako: {slack: U01HANAKO01, github: Hanako-Dev}}").unwrap();
        let hanako = |login: &str, name: &str| Who {
            login: Some(login.into()),
            slack: Some("U01HANAKO01".into()),
            name: Some(name.to_owned()),
        };
        let named = Who {
            name: Some("Hana".to_owned()),
            ..Who::in_slack("U01HANAKO01")
        };
        for (who, wanted) in [
            (Who::on_github("Hanako-Dev"), hanako("Hanako-Dev", "hanako")),
            (Who::in_slack("U01HANAKO01"), hanako("hanako-dev", "hanako")),
            (named, hanako("hanako-dev", "Hana")),
            (Who::on_github("taro"), Who::on_github("taro")),
            (Who::in_slack("U02"), Who::in_slack("U02")),
            (Who::default(), Who::default()),
        ] {
            assert_eq!(whole(who, &people), wanted);
        }
    }
}
