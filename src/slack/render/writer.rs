//! Writes mrkdwn: owed line breaks, quote marks and indents, formatting that takes effect.
//! Remembers what must not be cut apart.

mod ink;
mod label;
mod live;
mod time;

use super::escape::{self, ZWSP};
use super::refs::Refs;

/// A run of formatting is closed and opened again when it gets longer than this, so that a cut
/// never has to happen inside one.
const LONGEST_RUN: usize = 800;
/// Lists deeper than this are indented no further, quotes no more marked.
const DEEPEST: usize = 8;

/// Formatting that Slack knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bold,
    Italic,
    Strike,
}

impl Mark {
    fn sign(self) -> char {
        match self {
            Self::Bold => '*',
            Self::Italic => '_',
            Self::Strike => '~',
        }
    }
}

/// Each mark once at most, in order.
#[derive(Debug, Clone, Copy, Default)]
struct Marks([Option<Mark>; 3]);

impl Marks {
    fn len(&self) -> usize {
        self.0.iter().flatten().count()
    }

    fn is_empty(&self) -> bool {
        self.0[0].is_none()
    }

    fn position(&self, mark: Mark) -> Option<usize> {
        self.0.iter().position(|known| *known == Some(mark))
    }

    fn push(&mut self, mark: Mark) {
        let end = self.len();
        self.0[end] = Some(mark);
    }

    fn pop(&mut self) -> Option<Mark> {
        let end = self.len();
        self.0[end.checked_sub(1)?].take()
    }

    fn remove(&mut self, at: usize) {
        self.0[at..].rotate_left(1);
        self.0[2] = None;
    }
}

/// What stands before a list item's first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bullet {
    Sign(&'static str),
    Number(usize, char),
}

/// Finished mrkdwn, with the places where it must not be cut.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The text; valid as it is, but perhaps longer than a block.
    pub(super) text: String,
    /// Byte ranges, in order, that are one thing: a link, a code span, a formatted run.
    pub(super) atoms: Vec<(usize, usize)>,
    /// Byte ranges, in order, of code fences, both fence lines included.
    pub(super) fences: Vec<(usize, usize)>,
    /// Whether something was left out already.
    pub(super) cut: bool,
}

/// The words of a link, while they are being read.
#[derive(Debug, Default)]
struct Label {
    url: String,
    words: String,
    /// Links and images inside this one, which give only their words.
    inner: usize,
}

/// Where mrkdwn is written.
pub(super) struct Writer<'a> {
    draft: Draft,
    refs: Refs<'a>,
    /// Line breaks owed before the next ink.
    owed: u8,
    /// Where the ink of this line starts.
    line: usize,
    /// The quote this line is in, 0 for none; and the one the last written line was in.
    quote: usize,
    last_quote: usize,
    quotes_seen: usize,
    quotes: usize,
    lists: usize,
    bullet: Option<Bullet>,
    /// How often each mark is open; which are wanted, in order; which are written, in order.
    open: [u32; 3],
    wanted: Marks,
    written: Marks,
    /// Where the outermost written mark stands; and where the last opened marks end.
    run: usize,
    opened: usize,
    /// A mark was closed just now: the next character may have to be held off.
    closed: bool,
    label: Option<Label>,
    /// The last label, for its room.
    spare: Label,
}

impl<'a> Writer<'a> {
    pub(super) fn new(refs: Refs<'a>, room: usize) -> Self {
        Self {
            draft: Draft {
                text: String::with_capacity(room),
                ..Draft::default()
            },
            refs,
            owed: 0,
            line: 0,
            quote: 0,
            last_quote: 0,
            quotes_seen: 0,
            quotes: 0,
            lists: 0,
            bullet: None,
            open: [0; 3],
            wanted: Marks::default(),
            written: Marks::default(),
            run: 0,
            opened: 0,
            closed: false,
            label: None,
            spare: Label::default(),
        }
    }

    /// What was written.
    pub(super) fn finish(mut self) -> Draft {
        self.end_label();
        self.close_written(0);
        let end = self.draft.text.trim_end_matches([' ', '\n']).len();
        self.draft.text.truncate(end);
        self.draft
    }

    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.draft.text.len()
    }

    /// Something is left out here.
    pub(super) fn leave_out(&mut self) {
        self.draft.cut = true;
    }

    /// Nothing stands on this line yet.
    pub(super) fn fresh(&self) -> bool {
        self.owed > 0 || self.draft.text.len() == self.line
    }

    /// At least so many line breaks before what comes next.
    pub(super) fn gap(&mut self, breaks: u8) {
        if let Some(label) = &mut self.label {
            label.words.push(' ');
            return;
        }
        self.close_written(0);
        self.closed = false;
        if !self.draft.text.is_empty() {
            self.owed = self.owed.max(breaks);
        }
    }

    /// The blank line that was owed becomes a mere line break: what comes belongs to what came.
    pub(super) fn tighten(&mut self) {
        self.owed = self.owed.min(1);
    }

    pub(super) fn enter_quote(&mut self) {
        self.quotes += 1;
        if self.quotes == 1 && self.lists == 0 {
            self.quotes_seen += 1;
            self.quote = self.quotes_seen;
        }
    }

    pub(super) fn leave_quote(&mut self) {
        self.quotes = self.quotes.saturating_sub(1);
        if self.quotes == 0 {
            self.quote = 0;
        }
    }

    pub(super) fn enter_list(&mut self) {
        self.flush_bullet();
        self.lists += 1;
    }

    pub(super) fn leave_list(&mut self) {
        self.lists = self.lists.saturating_sub(1);
    }

    /// How many lists we are in.
    pub(super) fn lists(&self) -> usize {
        self.lists
    }

    pub(super) fn bullet(&mut self, bullet: Bullet) {
        self.bullet = Some(bullet);
    }

    /// An item that had nothing to say still shows its bullet.
    pub(super) fn flush_bullet(&mut self) {
        if self.bullet.is_some() && self.label.is_none() {
            self.ready(' ');
            self.draft
                .text
                .truncate(self.draft.text.trim_end_matches(' ').len());
        }
    }

    pub(super) fn open(&mut self, mark: Mark) {
        let depth = &mut self.open[mark as usize];
        *depth += 1;
        if *depth == 1 {
            self.wanted.push(mark);
        }
    }

    pub(super) fn close(&mut self, mark: Mark) {
        let depth = &mut self.open[mark as usize];
        *depth = depth.saturating_sub(1);
        if *depth == 0 {
            if let Some(at) = self.wanted.position(mark) {
                self.wanted.remove(at);
            }
            if let Some(at) = self.written.position(mark) {
                self.close_written(at);
            }
        }
    }

    /// A code fence, filled by `fill`, which gets the text and may write any lines escaped by
    /// [`escape::code`]. Always from the left edge: Slack knows none inside a list or a quote.
    pub(super) fn fence(&mut self, fill: impl FnOnce(&mut String)) {
        self.end_labels();
        self.flush_bullet();
        self.gap(1);
        let quote = std::mem::take(&mut self.quote);
        let lists = std::mem::take(&mut self.lists);
        let quotes = std::mem::take(&mut self.quotes);
        let wanted = std::mem::take(&mut self.wanted);
        self.ready('`');
        self.wanted = wanted;
        (self.quote, self.lists, self.quotes) = (quote, lists, quotes);
        let text = &mut self.draft.text;
        let start = text.len();
        text.push_str("```\n");
        let inside = text.len();
        fill(text);
        let end = text.trim_end_matches(['\n', ' ']).len().max(inside);
        text.truncate(end);
        if end == inside {
            text.push(' ');
        }
        text.push_str("\n```");
        let end = text.len();
        self.draft.fences.push((start, end));
        self.gap(1);
    }

    fn atom(&mut self, start: usize) {
        if self.written.is_empty() {
            let end = self.draft.text.len();
            self.draft.atoms.push((start, end));
        }
    }

    fn make_room(&mut self, bytes: usize) {
        if !self.written.is_empty() && self.draft.text.len() - self.run + bytes > LONGEST_RUN {
            self.close_written(0);
        }
    }

    /// Makes the line and the marks ready for ink that starts with `first`.
    fn ready(&mut self, first: char) {
        if self.owed > 0 || self.draft.text.is_empty() || self.bullet.is_some() {
            self.start_line();
        }
        if self.closed {
            self.closed = false;
            if !escape::may_follow_mark(first) {
                self.draft.text.push_str(ZWSP);
            }
        }
        if self.written.len() < self.wanted.len() && !first.is_whitespace() {
            self.hold_off();
            if self.written.is_empty() {
                self.run = self.draft.text.len();
            }
            for at in 0..self.wanted.len() {
                let mark = self.wanted.0[at];
                if let Some(mark) = mark.filter(|mark| self.written.position(*mark).is_none()) {
                    self.draft.text.push(mark.sign());
                    self.written.push(mark);
                }
            }
            self.opened = self.draft.text.len();
        }
    }

    fn start_line(&mut self) {
        let same = self.quote != 0 && self.quote == self.last_quote;
        for left in (0..self.owed).rev() {
            self.draft.text.push('\n');
            if same && left > 0 {
                self.draft.text.push('>');
            }
        }
        if self.owed > 0 || self.draft.text.is_empty() {
            if self.quote != 0 {
                self.draft.text.push_str("> ");
            }
            self.last_quote = self.quote;
            let deep = self.lists.min(DEEPEST);
            let indent = match (deep, self.bullet) {
                (0, _) => 0,
                (deep, Some(_)) => 4 * (deep - 1),
                (deep, None) => 4 * deep - 2,
            };
            for _ in 0..indent {
                self.draft.text.push(' ');
            }
        }
        self.owed = 0;
        match self.bullet.take() {
            Some(Bullet::Sign(sign)) => {
                self.draft.text.push_str(sign);
                self.draft.text.push(' ');
            }
            Some(Bullet::Number(number, after)) => {
                self.draft.text.push_str(&number.to_string());
                self.draft.text.push(after);
                self.draft.text.push(' ');
            }
            None => {}
        }
        let marked = usize::from(self.quote != 0);
        for _ in marked..self.quotes.min(DEEPEST) {
            self.draft.text.push_str("&gt; ");
        }
        self.line = self.draft.text.len();
    }

    /// Slack formats at the edge of a word only: where there is none, makes one that is not seen.
    fn hold_off(&mut self) {
        let at = self.draft.text.len();
        if at == self.line || at == self.opened {
            return;
        }
        let last = self.draft.text.chars().next_back();
        if !last.is_none_or(escape::may_precede_mark) {
            self.draft.text.push_str(ZWSP);
        }
    }

    /// Closes the written marks from `from` on; those still wanted open again at the next ink.
    fn close_written(&mut self, from: usize) {
        if self.written.len() <= from {
            return;
        }
        let text = &mut self.draft.text;
        let end = text.trim_end_matches(' ').len();
        let spaces = text.len() - end;
        text.truncate(end);
        while self.written.len() > from {
            if let Some(mark) = self.written.pop() {
                text.push(mark.sign());
            }
        }
        self.closed = spaces == 0;
        let end = text.len();
        for _ in 0..spaces {
            text.push(' ');
        }
        if self.written.is_empty() {
            self.draft.atoms.push((self.run, end));
        }
    }
}
