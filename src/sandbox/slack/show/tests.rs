//! Blocks as they are shown.

use super::*;
use serde_json::json;

fn blocks() -> Vec<Value> {
    vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": "a <b>"}}),
        json!({"type": "section", "text": {"type": "mrkdwn", "text": "*x* <@U1>"},
            "accessory": {"type": "button", "action_id": "go\"", "style": "danger",
                "text": {"type": "plain_text", "text": "押す :fire:"}}}),
        json!({"type": "divider"}),
        json!({"type": "context", "elements": [
            {"type": "mrkdwn", "text": "<https://e.com|more>"},
            {"type": "plain_text", "text": "*as it is*"}]}),
        json!({"type": "rich_text", "elements": [
            {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [
                {"type": "rich_text_section", "elements": [
                    {"type": "text", "text": "one", "style": {"bold": true}}]}]}]}),
        json!({"type": "table", "rows": [[
            {"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]}),
    ]
}

#[test]
fn as_a_transcript() {
    assert_eq!(
        blocks_text(&blocks(), &Names::default(), Links::Shown),
        "# a <b>\nx @U1\n[押す 🔥]\n---\nmore <https://e.com> *as it is*\n  • one\n| a | b |"
    );
}

#[test]
fn as_a_page() {
    let html = blocks_html(&blocks(), &Names::default());
    assert!(html.starts_with("<div class=\"header\">a &lt;b&gt;</div>"));
    assert!(html.contains("class=\"control danger\" data-action=\"go&quot;\""));
    assert!(html.contains("<li class=\"depth-1\">• <b>one</b></li>"));
}
