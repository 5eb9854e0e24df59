//! The keys that organisations choose: of services, types, feelings and levels.

use super::kind::{Keys, shown};
use super::values::{SLACK_CHOICES, SLACK_MENU};
use crate::channel_name::ChannelName;
use crate::i18n::{Words, both};
use crate::id::{FeelingId, ServiceId, TypeId};

/// How long a service may be, so that every channel name of its fits Slack.
const SERVICE: usize = 53;

/// The keys of services: what a channel's name can begin with.
pub(super) fn service_ids() -> Keys<ServiceId> {
    Keys {
        pattern: "^[^\\s#A-Z/-][^\\s#A-Z/]{0,52}$",
        most: (
            SLACK_MENU,
            Words::new("Slack のメニューの上限", "as many as a Slack menu has"),
        ),
        check: |text| {
            let name = ChannelName::parse(&format!("{text}-20210101i"));
            let said = shown(text);
            match name {
                Ok(name) if name.service() == text && text.chars().count() <= SERVICE => {
                    Ok(ServiceId::from(text))
                }
                Ok(name) if name.service() != text => {
                    let slack = shown(name.service());
                    Err(both!(
                        "`{said}` で始まるチャンネルは作れません。Slack では `{slack}` になります",
                        "no channel can begin with `{said}`; Slack would make it `{slack}`"
                    ))
                }
                _ => Err(both!(
                    "`{said}` で始まるチャンネルは作れません。使えるのは小文字、数字、`-`、`_` で、{SERVICE} 文字までです",
                    "no channel can begin with `{said}`: letters in lower case, digits, `-` and `_`, at most {SERVICE}"
                )),
            }
        },
    }
}

/// The keys of types.
pub(super) fn type_ids() -> Keys<TypeId> {
    Keys {
        pattern: ID,
        most: (
            SLACK_CHOICES,
            Words::new("それぞれがボタンになるため", "a button each"),
        ),
        check: |text| id(text).map(TypeId::from),
    }
}

/// The keys of feelings.
pub(super) fn feeling_ids() -> Keys<FeelingId> {
    Keys {
        pattern: ID,
        most: (
            SLACK_CHOICES,
            Words::new(
                "Slack が選択肢として出せる上限",
                "as many as Slack shows to choose from",
            ),
        ),
        check: |text| id(text).map(FeelingId::from),
    }
}

/// The keys of levels.
pub(super) fn level_numbers() -> Keys<u8> {
    Keys {
        pattern: "^[1-9]$",
        most: (9, Words::new("数字ごとに一つ", "one for each digit")),
        check: |text| {
            let number = text.parse().ok().filter(|n| (1..=9).contains(n));
            let number = number.filter(|_| text.len() == 1);
            number.ok_or_else(|| {
                let said = shown(text);
                both!(
                    "`{said}` は事象レベルではありません。1 から 9 までの数で書いてください",
                    "`{said}` is no level: levels are numbers from 1 to 9"
                )
            })
        },
    }
}

const ID: &str = "^[a-z0-9][a-z0-9_-]{0,39}$";

/// A name that the organisation gives and the record keeps.
pub(super) fn id(text: &str) -> Result<&str, Words> {
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
    let fits =
        (1..=40).contains(&text.len()) && !text.starts_with(['-', '_']) && text.bytes().all(known);
    fits.then_some(text).ok_or_else(|| {
        let said = shown(text);
        both!(
            "`{said}` は名前に使えません。使えるのは a から z までの小文字、数字、`-`、`_` で、40 文字までです",
            "`{said}` cannot name it: letters a to z, digits, `-` and `_`, at most 40"
        )
    })
}
