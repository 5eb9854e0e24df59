//! GitHub, as an App.

mod answer;
mod changes;
mod client;
mod deliveries;
mod error;
mod marker;
mod pushes;
mod read;

pub use answer::{Comment, File, Issue, Label, List, Me, Pull, Review, ReviewComment, User};
pub use changes::{Changed, Since, Still};
pub use client::{GitHub, Settings, Unfit, check_key};
pub use deliveries::{Attempt, Attempts, Pulled};
pub use error::{GitHubError, Wait};
pub use marker::Marker;
pub use pushes::{Gained, Place};
