//! Reviews of pull requests, their comments, and the threads these begin.

use super::event::{Event, SHORTLY, first_line, id_of};
use super::{Missing, Reading};
use crate::mirror::fact::{Spot, Verdict, What};
use crate::mirror::key;
use crate::mirror::note::Rank;
use crate::mirror::subject::Subject;
use crate::mirror::view::View;

/// `pull_request_review`.
pub(super) fn read(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let subject = event.subject("pull_request")?;
    let review = event.payload.at("review");
    let rank = match event.action {
        "submitted" => Rank::Created,
        "edited" => Rank::Edited,
        "dismissed" => Rank::Voided,
        _ => return Ok(Some(event.about(subject, Vec::new()))),
    };
    if event.is_echo(review) {
        return Ok(Some(event.about(subject, Vec::new())));
    }
    let submitted = review.at("submitted_at").time().unwrap_or(subject.as_of);
    // `submitted_at` stays when a review is edited or dismissed; the pull request's time moves.
    let as_of = match rank {
        Rank::Created => submitted,
        _ => [review.at("updated_at").time(), Some(subject.as_of)]
            .into_iter()
            .flatten()
            .fold(submitted, |latest, time| latest.max(time)),
    };
    let verdict = match review.at("state").text().map(str::to_lowercase).as_deref() {
        _ if rank == Rank::Voided => Verdict::Dismissed,
        Some("approved") => Verdict::Approved,
        Some("changes_requested") => Verdict::ChangesRequested,
        Some("dismissed") => Verdict::Dismissed,
        _ => Verdict::Commented,
    };
    let what = What::Review {
        verdict,
        body: review.at("body").text().unwrap_or_default().to_owned(),
        url: review.at("html_url").url(),
        edited: rank == Rank::Edited,
        by: event.sender().filter(|_| rank == Rank::Voided),
    };
    let id = id_of(review, || stand_in(&subject, submitted.as_second()));
    let fact = event.fact(event.author(review, rank), Some(&subject), what);
    let key = (key::review(&id), "review");
    let mut note = event.note(key, submitted, (as_of, rank), fact);
    note.settle = SHORTLY;
    Ok(Some(event.about(subject, vec![note])))
}

/// `pull_request_review_comment`.
pub(super) fn read_comment(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let subject = event.subject("pull_request")?;
    let comment = event.payload.at("comment");
    let Some(rank) = event.to_comment(comment) else {
        return Ok(Some(event.about(subject, Vec::new())));
    };
    let updated = event.updated(comment);
    let created = comment.at("created_at").time().unwrap_or(updated);
    let spot = spot(comment);
    let what = if rank == Rank::Deleted {
        let by = event.sender();
        What::ReviewCommentDeleted { spot, by }
    } else {
        What::ReviewComment {
            spot,
            body: comment.at("body").text().unwrap_or_default().to_owned(),
            reply: comment.at("in_reply_to_id").is_there(),
            edited: rank == Rank::Edited,
        }
    };
    let id = id_of(comment, || stand_in(&subject, created.as_second()));
    let key = match comment.at("pull_request_review_id").number() {
        Some(review) => key::review(&review.to_string()),
        None => key::review_comment(&id),
    };
    let fact = event.fact(event.author(comment, rank), Some(&subject), what);
    let key = (key, format!("rc:{id}"));
    let mut note = event.note(key, created, (updated, rank), fact);
    note.settle = SHORTLY;
    Ok(Some(event.about(subject, vec![note])))
}

/// `pull_request_review_thread`.
pub(super) fn read_thread(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let subject = event.subject("pull_request")?;
    let resolved = match event.action {
        "resolved" => true,
        "unresolved" => false,
        _ => return Ok(Some(event.about(subject, Vec::new()))),
    };
    let thread = event.payload.at("thread");
    let nothing = serde_json::Value::Null;
    let first = thread.at("comments").items().next();
    let first = first.unwrap_or(View::new(&nothing));
    let what = What::Thread {
        resolved,
        spot: spot(first),
        opener: first.at("user").login(),
        line: first_line(first.at("body").text().unwrap_or_default()),
    };
    let who = event.actor(thread);
    // A thread has no time of its own in most payloads, and the pull request's does not change with
    // it: threads that are settled an hour apart would seem to be of one moment.
    let told = event.payload.at("updated_at").time();
    let told = told.or_else(|| thread.at("updated_at").time());
    let at = told.unwrap_or(event.received);
    let id = id_of(first, || "unknown".to_owned());
    let key = key::threads(&subject.repo, subject.number, &who, at);
    let fact = event.fact(who, Some(&subject), what);
    let mut note = event.note((key, format!("th:{id}")), at, (at, Rank::Edited), fact);
    note.settle = SHORTLY;
    Ok(Some(event.about(subject, vec![note])))
}

fn spot(comment: View<'_>) -> Spot {
    let line = comment.at("line").number();
    Spot {
        path: comment.at("path").owned().unwrap_or_default(),
        line: line.or_else(|| comment.at("original_line").number()),
        url: comment.at("html_url").url(),
    }
}

fn stand_in(subject: &Subject, seconds: i64) -> String {
    format!("{}#{}@{seconds}", subject.repo, subject.number)
}
