//! Labels, people, reviewers and milestones that are put on or taken off.

use jiff::SignedDuration;

use super::event::{Event, SHORTLY};
use crate::mirror::fact::{Badge, What};
use crate::mirror::key;
use crate::mirror::note::{Note, Rank};
use crate::mirror::subject::Subject;
use crate::mirror::view::View;

/// What is put on within this time of the opening, by who opened it, is told with the opening:
/// GitHub sends each label of a form as an event of its own.
const WITH_THE_OPENING: SignedDuration = SignedDuration::from_secs(2);

/// The note of such an action; `None` for any other.
pub(super) fn read(event: &Event<'_>, subject: &Subject, view: View<'_>) -> Option<Note> {
    let payload = event.payload;
    let (on, added, thing) = match event.action {
        "labeled" => (Badge::Label, true, payload.at("label")),
        "unlabeled" => (Badge::Label, false, payload.at("label")),
        "assigned" => (Badge::Assignee, true, payload.at("assignee")),
        "unassigned" => (Badge::Assignee, false, payload.at("assignee")),
        "milestoned" => (Badge::Milestone, true, payload.at("milestone")),
        "demilestoned" => (Badge::Milestone, false, payload.at("milestone")),
        "review_requested" | "review_request_removed" => {
            let added = event.action == "review_requested";
            let team = payload.at("requested_team");
            if team.is_there() {
                (Badge::Team, added, team)
            } else {
                (Badge::Reviewer, added, payload.at("requested_reviewer"))
            }
        }
        _ => return None,
    };
    let value = match on {
        Badge::Label | Badge::Team => thing.at("name"),
        Badge::Assignee | Badge::Reviewer => thing.at("login"),
        Badge::Milestone => thing.at("title"),
    };
    let value = value.words().unwrap_or("?").to_owned();
    let who = event.actor(view);
    let at = subject.as_of;
    let opened = view.at("created_at").time();
    let at_opening = opened.is_some_and(|opened| {
        at.duration_since(opened).abs() <= WITH_THE_OPENING && subject.author.as_ref() == Some(&who)
    });
    let key = if at_opening && added {
        key::opened(&subject.repo, subject.number)
    } else {
        key::meta(&subject.repo, subject.number, &who, at)
    };
    let part = format!("{on:?}:{value}").to_lowercase();
    let url = thing.at("html_url").url();
    let what = What::Meta {
        on,
        value,
        url,
        added,
    };
    let fact = event.fact(who, Some(subject), what);
    let mut note = event.note((key, part), at, (at, Rank::Created), fact);
    note.settle = SHORTLY;
    Some(note)
}
