//! What is written again, and what of people stays.
#![allow(clippy::unwrap_used)]

use super::marks::says_so;
use super::*;
use crate::i18n::Lang;
use crate::incident::{Declaration, Fact, Mark, Moment, fold, mark};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mark(fact: Fact) -> Mark {
    Mark {
        key: "a:C1:1.2".into(),
        at: time("2021-09-30T06:48:40Z"),
        who: Who::on_github("hanako"),
        via: Via::Slack,
        fact,
    }
}

#[test]
fn a_comment_is_written_again_only_where_it_says_something_else() {
    let recovered = |at: &str| {
        mark(Fact::Moment {
            moment: Moment::Recovered,
            time: Some(time(at)),
            link: None,
            was: None,
        })
    };
    let wanted = recovered("2021-09-30T06:48:32.5Z");
    let body = mark::write(&wanted, Lang::En, &jiff::tz::TimeZone::UTC);
    assert!(says_so(&mark::read(&body).unwrap(), &wanted));
    let corrected = mark::read(&body.replace("06:48:32 +0000", "06:30:00 +0000")).unwrap();
    assert!(says_so(&corrected, &wanted), "their correction stays");
    assert!(!says_so(&corrected, &recovered("2021-09-30T06:30:00Z")));
    let level = |level| mark(Fact::Level { level: Some(level) });
    assert!(says_so(&level(3), &level(3)) && !says_so(&level(3), &level(2)));
}

#[test]
fn the_text_keeps_what_people_wrote_and_ticked() {
    let rules = Rules::default();
    let declared = mark(Fact::Declared(Declaration {
        level: Some(2),
        channel: Some("incident-20210930i".to_owned()),
        ..Declaration::new("incident", "決済")
    }));
    let entries = [Entry::marked(declared, false)];
    let mut incident = fold(&entries, &rules).unwrap();
    let opened = shown(
        &"acme/postmortem".into(),
        8,
        What::Opened(Opened {
            repo: "acme/postmortem".into(),
            number: 8,
            url: String::new(),
            title: incident.title(),
            body: view::new_body(&incident, &rules),
            ours: true,
        }),
        time("2021-09-30T06:50:00Z"),
    );
    let What::Opened(Opened { body, .. }) = &opened.what else {
        panic!();
    };
    let body = format!("Ours.\r\n{}\r\nMore.", body.replace('\n', "\r\n"));
    incident = fold(&[entries[0].clone(), opened.clone()], &rules).unwrap();
    assert_eq!(body_to_be(&incident, &body, &rules), None);
    // Somebody ticks a box while the summary changes: both hold.
    let ticked = body.replacen("- [ ]", "- [x]", 1);
    let summary = mark(Fact::Summary {
        text: "決済と検索".to_owned(),
    });
    let summary = Mark {
        key: "k".into(),
        ..summary
    };
    let all = [entries[0].clone(), opened, Entry::marked(summary, true)];
    let incident = fold(&all, &rules).unwrap();
    let next = body_to_be(&incident, &ticked, &rules).unwrap();
    assert!(
        next.starts_with("Ours.\r\n") && next.ends_with("\r\nMore."),
        "{next}"
    );
    assert!(next.contains("決済と検索"), "{next}");
    assert_eq!(view::ticked(&next), view::ticked(&ticked));
    assert_eq!(view::ticked(&next).len(), 1);
    assert_eq!(body_to_be(&incident, &next, &rules), None);
}
