//! How much one caller may ask: requests an hour, and things created a minute.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// Requests an hour of one caller (docs: 5,000 for an installation or a person).
const AN_HOUR: u64 = 5_000;
/// Requests an hour of nobody (docs: 60).
const AN_HOUR_OF_NOBODY: u64 = 60;

/// Things that may be created in an hour (docs: 500), where a minute has its limit too.
const WRITES_AN_HOUR: usize = 500;

/// What each caller has used.
#[derive(Debug)]
pub(super) struct Limits {
    /// Things that may be created in a minute, or no limit.
    pub writes_a_minute: Option<usize>,
    windows: HashMap<String, Window>,
    writes: HashMap<String, VecDeque<Timestamp>>,
}

#[derive(Debug)]
struct Window {
    resets: Timestamp,
    used: u64,
}

/// What the `x-ratelimit-*` headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub limit: u64,
    pub used: u64,
    pub resets: i64,
}

impl Standing {
    pub fn remaining(self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            writes_a_minute: Some(80),
            windows: HashMap::new(),
            writes: HashMap::new(),
        }
    }
}

impl Limits {
    /// Where the caller stands, after `cost` more requests.
    pub fn count(&mut self, who: &str, now: Timestamp, cost: u64) -> Standing {
        let hour = SignedDuration::from_hours(1);
        let window = self.windows.entry(who.to_owned()).or_insert(Window {
            resets: now + hour,
            used: 0,
        });
        if now >= window.resets {
            window.resets = now + hour;
            window.used = 0;
        }
        window.used += cost;
        Standing {
            limit: if who == "nobody" {
                AN_HOUR_OF_NOBODY
            } else {
                AN_HOUR
            },
            used: window.used,
            resets: window.resets.as_second(),
        }
    }

    /// Counts one thing to be created, or gives the seconds to wait.
    pub fn write(&mut self, who: &str, now: Timestamp) -> Result<(), u64> {
        let Some(most) = self.writes_a_minute else {
            return Ok(());
        };
        let (minute, hour) = (SignedDuration::from_secs(60), SignedDuration::from_hours(1));
        let recent = self.writes.entry(who.to_owned()).or_default();
        while recent.front().is_some_and(|at| *at + hour <= now) {
            recent.pop_front();
        }
        let free = if recent.len() >= WRITES_AN_HOUR {
            recent.front().map(|at| *at + hour)
        } else {
            let last = recent.iter().rev().nth(most.saturating_sub(1));
            last.map(|at| *at + minute).filter(|free| *free > now)
        };
        let Some(free) = free else {
            recent.push_back(now);
            return Ok(());
        };
        let wait = free.duration_since(now).as_secs();
        Err(u64::try_from(wait).unwrap_or(0).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_eighty_first_write_of_a_minute_waits() {
        let mut limits = Limits::default();
        for _ in 0..80 {
            assert_eq!(limits.write("app", at(10)), Ok(()));
        }
        assert_eq!(limits.write("app", at(30)), Err(40));
        assert_eq!(limits.write("ana", at(30)), Ok(()));
        assert_eq!(limits.write("app", at(70)), Ok(()));
    }

    #[test]
    fn the_five_hundred_and_first_write_of_an_hour_waits() {
        let mut limits = Limits::default();
        for n in 0..500 {
            assert_eq!(limits.write("app", at(n)), Ok(()), "{n}");
        }
        assert_eq!(limits.write("app", at(1_000)), Err(2_600));
        assert_eq!(limits.write("app", at(3_600)), Ok(()));
    }

    #[test]
    fn an_hour_later_all_is_free_again() {
        let mut limits = Limits::default();
        assert_eq!(limits.count("app", at(0), 3).remaining(), 4_997);
        assert_eq!(limits.count("app", at(3_600), 1).remaining(), 4_999);
    }
}
