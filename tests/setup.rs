//! The commands that set sssbot up, and the one that declares an incident, as their user meets them:
//! the real program against a GitHub and a Slack that run here.

#![allow(clippy::unwrap_used)]

mod rig;

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Output;

use rig::Settings;
use serde_json::Value;
use sssbot::clock::Clock;
use sssbot::sandbox::github::CommitSpec;
use sssbot::sandbox::slack::NewPerson;
use sssbot::sandbox::{Fault, Sandbox};
use sssbot::secret::Secret;
use tempfile::TempDir;

const REPO: &str = "acme/postmortem";

struct Desk {
    sandbox: Sandbox,
    settings: Settings,
    _dir: TempDir,
}

/// A sandbox in the machine's time with a repository that the App is installed on.
async fn desk() -> Desk {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let clock = Clock::machine();
    let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
    sandbox.github.add_repo(REPO, false).unwrap();
    sandbox.github.install(&[REPO]).unwrap();
    sandbox.github.add_user("hanako");
    let dir = tempfile::tempdir().unwrap();
    let settings = rig::settings(&sandbox, dir.path(), any);
    Desk {
        sandbox,
        settings,
        _dir: dir,
    }
}

impl Desk {
    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = rig::command(arguments, &self.settings);
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

    /// What GitHub has there, as hanako sees it.
    async fn get(&self, path: &str) -> Value {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/repos/{REPO}/{path}", self.sandbox.github_api);
        let answer = client
            .get(url)
            .header("authorization", "Bearer user:hanako")
            .send();
        answer.await.unwrap().json().await.unwrap()
    }

    async fn names(&self, path: &str, field: &str) -> Vec<String> {
        let list = self.get(path).await;
        let names = list.as_array().unwrap().iter();
        names
            .map(|it| it[field].as_str().unwrap().to_owned())
            .collect()
    }

    /// How often the App has written.
    fn writes(&self) -> usize {
        let told = self.sandbox.github.told();
        let written = told.iter().filter(|it| !it.path.contains("access_tokens"));
        written.count()
    }

    fn push(&self, branch: &str, path: &str, text: &str) {
        let commit = CommitSpec::file("Write a file", path, text);
        let github = &self.sandbox.github;
        github
            .push("hanako", REPO, branch, &[commit], false)
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_repository_is_made_ready_and_works_as_it_is() {
    let desk = desk().await;
    let (code, planned, _) = desk.run(&["init", "--plan"]).await;
    assert_eq!(code, Some(0), "{planned}");
    assert!(
        planned.starts_with("What there is to do in acme/postmortem\n"),
        "{planned}"
    );
    assert!(
        planned.ends_with("Nothing was done. Leave --plan away to do it\n"),
        "{planned}"
    );
    assert_eq!(desk.writes(), 0);

    let (code, done, said) = desk.run(&["init"]).await;
    assert_eq!((code, said.as_str()), (Some(0), ""), "{done}");
    let plan = planned.trim_end_matches("Nothing was done. Leave --plan away to do it\n");
    assert!(done.starts_with(plan), "{done}");
    assert!(done.ends_with("All of it is done\n"), "{done}");
    let labels = desk.names("labels?per_page=100", "name").await;
    assert!(labels.iter().any(|it| it.contains('3')), "{labels:?}");
    let files = desk.names("pulls/1/files?per_page=100", "filename").await;
    assert!(
        files.contains(&".github/sssbot.yaml".to_owned()),
        "{files:?}"
    );
    // The repository has a README of its own, and who speaks English needs no Japanese form.
    assert!(!files.contains(&"README.md".to_owned()), "{files:?}");
    assert!(!files.contains(&".github/ISSUE_TEMPLATE/incident.yml".to_owned()));

    // Twice changes nothing, and what people do on the branch is theirs.
    desk.push(
        "sssbot/init",
        "userteams.yaml",
        "version: 1\npeople: {a: {github: a}}\n",
    );
    let writes = desk.writes();
    let (code, again, _) = desk.run(&["init"]).await;
    assert_eq!(code, Some(0));
    assert!(again.starts_with("acme/postmortem has all that it needs; there is nothing to do\n"));
    assert!(
        again.contains("/acme/postmortem/pull/1 waits to be merged"),
        "{again}"
    );
    assert_eq!(desk.writes(), writes);

    // Merged as it is, it is in force: its service can have an incident.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let merge = format!("{}/repos/{REPO}/pulls/1/merge", desk.sandbox.github_api);
    let merged = client
        .put(merge)
        .header("authorization", "Bearer user:hanako")
        .body("{}")
        .send();
    assert!(merged.await.unwrap().status().is_success());
    let (code, after, _) = desk.run(&["init"]).await;
    assert_eq!(code, Some(0), "{after}");
    assert!(after.contains("make the label “shop”"), "{after}");
    assert!(!after.contains("pull"), "{after}");
    let writes = desk.writes();
    let (_, at_last, _) = desk.run(&["init"]).await;
    assert!(at_last.contains("there is nothing to do"), "{at_last}");
    assert_eq!(desk.writes(), writes);
    let (code, url, _) = desk
        .run(&["open", "--service", "shop", "--summary", "Down"])
        .await;
    assert_eq!(code, Some(0));
    assert!(
        url.trim_end().ends_with("/acme/postmortem/issues/2"),
        "{url}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_makes_nothing_twice() {
    let desk = desk().await;
    let faults = desk.sandbox.github.faults();
    faults.next("POST /repos/acme/postmortem/labels", Fault::CutAfter);
    faults.next("POST /repos/acme/postmortem/pulls", Fault::CutAfter);
    let (code, done, said) = desk.run(&["init", "--lang", "ja"]).await;
    assert_eq!((code, said.as_str()), (Some(0), ""), "{done}");
    assert!(done.contains("✓ ラベル「訓練」を作る"), "{done}");
    let pulls = desk.names("pulls?state=all", "title").await;
    assert_eq!(pulls, ["sssbot の初期ファイルを置く"]);
    let files = desk.names("pulls/1/files?per_page=100", "filename").await;
    assert!(files.contains(&".github/ISSUE_TEMPLATE/incident.yml".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_s_labels_stay() {
    let desk = desk().await;
    let own = [("bug", "d73a4a"), ("DRILL", "000000")];
    desk.sandbox.github.add_labels(REPO, &own).unwrap();
    let (_, done, _) = desk.run(&["init"]).await;
    assert!(
        done.contains("mend the label “DRILL”: colour #000000 →"),
        "{done}"
    );
    assert!(done.contains("- 1 other labels"), "{done}");
    let labels = desk.names("labels?per_page=100", "name").await;
    assert!(labels.contains(&"DRILL".to_owned()) && labels.contains(&"bug".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playbook_that_is_broken_is_mended_first() {
    let desk = desk().await;
    desk.push("main", ".github/sssbot.yaml", "language: en\nlevles: {}\n");
    let (code, out, said) = desk.run(&["init"]).await;
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(said.starts_with(".github/sssbot.yaml in acme/postmortem cannot be read. Mend it"));
    assert!(said.contains("\n.github/sssbot.yaml:2:1: "), "{said}");
    assert_eq!(desk.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_does_not_allow_is_named() {
    let desk = desk().await;
    let (code, fine, said) = desk.run(&["preflight"]).await;
    assert_eq!((code, said.as_str()), (Some(0), ""), "{fine}");
    assert!(
        fine.contains("GitHub: the App has all permissions"),
        "{fine}"
    );
    assert!(fine.contains("Slack: the token has all scopes"), "{fine}");

    desk.sandbox.github.withhold("issues");
    let (code, _, said) = desk.run(&["preflight"]).await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("“Issues: Read and write” was not accepted yet"),
        "{said}"
    );
    let (code, _, said) = desk.run(&["init"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("GitHub refuses: make the label"), "{said}");
    assert!(
        said.contains("Does the App have the permission “Issues: Read and write”"),
        "{said}"
    );
    let (code, _, said) = desk.run(&["init", "--repo", "acme/other"]).await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("the App is not installed on acme/other"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slack_does_not_allow_is_named() {
    let desk = desk().await;
    desk.sandbox
        .slack
        .set_scopes(&["chat:write", "channels:read"]);
    let (code, _, said) = desk.run(&["preflight", "--lang", "ja"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("「channels:manage」がありません"), "{said}");
    assert!(!said.contains("「chat:write」"), "{said}");
    let wrong = Secret::from("xoxb-another");
    let (code, _, said) = desk
        .run(&["preflight", "--slack-bot-token", wrong.reveal()])
        .await;
    assert_eq!(code, Some(1));
    assert!(said.contains("the token is not accepted"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_change_user_groups_is_said_with_the_setting_that_changes_it() {
    let desk = desk().await;
    let slack = &desk.sandbox.slack;
    let (_, fine, _) = desk.run(&["preflight"]).await;
    assert!(fine.contains("(with the bot's token)"), "{fine}");

    slack.set_groups_by_admins_only(true);
    let (code, _, said) = desk.run(&["preflight"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("Settings & permissions → Permissions → User Groups"));
    assert!(said.contains("SLACK_USERGROUPS_TOKEN"), "{said}");

    let admin = slack.add_user(NewPerson::named("hanako"));
    slack.give_token("xoxp-admin", &admin);
    let with = ["preflight", "--slack-usergroups-token", "xoxp-admin"];
    let (code, fine, said) = desk.run(&with).await;
    assert_eq!((code, said.as_str()), (Some(0), ""), "{fine}");
    assert!(fine.contains("(with the admin's token)"), "{fine}");
    let wrong = ["preflight", "--slack-usergroups-token", "xoxp-another"];
    let (code, _, said) = desk.run(&wrong).await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("SLACK_USERGROUPS_TOKEN is not accepted"),
        "{said}"
    );
    assert!(!said.contains("xoxp-another"), "{said}");

    slack.set_paid(false);
    let (code, _, said) = desk.run(&with).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("the workspace's plan has no user groups"));
    // Whatever was tried, nothing was changed.
    assert!(slack.snapshot().groups.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_declared_once_by_its_name() {
    let desk = desk().await;
    let rules = "services: {shop: {aliases: [checkout]}, blog: }\n";
    desk.push("main", ".github/sssbot.yaml", rules);
    let open = [
        "open",
        "--service",
        "checkout",
        "--summary",
        "Payments are refused",
        "--level",
        "2",
        "--detected",
        "5 minutes ago",
        "--name",
        "alert-7",
    ];
    let faults = desk.sandbox.github.faults();
    faults.next("POST /repos/acme/postmortem/issues", Fault::CutAfter);
    let (code, url, said) = desk.run(&open).await;
    assert_eq!((code, said.as_str()), (Some(0), ""), "{url}");
    let (code, same, said) = desk.run(&open).await;
    assert_eq!((code, same.as_str()), (Some(0), url.as_str()), "{said}");
    assert!(said.contains("It is there already"), "{said}");

    let issues = desk.get("issues?state=all").await;
    assert_eq!(issues.as_array().unwrap().len(), 1, "{issues:#}");
    let issue = &issues[0];
    let title = issue["title"].as_str().unwrap();
    assert!(
        title.starts_with("#shop-") && title.ends_with('i'),
        "{title}"
    );
    assert!(
        issue["body"]
            .as_str()
            .unwrap()
            .contains("Payments are refused")
    );
    let labels: Vec<&str> = issue["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(labels.len(), 2, "{labels:?}");
    let comments = desk.get("issues/1/comments").await;
    assert_eq!(comments.as_array().unwrap().len(), 1, "{comments:#}");
    assert!(
        comments[0]["body"]
            .as_str()
            .unwrap()
            .contains("<!-- sssbot:v1 ")
    );

    // Another of the day has the next name.
    let (_, _, _) = desk
        .run(&["open", "--service", "shop", "--summary", "Again"])
        .await;
    let titles = desk.names("issues?state=all", "title").await;
    assert_eq!(titles, [format!("{title}-2"), title.to_owned()]);

    // What is wrong is said as everywhere else, and nothing is opened.
    let (code, _, said) = desk
        .run(&["open", "--service", "shpo", "--summary", "x"])
        .await;
    assert_eq!(code, Some(2));
    assert!(said.contains("shop"), "{said}");
    // A playbook that somebody broke keeps nobody from declaring an incident.
    desk.push("main", ".github/sssbot.yaml", "services: 3\n");
    let (code, _, said) = desk
        .run(&["open", "--service", "blog", "--summary", "x", "--drill"])
        .await;
    assert_eq!(code, Some(0), "{said}");
    let titles = desk.names("issues?state=all", "title").await;
    assert!(
        titles[0].starts_with("#blog-") && titles[0].ends_with("-訓練"),
        "{titles:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_json_and_says_what_to_do_with_it_beside() {
    let desk = desk().await;
    for (app, next) in [
        ("slack", "api.slack.com/apps"),
        ("github", "/settings/apps/new?"),
    ] {
        let url = "https://sssbot.example.com";
        let (code, out, said) = desk.run(&["manifest", app, "--url", url]).await;
        assert_eq!(code, Some(0), "{said}");
        assert!(serde_json::from_str::<Value>(&out).unwrap().is_object());
        assert!(said.contains(next), "{said}");
    }
    let (code, _, said) = desk
        .run(&["manifest", "slack", "--url", "mailto:a@b.c"])
        .await;
    assert_eq!(code, Some(2));
    assert!(said.contains("is not an address"), "{said}");
}
