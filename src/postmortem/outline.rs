//! A document as far as it is read: its front matter, its sections, tables and tasks, each with its
//! place.

use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options};

/// A longer document is not read: nobody writes one, and reading takes time.
pub(super) const LONGEST: usize = 1_000_000;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Spot {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Outline {
    /// Keys and values of the front matter that stand on lines of their own.
    pub front: Vec<(String, String, Spot)>,
    /// In order; what stands above the first heading is in none.
    pub sections: Vec<Section>,
    /// In order.
    pub tables: Vec<Table>,
    /// In order.
    pub tasks: Vec<Task>,
}

/// A heading and what stands below it, up to the next one of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// Its words.
    pub title: String,
    pub level: u8,
    pub spot: Spot,
    /// What people see of it, its spaces made one.
    pub text: String,
    /// Whether it may stay empty: a comment in it begins with `optional`.
    pub optional: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// The section it stands in, by its number.
    pub section: Option<usize>,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// What people see of it.
    pub text: String,
    /// Where its links lead.
    pub links: Vec<String>,
    pub spot: Spot,
}

/// An item with a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    /// The section it stands in, by its number.
    pub section: Option<usize>,
    pub text: String,
    pub links: Vec<String>,
    pub done: bool,
    pub spot: Spot,
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options
}

/// Reads a document; `None` when it is too long.
pub(super) fn outline(document: &str) -> Option<Outline> {
    if document.len() > LONGEST {
        return None;
    }
    let lines: Vec<&str> = document.lines().collect();
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, document, &options());
    let mut found = Outline::default();
    for node in root.children() {
        let value = node.data().value.clone();
        match value {
            NodeValue::FrontMatter(text) => found.front = front(&text),
            NodeValue::Heading(heading) => found.sections.push(Section {
                title: seen(node),
                level: heading.level,
                spot: spot(node, &lines),
                text: String::new(),
                optional: false,
            }),
            _ => found.below(node, &lines),
        }
    }
    for section in &mut found.sections {
        section.text = one_space(&section.text);
    }
    Some(found)
}

impl Outline {
    /// Whether a section has others below it.
    pub fn has_parts(&self, section: usize) -> bool {
        let level = |at: usize| self.sections.get(at).map(|it| it.level);
        matches!((level(section), level(section + 1)), (Some(own), Some(next)) if next > own)
    }

    fn below(&mut self, node: Node<'_>, lines: &[&str]) {
        let section = self.sections.len().checked_sub(1);
        if let Some(last) = self.sections.last_mut() {
            last.text.push(' ');
            last.text.push_str(&seen(node));
            last.optional |= comments(node).any(|it| it.to_lowercase().starts_with("optional"));
        }
        for inner in node.descendants() {
            let value = inner.data().value.clone();
            match value {
                NodeValue::Table(_) => {
                    let mut rows = inner.children().map(|row| {
                        let cells = row.children();
                        cells
                            .map(|cell| Cell {
                                text: one_space(&seen(cell)),
                                links: links(cell),
                                spot: spot(cell, lines),
                            })
                            .collect::<Vec<_>>()
                    });
                    let head = rows.next().unwrap_or_default();
                    let rows = rows.collect();
                    self.tables.push(Table {
                        section,
                        head,
                        rows,
                    });
                }
                NodeValue::TaskItem(task) => self.tasks.push(Task {
                    section,
                    text: one_space(&seen(inner)),
                    links: links(inner),
                    done: task.symbol.is_some(),
                    spot: spot(inner, lines),
                }),
                _ => {}
            }
        }
    }
}

/// What people see of a part of a document.
fn seen(node: Node<'_>) -> String {
    let mut out = String::new();
    for inner in node.descendants() {
        match &inner.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::CodeBlock(code) => {
                out.push(' ');
                out.push_str(&code.literal);
            }
            NodeValue::HtmlBlock(html) if comment(&html.literal).is_none() => {
                out.push_str(&html.literal);
            }
            NodeValue::HtmlInline(html) if comment(html).is_none() => out.push_str(html),
            NodeValue::Image(image) => out.push_str(&image.url),
            NodeValue::FootnoteReference(note) => out.push_str(&note.name),
            NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
            value if value.block() => out.push(' '),
            _ => {}
        }
    }
    out
}

/// The text of an HTML comment, where a piece of HTML is that and nothing else.
fn comment(html: &str) -> Option<&str> {
    let inner = html.trim().strip_prefix("<!--")?;
    let (inner, rest) = inner.split_once("-->")?;
    rest.trim().is_empty().then_some(inner.trim())
}

fn comments(node: Node<'_>) -> impl Iterator<Item = String> {
    node.descendants()
        .filter_map(|inner| match &inner.data().value {
            NodeValue::HtmlBlock(html) => comment(&html.literal).map(str::to_owned),
            NodeValue::HtmlInline(html) => comment(html).map(str::to_owned),
            _ => None,
        })
}

fn links(node: Node<'_>) -> Vec<String> {
    let links = node
        .descendants()
        .filter_map(|inner| match &inner.data().value {
            NodeValue::Link(link) => Some(link.url.clone()),
            _ => None,
        });
    links.collect()
}

/// Where a node begins. The parser counts columns in bytes.
fn spot(node: Node<'_>, lines: &[&str]) -> Spot {
    let start = node.data().sourcepos.start;
    let line = lines.get(start.line.saturating_sub(1)).copied();
    let at = start.column.saturating_sub(1);
    // A cell begins at its pipe; its words do after the space.
    let space = line.and_then(|line| line.get(at..));
    let space = space.map_or(0, |rest| rest.len() - rest.trim_start().len());
    let before = line.and_then(|line| line.get(..at + space));
    Spot {
        line: start.line.max(1),
        column: before.map_or(1, |before| before.chars().count() + 1),
    }
}

fn front(text: &str) -> Vec<(String, String, Spot)> {
    let mut found = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        if key.is_empty() || key.starts_with([' ', '#', '-']) {
            continue;
        }
        let value = value.trim();
        let bare = serde_json::from_str::<String>(value).ok();
        let bare = bare.unwrap_or_else(|| value.trim_matches('\'').to_owned());
        let spot = Spot {
            line: nth + 1,
            column: key.chars().count() + 3,
        };
        found.push((key.trim().to_owned(), bare, spot));
    }
    found
}

pub(super) fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_document_is_read_with_its_places() {
        let text = "---\nlevel: 3\ndetected: \"10:03\"\n---\n# 題名\n\n## 影響 <!-- x -->\n\n\
                    <!-- optional: what -->\n\nNobody *saw*\nit.\n\n### Part\n\n\
                    | あ | b |\n| -- | -- |\n| 日本 | [#12](https://x.example/12) |\n\n- [x] done @ana\n";
        let found = outline(text).unwrap();
        assert_eq!(found.front[1].0, "detected");
        assert_eq!(found.front[1].1, "10:03");
        assert_eq!(
            found.front[1].2,
            Spot {
                line: 3,
                column: 11
            }
        );
        let titles: Vec<_> = found
            .sections
            .iter()
            .map(|it| (it.title.trim(), it.level))
            .collect();
        assert_eq!(titles, [("題名", 1), ("影響", 2), ("Part", 3)]);
        assert_eq!(found.sections[1].text, "Nobody saw it.");
        assert!(found.sections[1].optional);
        assert!(found.has_parts(1) && !found.has_parts(2));
        let cell = &found.tables[0].rows[0][1];
        assert_eq!(
            (cell.text.as_str(), cell.spot),
            (
                "#12",
                Spot {
                    line: 18,
                    column: 8
                }
            )
        );
        assert_eq!(cell.links, ["https://x.example/12"]);
        assert_eq!(found.tables[0].section, Some(2));
        assert!(found.tasks[0].done);
        assert_eq!(found.tasks[0].text, "done @ana");
        assert_eq!(found.tasks[0].spot.line, 20);
    }

    proptest! {
        #[test]
        fn any_document_is_taken(text in "(\\PC|\\n|---\n|\\| |# |- \\[ \\] |<!--|-->|\t){0,60}") {
            let _ = outline(&text);
        }
    }
}
