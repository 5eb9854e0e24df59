//! The kinds of single values in the file: words, links, channels, colours, ids.

use serde_json::json;
use url::Url;

use super::kind::{Kind, checked, checked_name, hint, list, not, shown};
use super::table::{Table, table};
use crate::id::{ChannelId, GroupHandle};
use crate::playbook::people::{Called, ChannelRef};
use crate::playbook::words::{Colour, Label, Words};
use crate::yaml::Value;

/// How long the text of an option in a Slack menu, a button or a checkbox may be.
pub(super) const SLACK_OPTION: usize = 75;
/// How many options a Slack menu has at most.
pub(super) const SLACK_MENU: usize = 100;
/// How many options a group of checkboxes or radio buttons has at most.
pub(super) const SLACK_CHOICES: usize = 10;
/// How long a Slack channel's name may be.
const SLACK_CHANNEL: usize = 80;
/// How long the name of a GitHub label may be.
const LABEL_NAME: usize = 50;
/// How long the description of a GitHub label may be.
const LABEL_DESCRIPTION: usize = 100;

/// Colours that have names.
const COLOURS: [(&str, &str); 8] = [
    ("yellow", "f2c744"),
    ("orange", "e8912d"),
    ("red", "d13b3b"),
    ("purple", "7c4dbd"),
    ("blue", "1d76db"),
    ("green", "2eb67d"),
    ("grey", "8d8d8d"),
    ("black", "1d1c1d"),
];

/// One line of text of at most so many characters.
pub(super) fn line(longest: usize) -> Kind<String> {
    checked(
        move || json!({"type": "string", "maxLength": longest, "pattern": "^[^\\r\\n]*\\S[^\\r\\n]*$"}),
        "text (put it in quotes if it is)",
        move |text| {
            if text.contains(['\n', '\r']) {
                return Err("this must be one line".to_owned());
            }
            fits(text, longest)
        },
    )
}

/// Text of any number of lines and at most so many characters.
fn prose(longest: usize) -> Kind<String> {
    checked(
        move || json!({"type": "string", "maxLength": longest, "pattern": "\\S"}),
        "text (put it in quotes if it is)",
        move |text| fits(text, longest),
    )
}

fn fits(text: &str, longest: usize) -> Result<String, String> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Err("this must not be empty".to_owned())
    } else if length > longest {
        Err(format!(
            "this may have at most {longest} characters, and here are {length}"
        ))
    } else {
        Ok(text.trim().to_owned())
    }
}

/// One line in each language: a text for both, or a mapping of languages.
pub(super) fn words(longest: usize) -> Kind<Words> {
    in_each_language(move || line(longest))
}

/// Several lines in each language.
pub(super) fn long_words(longest: usize) -> Kind<Words> {
    in_each_language(move || prose(longest))
}

fn in_each_language(text: impl Fn() -> Kind<String> + Copy + 'static) -> Kind<Words> {
    let languages = move || {
        table("text in several languages", move |t: &mut Table<'_>| {
            let ja = t.take("ja", "In Japanese.", text());
            let en = t.take("en", "In English.", text());
            match (ja, en) {
                (Some(ja), Some(en)) => Some(Words::new(ja, en)),
                (Some(one), None) | (None, Some(one)) => Some(Words::same(&one)),
                (None, None) => None,
            }
        })
    };
    Kind::new(
        move || {
            let mut several = languages().schema();
            several["minProperties"] = json!(1);
            json!({"anyOf": [text().schema(), several]})
        },
        move |node, problems| match &node.value {
            Value::Text(_) => text().read(node, problems).map(|one| Words::same(&one)),
            Value::Map(entries) if !entries.is_empty() => languages().read(node, problems),
            _ => not(node, "text, or a mapping with `ja` and `en`", problems),
        },
    )
}

/// A web page.
pub(super) fn link() -> Kind<String> {
    checked(
        || json!({"type": "string", "maxLength": 2000, "pattern": "^https?://[^\\s<>|]+$"}),
        "a link such as `https://example.com/manual`",
        |text| {
            let clean =
                !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c));
            let web = text.starts_with("https://") || text.starts_with("http://");
            let url = Url::parse(text).ok().filter(Url::has_host);
            match url {
                Some(url) if clean && web && text.chars().count() <= 2000 => Ok(url.to_string()),
                _ => Err(format!(
                    "`{}` is no link; one looks like `https://example.com/manual`",
                    shown(text)
                )),
            }
        },
    )
}

/// A Slack channel, by name or id.
pub(super) fn channel() -> Kind<ChannelRef> {
    checked_name("^#?[^\\s#@<>|]{1,80}$", "a channel such as `dev`", |text| {
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
            return Err(format!(
                "channels are in lower case in Slack: `{}`",
                shown(&lower)
            ));
        }
        if named(name, SLACK_CHANNEL, "-_") {
            Ok(ChannelRef::Name(name.to_owned()))
        } else {
            Err(format!(
                "`{}` is no Slack channel: letters, digits, `-` and `_`, at most {SLACK_CHANNEL}",
                shown(text)
            ))
        }
    })
}

/// A Slack user group, by its handle.
pub(super) fn group() -> Kind<GroupHandle> {
    checked_name(
        "^@?[^\\s#@<>|]{1,80}$",
        "the handle of a Slack user group such as `shop-first`",
        |text| {
            let handle = text.strip_prefix('@').unwrap_or(text);
            if named(handle, 80, "-_.") {
                Ok(GroupHandle::from(handle))
            } else {
                Err(format!(
                    "`{}` is no handle of a Slack user group: letters in lower case, digits, `-`, `_` and `.`",
                    shown(text)
                ))
            }
        },
    )
}

/// A person of `userteams.yaml`, or a Slack id.
pub(super) fn person() -> Kind<String> {
    checked_name(
        "^[^\\s<>|]{1,80}$",
        "a person of `userteams.yaml` such as `hanako`",
        |text| {
            let name = text.strip_prefix('@').unwrap_or(text);
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c);
            if name.is_empty() || name.contains(odd) || text.chars().count() > 80 {
                Err(format!(
                    "`{}` is nobody: say a person as `userteams.yaml` does, or a Slack id",
                    shown(text)
                ))
            } else {
                Ok(name.to_owned())
            }
        },
    )
}

/// People and groups.
pub(super) fn called(what: &'static str) -> Kind<Called> {
    table(what, |t: &mut Table<'_>| {
        let most = "since so many are called at once";
        let groups = list(group(), 20, most);
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
        "an emoji such as `🔥` or `\":fire:\"`",
        |text| {
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>&".contains(c);
            if text.is_empty() || text.contains(odd) || text.chars().count() > 50 {
                Err(format!("`{}` is no emoji", shown(text)))
            } else if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                Err(format!(
                    "`{0}` is no emoji; did you mean `\":{0}:\"`?",
                    shown(text)
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
        "the name of an emoji such as `memo`",
        |text| {
            let name = text.strip_prefix(':').unwrap_or(text);
            let name = name.strip_suffix(':').unwrap_or(name);
            if named(name, 100, "-_+'") {
                Ok(name.to_owned())
            } else {
                Err(format!(
                    "`{}` is no name of an emoji; one looks like `memo`",
                    shown(text)
                ))
            }
        },
    )
}

/// A colour, by name or digits.
pub(super) fn colour() -> Kind<Colour> {
    let names = || COLOURS.map(|(name, _)| name);
    checked(
        move || {
            let names = names().join("|");
            json!({"type": "string", "pattern": format!("^(#?[0-9a-fA-F]{{6}}|{names})$")})
        },
        "a colour such as `yellow` or `\"#f2c744\"`, in quotes",
        move |text| {
            let named = COLOURS.iter().find(|(name, _)| *name == text);
            let digits = named.map_or(text, |(_, digits)| digits);
            Colour::parse(digits).ok_or_else(|| {
                let hint = hint(text, &names());
                format!(
                    "`{}` is no colour: six hex digits such as `\"#f2c744\"`, or a name; {hint}",
                    shown(text)
                )
            })
        },
    )
}

/// A label: only its name, or more of it. What is left out is as in `base`.
pub(super) fn label(base: Label) -> Kind<Label> {
    let name = || words(LABEL_NAME);
    let whole = {
        let base = base.clone();
        table("a label", move |t: &mut Table<'_>| {
            let base = base.clone();
            Some(Label {
                name: t
                    .take("name", "At most 50 characters.", name())
                    .unwrap_or(base.name),
                colour: t
                    .take("colour", "A colour's name, or six hex digits.", colour())
                    .unwrap_or(base.colour),
                description: t
                    .take(
                        "description",
                        "At most 100 characters.",
                        words(LABEL_DESCRIPTION),
                    )
                    .unwrap_or(base.description),
            })
        })
    };
    let described = whole.schema();
    Kind::new(
        move || json!({"anyOf": [line(LABEL_NAME).schema(), described]}),
        move |node, problems| match &node.value {
            Value::Text(_) => Some(Label {
                name: name().read(node, problems)?,
                ..base.clone()
            }),
            Value::Map(_) => whole.read(node, problems),
            _ => not(
                node,
                "a label's name, or a mapping with `name`, `colour`, `description`",
                problems,
            ),
        },
    )
}

/// A folder of the postmortem repository.
pub(super) fn folder() -> Kind<String> {
    checked(
        || json!({"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$"}),
        "a folder such as `postmortems`",
        |text| {
            let part = |part: &str| {
                let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
                !part.is_empty()
                    && !part.starts_with("..")
                    && part != "."
                    && part.bytes().all(known)
            };
            if text.len() <= 100
                && text.split('/').all(part)
                && !text.starts_with(".git/")
                && text != ".git"
            {
                Ok(text.to_owned())
            } else {
                Err(format!(
                    "`{}` is no folder of the repository; one looks like `postmortems`",
                    shown(text)
                ))
            }
        },
    )
}

/// A Markdown file of the postmortem repository.
pub(super) fn file() -> Kind<String> {
    checked(
        || json!({"type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*[.]md$"}),
        "a file such as `postmortems/TEMPLATE.md`",
        |text| {
            let part = |part: &str| {
                let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
                !part.is_empty() && !part.starts_with("..") && part.bytes().all(known)
            };
            if text.len() <= 200
                && text.split('/').all(part)
                && text.len() > 3
                && text.ends_with(".md")
            {
                Ok(text.to_owned())
            } else {
                Err(format!(
                    "`{}` is no Markdown file of the repository; one looks like \
                     `postmortems/TEMPLATE.md`",
                    shown(text)
                ))
            }
        },
    )
}

/// What to say of a language that the bot does not speak.
pub(super) fn unknown_language(text: &str) -> String {
    let text = shown(text);
    format!("`{text}` is not a language sssbot speaks; say `ja` or `en`")
}

/// Letters of any script in lower case, digits, and these.
fn named(text: &str, longest: usize, besides: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || besides.contains(c);
    (1..=longest).contains(&text.chars().count())
        && text.chars().all(known)
        && text.to_lowercase() == text
}
