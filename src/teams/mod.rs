//! Who is who, and who is called first: the teams of `userteams.yaml`, what Slack has, and what
//! would make the one like the other. Pure: files, a workspace and the time come in; a plan comes
//! out.

mod drift;
mod edit;
mod guard;
mod identify;
mod live;
mod people;
mod place;
mod plan;
mod read;
mod roster;
mod spec;
#[cfg(test)]
mod tests;
mod who;

pub use drift::{Difference, Drift, Side, drift};
pub use edit::{Edit, Refusal, edit, export, export_into};
pub use guard::Guard;
pub use live::{Account, Crew, Group, Live, Organisation, Seen};
pub use people::{People, Person};
pub use place::{At, Place, Problem};
pub use plan::{
    Action, Changes, Line, Losses, Outlook, Plan, Remark, Tone, Unmanaged, logins, plan,
};
pub use read::{FOLDER, PATH, is_path, schema};
pub use roster::{named, wanted};
pub use spec::{Known, Member, OnGitHub, Rotation, Spec, Team, When};
