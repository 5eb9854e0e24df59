//! How often a method may be called: Slack's tiers, and one message a second and channel.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::settings::Limits;

/// Messages at once that a channel takes before the second counts.
const BURST: f64 = 5.0;
/// Messages a minute that a workspace takes: "several hundred".
const POSTS_A_MINUTE: f64 = 300.0;
/// Slack's tiers are "so many and some more": calls a minute are tolerated up to this factor.
const TOLERANCE: f64 = 1.2;
const MINUTE: i64 = 60_000_000;

/// Counts calls and says when there were too many.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    calls: BTreeMap<String, VecDeque<i64>>,
    channels: BTreeMap<String, (f64, i64)>,
    /// Methods that answer 429 until then, because a fault said so.
    blocked: BTreeMap<String, i64>,
    exceeded: u64,
}

impl Meter {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            calls: BTreeMap::new(),
            channels: BTreeMap::new(),
            blocked: BTreeMap::new(),
            exceeded: 0,
        }
    }

    /// Changes what is allowed from now on.
    pub(super) fn set(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// How many calls came too early.
    pub(super) fn exceeded(&self) -> u64 {
        self.exceeded
    }

    /// The method answers 429 for so many seconds.
    pub(super) fn block(&mut self, method: &str, now: Timestamp, seconds: u64) {
        let span = i64::try_from(seconds).unwrap_or(i64::MAX / 2_000_000) * 1_000_000;
        self.blocked
            .insert(method.to_owned(), now.as_microsecond().saturating_add(span));
    }

    /// Takes note of a call; `Err` is the seconds after which to try again.
    pub(super) fn take(
        &mut self,
        method: &str,
        channel: Option<&str>,
        now: Timestamp,
    ) -> Result<(), u64> {
        let now = now.as_microsecond();
        let taken = self.may(method, channel, now);
        if taken.is_err() {
            self.exceeded += 1;
        }
        taken
    }

    fn may(&mut self, method: &str, channel: Option<&str>, now: i64) -> Result<(), u64> {
        if let Some(until) = self.blocked.get(method).copied() {
            if now < until {
                return Err(seconds(until - now));
            }
            self.blocked.remove(method);
        }
        let Some(factor) = self.limits.factor() else {
            return Ok(());
        };
        let posts = matches!(method, "chat.postMessage" | "chat.postEphemeral");
        if let (true, Some(channel)) = (posts, channel) {
            let (left, since) = self
                .channels
                .entry(channel.to_owned())
                .or_insert((BURST, now));
            #[allow(clippy::cast_precision_loss)]
            let passed = (now - *since) as f64 / 1e6;
            *left = (*left + passed * factor).min(BURST.max(BURST * factor));
            *since = now;
            if *left < 1.0 {
                return Err(1);
            }
        }
        if let Some(a_minute) = a_minute(method) {
            let most = a_minute * factor * TOLERANCE;
            let calls = self.calls.entry(method.to_owned()).or_default();
            while calls.front().is_some_and(|at| *at + MINUTE <= now) {
                calls.pop_front();
            }
            #[allow(clippy::cast_precision_loss)]
            if calls.len() as f64 >= most.floor().max(1.0) {
                let oldest = calls.front().copied().unwrap_or(now);
                return Err(seconds(oldest + MINUTE - now));
            }
            calls.push_back(now);
        }
        if let (true, Some(channel)) = (posts, channel)
            && let Some((left, _)) = self.channels.get_mut(channel)
        {
            *left -= 1.0;
        }
        Ok(())
    }
}

/// Whole seconds, at least one: what `Retry-After` can say.
fn seconds(micros: i64) -> u64 {
    u64::try_from((micros + 999_999) / 1_000_000)
        .unwrap_or(1)
        .max(1)
}

/// Calls a minute for the whole workspace; `None` where nobody reaches the limit.
fn a_minute(method: &str) -> Option<f64> {
    const TIER_2: f64 = 20.0;
    const TIER_3: f64 = 50.0;
    const TIER_4: f64 = 100.0;
    Some(match method {
        "chat.postMessage" => POSTS_A_MINUTE,
        "api.test" | "auth.test" | "chat.getPermalink" => return None,
        "chat.postEphemeral"
        | "conversations.members"
        | "users.info"
        | "views.open"
        | "views.update"
        | "views.push"
        | "views.publish" => TIER_4,
        "chat.update"
        | "chat.delete"
        | "conversations.info"
        | "conversations.history"
        | "conversations.replies"
        | "conversations.join"
        | "conversations.leave"
        | "conversations.invite"
        | "conversations.kick"
        | "bookmarks.list"
        | "reactions.add"
        | "reactions.get"
        | "users.lookupByEmail"
        | "users.conversations"
        | "team.info" => TIER_3,
        _ => TIER_2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn a_channel_takes_a_burst_and_then_one_a_second() {
        let mut meter = Meter::new(Limits::slack());
        let now = Timestamp::UNIX_EPOCH;
        let taken = (0..10)
            .filter(|_| meter.take("chat.postMessage", Some("C1"), now).is_ok())
            .count();
        assert_eq!(taken, 5);
        assert_eq!(meter.take("chat.postMessage", Some("C2"), now), Ok(()));
        let later = now + SignedDuration::from_secs(1);
        assert_eq!(meter.take("chat.postMessage", Some("C1"), later), Ok(()));
        assert_eq!(meter.take("chat.postMessage", Some("C1"), later), Err(1));
        assert_eq!(meter.exceeded(), 6);
    }

    #[test]
    fn a_tier_counts_by_the_minute_and_says_when_to_come_back() {
        let mut meter = Meter::new(Limits::slack());
        let now = Timestamp::UNIX_EPOCH;
        let taken = (0..40)
            .filter(|_| meter.take("pins.add", None, now).is_ok())
            .count();
        assert_eq!(taken, 24);
        let later = now + SignedDuration::from_secs(20);
        assert_eq!(meter.take("pins.add", None, later), Err(40));
        let later = now + SignedDuration::from_secs(60);
        assert_eq!(meter.take("pins.add", None, later), Ok(()));
    }

    #[test]
    fn a_block_holds_even_where_there_are_no_limits() {
        let mut meter = Meter::new(Limits::off());
        let now = Timestamp::UNIX_EPOCH;
        meter.block("chat.postMessage", now, 30);
        assert_eq!(meter.take("chat.postMessage", Some("C1"), now), Err(30));
        let later = now + SignedDuration::from_secs(30);
        assert_eq!(meter.take("chat.postMessage", Some("C1"), later), Ok(()));
    }
}
