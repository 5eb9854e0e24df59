//! Writes what was read: as HTML for a page, as text for a transcript.

use super::{Block, Inline, Mention};
use crate::sandbox::slack::show::{Links, Names};

/// Text with nothing left that HTML would read.
pub(in crate::sandbox::slack) fn text_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The same within a quoted attribute.
pub(in crate::sandbox::slack) fn attribute(text: &str) -> String {
    text_html(text)
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn shown(mention: &Mention, names: &Names) -> String {
    match mention {
        Mention::User(id) => format!("@{}", names.user(id)),
        Mention::Group(id) => format!("@{}", names.group(id)),
        Mention::All(name) => format!("@{name}"),
        Mention::Channel(id) => format!("#{}", names.channel(id)),
    }
}

pub(in crate::sandbox::slack) fn inline_html(runs: &[Inline], names: &Names) -> String {
    let mut html = String::new();
    for run in runs {
        let (tag, inner) = match run {
            Inline::Text(text) => {
                html.push_str(&text_html(text).replace('\n', "<br>"));
                continue;
            }
            Inline::Link { url, label } => {
                let words = text_html(label.as_ref().unwrap_or(url));
                let url = attribute(url);
                html.push_str(&format!(
                    "<a href=\"{url}\" rel=\"noopener noreferrer\">{words}</a>"
                ));
                continue;
            }
            Inline::Mention(mention) => {
                let class = match mention {
                    Mention::All(_) => "mention ping",
                    _ => "mention",
                };
                let words = text_html(&shown(mention, names));
                // Whoever shows the page knows where a channel is seen on it.
                let which = match mention {
                    Mention::Channel(id) => format!(" data-channel=\"{}\"", attribute(id)),
                    _ => String::new(),
                };
                html.push_str(&format!("<span class=\"{class}\"{which}>{words}</span>"));
                continue;
            }
            Inline::Bold(inner) => ("b", inner),
            Inline::Italic(inner) => ("i", inner),
            Inline::Strike(inner) => ("s", inner),
            Inline::Code(inner) => ("code", inner),
        };
        html.push_str(&format!("<{tag}>{}</{tag}>", inline_html(inner, names)));
    }
    html
}

pub(in crate::sandbox::slack) fn block_html(block: &Block, names: &Names) -> String {
    let lines = |lines: &[Vec<Inline>]| {
        let all: Vec<String> = lines.iter().map(|line| inline_html(line, names)).collect();
        all.join("<br>")
    };
    match block {
        Block::Lines(all) => lines(all),
        Block::Quote(all) => format!("<blockquote>{}</blockquote>", lines(all)),
        Block::Pre(code) => {
            // A line break within `pre` is one already.
            format!(
                "<pre>{}</pre>",
                inline_html(code, names).replace("<br>", "\n")
            )
        }
        Block::List(items) => {
            let mut html = String::from("<ul>");
            for (depth, number, item) in items {
                let bullet = number.map_or("•".to_owned(), |number| format!("{number}."));
                html.push_str(&format!(
                    "<li class=\"depth-{depth}\">{bullet} {}</li>",
                    inline_html(item, names)
                ));
            }
            html + "</ul>"
        }
    }
}

pub(in crate::sandbox::slack) fn inline_text(
    runs: &[Inline],
    names: &Names,
    links: Links,
) -> String {
    let mut text = String::new();
    for run in runs {
        match run {
            Inline::Text(words) => text.push_str(words),
            Inline::Bold(inner) | Inline::Italic(inner) => {
                text.push_str(&inline_text(inner, names, links));
            }
            Inline::Strike(inner) => {
                text.push_str(&format!("~{}~", inline_text(inner, names, links)));
            }
            Inline::Code(inner) => {
                text.push_str(&format!("`{}`", inline_text(inner, names, links)));
            }
            Inline::Link { url, label } => match label {
                Some(label) if label != url && links == Links::Shown => {
                    text.push_str(&format!("{label} <{url}>"));
                }
                Some(label) => text.push_str(label),
                None => text.push_str(url),
            },
            Inline::Mention(mention) => text.push_str(&shown(mention, names)),
        }
    }
    text
}

pub(in crate::sandbox::slack) fn block_text(block: &Block, names: &Names, links: Links) -> String {
    let all = |lines: &[Vec<Inline>], before: &str| {
        let all: Vec<String> = lines
            .iter()
            .map(|line| format!("{before}{}", inline_text(line, names, links)))
            .collect();
        all.join("\n")
    };
    match block {
        Block::Lines(lines) => all(lines, ""),
        Block::Quote(lines) => all(lines, "> "),
        Block::Pre(code) => inline_text(code, names, links)
            .split('\n')
            .map(|line| format!("┆ {line}"))
            .collect::<Vec<_>>()
            .join("\n"),
        Block::List(items) => items
            .iter()
            .map(|(depth, number, item)| {
                let bullet = number.map_or("•".to_owned(), |number| format!("{number}."));
                let item = inline_text(item, names, links);
                format!("{}{bullet} {item}", "  ".repeat(*depth))
            })
            .collect::<Vec<_>>()
            .join("\n"),
    }
}
