//! The report for a terminal.

use unicode_width::UnicodeWidthStr;

use super::figures::Figures;
use super::look::Look;
use super::row::Measure;
use super::span;
use super::tally::{Group, Report};
use crate::i18n::report::{Saying, fill};

/// How many incidents are listed; all are in the other formats.
const LISTED: usize = 20;
/// The widest that a title is shown, in columns of a terminal.
const TITLE: usize = 40;

/// The report as plain text, in columns that line up where Japanese is twice as wide.
pub fn table(report: &Report<'_>, look: &Look<'_>) -> String {
    let lang = look.lang;
    let mut out = String::new();
    let mut put = |line: &str| {
        out.push_str(line.trim_end());
        out.push('\n');
    };
    let zone = report.zone.iana_name().unwrap_or("UTC");
    let made = span::minute(look.made, &report.zone);
    put(look.say(Saying::Title));
    put(&format!(
        "{}  {}",
        look.repo,
        fill(Saying::Made, lang, &[("time", &made), ("zone", zone)])
    ));
    let filter = look.filter(&report.filter).join(", ");
    if !filter.is_empty() {
        put(&fill(Saying::Filtered, lang, &[("filter", &filter)]));
    }
    if report.apart > 0 {
        let saying = match report.filter.drills {
            true => Saying::ApartFromDrills,
            false => Saying::Apart,
        };
        put(&fill(saying, lang, &[("count", &report.apart.to_string())]));
    }
    put("");
    if report.rows.is_empty() {
        put(look.say(match filter.is_empty() {
            true => Saying::Empty,
            false => Saying::EmptyFiltered,
        }));
        return out;
    }
    let all = std::slice::from_ref(&report.all);
    for (heading, groups) in [
        (Saying::Incidents, all),
        (Saying::ByService, &report.services),
        (Saying::ByLevel, &report.levels),
        (Saying::ByType, &report.types),
        (Saying::ByMonth, &report.months),
    ] {
        for line in columns(&figures(heading, groups, look)) {
            put(&line);
        }
        put("");
    }
    for line in columns(&list(report, look)) {
        put(&line);
    }
    if report.rows.len() > LISTED {
        let with = [
            ("all", &*report.rows.len().to_string()),
            ("from", "1"),
            ("to", &LISTED.to_string()),
        ];
        put(&fill(Saying::ListPart, lang, &with));
    }
    put("");
    for (name, meaning) in [
        (Saying::Start, Saying::StartMeans),
        (Saying::Detect, Saying::DetectMeans),
        (Saying::Respond, Saying::RespondMeans),
        (Saying::Recover, Saying::RecoverMeans),
        (Saying::Resolve, Saying::ResolveMeans),
        (Saying::Unknown, Saying::UnknownMeans),
    ] {
        put(&format!("{}: {}", look.say(name), look.say(meaning)));
    }
    out
}

fn figures(heading: Saying, groups: &[Group], look: &Look<'_>) -> Vec<Vec<String>> {
    let mut head = vec![
        look.say(heading).to_owned(),
        look.say(Saying::Count).to_owned(),
    ];
    let p90 = look.say(Saying::P90Short);
    for saying in [
        Saying::Detect,
        Saying::Respond,
        Saying::Recover,
        Saying::Resolve,
    ] {
        head.push(look.say(saying).to_owned());
        head.push(p90.to_owned());
    }
    head.push(look.say(Saying::People).to_owned());
    let mut lines = vec![head];
    for group in groups {
        let mut line = vec![look.group(&group.key), group.count.to_string()];
        for measure in Measure::ALL {
            let Figures { median, p90, .. } = group.time(measure);
            let words = |seconds: &Option<i64>| {
                seconds.map_or_else(|| "–".to_owned(), |it| span::words(it, look.lang))
            };
            line.push(words(median));
            line.push(words(p90));
        }
        let people = group.people.median;
        line.push(people.map_or_else(|| "–".to_owned(), |it| it.to_string()));
        lines.push(line);
    }
    lines
}

fn list(report: &Report<'_>, look: &Look<'_>) -> Vec<Vec<String>> {
    let head = [
        Saying::List,
        Saying::Opened,
        Saying::Level,
        Saying::State,
        Saying::Recover,
        Saying::People,
        Saying::Summary,
    ];
    let mut lines = vec![head.map(|saying| look.say(saying).to_owned()).to_vec()];
    for row in report.rows.iter().take(LISTED) {
        let recovered = row.took(Measure::Recover);
        lines.push(vec![
            format!("#{}", plain(&row.channel)),
            span::minute(row.opened, &report.zone),
            look.level(row.level),
            row.state.say(look.lang).to_owned(),
            recovered.map_or_else(|| "–".to_owned(), |it| span::words(it, look.lang)),
            row.people.to_string(),
            cut(&plain(&row.title), TITLE),
        ]);
    }
    lines
}

/// What people wrote, without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn cut(text: &str, widest: usize) -> String {
    if text.width() <= widest {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let mut longer = kept.clone();
        longer.push(c);
        if longer.width() >= widest {
            break;
        }
        kept = longer;
    }
    kept + "…"
}

/// Lines whose columns stand below each other, the first to the left.
fn columns(lines: &[Vec<String>]) -> Vec<String> {
    let count = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| {
            let room = width.saturating_sub(cell.width());
            format!("{cell}{}", " ".repeat(room))
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    lines.iter().map(line).collect()
}
