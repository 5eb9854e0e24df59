//! Everything the bot says, in each language it speaks.

/// Makes an enum of sentences, in both languages side by side; one without a translation does not
/// parse. What a sentence is for is what it says, so its English is its documentation.
macro_rules! sayings {
    (
        $(#[$doc:meta])* enum $all:ident;
        $($name:ident: $ja:literal, $en:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $all {
            $(#[doc = concat!("`", $en, "`")] $name,)*
        }

        impl $all {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The sentence in this language.
            pub fn say(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::Ja) => $ja, (Self::$name, Lang::En) => $en,)*
                }
            }
        }
    };
}

pub mod applying;
mod en;
pub mod incident;
mod ja;
pub mod postmortem;
pub mod report;
pub mod setup;
pub mod teams;
pub mod upkeep;
mod words;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use words::Words;
#[cfg(test)]
pub(crate) use words::agree;
pub(crate) use words::both;

/// A language the bot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// A sentence of the bot's, or a part of one. Placeholders in braces (`{who}`) are filled by the
/// caller, since what goes there may be more than text: a link, a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    /// Where a text was cut: the words of the link to all of it.
    ReadTheRest,
    /// On an issue: nobody has made `{channel}` yet, or it is private and we are not in it.
    ChannelUnseen,
    /// On an issue: `{channel}` is archived.
    ChannelArchived,
    /// On an issue: we were taken out of `{channel}`.
    ChannelRemoved,
    /// Behind a headline: the text is not the first one.
    Edited,
    /// How many lines were left out: `{n}`.
    AndMore,
    /// Above a list of much that was told at once: `{n}` things, `{from}` the first `{to}` the last.
    Digest,
    /// `{who}` wrote a comment on `{what}`.
    Commented,
    /// A comment of `{who}` on `{what}` is gone; by whom is not known.
    CommentDeleted,
    /// `{by}` deleted a comment of `{who}` on `{what}`.
    CommentDeletedBy,
    /// `{who}` deleted a comment of their own on `{what}`.
    CommentDeletedOwn,
    /// Under the place in a file where a comment of a review was.
    CommentDeletedHere,
    /// `{who}` wrote a comment on `{place}` in the changes of `{what}`.
    CommentedAt,
    /// `{who}` answered in a thread on `{place}` in the changes of `{what}`.
    RepliedAt,
    /// `{who}` approved `{what}`.
    Approved,
    /// `{who}` asks for changes in `{what}`.
    AskedForChanges,
    /// `{who}` reviewed `{what}`, neither approving nor refusing.
    Reviewed,
    /// A review of `{what}` by `{who}` no longer counts, says `{by}`.
    ReviewDismissed,
    /// `{who}` took back a review of `{what}`.
    ReviewDismissedOwn,
    /// `{who}` opened the issue `{what}`.
    OpenedIssue,
    /// `{who}` opened the pull request `{what}`.
    OpenedPull,
    /// `{who}` opened the pull request `{what}` as a draft.
    OpenedDraft,
    /// `{who}` brought the issue `{what}` from another repository, where it was `{from}`.
    MovedIn,
    /// `{who}` changed the description of `{what}`.
    DescriptionEdited,
    /// What a pull request would bring `{from}` where: `{to}`.
    Branches,
    /// Before the labels something was opened with: `{names}`.
    Labels,
    /// Before the people something was opened with: `{names}`.
    Assignees,
    /// Before those a pull request was opened to be reviewed by: `{names}`.
    Reviewers,
    /// Before the milestone something was opened with: `{names}`.
    Milestone,
    /// `{who}` closed `{what}`.
    Closed,
    /// `{who}` closed `{what}`: it will not be done.
    ClosedAsNotPlanned,
    /// `{who}` closed `{what}`: there is another like it.
    ClosedAsDuplicate,
    /// `{who}` closed the pull request `{what}` and its changes are not taken.
    ClosedUnmerged,
    /// `{who}` merged `{what}` into `{branch}`.
    Merged,
    /// `{who}` reopened `{what}`.
    Reopened,
    /// `{who}` says that the draft `{what}` can be reviewed.
    Ready,
    /// `{who}` made `{what}` a draft again.
    Drafted,
    /// `{who}` lets only collaborators comment on `{what}`.
    Locked,
    /// The same, because it was `{reason}`.
    LockedAs,
    /// `{who}` lets all comment on `{what}` again.
    Unlocked,
    /// `{who}` moved `{what}` to another repository, where it is `{to}`.
    Transferred,
    /// `{who}` moved `{what}` to a repository that is not known.
    TransferredAway,
    /// `{who}` deleted `{what}`.
    Deleted,
    /// `{what}` was deleted, nobody knows by whom.
    IsDeleted,
    /// `{who}` gave what was called `{from}` the title that `{what}` shows.
    Renamed,
    /// `{who}` aims the pull request `{what}` at `{to}`, no longer at `{from}`.
    BaseChanged,
    /// `{who}` put the labels `{names}` on `{what}`.
    LabelsAdded,
    /// `{who}` took the labels `{names}` from `{what}`.
    LabelsRemoved,
    /// `{who}` made `{names}` responsible for `{what}`.
    Assigned,
    /// `{who}` took `{what}` on.
    AssignedSelf,
    /// `{who}` relieved `{names}` of `{what}`.
    Unassigned,
    /// `{who}` gave `{what}` up.
    UnassignedSelf,
    /// `{who}` asked `{names}` to review `{what}`.
    ReviewAsked,
    /// `{who}` no longer asks `{names}` to review `{what}`.
    ReviewUnasked,
    /// `{who}` put `{what}` under the milestone `{names}`.
    MilestoneSet,
    /// `{who}` took `{what}` from the milestone `{names}`.
    MilestoneCleared,
    /// `{who}` did several small things to `{what}`, which `{changes}` tells.
    Updated,
    /// A person who is named in a sentence about what somebody else did: `{who}`.
    Named,
    /// Between two names.
    AndThen,
    /// Between two small things, each of which may have several names.
    AndAlso,
    /// One of several small things: labels.
    PartLabelsAdded,
    /// One of several small things: labels gone.
    PartLabelsRemoved,
    /// One of several small things: people responsible.
    PartAssigned,
    /// One of several small things: people no longer responsible.
    PartUnassigned,
    /// One of several small things: reviewers.
    PartReviewAsked,
    /// One of several small things: reviewers no longer asked.
    PartReviewUnasked,
    /// One of several small things: a milestone.
    PartMilestoneSet,
    /// One of several small things: a milestone gone.
    PartMilestoneCleared,
    /// `{who}` pushed one commit to `{branch}` of `{repo}`.
    PushedOne,
    /// `{who}` pushed `{n}` commits to `{branch}` of `{repo}`.
    PushedMany,
    /// `{who}` pushed to `{branch}` of `{repo}`; how much is not known.
    Pushed,
    /// `{who}` replaced what `{branch}` of `{repo}` held.
    ForcePushed,
    /// `{who}` pushed to the branch of the pull request `{what}`.
    PushedTo,
    /// `{who}` created `{branch}` in `{repo}`.
    BranchCreated,
    /// `{who}` deleted `{branch}` of `{repo}`.
    BranchDeleted,
    /// `{who}` created the tag `{branch}` in `{repo}`.
    TagCreated,
    /// `{who}` deleted the tag `{branch}` of `{repo}`.
    TagDeleted,
    /// `{who}` says that the thread on `{place}` in the changes of `{what}` is settled.
    ThreadResolved,
    /// `{who}` says that the thread on `{place}` in the changes of `{what}` is not settled.
    ThreadUnresolved,
    /// `{who}` settled `{n}` threads on `{what}`.
    ThreadsResolved,
    /// `{who}` reopened `{n}` threads on `{what}`.
    ThreadsUnresolved,
    /// `{who}` settled some and reopened others of `{n}` threads on `{what}`.
    ThreadsUpdated,
    /// Before a thread, in a list: settled.
    Resolved,
    /// Before a thread, in a list: not settled.
    Unresolved,
    /// The only check of `{what}` passed.
    OneCheckPassed,
    /// All `{n}` checks of `{what}` passed.
    ChecksPassed,
    /// The only check of `{what}` failed.
    OneCheckFailed,
    /// `{bad}` of `{n}` checks of `{what}` failed.
    ChecksFailed,
    /// `{bad}` of `{n}` checks of `{what}` were cancelled, none failed.
    ChecksCancelled,
    /// Behind a check, in a list.
    CheckFailed,
    /// Behind a check, in a list.
    CheckTimedOut,
    /// Behind a check, in a list.
    CheckCancelled,
    /// Behind a check, in a list: a person has to do something.
    CheckNeedsAction,
    /// From now on `{what}` is told here; what came before follows.
    RoutedHere,
    /// From now on `{what}` is told here; nothing came before.
    RoutedHereFresh,
    /// From now on `{what}` is told in `{to}`, no longer here.
    RoutedElsewhere,
    /// From now on `{what}` is told nowhere.
    RoutedNowhere,
    /// In a list of what came before: `{who}` opened it.
    EarlierOpened,
    /// In a list of what came before: `{who}` commented.
    EarlierComment,
    /// In a list of what came before: `{who}` reviewed.
    EarlierReview,
    /// In a list of what came before: `{who}` pushed.
    EarlierPush,
    /// In a list of what came before: `{who}` closed it.
    EarlierClosed,
    /// In a list of what came before: `{who}` reopened it.
    EarlierReopened,
    /// In a list of what came before: `{who}` merged it.
    EarlierMerged,
    /// What an image is called that nobody described.
    Image,
    /// The title of a `[!NOTE]`.
    AlertNote,
    /// The title of a `[!TIP]`.
    AlertTip,
    /// The title of an `[!IMPORTANT]`.
    AlertImportant,
    /// The title of a `[!WARNING]`.
    AlertWarning,
    /// The title of a `[!CAUTION]`.
    AlertCaution,
}

impl Phrase {
    /// The sentence in this language. Both matches are exhaustive: a missing translation does not
    /// compile.
    pub fn say(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => en::say(self),
            Lang::Ja => ja::say(self),
        }
    }
}

/// A sentence with its placeholders filled. What is filled in is never taken for a placeholder; one
/// that nothing was given for stays as it is.
pub fn filled(sentence: &str, with: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = sentence;
    while let Some((before, (hole, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        match with.iter().find(|(name, _)| *name == hole) {
            Some((_, text)) => out.push_str(text),
            None => out.push_str(&format!("{{{hole}}}")),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A language that the bot does not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language sssbot speaks; say `ja` or `en`")]
pub struct UnknownLang(String);

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            other => Err(UnknownLang(other.to_owned())),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ja => "ja",
            Self::En => "en",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    /// Phrase and its placeholders, read from the source so that no list has to be kept beside it.
    fn placeholders(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let arms = source.split("Phrase::").skip(1).filter_map(|arm| {
            let (name, rest) = arm.split_once(" =>")?;
            let said = rest.split('"').nth(1)?;
            let holes = said.split('{').skip(1);
            Some((
                name,
                holes.filter_map(|h| Some(h.split_once('}')?.0)).collect(),
            ))
        });
        arms.collect()
    }

    #[test]
    fn both_languages_of_a_saying_fill_the_same_placeholders() {
        use super::{Lang, setup::Setup, teams::Teams, upkeep::Upkeep};
        let holes = |text: &'static str| -> BTreeSet<&str> {
            let parts = text.split('{').skip(1);
            parts
                .filter_map(|part| Some(part.split_once('}')?.0))
                .collect()
        };
        let setup = Setup::ALL
            .iter()
            .map(|it| [it.say(Lang::Ja), it.say(Lang::En)]);
        let upkeep = Upkeep::ALL
            .iter()
            .map(|it| [it.say(Lang::Ja), it.say(Lang::En)]);
        let teams = Teams::ALL
            .iter()
            .map(|it| [it.say(Lang::Ja), it.say(Lang::En)]);
        for [ja, en] in setup.chain(upkeep).chain(teams) {
            assert_eq!(holes(ja), holes(en), "{en}");
            assert!(!ja.is_empty() && !en.is_empty(), "{ja}{en}");
        }
    }

    #[test]
    fn every_language_fills_the_same_placeholders() {
        let en = placeholders(include_str!("en.rs"));
        let ja = placeholders(include_str!("ja.rs"));
        assert!(en.len() > 1);
        assert_eq!(en, ja);
    }
}
