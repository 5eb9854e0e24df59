//! What the bot says in English.

use super::Phrase;

pub(super) fn say(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::ReadTheRest => "Read the rest",
    }
}
