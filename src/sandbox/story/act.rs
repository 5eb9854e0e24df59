//! What can be done in a story.

use jiff::SignedDuration;

use super::said::Said;
use super::teams::TeamAct;
use crate::id::{Login, RepoName};
use crate::sandbox::{Fault, Moment, WebhookFault};

/// One act.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// There is a channel.
    Channel {
        /// Its name, without `#`.
        name: String,
        /// Whether it is private.
        private: bool,
        /// Whether it is archived.
        archived: bool,
        /// Whether the bot is in it.
        with_bot: bool,
    },
    /// There is somebody in Slack.
    Person {
        /// The name they are known by.
        name: String,
        /// Whether they are a guest.
        guest: bool,
        /// Whether they are an admin.
        admin: bool,
    },
    /// There is a user group in Slack.
    Group {
        /// What it is mentioned by, without `@`.
        handle: String,
        /// What it is called.
        name: String,
        /// Who is in it.
        members: Vec<String>,
    },
    /// Slack is set up otherwise.
    Workspace(Workspace),
    /// Several acts in one moment: nothing follows from the first before the last is done.
    AtOnce(Vec<Act>),
    /// There is a repository, with the App installed.
    Repo(RepoName),
    /// There is a file on a branch: hanako has pushed it.
    File {
        /// Where.
        repo: RepoName,
        /// Its path from the repository's top.
        path: String,
        /// The branch; `None`: the default one.
        branch: Option<String>,
        /// What stands in it, without the line break at its end.
        body: String,
    },
    /// Somebody does something on GitHub.
    GitHub {
        /// Who.
        who: Login,
        /// What.
        deed: Deed,
    },
    /// Something about teams on GitHub.
    GitHubTeam(TeamAct),
    /// A check or a workflow ends on a pull request's head.
    Check {
        /// What it is called.
        name: String,
        /// Whether it is a workflow run; else a check run.
        workflow: bool,
        /// On which pull request.
        at: Ref,
        /// How it ended.
        passed: bool,
    },
    /// Somebody does something in Slack.
    Slack {
        /// Who, by the name they are known by there.
        who: String,
        /// What.
        said: Said,
    },
    /// The next calls of the app to this side meet a fault.
    Fault {
        /// Which side.
        side: Side,
        /// Slack's method, or GitHub's verb and path.
        call: String,
        /// What they meet.
        fault: Fault,
        /// How many calls.
        times: usize,
    },
    /// The next webhook or event of this side meets a fault.
    Webhook {
        /// Which side.
        side: Side,
        /// What it meets.
        fault: WebhookFault,
    },
    /// A side goes away as a whole, or comes back.
    Away {
        /// Which side.
        side: Side,
        /// Whether it is away from now on.
        away: bool,
    },
    /// GitHub sends its last delivery once more, with the same id.
    Redeliver,
    /// Time passes.
    Wait(SignedDuration),
    /// Something happens to the app.
    App(AppAct),
}

/// What is set up otherwise in Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Workspace {
    /// Whether only admins may change user groups.
    GroupsByAdmins(bool),
    /// Whether it pays: without, there are no user groups.
    Paid(bool),
    /// Whether channel names may have letters that are not ASCII.
    JapaneseNames(bool),
    /// The app gets somebody's token; it knows of it when it starts the next time.
    TokenOf(String),
}

/// One of the two worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// GitHub.
    GitHub,
    /// Slack.
    Slack,
}

/// An issue or a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// In which repository.
    pub repo: RepoName,
    /// Its number there.
    pub number: u64,
}

/// What somebody does on GitHub. Comments, review comments and reviews are named by their place
/// among those made in this story, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Opens an issue.
    OpenIssue {
        /// Where.
        repo: RepoName,
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// The labels it has from the beginning.
        labels: Vec<String>,
    },
    /// Opens a pull request.
    OpenPull {
        /// Where.
        repo: RepoName,
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// The branch it brings.
        head: String,
        /// The branch it goes to; the default branch where none is named.
        base: Option<String>,
        /// Whether it is a draft.
        draft: bool,
    },
    /// Writes a comment.
    Comment {
        /// On what.
        on: Ref,
        /// The comment.
        body: String,
    },
    /// Changes a comment.
    EditComment {
        /// Which.
        nth: usize,
        /// What it says then.
        body: String,
    },
    /// Deletes a comment.
    DeleteComment {
        /// Which.
        nth: usize,
    },
    /// Changes the text of an issue or a pull request.
    EditBody {
        /// Of which.
        on: Ref,
        /// What it says then.
        body: String,
    },
    /// Changes a title.
    Rename {
        /// Of which.
        on: Ref,
        /// The new one.
        title: String,
    },
    /// Adds labels, one event each.
    Label {
        /// To which.
        on: Ref,
        /// Which labels.
        labels: Vec<String>,
    },
    /// Takes labels away, one event each.
    Unlabel {
        /// From which.
        on: Ref,
        /// Which labels.
        labels: Vec<String>,
    },
    /// Assigns somebody.
    Assign {
        /// To which.
        on: Ref,
        /// Whom.
        whom: Login,
    },
    /// Takes an assignment back.
    Unassign {
        /// From which.
        on: Ref,
        /// Whom.
        whom: Login,
    },
    /// Closes; an issue may be closed as not planned.
    Close {
        /// Which.
        on: Ref,
        /// Whether nothing is to be done about it.
        not_planned: bool,
    },
    /// Opens again.
    Reopen {
        /// Which.
        on: Ref,
    },
    /// Deletes an issue.
    Delete {
        /// Which.
        on: Ref,
    },
    /// Merges a pull request.
    Merge {
        /// Which.
        on: Ref,
    },
    /// Says that a draft is ready for review.
    Ready {
        /// Which.
        on: Ref,
    },
    /// Asks somebody for a review.
    AskReview {
        /// Of which.
        on: Ref,
        /// Whom.
        whom: Login,
    },
    /// Reviews a pull request.
    Review {
        /// Which.
        on: Ref,
        /// How.
        verdict: Verdict,
        /// What is said of the whole.
        body: String,
        /// What is said of lines.
        comments: Vec<InlineComment>,
    },
    /// Answers a review comment.
    ReplyToReview {
        /// Which.
        nth: usize,
        /// The answer.
        body: String,
    },
    /// Changes a review comment.
    EditReviewComment {
        /// Which.
        nth: usize,
        /// What it says then.
        body: String,
    },
    /// Deletes a review comment.
    DeleteReviewComment {
        /// Which.
        nth: usize,
    },
    /// Resolves the thread of a review comment, or opens it again.
    Resolve {
        /// Which.
        nth: usize,
        /// Whether it is resolved then.
        resolved: bool,
    },
    /// Dismisses a review.
    DismissReview {
        /// Which.
        nth: usize,
        /// Why.
        body: String,
    },
    /// Pushes commits.
    Push {
        /// Where.
        repo: RepoName,
        /// To which branch.
        branch: String,
        /// What.
        commits: Pushed,
        /// Whether what was there before is thrown away.
        force: bool,
    },
    /// Makes a branch.
    CreateBranch {
        /// Where.
        repo: RepoName,
        /// Which.
        branch: String,
    },
    /// Deletes a branch.
    DeleteBranch {
        /// Where.
        repo: RepoName,
        /// Which.
        branch: String,
    },
}

/// The commits of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// So many, with messages that do not matter.
    Some(usize),
    /// One for each message.
    Messages(Vec<String>),
}

/// How a review ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be merged.
    Approve,
    /// It may not be merged yet.
    RequestChanges,
    /// Neither.
    Comment,
}

/// A comment of a review on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineComment {
    /// The file.
    pub path: String,
    /// Its line, counted from 1.
    pub line: u64,
    /// What is said of it.
    pub body: String,
}

/// What happens to the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppAct {
    /// It is stopped and started with the same database.
    Restart,
    /// It is stopped and started with an empty database.
    LoseDatabase,
    /// It is stopped.
    Stop,
    /// It is started again.
    Start,
    /// At its so-many-th call from now on it dies, and is started again with the same database.
    DieAtCall(usize, Moment),
    /// So many steps of its work from now on it dies, wherever that is, and is started again.
    DieAfterSteps(usize),
}
