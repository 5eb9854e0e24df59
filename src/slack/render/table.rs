//! Tables as aligned columns in a code fence, wide letters counted as two.

use comrak::Node;
use comrak::nodes::{NodeValue, TableAlignment};
use unicode_width::UnicodeWidthChar;

use super::escape;
use super::writer::Writer;

const MOST_ROWS: usize = 40;
const MOST_COLUMNS: usize = 16;
/// How wide all columns together may be, in half-width letters, before cells are shortened.
const WIDEST: usize = 120;
const NARROWEST_CAP: usize = 10;

struct Cell {
    start: usize,
    end: usize,
    width: usize,
}

/// Writes a table.
pub(super) fn table<'n>(out: &mut Writer<'_>, table: Node<'n>, image: &str) {
    let (alignments, columns) = match &table.data().value {
        NodeValue::Table(table) => (table.alignments.clone(), table.num_columns),
        _ => return,
    };
    let columns = columns.min(MOST_COLUMNS);
    let cap = (WIDEST / columns.max(1)).clamp(NARROWEST_CAP, 60);
    let mut text = String::new();
    let mut cells = Vec::new();
    let mut widths = vec![0; columns];
    let mut rows = 0;
    let mut row_node = table.first_child();
    while let Some(row) = row_node.filter(|_| rows <= MOST_ROWS) {
        let mut cell_node = row.first_child();
        for width in &mut widths {
            let start = text.len();
            if let Some(cell) = cell_node {
                words(&mut text, cell, image);
                cell_node = cell.next_sibling();
            }
            let cell = shorten(&mut text, start, cap);
            *width = cell.width.max(*width);
            cells.push(cell);
        }
        rows += 1;
        row_node = row.next_sibling();
    }
    let left = std::iter::successors(row_node, |row| row.next_sibling()).count();
    if left > 0 {
        out.leave_out();
    }
    out.fence(|to| {
        for (number, row) in cells.chunks(columns.max(1)).enumerate() {
            for (column, cell) in row.iter().enumerate() {
                if column > 0 {
                    to.push_str(" | ");
                }
                let room = widths[column].saturating_sub(cell.width);
                let before = match alignments.get(column) {
                    Some(TableAlignment::Right) => room,
                    Some(TableAlignment::Center) => room / 2,
                    _ => 0,
                };
                pad(to, ' ', before);
                escape::code(to, &text[cell.start..cell.end]);
                pad(to, ' ', room - before);
            }
            let end = to.trim_end_matches(' ').len();
            to.truncate(end);
            to.push('\n');
            if number == 0 {
                for (column, width) in widths.iter().enumerate() {
                    if column > 0 {
                        to.push_str("-+-");
                    }
                    pad(to, '-', *width);
                }
                to.push('\n');
            }
        }
        if left > 0 {
            to.push_str(&format!("… +{left}\n"));
        }
    });
}

fn pad(to: &mut String, with: char, times: usize) {
    for _ in 0..times {
        to.push(with);
    }
}

/// The words of a cell, on one line, without formatting.
fn words<'n>(to: &mut String, cell: Node<'n>, image: &str) {
    for node in cell.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => to.push_str(text),
            NodeValue::Code(code) => to.push_str(&code.literal),
            NodeValue::ShortCode(short) => to.push_str(&short.emoji),
            NodeValue::SoftBreak | NodeValue::LineBreak => to.push(' '),
            NodeValue::HtmlInline(tag) if tag.starts_with("<br") => to.push(' '),
            NodeValue::HtmlInline(tag) if tag.starts_with("<img") => to.push_str(image),
            NodeValue::Image(_) => to.push_str("🖼 "),
            NodeValue::FootnoteReference(note) => to.push_str(&format!("[{}]", note.ix)),
            NodeValue::TaskItem(task) => {
                to.push_str(if task.symbol.is_some() { "☑" } else { "☐" });
            }
            _ => {}
        }
    }
}

/// Cuts the text from `start` on to `cap` columns, and drops what is not shown or breaks lines.
fn shorten(text: &mut String, start: usize, cap: usize) -> Cell {
    let rest = &text[start..];
    if rest.len() <= cap && rest.bytes().all(|b| (b' '..0x7F).contains(&b)) {
        let width = rest.len();
        return Cell {
            start,
            end: text.len(),
            width,
        };
    }
    let mut clean = String::with_capacity(rest.len().min(4 * cap));
    let mut width = 0;
    for c in rest.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if !escape::is_shown(c) {
            continue;
        }
        let wide = c.width().unwrap_or(0);
        // Marks that combine take no room, and could be piled up without end.
        if width + wide > cap || clean.len() > 8 * cap {
            while width + 1 > cap {
                let Some(last) = clean.pop() else { break };
                width -= last.width().unwrap_or(0);
            }
            clean.push('…');
            width += 1;
            break;
        }
        clean.push(c);
        width += wide;
    }
    text.truncate(start);
    text.push_str(&clean);
    Cell {
        start,
        end: text.len(),
        width,
    }
}
