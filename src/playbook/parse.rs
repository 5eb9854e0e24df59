//! Reads the playbook's file: every mistake in it at once, each with its line and column.

use std::collections::BTreeSet;

use jiff::tz::{Offset, TimeZone};

use super::mirror::bare;
use super::{Mirror, MuteBots, Playbook};
use crate::i18n::Lang;
use crate::yaml::{self, Node, Problem, Value};

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
    let mut playbook = Playbook::default();
    each(
        &root,
        "the playbook",
        &["language", "time_zone", "mirror"],
        &mut problems,
        |key, node, problems| match key {
            "language" => match node.text().map(str::parse::<Lang>) {
                Some(Ok(lang)) => playbook.language = Some(lang),
                Some(Err(unknown)) => problems.push(node.problem(unknown.to_string())),
                None => problems.push(not(node, "`ja` or `en`")),
            },
            "time_zone" => match node.text().map(zone) {
                Some(Ok(zone)) => playbook.time_zone = zone,
                Some(Err(why)) => problems.push(node.problem(why)),
                None => problems.push(not(node, "a time zone such as `Asia/Tokyo`")),
            },
            _ => playbook.mirror = mirror(node, problems),
        },
    );
    problems.sort();
    if problems.is_empty() {
        Ok(playbook)
    } else {
        Err(problems)
    }
}

fn mirror(node: &Node, problems: &mut Vec<Problem>) -> Mirror {
    let mut mirror = Mirror::default();
    each(
        node,
        "`mirror`",
        &[
            "mute_bots",
            "mute_drafts",
            "report_unreachable_channels_on_issue",
        ],
        problems,
        |key, node, problems| match key {
            "mute_bots" => mirror.mute_bots = mute_bots(node, problems),
            "mute_drafts" => mirror.mute_drafts = flag(node, problems),
            _ => mirror.report_unreachable_channels_on_issue = flag(node, problems),
        },
    );
    mirror
}

fn mute_bots(node: &Node, problems: &mut Vec<Problem>) -> MuteBots {
    match &node.value {
        Value::Bool(true) => MuteBots::All,
        Value::Bool(false) => MuteBots::None,
        Value::List(items) => {
            let mut logins = BTreeSet::new();
            for item in items {
                match item.text() {
                    Some(login) if !bare(login).is_empty() => {
                        logins.insert(bare(login));
                    }
                    _ => problems.push(not(item, "a login such as `dependabot`")),
                }
            }
            MuteBots::These(logins)
        }
        _ => {
            problems.push(not(node, "`true`, `false` or a list of logins"));
            MuteBots::None
        }
    }
}

fn flag(node: &Node, problems: &mut Vec<Problem>) -> bool {
    match node.value {
        Value::Bool(flag) => flag,
        _ => {
            problems.push(not(node, "`true` or `false`"));
            false
        }
    }
}

/// Hands out the entries of a mapping; what is unknown is a problem, with the key that was
/// probably meant. Nothing at all is an empty mapping, and a key with nothing is left out.
fn each(
    node: &Node,
    what: &str,
    known: &[&str],
    problems: &mut Vec<Problem>,
    mut take: impl FnMut(&str, &Node, &mut Vec<Problem>),
) {
    let entries = match &node.value {
        Value::Map(entries) => entries,
        Value::Null => return,
        other => {
            let kind = other.kind();
            problems.push(node.problem(format!("{what} must be a mapping, and here is {kind}")));
            return;
        }
    };
    for (key, node) in entries {
        let name = key.name.as_str();
        if !known.contains(&name) {
            let hint = yaml::meant(name, known).map_or_else(
                || format!("known here: {}", known.join(", ")),
                |meant| format!("did you mean `{meant}`?"),
            );
            problems.push(key.problem(format!("{what} has no key `{name}`; {hint}")));
        } else if node.value != Value::Null {
            take(name, node, problems);
        }
    }
}

fn not(node: &Node, wanted: &str) -> Problem {
    let kind = node.value.kind();
    node.problem(format!("this must be {wanted}, and here is {kind}"))
}

/// The zone of this name, from the machine's time zone database. Japan has had no summer time
/// since 1951, so it needs none: a bare container without `tzdata` can still tell its time.
pub(super) fn zone(name: &str) -> Result<TimeZone, String> {
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
            Err(match yaml::meant(name, &among) {
                Some(meant) => format!("there is no time zone `{name}`; did you mean `{meant}`?"),
                None if among.is_empty() => format!(
                    "`{name}` cannot be looked up: this machine has no time zone database (tzdata)"
                ),
                None => format!(
                    "there is no time zone `{name}`; write it as in the IANA database, such as `{JAPAN}`"
                ),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MuteBots, Playbook, parse};
    use crate::i18n::Lang;

    #[test]
    fn nothing_is_a_playbook() {
        for text in ["", "\n", "# later\n", "mirror:\n", "---\n", "{}"] {
            assert_eq!(parse(text), Ok(Playbook::default()), "{text:?}");
        }
        let zone = Playbook::default().time_zone;
        let noon: jiff::Timestamp = "2021-01-01T03:00:00Z".parse().unwrap();
        assert_eq!(noon.to_zoned(zone).hour(), 12);
    }

    #[test]
    fn says_all_there_is_to_say() {
        let playbook = parse(
            "language: en\ntime_zone: UTC\nmirror:\n  mute_bots: [Dependabot, '@ci[bot]']\n  \
             mute_drafts: true\n  report_unreachable_channels_on_issue: true\n",
        )
        .unwrap();
        assert_eq!(playbook.language, Some(Lang::En));
        assert!(playbook.mirror.mute_drafts);
        assert!(playbook.mirror.report_unreachable_channels_on_issue);
        let bots = &playbook.mirror.mute_bots;
        assert!(bots.mutes("dependabot[bot]", true) && bots.mutes("CI", false));
        assert!(!bots.mutes("renovate[bot]", true));
    }

    #[test]
    fn all_bots_are_those_that_github_calls_so() {
        let playbook = parse("mirror: {mute_bots: true}").unwrap();
        assert_eq!(playbook.mirror.mute_bots, MuteBots::All);
        assert!(playbook.mirror.mute_bots.mutes("renovate[bot]", true));
        assert!(!playbook.mirror.mute_bots.mutes("robot-lover", false));
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_stands() {
        for (text, wanted) in [
            (
                "langauge: ja",
                "line 1, column 1: the playbook has no key `langauge`; did you mean `language`?",
            ),
            (
                "mirror:\n  mute_bot: true",
                "line 2, column 3: `mirror` has no key `mute_bot`; did you mean `mute_bots`?",
            ),
            (
                "mirror:\n  colour: red",
                "line 2, column 3: `mirror` has no key `colour`; known here: mute_bots, \
                 mute_drafts, report_unreachable_channels_on_issue",
            ),
            (
                "language: fr",
                "line 1, column 11: `fr` is not a language sssbot speaks; say `ja` or `en`",
            ),
            (
                "mirror:\n  mute_drafts: perhaps",
                "line 2, column 16: this must be `true` or `false`, and here is text",
            ),
            (
                "- language: ja",
                "line 1, column 1: the playbook must be a mapping, and here is a list",
            ),
            (
                "mirror:\n  mute_bots: [a, {}]",
                "line 2, column 18: this must be a login such as `dependabot`, and here is a mapping",
            ),
        ] {
            let problems = parse(text).unwrap_err();
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            assert_eq!(said, [wanted], "{text}");
        }
    }

    #[test]
    fn all_mistakes_come_at_once_in_order() {
        let problems = parse("x: 1\nlanguage: 2\nmirror:\n  y: 3\ntime_zone: Mars/Base\n");
        let lines: Vec<u64> = problems.unwrap_err().iter().map(|p| p.line).collect();
        assert_eq!(lines, [1, 2, 4, 5]);
    }
}
