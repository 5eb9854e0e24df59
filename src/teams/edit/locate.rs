//! Finds a team in the text of its file, and changes one thing of it there.

use super::text::{self, Changed};
use crate::teams::place::Place;
use crate::yaml::{self, Node, Value};

/// A team where it stands.
pub(super) struct Found {
    map: Node,
}

/// The team that stands at this place of its file; `None` where an alias brought it there.
pub(super) fn find(text: &str, place: &Place) -> Option<Found> {
    let root = yaml::read(text).ok()?;
    let (_, map) = at(&root, place)?;
    Some(Found { map: map.clone() })
}

/// The text without the team that stands at this place.
pub(super) fn without_team(text: &str, place: &Place) -> Changed {
    let root = yaml::read(text).ok()?;
    let (list, map) = at(&root, place)?;
    text::removed(text, list, map)
}

/// The list of the teams, and the one at this place.
fn at<'a>(root: &'a Node, place: &Place) -> Option<(&'a Node, &'a Node)> {
    let teams = match &root.value {
        Value::Map(_) => root.get("teams")?,
        _ => root,
    };
    let Value::List(items) = &teams.value else {
        return None;
    };
    let map = items.iter().find(|item| {
        (item.line, item.column) == (place.line, place.column) && item.anchor.is_none()
    })?;
    Some((teams, map))
}

impl Found {
    /// With somebody more among its users.
    pub(super) fn add_user(&self, text: &str, item: &str) -> Changed {
        match self.map.get("users") {
            Some(users) => text::added(text, users, item),
            None => text::set_list(text, &self.map, "users", item),
        }
    }

    /// Without somebody, wherever among its users they stand.
    pub(super) fn remove_user(&self, text: &str, is: impl Fn(&str) -> bool) -> Changed {
        let users = self.map.get("users")?;
        let mut found = Vec::new();
        those(users, &is, 0, &mut found);
        // From the end, so that what comes before stays where it is.
        found.sort_by_key(|(_, item)| std::cmp::Reverse(item.bytes.start));
        found.dedup_by_key(|(_, item)| item.bytes.start);
        (!found.is_empty()).then_some(())?;
        let mut text = text.to_owned();
        for (list, item) in found {
            text = text::removed(&text, list, item)?;
        }
        Some(text)
    }

    /// With this text behind a key.
    pub(super) fn set(&self, text: &str, key: &str, to: &str) -> Changed {
        let old = self
            .map
            .get(key)
            .and_then(|node| text.get(node.bytes.clone()));
        let is_quoted = old.is_some_and(|old| old.starts_with(['"', '\'']));
        let to = match is_quoted {
            true => text::quoted(to),
            false => text::scalar(to),
        };
        text::set(text, &self.map, key, &to)
    }

    /// With these channels, the list written anew.
    pub(super) fn set_channels(&self, text: &str, to: &[String]) -> Changed {
        let Some(old) = self.map.get("channels") else {
            return text::set(text, &self.map, "channels", &format!("[{}]", to.join(", ")));
        };
        let range = old.bytes.start..text::end(text, old)?;
        let flow = text.get(range.clone())?.starts_with('[') && old.anchor.is_none();
        match flow {
            true => text::replaced(text, range, &format!("[{}]", to.join(", "))),
            false => None,
        }
    }
}

/// The items of a list, and of lists in it, that name this person, each with its list.
fn those<'a>(
    list: &'a Node,
    is: &impl Fn(&str) -> bool,
    depth: usize,
    found: &mut Vec<(&'a Node, &'a Node)>,
) {
    let Value::List(items) = &list.value else {
        return;
    };
    for item in items {
        let named = match &item.value {
            Value::Map(_) => item.get("user").and_then(Node::text),
            _ => item.text(),
        };
        if named.is_some_and(|name| is(name.trim().trim_start_matches('@'))) {
            found.push((list, item));
        }
        if depth < 16 {
            those(item, is, depth + 1, found);
        }
    }
}
