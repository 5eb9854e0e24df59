//! Teams of an organisation, over HTTP to the sandbox.

use sssbot::github::{GitHubError, TeamMembers};
use sssbot::id::{Login, TeamSlug};
use sssbot::sandbox::Fault;

use super::github_record::{Desk, desk};

const PUT: &str = "PUT /orgs/acme/teams/shop/memberships/mei";

fn logins(names: &[&str]) -> Vec<Login> {
    names.iter().map(|name| Login::from(*name)).collect()
}

async fn seen(desk: &Desk) -> TeamMembers {
    let found = desk.github.team_members("acme", &"shop".into()).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn who_is_in_a_team_is_seen_page_by_page() {
    let desk = desk().await;
    let world = &desk.sandbox.github;
    let many: Vec<String> = (0..150).map(|n| format!("person-{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    world.set_team("acme", "shop", &many, None);
    world.set_team("acme", "shop-night", &["rin"], Some("shop"));
    let seen = seen(&desk).await;
    assert_eq!(seen.members.len(), 151, "those of the team below, too");
    assert_eq!(seen.below, logins(&["rin"]));
    assert_eq!(seen.invited, []);
    let none = desk.github.team_members("acme", &"nothing".into()).await;
    assert_eq!(none.unwrap(), None);
}

#[tokio::test]
async fn people_come_and_go_and_may_do_so_twice() {
    let desk = desk().await;
    let (world, github) = (&desk.sandbox.github, &desk.github);
    world.set_team("acme", "shop", &["hanako"], None);
    world.add_user("mei");
    world.add_outsider("nao");
    let (slug, mei, nao) = (TeamSlug::from("shop"), "mei".into(), "nao".into());
    for _ in 0..2 {
        github.join_team("acme", &slug, &mei).await.unwrap();
        github.join_team("acme", &slug, &nao).await.unwrap();
    }
    let both = seen(&desk).await;
    assert_eq!(both.members, logins(&["hanako", "mei"]));
    assert_eq!(both.invited, logins(&["nao"]));
    for _ in 0..2 {
        github.leave_team("acme", &slug, &mei).await.unwrap();
        github.leave_team("acme", &slug, &nao).await.unwrap();
    }
    let one = seen(&desk).await;
    assert_eq!((one.members, one.invited), (logins(&["hanako"]), vec![]));
}

#[tokio::test]
async fn what_github_refuses_is_told_from_what_may_have_happened() {
    let desk = desk().await;
    let (world, github) = (&desk.sandbox.github, &desk.github);
    world.set_team("acme", "shop", &[], None);
    world.add_user("mei");
    let (slug, mei) = (TeamSlug::from("shop"), Login::from("mei"));
    world.faults().next(PUT, Fault::CutAfter);
    let lost = github.join_team("acme", &slug, &mei).await.unwrap_err();
    assert!(lost.may_have_happened());
    assert_eq!(world.team("acme", "shop"), ["mei"]);

    let ghost = github.join_team("acme", &slug, &"ghost".into()).await;
    assert!(matches!(ghost, Err(GitHubError::NotFound { .. })));
    world.sync_team("acme", "shop").unwrap();
    let filled = github.leave_team("acme", &slug, &mei).await;
    assert!(matches!(
        filled,
        Err(GitHubError::Refused { status: 403, .. })
    ));

    world.withhold("members");
    let hidden = github.team_members("acme", &slug).await;
    let Err(GitHubError::Refused { status, message }) = hidden else {
        panic!("{hidden:?}");
    };
    assert_eq!(
        (status, message.as_str()),
        (403, "Resource not accessible by integration")
    );
}
