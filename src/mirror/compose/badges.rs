//! Labels, people, reviewers and milestones that were put on or taken off, together.

use super::words::{joined, link, list, message, person, say, who_and_what};
use crate::i18n::{Lang, Phrase};
use crate::id::Login;
use crate::mirror::document::Document;
use crate::mirror::fact::{Badge, Fact, What};
use crate::mirror::message::{Message, Span};

/// The badges of one kind that went one way.
struct Change {
    on: Badge,
    added: bool,
    names: Vec<Vec<Span>>,
    logins: Vec<String>,
}

/// Small things that one person did in one moment: one sentence.
pub(super) fn compose(doc: &Document, newest: &Fact, lang: Lang) -> Option<Message> {
    let by_name = |login: Login| say(Phrase::Named, lang, &[("who", vec![person(&login)])]);
    let changes = changes(doc, by_name);
    let mut fill = who_and_what(newest);
    let headline = match changes.as_slice() {
        [] => return None,
        [only] => {
            let own =
                only.logins.len() == 1 && only.logins.iter().all(|l| l == newest.who.as_str());
            fill.push(("names", list(only.names.clone(), lang)));
            say(alone(only, own), lang, &fill)
        }
        several => {
            let parts = several.iter().map(|change| {
                let names = list(change.names.clone(), lang);
                say(among_others(change), lang, &[("names", names)])
            });
            fill.push(("changes", joined(parts, Phrase::AndAlso, lang)));
            say(Phrase::Updated, lang, &fill)
        }
    };
    let more = newest.on.as_ref().and_then(|on| on.url.clone());
    let only_labels = changes.iter().all(|change| change.on == Badge::Label);
    let icon = if only_labels { "🏷️" } else { "📋" };
    Some(message(icon, headline, more, newest))
}

/// What something was opened with, a line a kind.
pub(super) fn with_opening(doc: &Document, lang: Lang) -> Vec<Vec<Span>> {
    let changes = changes(doc, |login| vec![person(&login)]);
    let added = changes.into_iter().filter(|change| change.added);
    added
        .map(|change| {
            let phrase = match change.on {
                Badge::Label => Phrase::Labels,
                Badge::Assignee => Phrase::Assignees,
                Badge::Reviewer | Badge::Team => Phrase::Reviewers,
                Badge::Milestone => Phrase::Milestone,
            };
            say(phrase, lang, &[("names", list(change.names, lang))])
        })
        .collect()
}

/// Grouped: what was put on before what was taken off, labels first. `by_name` says how a person is
/// called.
fn changes(doc: &Document, by_name: impl Fn(Login) -> Vec<Span>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for fact in doc.facts() {
        let What::Meta {
            on,
            value,
            url,
            added,
        } = &fact.what
        else {
            continue;
        };
        let name = match on {
            Badge::Label => vec![Span::Code(value.clone())],
            Badge::Assignee | Badge::Reviewer => by_name(Login::from(value.as_str())),
            Badge::Team => vec![Span::Strong(value.clone())],
            Badge::Milestone => vec![link(value.clone(), url.as_deref())],
        };
        // A person and a team that are asked to review are one kind of news.
        let kind = if *on == Badge::Team {
            Badge::Reviewer
        } else {
            *on
        };
        let same = |change: &&mut Change| change.on == kind && change.added == *added;
        match changes.iter_mut().find(same) {
            Some(change) => {
                change.names.push(name);
                change.logins.push(value.clone());
            }
            None => changes.push(Change {
                on: kind,
                added: *added,
                names: vec![name],
                logins: vec![value.clone()],
            }),
        }
    }
    changes.sort_by_key(|change| (!change.added, change.on));
    changes
}

fn alone(change: &Change, own: bool) -> Phrase {
    match (change.on, change.added) {
        (Badge::Label, true) => Phrase::LabelsAdded,
        (Badge::Label, false) => Phrase::LabelsRemoved,
        (Badge::Assignee, true) if own => Phrase::AssignedSelf,
        (Badge::Assignee, false) if own => Phrase::UnassignedSelf,
        (Badge::Assignee, true) => Phrase::Assigned,
        (Badge::Assignee, false) => Phrase::Unassigned,
        (Badge::Reviewer | Badge::Team, true) => Phrase::ReviewAsked,
        (Badge::Reviewer | Badge::Team, false) => Phrase::ReviewUnasked,
        (Badge::Milestone, true) => Phrase::MilestoneSet,
        (Badge::Milestone, false) => Phrase::MilestoneCleared,
    }
}

fn among_others(change: &Change) -> Phrase {
    match (change.on, change.added) {
        (Badge::Label, true) => Phrase::PartLabelsAdded,
        (Badge::Label, false) => Phrase::PartLabelsRemoved,
        (Badge::Assignee, true) => Phrase::PartAssigned,
        (Badge::Assignee, false) => Phrase::PartUnassigned,
        (Badge::Reviewer | Badge::Team, true) => Phrase::PartReviewAsked,
        (Badge::Reviewer | Badge::Team, false) => Phrase::PartReviewUnasked,
        (Badge::Milestone, true) => Phrase::PartMilestoneSet,
        (Badge::Milestone, false) => Phrase::PartMilestoneCleared,
    }
}
