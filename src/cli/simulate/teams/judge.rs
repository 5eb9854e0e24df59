//! What must be true of teams when the dust has settled, told from the files and from what both sides
//! show. Nothing here knows how the app comes to what it does.

use std::collections::BTreeSet;

use super::look::{Group, Seen};
use super::script::Book;
use super::{EXTRAS, STRANGE, UNTIL};
use crate::teams::{Spec, Team, When};

/// What is wrong, in words.
pub(in crate::cli::simulate) fn judge(book: &Book, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let spec = match Spec::read(&seen.files) {
        Ok(spec) => spec,
        Err(problems) => return vec![format!("the files are wrong: {}", problems[0])],
    };
    match &seen.applied {
        Some((Some(ended), _)) if ended == "success" => {}
        // Slack refuses the files, and the commit says so: nothing else is to be expected then.
        Some((Some(ended), _)) if ended == "failure" && is_taken(&spec, seen) => return wrong,
        other => wrong.push(format!("the newest commit says {other:?}")),
    }
    let mut differ: Vec<[String; 2]> = Vec::new();
    for team in spec.teams.iter().map(|team| &team.value) {
        differ.extend(as_the_files_say(book, team, seen, &mut wrong));
    }
    left_alone(book, &spec, seen, &mut wrong);
    asked(&differ, seen, &mut wrong);
    for (number, plans) in &seen.plans {
        if *plans > 1 {
            wrong.push(format!(
                "pull request {number} has {plans} comments with a plan"
            ));
        }
    }
    for (number, checks) in &seen.open {
        let looked = checks
            .iter()
            .any(|(name, ended)| name == "userteams" && ended.is_some());
        if !looked {
            wrong.push(format!(
                "pull request {number} was never looked at: {checks:?}"
            ));
        }
    }
    wrong
}

/// Whether a handle of the files is that of another group, which people have touched in Slack: what
/// they have disabled keeps the handle that it had.
fn is_taken(spec: &Spec, seen: &Seen) -> bool {
    let mut teams = spec.teams.iter().map(|team| &team.value);
    teams.any(|team| {
        let others = seen.groups.iter().filter(|it| it.touched);
        let mut others = others.filter(|it| team.name() != Some(&it.name));
        others.any(|it| team.handle() == Some(&it.handle))
    })
}

/// Who is to be in a team by then.
fn members(team: &Team) -> Vec<String> {
    let over = UNTIL.parse().ok().map(When::At);
    let users = team.users.iter().flat_map(|users| &users.value);
    let users = users.filter(|user| user.value.until.is_none() || user.value.until != over);
    let mut users: Vec<String> = users.map(|user| user.value.who.clone()).collect();
    users.sort();
    users.dedup();
    users
}

/// Slack has each team once, and as the files have it where nobody has touched it; both handles of a
/// team that somebody has made different, that of the files and that of the group.
fn as_the_files_say(
    book: &Book,
    team: &Team,
    seen: &Seen,
    wrong: &mut Vec<String>,
) -> Option<[String; 2]> {
    let name = team.name().unwrap_or_default();
    let handle = team.handle().unwrap_or_default();
    let mut groups: Vec<&Group> = seen.groups.iter().filter(|it| it.name == name).collect();
    if groups.is_empty() {
        // What somebody has disabled is not even renamed before somebody has decided about that.
        let mut off = seen.groups.iter().filter(|it| it.touched && !it.enabled);
        groups.extend(off.find(|it| it.handle == handle));
    }
    let [group] = groups[..] else {
        wrong.push(format!("{name}: there are {} such groups", groups.len()));
        return None;
    };
    let wanted = members(team);
    let mut differs = Vec::new();
    if !group.enabled {
        differs.push("it is disabled".to_owned());
    }
    if group.handle != handle {
        differs.push(format!("its handle is {}, not {handle}", group.handle));
    }
    if group.users != wanted {
        differs.push(format!("in it are {:?}, not {wanted:?}", group.users));
    }
    if let Some(wanted) = &team.description
        && wanted.value != group.description
    {
        differs.push(format!(
            "it is for `{}`, not `{}`",
            group.description, wanted.value
        ));
    }
    let named = EXTRAS
        .iter()
        .any(|extra| wanted.iter().any(|it| it == extra));
    for extra in group
        .put
        .iter()
        .filter(|_| !book.reverted && !book.dropped && !named)
    {
        if !group.users.contains(extra) {
            wrong.push(format!(
                "{name}: somebody put {extra} there, and they are gone"
            ));
        }
    }
    if !group.touched && !differs.is_empty() {
        wrong.push(format!("{name}: {}", differs.join("; ")));
    }
    (!differs.is_empty()).then(|| [handle.to_owned(), group.handle.clone()])
}

/// What no file has is as it was; what no file has any more is disabled, and nothing is halfway.
fn left_alone(book: &Book, spec: &Spec, seen: &Seen, wrong: &mut Vec<String>) {
    for group in &seen.groups {
        let name = &group.name;
        if group.handle == STRANGE && group.by_app > 0 {
            wrong.push(format!("{name}: it is in no file, and was touched"));
        }
        if name.ends_with("(moving)") || group.handle.ends_with("-moving") {
            wrong.push(format!("{name}: it is still called @{}", group.handle));
        }
        let in_files = spec
            .teams
            .iter()
            .any(|team| team.value.name() == Some(name));
        let managed = book.names.contains(name) || name.ends_with("(retired)");
        let gone = managed && !in_files && !book.overtaken;
        if gone && group.enabled && !group.touched {
            wrong.push(format!("{name}: it is in no file any more, and is enabled"));
        }
    }
}

/// What differs was asked about, what does not is not asked about any more, and nothing is asked
/// twice.
fn asked(differ: &[[String; 2]], seen: &Seen, wrong: &mut Vec<String>) {
    let mut keys = BTreeSet::new();
    let mut open = BTreeSet::new();
    for told in &seen.told {
        for key in &told.keys {
            if !keys.insert(key) {
                wrong.push(format!("two messages about {key}"));
            }
        }
        if !told.asks {
            continue;
        }
        match differ.iter().find(|handles| is_about(&told.text, handles)) {
            None => wrong.push(format!("it asks about what is over: {}", told.text)),
            Some(handles) if !open.insert(handles) => {
                wrong.push(format!("it asks twice about @{}", handles[0]));
            }
            Some(_) => {}
        }
    }
    for handles in differ {
        if !seen.told.iter().any(|told| is_about(&told.text, handles)) {
            wrong.push(format!("nobody was asked about @{}", handles[0]));
        }
    }
}

/// Whether a message names a team by one of these handles.
fn is_about(text: &str, handles: &[String; 2]) -> bool {
    let mut words = text.split_whitespace();
    words.any(|word| {
        let handle = word.strip_prefix('@');
        handle.is_some_and(|handle| handles.iter().any(|known| known == handle))
    })
}

#[cfg(test)]
mod tests {
    use super::super::look::Told;
    use super::*;

    fn world() -> (Book, Seen) {
        let file = "- { name: Shop 0, handle: shop-0, users: [taro, { user: rin, until: 2021-01-01T10:25:00+09:00 }] }";
        let group = |name: &str, handle: &str, users: &[&str]| Group {
            name: name.to_owned(),
            handle: handle.to_owned(),
            enabled: true,
            users: users.iter().map(|who| (*who).to_owned()).collect(),
            ..Group::default()
        };
        let mut book = Book::default();
        book.names
            .extend(["Shop 0".to_owned(), "Shop 1".to_owned()]);
        let mut gone = group("Shop 1", "shop-1", &["jiro"]);
        gone.enabled = false;
        let seen = Seen {
            files: vec![("userteams/shop.yaml".to_owned(), file.to_owned())],
            applied: Some((Some("success".to_owned()), String::new())),
            groups: vec![
                group("Shop 0", "shop-0", &["taro"]),
                gone,
                group("Marketing", STRANGE, &["mei"]),
            ],
            ..Seen::default()
        };
        (book, seen)
    }

    #[test]
    fn what_is_as_it_should_be_is_not_complained_of() {
        let (book, mut seen) = world();
        assert_eq!(judge(&book, &seen), [""; 0]);
        // Somebody has touched it, and was asked.
        seen.groups[0].touched = true;
        seen.groups[0].users = vec!["mei".to_owned(), "taro".to_owned()];
        seen.told.push(Told {
            text: "A user group differs: @shop-0 [Revert]".to_owned(),
            asks: true,
            ..Told::default()
        });
        assert_eq!(judge(&book, &seen), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_found() {
        let complaint = |change: &dyn Fn(&mut Seen), wanted: &str| {
            let (book, mut seen) = world();
            change(&mut seen);
            let wrong = judge(&book, &seen);
            let found = wrong.iter().any(|it| it.contains(wanted));
            assert!(found, "{wanted}: {wrong:?}");
        };
        complaint(
            &|seen| seen.groups[0].users.clear(),
            "in it are [], not [\"taro\"]",
        );
        complaint(&|seen| seen.groups[0].enabled = false, "it is disabled");
        complaint(
            &|seen| seen.groups[0].handle = "x".into(),
            "its handle is x",
        );
        complaint(
            &|seen| drop(seen.groups.remove(0)),
            "there are 0 such groups",
        );
        complaint(&|seen| seen.groups[1].enabled = true, "in no file any more");
        complaint(&|seen| seen.groups[2].by_app = 1, "and was touched");
        let refused = |seen: &mut Seen| {
            seen.applied = Some((Some("failure".to_owned()), String::new()));
        };
        complaint(&refused, "the newest commit says");
        complaint(&|seen| seen.applied = None, "the newest commit says None");
        let put = |seen: &mut Seen| {
            seen.groups[0].touched = true;
            seen.groups[0].put = vec!["mei".to_owned()];
        };
        complaint(&put, "somebody put mei there, and they are gone");
        let told = |text: &str| Told {
            text: text.to_owned(),
            asks: true,
            keys: vec!["drift:1".to_owned()],
        };
        complaint(&|seen| seen.told.push(told("@shop-0")), "what is over");
        complaint(
            &|seen| seen.told.extend([told("@shop-0"), told("@shop-0")]),
            "two messages about drift:1",
        );
        let unasked = |seen: &mut Seen| {
            seen.groups[0].touched = true;
            seen.groups[0].users.clear();
        };
        complaint(&unasked, "nobody was asked about @shop-0");
        complaint(
            &|seen| {
                seen.plans.insert(1, 2);
            },
            "2 comments with a plan",
        );
        complaint(
            &|seen| drop(seen.open.insert(1, Vec::new())),
            "never looked at",
        );
    }
}
