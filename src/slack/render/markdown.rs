//! GitHub's Markdown to mrkdwn: parses, then walks the tree without recursion.

use std::sync::OnceLock;

use comrak::nodes::{AlertType, ListDelimType, ListType, NodeList, NodeValue};
use comrak::{Arena, Node, Options};

use super::guard::{self, Budget};
use super::html::Html;
use super::refs::Refs;
use super::writer::{Bullet, Draft, Mark, Writer};
use super::{escape, table};
use crate::i18n::{Lang, Phrase};

/// What a thematic break looks like.
pub(super) const RULE: &str = "──────────";

/// Bytes of mrkdwn after which the rest of a body is left unread: more than any budget of letters
/// lets through.
const ENOUGH: usize = 48_000;

/// The few words that a body's rendering adds of its own.
pub(super) struct Words {
    /// What an image without a description is called.
    pub(super) image: &'static str,
    lang: Lang,
}

impl Words {
    pub(super) fn new(lang: Lang) -> Self {
        Self {
            image: Phrase::Image.say(lang),
            lang,
        }
    }
}

/// The dialect: GitHub's, as far as it can be shown.
pub fn options() -> &'static Options<'static> {
    static OPTIONS: OnceLock<Options<'static>> = OnceLock::new();
    OPTIONS.get_or_init(|| {
        let mut options = Options::default();
        options.extension.strikethrough = true;
        options.extension.table = true;
        options.extension.autolink = true;
        options.extension.tasklist = true;
        options.extension.footnotes = true;
        options.extension.alerts = true;
        options.extension.shortcodes = true;
        options.extension.cjk_friendly_emphasis = true;
        options
    })
}

/// Renders a body; `None` when it is not given to the parser, or keeps it too long.
pub(super) fn markdown(body: &str, refs: Refs<'_>, words: &Words) -> Option<Draft> {
    let (body, cut) = guard::shorten(body);
    if !guard::is_tame(body) {
        return None;
    }
    // About as many nodes as prose has; the arena grows when there are more.
    let arena = Arena::with_capacity((body.len() / 20 + 16).min(128));
    let root = if body.len() <= guard::HARMLESS {
        comrak::parse_document(&arena, body, options())
    } else {
        let budget = Budget::for_bytes(body.len());
        comrak::try_parse_document(&arena, body, options(), &|| budget.is_spent()).ok()?
    };
    let room = (body.len() + body.len() / 4 + 64).min(ENOUGH);
    let mut walk = Walk {
        out: Writer::new(refs, room),
        words,
        html: Html::default(),
        lists: Vec::new(),
        notes: 0,
    };
    let whole = walk.all(root);
    if cut || !whole {
        walk.out.leave_out();
    }
    Some(walk.out.finish())
}

/// Shows a body as it was typed: for one that is not parsed. Comments stay hidden.
pub(super) fn as_typed(body: &str, refs: Refs<'_>) -> Draft {
    let (body, cut) = guard::shorten(body);
    let mut out = Writer::new(refs, body.len().min(ENOUGH));
    let mut rest = body;
    let mut hidden = false;
    let mut whole = true;
    while !rest.is_empty() {
        if out.len() > ENOUGH {
            whole = false;
            break;
        }
        let (part, left) = match (hidden, rest.find(if hidden { "-->" } else { "<!--" })) {
            (true, None) => break,
            (true, Some(end)) => ("", &rest[end + 3..]),
            (false, None) => (rest, ""),
            (false, Some(start)) => rest.split_at(start),
        };
        hidden = !hidden;
        rest = left;
        for (number, line) in part.split('\n').enumerate() {
            if number > 0 {
                let blank = line.trim().is_empty();
                out.gap(if blank { 2 } else { 1 });
            }
            let mut line = line;
            while !line.is_empty() && out.len() <= ENOUGH {
                let (piece, left) = escape::split_near(line, 2_000);
                out.bare(piece);
                line = left;
            }
            whole &= line.is_empty();
        }
    }
    if cut || !whole {
        out.leave_out();
    }
    out.finish()
}

struct Walk<'a> {
    out: Writer<'a>,
    words: &'a Words,
    html: Html,
    /// The lists we are in, with the number of the next item.
    lists: Vec<(NodeList, usize)>,
    notes: usize,
}

impl Walk<'_> {
    /// Walks the whole tree; says whether it came to the end.
    fn all<'n>(&mut self, root: Node<'n>) -> bool {
        let mut at = root.first_child();
        while let Some(node) = at {
            if self.out.len() > ENOUGH {
                return false;
            }
            let inside = self.enter(node).then(|| node.first_child()).flatten();
            at = inside.or_else(|| {
                let mut over = node;
                loop {
                    self.leave(over);
                    if let Some(next) = over.next_sibling() {
                        return Some(next);
                    }
                    over = over.parent().filter(|up| !up.same_node(root))?;
                }
            });
        }
        true
    }

    /// Writes what stands before a node's children; says whether they are to be walked.
    fn enter<'n>(&mut self, node: Node<'n>) -> bool {
        let out = &mut self.out;
        match &node.data().value {
            NodeValue::Text(text) => {
                if self.html.in_code() {
                    out.code(text);
                } else {
                    out.text(text);
                }
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => out.gap(1),
            NodeValue::Code(code) => out.code(&code.literal),
            NodeValue::Emph => out.open(Mark::Italic),
            NodeValue::Strong => out.open(Mark::Bold),
            NodeValue::Strikethrough => out.open(Mark::Strike),
            NodeValue::Link(link) => out.begin_label(&link.url),
            NodeValue::Image(image) => {
                out.begin_label(&image.url);
                out.bare("🖼 ");
                if node.first_child().is_none() {
                    out.bare(self.words.image);
                }
            }
            NodeValue::ShortCode(short) => out.bare(&short.emoji),
            NodeValue::HtmlInline(tag) => self.html.inline(out, tag, self.words),
            NodeValue::HtmlBlock(block) => self.html.block(out, &block.literal, self.words),
            NodeValue::FootnoteReference(note) => out.bare(&format!("[{}]", note.ix)),
            NodeValue::Heading(_) => {
                out.gap(2);
                out.open(Mark::Bold);
            }
            NodeValue::List(list) => {
                out.gap(if self.lists.is_empty() { 2 } else { 1 });
                // A list belongs to the words right above it.
                let follows = node.previous_sibling().is_some_and(|above| {
                    matches!(
                        above.data().value,
                        NodeValue::Paragraph | NodeValue::Heading(_)
                    )
                });
                if follows || !self.lists.is_empty() {
                    out.tighten();
                }
                out.enter_list();
                self.lists.push((*list, list.start));
            }
            NodeValue::Item(_) => {
                out.gap(1);
                let bullet = self.next_bullet();
                self.out.bullet(bullet);
            }
            NodeValue::TaskItem(task) => {
                out.gap(1);
                let _ = self.next_bullet();
                let sign = if task.symbol.is_some() { "☑" } else { "☐" };
                self.out.bullet(Bullet::Sign(sign));
            }
            NodeValue::BlockQuote => {
                out.gap(2);
                out.enter_quote();
            }
            NodeValue::Alert(alert) => {
                out.gap(2);
                out.enter_quote();
                let (icon, phrase) = alert_of(alert.alert_type);
                out.bare(icon);
                out.bare(" ");
                out.open(Mark::Bold);
                let title = alert.title.as_deref();
                out.bare(title.unwrap_or_else(|| phrase.say(self.words.lang)));
                out.close(Mark::Bold);
                out.gap(1);
            }
            NodeValue::CodeBlock(block) => {
                out.gap(2);
                if !self.lists.is_empty() {
                    out.tighten();
                }
                let (code, cut) = first_lines(&block.literal);
                out.fence(|to| escape::code(to, code));
                if cut {
                    out.leave_out();
                }
            }
            NodeValue::Table(_) => {
                out.gap(2);
                table::table(out, node, self.words.image);
                return false;
            }
            NodeValue::ThematicBreak => {
                out.gap(1);
                out.tighten();
                out.bare(RULE);
            }
            NodeValue::FootnoteDefinition(_) => {
                self.notes += 1;
                out.gap(2);
                if self.notes > 1 {
                    out.tighten();
                }
                out.bare(&format!("[{}] ", self.notes));
            }
            _ => {}
        }
        true
    }

    /// Writes what stands behind a node's children.
    fn leave<'n>(&mut self, node: Node<'n>) {
        let out = &mut self.out;
        match &node.data().value {
            NodeValue::Emph => out.close(Mark::Italic),
            NodeValue::Strong => out.close(Mark::Bold),
            NodeValue::Strikethrough => out.close(Mark::Strike),
            NodeValue::Link(_) | NodeValue::Image(_) => out.end_label(),
            NodeValue::Paragraph => {
                self.html.end(out);
                out.gap(2);
            }
            NodeValue::Heading(_) => {
                self.html.end(out);
                out.close(Mark::Bold);
                out.gap(1);
            }
            NodeValue::List(_) => {
                self.lists.pop();
                out.leave_list();
                out.gap(if self.lists.is_empty() { 2 } else { 1 });
            }
            NodeValue::Item(_) | NodeValue::TaskItem(_) => {
                out.flush_bullet();
                out.gap(1);
                out.tighten();
            }
            NodeValue::BlockQuote | NodeValue::Alert(_) => {
                out.leave_quote();
                out.gap(2);
            }
            NodeValue::CodeBlock(_) | NodeValue::Table(_) => {
                out.gap(if self.lists.is_empty() { 2 } else { 1 });
            }
            NodeValue::ThematicBreak => out.gap(1),
            _ => {}
        }
    }

    fn next_bullet(&mut self) -> Bullet {
        let deep = self.out.lists();
        match self.lists.last_mut() {
            Some((list, number)) if list.list_type == ListType::Ordered => {
                let this = *number;
                *number = number.saturating_add(1);
                let after = match list.delimiter {
                    ListDelimType::Period => '.',
                    ListDelimType::Paren => ')',
                };
                Bullet::Number(this, after)
            }
            _ => Bullet::Sign(match deep {
                0 | 1 => "•",
                2 => "◦",
                _ => "▪",
            }),
        }
    }
}

/// The part of a code block that could be shown at all, in whole lines.
pub(super) fn first_lines(code: &str) -> (&str, bool) {
    if code.len() <= ENOUGH {
        return (code, false);
    }
    let mut end = ENOUGH;
    while !code.is_char_boundary(end) {
        end -= 1;
    }
    let end = code[..end].rfind('\n').unwrap_or(end);
    (&code[..end], true)
}

fn alert_of(alert: AlertType) -> (&'static str, Phrase) {
    match alert {
        AlertType::Note => ("ℹ️", Phrase::AlertNote),
        AlertType::Tip => ("💡", Phrase::AlertTip),
        AlertType::Important => ("📌", Phrase::AlertImportant),
        AlertType::Warning => ("⚠️", Phrase::AlertWarning),
        AlertType::Caution => ("🛑", Phrase::AlertCaution),
    }
}
