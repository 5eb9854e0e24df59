//! The turns in the life of an issue or pull request.

use super::badges;
use super::words::{edited, lines, link, markdown, message, say, target, text, who_and_what};
use crate::i18n::{Lang, Phrase};
use crate::mirror::document::Document;
use crate::mirror::fact::{Fact, GHOST, Place, Target, What};
use crate::mirror::message::{Message, Span};

/// An opening with the body as it reads now; or only the body, where the opening was not told here.
pub(super) fn opening(doc: &Document, lang: Lang) -> Option<Message> {
    let opened = doc
        .facts()
        .find(|fact| matches!(fact.what, What::Opened { .. }));
    let body = doc.facts().find_map(|fact| match &fact.what {
        What::Body { body, edited } => Some((fact, body, *edited)),
        _ => None,
    });
    let fact = opened.or(body.map(|(fact, ..)| fact))?;
    let url = fact.on.as_ref().and_then(|on| on.url.clone());
    let mut fill = who_and_what(fact);
    let mut about = Vec::new();
    let (phrase, icon) = match &fact.what {
        What::Opened {
            draft,
            branches,
            moved_from,
        } => {
            if let Some((from, to)) = branches {
                let code = |name: &String| vec![Span::Code(name.clone())];
                let fill = [("from", code(from)), ("to", code(to))];
                about.push(say(Phrase::Branches, lang, &fill));
            }
            let is_pull = fact.on.as_ref().is_some_and(|on| on.is_pull);
            match moved_from {
                Some(place) => {
                    fill.push(("from", vec![at(place)]));
                    (Phrase::MovedIn, "🚚")
                }
                None if *draft => (Phrase::OpenedDraft, "📝"),
                None if is_pull => (Phrase::OpenedPull, "🔀"),
                None => (Phrase::OpenedIssue, "🆕"),
            }
        }
        _ => (Phrase::DescriptionEdited, "✏️"),
    };
    about.extend(badges::with_opening(doc, lang));
    let mut headline = say(phrase, lang, &fill);
    if opened.is_some() && body.is_some_and(|(_, _, again)| again) {
        headline.push(edited(lang));
    }
    let mut message = message(icon, headline, url.clone(), fact);
    message.sections.extend(lines(about, None));
    let body = body.and_then(|(_, body, _)| markdown(body, url));
    message.sections.extend(body);
    Some(message)
}

/// Any other turn: one line.
pub(super) fn turn(fact: &Fact, what: &What, lang: Lang) -> Option<Message> {
    let mut fill = who_and_what(fact);
    let quoted = |name: &Option<String>| match name {
        Some(name) => vec![Span::Code(name.clone())],
        None => vec![text("?")],
    };
    let is_pull = fact.on.as_ref().is_some_and(|on| on.is_pull);
    let (phrase, icon) = match what {
        What::Closed { reason } => match reason.as_deref() {
            _ if is_pull => (Phrase::ClosedUnmerged, "⛔"),
            Some("not_planned") => (Phrase::ClosedAsNotPlanned, "⛔"),
            Some("duplicate") => (Phrase::ClosedAsDuplicate, "⛔"),
            _ => (Phrase::Closed, "☑️"),
        },
        What::Merged { base } => {
            fill.push(("branch", quoted(base)));
            (Phrase::Merged, "🟣")
        }
        What::Reopened => (Phrase::Reopened, "🟢"),
        What::Ready => (Phrase::Ready, "👀"),
        What::Drafted => (Phrase::Drafted, "📝"),
        What::Locked { reason: None } => (Phrase::Locked, "🔒"),
        What::Locked {
            reason: Some(reason),
        } => {
            fill.push(("reason", vec![text(reason.clone())]));
            (Phrase::LockedAs, "🔒")
        }
        What::Unlocked => (Phrase::Unlocked, "🔓"),
        What::Transferred { to: Some(to) } => {
            fill.push(("to", vec![at(to)]));
            (Phrase::Transferred, "🚚")
        }
        What::Transferred { to: None } => (Phrase::TransferredAway, "🚚"),
        What::Deleted => {
            // Its page is gone, and the title went with it on purpose.
            let bare = fact.on.as_ref().map(|on| {
                target(&Target {
                    title: String::new(),
                    ..on.clone()
                })
            });
            fill.retain(|(name, _)| *name != "what");
            fill.push(("what", vec![Span::Strong(bare.unwrap_or_default())]));
            if fact.who.as_str() == GHOST {
                (Phrase::IsDeleted, "🗑️")
            } else {
                (Phrase::Deleted, "🗑️")
            }
        }
        What::Renamed { from } => {
            fill.push(("from", vec![text(from.clone())]));
            (Phrase::Renamed, "✏️")
        }
        What::BaseChanged { from, to } => {
            fill.push(("from", quoted(from)));
            fill.push(("to", quoted(to)));
            (Phrase::BaseChanged, "🔀")
        }
        _ => return None,
    };
    let gone = matches!(what, What::Deleted);
    let page = fact.on.as_ref().and_then(|on| on.url.clone());
    let more = page.filter(|_| !gone);
    Some(message(icon, say(phrase, lang, &fill), more, fact))
}

fn at(place: &Place) -> Span {
    link(place.name.clone(), place.url.as_deref())
}
