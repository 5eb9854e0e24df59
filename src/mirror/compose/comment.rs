//! Comments, reviews and their threads.

use super::words::{
    edited, lines, markdown, message, person, say, shortened, spot, text, who_and_what, word,
};
use crate::i18n::{Lang, Phrase};
use crate::id::Login;
use crate::mirror::document::Document;
use crate::mirror::fact::{Fact, Spot, Verdict, What};
use crate::mirror::message::{Body, Message, Section, Span};

/// How much of the first line of a thread is shown.
const LONGEST_LINE: usize = 160;

/// A comment, or the trace of one.
pub(super) fn comment(fact: &Fact, lang: Lang) -> Option<Message> {
    match &fact.what {
        What::Comment {
            body,
            url,
            edited: again,
        } => {
            let mut headline = say(Phrase::Commented, lang, &who_and_what(fact));
            if *again {
                headline.push(edited(lang));
            }
            let mut message = message("💬", headline, url.clone(), fact);
            message.sections.extend(markdown(body, url.clone()));
            Some(message)
        }
        What::CommentDeleted { by } => Some(trace(fact, by.as_ref(), lang)),
        _ => None,
    }
}

/// That a comment was there, and not what it said.
fn trace(fact: &Fact, by: Option<&Login>, lang: Lang) -> Message {
    let mut fill = who_and_what(fact);
    let phrase = match by {
        Some(by) if *by == fact.who => Phrase::CommentDeletedOwn,
        Some(by) => {
            fill.push(("by", vec![person(by)]));
            Phrase::CommentDeletedBy
        }
        None => Phrase::CommentDeleted,
    };
    let more = fact.on.as_ref().and_then(|on| on.url.clone());
    message("🗑️", say(phrase, lang, &fill), more, fact)
}

/// A comment on a line, in the order of the files.
struct OnLine<'a> {
    fact: &'a Fact,
    spot: &'a Spot,
    /// The text, and whether it is a reply and was edited; `None` when it is gone.
    said: Option<(&'a str, bool, bool)>,
    by: Option<&'a Login>,
}

/// A review with its comments: one message.
pub(super) fn review(doc: &Document, lang: Lang) -> Option<Message> {
    let verdict = doc.facts().find_map(|fact| match &fact.what {
        What::Review {
            verdict,
            body,
            url,
            edited,
            by,
        } => Some((fact, *verdict, body, url, *edited, by)),
        _ => None,
    });
    let mut comments: Vec<(usize, OnLine<'_>)> = doc
        .parts
        .iter()
        .filter_map(|(key, part)| Some((key.as_str().len(), on_line(&part.fact)?)))
        .collect();
    // Ids grow with time: the shorter, then the smaller, is the earlier.
    comments.sort_by_key(|(digits, on)| (&on.spot.path, on.spot.line, *digits));
    let comments: Vec<OnLine<'_>> = comments.into_iter().map(|(_, on)| on).collect();

    let says_something = verdict.is_some_and(|(_, verdict, body, ..)| {
        verdict != Verdict::Commented || !body.trim().is_empty()
    });
    if !says_something {
        let left: Vec<_> = comments.iter().filter(|on| on.said.is_some()).collect();
        match (left.as_slice(), comments.as_slice()) {
            ([only], [_]) => return Some(single(only, lang)),
            ([], [first, ..]) => return Some(trace(first.fact, first.by, lang)),
            _ => {}
        }
    }
    let first = comments.first().map(|on| on.fact);
    let (fact, verdict, body, url, again, by) = match verdict {
        Some((fact, verdict, body, url, again, by)) => (
            fact,
            verdict,
            body.as_str(),
            url.clone(),
            again,
            by.as_ref(),
        ),
        None => {
            let url = first?.on.as_ref().and_then(|on| on.url.clone());
            (first?, Verdict::Commented, "", url, false, None)
        }
    };
    let mut fill = who_and_what(fact);
    let (phrase, icon) = match verdict {
        Verdict::Approved => (Phrase::Approved, "✅"),
        Verdict::ChangesRequested => (Phrase::AskedForChanges, "🔴"),
        Verdict::Commented => (Phrase::Reviewed, "💬"),
        Verdict::Dismissed => match by {
            Some(by) if *by != fact.who => {
                fill.push(("by", vec![person(by)]));
                (Phrase::ReviewDismissed, "🚫")
            }
            _ => (Phrase::ReviewDismissedOwn, "🚫"),
        },
    };
    let mut headline = say(phrase, lang, &fill);
    if again {
        headline.push(edited(lang));
    }
    let mut message = message(icon, headline, url.clone(), fact);
    message.sections.extend(markdown(body, url));
    let sections = comments.iter().map(|on| section(on, lang));
    message.sections.extend(sections);
    Some(message)
}

fn on_line(fact: &Fact) -> Option<OnLine<'_>> {
    match &fact.what {
        What::ReviewComment {
            spot,
            body,
            reply,
            edited,
        } => Some(OnLine {
            fact,
            spot,
            said: Some((body, *reply, *edited)),
            by: None,
        }),
        What::ReviewCommentDeleted { spot, by } => Some(OnLine {
            fact,
            spot,
            said: None,
            by: by.as_ref(),
        }),
        _ => None,
    }
}

/// A review that is no more than one comment reads as that comment.
fn single(on: &OnLine<'_>, lang: Lang) -> Message {
    let (body, reply, again) = on.said.unwrap_or_default();
    let mut fill = who_and_what(on.fact);
    fill.push(("place", vec![spot(on.spot)]));
    let phrase = if reply {
        Phrase::RepliedAt
    } else {
        Phrase::CommentedAt
    };
    let mut headline = say(phrase, lang, &fill);
    if again {
        headline.push(edited(lang));
    }
    let more = on.spot.url.clone();
    let mut message = message("💬", headline, more.clone(), on.fact);
    message.sections.extend(markdown(body, more));
    message
}

fn section(on: &OnLine<'_>, lang: Lang) -> Section {
    let mut heading = vec![spot(on.spot)];
    match on.said {
        Some((body, _, again)) => {
            if again {
                heading.push(edited(lang));
            }
            Section {
                heading,
                body: Some(Body::Markdown(body.to_owned())),
                more: on.spot.url.clone(),
            }
        }
        None => {
            // The page of a comment that is gone leads nowhere.
            let heading = vec![
                spot(&Spot {
                    url: None,
                    ..on.spot.clone()
                }),
                text(" "),
                word(Phrase::CommentDeletedHere, lang),
            ];
            Section {
                heading,
                body: None,
                more: None,
            }
        }
    }
}

/// Threads that were settled, or unsettled, in one moment.
pub(super) fn threads(doc: &Document, newest: &Fact, lang: Lang) -> Option<Message> {
    let threads: Vec<_> = doc
        .facts()
        .filter_map(|fact| match &fact.what {
            What::Thread {
                resolved,
                spot,
                opener,
                line,
            } => Some((*resolved, spot, opener, line)),
            _ => None,
        })
        .collect();
    let mut fill = who_and_what(newest);
    let all_resolved = threads.iter().all(|(resolved, ..)| *resolved);
    let icon = if all_resolved { "☑️" } else { "↩️" };
    let more = newest.on.as_ref().and_then(|on| on.url.clone());
    if let [(resolved, place, opener, line)] = threads.as_slice() {
        fill.push(("place", vec![spot(place)]));
        let phrase = if *resolved {
            Phrase::ThreadResolved
        } else {
            Phrase::ThreadUnresolved
        };
        let headline = say(phrase, lang, &fill);
        let more = place.url.clone().or(more);
        let mut message = message(icon, headline, more, newest);
        let opening = Some(quote(opener.as_ref(), line)).filter(|spans| !spans.is_empty());
        let opening = opening.into_iter().collect();
        message.sections.extend(lines(opening, None));
        return Some(message);
    }
    fill.push(("n", vec![text(threads.len().to_string())]));
    let none_resolved = threads.iter().all(|(resolved, ..)| !resolved);
    let phrase = match (all_resolved, none_resolved) {
        (true, _) => Phrase::ThreadsResolved,
        (_, true) => Phrase::ThreadsUnresolved,
        _ => Phrase::ThreadsUpdated,
    };
    let headline = say(phrase, lang, &fill);
    let mut message = message(icon, headline, more, newest);
    let listed = threads.iter().map(|(resolved, place, opener, line)| {
        let mut item = Vec::new();
        if phrase == Phrase::ThreadsUpdated {
            let state = if *resolved {
                Phrase::Resolved
            } else {
                Phrase::Unresolved
            };
            item.extend([word(state, lang), text(": ")]);
        }
        item.extend([spot(place), text(" ")]);
        item.extend(quote(opener.as_ref(), line));
        item
    });
    message.sections.extend(lines(listed.collect(), None));
    Some(message)
}

/// `taro: the first line`.
fn quote(opener: Option<&Login>, line: &str) -> Vec<Span> {
    if line.is_empty() {
        return Vec::new();
    }
    let line = shortened(line, LONGEST_LINE);
    match opener {
        Some(opener) => vec![person(opener), text(format!(": {line}"))],
        None => vec![text(line)],
    }
}
