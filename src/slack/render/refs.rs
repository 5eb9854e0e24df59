//! What GitHub makes a link by itself: `@login`, `#12`, `owner/repo#12`, `GH-12` and commits.

use std::ops::Range;

use crate::slack::render::Style;

/// Finds references in text and knows where they lead.
#[derive(Clone, Copy)]
pub(super) struct Refs<'a> {
    style: &'a Style<'a>,
    /// `https://host/owner/name`, without a slash at its end.
    source: Option<&'a str>,
}

/// Where a reference stands in its text, where it leads, and how it is shown.
pub(super) type Found = (Range<usize>, String, String);

impl<'a> Refs<'a> {
    pub(super) fn new(style: &'a Style<'a>, source: Option<&'a str>) -> Self {
        let source = source
            .map(|url| url.trim_end_matches('/'))
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
            .filter(|url| url.split('/').count() == 5);
        Self { style, source }
    }

    pub(super) fn source(&self) -> Option<&'a str> {
        self.source
    }

    /// `https://host` of the source.
    fn host(&self) -> Option<&'a str> {
        let source = self.source?;
        let (rest, _name) = source.rsplit_once('/')?;
        let (host, _owner) = rest.rsplit_once('/')?;
        Some(host)
    }

    /// The host that all of the message is about, with its port.
    pub(super) fn home(&self) -> Option<&'a str> {
        let host = self.host()?;
        host.split_once("://").map(|(_, host)| host)
    }

    /// The link to a person's page in Slack, and what they are called; `None` when nobody knows.
    pub(super) fn person(&self, login: &str) -> Option<(String, String)> {
        let workspace = self.style.workspace_url?;
        let person = self.style.people.by_login(login)?;
        let url = format!("{}/team/{}", workspace.trim_end_matches('/'), person.slack);
        Some((url, format!("@{}", person.name)))
    }

    /// The reference whose sign (`@`, `#`, `G`) stands at `at`. Looks back no further than `from`.
    pub(super) fn at(&self, text: &str, at: usize, from: usize) -> Option<Found> {
        let bytes = text.as_bytes();
        match bytes[at] {
            b'@' => self
                .login(text, at)
                .or_else(|| self.foreign_commit(text, at, from)),
            b'#' => self.number(text, at, from),
            _ => {
                let digits = digits(bytes, at + 3)?;
                let source = self.source?;
                free_before(bytes, at).then(|| {
                    let range = at..digits.end;
                    let url = format!("{source}/issues/{}", &text[digits]);
                    (range.clone(), url, text[range].to_owned())
                })
            }
        }
    }

    fn login(&self, text: &str, at: usize) -> Option<Found> {
        let bytes = text.as_bytes();
        if !free_before(bytes, at) {
            return None;
        }
        let long = bytes[at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .count();
        let login = text[at + 1..at + 1 + long].trim_end_matches(['-', '_']);
        let end = at + 1 + login.len();
        let team = bytes.get(end) == Some(&b'/')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
        if login.is_empty() || login.len() > 60 || team {
            return None;
        }
        let (url, name) = self.person(login)?;
        Some((at..end, url, name))
    }

    fn number(&self, text: &str, at: usize, from: usize) -> Option<Found> {
        let bytes = text.as_bytes();
        let digits = digits(bytes, at + 1)?;
        let repo = repo_before(text, at, from);
        let start = repo.as_ref().map_or(at, |range| range.start);
        if !free_before(bytes, start) {
            return None;
        }
        let base = match repo {
            Some(repo) => format!("{}/{}", self.host()?, &text[repo]),
            None => self.source?.to_owned(),
        };
        let url = format!("{base}/issues/{}", &text[digits.clone()]);
        Some((start..digits.end, url, text[start..digits.end].to_owned()))
    }

    /// `owner/repo@sha`.
    fn foreign_commit(&self, text: &str, at: usize, from: usize) -> Option<Found> {
        let bytes = text.as_bytes();
        let long = hex_run(bytes, at + 1);
        let repo = repo_before(text, at, from)?;
        let free_after = bytes.get(at + 1 + long).is_none_or(|b| !is_wordy(*b));
        if !(7..=40).contains(&long) || !free_after || !free_before(bytes, repo.start) {
            return None;
        }
        let host = self.host()?;
        let name = &text[repo.clone()];
        let sha = &text[at + 1..at + 1 + long];
        let url = format!("{host}/{name}/commit/{sha}");
        let label = format!("{name}@{}", &sha[..7]);
        Some((repo.start..at + 1 + long, url, label))
    }

    /// The next full commit id, 40 hex digits on their own, from `from` on.
    pub(super) fn next_commit(&self, text: &str, from: usize) -> Option<Found> {
        let bytes = text.as_bytes();
        if bytes.len() < from + 40 {
            return None;
        }
        let source = self.source?;
        // One of 40 digits in a row always stands on a stride of 40.
        let mut probe = from + 39;
        while probe < bytes.len() {
            if !bytes[probe].is_ascii_hexdigit() {
                probe += 40;
                continue;
            }
            let mut start = probe;
            while start > from && bytes[start - 1].is_ascii_hexdigit() {
                start -= 1;
            }
            let end = start + hex_run(bytes, start);
            let alone = (start == 0 || !is_wordy(bytes[start - 1]) && bytes[start - 1] != b'@')
                && bytes.get(end).is_none_or(|b| !is_wordy(*b));
            if end - start == 40 && alone {
                let sha = &text[start..end];
                return Some((
                    start..end,
                    format!("{source}/commit/{sha}"),
                    sha[..7].to_owned(),
                ));
            }
            probe = end + 39;
        }
        None
    }

    /// How GitHub shows a bare link to an issue, a pull request or a commit: `#12`,
    /// `owner/repo#12`, the start of the id. `None` for any other page.
    pub(super) fn short_name(&self, url: &str) -> Option<String> {
        let path = url.strip_prefix(self.host()?)?.strip_prefix('/')?;
        let mut parts = path.splitn(4, '/');
        let (owner, name) = (parts.next()?, parts.next()?);
        let (kind, rest) = (parts.next()?, parts.next()?);
        let here = self
            .source
            .and_then(|source| source.strip_prefix(self.host()?)?.strip_prefix('/'))
            .is_some_and(|repo| repo.split_once('/') == Some((owner, name)));
        let repo = if here {
            String::new()
        } else {
            format!("{owner}/{name}")
        };
        match kind {
            "issues" | "pull" | "discussions" => {
                let (number, anchor) = rest.split_once('#').unwrap_or((rest, ""));
                if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                let comment = if anchor.is_empty() { "" } else { " (comment)" };
                Some(format!("{repo}#{number}{comment}"))
            }
            "commit" => {
                let whole = rest.len() == 40 && hex_run(rest.as_bytes(), 0) == 40;
                let at = if here { "" } else { "@" };
                whole.then(|| format!("{repo}{at}{}", &rest[..7]))
            }
            _ => None,
        }
    }
}

fn is_wordy(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a reference may start at `at`: not inside a word, a path or an address.
fn free_before(bytes: &[u8], at: usize) -> bool {
    at == 0 || {
        let before = bytes[at - 1];
        !is_wordy(before) && !matches!(before, b'/' | b'#' | b'@' | b'&' | b'-' | b'.' | b'`')
    }
}

/// One to ten digits that end where a word ends.
fn digits(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let long = bytes
        .get(at..)?
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let end = at + long;
    let whole = bytes.get(end).is_none_or(|b| !is_wordy(*b));
    ((1..=10).contains(&long) && whole).then_some(at..end)
}

fn hex_run(bytes: &[u8], at: usize) -> usize {
    bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|b| b.is_ascii_hexdigit())
        .count()
}

/// `owner/repo` that ends at `at` and starts at `from` or later. An underline in it stands between
/// letters or digits: any other was written with something unseen beside it.
fn repo_before(text: &str, at: usize, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let long = bytes[from..at]
        .iter()
        .rev()
        .take(141)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'/'))
        .count();
    let start = at - long;
    let (owner, name) = text[start..at].split_once('/')?;
    let underlines_inside = (start..at).filter(|i| bytes[*i] == b'_').all(|i| {
        i > start
            && bytes[i - 1].is_ascii_alphanumeric()
            && bytes.get(i + 1).is_some_and(u8::is_ascii_alphanumeric)
    });
    let good = !owner.is_empty()
        && owner.len() <= 39
        && owner
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && owner.as_bytes()[0].is_ascii_alphanumeric()
        && !name.is_empty()
        && name.len() <= 100
        && !name.contains('/')
        && name != "."
        && name != ".."
        && underlines_inside;
    good.then_some(start..at)
}
