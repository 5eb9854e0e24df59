//! Words and code spans, in pieces short enough that no run of formatting has to be cut.

use super::Writer;
use crate::slack::render::escape;

/// How much raw text may go into a run between two looks at its length.
const RUN_STEP: usize = 160;
/// A code span is written as several when it is longer than this, in bytes.
const CODE_STEP: usize = 400;

impl Writer<'_> {
    /// Plain words from outside, with `@login`, `#12` and commits made links where they may be.
    pub(in crate::slack::render) fn text(&mut self, text: &str) {
        self.words(text, true);
    }

    /// Plain words in which nothing is a link.
    pub(in crate::slack::render) fn bare(&mut self, text: &str) {
        self.words(text, false);
    }

    fn words(&mut self, text: &str, refs: bool) {
        if let Some(label) = &mut self.label {
            label.words.push_str(text);
            return;
        }
        let text = if self.fresh() {
            text.trim_start()
        } else {
            text
        };
        if !text.chars().any(escape::is_shown) {
            return;
        }
        if self.wanted.is_empty() {
            self.ready(first(text));
            self.ink(text, refs);
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let spaces = rest.len() - rest.trim_start().len();
            if self.written.is_empty() && spaces > 0 {
                self.ready(' ');
                self.draft.text.push(' ');
                rest = &rest[spaces..];
                continue;
            }
            let (piece, left) = escape::split_near(rest, RUN_STEP);
            self.make_room(RUN_STEP);
            self.ready(first(piece));
            self.ink(piece, refs);
            rest = left;
        }
    }

    /// Writes escaped text; the line and the marks are ready.
    fn ink(&mut self, text: &str, refs: bool) {
        let mut at = 0;
        let mut commit = if refs {
            self.refs.next_commit(text, 0)
        } else {
            None
        };
        loop {
            let stop = commit.as_ref().map_or(text.len(), |found| found.0.start);
            let stopped = escape::text(&mut self.draft.text, text, at..stop, self.line, refs);
            if stopped >= text.len() {
                return;
            }
            let found = if stopped == stop {
                commit.take()
            } else {
                self.refs.at(text, stopped, at)
            };
            let commit_taken = stopped == stop;
            let Some((range, url, label)) = found else {
                // Not a reference after all: the sign itself, then on.
                at = escape::sign(&mut self.draft.text, text, stopped);
                continue;
            };
            // The owner and the repository before the sign are written already: take them back.
            let back = stopped.saturating_sub(range.start);
            let keep = self.draft.text.len() - back;
            self.draft.text.truncate(keep);
            self.token(&url, &label);
            at = range.end;
            if commit_taken || commit.as_ref().is_some_and(|next| next.0.start < at) {
                commit = self.refs.next_commit(text, at);
            }
        }
    }

    /// A code span. Backticks in it become the letter that looks like one, as Slack has no escape.
    pub(in crate::slack::render) fn code(&mut self, code: &str) {
        if let Some(label) = &mut self.label {
            label.words.push_str(code);
            return;
        }
        let mut rest = code.trim();
        while !rest.is_empty() {
            let (piece, left) = escape::split_near(rest, CODE_STEP);
            rest = left;
            if !piece.chars().any(escape::is_shown) {
                continue;
            }
            self.make_room(piece.len());
            self.ready('`');
            self.hold_off();
            let start = self.draft.text.len();
            self.draft.text.push('`');
            escape::code_span(&mut self.draft.text, piece);
            self.draft.text.push('`');
            self.atom(start);
            self.closed = true;
        }
    }
}

fn first(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}
