//! How fast GitHub may be written to: told the time, it says now, or when.
//!
//! GitHub's limits for an installation, from docs.github.com/rest/using-the-rest-api: 900 points a
//! minute, where a question costs 1 and a change 5; 80 things created a minute and 500 an hour,
//! those of people in the same way included. Whoever goes over is closed out for some minutes.

use std::collections::VecDeque;

use jiff::Timestamp;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// What kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Asks.
    Read,
    /// Changes something that is there: labels, assignees, a title, a ref.
    Change,
    /// Creates something that people may be told of: an issue, a comment, a pull request, a
    /// commit, a check run. An edit of a text counts too, to be safe.
    Create,
}

/// How often what may be called. A zero counts as one: to stop altogether is not a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Points in any minute.
    pub points_per_minute: u32,
    /// Things created in any minute.
    pub created_per_minute: u32,
    /// Things created in any hour.
    pub created_per_hour: u32,
}

impl Default for Rates {
    /// GitHub's limits, less some for what else the App does.
    fn default() -> Self {
        Self {
            points_per_minute: 800,
            created_per_minute: 70,
            created_per_hour: 450,
        }
    }
}

/// What has been called of late, of everything that one installation does. Times are microseconds
/// since 1970, as exact as jiff prints them.
#[derive(Debug, Clone)]
pub struct Pace {
    rates: Rates,
    /// When each point of the last minute was spent.
    points: VecDeque<i64>,
    /// When things were created in the last hour.
    created: VecDeque<i64>,
    /// Until when GitHub is closed.
    blocked: Option<i64>,
    latest: i64,
}

impl Pace {
    /// A pace with nothing called yet.
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            points: VecDeque::new(),
            created: VecDeque::new(),
            blocked: None,
            latest: i64::MIN,
        }
    }

    /// Takes leave to make a call now. What is granted is counted; what is not costs nothing.
    ///
    /// # Errors
    /// With the earliest time at which it is worth asking again: the call is then granted, unless
    /// others were faster.
    pub fn take(&mut self, now: Timestamp, kind: Kind) -> Result<(), Timestamp> {
        let now = now.as_microsecond();
        self.follow(now);
        forget(&mut self.points, now, MINUTE);
        forget(&mut self.created, now, HOUR);
        let rates = &self.rates;
        let limit = |rate: u32| usize::try_from(rate.max(1)).unwrap_or(usize::MAX);
        let (most, cost) = (
            limit(rates.points_per_minute),
            if kind == Kind::Read { 1 } else { 5 },
        );
        let cost = cost.min(most);
        let mut earliest = now.max(self.blocked.unwrap_or(now));
        earliest = earliest.max(free_at(&self.points, most, cost, MINUTE).unwrap_or(now));
        if kind == Kind::Create {
            for (rate, span) in [
                (rates.created_per_minute, MINUTE),
                (rates.created_per_hour, HOUR),
            ] {
                let free = free_at(&self.created, limit(rate), 1, span);
                earliest = earliest.max(free.unwrap_or(now));
            }
        }
        if earliest > now {
            return Err(timestamp(earliest));
        }
        self.blocked = None;
        self.points.extend(std::iter::repeat_n(now, cost));
        if kind == Kind::Create {
            self.created.push_back(now);
        }
        Ok(())
    }

    /// GitHub has said to wait until then; see [`Wait::until`](super::Wait::until). The longest
    /// word holds.
    pub fn blocked(&mut self, until: Timestamp) {
        let until = until.as_microsecond();
        self.blocked = Some(self.blocked.map_or(until, |held| held.max(until)));
    }

    /// A clock that was set back takes all memories with it: otherwise a call of what is now the
    /// future would keep GitHub closed for as long as the clock went back.
    fn follow(&mut self, now: i64) {
        let back = self.latest.saturating_sub(now);
        if self.latest != i64::MIN && back > 0 {
            let past = self.points.iter_mut().chain(&mut self.created);
            for at in past.chain(&mut self.blocked) {
                *at = at.saturating_sub(back);
            }
        }
        self.latest = now;
    }
}

fn forget(times: &mut VecDeque<i64>, now: i64, span: i64) {
    while times.front().is_some_and(|at| at + span <= now) {
        times.pop_front();
    }
}

/// When there is room for `cost` more besides those of the last `span`; `None` for now.
fn free_at(times: &VecDeque<i64>, most: usize, cost: usize, span: i64) -> Option<i64> {
    let over = (times.len() + cost).checked_sub(most + 1)?;
    times.get(over).map(|at| at + span)
}

/// Out of range only where the clock itself is.
fn timestamp(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_600_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn so_many_are_created_in_a_minute_and_in_an_hour() {
        let mut pace = Pace::new(Rates::default());
        for minute in 0..6 {
            for i in 0..70 {
                let outcome = pace.take(at(minute * 60_000 + i), Kind::Create);
                assert_eq!(outcome, Ok(()), "{minute} {i}");
            }
            let next = at((minute + 1) * 60_000);
            assert_eq!(pace.take(at(minute * 60_000 + 70), Kind::Create), Err(next));
        }
        for i in 0..30 {
            assert_eq!(pace.take(at(360_000 + i), Kind::Create), Ok(()));
        }
        // Now it is the hour that counts: 450 were created.
        assert_eq!(pace.take(at(360_030), Kind::Create), Err(at(3_600_000)));
        assert_eq!(pace.take(at(360_030), Kind::Change), Ok(()));
        assert_eq!(pace.take(at(3_600_000), Kind::Create), Ok(()));
    }

    #[test]
    fn a_change_costs_as_much_as_five_questions() {
        let mut pace = Pace::new(Rates::default());
        for i in 0..160 {
            assert_eq!(pace.take(at(i), Kind::Change), Ok(()));
        }
        assert_eq!(pace.take(at(200), Kind::Read), Err(at(60_000)));
        assert_eq!(pace.take(at(60_000), Kind::Change), Ok(()));
        assert_eq!(pace.take(at(60_000), Kind::Read), Err(at(60_001)));
    }

    #[test]
    fn what_github_closes_stays_closed_for_that_long() {
        let mut pace = Pace::new(Rates::default());
        pace.blocked(at(7_000));
        pace.blocked(at(3_000));
        assert_eq!(pace.take(at(0), Kind::Read), Err(at(7_000)));
        assert_eq!(pace.take(at(7_000), Kind::Read), Ok(()));
    }

    #[test]
    fn a_clock_set_back_closes_nothing_for_long() {
        let mut pace = Pace::new(Rates::default());
        for _ in 0..70 {
            assert_eq!(pace.take(at(7_200_000), Kind::Create), Ok(()));
        }
        assert_eq!(pace.take(at(0), Kind::Create), Err(at(60_000)));
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_in_any_window(
            steps in proptest::collection::vec((0i64..4_000, 0u8..3), 1..150),
            points in 0u32..60,
            minute in 0u32..12,
            hour in 0u32..40,
        ) {
            let rates = Rates {
                points_per_minute: points,
                created_per_minute: minute,
                created_per_hour: hour,
            };
            let mut pace = Pace::new(rates);
            let (mut clock, mut called) = (0, Vec::new());
            for (pass, kind) in steps {
                clock += pass;
                let kind = [Kind::Read, Kind::Change, Kind::Create][usize::from(kind)];
                match pace.take(at(clock), kind) {
                    Ok(()) => called.push((clock, kind)),
                    // What it says is true: at that time the call is granted, and not before.
                    Err(earliest) => {
                        prop_assert!(earliest > at(clock));
                        prop_assert!(earliest <= at(clock + 3_600_001));
                        let before = earliest - SignedDuration::from_micros(1);
                        prop_assert!(pace.clone().take(before, kind).is_err());
                        prop_assert_eq!(pace.clone().take(earliest, kind), Ok(()));
                    }
                }
            }
            for (i, (start, _)) in called.iter().enumerate() {
                let within = |span: i64| called[i..].iter().filter(move |(at, _)| *at < start + span);
                let cost: u32 = within(60_000)
                    .map(|(_, kind)| if *kind == Kind::Read { 1 } else { 5.min(points.max(1)) })
                    .sum();
                prop_assert!(cost <= points.max(1));
                let created = |span| within(span).filter(|(_, kind)| *kind == Kind::Create).count();
                prop_assert!(created(60_000) <= minute.max(1) as usize);
                prop_assert!(created(3_600_000) <= hour.max(1) as usize);
            }
        }

        #[test]
        fn any_time_is_borne(times in proptest::collection::vec(any::<i64>(), 1..50)) {
            let mut pace = Pace::new(Rates::default());
            for time in times {
                let now = Timestamp::from_microsecond(time % 200_000_000_000_000_000)
                    .unwrap_or(Timestamp::MAX);
                let _ = pace.take(now, Kind::Create);
                pace.blocked(now);
            }
        }
    }
}
