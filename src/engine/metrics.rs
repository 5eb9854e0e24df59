//! What the engine counts, for `/metrics`.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
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
    /// Messages that list much at once.
    pub digests: Counter,
    /// Messages taken away because they said again what an earlier one said.
    pub doubles: Counter,
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
    /// 1 while the playbook of the default branch cannot be read.
    pub playbook_broken: Gauge,
}

impl Metrics {
    /// Counters that show up in this registry, whose prefix says whose they are.
    pub fn register(registry: &mut Registry) -> Self {
        let all = Self::default();
        let rows = [
            ("messages_posted", "Messages posted to Slack", &all.posted),
            (
                "messages_updated",
                "Messages changed in place",
                &all.updated,
            ),
            (
                "messages_adopted",
                "Messages found posted after an open answer",
                &all.adopted,
            ),
            (
                "messages_digests",
                "Messages that list much at once",
                &all.digests,
            ),
            (
                "messages_doubles",
                "Messages taken away that stood there twice",
                &all.doubles,
            ),
            (
                "messages_given_up",
                "Messages without a channel for a day",
                &all.given_up,
            ),
            (
                "messages_refused",
                "Messages that Slack refused for good",
                &all.refused,
            ),
            ("messages_plain", "Messages shown plain", &all.plain),
            (
                "deliveries_set_aside",
                "Deliveries set aside",
                &all.set_aside,
            ),
            (
                "deliveries_pulled",
                "Missed deliveries pulled from GitHub's log",
                &all.pulled,
            ),
            (
                "sweeps_with_changes",
                "Sweeps of a repository that found something to look at",
                &all.swept,
            ),
            (
                "facts_found",
                "Facts that a sweep found and no webhook had told",
                &all.found,
            ),
            (
                "channels_restored",
                "Channels whose history was read for what we had said",
                &all.restored,
            ),
            (
                "channels_unreachable",
                "Channels that cannot be reached",
                &all.unreachable,
            ),
            (
                "rate_limited",
                "Answers that said: not so fast",
                &all.rate_limited,
            ),
        ];
        for (name, help, counter) in rows {
            registry.register(name, help, counter.clone());
        }
        registry.register(
            "playbook_broken",
            "Whether the playbook cannot be read, and an older one is in force",
            all.playbook_broken.clone(),
        );
        all
    }
}
