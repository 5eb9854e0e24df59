//! Who somebody of the files is: exactly somebody, or nobody.

use super::world::{account, group, id, live, now, said, spec};
use crate::teams::{People, wanted};

/// People keys first, then ids, e-mail addresses and usernames; what people call themselves helps
/// to say who was probably meant, and no more.
#[test]
fn nobody_is_ever_guessed() {
    let mut live = live(&[group("shop", &["hanako"])]);
    let mut odd = account("trickster");
    odd.display_name = "rin2".to_owned();
    odd.real_name = "Hanako Suzuki".to_owned();
    live.people.insert(odd.id.clone(), odd);
    for (people, user, found) in [
        ("", "U01TARO", Ok("taro")),
        ("", "taro@example.com", Ok("taro")),
        ("", "Taro@Example.com", Ok("taro")),
        ("", "'@taro'", Ok("taro")),
        ("", "taro", Ok("taro")),
        ("t: {slack: taro}", "t", Ok("taro")),
        ("t: {email: taro@example.com}", "t", Ok("taro")),
        (
            "t: {slack: U01TARO, email: taro@example.com}",
            "t",
            Ok("taro"),
        ),
        ("taro: {github: taro-k}", "taro", Ok("taro")),
        ("taro: {slack: mei}", "taro", Ok("mei")),
        (
            "",
            "U01NOBODY",
            Err("nobody in Slack has the id `U01NOBODY`"),
        ),
        (
            "",
            "tarou",
            Err("nobody in Slack is called `tarou`; did you mean `taro` (Taro Yamada)?"),
        ),
        (
            "",
            "atro",
            Err("nobody in Slack is called `atro`; did you mean `taro` (Taro Yamada)?"),
        ),
        (
            "",
            "Taro",
            Err("nobody in Slack is called `Taro`; did you mean `taro` (Taro Yamada)?"),
        ),
        (
            "",
            "ＴＡＲＯ　Yamada",
            Err("nobody in Slack is called `ＴＡＲＯ　Yamada`; did you mean `taro` (Taro Yamada)?"),
        ),
        (
            "",
            "rin2",
            Err("nobody in Slack is called `rin2`; did you mean `trickster` (Hanako Suzuki)?"),
        ),
        (
            "",
            "suzuki",
            Err("nobody in Slack is called `suzuki`; did you mean `trickster` (Hanako Suzuki)?"),
        ),
        (
            "",
            "tarro@example.com",
            Err("nobody in Slack is called `tarro@example.com`; did you mean `taro@example.com`?"),
        ),
        (
            "hanae: {slack: U01HANAKO}",
            "hanea",
            Err("nobody in Slack is called `hanea`; did you mean `hanae`?"),
        ),
        (
            "",
            "somebody-else",
            Err("nobody in Slack is called `somebody-else`"),
        ),
        (
            "t: {slack: U01NOBODY}",
            "t",
            Err("t: nobody in Slack has the id `U01NOBODY`"),
        ),
        (
            "t: {slack: taro, email: mei@example.com}",
            "t",
            Err("t: `taro` is Taro Yamada, and `mei@example.com` is Mei Yamada; which of them?"),
        ),
    ] {
        let people = if people.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{{people}}}")
        };
        let text = format!("people: {people}\nteams: [{{name: X, users: [{user}]}}]");
        let who = wanted(&spec(&text), &live, now());
        match (found, who) {
            (Ok(name), who) => assert_eq!(who.unwrap()["X"], [id(name)], "{text}"),
            (Err(why), who) => {
                let said = said(&who.unwrap_err());
                assert_eq!(said.len(), 1, "{said:?}");
                assert!(said[0].ends_with(why), "{said:?} is not {why:?}");
            }
        }
    }
    let mut twice = account("taro2");
    twice.username = "taro".to_owned();
    live.people.insert(twice.id.clone(), twice);
    let said = said(&wanted(&spec("- {name: X, users: [taro]}"), &live, now()).unwrap_err());
    assert!(said[0].ends_with("`taro` is the username of 2 people; give the Slack id"));
}

#[test]
fn people_named_by_username_or_mail_are_known_once_slack_was_asked() {
    let text = "people:\n  h: {slack: hanako, github: hanako-dev}\n  t: {email: taro@example.com, github: Taro-K}\n  \
                rin: {github: rin-rin}\n  x: {slack: U01NOBODY, github: x}\n";
    let live = live(&[]);
    let slack = |people: &People, login: &str| people.by_login(login).map(|who| who.slack.clone());
    let before = People::parse(text).unwrap();
    assert_eq!(slack(&before, "hanako-dev"), None);
    let people = People::resolved(&spec(text), &live);
    for (login, who) in [
        ("hanako-dev", Some(id("hanako"))),
        ("taro-k", Some(id("taro"))),
        ("rin-rin", Some(id("rin"))),
        ("x", None),
    ] {
        assert_eq!(slack(&people, login), who, "{login}");
    }
}
