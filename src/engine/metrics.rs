//! What the engine counts, for `/metrics`.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// The engine's counters. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Messages posted.
    pub posted: Counter,
    /// Messages changed in place.
    pub updated: Counter,
    /// Messages that were found posted after an answer that left it open.
    pub adopted: Counter,
    /// Messages that nobody will see: their channel did not appear within a day.
    pub given_up: Counter,
    /// Messages that Slack refused for good.
    pub refused: Counter,
    /// Messages shown plain, because their Markdown was too hard.
    pub plain: Counter,
    /// Deliveries set aside after some tries.
    pub set_aside: Counter,
    /// Deliveries pulled from GitHub's log.
    pub pulled: Counter,
    /// Sweeps of a repository that found something to look at.
    pub swept: Counter,
    /// Facts that a sweep found and no webhook had told.
    pub found: Counter,
    /// Channels whose history was read for what we had said there.
    pub restored: Counter,
    /// Channels that cannot be reached: private without us, archived, not there.
    pub unreachable: Counter,
    /// Answers of Slack or GitHub that said: not so fast.
    pub rate_limited: Counter,
}

impl Metrics {
    /// Counters that show up in this registry.
    pub fn register(registry: &mut Registry) -> Self {
        let all = Self::default();
        let rows = [
            (
                "sssbot_messages_posted",
                "Messages posted to Slack",
                &all.posted,
            ),
            (
                "sssbot_messages_updated",
                "Messages changed in place",
                &all.updated,
            ),
            (
                "sssbot_messages_adopted",
                "Messages found posted after an open answer",
                &all.adopted,
            ),
            (
                "sssbot_messages_given_up",
                "Messages without a channel for a day",
                &all.given_up,
            ),
            (
                "sssbot_messages_refused",
                "Messages that Slack refused for good",
                &all.refused,
            ),
            ("sssbot_messages_plain", "Messages shown plain", &all.plain),
            (
                "sssbot_deliveries_set_aside",
                "Deliveries set aside",
                &all.set_aside,
            ),
            (
                "sssbot_deliveries_pulled",
                "Missed deliveries pulled from GitHub's log",
                &all.pulled,
            ),
            (
                "sssbot_sweeps_with_changes",
                "Sweeps of a repository that found something to look at",
                &all.swept,
            ),
            (
                "sssbot_facts_found",
                "Facts that a sweep found and no webhook had told",
                &all.found,
            ),
            (
                "sssbot_channels_restored",
                "Channels whose history was read for what we had said",
                &all.restored,
            ),
            (
                "sssbot_channels_unreachable",
                "Channels that cannot be reached",
                &all.unreachable,
            ),
            (
                "sssbot_rate_limited",
                "Answers that said: not so fast",
                &all.rate_limited,
            ),
        ];
        for (name, help, counter) in rows {
            registry.register(name, help, counter.clone());
        }
        all
    }
}
