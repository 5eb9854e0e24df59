//! Which GitHub login is which person in Slack. Never a guess: only what the team file says.

use std::collections::BTreeMap;

use crate::id::{Login, SlackUserId};

/// A person of the team file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What the team file calls them.
    pub name: String,
    /// Their Slack id.
    pub slack: SlackUserId,
}

/// The people whose GitHub login and Slack id are both known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People(BTreeMap<String, Person>);

impl People {
    /// Adds a person; a login is one person, the last one said.
    pub fn add(&mut self, login: &Login, person: Person) {
        self.0.insert(login.as_str().to_lowercase(), person);
    }

    /// The person behind a login, in any case of letters, as GitHub's logins go.
    pub fn by_login(&self, login: &str) -> Option<&Person> {
        self.0.get(&login.to_lowercase())
    }
}
