//! The only room that reads the clock. Everything else is told the time.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Tells the time and waits for it: the machine's, or one that a test or a simulation turns by hand.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Machine,
    ByHand(watch::Receiver<Timestamp>),
}

/// Turns a clock made by [`Clock::by_hand`].
#[derive(Clone, Debug)]
pub struct Hands(std::sync::Arc<watch::Sender<Timestamp>>);

impl Clock {
    /// The machine's clock.
    pub fn machine() -> Self {
        Self(Kind::Machine)
    }

    /// A clock that stands at `start` until its [`Hands`] are turned.
    pub fn by_hand(start: Timestamp) -> (Self, Hands) {
        let (hands, face) = watch::channel(start);
        (Self(Kind::ByHand(face)), Hands(std::sync::Arc::new(hands)))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::Machine => Timestamp::now(),
            Kind::ByHand(face) => *face.borrow(),
        }
    }

    /// Returns once it is `when` or later; at once when that has passed.
    pub async fn sleep_until(&self, when: Timestamp) {
        match &self.0 {
            Kind::Machine => {
                let left = when.duration_since(Timestamp::now());
                if let Ok(left) = std::time::Duration::try_from(left) {
                    tokio::time::sleep(left).await;
                }
            }
            Kind::ByHand(face) => {
                // An error means that the hands are gone: that time will never come.
                if face.clone().wait_for(|now| *now >= when).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

impl Hands {
    /// Moves the clock to `when`; a clock never goes back.
    pub fn turn_to(&self, when: Timestamp) {
        self.0.send_if_modified(|now| {
            let later = when > *now;
            if later {
                *now = when;
            }
            later
        });
    }

    /// Moves the clock on by `span`.
    pub fn turn(&self, span: SignedDuration) {
        self.0
            .send_modify(|now| *now = now.saturating_add(span).unwrap_or(*now));
    }
}
