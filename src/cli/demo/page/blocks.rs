//! Blocks at the right, with what can be pressed in them: in messages, dialogs and the Home tab.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;
use url::Url;

use super::controls::{Controls, control, id_of};
use super::frame::View;
use super::words::Word;
use crate::sandbox::slack::fields::{self, Wrong};
use crate::sandbox::slack::{Names, Opened, attachment_html, blocks_html};

/// Blocks one below the other. `wrong` says what is wrong with fields.
pub(super) fn blocks(
    of: Controls<'_>,
    blocks: &[Value],
    names: &Names,
    opened: Option<&Opened>,
) -> Markup {
    html! {
        @for block in blocks {
            @match block["type"].as_str() {
                Some("actions") => div class="actions" {
                    @for element in fields::elements(block) { (control(of, block, element, "")) }
                },
                Some("section") if block["accessory"]["action_id"].is_string() => {
                    @let words = without_accessory(block);
                    div class="beside" {
                        div class="words" { (html_of(of.view, std::slice::from_ref(&words), names)) }
                        (control(of, block, &block["accessory"], plain(&block["text"])))
                    }
                },
                Some("input") => (field(of, block, opened)),
                _ => (html_of(of.view, std::slice::from_ref(block), names)),
            }
        }
    }
}

fn plain(text: &Value) -> &str {
    text["text"].as_str().unwrap_or_default()
}

fn without_accessory(block: &Value) -> Value {
    let mut block = block.clone();
    if let Some(fields) = block.as_object_mut() {
        fields.remove("accessory");
    }
    block
}

/// A field with its label, and what is wrong with it.
fn field(of: Controls<'_>, block: &Value, opened: Option<&Opened>) -> Markup {
    let element = &block["element"];
    let id = id_of(of.prefix, block, element);
    let optional = block["optional"] == true;
    let label = crate::sandbox::slack::with_emoji(plain(&block["label"]));
    // A choice that the app wants to hear of at once; of words, nobody hears before they are sent.
    let chooses = fields::options(element).next().is_some();
    let of = Controls {
        waits: !(chooses && block["dispatch_action"] == true),
        required: !optional,
        ..of
    };
    let wrong = opened.and_then(|opened| opened.wrong.get(block["block_id"].as_str()?));
    let grouped = matches!(
        element["type"].as_str(),
        Some("checkboxes" | "radio_buttons")
    );
    html! {
        div class=(if wrong.is_some() { "asked wrong" } else { "asked" }) {
            @if grouped {
                span class="called" { (label) (mark(of.view, optional)) }
            } @else {
                label class="called" for=(id) { (label) (mark(of.view, optional)) }
            }
            (control(of, block, element, &label))
            @if block["hint"].is_object() { p class="muted hint" { (plain(&block["hint"])) } }
            @if let Some(wrong) = wrong { p class="error" role="alert" { (said(of.view, wrong)) } }
        }
    }
}

fn mark(view: View<'_>, optional: bool) -> Markup {
    html! { @if optional { " " span class="muted" { (view.say(Word::Optional)) } } }
}

fn said(view: View<'_>, wrong: &Wrong) -> String {
    let with = |word: Word, n: usize| word.with(view.lang, "n", &n.to_string());
    match wrong {
        Wrong::Missing => view.say(Word::Missing).to_owned(),
        Wrong::TooLong(most) => with(Word::TooLong, *most),
        Wrong::TooShort(least) => with(Word::TooShort, *least),
        Wrong::Said(words) => words.clone(),
    }
}

fn html_of(view: View<'_>, blocks: &[Value], names: &Names) -> Markup {
    PreEscaped(here_instead(view, &blocks_html(blocks, names)))
}

/// What has a coloured bar at its side.
pub(super) fn attachment(of: Controls<'_>, attachment: &Value, names: &Names) -> Markup {
    let color = attachment["color"].as_str().unwrap_or_default();
    let color = color.trim_start_matches('#');
    let good = color.len() == 6 && color.bytes().all(|b| b.is_ascii_hexdigit());
    html! {
        div class="attachment" {
            // A drawing, since the page lets no style come from outside.
            svg class="bar" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" {
                rect width="1" height="1" fill=(if good { format!("#{color}") } else { "#9ba5b2".to_owned() }) {}
            }
            div class="inside" {
                @match attachment["blocks"].as_array() {
                    Some(all) => (blocks(of, all, names, None)),
                    None => (PreEscaped(here_instead(of.view, &attachment_html(attachment, names)))),
                }
            }
        }
    }
}

/// The HTML with links to the sandbox's GitHub and to its messages leading to this page, and
/// channels being links. It comes from the sandbox, which writes every link as `<a href="…"` with
/// the address escaped, and no `<` otherwise but in tags.
pub(super) fn here_instead(view: View<'_>, html: &str) -> String {
    const HREF: &str = "<a href=\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(HREF) {
        let (before, from) = rest.split_at(at + HREF.len());
        let Some(end) = from.find('"') else { break };
        let (escaped, after) = from.split_at(end);
        out.push_str(before);
        let url = escaped.replace("&quot;", "\"").replace("&#39;", "'");
        let url = url
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let here = view.here.of_github(view.github_url, &url);
        match here.or_else(|| of_slack(view, &url)) {
            Some(here) => {
                out.push_str(&here.replace('&', "&amp;").replace('"', "%22"));
                out.push_str("\" data-live=\"");
            }
            None => out.push_str(escaped),
        }
        rest = after;
    }
    channels(view, &(out + rest))
}

/// Where a message is on this page, by its permalink.
fn of_slack(view: View<'_>, url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| {
        url.host_str()
            .is_some_and(|host| host.ends_with(".slack.com"))
    })?;
    let parts: Vec<&str> = url.path_segments()?.collect();
    // Of people the page shows no more than their names.
    if let ["team", _] = parts.as_slice() {
        return Some(view.here.address("slack"));
    }
    let ["archives", channel, message] = parts.as_slice() else {
        return None;
    };
    let digits = message.strip_prefix('p')?;
    let (seconds, micros) = digits.split_at_checked(digits.len().checked_sub(6)?)?;
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    let known = channel.bytes().all(|b| b.is_ascii_alphanumeric());
    (all_digits && known).then(|| {
        view.here
            .with_channel(channel, &format!("m-{seconds}-{micros}"))
    })
}

/// Mentions of channels as links to them.
fn channels(view: View<'_>, html: &str) -> String {
    const OPEN: &str = "<span class=\"mention\" data-channel=\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, from)) = rest.split_once(OPEN) {
        let found = from.split_once("\">").and_then(|(id, from)| {
            let (words, after) = from.split_once("</span>")?;
            Some((id, words, after))
        });
        let Some((id, words, after)) = found else {
            break;
        };
        out.push_str(before);
        let here = view.here.with_channel(id, "slack").replace('&', "&amp;");
        out.push_str(&format!(
            "<a class=\"mention\" href=\"{}\" data-live=\"\">{words}</a>",
            here.replace('"', "%22")
        ));
        rest = after;
    }
    out + rest
}
