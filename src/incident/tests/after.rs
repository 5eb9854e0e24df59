//! What comes after an incident: the postmortem, what it says is to be done, and the end.

use super::world::{Side, World, person, time};
use crate::incident::{
    Action, ActionState, Command, Declaration, Entry, Fact, Mark, Moment, OpenEnd, Pull, PullState,
    Tell, Todo, UserError, Via, When, Who, owed,
};

fn resolved() -> World {
    let mut world = World::new("2021-09-30T10:03:00+09:00");
    let declare = Command::Declare(Declaration::new("sss", "これはテストです"));
    world.does("hiboma", Side::Slack, &declare).unwrap();
    let recovered = Command::Set {
        moment: Moment::Recovered,
        when: When::Now,
    };
    world.does("hiboma", Side::Slack, &recovered).unwrap();
    let resolve = Command::Resolve { reason: None };
    world.does("hiboma", Side::Slack, &resolve).unwrap();
    world
}

/// What sssbot puts on record in place.
fn stands(world: &mut World, key: &str, fact: Fact) {
    world.timeline.retain(|entry| entry.key.as_str() != key);
    let mark = Mark {
        key: key.into(),
        at: world.now,
        who: Who::default(),
        via: Via::Sssbot,
        fact,
    };
    world.record(Entry::marked(mark, true));
}

fn pull(world: &mut World, state: PullState) {
    let pull = Pull {
        number: 7,
        url: "https://github.example/pepabo/postmortem/pull/7".to_owned(),
        state,
        branch: String::new(),
        path: String::new(),
    };
    stands(world, "postmortem:x", Fact::Postmortem(pull));
}

fn actions(world: &mut World, states: &[(u64, &str, ActionState)]) {
    let action = |(number, due, state): &(u64, &str, ActionState)| Action {
        repo: "pepabo/postmortem".into(),
        number: *number,
        url: String::new(),
        title: format!("action {number}"),
        owner: person("ana"),
        due: due.parse().ok(),
        state: *state,
    };
    let actions = states.iter().map(action).collect();
    stands(world, "actions:x", Fact::Actions { actions });
}

fn ends(world: &World) -> Vec<OpenEnd> {
    world.the().open_ends(&world.rules)
}

fn asks(world: &World, wanted: &Todo) -> bool {
    let owed = owed(&world.timeline, &world.rules);
    owed.iter().any(|(_, effect)| effect.todo == *wanted)
}

#[test]
fn it_is_opened_once_and_the_archive_waits_for_it() {
    let mut world = resolved();
    assert_eq!(ends(&world), [OpenEnd::NoPostmortem]);
    world
        .does("ana", Side::Slack, &Command::Postmortem)
        .unwrap();
    assert!(asks(&world, &Todo::OpenPostmortem));
    // A second one asks for nothing more.
    let before = world.timeline.len();
    world
        .does("taro", Side::GitHub, &Command::Postmortem)
        .unwrap();
    assert_eq!(world.timeline.len(), before);
    pull(&mut world, PullState::Open);
    assert!(!asks(&world, &Todo::OpenPostmortem) && asks(&world, &Todo::Draft));
    let said = world.does("taro", Side::GitHub, &Command::Postmortem);
    assert!(
        matches!(said, Err(UserError::PostmortemThere { .. })),
        "{said:?}"
    );
    assert_eq!(ends(&world), [OpenEnd::PostmortemOpen]);
    let archive = |reason: Option<&str>| Command::Archive {
        reason: reason.map(str::to_owned),
    };
    assert!(world.does("ana", Side::Slack, &archive(None)).is_err());
    // Given up, it may be asked for again.
    pull(&mut world, PullState::Closed);
    assert_eq!(ends(&world), []);
    world.now = time("2021-09-30T11:00:00+09:00");
    world
        .does("ana", Side::Slack, &Command::Postmortem)
        .unwrap();
    assert!(asks(&world, &Todo::OpenPostmortem));
    // With a reason one may go on without.
    pull(&mut world, PullState::Open);
    world
        .does("ana", Side::Slack, &archive(Some("written elsewhere")))
        .unwrap();
    assert!(world.the().archived.is_some());
}

#[test]
fn who_asked_is_told_why_there_is_no_draft() {
    let mut world = resolved();
    world
        .does("ana", Side::Slack, &Command::Postmortem)
        .unwrap();
    let why = vec!["T.md:3:1 nothing fills `{x}`".to_owned()];
    stands(
        &mut world,
        "no:1",
        Fact::PostmortemRefused { why: why.clone() },
    );
    let (_, last) = world.told.last().unwrap();
    let by = person("ana");
    assert_eq!(*last, Tell::NoDraft { by, why });
    assert!(!asks(&world, &Todo::OpenPostmortem));
    world.now = time("2021-09-30T11:00:00+09:00");
    world
        .does("ana", Side::Slack, &Command::Postmortem)
        .unwrap();
    assert!(asks(&world, &Todo::OpenPostmortem));
}

#[test]
fn what_is_to_be_done_is_told_once_and_followed_to_the_end() {
    let mut world = resolved();
    pull(&mut world, PullState::Merged);
    assert!(asks(&world, &Todo::FollowUp));
    let open = ActionState::Open;
    actions(
        &mut world,
        &[(8, "2021-10-06", open), (9, "2021-10-20", open)],
    );
    assert!(!asks(&world, &Todo::FollowUp));
    assert_eq!(ends(&world), [OpenEnd::Actions(2)]);
    let told = |world: &World, wanted: &Tell| {
        let said = world.told.iter().filter(|(_, tell)| tell == wanted);
        said.count()
    };
    assert_eq!(told(&world, &Tell::ActionsAre), 1);
    actions(
        &mut world,
        &[
            (8, "2021-10-06", ActionState::Done),
            (9, "2021-10-20", open),
        ],
    );
    assert_eq!(told(&world, &Tell::DoneWith), 0);
    actions(
        &mut world,
        &[
            (8, "2021-10-06", ActionState::Done),
            (9, "2021-10-20", ActionState::Waived),
        ],
    );
    assert_eq!(told(&world, &Tell::DoneWith), 1);
    assert_eq!(told(&world, &Tell::ActionsAre), 1);
    assert_eq!(ends(&world), []);
    // A memory that is lost says nothing twice.
    let before = world.told.len();
    world.catch_up();
    assert_eq!(world.told.len(), before);
}

#[test]
fn practice_and_what_is_light_need_none() {
    let mut world = resolved();
    world
        .does("ana", Side::Slack, &Command::SetLevel(Some(1)))
        .unwrap();
    assert!(!ends(&world).contains(&OpenEnd::NoPostmortem));
    world
        .does("ana", Side::Slack, &Command::SetLevel(Some(3)))
        .unwrap();
    assert!(ends(&world).contains(&OpenEnd::NoPostmortem));
    let mut drill = World::new("2021-09-30T10:03:00+09:00");
    let declare = Command::Declare(Declaration {
        drill: true,
        ..Declaration::new("sss", "訓練です")
    });
    drill.does("hiboma", Side::Slack, &declare).unwrap();
    assert!(!ends(&drill).contains(&OpenEnd::NoPostmortem));
}

#[test]
fn whoever_is_called_until_it_is_resolved_is_lent_until_they_are_given_back() {
    let mut world = World::new("2021-09-30T10:03:00+09:00");
    let declare = Command::Declare(Declaration::new("sss", "これはテストです"));
    world.does("hiboma", Side::Slack, &declare).unwrap();
    let call = |until_resolved| Command::Call {
        people: vec![person("rin")],
        groups: Vec::new(),
        until_resolved,
    };
    let loans = |world: &World| -> Vec<Option<String>> {
        let loans = world.the().loans.into_iter();
        loans.map(|loan| loan.to.map(|to| to.team)).collect()
    };
    world.does("hiboma", Side::Slack, &call(false)).unwrap();
    assert_eq!(loans(&world), []);
    for _ in 0..2 {
        world.does("hiboma", Side::GitHub, &call(true)).unwrap();
        assert_eq!(loans(&world), [None]);
    }
    let people = || vec![person("rin")];
    let team = || "@sss-first".to_owned();
    let lent = Fact::Lent {
        people: people(),
        team: team(),
        group: "S1".into(),
        pull: None,
        crew: None,
    };
    stands(&mut world, "lent:x:0", lent);
    assert_eq!(loans(&world), [Some(team())]);
    // Whoever is lent is not asked for again.
    world.does("hiboma", Side::Slack, &call(true)).unwrap();
    assert_eq!(loans(&world), [Some(team())]);
    let back = Fact::Returned {
        people: people(),
        team: team(),
        group: "S1".into(),
    };
    stands(&mut world, "returned:lent:x:0", back);
    assert_eq!(loans(&world), []);
}
