//! The kinds of single values in the team files: names, handles, people, channels, moments.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::json;

use crate::id::{ChannelId, GroupHandle, GroupId, ServiceId, TeamSlug};
use crate::playbook::ChannelRef;
use crate::teams::people::as_id;
use crate::teams::place::{At, Place};
use crate::teams::spec::{OnGitHub, When};
use crate::yaml::Value;
use crate::yaml::kind::{Kind, not, shown};

/// The longest name and description, in characters.
const LONGEST: usize = 300;
/// The longest handle, and the longest name of a channel.
const HANDLE: usize = 80;

/// A value with its place.
pub(super) fn at<T: 'static>(file: &Arc<str>, kind: Kind<T>) -> Kind<At<T>> {
    let file = Arc::clone(file);
    let schema = kind.schema();
    Kind::new(
        move || schema.clone(),
        move |node, problems| {
            kind.read(node, problems).map(|value| At {
                value,
                place: Place::of(&file, node),
            })
        },
    )
}

/// A name that may be all digits. What YAML takes for something else than it looks like (`no`,
/// `1e3`) is refused: nobody is to become somebody else by it.
fn name<T: 'static>(
    pattern: &'static str,
    wanted: &'static str,
    check: impl Fn(&str) -> Result<T, String> + 'static,
) -> Kind<T> {
    Kind::new(
        move || json!({"type": ["string", "number"], "pattern": pattern}),
        move |node, problems| {
            let text = match &node.value {
                Value::Text(text) => text,
                Value::Number(digits) if digits.len() == node.bytes.len() => digits,
                Value::Number(_) | Value::Bool(_) => {
                    let kind = node.value.kind();
                    problems.push(node.problem(format!(
                        "YAML takes this for {kind}; put it in quotes if it is {wanted}"
                    )));
                    return None;
                }
                _ => return not(node, wanted, problems),
            };
            check(text)
                .map_err(|why| problems.push(node.problem(why)))
                .ok()
        },
    )
}

/// Any words, as they are.
pub(super) fn words(wanted: &'static str, may_be_empty: bool) -> Kind<String> {
    let pattern = if may_be_empty { "" } else { "\\S" };
    name(pattern, wanted, move |text| {
        let length = text.chars().count();
        if !may_be_empty && text.trim().is_empty() {
            Err("this must not be empty".to_owned())
        } else if length > LONGEST {
            Err(format!(
                "this may have at most {LONGEST} characters, and here are {length}"
            ))
        } else {
            Ok(text.to_owned())
        }
    })
}

/// Whether Slack could have given this to a group as its handle.
pub(in crate::teams) fn is_handle(text: &str) -> bool {
    named(text, HANDLE, "-_.")
}

/// A user group's handle.
pub(super) fn handle() -> Kind<GroupHandle> {
    name(
        "^@?[^\\s#@<>|]{1,80}$",
        "a handle such as `shop-first`",
        |text| {
            let handle = text.strip_prefix('@').unwrap_or(text);
            if is_handle(handle) {
                return Ok(GroupHandle::from(handle));
            }
            let lower = handle.to_lowercase();
            Err(if is_handle(&lower) {
                let lower = shown(&lower);
                format!("handles are in lower case in Slack; did you mean `{lower}`?")
            } else {
                let text = shown(text);
                format!("`{text}` is no handle: letters in lower case, digits, `-`, `_` and `.`")
            })
        },
    )
}

/// A user group's id.
pub(super) fn group_id() -> Kind<GroupId> {
    name(
        "^S[A-Z0-9]{2,40}$",
        "a group's id such as `S0123ABCD`",
        |text| {
            if is_group_id(text) {
                return Ok(GroupId::from(text));
            }
            let text = shown(text);
            Err(format!(
                "`{text}` is no id of a user group; one looks like `S0123ABCD`"
            ))
        },
    )
}

pub(in crate::teams) fn is_group_id(text: &str) -> bool {
    let known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    (3..=41).contains(&text.len()) && text.starts_with('S') && text.bytes().all(known)
}

/// A team of these files: its handle, or its name.
pub(super) fn team_ref() -> Kind<String> {
    name("\\S", "the handle of a team of these files", |text| {
        let bare = text.trim().trim_start_matches('@');
        if bare.is_empty() || bare.chars().count() > LONGEST {
            return Err("this must be the handle of a team of these files".to_owned());
        }
        Ok(bare.to_owned())
    })
}

/// Somebody, by whatever tells them apart.
pub(super) fn person() -> Kind<String> {
    name(
        "\\S",
        "a person: one of `people`, a Slack id, an e-mail address or a Slack username",
        |text| {
            let name = text.trim().trim_start_matches('@');
            if name.is_empty() {
                return Err("nobody is named here".to_owned());
            }
            if name.chars().count() > LONGEST || name.contains(char::is_control) {
                return Err("nobody is called so".to_owned());
            }
            Ok(name.to_owned())
        },
    )
}

/// A Slack id, or a Slack username.
pub(super) fn slack_name() -> Kind<String> {
    name(
        "^@?[^\\s<>|]{1,80}$",
        "a Slack id such as `U0123ABCD`, or a Slack username",
        |text| {
            let name = text.trim().trim_start_matches('@');
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c);
            if name.is_empty() || name.contains(odd) || name.chars().count() > HANDLE {
                let text = shown(text);
                return Err(format!("`{text}` is neither a Slack id nor a username"));
            }
            if as_id(name).is_none() && name.to_lowercase() != name {
                let text = shown(text);
                return Err(format!(
                    "`{text}` is neither a Slack id (`U0123ABCD`) nor a username, which is in lower case"
                ));
            }
            Ok(name.to_owned())
        },
    )
}

/// An e-mail address.
pub(super) fn email() -> Kind<String> {
    name("^[^\\s@]+@[^\\s@]+$", "an e-mail address", |text| {
        let clean = !text.contains(|c: char| c.is_whitespace() || c.is_control());
        let whole = text
            .split_once('@')
            .is_some_and(|(who, at)| !who.is_empty() && !at.is_empty() && !at.contains('@'));
        if clean && whole && text.len() <= LONGEST {
            return Ok(text.to_owned());
        }
        let text = shown(text);
        Err(format!("`{text}` is no e-mail address"))
    })
}

/// A GitHub login.
pub(super) fn login() -> Kind<String> {
    name("^@?[A-Za-z0-9_-]{1,80}$", "a GitHub login", |text| {
        let login = text.strip_prefix('@').unwrap_or(text);
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if (1..=HANDLE).contains(&login.len()) && login.bytes().all(known) {
            return Ok(login.to_owned());
        }
        let text = shown(text);
        Err(format!("`{text}` is no GitHub login"))
    })
}

/// A GitHub team of an organisation: `shop-first`, or `acme/shop-first`.
pub(super) fn github_team() -> Kind<OnGitHub> {
    name(
        "^@?([A-Za-z0-9_-]{1,80}/)?[A-Za-z0-9._-]{1,255}$",
        "a GitHub team such as `shop-first` or `acme/shop-first`",
        |text| {
            let whole = text.strip_prefix('@').unwrap_or(text).to_lowercase();
            let (org, slug) = match whole.split_once('/') {
                Some((org, slug)) => (Some(org), slug),
                None => (None, whole.as_str()),
            };
            let known = |text: &str, longest: usize, more: &str| {
                let letter = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
                (1..=longest).contains(&text.len()) && text.chars().all(letter)
            };
            // Nothing else may become a part of an address.
            let dots = slug.bytes().all(|byte| byte == b'.');
            if !dots && known(slug, 255, "._-") && org.is_none_or(|org| known(org, HANDLE, "_-")) {
                return Ok(OnGitHub {
                    org: org.map(str::to_owned),
                    slug: TeamSlug::from(slug),
                });
            }
            let text = shown(text);
            Err(format!(
                "`{text}` is no GitHub team: write what stands in the address of its page, \
                 `shop-first` or `acme/shop-first`"
            ))
        },
    )
}

/// A service of the playbook.
pub(super) fn service() -> Kind<ServiceId> {
    name("^[^\\s#A-Z/]{1,53}$", "a service of the playbook", |text| {
        if named(text, 53, "-_") {
            return Ok(ServiceId::from(text));
        }
        let text = shown(text);
        Err(format!(
            "`{text}` is no service: letters in lower case, digits, `-` and `_`"
        ))
    })
}

/// A Slack channel, by name or id.
pub(super) fn channel() -> Kind<ChannelRef> {
    name(
        "^#?[^\\s#@<>|]{1,80}$",
        "a channel such as `shop` (in quotes with its `#`)",
        |text| {
            let name = text.strip_prefix('#').unwrap_or(text);
            if is_channel_id(name) {
                return Ok(ChannelRef::Id(ChannelId::from(name)));
            }
            if is_channel_name(name) {
                return Ok(ChannelRef::Name(name.to_owned()));
            }
            let text = shown(text);
            Err(format!(
                "`{text}` is no Slack channel: letters in lower case, digits, `-` and `_`"
            ))
        },
    )
}

/// Whether this can only be a channel's id.
pub(in crate::teams) fn is_channel_id(text: &str) -> bool {
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    text.len() >= 9 && text.starts_with(['C', 'G']) && text.bytes().all(capital)
}

/// Whether Slack could have given a channel this name.
pub(in crate::teams) fn is_channel_name(text: &str) -> bool {
    named(text, HANDLE, "-_")
}

/// A moment.
pub(super) fn when() -> Kind<When> {
    name(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "a day such as `2026-12-28`",
        |text| {
            moment(text).ok_or_else(|| {
                let text = shown(text);
                format!(
                    "`{text}` is no day or time: write `2026-12-28`, or `2026-12-28T10:00:00+09:00`"
                )
            })
        },
    )
}

fn moment(text: &str) -> Option<When> {
    // jiff reads a day out of more than a day.
    if text.len() == 10 {
        let day: Date = text.parse().ok()?;
        return (day.year() >= 2000).then_some(When::Day(day));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(When::At(at));
    }
    let local: DateTime = text.parse().ok()?;
    let zoneless = !text.contains(['Z', 'z', '+', '[']) && text.matches('-').count() == 2;
    (zoneless && local.year() >= 2000).then_some(When::Local(local))
}

/// A length of time: hours, days or weeks.
pub(super) fn every() -> Kind<SignedDuration> {
    name(
        "^[1-9][0-9]{0,3}[hdw]$",
        "a length of time such as `1w`, `3d` or `12h`",
        |text| {
            let most = SignedDuration::from_hours(24 * 366);
            let split = text.len().saturating_sub(1);
            let hours = match text.get(split..) {
                Some("h") => 1,
                Some("d") => 24,
                Some("w") => 24 * 7,
                _ => 0,
            };
            let digits = text.get(..split).filter(|d| d.len() <= 4);
            let digits = digits.filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            let count: i64 = digits.and_then(|d| d.parse().ok()).unwrap_or(0);
            let every = SignedDuration::from_hours(hours * count);
            if every.is_zero() || every > most || text.starts_with('0') {
                let text = shown(text);
                return Err(format!(
                    "`{text}` is no length of a turn: write `1w`, `3d` or `12h`, a year at most"
                ));
            }
            Ok(every)
        },
    )
}

/// Letters of any script in lower case, digits, and these.
fn named(text: &str, longest: usize, besides: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || besides.contains(c);
    (1..=longest).contains(&text.chars().count())
        && text.chars().all(known)
        && text.to_lowercase() == text
}
