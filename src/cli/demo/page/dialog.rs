//! Dialogs and the Home tab at the right.

use maud::{Markup, html};

use super::blocks::blocks;
use super::controls::Controls;
use super::frame::View;
use super::message::hidden;
use super::words::Word;
use crate::id::SlackUserId;
use crate::sandbox::slack::{Opened, Snapshot};

/// The dialog that lies on top for this person.
pub(super) fn top<'a>(slack: &'a Snapshot, me: Option<&SlackUserId>) -> Option<&'a Opened> {
    let mut own = slack.views.iter();
    own.rfind(|view| !view.home && Some(&view.who) == me)
}

fn words(view: &Opened, key: &str) -> Option<String> {
    let text = view.view[key]["text"].as_str()?;
    Some(crate::sandbox::slack::with_emoji(text))
}

fn controls<'a>(view: View<'a>, slack: &'a Snapshot, prefix: &'a str) -> Controls<'a> {
    Controls {
        view,
        users: &slack.users,
        prefix,
        waits: false,
        required: false,
    }
}

/// A dialog, before everything else of the pane.
pub(super) fn dialog(view: View<'_>, slack: &Snapshot, opened: &Opened) -> Markup {
    let prefix = format!("d-{}-", opened.id);
    let of = controls(view, slack, &prefix);
    let submit = words(opened, "submit");
    let close = words(opened, "close").unwrap_or_else(|| view.say(Word::CloseDialog).to_owned());
    html! {
        div id="dialog-ground" data-of=(opened.id) {
            form id="dialog" class="dialog" method="post" action="/act/slack/dialog" role="dialog"
                aria-modal="true" aria-labelledby="dialog-title" data-of=(opened.id)
            {
                (hidden(view))
                input type="hidden" name="view" value=(opened.id);
                // What Enter in a field presses: the first button of a form.
                @if submit.is_some() {
                    button class="unseen" name="do" value="send" tabindex="-1" aria-hidden="true" {}
                }
                header {
                    h3 id="dialog-title" { (words(opened, "title").unwrap_or_default()) }
                    button class="quiet" name="do" value="close" formnovalidate
                        aria-label=(view.say(Word::CloseDialog)) { "×" }
                }
                div class="text fields" {
                    @if opened.trouble {
                        p class="error" role="alert" { (view.say(Word::DialogTrouble)) }
                    }
                    (blocks(of, opened.blocks(), &slack.names, Some(opened)))
                }
                footer class="buttons" {
                    @if opened.waits { span class="muted" role="status" { (view.say(Word::Sending)) } }
                    button id="dialog-close" name="do" value="close" formnovalidate { (close) }
                    @if let Some(submit) = submit {
                        button id="dialog-submit" class="primary" name="do" value="send"
                            disabled[opened.waits] { (submit) }
                    }
                }
            }
        }
    }
}

/// The Home tab of the app, as this person sees it.
pub(super) fn home(view: View<'_>, slack: &Snapshot, me: Option<&SlackUserId>) -> Markup {
    let mut views = slack.views.iter();
    let home = views.find(|one| one.home && Some(&one.who) == me);
    html! {
        div class="conversation" {
            header class="channel-head" {
                h3 { "sssbot" }
                p class="facts" { span class="tag" { (view.say(Word::HomeTab)) } }
            }
            div id="home" class="scroll home" tabindex="0" role="region" aria-label=(view.say(Word::HomeTab)) {
                @match home {
                    None => p class="empty" { (view.say(Word::HomeEmpty)) },
                    Some(home) => {
                        form class="text" method="post" action="/act/slack/use" {
                            (hidden(view))
                            input type="hidden" name="view" value=(home.id);
                            (blocks(controls(view, slack, "h-"), home.blocks(), &slack.names, None))
                        }
                    }
                }
            }
        }
    }
}
