//! What a channel reads for what GitHub sends.

mod moments;
mod odd;
mod order;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::samples::*;
use super::*;
use crate::channel_name::ChannelName;
use crate::i18n::Lang;
use crate::id::Login;

fn now() -> Timestamp {
    "2021-01-02T00:00:00Z".parse().unwrap()
}

fn me() -> Me {
    Me {
        app_id: Some(99),
        login: Some("sssbot[bot]".to_owned()),
    }
}

fn reading(event: &str, payload: &Value) -> Reading {
    read(event, payload, now(), &me()).unwrap().unwrap()
}

fn notes(events: &[(&str, Value)]) -> Vec<Note> {
    let read = events
        .iter()
        .map(|(event, payload)| reading(event, payload));
    read.flat_map(|reading| reading.notes).collect()
}

/// The one document that these events come to.
fn joined(events: &[(&str, Value)]) -> Document {
    let mut notes = notes(events).into_iter();
    let mut doc = Document::new(notes.next().unwrap());
    for note in notes {
        assert_eq!(note.key, doc.key, "these are to be one message");
        doc.merge(note);
    }
    doc
}

fn words(spans: &[Span]) -> String {
    let words = spans.iter().map(|span| match span {
        Span::Text(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
        Span::Link { text, .. } => format!("[{text}]"),
        Span::Time { at, url: None } => at.to_string(),
        Span::Time { at, .. } => format!("[{at}]"),
        Span::Person(login) => format!("@{login}"),
    });
    words.collect()
}

/// A message as one would read it, links in brackets.
fn plain(message: &Message) -> String {
    let mut out = format!("{} {}", message.icon, words(&message.headline));
    for section in &message.sections {
        if !section.heading.is_empty() {
            out.push_str(&format!("\n# {}", words(&section.heading)));
        }
        match &section.body {
            Some(Body::Markdown(text) | Body::Code(text)) => out.push_str(&format!("\n{text}")),
            Some(Body::Lines(lines)) => {
                for line in lines {
                    out.push_str(&format!("\n- {}", words(line)));
                }
            }
            None => {}
        }
    }
    out
}

fn said(events: &[(&str, Value)]) -> String {
    plain(&compose(&joined(events), Lang::En).unwrap())
}

#[test]
fn each_kind_has_its_sentence() {
    let sentences: Vec<String> = all()
        .into_iter()
        .map(|event| said(&[event]).lines().next().unwrap_or_default().to_owned())
        .collect();
    let issue = "[shop#12 #shop-20210101i checkout is slow]";
    let pull = "[shop#13 Cache the prices]";
    let expected = [
        format!("💬 @hanako-dev commented on {issue}"),
        format!("💬 @hanako-dev commented on {issue} (edited)"),
        format!("🗑️ @hanako-dev deleted their own comment on {issue}"),
        format!("🆕 @hanako-dev opened issue {issue}"),
        format!("☑️ @hanako-dev closed {issue}"),
        format!("🟢 @hanako-dev reopened {issue}"),
        "🗑️ @hanako-dev deleted shop#12".to_owned(),
        format!("✏️ @hanako-dev renamed “Slow” to {issue}"),
        format!("✏️ @hanako-dev edited the description of {issue}"),
        format!("🚚 @hanako-dev transferred {issue} to [acme/ops#3]"),
        format!("🏷️ @hanako-dev labelled {issue} with bug"),
        format!("📋 @hanako-dev assigned @sora to {issue}"),
        format!("📋 @hanako-dev added {issue} to the milestone [v2]"),
        format!("🔀 @taro-k opened pull request {pull}"),
        format!("👀 @taro-k marked {pull} as ready for review"),
        format!("📝 @taro-k converted {pull} to a draft"),
        format!("🔒 @taro-k locked the conversation on {pull}"),
        format!("🔓 @taro-k unlocked the conversation on {pull}"),
        format!("🟣 @taro-k merged {pull} into main"),
        format!("📋 @taro-k requested a review of {pull} from @sora"),
        format!("⬆️ @taro-k pushed to {pull}"),
        format!("🔀 @taro-k changed the base of {pull} from develop to main"),
        format!("✅ @hanako-dev approved {pull}"),
        format!("🚫 @hanako-dev dismissed their own review of {pull}"),
        format!("💬 @hanako-dev commented on [src/cart.rs:7] in {pull}"),
        format!("🗑️ @hanako-dev deleted their own comment on {pull}"),
        format!("☑️ @taro-k resolved the thread on [src/cart.rs:7] in {pull}"),
        "⬆️ @taro-k pushed 2 commits to [fix/shop-20210101i] in [shop]".to_owned(),
        "🌱 @taro-k created branch [fix/shop-20210101i] in [shop]".to_owned(),
        "🗑️ @taro-k deleted branch fix/shop-20210101i in [shop]".to_owned(),
        "❌ The check on [shop#13] ([aaaaaaa]) failed".to_owned(),
        "✅ The check on [shop] [fix/shop-20210101i] ([aaaaaaa]) passed".to_owned(),
    ];
    assert_eq!(sentences, expected);
}

#[test]
fn japanese_keeps_its_own_order() {
    let doc = joined(&[("issue_comment", comment("created"))]);
    assert_eq!(
        plain(&compose(&doc, Lang::Ja).unwrap()),
        "💬 @hanako-dev さんが [shop#12 #shop-20210101i checkout is slow] にコメントしました\n\
         The cache is cold."
    );
}

#[test]
fn subjects_and_branches_name_their_channels() {
    let names = |event: &str, payload: &Value| -> Vec<String> {
        let names = reading(event, payload).about.names();
        names.into_iter().map(String::from).collect()
    };
    assert_eq!(names("issues", &on_issue("pinned")), ["shop-20210101i"]);
    assert_eq!(
        names("pull_request", &on_pull("opened")),
        ["shop-20210101i"]
    );
    assert_eq!(names("push", &push(1)), ["shop-20210101i"]);
    assert_eq!(names("create", &branch()), ["shop-20210101i"]);
    let renamed = with(
        on_issue("edited"),
        json!({"changes": {"title": {"from": "#shop-20210101i-2 slow"}}}),
    );
    let reading = reading("issues", &renamed);
    assert_eq!(
        reading.renamed_from.as_deref(),
        Some("#shop-20210101i-2 slow")
    );
}

#[test]
fn a_review_and_its_comments_are_one_message() {
    let body = json!("Two things");
    let text = said(&[
        (
            "pull_request_review_comment",
            review_comment("created", 22, "src/cart.rs", 9),
        ),
        (
            "pull_request_review",
            review("submitted", "changes_requested", body),
        ),
        (
            "pull_request_review_comment",
            review_comment("created", 21, "src/cart.rs", 7),
        ),
    ]);
    assert_eq!(
        text,
        "🔴 @hanako-dev requested changes on [shop#13 Cache the prices]\nTwo things\n\
         # [src/cart.rs:7]\nSee 21\n# [src/cart.rs:9]\nSee 22"
    );
}

#[test]
fn a_review_of_one_comment_reads_as_a_comment() {
    let only = [
        (
            "pull_request_review",
            review("submitted", "commented", Value::Null),
        ),
        (
            "pull_request_review_comment",
            review_comment("created", 21, "src/cart.rs", 7),
        ),
    ];
    assert_eq!(
        said(&only),
        "💬 @hanako-dev commented on [src/cart.rs:7] in [shop#13 Cache the prices]\nSee 21"
    );
    let mut gone = only.to_vec();
    gone.push((
        "pull_request_review_comment",
        review_comment("deleted", 21, "src/cart.rs", 7),
    ));
    assert_eq!(
        said(&gone),
        "🗑️ @hanako-dev deleted their own comment on [shop#13 Cache the prices]"
    );
    assert!(joined(&gone).is_gone());
    assert!(!joined(&only).is_gone());
}

#[test]
fn a_deleted_comment_leaves_no_text() {
    let deleted = with(comment("deleted"), json!({"sender": user("sora")}));
    let doc = joined(&[
        ("issue_comment", comment("created")),
        ("issue_comment", deleted),
    ]);
    assert!(!serde_json::to_string(&doc).unwrap().contains("cold"));
    assert_eq!(
        plain(&compose(&doc, Lang::Ja).unwrap()),
        "🗑️ @sora さんが [shop#12 #shop-20210101i checkout is slow] への \
         @hanako-dev さんのコメントを削除しました"
    );
}

#[test]
fn what_a_form_puts_on_is_told_with_the_opening() {
    let at_once = json!({"issue": {"updated_at": "2021-01-01T01:00:01Z"}});
    let text = said(&[
        ("issues", with(label("labeled", "bug"), at_once)),
        ("issues", on_issue("opened")),
    ]);
    assert_eq!(
        text,
        "🆕 @hanako-dev opened issue [shop#12 #shop-20210101i checkout is slow]\n\
         - Labels: bug\nIt takes **9 s**."
    );
}

#[test]
fn an_edited_description_changes_the_opening() {
    let edited = with(
        on_issue("edited"),
        json!({"changes": {"body": {"from": "It takes **9 s**."}},
               "issue": {"body": "Solved", "updated_at": "2021-01-01T01:30:00Z"}}),
    );
    let text = said(&[("issues", edited), ("issues", on_issue("opened"))]);
    assert_eq!(
        text,
        "🆕 @hanako-dev opened issue [shop#12 #shop-20210101i checkout is slow] (edited)\nSolved"
    );
}

#[test]
fn a_push_is_one_message_with_the_pull_request_it_moves() {
    let sync = with(
        on_pull("synchronize"),
        json!({"after": "aaaaaaa111111111111111111111111111111111"}),
    );
    let text = said(&[("pull_request", sync), ("push", push(12))]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "⬆️ @taro-k pushed 12 commits to [fix/shop-20210101i] in [shop] ([#13])"
    );
    assert_eq!(lines[1], "- [0000001] Step 1");
    assert_eq!(lines[2], "- [0000002] Step 2 — sora");
    assert_eq!(lines[11], "- [and 2 more]");
    assert_eq!(lines.len(), 12);
    let forced = with(push(1), json!({"forced": true}));
    assert!(said(&[("push", forced)]).contains("force-pushed [fix/shop-20210101i]"));
}

#[test]
fn a_new_branch_is_one_message_from_two_events() {
    let new = with(push(1), json!({"created": true, "before": "0".repeat(40)}));
    let text = said(&[("create", branch()), ("push", new)]);
    assert_eq!(
        text,
        "🌱 @taro-k created branch [fix/shop-20210101i] in [shop]\n- [0000001] Step 1"
    );
    let gone = with(push(0), json!({"deleted": true, "head_commit": null}));
    let text = said(&[("push", gone), ("delete", branch())]);
    assert_eq!(
        text,
        "🗑️ @taro-k deleted branch fix/shop-20210101i in [shop]"
    );
}

#[test]
fn the_checks_of_a_commit_are_one_message() {
    let first = [
        ("check_run", check("test", "success")),
        ("check_run", check("docs", "skipped")),
        ("workflow_run", workflow("success")),
        ("check_run", check("lint", "success")),
    ];
    assert_eq!(
        said(&first),
        "✅ 2 of 2 checks on [shop#13] ([aaaaaaa]) passed"
    );
    let mut failed = first.to_vec();
    let title = json!({"check_run": {"output": {"title": "3 problems"},
                                     "completed_at": "2021-01-01T02:12:00Z"}});
    failed.push(("check_run", with(check("lint", "failure"), title)));
    failed.push(("workflow_run", workflow("failure")));
    assert_eq!(
        said(&failed),
        "❌ 1 of 2 checks on [shop#13] ([aaaaaaa]) failed\n- [lint] failed — 3 problems"
    );
    let skipped = joined(&[("check_run", check("docs", "skipped"))]);
    assert_eq!(compose(&skipped, Lang::En), None);
}

#[test]
fn only_our_own_marked_words_are_an_echo() {
    let told =
        |over: Value| !notes(&[("issue_comment", with(comment("created"), over))]).is_empty();
    let marked = "Noted. <!-- sssbot:v1 {} -->";
    let ours = user("sssbot[bot]");
    assert!(!told(json!({"sender": ours, "comment": {"body": marked}})));
    assert!(!told(
        json!({"comment": {"body": marked, "performed_via_github_app": {"id": 99}}})
    ));
    assert!(told(json!({"sender": ours})));
    assert!(told(json!({"comment": {"body": marked}})));
    assert!(told(
        json!({"comment": {"body": marked, "performed_via_github_app": {"id": 98}}})
    ));
    // A person labels the issue that we opened.
    let ours = json!({"issue": {"body": marked, "performed_via_github_app": {"id": 99}}});
    assert!(!notes(&[("issues", with(label("labeled", "bug"), ours))]).is_empty());
}

#[test]
fn bots_and_drafts_can_be_muted() {
    let one = |event: &str, payload: Value| notes(&[(event, payload)]).remove(0);
    let bot = one(
        "issue_comment",
        with(comment("created"), json!({"sender": user("ci[bot]")})),
    );
    assert!(muted(&bot, true, false));
    assert!(!muted(&bot, false, true));
    let gone = with(comment("deleted"), json!({"sender": user("ci[bot]")}));
    assert!(!muted(&one("issue_comment", gone), true, true));
    let draft = |payload| with(payload, json!({"pull_request": {"draft": true}}));
    let opened = one("pull_request", draft(on_pull("opened")));
    assert!(muted(&opened, false, true));
    assert!(!muted(&opened, true, false));
    for told in [
        one(
            "pull_request_review",
            draft(review("submitted", "approved", Value::Null)),
        ),
        one("pull_request", draft(on_pull("closed"))),
        one("pull_request", draft(on_pull("ready_for_review"))),
    ] {
        assert!(!muted(&told, true, true));
    }
}

#[test]
fn some_events_are_nobodys_news() {
    for event in [
        "discussion",
        "label",
        "milestone",
        "installation",
        "ping",
        "commit_comment",
        "x",
    ] {
        assert_eq!(read(event, &json!({}), now(), &me()), Ok(None));
    }
    let created = with(check("test", "success"), json!({"action": "created"}));
    assert_eq!(read("check_run", &created, now(), &me()), Ok(None));
    for action in [
        "pinned",
        "unpinned",
        "auto_merge_enabled",
        "enqueued",
        "not yet invented",
    ] {
        assert!(reading("pull_request", &on_pull(action)).notes.is_empty());
    }
    let unreadable = read("issues", &json!({"action": "opened"}), now(), &me());
    assert_eq!(
        unreadable.unwrap_err().to_string(),
        "the payload of `issues` has no readable repository"
    );
}

#[test]
fn a_name_that_comes_or_goes_is_told() {
    let About::Subject(subject) = reading("issues", &on_issue("pinned")).about else {
        panic!("an issue is a subject");
    };
    let channel = ChannelName::parse("shop-20210101i").unwrap();
    let entry = |n: i64| Earlier {
        at: now()
            .saturating_add(jiff::SignedDuration::from_mins(n))
            .unwrap(),
        who: Some(Login::from("sora")),
        kind: if n == 0 {
            EarlierKind::Opened
        } else {
            EarlierKind::Comment
        },
        url: Some(format!("https://github.com/acme/shop/issues/12#{n}")),
        line: format!("line {n}"),
    };
    let earlier: Vec<Earlier> = (0..25).rev().map(entry).collect();
    let doc = Document::new(backfill(&subject, &channel, &earlier, subject.as_of));
    let message = compose(&doc, Lang::En).unwrap();
    assert_eq!(
        message.source.as_deref(),
        Some("https://github.com/acme/shop")
    );
    let text = plain(&message);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "📌 [shop#12 #shop-20210101i checkout is slow] is now mirrored here. What came before:"
    );
    assert_eq!(lines[1], "- [2021-01-02T00:00:00Z] @sora opened it: line 0");
    assert_eq!(lines[2], "- and 5 more");
    assert_eq!(
        lines[21],
        "- [2021-01-02T00:24:00Z] @sora commented: line 24"
    );
    let doc = Document::new(moved(&subject, &[channel].into(), subject.as_of));
    assert_eq!(
        plain(&compose(&doc, Lang::Ja).unwrap()),
        "➡️ [shop#12 #shop-20210101i checkout is slow] の動きは今後 #shop-20210101i に流します。\
         このチャンネルには流しません"
    );
}
