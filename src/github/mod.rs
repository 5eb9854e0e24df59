//! GitHub, as an App.

mod answer;
mod app;
mod changes;
mod checks;
mod client;
mod commit;
mod deliveries;
mod error;
mod issues;
mod labels;
mod marker;
mod oauth;
pub mod pace;
mod people;
mod pulls;
mod pushes;
mod read;
mod records;
mod timeline;

pub use answer::{Comment, File, Issue, Label, List, Me, Pull, Review, ReviewComment, User};
pub use app::Rights;
pub use changes::{Changed, Since, Still};
pub use checks::{ANNOTATIONS_AT_ONCE, Annotation, Check, CheckFound, Conclusion, Level};
pub use client::{GitHub, Settings, Unfit, check_key};
pub use commit::{Commit, Committed, Compared};
pub use deliveries::{Attempt, Attempts, Pulled};
pub use error::{GitHubError, Wait};
pub use issues::{Assigned, IssueChange, IssueQuery, IssueState, NewIssue};
pub use labels::RepoLabel;
pub use marker::Marker;
pub use oauth::OAuth;
pub use people::Permission;
pub use pulls::LineComment;
pub use pushes::{Gained, Place};
pub use records::{RECORDS_AT_ONCE, Record, Records};
pub use timeline::{Step, What};
