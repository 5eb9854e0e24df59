//! Everything the page itself says, in each language it speaks.

mod en;
mod ja;

use crate::i18n::Lang;

/// A sentence of the page's, or a part of one. What stands in braces (`{who}`) is put in by
/// [`Word::with`], or by a pane where it is more than text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The page's title.
    Title,
    /// What the page shows, in a sentence.
    Lead,
    /// What to try, where the panes are side by side.
    HintWide,
    /// What to try, where one pane is seen at a time.
    HintNarrow,
    /// What the strip with the story is.
    Story,
    /// `{n}` of `{of}` steps.
    Step,
    /// The story has ended.
    StoryOver,
    /// No story plays.
    NoStory,
    /// The link that drops what was chosen.
    Follow,
    /// The connection to the page's server is gone.
    Lost,
    /// The page does not follow without JavaScript.
    NoScript,
    /// The link that loads the page again.
    Reload,
    /// The name of the tabs.
    Panes,
    /// The left pane.
    GitHub,
    /// The right pane.
    Slack,
    /// Neither is the real one.
    Sandbox,
    /// Before the choice of a person.
    ActingAs,
    /// The button of that choice.
    Choose,
    /// The heading of the list.
    IssuesAndPulls,
    /// The list is empty.
    NothingYet,
    /// Opens the form of a new issue.
    NewIssue,
    /// Which repository.
    Repository,
    /// A title.
    TitleField,
    /// A body.
    BodyField,
    /// Sends a new issue.
    CreateIssue,
    /// Opens the form of a push.
    Push,
    /// A branch.
    BranchField,
    /// Messages of commits.
    CommitsField,
    /// Sends a push.
    DoPush,
    /// A commit message to start from.
    ExampleCommit,
    /// The heading of the branches and commits.
    Branches,
    /// An open issue or pull request.
    Open,
    /// A closed one.
    Closed,
    /// A merged pull request.
    Merged,
    /// A draft of a pull request.
    Draft,
    /// `{who}` opened it.
    Opened,
    /// There is no body.
    NoBody,
    /// The mark of a bot on GitHub.
    Bot,
    /// The mark of an edited comment.
    EditedMark,
    /// Opens the form of an edit.
    Edit,
    /// Deletes.
    Delete,
    /// Saves an edit.
    Save,
    /// A comment.
    CommentField,
    /// Who writes below.
    CommentAs,
    /// Sends a comment.
    DoComment,
    /// Opens the forms for title, labels and state.
    Manage,
    /// Changes the title.
    Rename,
    /// A label.
    LabelField,
    /// Adds a label.
    AddLabel,
    /// Takes `{label}` off.
    RemoveLabel,
    /// Closes.
    Close,
    /// Opens again.
    Reopen,
    /// Opens the form of a review.
    Review,
    /// What a review comes to.
    Verdict,
    /// A review that only comments.
    VerdictComment,
    /// A review that approves.
    VerdictApprove,
    /// A review that requests changes.
    VerdictChanges,
    /// Sends a review.
    DoReview,
    /// `{who}` approved.
    Approved,
    /// `{who}` requested changes.
    ChangesRequested,
    /// `{who}` reviewed.
    Reviewed,
    /// `{who}`'s review was dismissed.
    Dismissed,
    /// The mark of a resolved thread.
    Resolved,
    /// A line of a file.
    Line,
    /// The heading of the checks.
    Checks,
    /// A check without a conclusion.
    Running,
    /// The heading of the channels.
    Channels,
    /// There are no channels.
    NoChannels,
    /// `{n}` members.
    Members,
    /// The mark of an archived channel.
    Archived,
    /// The mark of a private channel.
    Private,
    /// The name of the list of messages.
    Messages,
    /// Nothing was said.
    NoMessages,
    /// `{n}` messages are not shown.
    EarlierLeftOut,
    /// The mark of a program in Slack.
    App,
    /// The mark of an edited message.
    SlackEdited,
    /// Only the visitor sees it.
    OnlyYou,
    /// It is a reply.
    InThread,
    /// What to do next.
    Guide,
    /// Call the bot in `{what}`.
    GuideCall,
    /// The link that puts the call into the field.
    GuideWrite,
    /// Press the button `{what}`.
    GuidePress,
    /// Choose `{what}` on the pinned card.
    GuideChoose,
    /// Fill in the dialog.
    GuideFill,
    /// The incident's channel `{what}` is there.
    GuideOpen,
    /// An incident goes on; `{what}` ends the harm.
    GuideWork,
    /// It is recovered; `{what}` comes next.
    GuideRecovered,
    /// It is resolved; `{what}` puts it away.
    GuideResolved,
    /// Call the bot here to see what can be done now.
    GuidePanel,
    /// It is over.
    GuideOver,
    /// The link to where that is done.
    GuideThere,
    /// The link to the record.
    GuideRecord,
    /// Who the visitor is in Slack.
    You,
    /// The heading of the apps.
    Apps,
    /// The app's Home tab.
    HomeTab,
    /// There is nothing in it.
    HomeEmpty,
    /// The placeholder of the field in `{channel}`.
    SayIn,
    /// What can be written there.
    SayHint,
    /// Sends what is written.
    Send,
    /// The channel is archived.
    ArchivedHere,
    /// The visitor is not in this private channel.
    NotAMember,
    /// A message is pinned.
    Pinned,
    /// The link to where it stands.
    ShowInPlace,
    /// What can be done with a message.
    MessageActions,
    /// A menu behind a button.
    More,
    /// A field may stay empty.
    Optional,
    /// A field must not be empty.
    Missing,
    /// A text is longer than `{n}`.
    TooLong,
    /// A text is shorter than `{n}`.
    TooShort,
    /// The app did not answer a dialog.
    DialogTrouble,
    /// A dialog is under way.
    Sending,
    /// Closes a dialog.
    CloseDialog,
    /// What was pressed is not there any more.
    ChangedMeanwhile,
    /// There is no such slash command.
    NoSuchCommand,
    /// Slack refused: `{why}`.
    SlackRefused,
    /// A person to assign.
    AssigneeField,
    /// Assigns.
    Assign,
    /// Takes `{whom}` off.
    Unassign,
    /// A form was sent empty.
    WriteFirst,
    /// A form came without what it is about.
    ChooseFirst,
    /// GitHub refused, with its own words.
    Refused,
    /// GitHub did not answer.
    Silent,
    /// The files of the repositories.
    Files,
    /// Opens the form that changes a file.
    EditFile,
    /// What changes, in a line.
    ChangeField,
    /// A title to start from; `{file}` changes.
    ExampleChange,
    /// The branch of a new pull request.
    NewBranchField,
    /// Makes a pull request of a change.
    Propose,
    /// Adds a change to `{branch}`.
    CommitTo,
    /// A file was sent as it was.
    NothingChanged,
    /// The heading of a pull request's changes.
    FilesChanged,
    GitHubTeam,
    /// `{n}` lines are not shown.
    LinesLeftOut,
    /// The link to the file on that branch.
    ChangeMore,
    /// The mark of a check on the merge.
    OfTheMerge,
    /// A check has passed.
    Passed,
    /// A check has failed.
    Failed,
    /// A check has nothing to object.
    Neutral,
    /// A check was skipped.
    Skipped,
    /// A check waits for somebody.
    ActionRequired,
    /// Comments `{what}`.
    Answer,
    /// Merges into `{base}`.
    Merge,
    /// Nothing keeps anybody from merging.
    MergeAnyway,
    /// Makes a draft ready.
    MakeReady,
    /// The workspace's user groups.
    UserGroups,
    /// What can be done there.
    UserGroupsHint,
    /// There are no user groups.
    NoGroups,
    /// The mark of a disabled group.
    GroupDisabled,
    /// Takes `{who}` out of a group.
    TakeOut,
    /// Adds somebody to a group.
    AddMember,
    /// What a group is mentioned by.
    HandleField,
    /// What a group is called.
    GroupNameField,
    /// Disables a group.
    DisableGroup,
    /// Enables a group.
    EnableGroup,
    /// The last member cannot be taken out.
    LastMember,
    /// Another has this handle.
    HandleTaken,
    /// The way to who is called.
    GuideTeams,
    /// Change who is called.
    GuideEdit,
    /// Change more of it.
    GuideEditMore,
    /// The check has found something.
    GuideMend,
    /// The check asks for `{what}`.
    GuideConfirm,
    /// See the change, and merge.
    GuideMerge,
    /// It is merged.
    GuideMerged,
    /// The link to the groups.
    GuideGroups,
    /// Change a group by hand.
    GuideTamper,
    /// The bot has noticed it, in `{what}`.
    GuideDrift,
    // What somebody did; the name stands before it.
    EventLabeled,
    EventUnlabeled,
    EventRenamed,
    EventClosed,
    EventReopened,
    EventMerged,
    EventAssigned,
    EventUnassigned,
    EventReviewRequested,
    EventReviewUnrequested,
    EventDraft,
    EventReady,
    EventBranchDeleted,
    EventBranchRestored,
    EventForcePushed,
    EventMentioned,
    EventMilestoned,
    EventDemilestoned,
    EventLocked,
    EventUnlocked,
}

impl Word {
    /// The words in this language. Both matches are exhaustive: a missing translation does not
    /// compile.
    pub(super) fn say(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => en::say(self),
            Lang::Ja => ja::say(self),
        }
    }

    /// The words with `{name}` put in.
    pub(super) fn with(self, lang: Lang, name: &str, value: &str) -> String {
        self.say(lang).replace(&format!("{{{name}}}"), value)
    }

    /// Whether the words have a `{name}`.
    pub(super) fn asks_for(self, lang: Lang, name: &str) -> bool {
        self.say(lang).contains(&format!("{{{name}}}"))
    }

    /// What stands before and after `{name}`.
    pub(super) fn around(self, lang: Lang, name: &str) -> (&'static str, &'static str) {
        let words = self.say(lang);
        words
            .split_once(&format!("{{{name}}}"))
            .unwrap_or((words, ""))
    }
}
