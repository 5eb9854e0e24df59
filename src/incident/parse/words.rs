//! The words that open a command, and how far a text goes along with one.

use crate::incident::wording::plain;
use crate::yaml;

/// What a word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Handler,
    /// All of it is said: I lead.
    HandlerMe,
    Level,
    Feeling,
    Detected,
    Responded,
    Recovered,
    Tick,
    Untick,
    Note,
    Summary,
    Call,
    Announce,
    Postmortem,
    Resolve,
    Reopen,
    Archive,
    Help,
    Team,
    Start,
}

/// Every way to open a command, in the form of [`plain`].
const WORDS: &[(Word, &[&str])] = &[
    (
        Word::HandlerMe,
        &[
            "ハンドラーはわたしです",
            "ハンドラーは私です",
            "ハンドラはわたしです",
            "ハンドラは私です",
            "ハンドラーやります",
            "ハンドラやります",
            "わたしがハンドラーです",
            "私がハンドラーです",
            "私がハンドラです",
            "i am the handler",
            "i'm the handler",
            "i’m the handler",
            "i take the lead",
        ],
    ),
    (
        Word::Handler,
        &[
            "ハンドラー",
            "ハンドラ",
            "インシデントハンドラー",
            "インシデントハンドラ",
            "handler",
            "commander",
        ],
    ),
    (
        Word::Level,
        &["事象レベル", "レベル", "level", "severity", "sev", "lv"],
    ),
    (
        Word::Feeling,
        &["温度感", "feeling", "gut feeling", "urgency"],
    ),
    (
        Word::Detected,
        &[
            "インシデントの検知",
            "インシデント検知",
            "検知時刻",
            "検知しました",
            "検知",
            "detected",
            "detection",
            "detected at",
        ],
    ),
    (
        Word::Responded,
        &[
            "インシデントの初動",
            "初動対応",
            "初動時刻",
            "初動",
            "responded",
            "first response",
            "response",
            "responded at",
        ],
    ),
    (
        Word::Recovered,
        &[
            "インシデントの復旧",
            "インシデント復旧",
            "復旧時刻",
            "復旧しました",
            "復旧した",
            "復旧です",
            "復旧",
            "緩和",
            "recovered",
            "mitigated",
            "recovered at",
        ],
    ),
    (
        Word::Tick,
        &[
            "済み",
            "済",
            "完了項目",
            "チェック",
            "done",
            "tick",
            "check",
        ],
    ),
    (
        Word::Untick,
        &["未済", "チェック解除", "undone", "untick", "uncheck"],
    ),
    (Word::Note, &["メモ", "記録", "note", "memo", "log"]),
    (
        Word::Summary,
        &["サマリ", "サマリー", "概要", "summary", "synopsis"],
    ),
    (Word::Call, &["招待", "呼んで", "invite", "call", "page"]),
    (
        Word::Announce,
        &["周知", "お知らせ", "announce", "broadcast"],
    ),
    (
        Word::Resolve,
        &[
            "解決しました",
            "解決です",
            "解決",
            "完了しました",
            "resolve",
            "resolved",
        ],
    ),
    (
        Word::Postmortem,
        &[
            "ポストモーテム",
            "ポストモーテムを書く",
            "ポストモーテムを作成",
            "ふりかえり",
            "振り返り",
            "アフターアクションレビュー",
            "postmortem",
            "post-mortem",
            "after action review",
            "aar",
            "retrospective",
        ],
    ),
    (Word::Reopen, &["再開します", "再開", "reopen"]),
    (
        Word::Archive,
        &[
            "アーカイブします",
            "アーカイブして",
            "アーカイブ",
            "archive",
        ],
    ),
    (
        Word::Help,
        &["ヘルプ", "使い方", "help", "usage", "commands"],
    ),
    (
        Word::Team,
        &[
            "チーム",
            "チーム一覧",
            "team",
            "teams",
            "who is in",
            "who's in",
            "who’s in",
            "members of",
        ],
    ),
    (
        Word::Start,
        &[
            "障害です",
            "障害",
            "セキュリティインシデントです",
            "セキュリティインシデント",
            "インシデントです",
            "インシデント",
            "incident",
            "declare",
            "outage",
            "security incident",
            "start",
        ],
    ),
];

/// How far the longest way to open a command may go, in characters.
const LONGEST: usize = 40;

/// The command that a text opens with, the words themselves as they were said, and what follows
/// them. The longest way wins: `インシデントの検知` is no `インシデント`.
pub(super) fn opening(text: &str) -> Option<(Word, &str, &str)> {
    let text = text.trim();
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut found = None;
    for end in ends.take(LONGEST) {
        let (said, rest) = text.split_at(end);
        if said.ends_with(char::is_whitespace) || !ends_here(said, rest) {
            continue;
        }
        let said_plain = plain(said);
        let word = WORDS
            .iter()
            .find(|(_, ways)| ways.contains(&said_plain.as_str()));
        if let Some((word, _)) = word {
            found = Some((*word, said, argument(rest)));
        }
    }
    found
}

/// The way to open a command that was probably meant by the first word of a text.
pub(super) fn meant(text: &str) -> Option<(&str, &'static str)> {
    let first = text.split_whitespace().next()?;
    let ways: Vec<&str> = WORDS
        .iter()
        .flat_map(|(_, ways)| ways.iter().copied())
        .collect();
    let short = first.chars().count() < 3 && first.is_ascii();
    let meant = yaml::meant(&plain(first), &ways).filter(|_| !short)?;
    Some((first, meant))
}

/// Whether the words may end here: no letter goes on, or only where no word could.
fn ends_here(said: &str, rest: &str) -> bool {
    let Some(next) = rest.chars().next() else {
        return true;
    };
    let last_is_ascii = said.ends_with(|c: char| c.is_ascii());
    match next {
        'は' => {
            !last_is_ascii
                || rest
                    .chars()
                    .nth(1)
                    .is_some_and(|c| !c.is_ascii_alphabetic())
        }
        '-' | '_' | '/' | '\'' | '’' => false,
        c if c.is_numeric() => true,
        c if c.is_alphabetic() => false,
        'ー' => false,
        _ => true,
    }
}

/// What follows the words, without what ties it to them.
fn argument(rest: &str) -> &str {
    let rest = rest.trim_start();
    let rest = rest
        .strip_prefix([':', '：', '=', 'は', '、', ','])
        .unwrap_or(rest);
    rest.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_in_its_plain_form_and_means_one_thing() {
        let mut seen = std::collections::BTreeMap::new();
        for (word, ways) in WORDS {
            for way in *ways {
                assert_eq!(plain(way), *way);
                assert!(way.chars().count() <= LONGEST, "{way}");
                assert_eq!(seen.insert(*way, *word), None, "{way}");
                assert_eq!(opening(way).map(|(word, ..)| word), Some(*word), "{way}");
            }
        }
    }

    #[test]
    fn words_end_where_they_end() {
        for (text, wanted) in [
            ("level 3", Some((Word::Level, "3"))),
            ("LEVEL: 3", Some((Word::Level, "3"))),
            ("レベル３", Some((Word::Level, "３"))),
            ("インシデントの検知 10:32", Some((Word::Detected, "10:32"))),
            ("検知は10:32", Some((Word::Detected, "10:32"))),
            ("first  response 10:32", Some((Word::Responded, "10:32"))),
            ("levels are high", None),
            ("メモリが足りない", None),
            ("検知漏れの件", None),
            ("notebook", None),
            ("resolve-conf", None),
            ("archive/2021", None),
            ("", None),
        ] {
            let got = opening(text).map(|(word, _, rest)| (word, rest));
            assert_eq!(got, wanted, "{text}");
        }
    }
}
