//! Pushes, and branches and tags that come and go.

use jiff::Timestamp;

use super::event::{Event, SHORTLY, first_line, ghost};
use super::{Missing, Reading};
use crate::id::{DoneKey, Login, Sha};
use crate::mirror::fact::{Branch, Commit, What};
use crate::mirror::key;
use crate::mirror::note::{Note, Rank};
use crate::mirror::subject::About;
use crate::mirror::view::View;

/// How many commits of a push are kept to be shown; the compare page has the rest.
const SHOWN: usize = 10;

/// `push`.
pub(super) fn read(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let payload = event.payload;
    let full_ref = payload.at("ref").words().ok_or(Missing("ref"))?;
    let Some(branch) = branch(full_ref) else {
        return Ok(None);
    };
    let head = payload.at("head_commit");
    if event.is_echo(head) {
        return Ok(Some(reading(event, branch, Vec::new())));
    }
    let who = pusher(event);
    let pushed = pushed(event);
    let after = payload.at("after").words().unwrap_or_default();
    let gone = payload.at("deleted").flag();
    let new = payload.at("created").flag();
    let commits: Vec<View<'_>> = payload.at("commits").items().collect();
    let what = if gone {
        What::Removed {
            branch: branch.clone(),
        }
    } else {
        What::Push {
            branch: branch.clone(),
            total: u64::try_from(commits.len()).unwrap_or(u64::MAX),
            commits: (commits.iter().take(SHOWN))
                .filter_map(|view| commit(*view, &who))
                .collect(),
            forced: payload.at("forced").flag(),
            compare: payload.at("compare").url(),
        }
    };
    let (key, part): (DoneKey, _) = if gone {
        (key::removed(&event.repo, full_ref, pushed), "ref")
    } else if new {
        (key::created(&event.repo, full_ref, pushed), "push")
    } else {
        (key::push(&event.repo, full_ref, after), "push")
    };
    let fact = event.fact(who, None, what);
    let note = event.note((key, part), pushed, (pushed, Rank::Created), fact);
    Ok(Some(reading(event, branch, vec![note])))
}

/// `create`: a branch or tag came to be. A push event says so too, with what is in it.
pub(super) fn read_create(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    come_or_gone(event, true)
}

/// `delete`: a branch or tag is gone. A push event says so too.
pub(super) fn read_delete(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    come_or_gone(event, false)
}

fn come_or_gone(event: &Event<'_>, came: bool) -> Result<Option<Reading>, Missing> {
    let name = event.payload.at("ref").words().ok_or(Missing("ref"))?;
    let (space, tag) = match event.payload.at("ref_type").text() {
        Some("repository") => return Ok(None),
        Some("tag") => ("refs/tags/", true),
        _ => ("refs/heads/", false),
    };
    let name = name.strip_prefix(space).unwrap_or(name).to_owned();
    let full_ref = format!("{space}{name}");
    let branch = Branch { name, tag };
    let pushed = pushed(event);
    let what = branch.clone();
    let (key, what) = if came {
        let key = key::created(&event.repo, &full_ref, pushed);
        (key, What::Created { branch: what })
    } else {
        let key = key::removed(&event.repo, &full_ref, pushed);
        (key, What::Removed { branch: what })
    };
    let fact = event.fact(pusher(event), None, what);
    let note = event.note((key, "ref"), pushed, (pushed, Rank::Created), fact);
    Ok(Some(reading(event, branch, vec![note])))
}

fn reading(event: &Event<'_>, branch: Branch, mut notes: Vec<Note>) -> Reading {
    for note in &mut notes {
        note.settle = SHORTLY;
    }
    Reading {
        repo: event.repo.clone(),
        about: About::Branch {
            repo: event.repo.clone(),
            branch: branch.name,
            tag: branch.tag,
        },
        notes,
        renamed_from: None,
    }
}

/// Branches and tags; other refs (notes, what GitHub keeps for pull requests) are nobody's news.
fn branch(full_ref: &str) -> Option<Branch> {
    let branch = |name: &str, tag| Branch {
        name: name.to_owned(),
        tag,
    };
    let as_branch = full_ref.strip_prefix("refs/heads/");
    let as_tag = full_ref.strip_prefix("refs/tags/");
    as_branch
        .map(|name| branch(name, false))
        .or_else(|| as_tag.map(|name| branch(name, true)))
        // A GitHub that sent the bare name meant a branch.
        .or_else(|| (!full_ref.starts_with("refs/")).then(|| branch(full_ref, false)))
}

fn pusher(event: &Event<'_>) -> Login {
    let pusher = || {
        event
            .payload
            .at("pusher")
            .at("name")
            .words()
            .map(Login::from)
    };
    event.sender().or_else(pusher).unwrap_or_else(ghost)
}

fn pushed(event: &Event<'_>) -> Timestamp {
    let repository = event.payload.at("repository");
    repository.at("pushed_at").time().unwrap_or(event.received)
}

fn commit(view: View<'_>, pusher: &Login) -> Option<Commit> {
    let author = view.at("author");
    let name = author.at("username").words().or(author.at("name").words());
    Some(Commit {
        sha: Sha::from(view.at("id").words()?),
        line: first_line(view.at("message").text().unwrap_or_default()),
        url: view.at("url").url(),
        author: name
            .filter(|name| !name.eq_ignore_ascii_case(pusher.as_str()))
            .map(str::to_owned),
    })
}
