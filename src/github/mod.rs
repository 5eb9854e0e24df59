//! GitHub, as an App.

mod answer;
mod client;
mod error;
mod marker;
mod read;

pub use answer::{Comment, File, Issue, Label, List, Me, Pull, Review, ReviewComment, User};
pub use client::{GitHub, Settings, Unfit, check_key};
pub use error::{GitHubError, Wait};
pub use marker::Marker;
