//! Links: their words are gathered first, so that they can be held against where they lead.

use super::Writer;
use crate::slack::render::{escape, links};

/// Longest link token in bytes. With the marks around it, it still fits any block.
pub(super) const LONGEST_LINK: usize = 2_400;
/// Longest words of a link, in bytes after escaping.
const LONGEST_LABEL: usize = 600;

impl Writer<'_> {
    /// A link's words follow, as text, until [`Writer::end_label`].
    pub(in crate::slack::render) fn begin_label(&mut self, url: &str) {
        match &mut self.label {
            Some(label) => label.inner += 1,
            None => {
                let mut label = std::mem::take(&mut self.spare);
                label.url.push_str(url);
                self.label = Some(label);
            }
        }
    }

    /// The words of the link are over.
    pub(in crate::slack::render) fn end_label(&mut self) {
        match self.label.take() {
            Some(mut label) if label.inner > 0 => {
                label.inner -= 1;
                self.label = Some(label);
            }
            Some(mut label) => {
                self.link(&label.url, label.words.trim());
                label.url.clear();
                label.words.clear();
                self.spare = label;
            }
            None => {}
        }
    }

    /// All links that are still open are over: their paragraph is.
    pub(in crate::slack::render) fn end_labels(&mut self) {
        if let Some(label) = &mut self.label {
            label.inner = 0;
            self.end_label();
        }
    }

    /// A link, or only its words when it may not be one.
    pub(in crate::slack::render) fn link(&mut self, url: &str, words: &str) {
        if let Some(label) = &mut self.label {
            label.words.push_str(words);
            return;
        }
        let Some(target) = links::target(url, self.refs.source()) else {
            self.bare(words);
            return;
        };
        let shown = if words == url || words == target {
            self.refs.short_name(&target)
        } else {
            None
        };
        let words = shown.as_deref().unwrap_or(words);
        let words = if words.is_empty() {
            target.as_ref()
        } else {
            words
        };
        let face = links::other_face(words, &target, self.refs.home());
        if !self.put(&target, words, face) {
            self.bare(words);
        }
    }

    /// A link of our own making, inside text.
    pub(super) fn token(&mut self, url: &str, words: &str) {
        if !self.put(url, words, None) {
            escape::label(&mut self.draft.text, words, LONGEST_LABEL);
        }
    }

    /// Writes the token; says `false`, and writes none, when it would be too long.
    fn put(&mut self, target: &str, words: &str, face: Option<&str>) -> bool {
        self.make_room((target.len() + words.len()).min(LONGEST_LINK));
        self.ready('<');
        let start = self.draft.text.len();
        let text = &mut self.draft.text;
        let fits = links::write(text, target, words, face, LONGEST_LABEL, LONGEST_LINK);
        if fits {
            self.atom(start);
        }
        fits
    }
}
