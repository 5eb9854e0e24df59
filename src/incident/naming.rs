//! What an incident's channel is called: the first free name of the day.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::channel_name::{ChannelName, NotAChannelName};

/// The name for a service's incident that is declared now, the day being the zone's. `taken` are
/// the names that are known to be taken: by channels, archived ones too, and by issues.
///
/// # Errors
/// When nothing can be made of the service's name.
pub fn first_free(
    service: &str,
    now: Timestamp,
    zone: &TimeZone,
    drill: bool,
    taken: &BTreeSet<ChannelName>,
) -> Result<ChannelName, NotAChannelName> {
    let day = now.to_zoned(zone.clone()).date();
    let mut name = ChannelName::new(service, day, 1, drill)?;
    while taken.contains(&name) || taken.contains(&name.with_ascii_suffix()) {
        name = name.next()?;
    }
    Ok(name)
}

/// The name to try when Slack refuses this one: the next when it is taken (`name_taken`), the one
/// in ASCII when it is the letters (`invalid_name_specials`). `None` when there is no other.
pub fn after_refusal(name: &ChannelName, taken: bool) -> Option<ChannelName> {
    if taken {
        let next = name.next().ok()?;
        // One that has come down to ASCII stays there.
        let ascii = name.with_ascii_suffix() == *name && name.is_drill();
        return Some(if ascii {
            next.with_ascii_suffix()
        } else {
            next
        });
    }
    let ascii = name.with_ascii_suffix();
    (ascii != *name).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_name_of_the_zones_day() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(9));
        let now: Timestamp = "2021-09-30T16:00:00Z".parse().unwrap();
        let mut taken = BTreeSet::new();
        for wanted in ["shop-20211001i", "shop-20211001i-2", "shop-20211001i-3"] {
            let name = first_free("shop", now, &zone, false, &taken).unwrap();
            assert_eq!(name.as_str(), wanted);
            taken.insert(name);
        }
        let drill = first_free("shop", now, &zone, true, &taken).unwrap();
        assert_eq!(drill.as_str(), "shop-20211001i-訓練");
        taken.insert(drill.with_ascii_suffix());
        let second = first_free("shop", now, &zone, true, &taken).unwrap();
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
            assert_eq!(after_refusal(&name(refused), taken), next, "{refused}");
        }
    }
}
