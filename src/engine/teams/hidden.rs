//! What we write for ourselves into checks of ours, where people do not see it. Nobody but this App
//! can write a check of its name, so what stands there is our own word.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::teams::Losses;

const BEGIN: &str = "<!-- sssbot:teams ";
const END: &str = " -->";

/// What was reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reviewed {
    /// What was to be confirmed, if anything was.
    #[serde(default)]
    pub hash: String,
    /// What is taken away: the merge must not take away more.
    #[serde(default)]
    pub losses: Losses,
}

/// What was applied, or is being applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Applied {
    /// All that there was to do, in words: what is not left is done.
    #[serde(default)]
    pub planned: Vec<String>,
    /// Which group each team was.
    #[serde(default)]
    pub bound: BTreeMap<String, String>,
}

/// A text with this hidden below it.
pub(super) fn hide<T: Serialize>(text: &str, what: &T) -> String {
    let json = serde_json::to_string(what).unwrap_or_default();
    // What could end the comment.
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e");
    format!("{text}\n\n{BEGIN}{json}{END}")
}

/// What is hidden in a text.
pub(super) fn hidden<T: DeserializeOwned>(text: &str) -> Option<T> {
    let (_, rest) = text.rsplit_once(BEGIN)?;
    let (json, _) = rest.split_once(END)?;
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_found_again_whatever_it_holds() {
        let mut losses = Losses::default();
        losses
            .removed
            .insert("a-->b".to_owned(), ["U1".into()].into());
        losses.disabled.insert("<!--".to_owned());
        let hash = "0a1b".to_owned();
        let what = Reviewed { hash, losses };
        let text = hide("Words", &what);
        assert_eq!(hidden::<Reviewed>(&text), Some(what));
        assert!(text.starts_with("Words\n\n<!-- "));
        assert_eq!(text.matches("-->").count(), 1);
        assert_eq!(hidden::<Reviewed>("<!-- sssbot:teams {}"), None);
    }
}
