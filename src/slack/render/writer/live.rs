//! What is live on purpose: a person or a channel that is named by its id.

use super::Writer;

impl Writer<'_> {
    /// A token as it is, which must never hold a text from outside.
    pub(in crate::slack::render) fn live(&mut self, token: &str) {
        self.make_room(token.len());
        self.ready('<');
        let start = self.draft.text.len();
        self.draft.text.push_str(token);
        self.atom(start);
    }
}
