//! The kinds of single values in the team files: names, handles, people, channels.

use std::sync::Arc;

use serde_json::json;

use crate::i18n::{Words, both};
use crate::id::{ChannelId, GroupHandle, GroupId, ServiceId, TeamSlug};
use crate::playbook::ChannelRef;
use crate::teams::people::as_id;
use crate::teams::place::{At, Place};
use crate::teams::spec::OnGitHub;
use crate::yaml::Value;
use crate::yaml::kind::{Kind, did_you_mean, not, shown};

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
pub(super) fn name<T: 'static>(
    pattern: &'static str,
    wanted: Words,
    check: impl Fn(&str) -> Result<T, Words> + 'static,
) -> Kind<T> {
    Kind::new(
        move || json!({"type": ["string", "number"], "pattern": pattern}),
        move |node, problems| {
            let text = match &node.value {
                Value::Text(text) => text,
                Value::Number(digits) if digits.len() == node.bytes.len() => digits,
                Value::Number(_) | Value::Bool(_) => {
                    let (kind, wanted) = (node.value.kind(), &wanted);
                    problems.push(node.problem(both!(
                        "YAML はこれを{kind}として読みます。{wanted}なら引用符で囲んでください",
                        "YAML takes this for {kind}; put it in quotes if it is {wanted}",
                        kind,
                        wanted
                    )));
                    return None;
                }
                _ => return not(node, &wanted, problems),
            };
            check(text)
                .map_err(|why| problems.push(node.problem(why)))
                .ok()
        },
    )
}

/// Any words, as they are.
pub(super) fn words(wanted: Words, may_be_empty: bool) -> Kind<String> {
    let pattern = if may_be_empty { "" } else { "\\S" };
    name(pattern, wanted, move |text| {
        let length = text.chars().count();
        if !may_be_empty && text.trim().is_empty() {
            Err(Words::new("空にはできません", "this must not be empty"))
        } else if length > LONGEST {
            Err(both!(
                "{LONGEST} 文字までです（いまは {length} 文字です）",
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
        Words::new(
            "`shop-first` のようなハンドル",
            "a handle such as `shop-first`",
        ),
        |text| {
            let handle = text.strip_prefix('@').unwrap_or(text);
            if is_handle(handle) {
                return Ok(GroupHandle::from(handle));
            }
            let lower = handle.to_lowercase();
            Err(if is_handle(&lower) {
                let hint = did_you_mean(&shown(&lower));
                both!(
                    "Slack のハンドルは小文字です。{hint}",
                    "handles are in lower case in Slack; {hint}",
                    hint
                )
            } else {
                let text = shown(text);
                both!(
                    "`{text}` はハンドルではありません。使えるのは小文字、数字、`-`、`_`、`.` です",
                    "`{text}` is no handle: letters in lower case, digits, `-`, `_` and `.`"
                )
            })
        },
    )
}

/// A user group's id.
pub(super) fn group_id() -> Kind<GroupId> {
    name(
        "^S[A-Z0-9]{2,40}$",
        Words::new(
            "`S0123ABCD` のようなグループの ID",
            "a group's id such as `S0123ABCD`",
        ),
        |text| {
            if is_group_id(text) {
                return Ok(GroupId::from(text));
            }
            let text = shown(text);
            Err(both!(
                "`{text}` はユーザーグループの ID ではありません。`S0123ABCD` のように書いてください",
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
    let wanted = || {
        Words::new(
            "このファイル群にあるチームのハンドル",
            "the handle of a team of these files",
        )
    };
    name("\\S", wanted(), move |text| {
        let bare = text.trim().trim_start_matches('@');
        if bare.is_empty() || bare.chars().count() > LONGEST {
            let wanted = wanted();
            return Err(both!(
                "{wanted}を書いてください",
                "this must be {wanted}",
                wanted
            ));
        }
        Ok(bare.to_owned())
    })
}

/// Somebody, by whatever tells them apart.
pub(super) fn person() -> Kind<String> {
    name(
        "\\S",
        Words::new(
            "人（`people` の名前、Slack の ID、メールアドレス、Slack のユーザー名のどれか）",
            "a person: one of `people`, a Slack id, an e-mail address or a Slack username",
        ),
        |text| {
            let name = text.trim().trim_start_matches('@');
            if name.is_empty() {
                return Err(both!("誰の名前もありません", "nobody is named here"));
            }
            if name.chars().count() > LONGEST || name.contains(char::is_control) {
                return Err(no_name());
            }
            Ok(name.to_owned())
        },
    )
}

/// What to say of a name that nobody can have.
pub(super) fn no_name() -> Words {
    Words::new("人の名前として使えません", "nobody is called so")
}

/// A Slack id, or a Slack username.
pub(super) fn slack_name() -> Kind<String> {
    name(
        "^@?[^\\s<>|]{1,80}$",
        Words::new(
            "`U0123ABCD` のような Slack の ID か、Slack のユーザー名",
            "a Slack id such as `U0123ABCD`, or a Slack username",
        ),
        |text| {
            let name = text.trim().trim_start_matches('@');
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c);
            if name.is_empty() || name.contains(odd) || name.chars().count() > HANDLE {
                let text = shown(text);
                return Err(both!(
                    "`{text}` は Slack の ID でもユーザー名でもありません",
                    "`{text}` is neither a Slack id nor a username"
                ));
            }
            if as_id(name).is_none() && name.to_lowercase() != name {
                let text = shown(text);
                return Err(both!(
                    "`{text}` は Slack の ID（`U0123ABCD`）でもユーザー名でもありません。ユーザー名は小文字です",
                    "`{text}` is neither a Slack id (`U0123ABCD`) nor a username, which is in lower case"
                ));
            }
            Ok(name.to_owned())
        },
    )
}

/// An e-mail address.
pub(super) fn email() -> Kind<String> {
    let wanted = Words::new("メールアドレス", "an e-mail address");
    name("^[^\\s@]+@[^\\s@]+$", wanted, |text| {
        let clean = !text.contains(|c: char| c.is_whitespace() || c.is_control());
        let whole = text
            .split_once('@')
            .is_some_and(|(who, at)| !who.is_empty() && !at.is_empty() && !at.contains('@'));
        if clean && whole && text.len() <= LONGEST {
            return Ok(text.to_owned());
        }
        let text = shown(text);
        Err(both!(
            "`{text}` はメールアドレスではありません",
            "`{text}` is no e-mail address"
        ))
    })
}

/// A GitHub login.
pub(super) fn login() -> Kind<String> {
    let wanted = Words::new("GitHub のアカウント名", "a GitHub login");
    name("^@?[A-Za-z0-9_-]{1,80}$", wanted, |text| {
        let login = text.strip_prefix('@').unwrap_or(text);
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if (1..=HANDLE).contains(&login.len()) && login.bytes().all(known) {
            return Ok(login.to_owned());
        }
        let text = shown(text);
        Err(both!(
            "`{text}` は GitHub のアカウント名ではありません",
            "`{text}` is no GitHub login"
        ))
    })
}

/// A GitHub team of an organisation: `shop-first`, or `acme/shop-first`.
pub(super) fn github_team() -> Kind<OnGitHub> {
    name(
        "^@?([A-Za-z0-9_-]{1,80}/)?[A-Za-z0-9._-]{1,255}$",
        Words::new(
            "`shop-first` や `acme/shop-first` のような GitHub のチーム",
            "a GitHub team such as `shop-first` or `acme/shop-first`",
        ),
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
            Err(both!(
                "`{text}` は GitHub のチームではありません。チームのページの URL にあるとおり、`shop-first` か `acme/shop-first` のように書いてください",
                "`{text}` is no GitHub team: write what stands in the address of its page, `shop-first` or `acme/shop-first`"
            ))
        },
    )
}

/// A service of the playbook.
pub(super) fn service() -> Kind<ServiceId> {
    let wanted = Words::new("プレイブックのサービス", "a service of the playbook");
    name("^[^\\s#A-Z/]{1,53}$", wanted, |text| {
        if named(text, 53, "-_") {
            return Ok(ServiceId::from(text));
        }
        let text = shown(text);
        Err(both!(
            "`{text}` はサービスではありません。使えるのは小文字、数字、`-`、`_` です",
            "`{text}` is no service: letters in lower case, digits, `-` and `_`"
        ))
    })
}

/// A Slack channel, by name or id.
pub(super) fn channel() -> Kind<ChannelRef> {
    name(
        "^#?[^\\s#@<>|]{1,80}$",
        Words::new(
            "`shop` のようなチャンネル（`#` を付けるなら引用符で囲む）",
            "a channel such as `shop` (in quotes with its `#`)",
        ),
        |text| {
            let name = text.strip_prefix('#').unwrap_or(text);
            if is_channel_id(name) {
                return Ok(ChannelRef::Id(ChannelId::from(name)));
            }
            if is_channel_name(name) {
                return Ok(ChannelRef::Name(name.to_owned()));
            }
            let text = shown(text);
            Err(both!(
                "`{text}` は Slack のチャンネル名ではありません。使えるのは小文字、数字、`-`、`_` です",
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

/// Letters of any script in lower case, digits, and these.
fn named(text: &str, longest: usize, besides: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || besides.contains(c);
    (1..=longest).contains(&text.chars().count())
        && text.chars().all(known)
        && text.to_lowercase() == text
}
