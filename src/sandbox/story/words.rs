//! Takes a line apart, word by word.

use jiff::SignedDuration;

use super::act::Ref;
use crate::id::{Login, RepoName};

/// What is left of a line. Every method takes something off its front, or says what was expected
/// there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a>(&'a str);

/// What was expected, in a few words.
pub(super) type Expected = String;

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self(line.trim())
    }

    /// What is left.
    pub(super) fn rest(self) -> &'a str {
        self.0
    }

    /// The next word; empty at the end.
    pub(super) fn peek(self) -> &'a str {
        self.0.split_whitespace().next().unwrap_or_default()
    }

    pub(super) fn word(&mut self) -> &'a str {
        let word = self.peek();
        self.0 = self.0[word.len()..].trim_start();
        word
    }

    /// Whether these words come next; they are taken then.
    pub(super) fn takes(&mut self, words: &str) -> bool {
        let mut ahead = *self;
        if words.split(' ').all(|word| ahead.word() == word) {
            *self = ahead;
            return true;
        }
        false
    }

    /// These words must come next.
    pub(super) fn need(&mut self, words: &str) -> Result<(), Expected> {
        if self.takes(words) {
            Ok(())
        } else {
            Err(format!("`{words}` expected{}", self.here()))
        }
    }

    /// The line must end here.
    pub(super) fn end(self) -> Result<(), Expected> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(format!("nothing more expected{}", self.here()))
        }
    }

    fn here(self) -> String {
        if self.0.is_empty() {
            " at the end of the line".to_owned()
        } else {
            format!(" at `{}`", self.0)
        }
    }

    fn some(&mut self, what: &str) -> Result<&'a str, Expected> {
        match self.word() {
            "" => Err(format!("{what} expected at the end of the line")),
            word => Ok(word),
        }
    }

    /// `"…"`, with `\"` for a quote within.
    pub(super) fn quoted(&mut self) -> Result<String, Expected> {
        let Some(inside) = self.0.strip_prefix('"') else {
            return Err(format!("words in quotes expected{}", self.here()));
        };
        let mut text = String::new();
        let mut letters = inside.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.0 = inside[at + 1..].trim_start();
                    return Ok(text);
                }
                '\\' => match letters.next() {
                    Some((_, quoted @ ('"' | '\\'))) => text.push(quoted),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err("the closing quote is missing".to_owned())
    }

    /// `#name`; gives the name.
    pub(super) fn channel(&mut self) -> Result<String, Expected> {
        let word = self.some("a channel (`#name`)")?;
        match word.strip_prefix('#') {
            Some(name) if !name.is_empty() => Ok(name.to_owned()),
            _ => Err(format!("a channel (`#name`) expected, not `{word}`")),
        }
    }

    /// `@name`; gives the name.
    pub(super) fn handle(&mut self) -> Result<String, Expected> {
        let word = self.some("a group (`@name`)")?;
        match word.strip_prefix('@') {
            Some(name) if !name.is_empty() => Ok(name.to_owned()),
            _ => Err(format!("a group (`@name`) expected, not `{word}`")),
        }
    }

    /// `owner/name`
    pub(super) fn repo(&mut self) -> Result<RepoName, Expected> {
        let word = self.some("a repository (`owner/name`)")?;
        repo(word).ok_or_else(|| format!("a repository (`owner/name`) expected, not `{word}`"))
    }

    /// `owner/name#12`
    pub(super) fn reference(&mut self) -> Result<Ref, Expected> {
        let word = self.some("an issue or a pull request (`owner/name#12`)")?;
        word.split_once('#')
            .and_then(|(name, number)| {
                Some(Ref {
                    repo: repo(name)?,
                    number: number.parse().ok().filter(|number| *number > 0)?,
                })
            })
            .ok_or_else(|| {
                format!("an issue or a pull request (`owner/name#12`) expected, not `{word}`")
            })
    }

    pub(super) fn login(&mut self) -> Result<Login, Expected> {
        self.some("somebody").map(Login::from)
    }

    pub(super) fn branch(&mut self) -> Result<String, Expected> {
        self.some("a branch").map(str::to_owned)
    }

    /// `dir/file`, from the top of a repository.
    pub(super) fn path(&mut self) -> Result<String, Expected> {
        let word = self.some("a file (`dir/name`)")?;
        let fits = |part: &str| !matches!(part, "" | "." | "..");
        if word.split('/').all(fits) {
            Ok(word.to_owned())
        } else {
            Err(format!("a file (`dir/name`) expected, not `{word}`"))
        }
    }

    /// A count from 1.
    pub(super) fn nth(&mut self) -> Result<usize, Expected> {
        let word = self.some("a number")?;
        word.parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| format!("a number from 1 expected, not `{word}`"))
    }

    /// All that is left, at commas.
    pub(super) fn list(&mut self) -> Result<Vec<String>, Expected> {
        let all: Vec<String> = self
            .0
            .split(',')
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect();
        self.0 = "";
        if all.is_empty() {
            return Err("one or more, with commas between, expected".to_owned());
        }
        Ok(all)
    }

    /// `30s`, `5m`, `2h`, `1d`, `1h30m`
    pub(super) fn span(&mut self) -> Result<SignedDuration, Expected> {
        let word = self.some("a time (`30s`, `5m`, `2h`, `1d`)")?;
        span(word).ok_or_else(|| format!("a time (`30s`, `5m`, `2h`, `1d`) expected, not `{word}`"))
    }
}

fn repo(word: &str) -> Option<RepoName> {
    let (owner, name) = word.split_once('/')?;
    let fits = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (fits(owner) && fits(name)).then(|| RepoName::from(word))
}

fn span(word: &str) -> Option<SignedDuration> {
    let mut seconds: i64 = 0;
    let mut rest = word;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..unit].parse().ok()?;
        let each = match rest[unit..].chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(each)?)?;
        rest = &rest[unit + 1..];
    }
    (seconds > 0).then(|| SignedDuration::from_secs(seconds))
}
