//! What the bot says in English.

use super::Phrase;

pub(super) fn say(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::ReadTheRest => "Read the rest",
        Phrase::Image => "Image",
        Phrase::AlertNote => "Note",
        Phrase::AlertTip => "Tip",
        Phrase::AlertImportant => "Important",
        Phrase::AlertWarning => "Warning",
        Phrase::AlertCaution => "Caution",
    }
}
