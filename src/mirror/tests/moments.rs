//! Small things that one person does in one moment, told together.

use serde_json::json;

use super::*;

#[test]
fn labels_of_one_moment_are_one_message() {
    let text = said(&[
        ("issues", label("labeled", "b")),
        ("issues", label("labeled", "a")),
        ("issues", label("unlabeled", "c")),
    ]);
    assert_eq!(
        text,
        "🏷️ @hanako-dev updated [shop#12 #shop-20210101i checkout is slow]: \
         labelled a, b; unlabelled c"
    );
    let later = json!({"issue": {"updated_at": "2021-01-01T01:11:01Z"}});
    let notes = notes(&[
        ("issues", label("labeled", "a")),
        ("issues", with(label("labeled", "b"), later)),
    ]);
    assert_ne!(notes[0].key, notes[1].key);
}

#[test]
fn people_within_a_sentence_are_named_politely() {
    let asked = with(
        on_pull("review_requested"),
        json!({"requested_reviewer": user("sora")}),
    );
    let said = |lang| plain(&compose(&joined(&[("pull_request", asked.clone())]), lang).unwrap());
    assert_eq!(
        said(Lang::Ja),
        "📋 @taro-k さんが [shop#13 Cache the prices] のレビューを @sora さんに依頼しました"
    );
    assert_eq!(
        said(Lang::En),
        "📋 @taro-k requested a review of [shop#13 Cache the prices] from @sora"
    );
}

#[test]
fn threads_of_one_moment_are_one_message() {
    let at = |seconds: i64| {
        now()
            .saturating_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap()
    };
    let note = |action: &str, line: u64, seconds: i64| {
        let over = json!({"thread": {"comments": [{
            "id": line, "path": "src/cart.rs", "line": line, "user": user("sora"),
            "html_url": format!("https://github.com/acme/shop/pull/13#discussion_r{line}"),
            "body": "Too slow?\nI think so."}]}});
        let payload = with(thread(action), over);
        let reading = read("pull_request_review_thread", &payload, at(seconds), &me());
        reading.unwrap().unwrap().notes.remove(0)
    };
    let said = |notes: Vec<Note>| {
        let mut notes = notes.into_iter();
        let mut doc = Document::new(notes.next().unwrap());
        for note in notes {
            assert_eq!(note.key, doc.key);
            doc.merge(note);
        }
        plain(&compose(&doc, Lang::En).unwrap())
    };
    assert_eq!(
        said(vec![note("resolved", 7, 0), note("resolved", 9, 1)]),
        "☑️ @taro-k resolved 2 threads in [shop#13 Cache the prices]\n\
         - [src/cart.rs:7] @sora: Too slow?\n- [src/cart.rs:9] @sora: Too slow?"
    );
    // However often one mind changes, the last word counts.
    let wavering = vec![
        note("resolved", 7, 0),
        note("unresolved", 7, 1),
        note("resolved", 7, 2),
        note("unresolved", 9, 3),
    ];
    assert_eq!(
        said(wavering),
        "↩️ @taro-k updated 2 threads in [shop#13 Cache the prices]\n\
         - resolved: [src/cart.rs:7] @sora: Too slow?\n- reopened: [src/cart.rs:9] @sora: Too slow?"
    );
    assert_ne!(note("resolved", 7, 0).key, note("resolved", 7, 3600).key);
}
