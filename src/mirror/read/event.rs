//! What all events have in common: the repository, the sender, the subject, the echo of ourselves.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Me, Missing, Reading};
use crate::id::{DoneKey, Login, PartKey, RepoName, Sha};
use crate::mirror::fact::{Fact, GHOST, Target, What};
use crate::mirror::note::{Note, Rank, Rev};
use crate::mirror::subject::{About, Head, Subject};
use crate::mirror::view::View;

/// Facts that belong into one message come within this time, nearly always.
pub(super) const SHORTLY: SignedDuration = SignedDuration::from_secs(2);

/// What opens every marker that we hide in what we write on GitHub.
const MARKER: &str = "<!-- sssbot:";

/// The shared parts of a payload.
pub(super) struct Event<'a> {
    pub(super) payload: View<'a>,
    pub(super) action: &'a str,
    pub(super) repo: RepoName,
    /// The repository's page.
    pub(super) source: Option<String>,
    pub(super) received: Timestamp,
    me: &'a Me,
}

impl<'a> Event<'a> {
    pub(super) fn new(
        payload: &'a Value,
        received: Timestamp,
        me: &'a Me,
    ) -> Result<Self, Missing> {
        let payload = View::new(payload);
        let repository = payload.at("repository");
        Ok(Self {
            payload,
            action: payload.at("action").text().unwrap_or_default(),
            repo: repo_name(repository).ok_or(Missing("repository"))?,
            source: repository.at("html_url").url(),
            received,
            me,
        })
    }

    /// Who caused the event.
    pub(super) fn sender(&self) -> Option<Login> {
        self.payload.at("sender").login()
    }

    /// Who caused the event, or else who the thing belongs to.
    pub(super) fn actor(&self, thing: View<'_>) -> Login {
        let owner = || thing.at("user").login();
        self.sender().or_else(owner).unwrap_or_else(ghost)
    }

    /// The issue or pull request that stands in the payload under `key`.
    pub(super) fn subject(&self, key: &str) -> Result<Subject, Missing> {
        let view = self.payload.at(key);
        let is_pull = key == "pull_request" || view.at("pull_request").is_there();
        let page = if is_pull { "pull" } else { "issues" };
        let number = (view.at("number").number())
            .or_else(|| self.payload.at("number").number())
            .or_else(|| last_number(view.at("html_url").text()?))
            .ok_or(Missing("subject's number"))?;
        let source = self.source.as_ref();
        let url =
            (view.at("html_url").url()).or_else(|| Some(format!("{}/{page}/{number}", source?)));
        let head = view.at("head");
        let branch = head.at("ref").owned();
        Ok(Subject {
            repo: self.repo.clone(),
            number,
            is_pull,
            title: view.at("title").owned().unwrap_or_default(),
            url,
            head: branch.map(|branch| Head {
                repo: repo_name(head.at("repo")),
                branch,
                sha: head.at("sha").words().map(Sha::from),
            }),
            author: view.at("user").login(),
            open: view.at("state").text() != Some("closed"),
            draft: view.at("draft").flag(),
            as_of: self.updated(view),
        })
    }

    /// GitHub's `updated_at` of this thing.
    pub(super) fn updated(&self, view: View<'_>) -> Timestamp {
        view.at("updated_at").time().unwrap_or(self.received)
    }

    /// Whether we did this ourselves, for our own purposes: by us *and* with our marker in its
    /// text. Never by sender alone: what the App does for people is news. The App that a thing was
    /// made through says who did it only when the event is its making.
    pub(super) fn is_echo(&self, thing: View<'_>) -> bool {
        let marked = |key| thing.at(key).text().is_some_and(|t| t.contains(MARKER));
        let by_login = self.me.login.as_deref().is_some_and(|me| {
            self.sender()
                .is_some_and(|sender| sender.as_str().eq_ignore_ascii_case(me))
        });
        let app = thing.at("performed_via_github_app").at("id").number();
        let made = matches!(self.action, "created" | "opened" | "submitted");
        let by_app = made && app.is_some() && app == self.me.app_id;
        (by_login || by_app) && (marked("body") || marked("message"))
    }

    /// What this event does to a comment; `None` where there is nothing to tell: it does something
    /// else to it, or we did it ourselves.
    pub(super) fn to_comment(&self, comment: View<'_>) -> Option<Rank> {
        let rank = match self.action {
            "created" => Rank::Created,
            "edited" => Rank::Edited,
            "deleted" => Rank::Deleted,
            _ => return None,
        };
        (!self.is_echo(comment)).then_some(rank)
    }

    /// Who wrote a thing. Of an edit or a deletion the sender need not be the author; of a new thing
    /// they are one.
    pub(super) fn author(&self, thing: View<'_>, rank: Rank) -> Login {
        let author = thing.at("user").login();
        let author = author.or_else(|| self.sender().filter(|_| rank == Rank::Created));
        author.unwrap_or_else(ghost)
    }

    /// Whether a program caused the event.
    pub(super) fn by_bot(&self) -> bool {
        let sender = self.payload.at("sender");
        sender.at("type").text() == Some("Bot")
            || (sender.at("login").text()).is_some_and(|login| login.ends_with("[bot]"))
    }

    /// A fact of this event. `on` may be nothing for what happens to a repository.
    pub(super) fn fact(&self, who: Login, on: Option<&Subject>, what: What) -> Fact {
        Fact {
            who,
            repo: self.repo.clone(),
            source: self.source.clone(),
            on: on.map(Target::from),
            what,
        }
    }

    /// A note of a fact that happened at `at`, which this event tells the state of `as_of`.
    pub(super) fn note(
        &self,
        (key, part): (DoneKey, impl Into<String>),
        at: Timestamp,
        (as_of, rank): (Timestamp, Rank),
        fact: Fact,
    ) -> Note {
        Note {
            key,
            part: PartKey::new(part.into()),
            rev: Rev::new(as_of, rank),
            at,
            settle: SignedDuration::ZERO,
            by_bot: self.by_bot(),
            on_draft: false,
            fact,
        }
    }

    /// A reading about this subject.
    pub(super) fn about(&self, subject: Subject, mut notes: Vec<Note>) -> Reading {
        for note in &mut notes {
            note.on_draft = subject.draft;
        }
        Reading {
            repo: self.repo.clone(),
            about: About::Subject(subject),
            notes,
            renamed_from: None,
        }
    }
}

/// `owner/name` of a repository object.
pub(super) fn repo_name(repository: View<'_>) -> Option<RepoName> {
    let full = repository.at("full_name").words();
    if let Some(full) = full.filter(|full| full.contains('/')) {
        return Some(RepoName::from(full));
    }
    let owner = repository.at("owner").login()?;
    let name = repository.at("name").words()?;
    Some(RepoName::new(format!("{owner}/{name}")))
}

/// The id of a thing: told, or else read off its page's address, which ends in it
/// (`…#issuecomment-12`), or else a stand-in.
pub(super) fn id_of(thing: View<'_>, stand_in: impl FnOnce() -> String) -> String {
    let told = thing.at("id").number();
    let id = told.or_else(|| last_number(thing.at("html_url").text()?));
    id.map_or_else(stand_in, |id| id.to_string())
}

/// Who GitHub says did what a deleted account did.
pub(super) fn ghost() -> Login {
    Login::from(GHOST)
}

/// The first line that says something.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().to_owned()
}

fn last_number(url: &str) -> Option<u64> {
    let digits = url.len() - url.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    url.get(url.len() - digits..)?.parse().ok()
}
