//! Where GitHub shows what is wrong with a file: annotations of a check run, as data.

use serde::Serialize;

use super::Problem;
use crate::i18n::{Lang, both};

/// How many annotations GitHub takes in one call; more need further calls.
pub const ANNOTATIONS_A_CALL: usize = 50;

/// After so many the author has seen enough; the last one says how many more there are.
const ENOUGH: usize = 200;

/// How loudly GitHub shows an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Loudness {
    /// Something to know.
    Notice,
    /// Something to look at.
    Warning,
    /// Something that is wrong.
    Failure,
}

/// One remark at a place in a file, with the field names that GitHub's check runs have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// From 1.
    pub start_line: u64,
    /// The same line: a problem is one place.
    pub end_line: u64,
    /// From 1, in characters.
    pub start_column: u64,
    /// The last character that it is about.
    pub end_column: u64,
    /// How loudly it is shown.
    pub annotation_level: Loudness,
    /// A sentence.
    pub message: String,
}

/// The annotations for what is wrong with a file, in this language and the order of the problems. `text` is the file
/// and tells how far a word goes.
pub fn annotations(path: &str, text: &str, problems: &[Problem], lang: Lang) -> Vec<Annotation> {
    let lines: Vec<&str> = text.lines().collect();
    let annotation = |problem: &Problem| {
        let line = usize::try_from(problem.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = lines.get(line).copied().unwrap_or_default();
        Annotation {
            path: path.to_owned(),
            start_line: problem.line,
            end_line: problem.line,
            start_column: problem.column,
            end_column: problem.column + reach(line, problem.column).saturating_sub(1),
            annotation_level: Loudness::Failure,
            message: problem.message.say(lang).to_owned(),
        }
    };
    let mut all: Vec<Annotation> = problems.iter().take(ENOUGH).map(annotation).collect();
    let more = problems.len().saturating_sub(ENOUGH);
    if let (Some(last), true) = (all.last_mut(), more > 0) {
        let more = both!(
            "\n（この下にほかに {more} 件あります）",
            "\n(and {more} more problems below)"
        );
        last.message.push_str(more.say(lang));
    }
    all
}

/// How many characters the key or value has that begins at this column; at least one.
fn reach(line: &str, column: u64) -> u64 {
    let skipped = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let rest: Vec<char> = line.chars().skip(skipped).collect();
    let length = match rest.first() {
        Some(quote @ ('"' | '\'')) => rest
            .iter()
            .skip(1)
            .position(|c| c == quote)
            .map_or(rest.len(), |at| at + 2),
        Some('[' | '{') => 1,
        _ => {
            let ends = |at: usize| match rest[at] {
                ',' | ']' | '}' => true,
                ':' => rest.get(at + 1).is_none_or(|next| next.is_whitespace()),
                '#' => at > 0 && rest[at - 1].is_whitespace(),
                _ => false,
            };
            let end = (0..rest.len()).find(|at| ends(*at)).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            word.iter()
                .rposition(|c| !c.is_whitespace())
                .map_or(1, |at| at + 1)
        }
    };
    length.max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::{ANNOTATIONS_A_CALL, annotations};
    use crate::i18n::Lang;
    use crate::playbook::{PATH, parse};

    #[test]
    fn an_annotation_covers_what_it_is_about() {
        for (text, line, columns) in [
            ("langauge: ja\n", 1, (1, 8)),
            ("language: fr # or not\n", 1, (11, 12)),
            (
                "mirror: {mute_drafts: perhaps, mute_bots: true}",
                1,
                (23, 29),
            ),
            ("language: ja\ntime_zone: 'Mars/Base'\n", 2, (12, 22)),
            ("types: [outage]", 1, (8, 8)),
            ("語: 1", 1, (1, 1)),
        ] {
            let all = annotations(PATH, text, &parse(text).unwrap_err(), Lang::En);
            assert_eq!(all.len(), 1, "{text}");
            let first = &all[0];
            assert_eq!((first.start_line, first.end_line), (line, line), "{text}");
            assert_eq!((first.start_column, first.end_column), columns, "{text}");
        }
    }

    #[test]
    fn github_reads_them() {
        let text = "langauge: ja";
        let all = annotations(PATH, text, &parse(text).unwrap_err(), Lang::En);
        assert_eq!(
            serde_json::to_value(all).unwrap(),
            serde_json::json!([{
                "path": ".github/sssbot.yaml",
                "start_line": 1,
                "end_line": 1,
                "start_column": 1,
                "end_column": 8,
                "annotation_level": "failure",
                "message": "the playbook has no key `langauge`; did you mean `language`?",
            }])
        );
        let ja = annotations(PATH, text, &parse(text).unwrap_err(), Lang::Ja);
        assert_eq!(
            ja[0].message,
            "プレイブックに `langauge` というキーはありません。`language` ではありませんか"
        );
    }

    #[test]
    fn a_file_that_is_all_wrong_makes_a_few_calls() {
        let problem = parse("x: 1").unwrap_err().remove(0);
        let many = annotations(PATH, "x: 1", &vec![problem; 1_000], Lang::En);
        assert_eq!(many.chunks(ANNOTATIONS_A_CALL).count(), 4);
        let last = &many.last().unwrap().message;
        assert!(last.ends_with("(and 800 more problems below)"), "{last}");
    }
}
