//! Comments on issues and pull requests.

use super::event::{Event, id_of};
use super::{Missing, Reading};
use crate::mirror::fact::What;
use crate::mirror::key;
use crate::mirror::note::Rank;

/// `issue_comment`.
pub(super) fn read(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let subject = event.subject("issue")?;
    let comment = event.payload.at("comment");
    let updated = event.updated(comment);
    let created = comment.at("created_at").time().unwrap_or(updated);
    let Some(rank) = event.to_comment(comment) else {
        return Ok(Some(event.about(subject, Vec::new())));
    };
    let what = if rank == Rank::Deleted {
        What::CommentDeleted { by: event.sender() }
    } else {
        What::Comment {
            body: comment.at("body").text().unwrap_or_default().to_owned(),
            url: comment.at("html_url").url(),
            edited: rank == Rank::Edited,
        }
    };
    let fact = event.fact(event.author(comment, rank), Some(&subject), what);
    let id = id_of(comment, || {
        format!("{}#{}@{created}", subject.repo, subject.number)
    });
    let key = (key::comment(&id), "comment");
    let note = event.note(key, created, (updated, rank), fact);
    Ok(Some(event.about(subject, vec![note])))
}
