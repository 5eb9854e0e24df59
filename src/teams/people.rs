//! Which GitHub login is which person in Slack. Never a guess: only what the team file says.

use std::collections::BTreeMap;

use super::live::Live;
use super::spec::Spec;
use super::who::Directory;
use crate::id::{Login, SlackUserId};
use crate::yaml::{self, Problem, Value};

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
    /// Reads the `people` of a `userteams.yaml`. A file that is a list of teams has none. A person
    /// who lacks a login or a Slack id, or whose id is none, is passed over: checking the file is
    /// for whoever reviews it, and what is right in it must hold meanwhile.
    ///
    /// # Errors
    /// When the text is no YAML, or unfolds to more than is sane.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let root = yaml::read(text)?;
        let mut people = Self::default();
        let Some(Value::Map(entries)) = root.get("people").map(|node| &node.value) else {
            return Ok(people);
        };
        for (key, node) in entries {
            let login = node.get("github").and_then(|node| node.text());
            let slack = node.get("slack").and_then(|node| node.text());
            if let (Some(login), Some(slack)) = (login.and_then(as_login), slack.and_then(as_id)) {
                people.add(
                    &login,
                    Person {
                        name: key.name.clone(),
                        slack,
                    },
                );
            }
        }
        Ok(people)
    }

    /// The people of the team files whom this workspace knows, those who are named by Slack username
    /// or e-mail address, too. Who is nobody in it is passed over.
    pub fn resolved(spec: &Spec, live: &Live) -> Self {
        let directory = Directory::of(spec, live);
        let mut people = Self::default();
        for known in spec.people.iter().map(|at| &at.value) {
            let login = known.github.as_ref().and_then(|at| as_login(&at.value));
            if let (Some(login), Ok(slack)) = (login, directory.who(&known.name)) {
                let name = known.name.clone();
                people.add(&login, Person { name, slack });
            }
        }
        people
    }

    /// Adds a person; a login is one person, the last one said.
    pub fn add(&mut self, login: &Login, person: Person) {
        self.0.insert(login.as_str().to_lowercase(), person);
    }

    /// The person behind a login, in any case of letters, as GitHub's logins go.
    pub fn by_login(&self, login: &str) -> Option<&Person> {
        self.0.get(&login.to_lowercase())
    }

    /// Somebody by what the team file calls them, or by their login.
    pub fn called(&self, name: &str) -> Option<&Person> {
        let by_name = self.0.values().find(|person| person.name == name);
        by_name.or_else(|| self.by_login(name))
    }

    /// The login, in small letters, of whoever has this Slack id, and what the team file calls them.
    pub fn by_slack(&self, id: &SlackUserId) -> Option<(Login, &Person)> {
        let found = self.0.iter().find(|(_, person)| person.slack == *id);
        found.map(|(login, person)| (Login::from(login.as_str()), person))
    }

    /// How many people are known.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A login as GitHub gives them out: letters, digits and hyphens; an underscore before the short
/// code of a company's managed users.
pub(super) fn as_login(text: &str) -> Option<Login> {
    let login = text.trim().trim_start_matches('@');
    let fits = !login.is_empty()
        && login
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| Login::from(login))
}

/// A Slack person's id: it ends up between `<@` and `>`, so nothing else may pass.
pub(super) fn as_id(text: &str) -> Option<SlackUserId> {
    let id = text.trim();
    let fits = id.len() >= 3
        && id.starts_with(['U', 'W'])
        && id
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    fits.then(|| SlackUserId::from(id))
}

#[cfg(test)]
mod tests {
    use super::People;

    #[test]
    fn a_slack_person_finds_their_login() {
        let text = "people:\n  hanako: { slack: U01HANAKO01, github: Hanako-Dev }\n";
        let people = People::parse(text).unwrap();
        let found = |id: &str| {
            let (login, person) = people.by_slack(&id.into())?;
            Some((login.to_string(), person.name.clone()))
        };
        let hanako = Some(("hanako-dev".to_owned(), "hanako".to_owned()));
        assert_eq!(found("U01HANAKO01"), hanako);
        assert_eq!(found("U02"), None);
    }

    fn slack_of(text: &str, login: &str) -> Option<String> {
        let people = People::parse(text).unwrap();
        people.by_login(login).map(|p| p.slack.to_string())
    }

    #[test]
    fn a_login_finds_its_slack_person() {
        let text = "version: 1\npeople:\n  hanako: { slack: U01HANAKO01, github: hanako-dev }\n  \
                    sora: { email: sora@example.com, github: sora }\n  nao: {slack: U02, github: 007}\n\
                    teams:\n- name: A\n  users: &a [hanako, [nao]]\n- {name: B, users: *a}\n";
        for (login, id) in [
            ("hanako-dev", Some("U01HANAKO01")),
            ("Hanako-Dev", Some("U01HANAKO01")),
            ("hanako", None),
            ("sora", None),
            ("007", Some("U02")),
        ] {
            assert_eq!(slack_of(text, login).as_deref(), id, "{login}");
        }
    }

    #[test]
    fn a_list_of_teams_has_no_people() {
        let people = People::parse("- name: A\n  handle: a\n  users: [x, y]\n").unwrap();
        assert!(people.is_empty());
        assert!(People::parse("").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_id_never_becomes_a_mention() {
        for id in ["channel", "U1> <!channel", "C01", "u01abc", "[U01]", "null"] {
            let text = format!("people: {{a: {{slack: '{id}', github: a}}}}");
            assert_eq!(slack_of(&text, "a"), None, "{id}");
        }
        assert_eq!(slack_of("people: {a: null, b: [1], c: x}", "a"), None);
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        assert_eq!(People::parse("people:\n  a: [\n").unwrap_err().line, 2);
    }
}
