//! Guards the house: who may import whom, and what the core must not know.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every room and its floor, tens for the floor and ones for a step on it: words are made of words,
/// and the hands all live in time. A room that is not here fails the test: give it a floor.
const FLOORS: &[(&str, u8)] = &[
    ("id", 0),
    ("secret", 0),
    ("channel_name", 1),
    ("i18n", 2),
    ("yaml", 3),
    ("playbook", 4),
    ("incident", 10),
    ("mirror", 10),
    ("teams", 10),
    ("postmortem", 11),
    ("report", 11),
    ("clock", 20),
    ("wire", 20),
    ("github", 21),
    ("slack", 21),
    ("alerts", 21),
    ("store", 21),
    ("sandbox", 21),
    ("http", 30),
    ("engine", 30),
    ("config", 31),
    ("cli", 40),
];

/// What floors 0 and 1 must not contain: they are told, they never ask.
const NOT_IN_THE_CORE: &[&str] = &[
    "async fn",
    ".await",
    "tokio::",
    "reqwest",
    "octocrab",
    "sqlx",
    "axum",
    "std::fs",
    "std::env",
    "std::net",
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

/// What only `clock` may do.
const ONLY_THE_CLOCK: &[&str] = &[
    "Timestamp::now",
    "Zoned::now",
    "SystemTime::now",
    "Utc::now",
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every file below `src`, with the room it belongs to and its code: comments and strings of the
/// `//` kind cut, tests below `#[cfg(test)]` cut, since they may look where they like.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).unwrap().to_owned();
            let first = inside.components().next().unwrap();
            let room = first
                .as_os_str()
                .to_str()
                .unwrap()
                .trim_end_matches(".rs")
                .to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = code
                .lines()
                .map(|line| line.split("//").next().unwrap_or_default())
                .collect::<Vec<_>>()
                .join("\n");
            (room, inside, code)
        })
        .collect()
}

/// The rooms named by `crate::room` in this code, braces of a `use` included.
fn imports(code: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0usize;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(name(std::mem::take(&mut item).trim())),
                    _ => item.push(c),
                }
            }
            found.push(name(item.trim()));
        } else {
            found.push(name(rest));
        }
    }
    found.retain(|n| !n.is_empty());
    found
}

#[test]
fn imports_only_go_down() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        if room == "lib" || room == "main" {
            continue;
        }
        let Some(floor) = floors.get(room.as_str()) else {
            wrong.push(format!(
                "{}: the room `{room}` has no floor",
                file.display()
            ));
            continue;
        };
        for import in imports(&code) {
            let Some(below) = floors.get(import.as_str()) else {
                continue;
            };
            if import != room && below >= floor {
                wrong.push(format!(
                    "{}: `{room}` (floor {floor}) imports `{import}` (floor {below})",
                    file.display()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "import only from floors below:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_core_is_pure() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        if floors.get(room.as_str()).is_some_and(|floor| *floor < 20) {
            for word in NOT_IN_THE_CORE {
                if code.contains(word) {
                    wrong.push(format!("{}: `{word}`", file.display()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "the core is told; it never asks:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn only_the_clock_reads_the_clock() {
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        for word in ONLY_THE_CLOCK {
            if room != "clock" && code.contains(word) {
                wrong.push(format!("{}: `{word}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "ask the clock:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    for dir in ["src", "tests", "benches"] {
        sources(&top.join(dir), &mut files);
    }
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let opens = text.starts_with("//!") || text.starts_with("#![doc");
        if !opens {
            wrong.push(file.display().to_string());
        }
    }
    assert!(
        wrong.is_empty(),
        "no `//!` sentence on top:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_wrong_import_would_be_seen() {
    assert_eq!(imports("use crate::{id::Login, store};"), ["id", "store"]);
    assert_eq!(
        imports("use crate::slack::render; crate::http::x()"),
        ["slack", "http"]
    );
    assert_eq!(
        imports("use crate::{mirror::{Body, Span}, teams::People};"),
        ["mirror", "teams"]
    );
}
