//! What is said, changed, read back and hung on messages.

use super::*;

#[tokio::test]
async fn a_message_from_post_to_delete() {
    let desk = desk().await;
    let id = desk.channel("general");
    let blocks = json!([{ "type": "section", "text": { "type": "mrkdwn", "text": "*hi* & <b>" } }]);
    let metadata = json!({ "event_type": "sssbot", "event_payload": { "key": "c:1", "rev": 1 } });
    let first = desk
        .call(
            "chat.postMessage",
            json!({ "channel": id, "text": "a & b", "blocks": blocks, "metadata": metadata }),
        )
        .await;
    assert_eq!(first["message"]["text"], "a &amp; b");
    let ts = first["ts"].as_str().unwrap();
    assert_eq!(ts, "1609459200.000100", "after the bot came in");
    // The same by a form, where blocks are JSON text.
    let form = [
        ("channel", id.as_str()),
        ("ts", ts),
        ("text", "c"),
        ("blocks", &blocks.to_string()),
    ];
    let answer = desk.form("chat.update", Some(TOKEN), &form).await;
    assert_eq!(answer["text"], "c");
    let seen = desk.world.channel("general").unwrap();
    let message = seen.messages.last().unwrap();
    assert!(message.edited && message.by_bot);
    assert_eq!(
        message.metadata,
        Some(metadata),
        "kept by an update that does not name it"
    );
    assert_eq!(message.blocks.len(), 1, "{:?}", message.blocks);
    // A text alone takes the place of the blocks.
    desk.call(
        "chat.update",
        json!({ "channel": id, "ts": ts, "text": "d" }),
    )
    .await;
    assert_eq!(
        desk.world
            .channel("general")
            .unwrap()
            .messages
            .last()
            .unwrap()
            .blocks,
        Vec::<Value>::new()
    );
    let link = desk
        .call(
            "chat.getPermalink",
            json!({ "channel": id, "message_ts": ts }),
        )
        .await;
    assert_eq!(
        link["permalink"],
        format!("https://example.slack.com/archives/{id}/p1609459200000100")
    );
    assert_eq!(
        desk.call("chat.delete", json!({ "channel": id, "ts": ts }))
            .await["ok"],
        true
    );
    assert_eq!(
        desk.error("chat.delete", json!({ "channel": id, "ts": ts }))
            .await,
        "message_not_found"
    );
    let by_hanako = desk.world.say(&desk.hanako, &id, "mine").unwrap();
    let mine = json!({ "channel": id, "ts": by_hanako, "text": "x" });
    assert_eq!(
        desk.error("chat.update", mine.clone()).await,
        "cant_update_message"
    );
    assert_eq!(desk.error("chat.delete", mine).await, "cant_delete_message");
}

#[tokio::test]
async fn what_a_post_is_refused_for() {
    let desk = desk().await;
    let id = desk.channel("general");
    let outside = desk
        .world
        .create_channel("outside", &desk.hanako, false)
        .unwrap();
    let hidden = desk
        .world
        .create_channel("hidden", &desk.hanako, true)
        .unwrap();
    let old = desk.channel("old");
    desk.world.archive(&old, &desk.hanako);
    let section =
        |text: String| json!([{ "type": "section", "text": { "type": "mrkdwn", "text": text } }]);
    let of = |payload: Value| json!({ "event_type": "a", "event_payload": payload });
    for (body, error) in [
        (
            json!({ "channel": "C404", "text": "a" }),
            "channel_not_found",
        ),
        (
            json!({ "channel": hidden, "text": "a" }),
            "channel_not_found",
        ),
        (json!({ "channel": outside, "text": "a" }), "not_in_channel"),
        (json!({ "channel": old, "text": "a" }), "is_archived"),
        (json!({ "channel": id, "text": "" }), "no_text"),
        (
            json!({ "channel": id, "blocks": "[" }),
            "invalid_blocks_format",
        ),
        (
            json!({ "channel": id, "blocks": section("a".repeat(3001)) }),
            "invalid_blocks",
        ),
        (
            json!({ "channel": id, "blocks": section(String::new()) }),
            "invalid_blocks",
        ),
        (
            json!({ "channel": id, "text": "a", "metadata": { "event_type": "a" } }),
            "invalid_metadata_format",
        ),
        (
            json!({ "channel": id, "text": "a", "metadata": of(json!({ "a": ["b"] })) }),
            "invalid_metadata_schema",
        ),
        (
            json!({ "channel": id, "text": "a", "metadata": of(json!({ "a": "b".repeat(2048) })) }),
            "metadata_too_large",
        ),
        (
            json!({ "channel": id, "text": "a", "thread_ts": "1.0" }),
            "thread_not_found",
        ),
        (json!({ "channel": id, "text": "a" }), "ok"),
    ] {
        assert_eq!(
            desk.error("chat.postMessage", body.clone()).await,
            error,
            "{body}"
        );
    }
    let answer = desk
        .call(
            "chat.postMessage",
            json!({ "channel": id, "blocks": section("a".repeat(3001)) }),
        )
        .await;
    assert_eq!(
        answer["response_metadata"]["messages"],
        json!(["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"])
    );
    let answer = desk
        .call(
            "chat.postMessage",
            json!({ "channel": id, "text": "a".repeat(40_001) }),
        )
        .await;
    assert_eq!(answer["message"]["text"].as_str().unwrap().len(), 40_000);
    let update = json!({ "channel": id, "ts": answer["ts"], "text": "a".repeat(4_001) });
    assert_eq!(desk.error("chat.update", update).await, "msg_too_long");
}

#[tokio::test]
async fn history_is_paged_newest_first_with_no_replies() {
    let desk = desk().await;
    let id = desk.channel("general");
    let mut all = Vec::new();
    for i in 0..5 {
        all.push(desk.post(&id, &format!("m{i}")).await);
    }
    desk.world
        .reply(&desk.hanako, &id, &all[0], "a reply")
        .unwrap();
    let texts = |answer: &Value| -> Vec<String> {
        answer["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["text"].as_str().unwrap().to_owned())
            .collect()
    };
    let page = desk
        .call(
            "conversations.history",
            json!({ "channel": id, "limit": 2 }),
        )
        .await;
    assert_eq!(
        (texts(&page), &page["has_more"]),
        (vec!["m4".to_owned(), "m3".to_owned()], &json!(true))
    );
    let next = &page["response_metadata"]["next_cursor"];
    let page = desk
        .call(
            "conversations.history",
            json!({ "channel": id, "limit": 2, "cursor": next }),
        )
        .await;
    assert_eq!(texts(&page), ["m2", "m1"]);
    let window = json!({ "channel": id, "oldest": all[1], "latest": all[3] });
    assert_eq!(
        texts(&desk.call("conversations.history", window).await),
        ["m2"]
    );
    let window = json!({ "channel": id, "oldest": all[1], "latest": all[3], "inclusive": true });
    assert_eq!(
        texts(&desk.call("conversations.history", window).await),
        ["m3", "m2", "m1"]
    );
    let thread = desk
        .call(
            "conversations.replies",
            json!({ "channel": id, "ts": all[0] }),
        )
        .await;
    assert_eq!(texts(&thread), ["m0", "a reply"]);
    let metadata = json!({ "event_type": "a", "event_payload": {} });
    desk.call(
        "chat.postMessage",
        json!({ "channel": id, "text": "n", "metadata": metadata }),
    )
    .await;
    let page = desk
        .call(
            "conversations.history",
            json!({ "channel": id, "limit": 1 }),
        )
        .await;
    assert!(page["messages"][0].get("metadata").is_none());
    let page = desk
        .call(
            "conversations.history",
            json!({ "channel": id, "limit": 1, "include_all_metadata": true }),
        )
        .await;
    assert_eq!(page["messages"][0]["metadata"], metadata);
    desk.world.kick_bot(&id);
    assert_eq!(
        desk.error("conversations.history", json!({ "channel": id }))
            .await,
        "not_in_channel"
    );
}

#[tokio::test]
async fn nobody_is_pinged_by_escaped_text() {
    let desk = desk().await;
    let id = desk.channel("general");
    let mrkdwn = |text: &str, verbatim: bool| json!([{ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": verbatim } }]);
    for (body, pings) in [
        (json!({ "text": "&lt;!channel&gt; @channel" }), 0),
        (json!({ "text": "<!channel> <@U1> <!subteam^S1>" }), 3),
        (json!({ "text": "@here", "link_names": true }), 1),
        (json!({ "text": "@here", "parse": "full" }), 1),
        (
            json!({ "text": "a", "blocks": mrkdwn("@channel", true) }),
            0,
        ),
        (
            json!({ "text": "a", "blocks": mrkdwn("@channel", false) }),
            1,
        ),
        (
            json!({ "text": "a", "attachments": [{ "blocks": mrkdwn("<!here>", true) }] }),
            1,
        ),
        (
            json!({ "text": "a", "blocks": [{ "type": "header", "text": { "type": "plain_text", "text": "<!here>" } }] }),
            0,
        ),
        (
            json!({ "text": "a", "blocks": [{ "type": "markdown", "text": "@everyone" }] }),
            1,
        ),
        (
            json!({ "text": "a", "blocks": [{ "type": "rich_text", "elements": [{ "type": "rich_text_section",
            "elements": [{ "type": "broadcast", "range": "here" }] }] }] }),
            1,
        ),
    ] {
        let before = desk.world.pings().len();
        let mut call = body.clone();
        call["channel"] = json!(id);
        assert_eq!(desk.error("chat.postMessage", call).await, "ok", "{body}");
        assert_eq!(desk.world.pings().len() - before, pings, "{body}");
    }
}

#[tokio::test]
async fn pins_bookmarks_and_reactions() {
    let desk = desk().await;
    let id = desk.channel("general");
    let ts = desk.post(&id, "a").await;
    let on = json!({ "channel": id, "timestamp": ts, "name": "eyes" });
    assert_eq!(desk.error("pins.add", on.clone()).await, "ok");
    assert_eq!(desk.error("pins.add", on.clone()).await, "already_pinned");
    assert_eq!(
        desk.call("pins.list", on.clone()).await["items"][0]["message"]["ts"],
        json!(ts)
    );
    assert_eq!(desk.error("reactions.add", on.clone()).await, "ok");
    assert_eq!(
        desk.error("reactions.add", on.clone()).await,
        "already_reacted"
    );
    assert_eq!(
        desk.call("reactions.get", on.clone()).await["message"]["reactions"][0]["count"],
        1
    );
    assert_eq!(desk.error("pins.remove", on.clone()).await, "ok");
    assert_eq!(desk.error("pins.remove", on).await, "no_pin");
    let bookmark =
        json!({ "channel_id": id, "title": "Issue", "type": "link", "link": "https://e.com" });
    assert_eq!(desk.error("bookmarks.add", bookmark).await, "ok");
    assert_eq!(
        desk.world.channel("general").unwrap().bookmarks[0].title,
        "Issue"
    );
}
