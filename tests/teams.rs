//! `sssbot teams`, as its user meets it: the real program against a Slack that runs here.

#![allow(clippy::unwrap_used)]

mod rig;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Output;

use rig::Settings;
use sssbot::clock::Clock;
use sssbot::sandbox::slack::{GroupChange, GroupView, Limits, NewPerson};
use sssbot::sandbox::{Fault, Sandbox};
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

    /// What `teams check` says of one file, as `line:column: words`.
    async fn wrong(&self, text: &str) -> String {
        self.write("userteams.yaml", text);
        let (code, _, said) = self.teams(&["check"]).await;
        assert_eq!(code, Some(1), "{said}");
        said
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

/// Each with the words that a person gets to read, and where.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_file_is_found_before_anybody_is_asked() {
    let desk = desk().await;
    for (text, said) in [
        (
            "- name: A\n  users: []\n",
            "userteams.yaml:2:10: Slack has no group with nobody in it",
        ),
        (
            "- name: A\n- name: B\n- name: A\n",
            "userteams.yaml:3:9: the name `A` is already there: userteams.yaml, line 1, column 9",
        ),
        (
            "- { handle: a, include: [b] }\n- { handle: b, include: [a] }\n",
            "userteams.yaml:2:26: a team cannot include itself: a → b → a",
        ),
        (
            "- name: A\n  users:\n  - { user: taro, until: 2026-12-01 }\n",
            "userteams.yaml:3:5: everybody here has an end, and then nobody would be left",
        ),
        (
            "- name: A\n  member: [taro]\n",
            "userteams.yaml:2:3: a team has no key `member`",
        ),
        (
            "- name: A\n  users: &a\n  - no\n- name: B\n  users: *a\n",
            "userteams.yaml:5:10: YAML takes this for true or false; put it in quotes if it is a \
             person: one of `people`, a Slack id, an e-mail address or a Slack username (written \
             at userteams.yaml:3:5)",
        ),
    ] {
        let wrong = desk.wrong(text).await;
        assert!(wrong.contains(said), "{wrong}");
    }
    desk.write("userteams.yaml", SAME);
    desk.write("userteams/b.yaml", "- name: Other\n  handle: shop-first\n");
    let (code, _, said) = desk.teams(&["check"]).await;
    assert_eq!(code, Some(1));
    let twice = "userteams/b.yaml:2:11: the handle `shop-first` is already there: userteams.yaml";
    assert!(said.contains(twice), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_name_that_is_nobodys_and_nothing_at_all_is_written() {
    let desk = desk().await;
    let slack = &desk.sandbox.slack;
    slack.add_user(NewPerson {
        guest: true,
        ..NewPerson::named("guest")
    });
    let gone = slack.add_user(NewPerson::named("gone"));
    slack.deactivate(&gone);
    desk.write(
        "userteams.yaml",
        "- name: Shop\n  handle: shop-first\n  users: [taro, hanako, rni]\n\
         - name: Blog\n  handle: blog-first\n  users: [rin, tarp, guest, gone]\n",
    );
    let (code, _, said) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(1));
    for wrong in [
        "userteams.yaml:3:25: nobody in Slack is called `rni`; did you mean `rin`",
        "userteams.yaml:6:16: nobody in Slack is called `tarp`; did you mean `taro`",
        "userteams.yaml:6:22: guest is a guest, and Slack takes only full members into groups",
        "userteams.yaml:6:29: gone is deactivated, and Slack takes only full members into groups",
    ] {
        assert!(said.contains(wrong), "{said}");
    }
    assert_eq!(desk.groups(), [("shop-first".to_owned(), 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_the_files_is_disabled_where_it_was_in_them_and_that_is_confirmed() {
    let desk = desk().await;
    let slack = &desk.sandbox.slack;
    let rin = slack.user_named("rin").unwrap();
    slack.add_group("Blog", "blog-first", std::slice::from_ref(&rin), None);
    desk.write("userteams.yaml", "[]\n");
    let (code, said, _) = desk.teams(&["plan"]).await;
    assert_eq!(code, Some(0), "nothing was ever in a file: {said}");
    assert!(
        said.contains("left alone: @shop-first, @blog-first"),
        "{said}"
    );

    desk.write("before/userteams.yaml", SAME);
    desk.write(
        "before/userteams/blog.yaml",
        "- { name: Blog, handle: blog-first, users: [rin] }\n",
    );
    let (code, said, _) = desk.teams(&["plan", "--applied", "before"]).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("blog-first: the group is disabled"), "{said}");
    let (code, _, said) = desk.teams(&["apply", "--applied", "before"]).await;
    assert_eq!(code, Some(1), "two at once have to be confirmed: {said}");
    // A file that is gone is one team, which need not be.
    desk.write("userteams.yaml", SAME);
    let (code, said, wrong) = desk.teams(&["apply", "--applied", "before"]).await;
    assert_eq!(code, Some(2), "{said}{wrong}");
    let enabled = |handle: &str| {
        let groups = desk.sandbox.slack.snapshot().groups.into_iter();
        let mut found = groups.filter(|group| group.handle == handle);
        found.next().unwrap().enabled
    };
    assert!(enabled("shop-first") && !enabled("blog-first"));

    // Back again, it is the same group.
    desk.write(
        "userteams/blog.yaml",
        "- { name: Blog, handle: blog-first, users: [rin] }\n",
    );
    let (code, said, _) = desk.teams(&["plan"]).await;
    assert_eq!(code, Some(2));
    let again = "blog-first: the group, which is disabled, is enabled again";
    assert!(said.contains(again) && !said.contains("created"), "{said}");
    let (code, _, _) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(2));
    assert!(enabled("blog-first"));
    assert_eq!(desk.groups().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_broke_off_midway_is_told_by_the_exit_code_and_goes_on() {
    let desk = desk().await;
    let slack = &desk.sandbox.slack;
    desk.write(
        "userteams.yaml",
        "- name: Shop\n  handle: shop-first\n  description: Sells\n  users: [taro, hanako, rin]\n\
         - name: Blog\n  handle: blog-first\n  users: [rin]\n\
         - { handle: marketing, external: true }\n",
    );
    let (code, said, _) = desk.teams(&["plan"]).await;
    assert_eq!(code, Some(2));
    assert!(
        said.contains("marketing"),
        "that it is not there is told: {said}"
    );
    // Slack's word to wait is followed, and what nobody knows the end of is looked up.
    let faults = slack.faults();
    faults.next("usergroups.update", Fault::RateLimited(1));
    faults.next("usergroups.create", Fault::CutAfter);
    faults.next("usergroups.users.update", Fault::RateLimited(1));
    let (code, _, wrong) = desk.teams(&["apply"]).await;
    assert_eq!((code, wrong.as_str()), (Some(2), ""));
    assert_eq!(faults.unmet(), 0);
    let done = [("shop-first".to_owned(), 3), ("blog-first".to_owned(), 1)];
    assert_eq!(desk.groups(), done);

    slack.set_groups_by_admins_only(true);
    let blog = slack.group_with_handle("blog-first").unwrap();
    let admin = slack.add_user(NewPerson {
        admin: true,
        ..NewPerson::named("admin")
    });
    slack
        .change_group(&blog, &admin, &GroupChange::Disable)
        .unwrap();
    for _ in 0..2 {
        let (code, _, said) = desk.teams(&["apply"]).await;
        assert_eq!(code, Some(1), "refused, and no success: {said}");
        assert!(
            said.contains("blog-first: ") && said.contains("permission_denied"),
            "{said}"
        );
    }
    slack.set_groups_by_admins_only(false);
    let (code, _, _) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(2));
    let (code, _, _) = desk.teams(&["apply"]).await;
    assert_eq!(code, Some(0));
    let groups = slack.snapshot().groups;
    assert!(
        groups
            .iter()
            .all(|group| group.enabled && group.handle != "marketing")
    );
}

/// The table of what others get wrong names trials that are there.
#[test]
fn every_bug_of_the_others_has_its_trials() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("tests/teams.md")).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.skip(1).filter(|row| !row.contains("---")).collect();
    assert!(rows.len() > 15, "{}", rows.len());
    for row in rows {
        let mut shown = 0;
        let trials = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for named in trials.split('`').skip(1).step_by(2) {
            let (path, trial) = named.split_once(" ").unwrap_or((named, ""));
            let text = fs::read_to_string(root.join(path));
            let text = text.unwrap_or_else(|error| panic!("{row}: {path}: {error}"));
            let there = trial.is_empty() || text.contains(&format!("fn {trial}("));
            assert!(there, "{path} has no {trial}");
            shown += 1;
        }
        assert!(shown > 0, "{row}");
    }
}
