//! What is read from tables and boxes, and how a link is written back.

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const TABLE: &str = "\
## Action items

| Action | Kind (prevent, process) | Who | Due | Issue |
| --- | --- | --- | --- | --- |
| Watch the queue \\| all of it | detect | @ana | 2021-10-31 | |
| Alert sooner | detect | 山田 | soon | acme/shop#12 |
|  |  |  |  |  |
| Write it down | process | taro-dev | 2021年11月1日 | [PR](https://github.example/acme/shop/pull/7) |
| | | @ana | | |

- [ ] Buy more disks @hanako 期限:2021/11/30
- [x] Tell support (#9) @ana
";

#[test]
fn actions_are_read_from_tables_and_boxes() {
    let found = actions(TABLE);
    let short: Vec<_> = found
        .iter()
        .map(|a| {
            let owner = a.owner.known().map(ToString::to_string);
            let link = a.link.as_ref().map(|link| link.number);
            (
                a.line,
                a.title.as_str(),
                owner,
                a.due.known().copied(),
                link,
                a.done,
            )
        })
        .collect();
    let login = |name: &str| Some(name.to_owned());
    assert_eq!(
        short,
        [
            (
                5,
                "Watch the queue | all of it",
                login("ana"),
                Some(date(2021, 10, 31)),
                None,
                false
            ),
            (6, "Alert sooner", None, None, Some(12), false),
            (
                8,
                "Write it down",
                login("taro-dev"),
                Some(date(2021, 11, 1)),
                Some(7),
                false
            ),
            (9, "", login("ana"), None, None, false),
            (
                11,
                "Buy more disks",
                login("hanako"),
                Some(date(2021, 11, 30)),
                None,
                false
            ),
            (12, "Tell support", login("ana"), None, Some(9), true),
        ]
    );
    assert_eq!(found[1].owner, Named::Unread("山田".to_owned()));
    assert_eq!(found[1].due, Named::Unread("soon".to_owned()));
    assert_eq!(found[0].kind, "detect");
    assert_eq!(
        found[1].link.as_ref().unwrap().repo,
        Some("acme/shop".into())
    );
}

#[test]
fn boxes_elsewhere_and_other_tables_are_no_actions() {
    let text = "## Timeline\n\n- [ ] x @ana\n\n| Who | What |\n| --- | --- |\n| ana | slept |\n";
    assert_eq!(actions(text), []);
}

#[test]
fn a_link_is_written_where_it_belongs() {
    let found = actions(TABLE);
    let now = with_link(TABLE, &found[0], "#31");
    let changed: Vec<_> = TABLE
        .lines()
        .zip(now.lines())
        .filter(|(a, b)| a != b)
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        changed[0].1,
        "| Watch the queue \\| all of it | detect | @ana | 2021-10-31 | #31 |"
    );
    let now = with_link(TABLE, &found[4], "#32");
    assert!(
        now.contains("- [ ] Buy more disks @hanako 期限:2021/11/30 #32\n"),
        "{now}"
    );
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(
        titles in proptest::collection::vec("[a-z*|\\\\あ]{1,12}", 1..5),
        ends in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let mut text = format!("| Action | Who | Issue |{ends}| --- | --- | --- |{ends}");
        for title in &titles {
            text.push_str(&format!("| {} | @ana |  |{ends}", super::super::plain::inline(title)));
        }
        let found = actions(&text);
        prop_assert_eq!(found.len(), titles.len());
        for (nth, action) in found.iter().enumerate() {
            let now = with_link(&text, action, "#77");
            let again = actions(&now);
            prop_assert_eq!(again.len(), titles.len());
            for (at, other) in again.iter().enumerate() {
                prop_assert_eq!(other.link.is_some(), at == nth);
                prop_assert_eq!(&other.title, &found[at].title);
            }
            prop_assert_eq!(now.lines().count(), text.lines().count());
        }
    }

    #[test]
    fn any_document_is_taken(text in "(\\PC|\\n|\\| |who|due|issue|---|- \\[ \\] |@ana|#1 |:// ){0,60}") {
        for action in actions(&text) {
            let _ = with_link(&text, &action, "#1");
        }
    }
}
