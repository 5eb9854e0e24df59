//! Reads the playbook's file: every mistake in it at once, each with its line and column.

mod check;
mod file;
mod keys;
mod levels;
mod mirror;
mod sections;
mod slack;
mod values;

use jiff::tz::{Offset, TimeZone};
use serde_json::{Value as Json, json};

use super::{PATH, Playbook};
use crate::i18n::{Words, both};
use crate::yaml::{self, Problem, kind, table};

/// The zone that holds when nothing is said.
pub(super) const JAPAN: &str = "Asia/Tokyo";

/// Reads the file. Either all of it holds or none of it: a half-read playbook would be one that
/// nobody has written.
///
/// # Errors
/// Everything that is wrong with it, in the order of its lines.
pub fn parse(text: &str) -> Result<Playbook, Vec<Problem>> {
    let root = yaml::read(text).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let playbook = file::playbook().read(&root, &mut problems);
    if let Some(playbook) = &playbook {
        check::together(playbook, &root, &mut problems);
    }
    problems.sort();
    // An alias brings the same mistake along to every place where it stands.
    problems.dedup();
    match playbook {
        Some(playbook) if problems.is_empty() => Ok(playbook),
        _ => Err(problems),
    }
}

/// The JSON Schema of the file (draft 2020-12), for editors. Whatever [`parse`] takes, it accepts;
/// it cannot say everything that [`parse`] refuses.
pub fn schema() -> Json {
    let mut schema = file::playbook().schema();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("The playbook of sssbot");
    schema["description"] = json!(format!(
        "{PATH} in the postmortem repository. Every part has a default. `sssbot playbook check` \
         says more than this schema can."
    ));
    schema["type"] = json!(["object", "null"]);
    schema
}

/// The zone of this name, from the machine's time zone database. Japan has had no summer time
/// since 1951, so it needs none: a bare container without `tzdata` can still tell its time.
pub(super) fn zone(name: &str) -> Result<TimeZone, Words> {
    match TimeZone::get(name) {
        Ok(zone) => Ok(zone),
        Err(_) if name == JAPAN || name == "Japan" => Ok(TimeZone::fixed(Offset::constant(9))),
        Err(_) if name == "UTC" || name == "Etc/UTC" => Ok(TimeZone::UTC),
        Err(_) => {
            let names: Vec<String> = jiff::tz::db()
                .available()
                .map(|name| name.to_string())
                .collect();
            let among: Vec<&str> = names.iter().map(String::as_str).collect();
            let name = kind::shown(name);
            Err(match yaml::meant(&name, &among) {
                Some(meant) => {
                    let hint = kind::did_you_mean(meant);
                    both!(
                        "`{name}` というタイムゾーンはありません。{hint}",
                        "there is no time zone `{name}`; {hint}",
                        hint
                    )
                }
                None if among.is_empty() => both!(
                    "`{name}` を調べられません。このマシンにはタイムゾーンのデータベース（tzdata）がありません",
                    "`{name}` cannot be looked up: this machine has no time zone database (tzdata)"
                ),
                None => both!(
                    "`{name}` というタイムゾーンはありません。`{JAPAN}` のように、IANA のデータベースにある名前を書いてください",
                    "there is no time zone `{name}`; write it as in the IANA database, such as `{JAPAN}`"
                ),
            })
        }
    }
}
