//! The incidents as CSV (RFC 4180), one a line, safe to open in a spreadsheet.
//!
//! | column | what |
//! |---|---|
//! | `channel`, `number`, `url`, `title` | the channel's name, the issue, and what it was about |
//! | `service`, `type`, `level` | as the playbook calls them by id and number; empty where nobody said |
//! | `drill`, `state` | `true` or `false`; `declared`, `responding`, `recovered`, `resolved`, `archived` |
//! | `opened_at` … `resolved_at` | RFC 3339, in UTC; empty where not on record |
//! | `detect_seconds` … `resolve_seconds` | whole seconds; empty where not known |
//! | `people` | how many took part |
//! | `open_actions` | how many action items are still to be done |

use jiff::Timestamp;

use super::row::{Measure, Row};
use super::tally::Report;

/// The columns. New ones come at the end.
const COLUMNS: [&str; 20] = [
    "channel",
    "number",
    "url",
    "service",
    "type",
    "level",
    "drill",
    "state",
    "title",
    "opened_at",
    "detected_at",
    "responded_at",
    "recovered_at",
    "resolved_at",
    "detect_seconds",
    "respond_seconds",
    "recover_seconds",
    "resolve_seconds",
    "people",
    "open_actions",
];

/// The incidents of a report, the newest first, with a line of names above. Lines end in CRLF.
pub fn csv(report: &Report<'_>) -> String {
    let mut out = COLUMNS.join(",");
    out.push_str("\r\n");
    for row in &report.rows {
        out.push_str(&line(row).join(","));
        out.push_str("\r\n");
    }
    out
}

fn line(row: &Row) -> [String; COLUMNS.len()] {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    let took = |measure| {
        row.took(measure)
            .map(|it| it.to_string())
            .unwrap_or_default()
    };
    [
        text(&row.channel),
        row.number.to_string(),
        text(&row.url),
        text(row.service.as_str()),
        text(row.kind.as_ref().map_or("", |kind| kind.as_str())),
        row.level.map(|level| level.to_string()).unwrap_or_default(),
        row.drill.to_string(),
        row.state.word().to_owned(),
        text(&row.title),
        row.opened.to_string(),
        time(row.detected),
        time(row.responded),
        time(row.recovered),
        time(row.resolved),
        took(Measure::Detect),
        took(Measure::Respond),
        took(Measure::Recover),
        took(Measure::Resolve),
        row.people.to_string(),
        row.left.to_string(),
    ]
}

/// What people wrote, so that it stays a text: a spreadsheet takes what begins with one of these
/// for a formula and runs it, in their full-width forms too. With an apostrophe in front it does
/// not.
fn text(said: &str) -> String {
    let formula = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%'
        )
    };
    let first = said.trim_start().chars().next();
    let runs = first.is_some_and(formula) || said.starts_with(['\t', '\r', '\n']);
    let said = if runs {
        format!("'{said}")
    } else {
        said.to_owned()
    };
    let odd = |c: char| matches!(c, ',' | ';' | '"' | '\'' | '\r' | '\n' | '\t');
    match said.contains(odd) || said.trim() != said {
        true => format!("\"{}\"", said.replace('"', "\"\"")),
        false => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_one_field_and_never_runs() {
        for (said, wanted) in [
            ("plain", "plain"),
            ("決済が通らない", "決済が通らない"),
            ("a, b", "\"a, b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "\"'=1+1\""),
            (" =1+1", "\"' =1+1\""),
            ("＝HYPERLINK()", "\"'＝HYPERLINK()\""),
            ("@SUM(1)", "\"'@SUM(1)\""),
            ("-1", "\"'-1\""),
            ("\t=1", "\"'\t=1\""),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(text(said), wanted, "{said:?}");
        }
    }
}
