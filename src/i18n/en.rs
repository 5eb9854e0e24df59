//! What the bot says in English.

use super::Phrase;

pub(super) fn say(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::ChannelUnseen => {
            "sssbot sees no channel {channel} in Slack: it does not exist yet, or it is private and \
             sssbot is not in it. What happens here is kept for it for a day. Make the channel, or \
             invite sssbot to it."
        }
        Phrase::ChannelArchived => {
            "The Slack channel {channel} is archived, and a bot cannot bring it back. What happens \
             here is kept for it for a day, in case somebody does."
        }
        Phrase::ChannelRemoved => {
            "sssbot may not write in the Slack channel {channel}. What happens here is kept for it \
             for a day. Invite sssbot to the channel."
        }
        Phrase::ReadTheRest => "Read the rest",
        Phrase::Edited => " (edited)",
        Phrase::AndMore => "and {n} more",
        Phrase::Commented => "{who} commented on {what}",
        Phrase::CommentDeleted => "{who}'s comment on {what} was deleted",
        Phrase::CommentDeletedBy => "{by} deleted {who}'s comment on {what}",
        Phrase::CommentDeletedOwn => "{who} deleted their own comment on {what}",
        Phrase::CommentDeletedHere => "(comment deleted)",
        Phrase::CommentedAt => "{who} commented on {place} in {what}",
        Phrase::RepliedAt => "{who} replied on {place} in {what}",
        Phrase::Approved => "{who} approved {what}",
        Phrase::AskedForChanges => "{who} requested changes on {what}",
        Phrase::Reviewed => "{who} reviewed {what}",
        Phrase::ReviewDismissed => "{by} dismissed {who}'s review of {what}",
        Phrase::ReviewDismissedOwn => "{who} dismissed their own review of {what}",
        Phrase::OpenedIssue => "{who} opened issue {what}",
        Phrase::OpenedPull => "{who} opened pull request {what}",
        Phrase::OpenedDraft => "{who} opened draft pull request {what}",
        Phrase::MovedIn => "{who} transferred {from} here as {what}",
        Phrase::DescriptionEdited => "{who} edited the description of {what}",
        Phrase::Branches => "{from} into {to}",
        Phrase::Labels => "Labels: {names}",
        Phrase::Assignees => "Assigned: {names}",
        Phrase::Reviewers => "Reviewers: {names}",
        Phrase::Milestone => "Milestone: {names}",
        Phrase::Closed => "{who} closed {what}",
        Phrase::ClosedAsNotPlanned => "{who} closed {what} as not planned",
        Phrase::ClosedAsDuplicate => "{who} closed {what} as a duplicate",
        Phrase::ClosedUnmerged => "{who} closed {what} without merging",
        Phrase::Merged => "{who} merged {what} into {branch}",
        Phrase::Reopened => "{who} reopened {what}",
        Phrase::Ready => "{who} marked {what} as ready for review",
        Phrase::Drafted => "{who} converted {what} to a draft",
        Phrase::Locked => "{who} locked the conversation on {what}",
        Phrase::LockedAs => "{who} locked the conversation on {what} as {reason}",
        Phrase::Unlocked => "{who} unlocked the conversation on {what}",
        Phrase::Transferred => "{who} transferred {what} to {to}",
        Phrase::TransferredAway => "{who} transferred {what} to another repository",
        Phrase::Deleted => "{who} deleted {what}",
        Phrase::Renamed => "{who} renamed “{from}” to {what}",
        Phrase::BaseChanged => "{who} changed the base of {what} from {from} to {to}",
        Phrase::LabelsAdded => "{who} labelled {what} with {names}",
        Phrase::LabelsRemoved => "{who} removed {names} from the labels of {what}",
        Phrase::Assigned => "{who} assigned {names} to {what}",
        Phrase::AssignedSelf => "{who} took on {what}",
        Phrase::Unassigned => "{who} unassigned {names} from {what}",
        Phrase::UnassignedSelf => "{who} stepped back from {what}",
        Phrase::ReviewAsked => "{who} requested a review of {what} from {names}",
        Phrase::ReviewUnasked => "{who} withdrew the request to {names} for a review of {what}",
        Phrase::MilestoneSet => "{who} added {what} to the milestone {names}",
        Phrase::MilestoneCleared => "{who} removed {what} from the milestone {names}",
        Phrase::Updated => "{who} updated {what}: {changes}",
        Phrase::AndThen => ", ",
        Phrase::PartLabelsAdded => "labelled {names}",
        Phrase::PartLabelsRemoved => "removed the label {names}",
        Phrase::PartAssigned => "assigned {names}",
        Phrase::PartUnassigned => "unassigned {names}",
        Phrase::PartReviewAsked => "requested a review from {names}",
        Phrase::PartReviewUnasked => "withdrew the review request to {names}",
        Phrase::PartMilestoneSet => "set the milestone {names}",
        Phrase::PartMilestoneCleared => "cleared the milestone {names}",
        Phrase::PushedOne => "{who} pushed a commit to {branch} in {repo}",
        Phrase::PushedMany => "{who} pushed {n} commits to {branch} in {repo}",
        Phrase::Pushed => "{who} pushed to {branch} in {repo}",
        Phrase::ForcePushed => "{who} force-pushed {branch} in {repo}",
        Phrase::PushedTo => "{who} pushed to {what}",
        Phrase::BranchCreated => "{who} created branch {branch} in {repo}",
        Phrase::BranchDeleted => "{who} deleted branch {branch} in {repo}",
        Phrase::TagCreated => "{who} created tag {branch} in {repo}",
        Phrase::TagDeleted => "{who} deleted tag {branch} in {repo}",
        Phrase::ThreadResolved => "{who} resolved the thread on {place} in {what}",
        Phrase::ThreadUnresolved => "{who} reopened the thread on {place} in {what}",
        Phrase::ThreadsUpdated => "{who} updated {n} threads in {what}",
        Phrase::Resolved => "resolved",
        Phrase::Unresolved => "reopened",
        Phrase::OneCheckPassed => "The check on {what} passed",
        Phrase::ChecksPassed => "All {n} checks on {what} passed",
        Phrase::OneCheckFailed => "The check on {what} failed",
        Phrase::ChecksFailed => "{bad} of {n} checks on {what} failed",
        Phrase::ChecksCancelled => "{bad} of {n} checks on {what} cancelled",
        Phrase::CheckFailed => "failed",
        Phrase::CheckTimedOut => "timed out",
        Phrase::CheckCancelled => "cancelled",
        Phrase::CheckNeedsAction => "needs action",
        Phrase::RoutedHere => "{what} is now mirrored here. What came before:",
        Phrase::RoutedHereFresh => "{what} is now mirrored here",
        Phrase::RoutedElsewhere => "{what} is now mirrored in {to}, no longer here",
        Phrase::RoutedNowhere => {
            "{what} no longer names this channel and is no longer mirrored here"
        }
        Phrase::EarlierOpened => "{who} opened it",
        Phrase::EarlierComment => "{who} commented",
        Phrase::EarlierReview => "{who} reviewed",
        Phrase::EarlierPush => "{who} pushed",
        Phrase::EarlierClosed => "{who} closed it",
        Phrase::EarlierReopened => "{who} reopened it",
        Phrase::EarlierMerged => "{who} merged it",
        Phrase::Image => "Image",
        Phrase::AlertNote => "Note",
        Phrase::AlertTip => "Tip",
        Phrase::AlertImportant => "Important",
        Phrase::AlertWarning => "Warning",
        Phrase::AlertCaution => "Caution",
    }
}
