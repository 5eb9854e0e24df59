//! One issue or pull request as GitHub shows it: title, state, and all that happened, in order.

use maud::{Markup, html};

use super::github_pane::{Hub, drawing, is_bot, pill, state};
use super::words::Word;
use super::{changes, forms, markdown, marks, times};
use crate::sandbox::github::{IssueView, LineView, RepoView, TimelineView, What};

/// The article at the left, with its forms.
pub(super) fn article(hub: &Hub<'_>, repo: &RepoView, issue: &IssueView) -> Markup {
    let view = hub.view;
    let subject = format!("{}/{}", repo.name, issue.number);
    let (class, word) = state(issue);
    html! {
        article id="subject" data-of=(subject) data-subject=(subject) aria-labelledby="subject-title" {
            h3 id="subject-title" { (issue.title) " " span class="number" { "#" (issue.number) } }
            p class="facts" {
                span class=(format!("badge {class}")) { (drawing(issue)) (view.say(word)) }
                @if let Some(pull) = &issue.pull {
                    span class="branches-of" { code { (pull.base) } " ← " code { (pull.head) } }
                }
                @for label in &issue.labels { (pill(label)) }
                @if !issue.assignees.is_empty() {
                    span class="muted" { "@" (issue.assignees.join(", @")) }
                }
            }
            @if let Some(pull) = &issue.pull {
                (changes::changes(hub, repo, issue, pull))
                (changes::checks(hub, repo, issue, pull, &subject))
            }
            (forms::manage(hub, repo, issue, &subject))
            div class="timeline" {
                (opening(hub, issue, &subject))
                @for (at, line) in issue.timeline.iter().enumerate() {
                    (timeline_line(hub, &subject, at, line))
                }
            }
            (forms::comment(hub, &subject))
            @if issue.pull.is_some() { (forms::review(hub, &subject)) }
        }
    }
}

/// Who wrote, when, and whether it was changed since.
fn byline(
    hub: &Hub<'_>,
    who: &str,
    words: Option<Word>,
    at: jiff::Timestamp,
    edited: bool,
) -> Markup {
    let view = hub.view;
    let (before, after) = words.map_or(("", ""), |words| words.around(view.lang, "who"));
    html! {
        header class="byline" {
            (marks::face(who, is_bot(who)))
            span {
                (before) b { (who.trim_end_matches("[bot]")) }
                @if is_bot(who) { " " span class="tag" { (view.say(Word::Bot)) } }
                (after)
            }
            (times::clock(at, view.lang))
            @if edited { span class="muted" { (view.say(Word::EditedMark)) } }
        }
    }
}

fn opening(hub: &Hub<'_>, issue: &IssueView, subject: &str) -> Markup {
    html! {
        div id="opening" class="box" {
            (byline(hub, &issue.author, Some(Word::Opened), issue.created_at, false))
            div class="text" {
                @if issue.body.trim().is_empty() {
                    p class="muted" { (hub.view.say(Word::NoBody)) }
                } @else {
                    (markdown::shown(&issue.body))
                }
            }
            footer { (forms::edit(hub, subject, "edit-body", "body", &issue.body)) }
        }
    }
}

fn timeline_line(hub: &Hub<'_>, subject: &str, at: usize, line: &TimelineView) -> Markup {
    match &line.what {
        What::Comment { id, body, edited } => html! {
            div id=(format!("comment-{id}")) class="comment box" {
                (byline(hub, &line.who, None, line.at, *edited))
                div class="text" { (markdown::shown(body)) }
                footer {
                    (forms::edit(hub, subject, "edit-comment", &id.to_string(), body))
                    (forms::delete(hub, subject, "delete-comment", *id))
                }
            }
        },
        What::Review {
            id,
            state,
            body,
            comments,
        } => html! {
            div id=(format!("review-{id}")) class=(format!("review box {}", verdict(state).0)) {
                (byline(hub, &line.who, Some(verdict(state).1), line.at, false))
                @if !body.is_empty() { div class="text" { (markdown::shown(body)) } }
                @for comment in comments { (line_comment(hub, subject, comment)) }
            }
        },
        What::Event { kind, about } => {
            let Some(word) = word_of(kind) else {
                return html! {};
            };
            let (before, after) = word.around(hub.view.lang, "about");
            let named = word.asks_for(hub.view.lang, "about");
            html! {
                p id=(format!("event-{at}")) class="event" {
                    (marks::face(&line.who, is_bot(&line.who)))
                    span {
                        b { (line.who.trim_end_matches("[bot]")) }
                        (before) @if named { b { (about) } } (after)
                    }
                    (times::clock(line.at, hub.view.lang))
                }
            }
        }
    }
}

fn verdict(state: &str) -> (&'static str, Word) {
    match state {
        "APPROVED" => ("good", Word::Approved),
        "CHANGES_REQUESTED" => ("bad", Word::ChangesRequested),
        "DISMISSED" => ("quiet", Word::Dismissed),
        _ => ("", Word::Reviewed),
    }
}

fn line_comment(hub: &Hub<'_>, subject: &str, comment: &LineView) -> Markup {
    let view = hub.view;
    html! {
        div id=(format!("line-{}", comment.id)) class="line-comment" {
            p class="place" {
                code { (comment.path) }
                @if let Some(line) = comment.line {
                    " " (Word::Line.with(view.lang, "n", &line.to_string()))
                }
                @if comment.resolved { " " span class="tag" { (view.say(Word::Resolved)) } }
            }
            div class="text" { (markdown::shown(&comment.body)) }
            footer {
                (forms::edit(hub, subject, "edit-line", &comment.id.to_string(), &comment.body))
                (forms::delete(hub, subject, "delete-line", comment.id))
            }
        }
    }
}

/// What is said of an event; nothing of those that only count for programs.
fn word_of(kind: &str) -> Option<Word> {
    let word = match kind {
        "labeled" => Word::EventLabeled,
        "unlabeled" => Word::EventUnlabeled,
        "renamed" => Word::EventRenamed,
        "closed" => Word::EventClosed,
        "reopened" => Word::EventReopened,
        "merged" => Word::EventMerged,
        "assigned" => Word::EventAssigned,
        "unassigned" => Word::EventUnassigned,
        "review_requested" => Word::EventReviewRequested,
        "review_request_removed" => Word::EventReviewUnrequested,
        "convert_to_draft" => Word::EventDraft,
        "ready_for_review" => Word::EventReady,
        "head_ref_deleted" => Word::EventBranchDeleted,
        "head_ref_restored" => Word::EventBranchRestored,
        "head_ref_force_pushed" => Word::EventForcePushed,
        "cross-referenced" => Word::EventMentioned,
        "milestoned" => Word::EventMilestoned,
        "demilestoned" => Word::EventDemilestoned,
        "locked" => Word::EventLocked,
        "unlocked" => Word::EventUnlocked,
        _ => return None,
    };
    Some(word)
}
