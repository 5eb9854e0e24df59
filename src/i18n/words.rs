//! Words in each language at once: what is made in one place and read by people of either language.

use super::Lang;

/// The same in each language. Where only one was given it stands for both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// Words in both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// The same words in both: a name, or what was written once.
    pub fn same(text: &str) -> Self {
        Self::new(text, text)
    }

    /// The words in this language.
    pub fn say(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// Both, the Japanese first; once where they are the same.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        let en = (self.ja != self.en).then_some(self.en.as_str());
        std::iter::once(self.ja.as_str()).chain(en)
    }
}

/// A sentence as [`Words`], Japanese and English side by side, each like `format!`'s. What is named
/// behind them are [`Words`] that go into it, each into its own language; one that a language leaves
/// out is a warning, one that is not named does not compile.
macro_rules! both {
    ($ja:literal, $en:literal $(, $piece:ident)* $(,)?) => {
        $crate::i18n::Words {
            ja: {
                $(let $piece = &$piece.ja;)*
                format!($ja)
            },
            en: {
                $(let $piece = &$piece.en;)*
                format!($en)
            },
        }
    };
}
pub(crate) use both;

/// Fails where the Japanese is none, lacks a name or a figure that the English has, or was put
/// together without the spaces that stand around them.
#[cfg(test)]
pub(crate) fn agree(words: &Words) {
    use std::collections::BTreeSet;
    let Words { ja, en } = words;
    let parts = |text: &str, first: usize| -> Vec<String> {
        let parts = text.split('`').skip(first).step_by(2);
        parts.map(str::to_owned).collect()
    };
    let quoted = |text: &str| BTreeSet::from_iter(parts(text, 1));
    let figures = |text: &str| -> BTreeSet<String> {
        let figures = text.split(|c: char| !c.is_ascii_digit());
        let figures = figures.filter(|it| !it.is_empty());
        figures.map(str::to_owned).collect()
    };
    let kana = |c: char| matches!(c, 'ぁ'..='ん');
    let letter = |c: char| kana(c) || matches!(c, 'ァ'..='ー' | '一'..='龠');
    assert!(
        parts(ja, 0).concat().contains(kana),
        "no Japanese: {ja} / {en}"
    );
    assert!(!parts(en, 0).concat().contains(kana), "no English: {en}");
    assert_eq!(quoted(ja), quoted(en), "{ja} / {en}");
    assert!(figures(en).is_subset(&figures(ja)), "{ja} / {en}");
    let between = parts(ja, 0);
    for (nth, text) in between.iter().enumerate() {
        let (behind, before) = (nth > 0, nth + 1 < between.len());
        assert!(!(behind && text.starts_with(letter)), "no space: {ja}");
        assert!(!(before && text.ends_with(letter)), "no space: {ja}");
        let odd = ["  ", " 、", " 。", "。。", "、。", "。、"];
        assert!(!odd.iter().any(|odd| text.contains(odd)), "spaces: {ja}");
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, agree};
    use crate::i18n::Lang;

    #[test]
    fn a_piece_goes_into_its_own_language() {
        let (wanted, count) = (Words::new("リスト", "a list"), 3);
        let said = both!(
            "{wanted}が {count} 個です",
            "{count} times {wanted}",
            wanted
        );
        assert_eq!(said.say(Lang::Ja), "リストが 3 個です");
        assert_eq!(said.say(Lang::En), "3 times a list");
        agree(&said);
    }

    #[test]
    #[should_panic(expected = "no Japanese")]
    fn a_forgotten_language_shows() {
        agree(&Words::same("the playbook has no key `a`"));
    }

    #[test]
    #[should_panic(expected = "です")]
    fn a_forgotten_name_shows() {
        agree(&Words::new("これは `b` です", "this is `a`"));
    }
}
