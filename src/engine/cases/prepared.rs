//! Where an incident was declared, people were asked to wait: they are led to its channel as soon as
//! there is one. The line that they see already says so, and no other.

use super::lanes::other_channel;
use crate::i18n::incident::Saying;
use crate::id::{ChannelId, DoneKey};
use crate::incident::rules::News;
use crate::incident::view::{self, Bit, Said};
use crate::incident::{Incident, Rules};
use crate::playbook::ChannelRef;

/// The lane and the key of the line that asks for patience: of an incident that was declared in a
/// channel by a dialog, whose key is `a:<channel>:<dialog>`.
pub(super) fn asked_to_wait(incident: &DoneKey) -> Option<(String, DoneKey)> {
    let place = incident.as_str().strip_prefix("a:")?;
    let (channel, _) = place.split_once(':')?;
    channel.starts_with(['C', 'G']).then(|| {
        let lane = other_channel(&ChannelRef::Id(ChannelId::from(channel)));
        (lane, DoneKey::new(format!("preparing:{incident}")))
    })
}

/// What that line says once there is a channel. No colour: Slack keeps what stands in a message when
/// it gets an attachment.
pub(super) fn led_there(incident: &Incident, rules: &Rules) -> Said {
    let lang = rules.lang;
    let made = view::broadcast(News::Declared, None, incident, rules, lang);
    let mut first = vec![Bit::Text(format!("{} ", made.icon))];
    first.extend(made.headline);
    let mut said = view::progress(Saying::Preparing, &incident.creator, lang);
    said.lines.push(first);
    said.lines.extend(made.lines);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_channel_can_be_told() {
        for (key, lane) in [
            ("a:C012AB3CD:V1", Some("to:C012AB3CD")),
            ("a:U012AB3CD:V1", None),
            ("a:D012AB3CD:V1", None),
            ("is:12", None),
            ("cc:12:0", None),
        ] {
            let found = asked_to_wait(&key.into());
            let wanted = lane.map(|lane| (lane.to_owned(), format!("preparing:{key}").into()));
            assert_eq!(found, wanted, "{key}");
        }
    }
}
