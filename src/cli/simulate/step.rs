//! The steps of a simulation: acts of a story that name things by themselves and not by their
//! place, so that any of them may be left out and the rest still makes sense.

/// A repository, by its place in [`REPOS`].
pub(super) type Repo = usize;
/// An issue or a pull request, counted as they are planned.
pub(super) type Thing = usize;
/// A word that stands at the beginning of one text and of no other.
pub(super) type Word = u32;
/// A channel, by its place in [`CHANNELS`].
pub(super) type Channel = usize;

/// Where everything happens.
pub(super) const REPOS: [&str; 2] = ["acme/shop", "acme/search"];
/// The incidents' channels: two of them are twins.
pub(super) const CHANNELS: [&str; 4] = [
    "shop-20210101i",
    "shop-20210101i-2",
    "search-20210102i",
    "pay-20210103i",
];

/// One step, and what happens to the webhook that follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) deed: Deed,
    pub(super) way: Option<Way>,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Channel {
        channel: Channel,
        with_bot: bool,
    },
    Issue {
        thing: Thing,
        repo: Repo,
        names: Vec<Channel>,
        word: Word,
    },
    Pull {
        thing: Thing,
        repo: Repo,
        names: Vec<Channel>,
        branch: Branch,
        word: Word,
    },
    Push {
        repo: Repo,
        branch: Branch,
        word: Word,
    },
    Comment {
        thing: Thing,
        word: Word,
    },
    EditComment {
        word: Word,
    },
    DeleteComment {
        word: Word,
    },
    EditBody {
        thing: Thing,
    },
    Rename {
        thing: Thing,
        names: Vec<Channel>,
    },
    Review {
        thing: Thing,
        verdict: &'static str,
        word: Option<Word>,
        lines: Vec<Word>,
    },
    Reply {
        to: Word,
        word: Word,
    },
    EditLine {
        word: Word,
    },
    DeleteLine {
        word: Word,
    },
    Label {
        thing: Thing,
        word: Word,
    },
    Unlabel {
        word: Word,
    },
    Assign {
        thing: Thing,
        word: Word,
    },
    Ask {
        thing: Thing,
        word: Word,
    },
    Close {
        thing: Thing,
    },
    Reopen {
        thing: Thing,
    },
    Merge {
        thing: Thing,
    },
    Wait(u64),
    App(AppDeed),
    Trouble(Trouble),
    /// Something about an incident; see [`super::incidents`].
    Incident(super::incidents::Deed),
    /// Something about teams; see [`super::teams`].
    Team(super::teams::Deed),
}

/// A branch: one of many, that may name a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Branch {
    pub(super) number: usize,
    pub(super) names: Option<Channel>,
}

/// What happens to the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppDeed {
    Stop,
    Start,
    Restart,
    LoseDatabase,
    DieAtCall(u64),
    DieAfterCall(u64),
    DieAfterSteps(u64),
}

/// What happens to a webhook on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Lost,
    Doubled,
    Unanswered,
    Behind(u64),
    LateBy(u64),
}

/// What the app's next call of a kind meets, as a story writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) line: String,
    /// Whether a post may land after what came later.
    pub(super) disorders: bool,
}

impl std::fmt::Display for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "fix-{}", self.number)?;
        match self.names {
            Some(channel) => write!(f, "/{}", CHANNELS[channel]),
            None => Ok(()),
        }
    }
}

/// As a story writes it.
impl std::fmt::Display for AppDeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stop => f.write_str("app stops"),
            Self::Start => f.write_str("app starts"),
            Self::Restart => f.write_str("app restarts"),
            Self::LoseDatabase => f.write_str("app loses its database"),
            Self::DieAtCall(nth) => write!(f, "app dies at call {nth}"),
            Self::DieAfterCall(nth) => write!(f, "app dies after call {nth}"),
            Self::DieAfterSteps(steps) => write!(f, "app dies after {steps} steps"),
        }
    }
}

impl Deed {
    /// Whether GitHub sends a webhook of this. A look at GitHub finds each of these when its first
    /// webhook was lost for good, where anybody looks.
    pub(super) fn is_told(&self) -> bool {
        matches!(
            self,
            Self::Issue { .. }
                | Self::Push { .. }
                | Self::DeleteLine { .. }
                | Self::Pull { .. }
                | Self::Comment { .. }
                | Self::EditComment { .. }
                | Self::DeleteComment { .. }
                | Self::EditBody { .. }
                | Self::Rename { .. }
                | Self::Review { .. }
                | Self::Reply { .. }
                | Self::EditLine { .. }
                | Self::Label { .. }
                | Self::Unlabel { .. }
                | Self::Assign { .. }
                | Self::Ask { .. }
                | Self::Close { .. }
                | Self::Reopen { .. }
                | Self::Merge { .. }
        )
    }
}
