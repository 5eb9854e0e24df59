//! What the bot says in Japanese.

use super::Phrase;

pub(super) fn say(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::ReadTheRest => "続きを読む",
    }
}
