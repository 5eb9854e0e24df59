//! What an incident's channel is called: the first free name of the day.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::rules::Rules;
use crate::channel_name::{ChannelName, NotAChannelName};
use crate::id::ServiceId;

/// The name for a service's incident that is declared now, the day being that of the playbook's
/// zone. `taken` are the names that are known to be taken: by channels, archived ones too, and by
/// issues.
///
/// # Errors
/// When nothing can be made of the service's name.
pub fn first_free(
    service: &ServiceId,
    now: Timestamp,
    drill: bool,
    taken: &BTreeSet<ChannelName>,
    rules: &Rules,
) -> Result<ChannelName, NotAChannelName> {
    let day = now.to_zoned(rules.zone().clone()).date();
    let channels = &rules.playbook.channels;
    let mut number = 1;
    loop {
        let name = channels.name(service.as_str(), day, number, drill)?;
        if !taken.contains(&name) && !taken.contains(&name.with_ascii_suffix()) {
            return Ok(name);
        }
        number += 1;
    }
}

/// The name to try when Slack refuses this one: the next when it is taken (`name_taken`), the one
/// in ASCII when it is the letters (`invalid_name_specials`). `None` when there is no other.
pub fn after_refusal(name: &ChannelName, taken: bool, rules: &Rules) -> Option<ChannelName> {
    let ascii = name.with_ascii_suffix();
    if !taken {
        return (ascii != *name).then_some(ascii);
    }
    let number = name.number().unwrap_or(1).saturating_add(1);
    let channels = &rules.playbook.channels;
    let next = channels.name(name.service(), name.date(), number, name.is_drill());
    let next = next.ok()?;
    // One that has come down to ASCII stays there.
    Some(if ascii == *name {
        next.with_ascii_suffix()
    } else {
        next
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_name_of_the_zones_day() {
        let (shop, rules) = (ServiceId::from("shop"), Rules::default());
        let now: Timestamp = "2021-09-30T16:00:00Z".parse().unwrap();
        let mut taken = BTreeSet::new();
        for wanted in ["shop-20211001i", "shop-20211001i-2", "shop-20211001i-3"] {
            let name = first_free(&shop, now, false, &taken, &rules).unwrap();
            assert_eq!(name.as_str(), wanted);
            taken.insert(name);
        }
        let drill = first_free(&shop, now, true, &taken, &rules).unwrap();
        assert_eq!(drill.as_str(), "shop-20211001i-訓練");
        taken.insert(drill.with_ascii_suffix());
        let second = first_free(&shop, now, true, &taken, &rules).unwrap();
        assert_eq!(second.as_str(), "shop-20211001i-2-訓練");
    }

    #[test]
    fn a_refused_name_has_a_successor_until_there_is_none() {
        let name = |text: &str| ChannelName::parse(text).unwrap();
        for (refused, taken, next) in [
            ("shop-20211001i", true, Some("shop-20211001i-2")),
            ("shop-20211001i", false, None),
            ("shop-20211001i-訓練", false, Some("shop-20211001i-drill")),
            ("shop-20211001i-drill", true, Some("shop-20211001i-2-drill")),
            ("shop-20211001i-drill", false, None),
        ] {
            let next = next.map(name);
            let got = after_refusal(&name(refused), taken, &Rules::default());
            assert_eq!(got, next, "{refused}");
        }
    }
}
