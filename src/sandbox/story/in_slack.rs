//! Reads what people do in Slack.

use super::deeds::Below;
use super::said::{GroupDeed, Said, Spot};
use super::words::{Expected, Words};

/// What somebody does in Slack, if it is that.
pub(super) fn said(words: &mut Words<'_>, below: &mut Below) -> Result<Option<Said>, Expected> {
    let text = |words: &mut Words<'_>, below: &mut Below| {
        if words.rest().is_empty() {
            Ok(below.text())
        } else {
            words.quoted()
        }
    };
    let said = if words.takes("says in") {
        let channel = words.channel()?;
        let text = text(words, below)?;
        if text.is_empty() {
            return Err("what is said is expected, in quotes or below".to_owned());
        }
        Said::Say { channel, text }
    } else if words.takes("answers") {
        let message = words.quoted()?;
        words.need("in")?;
        let channel = words.channel()?;
        let text = text(words, below)?;
        if text.is_empty() {
            return Err("what is answered is expected, in quotes or below".to_owned());
        }
        Said::Answer {
            channel,
            message,
            text,
        }
    } else if words.takes("mentions sssbot in") {
        let channel = words.channel()?;
        let text = text(words, below)?;
        Said::Mention { channel, text }
    } else if words.takes("presses") {
        let button = words.quoted()?;
        let spot = spot(words)?;
        Said::Press { spot, button }
    } else if words.takes("chooses") {
        let choice = words.quoted()?;
        words.need("from")?;
        let menu = words.quoted()?;
        let spot = spot(words)?;
        Said::Choose { spot, choice, menu }
    } else if let Some(done) = verb(words, [("ticks", true), ("unticks", false)]) {
        let task = words.quoted()?;
        let spot = spot(words)?;
        Said::Tick { spot, task, done }
    } else if words.takes("types") {
        let typed = words.quoted()?;
        words.need("in")?;
        let channel = words.channel()?;
        let (command, text) = typed.split_once(' ').unwrap_or((&typed, ""));
        if !command.starts_with('/') {
            return Err(format!("a command (`/…`) expected, not `{command}`"));
        }
        Said::Type {
            channel,
            command: command.to_owned(),
            text: text.trim().to_owned(),
        }
    } else if words.takes("uses") {
        let shortcut = words.quoted()?;
        words.need("on")?;
        let message = words.quoted()?;
        words.need("in")?;
        let channel = words.channel()?;
        Said::Shortcut {
            channel,
            shortcut,
            message,
        }
    } else if let Some(on) = verb(words, [("reacts with", true), ("takes back", false)]) {
        let word = words.word();
        let emoji = word.strip_prefix(':').and_then(|it| it.strip_suffix(':'));
        let emoji = emoji.ok_or_else(|| format!("an emoji (`:memo:`) expected, not `{word}`"))?;
        words.need(if on { "to" } else { "from" })?;
        hang(words, Some(emoji.to_owned()), on)?
    } else if let Some(on) = verb(words, [("pins", true), ("unpins", false)]) {
        hang(words, None, on)?
    } else if words.takes("fills in") {
        let label = words.quoted()?;
        let value = if words.takes("with") {
            words.quoted()?
        } else {
            below.must()?
        };
        Said::Fill { label, value }
    } else if words.takes("sends it off") {
        Said::SendOff
    } else if words.takes("closes it") {
        Said::Close
    } else if words.takes("opens the home tab") {
        Said::OpenHome
    } else if words.takes("archives") {
        let channel = words.channel()?;
        Said::Archive { channel }
    } else if words.takes("unarchives") {
        let channel = words.channel()?;
        Said::Unarchive { channel }
    } else if words.rest().starts_with("renames #") {
        words.word();
        let channel = words.channel()?;
        words.need("to")?;
        let to = words.channel()?;
        Said::RenameChannel { channel, to }
    } else if words.takes("invites sssbot to") {
        let channel = words.channel()?;
        Said::InviteBot { channel }
    } else if words.takes("kicks sssbot from") {
        let channel = words.channel()?;
        Said::KickBot { channel }
    } else if words.takes("leaves slack") {
        Said::LeaveWorkspace
    } else if let Some(said) = group(words)? {
        said
    } else {
        return Ok(None);
    };
    words.end()?;
    Ok(Some(said))
}

/// `adds to @handle WHOM`, `takes from @handle WHOM`, `renames @handle to @other`, `disables @handle`
fn group(words: &mut Words<'_>) -> Result<Option<Said>, Expected> {
    let deed = |words: &mut Words<'_>, deed: fn(Vec<String>) -> GroupDeed| {
        let handle = words.handle()?;
        let people = words.list()?;
        Ok(Some(Said::Group {
            handle,
            deed: deed(people),
        }))
    };
    if words.takes("adds to") {
        return deed(words, GroupDeed::Add);
    }
    if words.takes("takes from") {
        return deed(words, GroupDeed::Remove);
    }
    let deed = if words.rest().starts_with("renames @") {
        words.word();
        let handle = words.handle()?;
        words.need("to")?;
        let deed = GroupDeed::Handle(words.handle()?);
        return Ok(Some(Said::Group { handle, deed }));
    } else if words.takes("disables") {
        GroupDeed::Disable
    } else if words.takes("enables") {
        GroupDeed::Enable
    } else {
        return Ok(None);
    };
    let handle = words.handle()?;
    Ok(Some(Said::Group { handle, deed }))
}

/// Which of two it is: to do it, or to undo it.
fn verb(words: &mut Words<'_>, verbs: [(&str, bool); 2]) -> Option<bool> {
    let found = verbs.into_iter().find(|(verb, _)| words.takes(verb));
    found.map(|(_, on)| on)
}

/// `"words" in #name`
fn hang(words: &mut Words<'_>, emoji: Option<String>, on: bool) -> Result<Said, Expected> {
    let message = words.quoted()?;
    words.need("in")?;
    let channel = words.channel()?;
    Ok(Said::Hang {
        channel,
        message,
        emoji,
        on,
    })
}

/// `in #name`, `in the dialog`, `in the home tab`
fn spot(words: &mut Words<'_>) -> Result<Spot, Expected> {
    if words.takes("in the dialog") {
        return Ok(Spot::Dialog);
    }
    if words.takes("in the home tab") {
        return Ok(Spot::Home);
    }
    words.need("in")?;
    Ok(Spot::Channel(words.channel()?))
}
