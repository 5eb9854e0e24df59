//! Facts that arrive in any order, and twice.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// The notes of one review's whole life, each with a rev of its own.
fn life_of_a_review() -> Vec<Note> {
    let at = |time: &str, over: Value| {
        with(
            over,
            json!({"comment": {"updated_at": format!("2021-01-01T{time}Z")}}),
        )
    };
    let dismissed = json!({"pull_request": {"updated_at": "2021-01-01T03:00:00Z"}});
    notes(&[
        (
            "pull_request_review",
            review("submitted", "approved", json!("Good")),
        ),
        (
            "pull_request_review",
            with(review("dismissed", "dismissed", json!("Good")), dismissed),
        ),
        (
            "pull_request_review_comment",
            review_comment("created", 1, "a.rs", 1),
        ),
        (
            "pull_request_review_comment",
            at("02:31:00", review_comment("edited", 1, "a.rs", 1)),
        ),
        (
            "pull_request_review_comment",
            review_comment("created", 2, "b.rs", 1),
        ),
        (
            "pull_request_review_comment",
            at("02:33:00", review_comment("edited", 2, "b.rs", 1)),
        ),
        (
            "pull_request_review_comment",
            at("02:33:00", review_comment("deleted", 2, "b.rs", 1)),
        ),
    ])
}

proptest! {
    #[test]
    fn any_order_of_arrival_comes_to_the_same(
        order in Just((0..7).chain(0..7).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let notes = life_of_a_review();
        let mut straight = Document::new(notes[0].clone());
        for note in &notes[1..] {
            straight.merge(note.clone());
        }
        let mut shuffled = Document::new(notes[order[0]].clone());
        for n in &order[1..] {
            let (rev, before) = (shuffled.rev(), shuffled.clone());
            let changed = shuffled.merge(notes[*n].clone());
            prop_assert_eq!(changed, shuffled != before);
            prop_assert_eq!(shuffled.parts != before.parts, shuffled.rev() > rev);
        }
        prop_assert_eq!(&shuffled, &straight);
        for lang in [Lang::En, Lang::Ja] {
            prop_assert_eq!(compose(&shuffled, lang), compose(&straight, lang));
        }
    }
}

proptest! {
    #[test]
    fn what_was_said_stays_until_all_of_it_is_known_again(
        order in Just((0..7).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let notes = life_of_a_review();
        let mut whole = Document::new(notes[0].clone());
        for note in &notes[1..] {
            whole.merge(note.clone());
        }
        let mut again = Document::restored(whole.key.clone(), whole.at);
        again.said = whole.rev();
        prop_assert!(again.is_partial());
        for n in &order {
            again.merge(notes[*n].clone());
            prop_assert!(again.tells(&notes[*n]));
            prop_assert_eq!(again.rev(), whole.rev(), "nothing newer than what was said");
            prop_assert_eq!(again.is_partial(), again.parts != whole.parts);
        }
        prop_assert_eq!(&again.parts, &whole.parts);
    }
}

#[test]
fn of_two_equally_new_the_later_arrival_wins() {
    let mut notes = notes(&[
        ("issues", label("labeled", "a")),
        ("issues", label("unlabeled", "a")),
    ]);
    let off = notes.remove(1);
    let on = notes.remove(0);
    let mut doc = Document::new(on.clone());
    let before = doc.rev();
    assert!(doc.merge(off.clone()));
    assert_eq!(doc.rev(), before + 1);
    assert!(!doc.merge(off) && !doc.merge(on));
    let text = plain(&compose(&doc, Lang::En).unwrap());
    assert!(text.contains("removed a from the labels"), "{text}");
}
