//! Every kind of event that is mirrored, through the doors: answered well, and told in its channel.

#![allow(clippy::unwrap_used)]

mod rig;
/// The payloads that the mirror's own tests use.
#[allow(dead_code)]
#[path = "../src/mirror/samples.rs"]
mod samples;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rig::house::{Ground, House};
use samples::*;
use serde_json::{Value, json};

/// Long enough that what belongs into one message has come, and has been said.
const A_MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// What GitHub sends, one after another, and what the channel reads then: of each message the first
/// line, with the links left out.
struct Case {
    sent: Vec<(&'static str, Value)>,
    read: &'static [&'static str],
    /// Whether all of it comes in one moment, instead of a minute apart.
    at_once: bool,
}

impl Case {
    fn at_once(self) -> Self {
        let at_once = true;
        Self { at_once, ..self }
    }
}

fn case<const N: usize>(sent: [(&'static str, Value); N], read: &'static [&'static str]) -> Case {
    Case {
        sent: sent.into(),
        read,
        at_once: false,
    }
}

fn issue_with(action: &str, over: Value) -> (&'static str, Value) {
    let late = json!({"issue": {"updated_at": "2021-01-01T03:00:00Z"}});
    ("issues", with(with(on_issue(action), late), over))
}

fn pull_with(action: &str, over: Value) -> (&'static str, Value) {
    let late = json!({"pull_request": {"updated_at": "2021-01-01T03:00:00Z"}});
    ("pull_request", with(with(on_pull(action), late), over))
}

fn opened_pull() -> (&'static str, Value) {
    ("pull_request", on_pull("opened"))
}

fn issues() -> Vec<Case> {
    let moved = json!({"changes": {
        "old_issue": {"number": 8, "html_url": "https://github.com/acme/ops/issues/8"},
        "old_repository": {"full_name": "acme/ops"}}});
    let moving = json!({"changes": {
        "new_issue": {"number": 3, "html_url": "https://github.com/acme/ops/issues/3"},
        "new_repository": {"full_name": "acme/ops"}}});
    let milestone = json!({"milestone": {
        "title": "v2", "html_url": "https://github.com/acme/shop/milestone/1"}});
    let title = json!({"changes": {"title": {"from": "shop-20210101i slow"}}});
    let body = json!({"changes": {"body": {"from": "x"}}});
    vec![
        case(
            [("issues", on_issue("opened"))],
            &["🆕 @hanako-dev opened issue ISSUE"],
        ),
        case(
            [issue_with("opened", moved)],
            &["🚚 @hanako-dev transferred acme/ops#8 here as ISSUE"],
        ),
        case(
            [issue_with("edited", title)],
            &["✏️ @hanako-dev renamed “CHANNEL slow” to ISSUE"],
        ),
        case(
            [issue_with("edited", body.clone())],
            &["✏️ @hanako-dev edited the description of ISSUE"],
        ),
        case(
            [("issues", on_issue("opened")), issue_with("edited", body)],
            &["🆕 @hanako-dev opened issue ISSUE (edited)"],
        ),
        case(
            [issue_with(
                "closed",
                json!({"issue": {"state_reason": "completed"}}),
            )],
            &["☑️ @hanako-dev closed ISSUE"],
        ),
        case(
            [issue_with(
                "closed",
                json!({"issue": {"state_reason": "not_planned"}}),
            )],
            &["⛔ @hanako-dev closed ISSUE as not planned"],
        ),
        case(
            [issue_with(
                "closed",
                json!({"issue": {"state_reason": "duplicate"}}),
            )],
            &["⛔ @hanako-dev closed ISSUE as a duplicate"],
        ),
        case(
            [issue_with("reopened", json!({}))],
            &["🟢 @hanako-dev reopened ISSUE"],
        ),
        case(
            [issue_with("deleted", json!({}))],
            &["🗑️ @hanako-dev deleted shop#12"],
        ),
        case(
            [issue_with("transferred", moving)],
            &["🚚 @hanako-dev transferred ISSUE to acme/ops#3"],
        ),
        case(
            [issue_with(
                "locked",
                json!({"issue": {"active_lock_reason": "spam"}}),
            )],
            &["🔒 @hanako-dev locked the conversation on ISSUE as spam"],
        ),
        case(
            [issue_with("unlocked", json!({}))],
            &["🔓 @hanako-dev unlocked the conversation on ISSUE"],
        ),
        case(
            [("issues", label("labeled", "bug"))],
            &["🏷️ @hanako-dev labelled ISSUE with `bug`"],
        ),
        case(
            [("issues", label("unlabeled", "bug"))],
            &["🏷️ @hanako-dev removed `bug` from the labels of ISSUE"],
        ),
        case(
            [
                ("issues", label("labeled", "bug")),
                ("issues", label("labeled", "sev1")),
            ],
            &["🏷️ @hanako-dev labelled ISSUE with `bug`, `sev1`"],
        )
        .at_once(),
        case(
            [issue_with("assigned", json!({"assignee": user("sora")}))],
            &["📋 @hanako-dev assigned @sora to ISSUE"],
        ),
        case(
            [issue_with("unassigned", json!({"assignee": user("sora")}))],
            &["📋 @hanako-dev unassigned @sora from ISSUE"],
        ),
        case(
            [issue_with("milestoned", milestone.clone())],
            &["📋 @hanako-dev added ISSUE to the milestone v2"],
        ),
        case(
            [issue_with("demilestoned", milestone)],
            &["📋 @hanako-dev removed ISSUE from the milestone v2"],
        ),
    ]
}

fn comments() -> Vec<Case> {
    let edited =
        json!({"comment": {"body": "It was the cache.", "updated_at": "2021-01-01T01:20:00Z"}});
    let edited = ("issue_comment", with(comment("edited"), edited));
    let deleted = ("issue_comment", comment("deleted"));
    let at_once = with(
        comment("created"),
        json!({"comment": {"created_at": "2021-01-01T01:00:00Z"}}),
    );
    vec![
        case(
            [("issues", on_issue("opened")), ("issue_comment", at_once)],
            &[
                "🆕 @hanako-dev opened issue ISSUE",
                "💬 @hanako-dev commented on ISSUE",
            ],
        )
        .at_once(),
        case(
            [("issue_comment", comment("created"))],
            &["💬 @hanako-dev commented on ISSUE"],
        ),
        case(
            [("issue_comment", comment("created")), edited.clone()],
            &["💬 @hanako-dev commented on ISSUE (edited)"],
        ),
        case([edited], &["💬 @hanako-dev commented on ISSUE (edited)"]),
        case(
            [("issue_comment", comment("created")), deleted],
            &["🗑️ @hanako-dev deleted their own comment on ISSUE"],
        ),
    ]
}

fn pulls() -> Vec<Case> {
    let merged = json!({"pull_request": {"merged": true, "closed_at": "2021-01-01T04:00:00Z"}});
    let base = json!({"changes": {"base": {"ref": {"from": "develop"}, "sha": {"from": "0"}}}});
    let asked = || json!({"requested_reviewer": user("sora")});
    let team = json!({"requested_team": {"name": "Payments", "slug": "payments"}});
    let pushed = json!({
        "before": "bbbbbbb222222222222222222222222222222222",
        "after": "aaaaaaa111111111111111111111111111111111"});
    vec![
        case([opened_pull()], &["🔀 @taro-k opened pull request PULL"]),
        case(
            [pull_with(
                "opened",
                json!({"pull_request": {"draft": true}}),
            )],
            &["📝 @taro-k opened draft pull request PULL"],
        ),
        case(
            [pull_with("edited", base)],
            &["🔀 @taro-k changed the base of PULL from `develop` to `main`"],
        ),
        case(
            [pull_with("closed", merged)],
            &["🟣 @taro-k merged PULL into `main`"],
        ),
        case(
            [pull_with("closed", json!({}))],
            &["⛔ @taro-k closed PULL without merging"],
        ),
        case(
            [pull_with("reopened", json!({}))],
            &["🟢 @taro-k reopened PULL"],
        ),
        case(
            [pull_with("ready_for_review", json!({}))],
            &["👀 @taro-k marked PULL as ready for review"],
        ),
        case(
            [pull_with("converted_to_draft", json!({}))],
            &["📝 @taro-k converted PULL to a draft"],
        ),
        case(
            [pull_with("locked", json!({}))],
            &["🔒 @taro-k locked the conversation on PULL"],
        ),
        case(
            [pull_with("unlocked", json!({}))],
            &["🔓 @taro-k unlocked the conversation on PULL"],
        ),
        case(
            [pull_with("synchronize", pushed)],
            &["⬆️ @taro-k pushed to PULL"],
        ),
        case(
            [pull_with("review_requested", asked())],
            &["📋 @taro-k requested a review of PULL from @sora"],
        ),
        case(
            [pull_with("review_requested", team)],
            &["📋 @taro-k requested a review of PULL from Payments"],
        ),
        case(
            [pull_with("review_request_removed", asked())],
            &["📋 @taro-k withdrew the request to @sora for a review of PULL"],
        ),
        case(
            [pull_with("labeled", json!({"label": {"name": "bug"}}))],
            &["🏷️ @taro-k labelled PULL with `bug`"],
        ),
    ]
}

fn reviews() -> Vec<Case> {
    let submitted = |state, body| ("pull_request_review", review("submitted", state, body));
    let late = json!({"pull_request": {"updated_at": "2021-01-01T03:00:00Z"}});
    let again = |action, state, body| {
        (
            "pull_request_review",
            with(review(action, state, body), late.clone()),
        )
    };
    let on_line = |action| {
        let payload = review_comment(action, 1, "src/cart.rs", 7);
        ("pull_request_review_comment", payload)
    };
    vec![
        case(
            [submitted("approved", json!("Good"))],
            &["✅ @hanako-dev approved PULL"],
        ),
        case(
            [submitted("changes_requested", json!("Not yet"))],
            &["🔴 @hanako-dev requested changes on PULL"],
        ),
        case(
            [submitted("commented", json!("Hm"))],
            &["💬 @hanako-dev reviewed PULL"],
        ),
        case(
            [
                submitted("approved", json!("Good")),
                again("edited", "approved", json!("Better")),
            ],
            &["✅ @hanako-dev approved PULL (edited)"],
        ),
        case(
            [
                submitted("approved", json!("Good")),
                again("dismissed", "dismissed", json!("Good")),
            ],
            &["🚫 @hanako-dev dismissed their own review of PULL"],
        ),
        case(
            [on_line("created")],
            &["💬 @hanako-dev commented on src/cart.rs:7 in PULL"],
        ),
        case(
            [on_line("created"), on_line("edited")],
            &["💬 @hanako-dev commented on src/cart.rs:7 in PULL (edited)"],
        ),
        case(
            [on_line("created"), on_line("deleted")],
            &["🗑️ @hanako-dev deleted their own comment on PULL"],
        ),
        case(
            [submitted("commented", Value::Null), on_line("created")],
            &["💬 @hanako-dev commented on src/cart.rs:7 in PULL"],
        )
        .at_once(),
        case(
            [("pull_request_review_thread", thread("resolved"))],
            &["☑️ @taro-k resolved the thread on src/cart.rs:7 in PULL"],
        ),
        case(
            [("pull_request_review_thread", thread("unresolved"))],
            &["↩️ @taro-k reopened the thread on src/cart.rs:7 in PULL"],
        ),
    ]
}

fn branches_and_checks() -> Vec<Case> {
    let tag = json!({"ref_type": "tag", "ref": "shop-20210101i"});
    let failed = ("check_run", check("test", "failure"));
    let of_pull = json!({"workflow_run": {"pull_requests": [{"number": 13}]}});
    vec![
        case(
            [("push", push(1))],
            &["⬆️ @taro-k pushed a commit to fix/CHANNEL in shop"],
        ),
        case(
            [("push", push(2))],
            &["⬆️ @taro-k pushed 2 commits to fix/CHANNEL in shop"],
        ),
        case(
            [("push", with(push(1), json!({"forced": true})))],
            &["⚠️ @taro-k force-pushed fix/CHANNEL in shop"],
        ),
        case(
            [("create", branch())],
            &["🌱 @taro-k created branch fix/CHANNEL in shop"],
        ),
        case(
            [("create", with(branch(), tag.clone()))],
            &["🏷️ @taro-k created tag CHANNEL in shop"],
        ),
        case(
            [("delete", branch())],
            &["🗑️ @taro-k deleted branch `fix/CHANNEL` in shop"],
        ),
        case(
            [("delete", with(branch(), tag))],
            &["🗑️ @taro-k deleted tag `CHANNEL` in shop"],
        ),
        case(
            [opened_pull(), failed.clone()],
            &[
                "🔀 @taro-k opened pull request PULL",
                "❌ The check on shop#13 (aaaaaaa) failed",
            ],
        ),
        case(
            [
                opened_pull(),
                failed,
                ("check_run", check("test", "success")),
            ],
            &[
                "🔀 @taro-k opened pull request PULL",
                "✅ The check on shop#13 (aaaaaaa) passed",
            ],
        ),
        case(
            [
                opened_pull(),
                ("workflow_run", with(workflow("success"), of_pull)),
            ],
            &[
                "🔀 @taro-k opened pull request PULL",
                "✅ The check on shop#13 (aaaaaaa) passed",
            ],
        ),
        // Of no pull request that GitHub knows.
        case([("workflow_run", workflow("failure"))], &[]),
    ]
}

/// The first line of a message as it is shown, without where its links lead, and with short words
/// for the issue and the pull request of the samples.
fn headline(shown: &str, channel: &str) -> String {
    let mut line = shown.lines().next().unwrap_or_default().to_owned();
    while let Some((before, rest)) = line.split_once(" <http") {
        let (_, after) = rest.split_once('>').unwrap();
        line = format!("{before}{after}");
    }
    line.replace(channel, "CHANNEL")
        .replace("shop#12 #CHANNEL checkout is slow", "ISSUE")
        .replace("shop#13 Cache the prices", "PULL")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_event_reaches_its_channel() {
    let ground = Ground::new().await;
    let cases = [
        issues(),
        comments(),
        pulls(),
        reviews(),
        branches_and_checks(),
    ]
    .into_iter()
    .flatten();
    let mut kinds = BTreeSet::new();
    let mut wrong = Vec::new();
    for (n, case) in (2..).zip(cases) {
        // Each in a channel and a database of its own.
        let name = format!("shop-20210101i-{n}");
        ground.channel(&name);
        let dir = tempfile::tempdir().unwrap();
        let house = House::open(&ground, dir.path()).await;
        let mut sent = String::new();
        for (at, (event, payload)) in case.sent.iter().enumerate() {
            let body = payload.to_string().replace("shop-20210101i", &name);
            let (to, secret) = (house.address, &ground.sandbox.keys.webhook_secret);
            let id = format!("{n}-{at}");
            let status = rig::deliver(to, secret, event, &id, body.as_bytes()).await;
            assert_eq!(status, 202, "{event}");
            if !case.at_once {
                house.live(&ground, A_MINUTE).await;
            }
            let action = payload["action"].as_str().unwrap_or_default();
            sent.push_str(&format!("{event} {action}, "));
            kinds.insert(*event);
        }
        house.live(&ground, A_MINUTE).await;
        let said = ground.said_in(&name);
        let read: Vec<_> = said.iter().map(|text| headline(text, &name)).collect();
        if read != case.read {
            wrong.push(format!("{sent}\nREAD {}", json!(read)));
        }
        let counts = house.store.counts().await.unwrap();
        assert_eq!(
            (counts.waiting, counts.aside, counts.unsaid),
            (0, 0, 0),
            "{sent}"
        );
        house.close().await;
    }
    let all: BTreeSet<_> = sssbot::mirror::EVENTS.iter().copied().collect();
    assert_eq!(kinds, all);
    assert_eq!(ground.sandbox.slack.pings(), []);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
