//! That a channel is told of something from now on, or no longer.

use super::words::{lines, list, message, person, say, shortened, text, what, who_and_what};
use crate::i18n::{Lang, Phrase};
use crate::id::Login;
use crate::mirror::fact::{Earlier, EarlierKind, Fact, What};
use crate::mirror::message::{Message, Span};

/// How much of a first line is shown.
const LONGEST_LINE: usize = 120;

pub(super) fn compose(fact: &Fact, lang: Lang) -> Option<Message> {
    let page = fact.on.as_ref().and_then(|on| on.url.clone());
    match &fact.what {
        What::Backfill { earlier, more } => {
            let phrase = if earlier.is_empty() {
                Phrase::RoutedHereFresh
            } else {
                Phrase::RoutedHere
            };
            let headline = say(phrase, lang, &who_and_what(fact));
            let mut listed: Vec<Vec<Span>> = earlier.iter().map(|e| entry(e, lang)).collect();
            if *more > 0 {
                let fill = [("n", vec![text(more.to_string())])];
                let at = 1.min(listed.len());
                listed.insert(at, say(Phrase::AndMore, lang, &fill));
            }
            let mut message = message("📌", headline, page.clone(), fact);
            message.sections.extend(lines(listed, page));
            Some(message)
        }
        What::Rerouted { to } => {
            let names = to.iter().map(|name| vec![Span::Strong(format!("#{name}"))]);
            let fill = [("what", what(fact)), ("to", list(names, lang))];
            let phrase = if to.is_empty() {
                Phrase::RoutedNowhere
            } else {
                Phrase::RoutedElsewhere
            };
            let headline = say(phrase, lang, &fill);
            Some(message("➡️", headline, page, fact))
        }
        _ => None,
    }
}

/// `2021-01-01 10:03 hanako commented: the first line`, the time being the link.
fn entry(earlier: &Earlier, lang: Lang) -> Vec<Span> {
    let phrase = match earlier.kind {
        EarlierKind::Opened => Phrase::EarlierOpened,
        EarlierKind::Comment => Phrase::EarlierComment,
        EarlierKind::Review => Phrase::EarlierReview,
        EarlierKind::Push => Phrase::EarlierPush,
        EarlierKind::Closed => Phrase::EarlierClosed,
        EarlierKind::Reopened => Phrase::EarlierReopened,
        EarlierKind::Merged => Phrase::EarlierMerged,
    };
    let who = earlier.who.clone();
    let who = who.unwrap_or_else(|| Login::from("ghost"));
    let time = Span::Time {
        at: earlier.at,
        url: earlier.url.clone(),
    };
    let mut spans = vec![time, text(" ")];
    spans.extend(say(phrase, lang, &[("who", vec![person(&who)])]));
    if !earlier.line.is_empty() {
        let line = shortened(&earlier.line, LONGEST_LINE);
        spans.push(text(format!(": {line}")));
    }
    spans
}
