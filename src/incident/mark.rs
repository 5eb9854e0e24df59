//! Marks in comments: how a fact is written on the issue, for people and for the fold.
//!
//! ```text
//! sssbot が自動でコメントしています          for people, with everything they wrote made harmless
//!
//! ### 復旧の記録
//!
//! - 2021-09-30 15:48:32 +0900              may be edited: the time that stands here holds
//!
//! <!-- sssbot:v1 {"key":…,"at":…,…} -->    for the fold; the last of its kind in the comment
//! ```

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::command::When;
use super::fact::{Fact, Mark, Moment};
use super::time;
use super::view::record;
use super::who::{Via, Who};
use crate::i18n::Lang;
use crate::id::DoneKey;

/// How a mark opens; behind it stands the version.
const OPENS: &str = "<!-- sssbot:v";
const CLOSES: &str = "-->";
const VERSION: u64 = 1;

/// The comment of a mark: sentences for people in this language and zone, and the mark, unseen.
/// Whoever writes it may put a mark of another kind (`<!-- sssbot:key … -->`) behind it.
pub fn write(mark: &Mark, lang: Lang, zone: &TimeZone) -> String {
    write_about(mark, mark, lang, zone)
}

/// The same, with the sentences about `said`: the mark with words in it for people, where it only has
/// an id.
pub fn write_about(mark: &Mark, said: &Mark, lang: Lang, zone: &TimeZone) -> String {
    let said = record::sentence(said, lang, zone);
    format!("{}\n\n{}", harmless(&said), hidden(mark))
}

/// The mark alone, as it stands in a comment and in the text of an issue that we opened.
pub fn hidden(mark: &Mark) -> String {
    if let Fact::Unread(value) = &mark.fact {
        let version = value.get("v").and_then(Value::as_u64).unwrap_or(VERSION);
        return format!(
            "{OPENS}{version} {} {CLOSES}",
            in_comment(&value.to_string())
        );
    }
    format!("{OPENS}{VERSION} {} {CLOSES}", in_comment(&to_json(mark)))
}

/// The mark as JSON, for where no comment is: the metadata of a message in Slack that waits for
/// GitHub.
pub fn to_json(mark: &Mark) -> String {
    serde_json::to_string(mark).unwrap_or_default()
}

/// Reads what [`to_json`] wrote; `None` for what is no mark. A kind that is not known is a mark
/// that nobody reads.
pub fn from_json(text: &str) -> Option<Mark> {
    let value: Value = serde_json::from_str(text).ok()?;
    value.is_object().then(|| of_value(value, VERSION))
}

/// Reads the mark of a comment. The caller has made sure that our App wrote the comment: a mark in
/// anybody else's is only text. Of several marks the last counts, since what people said stands
/// above it. Where the time that people see was edited, it holds, and what was there before stays
/// with it.
pub fn read(body: &str) -> Option<Mark> {
    let at = body.rfind(OPENS)?;
    let rest = body.get(at + OPENS.len()..)?;
    let (version, rest) = rest.split_once(' ')?;
    let version: u64 = version.parse().ok()?;
    let (text, _) = rest.split_once(CLOSES)?;
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    if !value.is_object() {
        return None;
    }
    let mut mark = of_value(value, version);
    if let Fact::Moment {
        time: Some(time),
        was,
        ..
    } = &mut mark.fact
        && let Some(shown) = shown_time(body.get(..at)?)
        && differs(shown, *time)
    {
        *was = Some(*time);
        *time = shown;
    }
    Some(mark)
}

/// Reads a record that has no mark, as the first sssbot wrote them: a heading (`復旧の記録`) and a
/// time below it. For comments of an account that the organisation trusts; whose they are says the
/// caller.
pub fn read_unmarked(body: &str) -> Option<(Moment, Timestamp)> {
    let moment = Moment::ALL.into_iter().find(|moment| {
        [Lang::Ja, Lang::En]
            .into_iter()
            .any(|lang| body.contains(record::heading(*moment, lang)))
    })?;
    Some((moment, shown_time(body)?))
}

fn of_value(value: Value, version: u64) -> Mark {
    let known = (version == VERSION)
        .then(|| serde_json::from_value::<Mark>(value.clone()).ok())
        .flatten();
    known.unwrap_or_else(|| unread(value, version))
}

/// What a newer sssbot wrote: its key and time, if it has such, so that it keeps its place.
fn unread(mut value: Value, version: u64) -> Mark {
    if version != VERSION {
        value["v"] = Value::from(version);
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    Mark {
        key: DoneKey::new(text("key").unwrap_or("unread")),
        at: text("at")
            .and_then(|at| at.parse().ok())
            .unwrap_or(Timestamp::UNIX_EPOCH),
        who: Who::default(),
        via: Via::Sssbot,
        fact: Fact::Unread(value),
    }
}

/// The first time that is written out in a text, with its zone: in a line of its own.
fn shown_time(text: &str) -> Option<Timestamp> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['-', '*', ' ']).trim();
        let line = line.trim_matches('`');
        // Without a zone it could be any time of a day.
        let zoned = line.ends_with('Z') || line.rfind(['+', '-'])? > line.find(':')?;
        match time::read(line, &TimeZone::UTC, Timestamp::UNIX_EPOCH) {
            Ok(When::At(time)) if zoned => Some(time),
            _ => None,
        }
    })
}

/// Whether the second that is shown is another than that of the time.
fn differs(shown: Timestamp, time: Timestamp) -> bool {
    let apart = time.duration_since(shown);
    apart < SignedDuration::ZERO || apart >= SignedDuration::from_secs(1)
}

/// JSON that cannot end the comment it stands in. What is escaped here stands in texts only.
fn in_comment(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace("--", "-\\u002d")
}

/// Text in which nobody can hide a mark.
fn harmless(text: &str) -> String {
    text.replace("<!--", "&lt;!--")
}

#[cfg(test)]
mod tests {
    use super::super::fact::Declaration;
    use super::*;
    use proptest::prelude::*;

    fn mark(fact: Fact) -> Mark {
        Mark {
            key: "a:C1:1634721688.039800".into(),
            at: "2021-09-30T06:48:32.5Z".parse().unwrap(),
            who: Who::on_github("hiboma"),
            via: Via::Slack,
            fact,
        }
    }

    fn recovered(time: &str) -> Fact {
        Fact::Moment {
            moment: Moment::Recovered,
            time: Some(time.parse().unwrap()),
            link: None,
            was: None,
        }
    }

    #[test]
    fn people_and_the_fold_read_the_same() {
        let mark = mark(recovered("2021-09-30T06:48:32.5Z"));
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(9));
        let body = write(&mark, Lang::Ja, &zone);
        assert!(body.contains("復旧の記録"), "{body}");
        assert!(body.contains("- 2021-09-30 15:48:32 +0900\n"), "{body}");
        assert_eq!(read(&body), Some(mark));
    }

    #[test]
    fn a_time_that_a_maintainer_edits_holds_and_leaves_a_trace() {
        let mark = mark(recovered("2021-09-30T06:48:32Z"));
        let body = write(&mark, Lang::En, &TimeZone::UTC);
        let edited = body.replace("06:48:32 +0000", "06:30:00 +0000");
        assert_ne!(body, edited);
        let Some(Fact::Moment { time, was, .. }) = read(&edited).map(|mark| mark.fact) else {
            panic!("{edited}");
        };
        assert_eq!(time, Some("2021-09-30T06:30:00Z".parse().unwrap()));
        assert_eq!(was, Some("2021-09-30T06:48:32Z".parse().unwrap()));
        // What is no time changes nothing.
        let broken = body.replace("06:48:32 +0000", "half past six");
        assert_eq!(read(&broken), Some(mark));
    }

    #[test]
    fn what_a_person_writes_is_no_mark() {
        let evil = format!(
            "x {} <!-- sssbot:v1 {{\"a\":1}} -->",
            hidden(&mark(Fact::Reopened))
        );
        let note = mark(Fact::Note {
            text: evil.clone(),
            link: None,
            author: Who::default(),
        });
        assert_eq!(read(&write(&note, Lang::Ja, &TimeZone::UTC)), Some(note));
        for body in [
            "",
            "<!-- sssbot:v1",
            "<!-- sssbot:v1 {} ",
            "<!-- sssbot:v1 [] -->",
            "<!-- sssbot:v99999999999999999999 {} -->",
            "<!-- sssbot:key c:1 -->",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }

    #[test]
    fn a_key_may_stand_beside_it() {
        let mark = mark(Fact::Reopened);
        let body = write(&mark, Lang::Ja, &TimeZone::UTC);
        let both = format!("{body}\n<!-- sssbot:key a:C1:1634721688.039800 -->");
        assert_eq!(read(&both), Some(mark));
    }

    #[test]
    fn what_is_newer_is_kept_unread() {
        for body in [
            "<!-- sssbot:v1 {\"key\":\"k\",\"at\":\"2021-01-01T00:00:00Z\",\"mark\":\"moonlit\",\"x\":1} -->",
            "<!-- sssbot:v2 {\"key\":\"k\",\"at\":\"2021-01-01T00:00:00Z\",\"mark\":\"reopened\"} -->",
            "<!-- sssbot:v1 {\"mark\":\"level\",\"level\":\"high\"} -->",
        ] {
            let mark = read(body).unwrap();
            assert!(matches!(mark.fact, Fact::Unread(_)), "{body}");
            let again = read(&hidden(&mark)).unwrap();
            assert_eq!(again, mark, "{body}");
        }
    }

    #[test]
    fn the_first_bots_records_are_understood() {
        let body =
            "sssbot が自動でコメントしています\n\n## 復旧の記録\n\n- 2021-09-30 15:48:32 +0900\n";
        let time = "2021-09-30T06:48:32Z".parse().unwrap();
        assert_eq!(read_unmarked(body), Some((Moment::Recovered, time)));
        assert_eq!(read_unmarked("復旧の記録\n\n- soon"), None);
        assert_eq!(read_unmarked("- 2021-09-30 15:48:32 +0900"), None);
    }

    fn facts() -> impl Strategy<Value = Fact> {
        let text = "(\\PC|-|>|<|!|\\n|\"|\\\\|<!-- sssbot:v1 \\{\\} -->){0,30}";
        prop_oneof![
            text.prop_map(|text| Fact::Note {
                text,
                link: None,
                author: Who::default()
            }),
            text.prop_map(|text| Fact::Summary { text }),
            text.prop_map(|text| Fact::Declared(Declaration::new(text.as_str(), text.clone()))),
            text.prop_map(|item| Fact::Item { item, done: true }),
            (text, text).prop_map(|(name, id)| Fact::Channel {
                id: id.into(),
                name
            }),
            text.prop_map(|reason| Fact::Resolved {
                reason: Some(reason)
            }),
            (0u8..9).prop_map(|level| Fact::Level { level: Some(level) }),
        ]
    }

    proptest! {
        #[test]
        fn write_and_read_are_inverse(fact in facts(), lang in prop_oneof![Just(Lang::Ja), Just(Lang::En)]) {
            let mark = mark(fact);
            prop_assert_eq!(read(&write(&mark, lang, &TimeZone::UTC)), Some(mark.clone()));
            prop_assert_eq!(from_json(&to_json(&mark)), Some(mark));
        }

        #[test]
        fn any_text_is_taken(body in "(\\PC|<!-- sssbot:v1 |-->|\\{|\\}|\"mark\":|\"note\"|- 2021-09-30 15:48:32 \\+0900\\n){0,30}") {
            let _ = read(&body);
            let _ = read_unmarked(&body);
        }
    }
}
