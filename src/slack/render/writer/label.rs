//! Links: their words are gathered first, so that they can be held against where they lead.

use super::{Label, Writer};
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
                self.label = Some(Label {
                    url: url.to_owned(),
                    words: String::new(),
                    inner: 0,
                });
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
            Some(label) => self.link(&label.url, label.words.trim()),
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
        let mut token = String::with_capacity(target.len() + words.len() + 8);
        let fits = links::write(
            &mut token,
            &target,
            words,
            face,
            LONGEST_LABEL,
            LONGEST_LINK,
        );
        if !fits {
            self.bare(words);
            return;
        }
        self.make_room(token.len());
        self.ready('<');
        let start = self.draft.text.len();
        self.draft.text.push_str(&token);
        self.atom(start);
    }

    /// A link of our own making, inside text.
    pub(super) fn token(&mut self, url: &str, words: &str) {
        let mut token = String::with_capacity(url.len() + words.len() + 8);
        if !links::write(&mut token, url, words, None, LONGEST_LABEL, LONGEST_LINK) {
            escape::label(&mut self.draft.text, words, LONGEST_LABEL);
            return;
        }
        if !self.written.is_empty() {
            self.make_room(token.len());
            self.ready('<');
        }
        let start = self.draft.text.len();
        self.draft.text.push_str(&token);
        self.atom(start);
    }
}
