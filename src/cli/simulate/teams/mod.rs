//! Plans in which people change who is called first: in the team files, by pull requests, and by hand
//! in Slack.
//!
//! What a plan does not do, since nobody could say what should come of it: push to the default branch
//! past all reviews, lose a press of a button for good (Slack has no log of them), give a group by
//! hand a name that a file has, and open a pull request once sssbot may have opened one (nobody knows
//! its number then). What it does and nobody judges: a team that is in the files for less time than it
//! takes to apply them may leave its group behind.

mod crew;
mod judge;
mod look;
mod members;
mod plan;
mod script;
mod writer;

pub(super) use judge::judge;
pub(super) use look::{asked_last, look};
pub(super) use plan::plan;
pub(super) use script::{Book, write};

/// A pull request, counted as they are planned.
pub(super) type Pull = usize;
/// One of [`FILES`].
pub(super) type File = usize;

/// The team files, by what the names and handles in them begin with.
pub(super) const FILES: [&str; 2] = ["Shop", "Blog"];
/// Those whom files name.
pub(super) const NAMED: [&str; 5] = ["hanako", "taro", "jiro", "saburo", "rin"];
/// Those whom no file names, unless sssbot is asked to write them there.
pub(super) const EXTRAS: [&str; 2] = ["mei", "aoi"];
/// Who is called until the incident is resolved; no file names them but the one that sssbot proposes.
pub(super) const LENT: &str = "nao";
/// A GitHub team, which goes with the first team of the first file.
pub(super) const CREW: &str = "acme/shop";
/// The channel of the only incident, which is one of the service that the same team answers for.
pub(super) const CHANNEL: &str = "shop-20210101i";
/// When the first turn of all rotations began: a day is a turn, and the first ends within a plan.
pub(super) const TURNS: &str = "2020-12-31T10:40:00+09:00";
/// Who has which login.
pub(super) const PEOPLE: &str = "userteams/people.yaml";
/// A group that no file ever names.
pub(super) const STRANGE: &str = "marketing";
/// How many names and handles a file has to give.
pub(super) const SPARE: u8 = 4;
/// When the time of those is over who are in a team for a while; the end of a plan is later.
pub(super) const UNTIL: &str = "2021-01-01T10:25:00+09:00";

/// A team of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Team {
    pub(super) name: u8,
    pub(super) handle: u8,
    /// A handle that it had.
    pub(super) before: Option<u8>,
    /// Its people, as places in [`NAMED`]; never none.
    pub(super) users: Vec<usize>,
    /// Who of them is in it until [`UNTIL`] only; never all.
    pub(super) for_now: Option<usize>,
    pub(super) description: Option<u8>,
    /// Whether its people take turns, a day each.
    pub(super) turns: bool,
    /// The name of another team of the file, whose people are in this one as well, while there is such a
    /// team and it has none of this itself.
    pub(super) include: Option<u8>,
    /// Whether it answers for the service that has the incident, and is [`CREW`] on GitHub.
    pub(super) serves: bool,
}

impl Team {
    /// The team whose people are in it as well.
    pub(super) fn included<'a>(&self, all: &'a [Self]) -> Option<&'a Self> {
        let mut others = all.iter().filter(|it| it.name != self.name);
        others.find(|it| Some(it.name) == self.include && it.include.is_none())
    }
}

/// What somebody does to a group in Slack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// One of [`EXTRAS`] comes.
    Add(usize),
    /// One of [`NAMED`] goes.
    Remove(usize),
    /// It gets a handle that no file has.
    Handle(u8),
    Disable,
    Enable,
}

/// A button below a question about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    Revert,
    Propose,
    Allow,
}

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// Somebody proposes that a file says this.
    Open {
        pull: Pull,
        file: File,
        teams: Vec<Team>,
    },
    /// And this instead.
    Push {
        pull: Pull,
        teams: Vec<Team>,
    },
    Merge {
        pull: Pull,
    },
    /// Somebody types what sssbot asks for there.
    Confirm {
        pull: Pull,
    },
    Retry {
        pull: Pull,
    },
    Hand {
        file: File,
        handle: u8,
        who: &'static str,
        hand: Hand,
    },
    Press {
        who: &'static str,
        button: Button,
    },
    /// The pull request that sssbot has opened is merged.
    MergeTheirs,
    /// Somebody puts one of [`NAMED`], or of [`EXTRAS`], into the GitHub team, or takes them out.
    Crew {
        who: &'static str,
        whom: &'static str,
        put: bool,
    },
    /// The incident begins.
    Declare {
        who: &'static str,
    },
    /// Somebody calls [`LENT`] until it is resolved.
    Call {
        who: &'static str,
    },
    /// It is resolved.
    Close {
        who: &'static str,
    },
}

impl Deed {
    /// Whether it is done in Slack.
    pub(super) fn in_slack(&self) -> bool {
        matches!(
            self,
            Self::Hand { .. } | Self::Press { .. } | Self::Call { .. }
        )
    }
}

/// The path of a file.
pub(super) fn path(file: File) -> String {
    format!("userteams/{}.yaml", FILES[file].to_lowercase())
}

/// The handle of this number in a file.
pub(super) fn handle(file: File, number: u8) -> String {
    format!("{}-{number}", FILES[file].to_lowercase())
}

/// The same for names.
pub(super) fn name(file: File, number: u8) -> String {
    format!("{} {number}", FILES[file])
}

/// What is in the files when a plan begins, and in Slack.
pub(super) fn first(file: File) -> Vec<Team> {
    let team = |number: u8, users: &[usize]| Team {
        name: number,
        handle: number,
        before: None,
        users: users.to_vec(),
        for_now: None,
        description: None,
        turns: false,
        include: None,
        serves: false,
    };
    match file {
        0 => vec![
            Team {
                serves: true,
                ..team(0, &[0, 1, 4])
            },
            team(1, &[2, 3]),
        ],
        _ => vec![
            Team {
                include: Some(1),
                ..team(0, &[3])
            },
            Team {
                turns: true,
                ..team(1, &[0, 2, 4])
            },
        ],
    }
}

/// The file that says who has which login; [`EXTRAS`] have none that is known.
pub(super) fn people() -> String {
    let known = NAMED.iter().chain([&LENT]);
    let known: Vec<String> = known
        .map(|who| format!("\n  {who}: {{ github: {who} }}"))
        .collect();
    format!("people:{}", known.concat())
}

/// A file, as lines.
pub(super) fn text(file: File, teams: &[Team]) -> String {
    if teams.is_empty() {
        return "[]".to_owned();
    }
    let lines: Vec<String> = teams.iter().map(|team| line(file, team, teams)).collect();
    lines.join("\n")
}

fn line(file: File, team: &Team, all: &[Team]) -> String {
    let users = team.users.iter();
    let users = users.map(|who| match team.for_now == Some(*who) && !team.turns {
        true => format!("{{ user: {}, until: {UNTIL} }}", NAMED[*who]),
        false => NAMED[*who].to_owned(),
    });
    let users = users.collect::<Vec<_>>().join(", ");
    let mut parts = vec![
        format!("name: {}", name(file, team.name)),
        format!("handle: {}", handle(file, team.handle)),
    ];
    if let Some(before) = team.before {
        parts.push(format!("previously: [{}]", handle(file, before)));
    }
    if let Some(number) = team.description {
        parts.push(format!("description: number {number}"));
    }
    parts.push(match team.turns {
        true => format!("rotation: {{ users: [{users}], every: 1d, start: \"{TURNS}\" }}"),
        false => format!("users: [{users}]"),
    });
    if let Some(other) = team.included(all) {
        parts.push(format!("include: [{}]", name(file, other.name)));
    }
    if team.serves {
        let slug = CREW.rsplit('/').next().unwrap_or_default();
        parts.push(format!("service: shop, github: {slug}"));
    }
    format!("- {{ {} }}", parts.join(", "))
}
