//! What the bot says in Japanese.

use super::Phrase;

pub(super) fn say(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::ReadTheRest => "続きを読む",
        Phrase::Image => "画像",
        Phrase::AlertNote => "補足",
        Phrase::AlertTip => "ヒント",
        Phrase::AlertImportant => "重要",
        Phrase::AlertWarning => "警告",
        Phrase::AlertCaution => "注意",
    }
}
