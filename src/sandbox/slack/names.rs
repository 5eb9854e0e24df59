//! What a channel may be called.

use super::refusal::{Refusal, refuse};

/// Whether Slack takes `name` for a channel; `japanese` allows letters that are not ASCII.
///
/// # Errors
/// Slack's codes: `invalid_name_required`, `invalid_name_maxlength`, `invalid_name_punctuation`,
/// `invalid_name_specials`.
pub(super) fn check(name: &str, japanese: bool) -> Result<(), Refusal> {
    if name.is_empty() {
        return refuse("invalid_name_required");
    }
    if name.chars().count() > 80 {
        return refuse("invalid_name_maxlength");
    }
    let fits = |c: char| match c {
        'a'..='z' | '0'..='9' | '-' | '_' => true,
        c if c.is_ascii() => false,
        // Marks (a dakuten that stands alone) and the long-vowel sign are parts of words too.
        c => japanese && !c.is_uppercase() && (c.is_alphanumeric() || is_mark(c)),
    };
    if !name.chars().all(fits) {
        return refuse("invalid_name_specials");
    }
    if !name.chars().any(char::is_alphanumeric) {
        return refuse("invalid_name_punctuation");
    }
    Ok(())
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{3099}'..='\u{309c}' | '\u{30fb}' | '\u{30fc}')
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names() {
        for (name, japanese, said) in [
            ("example-20210101i", false, None),
            ("example-20210101i-訓練", true, None),
            (
                "example-20210101i-訓練",
                false,
                Some("invalid_name_specials"),
            ),
            ("サーバー", true, None),
            ("Example", true, Some("invalid_name_specials")),
            ("a b", true, Some("invalid_name_specials")),
            ("a.b", true, Some("invalid_name_specials")),
            ("#a", true, Some("invalid_name_specials")),
            ("--", true, Some("invalid_name_punctuation")),
            ("", true, Some("invalid_name_required")),
        ] {
            let got = check(name, japanese).err().map(|r| r.error);
            assert_eq!(got.as_deref(), said, "{name}");
        }
        assert!(check(&"あ".repeat(80), true).is_ok());
        assert!(check(&"あ".repeat(81), true).is_err());
    }
}
