//! How single acts are read.

use crate::id::{Login, RepoName};
use crate::sandbox::story::deeds::act;
use crate::sandbox::story::{
    Act, AppAct, Deed, GroupDeed, InlineComment, Pushed, Ref, Said, Side, Spot, Verdict, Workspace,
    forms,
};
use crate::sandbox::{Fault, Moment, WebhookFault};
use jiff::SignedDuration;

fn one(line: &str, body: &[&str]) -> Result<Act, String> {
    act(line, body.iter().map(|line| (*line).to_owned()).collect())
}

fn shop(number: u64) -> Ref {
    Ref {
        repo: RepoName::from("acme/shop"),
        number,
    }
}

fn by(who: &str, deed: Deed) -> Result<Act, String> {
    Ok(Act::GitHub {
        who: Login::from(who),
        deed,
    })
}

#[test]
fn what_people_do_on_github() {
    assert_eq!(
        one(
            r##"hanako opens issue acme/shop "#example-20210101i \"x\" 落ちる" with bug, 事象レベル1 ⚠️"##,
            &["a", "", "b"]
        ),
        by(
            "hanako",
            Deed::OpenIssue {
                repo: RepoName::from("acme/shop"),
                title: "#example-20210101i \"x\" 落ちる".to_owned(),
                body: "a\n\nb".to_owned(),
                labels: vec!["bug".to_owned(), "事象レベル1 ⚠️".to_owned()],
            }
        )
    );
    assert_eq!(
        one(
            "taro reviews acme/shop#2: request changes",
            &["All in all", "> src/a.rs:12 one", ">  two", "> a quote"]
        ),
        by(
            "taro",
            Deed::Review {
                on: shop(2),
                verdict: Verdict::RequestChanges,
                body: "All in all\n> a quote".to_owned(),
                comments: vec![InlineComment {
                    path: "src/a.rs".to_owned(),
                    line: 12,
                    body: "one\ntwo".to_owned(),
                }],
            }
        )
    );
    assert_eq!(
        one("hanako pushes to acme/shop fix/a", &["one", "two"]),
        by(
            "hanako",
            Deed::Push {
                repo: RepoName::from("acme/shop"),
                branch: "fix/a".to_owned(),
                commits: Pushed::Messages(vec!["one".to_owned(), "two".to_owned()]),
                force: false,
            }
        )
    );
    assert_eq!(
        one("renovate[bot] closes acme/shop#1 as not planned", &[]),
        by(
            "renovate[bot]",
            Deed::Close {
                on: shop(1),
                not_planned: true
            }
        )
    );
}

#[test]
fn what_the_sides_and_the_app_do() {
    assert_eq!(
        one("slack answers 429 after 30s to chat.postMessage", &[]),
        Ok(Act::Fault {
            side: Side::Slack,
            call: "chat.postMessage".to_owned(),
            fault: Fault::RateLimited(30),
            times: 1,
        })
    );
    assert_eq!(
        one(
            "github answers 502 to POST /repos/acme/shop/issues 3 times",
            &[]
        ),
        Ok(Act::Fault {
            side: Side::GitHub,
            call: "POST /repos/acme/shop/issues".to_owned(),
            fault: Fault::Status(502),
            times: 3,
        })
    );
    assert_eq!(
        one("wait 1h30m", &[]),
        Ok(Act::Wait(SignedDuration::from_secs(5400)))
    );
    assert_eq!(
        one("workflow Build and test fails on acme/shop#2", &[]),
        Ok(Act::Check {
            name: "Build and test".to_owned(),
            workflow: true,
            at: shop(2),
            passed: false,
        })
    );
    assert_eq!(
        one("hanako renames #a to #b", &[]),
        Ok(Act::Slack {
            who: "hanako".to_owned(),
            said: Said::RenameChannel {
                channel: "a".to_owned(),
                to: "b".to_owned()
            },
        })
    );
}

#[test]
fn a_file_is_there_with_its_lines() {
    let file = |path: &str, body: &str| {
        Ok(Act::File {
            repo: RepoName::from("acme/postmortem"),
            path: path.to_owned(),
            branch: None,
            body: body.to_owned(),
        })
    };
    assert_eq!(
        one(
            "file acme/postmortem .github/sssbot.yaml",
            &["mirror:", "  mute_drafts: true"]
        ),
        file(".github/sssbot.yaml", "mirror:\n  mute_drafts: true")
    );
    assert_eq!(one("file acme/postmortem a", &["b"]), file("a", "b"));
}

#[test]
fn a_body_can_be_grown() {
    let act = one(
        "taro comments on acme/shop#1, repeated to 60 KB",
        &["あいう"],
    );
    let Ok(Act::GitHub {
        deed: Deed::Comment { body, .. },
        ..
    }) = act
    else {
        panic!("{act:?}");
    };
    assert!((60 * 1024 - 3..=60 * 1024).contains(&body.len()));
}

#[test]
fn what_is_wrong_is_said() {
    for (line, body, said) in [
        (
            "taro dances",
            &[][..],
            "unknown act `taro dances`; the known acts are:\n  channel #name",
        ),
        (
            "taro comments on acme/shop",
            &["a"],
            "an issue or a pull request",
        ),
        (
            "taro comments on acme/shop#1",
            &[],
            "a body is expected below",
        ),
        ("taro closes acme/shop#1", &["a"], "this act takes no body"),
        (
            "taro closes acme/shop#1 now",
            &[],
            "nothing more expected at `now`",
        ),
        (
            "taro renames acme/shop#1 to title",
            &[],
            "words in quotes expected at `title`",
        ),
        (
            "taro renames acme/shop#1 to \"title",
            &[],
            "the closing quote is missing",
        ),
        (
            "file acme/shop a/../b",
            &["x"],
            "a file (`dir/name`) expected",
        ),
        ("file acme/shop /a", &["x"], "a file (`dir/name`) expected"),
        ("file acme/shop a", &[], "a body is expected below"),
        ("wait long", &[], "a time"),
        ("app explodes", &[], "unknown act"),
        (
            "slack goes away soon",
            &[],
            "nothing more expected at `soon`",
        ),
        ("slack answers 404 to x", &[], "a status from 500 to 599"),
        (
            "channel general",
            &[],
            "a channel (`#name`) expected, not `general`",
        ),
    ] {
        let error = one(line, body).unwrap_err();
        assert!(error.starts_with(said), "{line}: {error}");
    }
}

#[test]
fn how_a_connection_breaks_and_how_the_app_dies() {
    let fault = |side, call: &str, fault, times| {
        Ok(Act::Fault {
            side,
            call: call.to_owned(),
            fault,
            times,
        })
    };
    let (github, slack) = (Side::GitHub, Side::Slack);
    let seconds = SignedDuration::from_secs;
    for (line, act) in [
        (
            "github loses the connection before GET /repos/acme/shop/issues 2 times",
            fault(github, "GET /repos/acme/shop/issues", Fault::CutBefore, 2),
        ),
        (
            "slack loses the connection after chat.update",
            fault(slack, "chat.update", Fault::CutAfter, 1),
        ),
        (
            "slack loses the connection and does chat.postMessage 20s later 3 times",
            fault(slack, "chat.postMessage", Fault::DoneLater(seconds(20)), 3),
        ),
        (
            "github delays the next webhook by 5m",
            Ok(Act::Webhook {
                side: github,
                fault: WebhookFault::LateBy(seconds(300)),
            }),
        ),
        (
            "slack delays the next event behind 1 other",
            Ok(Act::Webhook {
                side: slack,
                fault: WebhookFault::Behind(1),
            }),
        ),
        (
            "github loses the answer to the next webhook",
            Ok(Act::Webhook {
                side: github,
                fault: WebhookFault::Unanswered,
            }),
        ),
        (
            "app dies at call 3",
            Ok(Act::App(AppAct::DieAtCall(3, Moment::Before))),
        ),
        (
            "app dies after call 1",
            Ok(Act::App(AppAct::DieAtCall(1, Moment::After))),
        ),
        (
            "app dies after 17 steps",
            Ok(Act::App(AppAct::DieAfterSteps(17))),
        ),
        (
            "github loses the connection and does GET / 5s later",
            Err(()),
        ),
        ("slack loses the connection and does x", Err(())),
        ("app dies at call 0", Err(())),
        ("app dies after 17", Err(())),
    ] {
        assert_eq!(one(line, &[]).map_err(drop), act, "{line}");
    }
}

#[test]
fn what_people_press_choose_and_type() {
    let said = |said| {
        Ok(Act::Slack {
            who: "hanako".to_owned(),
            said,
        })
    };
    for (line, act) in [
        (
            "hanako chooses \"3\" from \"Level\" in #a",
            said(Said::Choose {
                spot: Spot::Channel("a".into()),
                choice: "3".into(),
                menu: "Level".into(),
            }),
        ),
        (
            "hanako unticks \"SNS\" in the home tab",
            said(Said::Tick {
                spot: Spot::Home,
                task: "SNS".into(),
                done: false,
            }),
        ),
        (
            "hanako types \"/incident  level 3\" in #a",
            said(Said::Type {
                channel: "a".into(),
                command: "/incident".into(),
                text: "level 3".into(),
            }),
        ),
        ("hanako types \"incident\" in #a", Err(())),
        (
            "hanako presses \"OK\" in the dialog",
            said(Said::Press {
                spot: Spot::Dialog,
                button: "OK".into(),
            }),
        ),
        ("hanako presses \"OK\" there", Err(())),
        (
            "person ken as guest",
            Ok(Act::Person {
                name: "ken".into(),
                guest: true,
                admin: false,
            }),
        ),
        (
            "hanako takes from @dev taro, jiro",
            said(Said::Group {
                handle: "dev".into(),
                deed: GroupDeed::Remove(vec!["taro".into(), "jiro".into()]),
            }),
        ),
        ("hanako disables dev", Err(())),
        (
            "slack lets only admins change groups",
            Ok(Act::Workspace(Workspace::GroupsByAdmins(true))),
        ),
        (
            "group @dev \"Developers\" of hanako, taro",
            Ok(Act::Group {
                handle: "dev".into(),
                name: "Developers".into(),
                members: vec!["hanako".into(), "taro".into()],
            }),
        ),
        ("group dev \"Developers\" of hanako", Err(())),
    ] {
        assert_eq!(one(line, &[]).map_err(drop), act, "{line}");
    }
}

/// Every form that an error lists is one that is understood, once its choices are made.
#[test]
fn every_form_is_understood() {
    for form in forms::FORMS {
        let line = form
            .replace("WHOM", "taro")
            .replace("WHO", "hanako")
            .replace("NAME", "lint")
            .replace("VERB", "POST")
            .replace(": approve | request changes | comment", ": approve");
        let without: String = line
            .split_once(" [")
            .map_or(line.clone(), |(before, _)| before.to_owned());
        for line in [without, line.replace(['[', ']'], "")] {
            let read = one(&line, &[]).or_else(|_| one(&line, &["body"]));
            assert!(read.is_ok(), "{line}: {read:?}");
        }
    }
}
