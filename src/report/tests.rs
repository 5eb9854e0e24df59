//! The report as a whole: sums, order, odd times, and that the ways to show it agree.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::playbook::Playbook;

pub(super) fn row(number: u64, opened: &str) -> Row {
    Row {
        channel: format!("shop-{number}i"),
        number,
        url: format!("https://github.example/acme/postmortem/issues/{number}"),
        service: "shop".into(),
        level: Some(1),
        kind: None,
        drill: false,
        title: format!("決済 {number}"),
        opened: opened.parse().unwrap(),
        detected: None,
        responded: None,
        recovered: None,
        resolved: None,
        people: 2,
        left: 0,
        state: State::Declared,
    }
}

fn time(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

#[test]
fn times_are_counted_from_the_detection_or_else_the_declaration() {
    let mut row = row(1, "2026-01-01T00:10:00Z");
    row.recovered = time("2026-01-01T00:40:00Z");
    assert_eq!(row.took(Measure::Recover), Some(1800));
    assert_eq!(row.took(Measure::Detect), None);
    row.detected = time("2026-01-01T00:00:00Z");
    assert_eq!(row.took(Measure::Detect), Some(600));
    assert_eq!(row.took(Measure::Recover), Some(2400));
    // What lies before its start is not known; the same moment is no time at all, and known.
    row.responded = time("2025-12-31T23:59:59Z");
    assert_eq!(row.took(Measure::Respond), None);
    row.responded = row.detected;
    assert_eq!(row.took(Measure::Respond), Some(0));
}

#[test]
fn drills_are_apart_and_months_are_those_of_the_zone_without_gaps() {
    let mut rows = vec![
        row(1, "2025-12-31T15:00:00Z"),
        row(2, "2026-03-15T00:00:00Z"),
        row(3, "2026-03-16T00:00:00Z"),
    ];
    rows[2].drill = true;
    rows[2].people = 100;
    let report_of = |filter: &Filter| {
        let report = report(&rows, filter, &tokyo());
        let months: Vec<(String, usize)> = report
            .months
            .iter()
            .map(|group| {
                let Key::Month(month) = &group.key else {
                    panic!("a month")
                };
                (month.to_string(), group.count)
            })
            .collect();
        (
            report.all.count,
            report.apart,
            report.all.people.most,
            months,
        )
    };
    let month = |name: &str, count| (name.to_owned(), count);
    assert_eq!(
        report_of(&Filter::default()),
        (
            2,
            1,
            Some(2),
            vec![
                month("2026-01", 1),
                month("2026-02", 0),
                month("2026-03", 1)
            ]
        )
    );
    let drills = Filter {
        drills: true,
        ..Filter::default()
    };
    assert_eq!(
        report_of(&drills),
        (1, 2, Some(100), vec![month("2026-03", 1)])
    );
    let january = Filter {
        to: Some("2026-01-31".parse().unwrap()),
        ..Filter::default()
    };
    assert_eq!(report_of(&january).0, 1);
}

#[test]
fn the_files_say_the_same_as_the_report() {
    let mut rows = vec![
        row(1, "2026-01-01T00:00:00Z"),
        row(2, "2026-01-02T00:00:00Z"),
    ];
    rows[0].recovered = time("2026-01-01T01:00:00Z");
    rows[0].left = 3;
    rows[1].title = "=cmd|' /C calc'!A0".to_owned();
    let (playbook, repo) = (Playbook::default(), RepoName::from("acme/postmortem"));
    let look = Look {
        lang: Lang::En,
        playbook: &playbook,
        repo: &repo,
        made: "2026-02-01T00:00:00Z".parse().unwrap(),
    };
    let report = report(&rows, &Filter::default(), &tokyo());
    let file = csv(&report);
    let lines: Vec<&str> = file.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{file}");
    assert!(lines[1].contains(",\"'=cmd|' /C calc'!A0\","), "{file}");
    assert!(lines[2].ends_with(",3600,,2,3"), "{file}");
    let file = json(&report, &look);
    assert_eq!(file["all"]["times"]["recover"]["known"], 1);
    assert_eq!(file["all"]["times"]["recover"]["median_seconds"], 3600);
    assert_eq!(
        file["all"]["times"]["detect"]["median_seconds"],
        serde_json::Value::Null
    );
    assert_eq!(file["incidents"][1]["seconds"]["recover"], 3600);
    assert_eq!(file["incidents"][1]["open_actions"], 3);
    assert_eq!(file["time_zone"], "Asia/Tokyo");
    let file = table(&report, &look);
    assert!(file.contains("#shop-1i"), "{file}");
    assert!(file.contains("1 h"), "{file}");
}

fn wild_rows() -> impl Strategy<Value = Vec<Row>> {
    let time = || {
        prop_oneof![
            3 => (1_600_000_000_i64..1_800_000_000).prop_map(|s| Timestamp::from_second(s).unwrap()),
            1 => Just(Timestamp::MIN),
            1 => Just(Timestamp::MAX),
            1 => Just(Timestamp::UNIX_EPOCH),
        ]
    };
    let maybe = move || proptest::option::of(time());
    let one = (
        (
            0_u64..500,
            "[a-z]{1,2}",
            proptest::option::of(0_u8..4),
            proptest::option::of("[a-z]"),
        ),
        (any::<bool>(), "\\PC{0,20}", time(), 0_usize..50),
        (maybe(), maybe(), maybe(), maybe()),
    );
    let one = one.prop_map(|(a, b, c)| {
        let mut row = row(a.0, "2026-01-01T00:00:00Z");
        (row.service, row.level, row.kind) = (a.1.into(), a.2, a.3.map(Into::into));
        (row.drill, row.title, row.opened, row.people) = b;
        (row.detected, row.responded, row.recovered, row.resolved) = c;
        row.url = format!("{}/{:?}", row.url, (&row.title, row.opened, row.detected));
        row
    });
    proptest::collection::vec(one, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sums_agree_whatever_the_rows(rows in wild_rows(), drills: bool) {
        let filter = Filter { drills, ..Filter::default() };
        let report = report(&rows, &filter, &tokyo());
        prop_assert_eq!(report.all.count + report.apart, rows.len());
        for groups in [&report.services, &report.levels, &report.types, &report.months] {
            prop_assert_eq!(groups.iter().map(|g| g.count).sum::<usize>(), report.all.count);
            prop_assert_eq!(groups.iter().map(|g| g.open).sum::<usize>(), report.all.open);
            for measure in Measure::ALL {
                let all = report.all.time(measure);
                let known: usize = groups.iter().map(|g| g.time(measure).known).sum();
                prop_assert_eq!(known, all.known);
                prop_assert_eq!(all.known + all.unknown, report.all.count);
                // Nothing is counted as 0 that was not 0.
                let least = report.rows.iter().filter_map(|row| row.took(measure)).min();
                prop_assert!(all.median >= least && all.mean >= least && all.p90 >= all.median);
            }
            for group in groups {
                let picked = super::report(&rows, &group.key.within(&filter), &tokyo());
                prop_assert_eq!(picked.all.count, group.count);
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in wild_rows(), turn in 0_usize..40) {
        let mut turned = rows.clone();
        let by = turn % turned.len().max(1);
        turned.rotate_left(by);
        turned.dedup();
        let mut rows = rows;
        rows.dedup();
        prop_assume!(rows.len() == turned.len());
        let report_of = |rows: &[Row]| {
            let report = report(rows, &Filter::default(), &tokyo());
            (csv(&report), format!("{:?}", (&report.all, &report.services, &report.months)))
        };
        prop_assert_eq!(report_of(&rows), report_of(&turned));
    }

    #[test]
    fn whatever_is_in_a_row_every_page_can_be_made(rows in wild_rows(), ja: bool) {
        let (playbook, repo) = (Playbook::default(), RepoName::from("acme/postmortem"));
        let look = Look {
            lang: if ja { Lang::Ja } else { Lang::En },
            playbook: &playbook,
            repo: &repo,
            made: "2026-02-01T00:00:00Z".parse().unwrap(),
        };
        let report = report(&rows, &Filter::default(), &tokyo());
        prop_assert_eq!(json(&report, &look)["incidents"].as_array().unwrap().len(), report.rows.len());
        let shown = table(&report, &look);
        let escape = char::from(27);
        prop_assert!(!shown.contains(escape));
        for page in [Page::File, Page::Served { address: "/insights", page: 1, wrong: &[] }] {
            let page = html(&report, &look, &page);
            prop_assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
        }
    }
}
