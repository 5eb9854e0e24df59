//! What is found in documents, and what is not.

use super::super::draft::{Given, draft};
use super::super::samples::{entries, incident, rules};
use super::super::template::{built_in, parse};
use super::*;

fn template(lang: Lang) -> Template {
    parse(built_in(lang), "T.md").unwrap()
}

fn drafted(lang: Lang) -> String {
    let rules = rules(lang);
    let incident = incident(&rules);
    let entries = entries();
    let given = Given {
        incident: &incident,
        entries: &entries,
        rules: &rules,
        workspace: None,
    };
    draft(&template(lang), &given)
}

/// A document in which everything is written.
fn written(lang: Lang) -> String {
    let mut out = String::new();
    for line in drafted(lang).lines() {
        let row = "| Retry less | prevent | @ana | 2021-10-31 | #12 |";
        if line == "|  |  |  |  |  |" {
            out.push_str(row);
        } else {
            out.push_str(line);
        }
        out.push('\n');
        let heading = line.starts_with("## ") || line.starts_with("### ");
        let parent = line.ends_with("Lessons learned") || line.ends_with("学んだこと");
        if heading && !parent {
            out.push_str("\nThis is what we know.\n");
        }
    }
    out
}

fn findings(document: &str, lang: Lang) -> Vec<Finding> {
    let rules = rules(lang);
    check(document, &template(lang), &incident(&rules), &rules)
}

fn said(document: &str, lang: Lang) -> Vec<String> {
    let all = findings(document, lang);
    all.iter()
        .map(|it| format!("{}:{} {}", it.line, it.column, it.say(lang)))
        .collect()
}

/// The line of the first of these words.
fn line_of(document: &str, words: &str) -> usize {
    document
        .lines()
        .position(|line| line.contains(words))
        .unwrap()
        + 1
}

#[test]
fn a_draft_says_what_is_to_be_written() {
    let draft = drafted(Lang::En);
    let all: Vec<String> = findings(&draft, Lang::En)
        .iter()
        .map(|it| it.say(Lang::En))
        .collect();
    assert_eq!(
        all,
        [
            "“Impact” is not written yet",
            "“Root causes” is not written yet",
            "“Trigger” is not written yet",
            "“Resolution” is not written yet",
            "“Detection” is not written yet",
            "there is no action item; where none is needed, say why",
            "“What went well” is not written yet",
            "“What went wrong” is not written yet",
            "“Where we got lucky” is not written yet",
        ]
    );
    let all = said(&drafted(Lang::Ja), Lang::Ja);
    let line = line_of(&drafted(Lang::Ja), "## 影響");
    assert_eq!(all[0], format!("{line}:1 「影響」がまだ書かれていません"));
    assert_eq!(all.len(), 9);
}

#[test]
fn a_document_that_is_written_is_fine() {
    for lang in [Lang::Ja, Lang::En] {
        assert_eq!(said(&written(lang), lang), [""; 0]);
    }
}

#[test]
fn who_says_why_there_is_nothing_to_do_needs_no_action() {
    let document = written(Lang::En);
    let table: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| Action"))
        .collect();
    let without = document
        .replace(table[0], "")
        .replace("| Retry less | prevent | @ana | 2021-10-31 | #12 |", "");
    let without = without.replace("| --- | --- | --- | --- | --- |", "");
    assert_eq!(said(&without, Lang::En), [""; 0]);
}

#[test]
fn a_section_that_is_gone_is_missed() {
    let document = written(Lang::En).replace("## Trigger\n", "");
    assert_eq!(
        said(&document, Lang::En),
        ["1:1 the section “Trigger” is missing"]
    );
    let document = written(Lang::Ja).replace("## 参考\n", "");
    assert_eq!(said(&document, Lang::Ja), [""; 0]);
}

#[test]
fn times_that_are_not_those_of_the_record_are_marked_with_what_they_should_be() {
    let document = written(Lang::En)
        .replace(
            "recovered: \"2021-09-30 15:48:32 +0900\"",
            "recovered: \"2021-09-30 15:40:00 +0900\"",
        )
        .replace(
            "| Detected | 2021-09-30 15:11:41 +0900 |",
            "| Detected | 2021-09-30 15:11 |",
        )
        .replace(
            "| First response | 2021-09-30 15:16:00 +0900 |",
            "| First response | soon |",
        );
    let all = findings(&document, Lang::En);
    let seen: Vec<_> = all
        .iter()
        .map(|it| (it.say(Lang::En), it.instead.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (
                "Recovered: the record says 2021-09-30 15:48:32 +0900".to_owned(),
                Some("recovered: \"2021-09-30 15:48:32 +0900\"")
            ),
            (
                "Detected: the record says 2021-09-30 15:11:41 +0900".to_owned(),
                Some("| Detected | 2021-09-30 15:11:41 +0900 |")
            ),
            (
                "“soon” is not read as a time; write it like 2021-09-30 15:12:41 +0900".to_owned(),
                None
            ),
        ]
    );
    assert_eq!(all[0].line as usize, line_of(&document, "recovered: "));
    assert_eq!(all[1].column, 14);
}

#[test]
fn a_row_that_is_out_of_order_is_marked() {
    let mut lines: Vec<String> = written(Lang::En).lines().map(str::to_owned).collect();
    let at = lines
        .iter()
        .position(|line| line.contains("became the handler"))
        .unwrap();
    lines[at] = lines[at].replace("15:16:00", "15:12:00");
    let document = lines.join("\n");
    assert_eq!(
        said(&document, Lang::En),
        [format!(
            "{}:3 this is not in order of time; the line above says 2021-09-30 15:16:00 +0900",
            at + 1
        )]
    );
}

#[test]
fn actions_have_an_owner_a_date_and_an_issue() {
    let rows = "| Retry less | prevent | 山田 | soon |  |\n| Look twice |  |  |  | acme/shop#3 |\n|  | detect | @ana |  |  |";
    let document =
        written(Lang::En).replace("| Retry less | prevent | @ana | 2021-10-31 | #12 |", rows);
    let line = line_of(&document, "Retry less");
    let all = findings(&document, Lang::En);
    let seen: Vec<_> = all
        .iter()
        .map(|it| (it.line as usize - line, it.weight, it.say(Lang::En)))
        .collect();
    let wrong = |nth, words: &str| (nth, Weight::Failure, words.to_owned());
    assert_eq!(
        seen,
        [
            wrong(0, "“Retry less”: `山田` is not read as somebody on GitHub; write @login"),
            wrong(0, "“Retry less”: `soon` is not read as a date; write it like 2021-10-31"),
            (
                0,
                Weight::Notice,
                "“Retry less” has no issue or pull request; sssbot opens an issue when this is merged".to_owned()
            ),
            wrong(1, "“Look twice” has no owner"),
            wrong(1, "“Look twice” has no due date"),
            wrong(2, "what is to be done is missing"),
        ]
    );
}

#[test]
fn every_sentence_is_there_in_both_languages() {
    for saying in Writing::ALL {
        let (ja, en) = (saying.say(Lang::Ja), saying.say(Lang::En));
        assert!(!ja.is_empty() && !en.is_empty());
        let holes = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
                .collect();
            found.sort();
            found
        };
        assert_eq!(holes(ja), holes(en), "{ja}");
    }
}

#[test]
fn a_document_that_is_much_too_long_is_not_read() {
    assert_eq!(
        said(&"x".repeat(1_000_001), Lang::Ja),
        ["1:1 長すぎて読めません"]
    );
}
