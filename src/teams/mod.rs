//! Who is who, and who is called first. So far: people, from `userteams.yaml`.

mod people;

pub use people::{People, Person};
