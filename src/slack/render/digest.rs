//! A digest as Slack takes it: a block an item, which can be found again and changed by itself.

use serde_json::Value;

use super::cut;
use super::markdown::Words;
use super::refs::Refs;
use super::writer::{Draft, Writer};
use super::{BLOCK, Rendered, Style, join, section_block, spans, the_rest, write_section};
use crate::mirror::{Digest, Message};

/// The most items of one digest: Slack takes 50 blocks, and the first is the headline.
pub const ITEMS: usize = 49;
/// How long all items together may be, in UTF-16 units.
const ALL: usize = 16_000;
/// The longest that one item becomes, however few there are.
const LONG: usize = 900;
/// What each comment of a review gets, however many there are.
const LEAST: usize = 60;

/// A digest in blocks: the headline first, then one for each item in its order. Gives also how many
/// items it holds: fewer than there are where they would be too long together, never none.
/// With `plain`, no Markdown is read and the items are short: for when Slack refused the other.
pub fn render_digest(digest: &Digest, style: &Style<'_>, plain: bool) -> (Rendered, usize) {
    let refs = Refs::new(style, None);
    let mut headline = Writer::new(refs, 128);
    headline.bare(digest.icon);
    headline.bare(" ");
    spans(&mut headline, &digest.headline, refs);
    let headline = headline.finish().text;

    let words = Words::new(style.lang);
    let parts: Vec<Vec<Draft>> = digest
        .items
        .iter()
        .take(ITEMS)
        .map(|item| {
            drafts(
                item,
                Refs::new(style, item.source.as_deref()),
                &words,
                plain,
            )
        })
        .collect();
    let longest = if plain { ALL / ITEMS } else { fair(&parts) };
    let mut blocks = vec![section_block(headline.clone())];
    let mut length = 0;
    for (index, (item, parts)) in digest.items.iter().zip(parts).enumerate() {
        let text = write_item(item, parts, style, longest);
        length += cut::units(&text);
        if length > ALL + ALL / 4 && index > 0 {
            break;
        }
        let mut block = section_block(text);
        block["block_id"] = Value::from(block_id(index));
        blocks.push(block);
    }
    let held = blocks.len() - 1;
    let text = headline;
    (Rendered { text, blocks }, held)
}

/// How the block of the item at this place is called.
pub fn block_id(index: usize) -> String {
    format!("item-{index}")
}

/// Headline and sections of an item.
fn drafts(item: &Message, refs: Refs<'_>, words: &Words, plain: bool) -> Vec<Draft> {
    let mut headline = Writer::new(refs, 256);
    headline.bare(item.icon);
    headline.bare(" ");
    spans(&mut headline, &item.headline, refs);
    let sections = item.sections.iter();
    let sections = sections.map(|section| write_section(section, refs, words, plain));
    std::iter::once(headline.finish())
        .chain(sections)
        .filter(|draft| !draft.text.trim().is_empty())
        .collect()
}

/// The most that an item may have so that all fit; short ones leave their room to long ones.
fn fair(items: &[Vec<Draft>]) -> usize {
    let needs: Vec<usize> = items
        .iter()
        .map(|parts| parts.iter().map(|draft| cut::units(&draft.text) + 1).sum())
        .collect();
    let fits = |most: &usize| needs.iter().map(|need| need.min(most)).sum::<usize>() <= ALL;
    let steps = (1..=LONG / 20).rev().map(|step| step * 20);
    steps.into_iter().find(fits).unwrap_or(ALL / ITEMS)
}

fn write_item(item: &Message, parts: Vec<Draft>, style: &Style<'_>, longest: usize) -> String {
    let refs = Refs::new(style, item.source.as_deref());
    let rest = the_rest(item.more.as_ref(), refs, style.lang);
    let whole: usize = parts.iter().map(|draft| cut::units(&draft.text) + 1).sum();
    if whole <= longest && parts.iter().all(|draft| !draft.cut) {
        let whole = parts.into_iter().reduce(join).unwrap_or_default();
        return cut::pieces(whole, BLOCK, BLOCK)
            .0
            .into_iter()
            .next()
            .unwrap_or(rest);
    }
    let mut parts = parts.into_iter();
    let headline = parts.next().unwrap_or_default();
    let (first, mut left_out) =
        cut::pieces(headline, longest.max(LEAST * 4), longest.max(LEAST * 4));
    let mut text = first.into_iter().next().unwrap_or_default();
    let used = cut::units(&text) + cut::units(&rest) + 1;
    let share = longest.saturating_sub(used) / parts.len().max(1);
    for part in parts {
        let share = share.max(LEAST);
        let whole = cut::units(&part.text) <= share;
        let (pieces, cut) = cut::pieces(part, share, share);
        left_out |= cut || !whole;
        let Some(piece) = pieces.into_iter().next() else {
            continue;
        };
        if cut::units(&text) + cut::units(&piece) + cut::units(&rest) + 2 > BLOCK {
            left_out = true;
            break;
        }
        text.push('\n');
        text.push_str(&piece);
    }
    if left_out && cut::units(&text) + cut::units(&rest) < BLOCK {
        text.push('\n');
        text.push_str(&rest);
    }
    text
}
