//! How fast Slack may be spoken to: told the time, it says now, or when.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::Method;
use super::method::Tier;
use crate::id::ChannelId;

const MINUTE: i64 = 60_000_000;

/// How often what may be called. A zero counts as one: to stop altogether is not a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Messages a minute in one channel, in the long run.
    pub channel_per_minute: u32,
    /// Messages at once in a channel that was quiet.
    pub channel_burst: u32,
    /// Messages in any minute in the whole workspace.
    pub posts_per_minute: u32,
    /// Updates in any minute in the whole workspace.
    pub updates_per_minute: u32,
    /// Calls in any minute of each method of Slack's Tier 2.
    pub tier2_per_minute: u32,
    /// Calls in any minute of each method of Slack's Tier 3.
    pub tier3_per_minute: u32,
    /// Calls in any minute of each method of Slack's Tier 4.
    pub tier4_per_minute: u32,
}

impl Default for Rates {
    /// Slack's limits, less some for what people and other clients of the same app do.
    fn default() -> Self {
        Self {
            channel_per_minute: 60,
            channel_burst: 3,
            posts_per_minute: 200,
            updates_per_minute: 45,
            tier2_per_minute: 18,
            tier3_per_minute: 45,
            tier4_per_minute: 90,
        }
    }
}

/// A call that somebody would like to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    /// The method.
    pub method: Method,
    /// The channel, for methods that have one.
    pub channel: Option<&'a ChannelId>,
}

/// What has been called of late. Times are microseconds since 1970, as exact as jiff prints them.
#[derive(Debug, Clone)]
pub struct Pace {
    rates: Rates,
    /// Per channel, when its bucket will be full again.
    channels: BTreeMap<ChannelId, i64>,
    /// Per method, the calls of the last minute, oldest first.
    calls: BTreeMap<Method, VecDeque<i64>>,
    /// Per method, until when Slack has closed it.
    blocked: BTreeMap<Method, i64>,
    /// The latest time that was told.
    latest: i64,
    /// When the buckets of channels that were not heard of are full: another process may have
    /// emptied them just before this one began.
    begun: i64,
}

impl Pace {
    /// A pace with nothing said yet.
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            channels: BTreeMap::new(),
            calls: BTreeMap::new(),
            blocked: BTreeMap::new(),
            latest: i64::MIN,
            begun: i64::MIN,
        }
    }

    /// Takes leave to make a call now. What is granted is counted; what is not costs nothing.
    ///
    /// # Errors
    /// With the earliest time at which it is worth asking again: the call is then granted, unless
    /// others were faster.
    pub fn take(&mut self, now: Timestamp, call: Call<'_>) -> Result<(), Timestamp> {
        let now = now.as_microsecond();
        let first = self.latest == i64::MIN;
        self.follow(now);
        if first {
            let (gap, slack) = self.bucket();
            self.begun = now + gap + slack;
        }
        let limit = self.limit(call.method);
        let (gap, slack) = self.bucket();
        let calls = self.calls.entry(call.method).or_default();
        while calls.front().is_some_and(|at| at + MINUTE <= now) {
            calls.pop_front();
        }
        let mut earliest = now;
        if let Some(at) = calls.len().checked_sub(limit).and_then(|i| calls.get(i)) {
            earliest = earliest.max(at + MINUTE);
        }
        if let Some(until) = self.blocked.get(&call.method) {
            earliest = earliest.max(*until);
        }
        let posting = call.method.tier() == Tier::Posting;
        let bucket = call.channel.filter(|_| posting);
        let full = bucket
            .map(|channel| self.channels.get(channel).map_or(self.begun, |full| *full))
            .filter(|full| *full > now);
        if let Some(full) = full {
            earliest = earliest.max(full - slack);
        }
        if earliest > now {
            return Err(timestamp(earliest));
        }
        calls.push_back(now);
        self.blocked.remove(&call.method);
        if let Some(channel) = bucket {
            self.channels.retain(|_, full| *full > now);
            self.channels
                .insert(channel.clone(), full.unwrap_or(now).max(now) + gap);
        }
        Ok(())
    }

    /// Slack has closed a method until then (a 429 with `Retry-After`). The longest word holds.
    pub fn blocked(&mut self, method: Method, until: Timestamp) {
        let until = until.as_microsecond();
        let held = self.blocked.entry(method).or_insert(until);
        *held = until.max(*held);
    }

    /// A clock that was set back takes all memories with it: otherwise a call of what is now the
    /// future would keep its method closed for as long as the clock went back.
    fn follow(&mut self, now: i64) {
        let back = self.latest.saturating_sub(now);
        if self.latest != i64::MIN && back > 0 {
            let past = self.calls.values_mut().flatten();
            let times = past
                .chain(self.channels.values_mut())
                .chain([&mut self.begun])
                .chain(self.blocked.values_mut());
            for at in times {
                *at = at.saturating_sub(back);
            }
        }
        self.latest = now;
    }

    /// The microseconds that a channel's message costs, and how much of that may be owed.
    fn bucket(&self) -> (i64, i64) {
        let gap = MINUTE / i64::from(self.rates.channel_per_minute.max(1));
        let burst = i64::from(self.rates.channel_burst.max(1));
        (gap, gap * (burst - 1))
    }

    fn limit(&self, method: Method) -> usize {
        let rates = &self.rates;
        let limit = match (method, method.tier()) {
            (Method::Update, _) => rates.updates_per_minute,
            (_, Tier::Posting) => rates.posts_per_minute,
            (_, Tier::Two) => rates.tier2_per_minute,
            (_, Tier::Three) => rates.tier3_per_minute,
            (_, Tier::Four) => rates.tier4_per_minute,
        };
        usize::try_from(limit.max(1)).unwrap_or(usize::MAX)
    }
}

/// Out of range only where the clock itself is.
fn timestamp(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use jiff::SignedDuration;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_600_000_000_000 + milliseconds).unwrap()
    }

    fn post(channel: &ChannelId) -> Call<'_> {
        Call {
            method: Method::Post,
            channel: Some(channel),
        }
    }

    /// A pace that began a while ago.
    fn awake(rates: Rates) -> Pace {
        let mut pace = Pace::new(rates);
        let hello = Call {
            method: Method::AuthTest,
            channel: None,
        };
        pace.take(at(-600_000), hello).unwrap();
        pace
    }

    #[test]
    fn one_that_begins_takes_all_channels_for_full() {
        let (one, other) = (ChannelId::from("C1"), ChannelId::from("C2"));
        let mut pace = Pace::new(Rates::default());
        for (when, channel, outcome) in [
            (0, &one, Err(at(1_000))),
            (1_000, &one, Ok(())),
            (1_000, &one, Err(at(2_000))),
            (2_000, &other, Ok(())),
            (2_000, &other, Ok(())),
            (2_000, &other, Err(at(3_000))),
        ] {
            assert_eq!(pace.take(at(when), post(channel)), outcome, "at {when}");
        }
    }

    #[test]
    fn a_quiet_channel_takes_three_at_once_and_then_one_a_second() {
        let channel = ChannelId::from("C1");
        let mut pace = awake(Rates::default());
        for (when, outcome) in [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, Err(at(1_000))),
            (999, Err(at(1_000))),
            (1_000, Ok(())),
            (1_000, Err(at(2_000))),
            (9_000, Ok(())),
            (9_000, Ok(())),
            (9_000, Ok(())),
            (9_000, Err(at(10_000))),
        ] {
            assert_eq!(pace.take(at(when), post(&channel)), outcome, "at {when}");
        }
        let other = ChannelId::from("C2");
        assert_eq!(pace.take(at(9_000), post(&other)), Ok(()));
    }

    #[test]
    fn a_workspace_takes_two_hundred_a_minute_whatever_the_channel() {
        let mut pace = awake(Rates::default());
        for i in 0..200 {
            let channel = ChannelId::from(format!("C{i}"));
            assert_eq!(pace.take(at(i), post(&channel)), Ok(()));
        }
        let fresh = ChannelId::from("C200");
        assert_eq!(pace.take(at(500), post(&fresh)), Err(at(60_000)));
        assert_eq!(pace.take(at(60_000), post(&fresh)), Ok(()));
        assert_eq!(pace.take(at(60_000), post(&fresh)), Err(at(60_001)));
    }

    #[test]
    fn each_method_has_its_own_minute() {
        let mut pace = awake(Rates::default());
        let call = |method| Call {
            method,
            channel: None,
        };
        for _ in 0..45 {
            assert_eq!(pace.take(at(0), call(Method::Update)), Ok(()));
        }
        assert_eq!(pace.take(at(0), call(Method::Update)), Err(at(60_000)));
        assert_eq!(pace.take(at(0), call(Method::History)), Ok(()));
    }

    #[test]
    fn what_slack_closes_stays_closed_for_that_long_and_that_method() {
        let channel = ChannelId::from("C1");
        let mut pace = awake(Rates::default());
        pace.blocked(Method::Post, at(7_000));
        pace.blocked(Method::Post, at(3_000));
        assert_eq!(pace.take(at(0), post(&channel)), Err(at(7_000)));
        let update = Call {
            method: Method::Update,
            channel: Some(&channel),
        };
        assert_eq!(pace.take(at(0), update), Ok(()));
        assert_eq!(pace.take(at(7_000), post(&channel)), Ok(()));
    }

    #[test]
    fn a_clock_set_back_closes_nothing_for_long() {
        let channel = ChannelId::from("C1");
        let mut pace = awake(Rates::default());
        for _ in 0..3 {
            assert_eq!(pace.take(at(3_600_000), post(&channel)), Ok(()));
        }
        assert_eq!(pace.take(at(0), post(&channel)), Err(at(1_000)));
    }

    #[test]
    fn a_quiet_channel_is_forgotten() {
        let mut pace = awake(Rates::default());
        for i in 0..5_000 {
            let channel = ChannelId::from(format!("C{i}"));
            pace.take(at(i * 2_000), post(&channel)).unwrap();
        }
        assert_eq!(pace.channels.len(), 1);
        assert!(pace.calls[&Method::Post].len() <= 200);
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_in_any_window(
            steps in proptest::collection::vec((0i64..2_000, 0usize..4), 1..150),
            burst in 0u32..5,
            per_minute in 0u32..90,
        ) {
            let rates = Rates {
                channel_burst: burst,
                channel_per_minute: per_minute,
                posts_per_minute: 40,
                ..Rates::default()
            };
            let channels: Vec<ChannelId> = (0..4).map(|i| format!("C{i}").into()).collect();
            let mut pace = awake(rates);
            let mut clock = 0;
            let mut said: Vec<(i64, usize)> = Vec::new();
            for (pass, channel) in steps {
                clock += pass;
                match pace.take(at(clock), post(&channels[channel])) {
                    Ok(()) => said.push((clock, channel)),
                    // What it says is true: at that time the call is granted, and not before.
                    Err(earliest) => {
                        prop_assert!(earliest > at(clock));
                        prop_assert!(earliest <= at(clock + 60_001));
                        let before = earliest - SignedDuration::from_micros(1);
                        prop_assert!(pace.clone().take(before, post(&channels[channel])).is_err());
                        prop_assert_eq!(pace.clone().take(earliest, post(&channels[channel])), Ok(()));
                    }
                }
            }
            let gap = 60_000 / i64::from(per_minute.max(1));
            for (i, (start, channel)) in said.iter().enumerate() {
                let minute = said[i..].iter().filter(|(when, _)| *when < start + 60_000);
                prop_assert!(minute.count() <= 40);
                for (end, _) in &said[i..] {
                    let here = said[i..]
                        .iter()
                        .filter(|(when, c)| when <= end && c == channel)
                        .count();
                    let most = i64::from(burst.max(1)) + (end - start) / gap.max(1);
                    prop_assert!(here as i64 <= most, "{here} in {} ms", end - start);
                }
            }
        }

        #[test]
        fn any_time_is_borne(times in proptest::collection::vec(any::<i64>(), 1..50)) {
            let channel = ChannelId::from("C1");
            let mut pace = awake(Rates::default());
            for time in times {
                let now = Timestamp::from_microsecond(time % 200_000_000_000_000_000)
                    .unwrap_or(Timestamp::MAX);
                let _ = pace.take(now, post(&channel));
                pace.blocked(Method::Post, now);
            }
        }
    }
}
