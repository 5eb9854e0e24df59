//! The keys of messages: made from what a message is about, so that a webhook, its redelivery and
//! a sweep come to the same one.

use jiff::Timestamp;

use crate::channel_name::ChannelName;
use crate::id::{DoneKey, Login, RepoName};

/// Facts of one actor on one subject belong to one moment when they are in the same ten seconds.
const MOMENT: i64 = 10;

/// `repository.pushed_at` is read when a payload is written, so the two events of one new branch
/// may tell it a second apart, or later after a further push.
const SAME_PUSH: i64 = 60;

/// A comment on an issue or pull request.
pub fn comment(id: &str) -> DoneKey {
    DoneKey::new(format!("c:{id}"))
}

/// A review with its comments.
pub fn review(id: &str) -> DoneKey {
    DoneKey::new(format!("rv:{id}"))
}

/// A comment of a review that is not known.
pub fn review_comment(id: &str) -> DoneKey {
    DoneKey::new(format!("rc:{id}"))
}

/// A push: `full_ref` as in `refs/heads/main`, `after` the commit that the branch is at then.
pub fn push(repo: &RepoName, full_ref: &str, after: &str) -> DoneKey {
    DoneKey::new(format!("p:{repo}:{full_ref}:{after}"))
}

/// A branch or tag that came to be.
pub fn created(repo: &RepoName, full_ref: &str, pushed: Timestamp) -> DoneKey {
    let moment = floor(pushed, SAME_PUSH);
    DoneKey::new(format!("b:{repo}:{full_ref}:created:{moment}"))
}

/// A branch or tag that is gone.
pub fn removed(repo: &RepoName, full_ref: &str, pushed: Timestamp) -> DoneKey {
    let moment = floor(pushed, SAME_PUSH);
    DoneKey::new(format!("b:{repo}:{full_ref}:deleted:{moment}"))
}

/// An issue or pull request that was opened. Named by repository and number, since a pull request
/// has one id as such and another as an issue, and some events show it as an issue.
pub fn opened(repo: &RepoName, number: u64) -> DoneKey {
    DoneKey::new(format!("s:{repo}#{number}:opened"))
}

/// A turn in the life of an issue or pull request: `closed`, `reopened`, `title`...
pub fn turn(repo: &RepoName, number: u64, turn: &str, at: Timestamp) -> DoneKey {
    DoneKey::new(format!("s:{repo}#{number}:{turn}:{}", at.as_second()))
}

/// The small things one person does to a subject in one moment.
pub fn meta(repo: &RepoName, number: u64, actor: &Login, at: Timestamp) -> DoneKey {
    DoneKey::new(format!("m:{repo}#{number}:{actor}:{}", floor(at, MOMENT)))
}

/// The threads one person settles on a pull request in one moment.
pub fn threads(repo: &RepoName, number: u64, actor: &Login, at: Timestamp) -> DoneKey {
    DoneKey::new(format!("th:{repo}#{number}:{actor}:{}", floor(at, MOMENT)))
}

/// The checks of a commit.
pub fn checks(repo: &RepoName, head_sha: &str) -> DoneKey {
    DoneKey::new(format!("k:{repo}:{head_sha}"))
}

/// What came before a channel was named.
pub fn backfill(repo: &RepoName, number: u64, channel: &ChannelName, at: Timestamp) -> DoneKey {
    DoneKey::new(format!(
        "{}{}",
        brought(repo, number, channel),
        at.as_second()
    ))
}

/// What all keys begin with under which a subject can have been brought to a channel.
pub fn brought(repo: &RepoName, number: u64, channel: &ChannelName) -> String {
    format!("bf:{repo}#{number}:{channel}:")
}

/// That a subject is told elsewhere.
pub fn moved(repo: &RepoName, number: u64, at: Timestamp) -> DoneKey {
    DoneKey::new(format!("mv:{repo}#{number}:{}", at.as_second()))
}

fn floor(at: Timestamp, step: i64) -> i64 {
    at.as_second().div_euclid(step) * step
}
