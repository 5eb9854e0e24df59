//! The turns in the life of an issue or pull request: opened, edited, closed, and the like.

use jiff::SignedDuration;

use super::event::{Event, SHORTLY, repo_name};
use super::{Missing, Reading, meta};
use crate::id::{DoneKey, Login, RepoName};
use crate::mirror::fact::{Place, What};
use crate::mirror::key;
use crate::mirror::note::{Note, Rank};
use crate::mirror::subject::Subject;
use crate::mirror::view::View;

/// Less than anything that GitHub tells apart.
const A_LITTLE: SignedDuration = SignedDuration::from_millis(1);

/// `issues` and `pull_request`.
pub(super) fn read(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let is_pull = event.payload.at("pull_request").is_there();
    let object = if is_pull { "pull_request" } else { "issue" };
    let view = event.payload.at(object);
    let subject = event.subject(object)?;
    if event.is_echo(view) {
        return Ok(Some(event.about(subject, Vec::new())));
    }
    let turn = Turn {
        event,
        view,
        subject: &subject,
        who: event.actor(view),
    };
    let mut renamed_from = None;
    let notes = match event.action {
        "opened" => turn.opened(),
        "edited" => {
            renamed_from = event.payload.at("changes").at("title").at("from").owned();
            turn.edited(renamed_from.clone())
        }
        "synchronize" => vec![turn.pushed()],
        action => match turn.simple(action) {
            Some(note) => vec![note],
            None => meta::read(event, &subject, view).into_iter().collect(),
        },
    };
    let reading = event.about(subject, notes);
    Ok(Some(Reading {
        renamed_from,
        ..reading
    }))
}

struct Turn<'a> {
    event: &'a Event<'a>,
    view: View<'a>,
    subject: &'a Subject,
    who: Login,
}

impl Turn<'_> {
    fn opened(&self) -> Vec<Note> {
        let changes = self.event.payload.at("changes");
        let old = changes.at("old_issue");
        let moved_from = (changes.at("old_repository").is_there() || old.is_there())
            .then(|| place(old, changes.at("old_repository"), &self.subject.repo));
        let branch = |end| self.view.at(end).at("ref").owned();
        let what = What::Opened {
            draft: self.subject.draft,
            branches: branch("head").zip(branch("base")),
            moved_from,
        };
        vec![
            self.at_opening("opened", Rank::Created, what),
            self.body(Rank::Created),
        ]
    }

    fn edited(&self, renamed_from: Option<String>) -> Vec<Note> {
        let changes = self.event.payload.at("changes");
        let base = changes.at("base").at("ref");
        let mut notes = Vec::new();
        // An edit that does not say of what is most likely one of the body.
        if changes.at("body").is_there() || !changes.has_members() {
            notes.push(self.body(Rank::Edited));
        }
        if let Some(from) = renamed_from {
            notes.push(self.turn("title", What::Renamed { from }));
        }
        if base.is_there() {
            let what = What::BaseChanged {
                from: base.at("from").owned(),
                to: self.view.at("base").at("ref").owned(),
            };
            notes.push(self.turn("base", what));
        }
        notes
    }

    fn simple(&self, action: &str) -> Option<Note> {
        let note = match action {
            "closed" => self.closed(),
            "reopened" => self.turn("reopened", What::Reopened),
            "ready_for_review" => self.turn("ready", What::Ready),
            "converted_to_draft" => self.turn("drafted", What::Drafted),
            "locked" => {
                let reason = self.view.at("active_lock_reason").owned();
                self.turn("locked", What::Locked { reason })
            }
            "unlocked" => self.turn("unlocked", What::Unlocked),
            "deleted" => {
                let mut note = self.turn("deleted", What::Deleted);
                if let Some(on) = &mut note.fact.on {
                    on.title.clear();
                }
                note
            }
            "transferred" => {
                let changes = self.event.payload.at("changes");
                let new = changes.at("new_issue");
                let known = new.is_there() || changes.at("new_repository").is_there();
                let to =
                    known.then(|| place(new, changes.at("new_repository"), &self.subject.repo));
                self.turn("transferred", What::Transferred { to })
            }
            _ => return None,
        };
        Some(note)
    }

    fn closed(&self) -> Note {
        let merged = self.view.at("merged").flag() || self.view.at("merged_at").is_there();
        let what = if merged {
            let base = self.view.at("base").at("ref").owned();
            What::Merged { base }
        } else {
            let reason = self.view.at("state_reason").owned();
            What::Closed { reason }
        };
        let closed = self.view.at("closed_at").time();
        let mut note = self.turn("closed", what);
        if let Some(closed) = closed {
            note.key = key::turn(&self.subject.repo, self.subject.number, "closed", closed);
            note.at = closed;
        }
        note
    }

    /// A push, as the pull request sees it; the push event tells the commits, under the same key.
    fn pushed(&self) -> Note {
        let (payload, subject) = (self.event.payload, self.subject);
        let head = subject.head.as_ref();
        let sha = |key| payload.at(key).words().map(crate::id::Sha::from);
        let after = sha("after").or_else(|| head?.sha.clone());
        let repo = head.and_then(|head| head.repo.as_ref());
        let branch = head.map_or("", |head| head.branch.as_str());
        let key = key::push(
            repo.unwrap_or(&subject.repo),
            &format!("refs/heads/{branch}"),
            after.as_ref().map_or("", |sha| sha.as_str()),
        );
        let before = sha("before");
        let what = What::Sync { before, after };
        let mut note = self.note(key, "sync", Rank::Created, what);
        note.settle = SHORTLY;
        note
    }

    /// The body as it reads now: a part of the message that told the opening.
    fn body(&self, rank: Rank) -> Note {
        let body = self.view.at("body").text().unwrap_or_default().to_owned();
        let edited = rank == Rank::Edited;
        self.at_opening("body", rank, What::Body { body, edited })
    }

    fn at_opening(&self, part: &str, rank: Rank, what: What) -> Note {
        let key = key::opened(&self.subject.repo, self.subject.number);
        let mut note = self.note(key, part, rank, what);
        note.at = self.view.at("created_at").time().unwrap_or(note.at);
        // GitHub counts in seconds. What follows in the same one must not be told before.
        note.at = note.at.saturating_sub(A_LITTLE).unwrap_or(note.at);
        note.settle = SHORTLY;
        note
    }

    fn turn(&self, turn: &str, what: What) -> Note {
        let subject = self.subject;
        let key = key::turn(&subject.repo, subject.number, turn, subject.as_of);
        self.note(key, turn, Rank::Created, what)
    }

    fn note(&self, key: DoneKey, part: &str, rank: Rank, what: What) -> Note {
        let fact = self.event.fact(self.who.clone(), Some(self.subject), what);
        let at = self.subject.as_of;
        self.event.note((key, part), at, (at, rank), fact)
    }
}

/// The other end of a transfer.
fn place(issue: View<'_>, repository: View<'_>, fallback: &RepoName) -> Place {
    let url = issue.at("html_url").url();
    let url = url.or_else(|| repository.at("html_url").url());
    let repo = repo_name(repository).unwrap_or_else(|| fallback.clone());
    let name = match issue.at("number").number() {
        Some(number) => format!("{repo}#{number}"),
        None => repo.to_string(),
    };
    Place { name, url }
}
