//! Where the visitor is: the address of the page, and what the worlds' own addresses mean here.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::id::RepoName;

/// An issue or a pull request: `acme/shop/12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) repo: RepoName,
    pub(super) number: u64,
}

/// `owner/name/number` was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoSubject;

impl FromStr for Subject {
    type Err = NoSubject;

    fn from_str(text: &str) -> Result<Self, NoSubject> {
        let (repo, number) = text.rsplit_once('/').ok_or(NoSubject)?;
        let (owner, name) = repo.split_once('/').ok_or(NoSubject)?;
        if owner.is_empty() || name.is_empty() || name.contains('/') {
            return Err(NoSubject);
        }
        Ok(Self {
            repo: RepoName::from(repo),
            number: number.parse().map_err(|_| NoSubject)?,
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.repo, self.number)
    }
}

/// A file: `acme/postmortem/userteams.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilePlace {
    pub(super) repo: RepoName,
    pub(super) path: String,
}

impl FromStr for FilePlace {
    type Err = NoSubject;

    fn from_str(text: &str) -> Result<Self, NoSubject> {
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (owner, name, path) = (part(), part(), part());
        let (Some(owner), Some(name), Some(path)) = (owner, name, path) else {
            return Err(NoSubject);
        };
        Ok(Self {
            repo: RepoName::from(format!("{owner}/{name}").as_str()),
            path: path.to_owned(),
        })
    }
}

/// What the page's address says. Empty fields follow the story: the newest issue, the newest
/// channel, the first person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Here {
    /// The chosen issue or pull request, `owner/name/number`.
    pub(super) subject: String,
    /// The file that is looked at instead of an issue, `owner/name/path`.
    pub(super) file: String,
    /// The branch or commit that it is looked at on; empty for the default branch.
    pub(super) at: String,
    /// The chosen channel's id, [`HOME`] or [`GROUPS`].
    pub(super) channel: String,
    /// Whom the visitor acts as.
    #[serde(rename = "as")]
    pub(super) who: String,
    /// What stands in the field in which the visitor writes.
    pub(super) draft: String,
}

/// What is chosen instead of a channel for the app's Home tab.
pub(super) const HOME: &str = "home";
/// What is chosen instead of a channel for the workspace's user groups.
pub(super) const GROUPS: &str = "groups";

impl Here {
    /// What is chosen, by the names that it has in the address and in forms; nothing of what is
    /// empty.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("subject", self.subject.as_str()),
            ("file", &self.file),
            ("at", &self.at),
            ("channel", &self.channel),
            ("as", &self.who),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// The address of the page with this subject chosen, or of this place on it.
    pub(super) fn with_subject(&self, subject: &str, place: &str) -> String {
        let here = Self {
            subject: subject.to_owned(),
            file: String::new(),
            at: String::new(),
            draft: String::new(),
            ..self.clone()
        };
        here.address(place)
    }

    /// The address of the page with this file chosen, on this branch or at this commit.
    pub(super) fn with_file(&self, repo: &str, at: &str, path: &str, place: &str) -> String {
        let here = Self {
            file: format!("{repo}/{path}"),
            at: at.to_owned(),
            draft: String::new(),
            ..self.clone()
        };
        here.address(place)
    }

    /// The address of the page with this channel chosen.
    pub(super) fn with_channel(&self, channel: &str, place: &str) -> String {
        let here = Self {
            channel: channel.to_owned(),
            draft: String::new(),
            ..self.clone()
        };
        here.address(place)
    }

    /// The address of the field of this channel, with something in it.
    pub(super) fn writing(&self, channel: &str, draft: &str) -> String {
        let here = Self {
            channel: channel.to_owned(),
            draft: draft.to_owned(),
            ..self.clone()
        };
        here.address("compose")
    }

    /// The address with nothing chosen.
    pub(super) fn following(&self) -> String {
        let here = Self {
            who: self.who.clone(),
            ..Self::default()
        };
        here.address("")
    }

    /// This place on the page; the place is an element's id, or nothing.
    pub(super) fn address(&self, place: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.fields());
        if !self.draft.is_empty() {
            query.append_pair("draft", &self.draft);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        let hash = if place.is_empty() { "" } else { "#" };
        format!("/{mark}{query}{hash}{place}")
    }

    /// Where on this page an address of the sandbox's GitHub is shown; `None` for other addresses.
    pub(super) fn of_github(&self, github_url: &str, url: &str) -> Option<String> {
        let inside = url.strip_prefix(github_url.trim_end_matches('/'))?;
        if !inside.is_empty() && !inside.starts_with(['/', '?', '#']) {
            return None;
        }
        let inside = Url::parse("http://github/").ok()?.join(inside).ok()?;
        if inside.host_str() != Some("github") {
            return None;
        }
        let parts: Vec<&str> = inside
            .path_segments()?
            .filter(|part| !part.is_empty())
            .collect();
        let place = match inside.fragment() {
            Some(fragment) => place(fragment),
            None => "subject".to_owned(),
        };
        match *parts.as_slice() {
            [owner, name, "issues" | "pull", number, ..] => {
                let subject: Subject = format!("{owner}/{name}/{number}").parse().ok()?;
                Some(self.with_subject(&subject.to_string(), &place))
            }
            [owner, name, "blob", at, ref path @ ..] if !path.is_empty() => {
                let repo = format!("{owner}/{name}");
                let path = path.iter().map(|part| decoded(part));
                let path: Vec<String> = path.collect();
                Some(self.with_file(&repo, &decoded(at), &path.join("/"), "file"))
            }
            [_, _, "commit" | "commits" | "compare" | "tree", ..] => {
                Some(self.with_subject(&self.subject, "branches"))
            }
            _ => Some(self.address("github")),
        }
    }
}

/// A part of a path, `%E3%81%82` as what it stands for.
fn decoded(part: &str) -> String {
    let pair = format!("p={}", part.replace('&', "%26").replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map_or(String::new(), |(_, part)| part.into_owned())
}

/// The id that an element of this page has for a fragment of GitHub's.
fn place(fragment: &str) -> String {
    let number = |prefix: &str| {
        let rest = fragment.strip_prefix(prefix)?;
        rest.parse::<u64>().ok()
    };
    if let Some(id) = number("issuecomment-") {
        format!("comment-{id}")
    } else if let Some(id) = number("pullrequestreview-") {
        format!("review-{id}")
    } else if let Some(id) = number("discussion_r") {
        format!("line-{id}")
    } else {
        "subject".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_addresses_lead_to_this_page() {
        let here = Here {
            who: "taro".to_owned(),
            ..Here::default()
        };
        let base = "http://127.0.0.1:4000";
        for (url, wanted) in [
            (
                "/acme/shop/issues/1#issuecomment-23",
                Some("/?subject=acme%2Fshop%2F1&as=taro#comment-23"),
            ),
            (
                "/acme/shop/pull/2/files#discussion_r7",
                Some("/?subject=acme%2Fshop%2F2&as=taro#line-7"),
            ),
            (
                "/acme/shop/pull/2#\"><script>",
                Some("/?subject=acme%2Fshop%2F2&as=taro#subject"),
            ),
            ("/acme/shop/compare/a...b", Some("/?as=taro#branches")),
            (
                "/acme/shop/blob/main/docs/%E3%81%82.md#L3",
                Some("/?file=acme%2Fshop%2Fdocs%2F%E3%81%82.md&at=main&as=taro#file"),
            ),
            ("/hanako", Some("/?as=taro#github")),
            (".evil.example/acme/shop/issues/1", None),
        ] {
            let found = here.of_github(base, &format!("{base}{url}"));
            assert_eq!(found.as_deref(), wanted, "{url}");
        }
        assert_eq!(
            here.of_github(base, "https://example.com/acme/shop/issues/1"),
            None
        );
    }

    #[test]
    fn files() {
        let place: FilePlace = "acme/shop/.github/sssbot.yaml".parse().unwrap();
        assert_eq!(
            (place.repo.as_str(), &*place.path),
            ("acme/shop", ".github/sssbot.yaml")
        );
        for wrong in ["", "acme/shop", "acme/shop/", "/shop/a", "acme//a"] {
            assert_eq!(wrong.parse::<FilePlace>(), Err(NoSubject), "{wrong}");
        }
    }

    #[test]
    fn subjects() {
        assert!("acme/shop/1".parse::<Subject>().is_ok());
        for wrong in ["", "acme", "acme/1", "acme/shop/x", "a/b/c/1", "//1"] {
            assert_eq!(wrong.parse::<Subject>(), Err(NoSubject), "{wrong}");
        }
    }
}
