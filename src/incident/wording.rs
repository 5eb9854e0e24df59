//! How people's words are compared: whatever their width, case and spaces.

use unicode_normalization::UnicodeNormalization;

/// One form for all the ways to write a word or a phrase.
pub(super) fn plain(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, with an ellipsis where something is gone.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}
