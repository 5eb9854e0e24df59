//! `sssbot teams`, as its user meets it: the real program against a Slack that runs here.

#![allow(clippy::unwrap_used)]

mod rig;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Output;

use rig::Settings;
use sssbot::clock::Clock;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::{GroupView, Limits, NewPerson};
use tempfile::TempDir;

struct Desk {
    sandbox: Sandbox,
    settings: Settings,
    dir: TempDir,
}

/// A Slack with three people and one group.
async fn desk() -> Desk {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::start(&Clock::machine(), any, any, None)
        .await
        .unwrap();
    sandbox.slack.set_limits(Limits::off());
    let [hanako, taro, _rin] =
        ["hanako", "taro", "rin"].map(|name| sandbox.slack.add_user(NewPerson::named(name)));
    sandbox
        .slack
        .add_group("Shop", "shop-first", &[hanako, taro], None);
    let dir = tempfile::tempdir().unwrap();
    let settings = rig::settings(&sandbox, dir.path(), any);
    Desk {
        sandbox,
        settings,
        dir,
    }
}

impl Desk {
    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    async fn teams(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let all: Vec<&str> = ["teams"].iter().chain(arguments).copied().collect();
        let mut command = rig::command(&all, &self.settings);
        command.current_dir(self.dir.path());
        // The sandbox must go on meanwhile.
        let done = tokio::task::spawn_blocking(move || command.output().unwrap());
        let Output {
            status,
            stdout,
            stderr,
        } = done.await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }

    fn groups(&self) -> Vec<(String, usize)> {
        let groups = self.sandbox.slack.snapshot().groups;
        let shown = |group: GroupView| (group.handle, group.users.len());
        groups.into_iter().map(shown).collect()
    }
}

const SAME: &str = "- name: Shop\n  handle: shop-first\n  users: [taro, hanako]\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_with_its_place() {
    let desk = desk().await;
    desk.write("userteams.yaml", SAME);
    let (code, said, _) = desk.teams(&["check"]).await;
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "nothing is wrong; teams 1, people 0\n")
    );
    desk.write(
        "userteams/blog.yaml",
        "- name: Blog\n  handel: blog-first\n",
    );
    let (code, _, said) = desk.teams(&["check"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("userteams/blog.yaml:2:3: "), "{said}");
    assert!(said.contains("`handle`"), "{said}");
    assert!(said.ends_with("1 problem\n"), "{said}");
    let (code, _, said) = desk.teams(&["check", "nowhere"]).await;
    assert_eq!(code, Some(1), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_and_then_done() {
    let desk = desk().await;
    desk.write("userteams.yaml", SAME);
    let (code, said, wrong) = desk.teams(&["plan"]).await;
    assert_eq!(code, Some(0), "{said}{wrong}");
    desk.write(
        "userteams.yaml",
        "- name: Shop\n  handle: shop-first\n  users: [taro, hanako, rin]\n\
         - name: Blog\n  handle: blog-first\n  users: [rin]\n",
    );
    let (code, said, _) = desk.teams(&["plan"]).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("shop-first: +1 (in: rin)"), "{said}");
    assert!(said.contains("the group “Blog” is created"), "{said}");
    assert_eq!(desk.groups(), [("shop-first".to_owned(), 2)]);
    let (code, _, said) = desk.teams(&["apply"]).await;
    assert_eq!((code, said.as_str()), (Some(2), ""));
    let done = [("shop-first".to_owned(), 3), ("blog-first".to_owned(), 1)];
    assert_eq!(desk.groups(), done);
    let (code, _, _) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn much_that_is_taken_away_has_to_be_confirmed() {
    let desk = desk().await;
    desk.write(
        "userteams.yaml",
        "- name: Shop\n  handle: shop-first\n  users: [rin]\n",
    );
    let (code, _, said) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(1));
    let hash = said.trim().rsplit(' ').next().unwrap();
    assert_eq!(desk.groups(), [("shop-first".to_owned(), 2)]);
    let (code, _, said) = desk.teams(&["apply", "--confirm", hash]).await;
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(desk.groups(), [("shop-first".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slack_refuses_is_told_and_stops_no_other_team() {
    let desk = desk().await;
    desk.sandbox.slack.set_groups_by_admins_only(true);
    desk.write(
        "userteams.yaml",
        "- name: Blog\n  handle: blog-first\n  users: [rin]\n",
    );
    let (code, _, said) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("blog-first: "), "{said}");
    assert!(said.contains("permission_denied"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_plans_to_nothing() {
    let desk = desk().await;
    let (code, file, _) = desk.teams(&["export"]).await;
    assert_eq!(code, Some(2));
    desk.write("userteams.yaml", &file);
    let (code, said, _) = desk.teams(&["plan"]).await;
    assert_eq!(code, Some(0), "{file}\n{said}");
    let (code, _, _) = desk.teams(&["export", "userteams.yaml"]).await;
    assert_eq!(code, Some(0));
    let (code, said, _) = desk.teams(&["schema"]).await;
    assert_eq!(code, Some(0));
    assert!(said.starts_with("{\n"), "{said}");
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, _, said) = desk.teams(&["check", ours.to_str().unwrap()]).await;
    assert_eq!(code, Some(0), "{said}");
}
