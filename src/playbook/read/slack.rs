//! The kinds of what Slack has names for: channels, groups, people, emoji.

use serde_json::json;

use super::kind::{Kind, checked, checked_name, did_you_mean, list, shown};
use super::table::{Table, behind, table};
use crate::i18n::{Words, both};
use crate::id::{ChannelId, GroupHandle};
use crate::playbook::people::{Called, ChannelRef};

/// How long a Slack channel's name may be.
const SLACK_CHANNEL: usize = 80;

/// A Slack channel, by name or id.
pub(super) fn channel() -> Kind<ChannelRef> {
    let wanted = Words::new("`dev` のようなチャンネル", "a channel such as `dev`");
    checked_name("^#?[^\\s#@<>|]{1,80}$", wanted, |text| {
        let name = text.strip_prefix('#').unwrap_or(text);
        let is_id = name.len() >= 9
            && name.starts_with(['C', 'G'])
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if is_id {
            return Ok(ChannelRef::Id(ChannelId::from(name)));
        }
        let lower = name.to_lowercase();
        if lower != name && named(&lower, SLACK_CHANNEL, "-_") {
            let lower = shown(&lower);
            return Err(both!(
                "Slack のチャンネル名は小文字です。`{lower}` と書いてください",
                "channels are in lower case in Slack: `{lower}`"
            ));
        }
        if named(name, SLACK_CHANNEL, "-_") {
            Ok(ChannelRef::Name(name.to_owned()))
        } else {
            let text = shown(text);
            Err(both!(
                "`{text}` は Slack のチャンネル名ではありません。使えるのは文字、数字、`-`、`_` で、{SLACK_CHANNEL} 文字までです",
                "`{text}` is no Slack channel: letters, digits, `-` and `_`, at most {SLACK_CHANNEL}"
            ))
        }
    })
}

/// A Slack user group, by its handle.
pub(super) fn group() -> Kind<GroupHandle> {
    checked_name(
        "^@?[^\\s#@<>|]{1,80}$",
        Words::new(
            "`shop-first` のような Slack のユーザーグループのハンドル",
            "the handle of a Slack user group such as `shop-first`",
        ),
        |text| {
            let handle = text.strip_prefix('@').unwrap_or(text);
            if named(handle, 80, "-_.") {
                Ok(GroupHandle::from(handle))
            } else {
                let text = shown(text);
                Err(both!(
                    "`{text}` は Slack のユーザーグループのハンドルではありません。使えるのは小文字、数字、`-`、`_`、`.` です",
                    "`{text}` is no handle of a Slack user group: letters in lower case, digits, `-`, `_` and `.`"
                ))
            }
        },
    )
}

/// A person of `userteams.yaml`, or a Slack id.
pub(super) fn person() -> Kind<String> {
    checked_name(
        "^[^\\s<>|]{1,80}$",
        Words::new(
            "`hanako` のような `userteams.yaml` の人の名前",
            "a person of `userteams.yaml` such as `hanako`",
        ),
        |text| {
            let name = text.strip_prefix('@').unwrap_or(text);
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c);
            if name.is_empty() || name.contains(odd) || text.chars().count() > 80 {
                let text = shown(text);
                Err(both!(
                    "`{text}` は人の名前ではありません。`userteams.yaml` での名前か、Slack の ID を書いてください",
                    "`{text}` is nobody: say a person as `userteams.yaml` does, or a Slack id"
                ))
            } else {
                Ok(name.to_owned())
            }
        },
    )
}

/// People and groups, behind this key.
pub(super) fn called(key: &'static str) -> Kind<Called> {
    table(behind(key), |t: &mut Table<'_>| {
        let most = Words::new(
            "全員が一度に呼ばれるため",
            "since so many are called at once",
        );
        let groups = list(group(), 20, most.clone());
        let people = list(person(), 50, most);
        Some(Called {
            groups: t
                .take("groups", "Slack user groups, by handle.", groups)
                .unwrap_or_default(),
            people: t
                .take(
                    "people",
                    "People, as in userteams.yaml or by Slack id.",
                    people,
                )
                .unwrap_or_default(),
        })
    })
}

/// An emoji or a few, as themselves or between colons.
pub(super) fn icon() -> Kind<String> {
    checked(
        || json!({"type": "string", "pattern": "^[^\\s<>&]{1,50}$"}),
        Words::new(
            "`🔥` や `\":fire:\"` のような絵文字",
            "an emoji such as `🔥` or `\":fire:\"`",
        ),
        |text| {
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>&".contains(c);
            let said = shown(text);
            if text.is_empty() || text.contains(odd) || text.chars().count() > 50 {
                Err(both!(
                    "`{said}` は絵文字ではありません",
                    "`{said}` is no emoji"
                ))
            } else if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                let hint = did_you_mean(&format!("\":{said}:\""));
                Err(both!(
                    "`{said}` は絵文字ではありません。{hint}",
                    "`{said}` is no emoji; {hint}",
                    hint
                ))
            } else {
                Ok(text.to_owned())
            }
        },
    )
}

/// The emoji of a reaction, by name.
pub(super) fn reaction() -> Kind<String> {
    checked(
        || json!({"type": "string", "pattern": "^:?[^\\s:<>&]{1,100}:?$"}),
        Words::new(
            "`memo` のような絵文字の名前",
            "the name of an emoji such as `memo`",
        ),
        |text| {
            let name = text.strip_prefix(':').unwrap_or(text);
            let name = name.strip_suffix(':').unwrap_or(name);
            if named(name, 100, "-_+'") {
                Ok(name.to_owned())
            } else {
                let text = shown(text);
                Err(both!(
                    "`{text}` は絵文字の名前ではありません。`memo` のように書いてください",
                    "`{text}` is no name of an emoji; one looks like `memo`"
                ))
            }
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
