//! What must be true of teams when the dust has settled, told from the files and from what both sides
//! show. Nothing here knows how the app comes to what it does.

use std::collections::BTreeSet;

use super::crew::on_github;
use super::look::{Group, Seen};
use super::members::members;
use super::script::Book;
use super::{EXTRAS, LENT, STRANGE};
use crate::teams::{Spec, Team};

/// What is different from the files, and so asked about.
pub(super) struct Differs {
    /// The team's handle in the files, and that of its group.
    pub(super) handles: [String; 2],
    /// Whether it is the GitHub team that differs.
    pub(super) on_github: bool,
}

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
    let mut differ: Vec<Differs> = Vec::new();
    for team in spec.teams.iter().map(|team| &team.value) {
        differ.extend(as_the_files_say(book, &spec, team, seen, &mut wrong));
    }
    differ.extend(on_github(book, &spec, seen, &mut wrong));
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

/// The group of a team; how many seem to be that, where that is not one.
pub(super) fn group_of<'a>(
    book: &Book,
    spec: &Spec,
    team: &Team,
    seen: &'a Seen,
) -> Result<&'a Group, usize> {
    let name = team.name().unwrap_or_default();
    let groups: Vec<&Group> = seen.groups.iter().filter(|it| it.name == name).collect();
    if let [group] = groups[..] {
        return Ok(group);
    }
    // What somebody has disabled is not even renamed before somebody has decided about that, and then
    // it is asked about.
    let is_named = |it: &Group| {
        spec.teams
            .iter()
            .any(|team| team.value.name() == Some(&it.name))
    };
    let touched = seen.groups.iter().filter(|it| it.touched && !is_named(it));
    let was = book.names_before(name);
    let handle = team.handle().unwrap_or_default();
    let mut own =
        touched.filter(|it| was.contains(&it.name) || (!it.enabled && it.handle == handle));
    own.next().filter(|_| groups.is_empty()).ok_or(groups.len())
}

/// Slack has each team once, and as the files have it where nobody has touched it; what differs where
/// somebody has.
fn as_the_files_say(
    book: &Book,
    spec: &Spec,
    team: &Team,
    seen: &Seen,
    wrong: &mut Vec<String>,
) -> Option<Differs> {
    let name = team.name().unwrap_or_default();
    let handle = team.handle().unwrap_or_default();
    let group = match group_of(book, spec, team, seen) {
        Ok(group) => group,
        Err(count) => {
            wrong.push(format!("{name}: there are {count} such groups"));
            return None;
        }
    };
    let wanted = members(spec, team, seen.now);
    let lent = |who: &String| who == LENT;
    if group.users.iter().any(lent) && !wanted.iter().any(lent) {
        wrong.push(format!("{name}: {LENT} is still in it"));
    }
    let mut differs = Vec::new();
    if group.name != name {
        differs.push(format!("it is called {}", group.name));
    }
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
    (!differs.is_empty()).then(|| Differs {
        handles: [handle.to_owned(), group.handle.clone()],
        on_github: false,
    })
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
fn asked(differ: &[Differs], seen: &Seen, wrong: &mut Vec<String>) {
    let mut keys = BTreeSet::new();
    let mut open: Vec<&Differs> = Vec::new();
    for told in &seen.told {
        for key in &told.keys {
            if !keys.insert(key) {
                wrong.push(format!("two messages about {key}"));
            }
        }
        if !told.asks {
            continue;
        }
        match differ.iter().find(|differs| is_about(&told.text, differs)) {
            None => wrong.push(format!("it asks about what is over: {}", told.text)),
            Some(differs) if open.iter().any(|it| std::ptr::eq(*it, differs)) => {
                wrong.push(format!("it asks twice about @{}", differs.handles[0]));
            }
            Some(differs) => open.push(differs),
        }
    }
    for differs in differ {
        if !seen.told.iter().any(|told| is_about(&told.text, differs)) {
            wrong.push(format!("nobody was asked about @{}", differs.handles[0]));
        }
    }
}

/// Whether a message names a team by one of these handles, and means it on this side.
fn is_about(text: &str, differs: &Differs) -> bool {
    let mut words = text.split_whitespace();
    let names = words.any(|word| {
        let handle = word.strip_prefix('@');
        handle.is_some_and(|handle| differs.handles.iter().any(|known| known == handle))
    });
    names && text.contains("GitHub team differs") == differs.on_github
}

#[cfg(test)]
mod tests {
    use super::super::look::Told;
    use super::*;

    fn world() -> (Book, Seen) {
        let file = "people: { taro: { github: taro } }\nteams:\n- { name: Shop 0, handle: shop-0, github: shop, \
            users: [taro, { user: rin, until: 2021-01-01T10:25:00+09:00 }] }";
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
            crew: vec!["taro".to_owned()],
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
    fn a_group_that_was_disabled_by_hand_may_have_its_name_of_before() {
        for (disabled, handle) in [(true, "shop-0"), (true, "by-hand"), (false, "shop-0")] {
            let (mut book, mut seen) = world();
            seen.groups[0].name = "Shop 3".to_owned();
            seen.groups[0].touched = true;
            seen.groups[0].enabled = !disabled;
            seen.groups[0].handle = handle.to_owned();
            seen.told.push(Told {
                text: "A user group differs: @shop-0 [Revert]".to_owned(),
                asks: true,
                ..Told::default()
            });
            book.is_renamed("Shop 3", "Shop 2");
            book.is_renamed("Shop 2", "Shop 0");
            assert_eq!(judge(&book, &seen), [""; 0], "{disabled} {handle}");
            // Whom nobody has touched has the name that the files give it.
            seen.groups[0].touched = false;
            let wrong = judge(&book, &seen);
            assert!(
                wrong.contains(&"Shop 0: there are 0 such groups".to_owned()),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_github_team_that_somebody_has_touched_is_asked_about() {
        let (mut book, mut seen) = world();
        seen.crew.push("mei".to_owned());
        let wrong = judge(&book, &seen);
        assert!(wrong[0].contains("[\"mei\"] too many"), "{wrong:?}");
        book.crew = true;
        assert_eq!(judge(&book, &seen), ["nobody was asked about @shop-0"]);
        seen.told.push(Told {
            text: "A GitHub team differs: @shop-0 [Revert]".to_owned(),
            asks: true,
            ..Told::default()
        });
        assert_eq!(judge(&book, &seen), [""; 0]);
        seen.crew = vec!["nao".to_owned(), "taro".to_owned()];
        assert_eq!(judge(&book, &seen), ["nao is still in the GitHub team"]);
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
        complaint(&|seen| seen.crew.clear(), "[\"taro\"] are not");
        complaint(
            &|seen| {
                seen.groups[0].touched = true;
                seen.groups[0].users.push("nao".to_owned());
            },
            "nao is still in it",
        );
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
