//! Reads what people do in Slack.

use super::act::Said;
use super::deeds::Below;
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
    } else if words.takes("mentions sssbot in") {
        let channel = words.channel()?;
        let text = text(words, below)?;
        Said::Mention { channel, text }
    } else if words.takes("presses") {
        let button = words.quoted()?;
        words.need("in")?;
        let channel = words.channel()?;
        Said::Press { channel, button }
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
    } else {
        return Ok(None);
    };
    words.end()?;
    Ok(Some(said))
}
