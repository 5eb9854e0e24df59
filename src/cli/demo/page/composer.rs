//! The field below a conversation, where the visitor writes.

use maud::{Markup, html};

use super::frame::View;
use super::message::hidden;
use super::words::Word;
use crate::sandbox::slack::ChannelView;

/// The slash command that the app has.
pub(super) const COMMAND: &str = "/incident";

/// The field, with what the address puts into it.
pub(super) fn composer(view: View<'_>, channel: &ChannelView) -> Markup {
    let hint = Word::SayIn.with(view.lang, "channel", &channel.name);
    html! {
        form id="compose" class="compose" method="post" action="/act/slack/say" data-of=(channel.id) {
            (hidden(view))
            input type="hidden" name="in" value=(channel.id);
            label class="unseen" for="say" { (hint) }
            textarea id="say" name="text" rows="1" required maxlength="4000" placeholder=(hint)
                aria-describedby="say-hint" { (view.here.draft) }
            button id="say-send" class="primary" { (view.say(Word::Send)) }
            p id="say-hint" class="muted" { (view.say(Word::SayHint)) }
        }
    }
}
