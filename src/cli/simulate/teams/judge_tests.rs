//! That the judge of teams finds what is wrong, and nothing else.

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
    let name_taken = |title: &str| {
        let (book, mut seen) = world();
        seen.groups[0].enabled = false;
        seen.groups[0].handle = "shop-9".to_owned();
        seen.applied = Some((Some("failure".to_owned()), title.to_owned()));
        judge(&book, &seen)
    };
    assert_eq!(name_taken("Not applied"), [""; 0]);
    assert_ne!(name_taken("1 could not be applied"), [""; 0]);
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
