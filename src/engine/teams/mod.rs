//! Team definitions as they become user groups of Slack: reviewed in pull requests, applied when
//! they are merged, compared with Slack ever after.
//!
//! Nothing is remembered here that is not to be had again. What was reviewed stands hidden in the
//! check of the pull request, what was applied is a commit with a check of ours that says so, and
//! what is left to be done follows from the files and from Slack as it is. So each of these jobs
//! begins from the beginning whenever it is begun, whatever the process died of before.
//!
//! | lane | what is in it |
//! |---|---|
//! | `ut:pull:<number>` | a pull request is to be looked at |
//! | `ut:slack` | Slack is to be brought to where the files are, or compared with them |

mod apply;
mod comments;
mod crews;
mod drift;
mod files;
pub mod hands;
mod hidden;
mod lend;
mod live;
mod loans;
mod news;
mod notice;
mod perform;
mod planned;
mod press;
mod propose;
mod report;
mod review;
mod who;
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use super::cases::never;
use super::lookups::is_silence;
use super::upkeep::pause_after;
use super::writer::LEASE;
use crate::github::GitHubError;
use crate::id::{DoneKey, Sha};
use crate::store::{Changes, Lane, StoreError, Wanted};

pub use notice::MEMBERSHIP;

/// What the check of pull requests is called, in the list of checks.
const REVIEW: &str = "userteams";
/// What the check of commits of the default branch is called.
const APPLY: &str = "userteams apply";
/// How many jobs are done before others have their turn.
const JOBS_A_TURN: usize = 4;
/// How long an event of Slack's may be followed by others about the same.
const SETTLES: SignedDuration = SignedDuration::from_secs(5);
/// By when a new database knows of the incidents that are open, unless GitHub does not give them.
const KNOWS_ALL_BY: SignedDuration = SignedDuration::from_mins(10);
/// When to try again what a person has to see to: a permission, a scope.
const AFTER_REFUSAL: SignedDuration = SignedDuration::from_mins(10);

/// What there is to do. Each has a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Job {
    /// To look at this pull request.
    Review(u64),
    /// To see to Slack.
    Slack,
}

const LANE: &str = "ut:";

impl Job {
    /// What this lane is for, if it is that.
    pub(in crate::engine) fn of(lane: &str) -> Option<Self> {
        let rest = lane.strip_prefix(LANE)?;
        match rest.strip_prefix("pull:") {
            Some(number) => number.parse().ok().map(Self::Review),
            None => (rest == "slack").then_some(Self::Slack),
        }
    }

    /// The lane of it.
    pub(in crate::engine) fn lane(self) -> String {
        match self {
            Self::Review(number) => format!("{LANE}pull:{number}"),
            Self::Slack => format!("{LANE}slack"),
        }
    }
}

/// What is held in memory about team definitions; all of it can be had again.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The newest revision that a job was given.
    rev: AtomicI64,
    seen: std::sync::Mutex<live::Known>,
    /// The newest commit, where it has no team files and none ever was applied.
    nothing_at: std::sync::Mutex<Option<Sha>>,
    /// What Slack has refused since the last push or retry, by what was to be done.
    refused: std::sync::Mutex<BTreeMap<String, String>>,
}

/// Why something is not done yet.
#[derive(Debug)]
enum Halt {
    /// Nobody answered, or said to wait, or it is not time: again then.
    Later(Timestamp),
    /// Somebody has to see to it first; the words are for the log.
    Refused(String),
    /// Our own database.
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

type Done<T> = Result<T, Halt>;

impl Engine {
    /// What GitHub says, or when to ask again.
    fn asked<T>(&self, answer: Result<T, GitHubError>, now: Timestamp) -> Done<T> {
        answer.map_err(|error| {
            let pause = pause_after(&error, now);
            let at = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
            match error {
                GitHubError::RateLimited { .. } | GitHubError::NotFound { .. } => Halt::Later(at),
                error if is_silence(&error) => Halt::Later(self.github_rests_until().unwrap_or(at)),
                error => Halt::Refused(error.to_string()),
            }
        })
    }

    /// A job that is to be done, at the earliest at `at`.
    pub(in crate::engine) fn job(&self, job: Job, key: &str, doc: &str, at: Timestamp) -> Wanted {
        let rev = &self.0.team_definitions.rev;
        // Two that are asked for in one moment are two.
        let micros = self.now().as_microsecond();
        let last = rev.fetch_max(micros, Ordering::Relaxed);
        let rev = if last < micros {
            micros
        } else {
            rev.fetch_add(1, Ordering::Relaxed) + 1
        };
        Wanted {
            lane: job.lane(),
            key: DoneKey::new(key),
            at,
            doc: doc.to_owned(),
            rev,
            settle_at: at,
            give_up_at: never(),
            covered: false,
        }
    }

    /// Has a job done.
    async fn want_job(
        &self,
        job: Job,
        key: &str,
        doc: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.want_all(vec![self.job(job, key, doc, at)]).await
    }

    async fn want_all(&self, messages: Vec<Wanted>) -> Result<(), StoreError> {
        let changes = Changes {
            messages,
            ..Changes::default()
        };
        self.0.parts.store.apply(changes).await?;
        self.0.wanted.notify_one();
        Ok(())
    }

    /// Does what waits in a lane of team definitions. Gives when to go on where that has to wait.
    pub(in crate::engine) async fn do_jobs(
        &self,
        lane: &Lane,
        job: Job,
    ) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        // Which incidents are open decides what may be taken away.
        self.load_cases().await?;
        let started = self.now();
        for _ in 0..JOBS_A_TURN {
            let now = self.now();
            // A lease must not run out under a call.
            if now.duration_since(started) * 2 > LEASE {
                return Ok(None);
            }
            // A comparison that was put off must not hold up a merge.
            let Some(row) = store.first_due(&lane.name, now).await? else {
                return Ok(None);
            };
            if let Some(rest) = self.github_rests_until() {
                return Ok(Some(rest));
            }
            let done = match job {
                Job::Review(number) => self.review_teams(number, now).await,
                Job::Slack => self.see_to_slack(row.key.as_str(), &row.doc, now).await,
            };
            match done {
                Ok(()) => store.skip(&lane.name, &row.key, row.rev).await?,
                Err(Halt::Later(at)) => {
                    let soon = now.saturating_add(SignedDuration::from_secs(1));
                    return Ok(Some(at.max(soon.unwrap_or(now))));
                }
                Err(Halt::Refused(why)) => {
                    if self.is_news(&lane.name, now) {
                        tracing::error!(lane = %lane.name, what = %row.key, %why, "not done");
                    }
                    return Ok(now.checked_add(AFTER_REFUSAL).ok());
                }
                Err(Halt::Store(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn see_to_slack(&self, key: &str, doc: &str, now: Timestamp) -> Done<()> {
        // With a new database it is not known yet which incidents are open, and whom they borrow.
        let young = now.duration_since(self.born(now).await?) < KNOWS_ALL_BY;
        if young && !self.knows_all(now).await? {
            return Err(Halt::Later(now.saturating_add(SETTLES).unwrap_or(now)));
        }
        match key.split_once(':') {
            Some(("who", _)) => self.answer_who(key, doc, now).await,
            Some(("press", _)) => self.follow_press(doc, now).await,
            Some(("lend", _)) => self.lend(now).await,
            _ if key == "retry" => {
                // Once: what is refused again stays so until somebody asks anew.
                super::lock(&self.0.team_definitions.refused).clear();
                Ok(self.want_job(Job::Slack, "apply", "", now).await?)
            }
            _ => self.apply_teams(now).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel_name::ChannelName;

    #[test]
    fn a_lane_says_what_it_is_for_and_is_no_channels_name() {
        for job in [Job::Review(17), Job::Slack] {
            let lane = job.lane();
            assert!(ChannelName::parse(&lane).is_err(), "{lane}");
            assert_eq!(Job::of(&lane), Some(job));
        }
        for other in ["ut:", "ut:pull:", "ut:pull:x", "example-20210101i", "gh:a"] {
            assert_eq!(Job::of(other), None, "{other}");
        }
    }
}
