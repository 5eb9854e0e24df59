//! Leaves GitHub alone while it does not answer, so that what needs no answer of its goes on.
//!
//! Deliveries are taken in one after another, and some need to know more than they say. A GitHub
//! that hangs would hold up all that came later, once for each that asks. So after a question
//! without an answer none is asked for a while; then one is, and where that goes well, all are.

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::{Engine, lock};
use crate::github::GitHubError;

/// How long a question may take while others wait behind it.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long many questions that are one to us (a long list, page by page) may take where nobody
/// waits behind them.
const LONG_PATIENCE: Duration = Duration::from_secs(60);
/// How long very many may take: 10,000 incidents are 100 pages, each of which GitHub may make for 10 s.
const NO_HURRY: Duration = Duration::from_secs(60 * 60);
/// How long GitHub is left alone after the first question without an answer, the second, and each
/// that follows.
const PAUSES: [i64; 3] = [5, 20, 60];

/// Since when and until when GitHub is left alone.
#[derive(Debug, Default)]
pub(super) struct Silence {
    unanswered: usize,
    until: Option<Timestamp>,
    /// When it answered again after the last silence.
    ended: Option<Timestamp>,
}

impl Silence {
    fn end(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > now)
    }

    fn heard<T>(&mut self, answer: &Result<T, GitHubError>, now: Timestamp) {
        let until = match answer {
            Err(GitHubError::RateLimited { wait }) => wait.until(now),
            Err(error) if is_silence(error) => {
                let pause = PAUSES[self.unanswered.min(PAUSES.len() - 1)];
                self.unanswered += 1;
                let pause = SignedDuration::from_secs(pause);
                now.saturating_add(pause).unwrap_or(Timestamp::MAX)
            }
            _ => {
                let ended = if self.unanswered > 0 {
                    Some(now)
                } else {
                    self.ended
                };
                *self = Self {
                    ended,
                    ..Self::default()
                };
                return;
            }
        };
        self.until = Some(until);
    }
}

/// Whether GitHub is away, or busy, or does not know us just now: the same question will do when it
/// is back.
pub(super) fn is_silence(error: &GitHubError) -> bool {
    matches!(
        error,
        GitHubError::RateLimited { .. }
            | GitHubError::Ambiguous { .. }
            | GitHubError::NotSent { .. }
            | GitHubError::Auth { .. }
    )
}

impl Engine {
    /// Asks GitHub, unless it is left alone just now.
    pub(super) fn lookup<T>(
        &self,
        question: impl Future<Output = Result<T, GitHubError>>,
    ) -> impl Future<Output = Result<T, GitHubError>> {
        self.lookup_within(PATIENCE, question)
    }

    /// The same, for a long list that nobody waits for.
    pub(super) fn lookup_all<T>(
        &self,
        question: impl Future<Output = Result<T, GitHubError>>,
    ) -> impl Future<Output = Result<T, GitHubError>> {
        self.lookup_within(LONG_PATIENCE, question)
    }

    /// The same, for very many questions, each of which is given its own time by whoever asks it.
    pub(super) fn lookup_pages<T>(
        &self,
        questions: impl Future<Output = Result<T, GitHubError>>,
    ) -> impl Future<Output = Result<T, GitHubError>> {
        self.lookup_within(NO_HURRY, questions)
    }

    async fn lookup_within<T>(
        &self,
        patience: Duration,
        question: impl Future<Output = Result<T, GitHubError>>,
    ) -> Result<T, GitHubError> {
        if self.github_rests_until().is_some() {
            return Err(GitHubError::NotSent {
                why: "it did not answer a moment ago".to_owned(),
            });
        }
        // In a box: questions are asked from deep within what is asked in turn.
        let question = Box::pin(question);
        let answer = timeout(patience, question).await.unwrap_or_else(|_| {
            Err(GitHubError::Ambiguous {
                why: format!("nothing within {patience:?}"),
            })
        });
        lock(&self.0.silence).heard(&answer, self.now());
        answer
    }

    /// Since when GitHub answers; `None` where it does not just now. The beginning of time where it
    /// always did.
    pub(super) fn github_answers_since(&self) -> Option<Timestamp> {
        let silence = lock(&self.0.silence);
        (silence.unanswered == 0).then(|| silence.ended.unwrap_or(Timestamp::MIN))
    }

    /// Until when nothing is looked up, if that is so now.
    pub(super) fn github_rests_until(&self) -> Option<Timestamp> {
        lock(&self.0.silence).end(self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::Wait;

    #[test]
    fn the_longer_github_says_nothing_the_longer_it_is_left_alone() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let no_answer = || -> Result<(), _> { Err(GitHubError::Ambiguous { why: String::new() }) };
        let mut silence = Silence::default();
        for (now, until) in [(0, 5), (5, 25), (25, 85), (85, 145)] {
            assert_eq!(silence.end(at(now)), None);
            silence.heard(&no_answer(), at(now));
            assert_eq!(silence.end(at(now)), Some(at(until)));
        }
        let limited: Result<(), _> = Err(GitHubError::RateLimited {
            wait: Wait::For(SignedDuration::from_secs(600)),
        });
        silence.heard(&limited, at(145));
        assert_eq!(silence.end(at(145)), Some(at(745)));
        // A refusal is an answer.
        let refused: Result<(), _> = Err(GitHubError::NotFound {
            what: String::new(),
            gone: false,
        });
        silence.heard(&refused, at(745));
        assert_eq!(silence.end(at(745)), None);
        silence.heard(&no_answer(), at(745));
        assert_eq!(silence.end(at(745)), Some(at(750)));
    }
}
