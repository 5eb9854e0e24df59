//! The kinds of single values in the file: words, links, colours, labels, files.

use serde_json::json;
use url::Url;

use super::kind::{Kind, checked, hint, not, shown};
use super::table::{Table, table};
use crate::i18n::both;
use crate::playbook::words::{Colour, Label, Words};
use crate::yaml::Value;

/// How long the text of an option in a Slack menu, a button or a checkbox may be.
pub(super) const SLACK_OPTION: usize = 75;
/// How many options a Slack menu has at most.
pub(super) const SLACK_MENU: usize = 100;
/// How many options a group of checkboxes or radio buttons has at most.
pub(super) const SLACK_CHOICES: usize = 10;
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
        a_text(),
        move |text| {
            if text.contains(['\n', '\r']) {
                return Err(Words::new("一行で書いてください", "this must be one line"));
            }
            fits(text, longest)
        },
    )
}

/// Text of any number of lines and at most so many characters.
fn prose(longest: usize) -> Kind<String> {
    checked(
        move || json!({"type": "string", "maxLength": longest, "pattern": "\\S"}),
        a_text(),
        move |text| fits(text, longest),
    )
}

/// A number or `true` in quotes is text.
fn a_text() -> Words {
    Words::new("引用符で囲んだ文字列", "text (put it in quotes if it is)")
}

fn fits(text: &str, longest: usize) -> Result<String, Words> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Err(Words::new("空にはできません", "this must not be empty"))
    } else if length > longest {
        Err(both!(
            "{longest} 文字までです（いまは {length} 文字です）",
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
        let what = Words::new("言語ごとの文", "text in several languages");
        table(what, move |t: &mut Table<'_>| {
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
            _ => {
                let wanted = Words::new(
                    "文字列、または `ja` と `en` のマッピング",
                    "text, or a mapping with `ja` and `en`",
                );
                not(node, &wanted, problems)
            }
        },
    )
}

/// A web page.
pub(super) fn link() -> Kind<String> {
    checked(
        || json!({"type": "string", "maxLength": 2000, "pattern": "^https?://[^\\s<>|]+$"}),
        Words::new(
            "`https://example.com/manual` のようなリンク",
            "a link such as `https://example.com/manual`",
        ),
        |text| {
            let clean =
                !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c));
            let web = text.starts_with("https://") || text.starts_with("http://");
            let url = Url::parse(text).ok().filter(Url::has_host);
            match url {
                Some(url) if clean && web && text.chars().count() <= 2000 => Ok(url.to_string()),
                _ => {
                    let text = shown(text);
                    Err(both!(
                        "`{text}` はリンクではありません。`https://example.com/manual` のように書いてください",
                        "`{text}` is no link; one looks like `https://example.com/manual`"
                    ))
                }
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
        Words::new(
            "`yellow` のような色の名前か、引用符で囲んだ `\"#f2c744\"` のような値",
            "a colour such as `yellow` or `\"#f2c744\"`, in quotes",
        ),
        move |text| {
            let named = COLOURS.iter().find(|(name, _)| *name == text);
            let digits = named.map_or(text, |(_, digits)| digits);
            Colour::parse(digits).ok_or_else(|| {
                let (hint, text) = (hint(text, &names()), shown(text));
                both!(
                    "`{text}` は色ではありません。`\"#f2c744\"` のような 16 進数 6 桁か、色の名前を書いてください。{hint}",
                    "`{text}` is no colour: six hex digits such as `\"#f2c744\"`, or a name; {hint}",
                    hint
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
        table(
            Words::new("ラベル", "a label"),
            move |t: &mut Table<'_>| {
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
            },
        )
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
            _ => {
                let wanted = Words::new(
                    "ラベルの名前、または `name`、`colour`、`description` のマッピング",
                    "a label's name, or a mapping with `name`, `colour`, `description`",
                );
                not(node, &wanted, problems)
            }
        },
    )
}

/// A folder of the postmortem repository.
pub(super) fn folder() -> Kind<String> {
    checked(
        || json!({"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$"}),
        Words::new(
            "`postmortems` のようなフォルダー",
            "a folder such as `postmortems`",
        ),
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
                let text = shown(text);
                Err(both!(
                    "`{text}` はリポジトリのフォルダーではありません。`postmortems` のように書いてください",
                    "`{text}` is no folder of the repository; one looks like `postmortems`"
                ))
            }
        },
    )
}

/// A Markdown file of the postmortem repository.
pub(super) fn file() -> Kind<String> {
    checked(
        || json!({"type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*[.]md$"}),
        Words::new(
            "`postmortems/TEMPLATE.md` のようなファイル",
            "a file such as `postmortems/TEMPLATE.md`",
        ),
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
                let text = shown(text);
                Err(both!(
                    "`{text}` はリポジトリの Markdown ファイルではありません。`postmortems/TEMPLATE.md` のように書いてください",
                    "`{text}` is no Markdown file of the repository; one looks like `postmortems/TEMPLATE.md`"
                ))
            }
        },
    )
}

/// What to say of a language that the bot does not speak.
pub(super) fn unknown_language(text: &str) -> Words {
    let text = shown(text);
    both!(
        "`{text}` は sssbot の話せる言語ではありません。`ja` か `en` と書いてください",
        "`{text}` is not a language sssbot speaks; say `ja` or `en`"
    )
}
