//! What an incident's record needs of GitHub, over HTTP to the sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;
use sssbot::clock::Clock;
use sssbot::github::{
    GitHub, GitHubError, IssueChange, IssueQuery, IssueState, Marker, NewIssue, RepoLabel,
    Settings, What,
};
use sssbot::id::{Login, RepoName};
use sssbot::sandbox::{Fault, Sandbox};

pub struct Desk {
    pub sandbox: Sandbox,
    pub github: GitHub,
    pub repo: RepoName,
}

pub async fn desk() -> Desk {
    let (clock, _) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
    sandbox.github.add_repo("acme/postmortem", true).unwrap();
    sandbox.github.install(&["acme/postmortem"]).unwrap();
    sandbox.github.add_user("hanako");
    let github = GitHub::new(Settings {
        api_url: sandbox.github_api.clone(),
        app_id: sandbox.keys.app_id,
        private_key: sandbox.keys.private_key.as_str().into(),
        repo: "acme/postmortem".into(),
        timeout: Duration::from_secs(2),
    })
    .unwrap();
    let repo = "acme/postmortem".into();
    Desk {
        sandbox,
        github,
        repo,
    }
}

fn labels(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn logins(names: &[&str]) -> Vec<Login> {
    names.iter().map(|name| Login::from(*name)).collect()
}

fn mark() -> Marker {
    Marker::of(&"open:C1".into())
}

#[tokio::test]
async fn an_issue_is_opened_once_and_found_by_its_mark() {
    let Desk {
        sandbox,
        github,
        repo,
    } = desk().await;
    let (these, people) = (
        labels(&["sss", "事象レベル1 ⚠️"]),
        logins(&["hanako", "nobody-here"]),
    );
    let new = NewIssue {
        title: "#sss-20210101i",
        body: "サマリ",
        labels: &these,
        assignees: &people,
    };
    let since = Timestamp::UNIX_EPOCH;
    assert_eq!(
        github.find_issue_with_marker(&repo, &mark(), since).await,
        Ok(None)
    );

    sandbox
        .github
        .faults()
        .next("POST /repos/acme/postmortem/issues", Fault::CutAfter);
    let lost = github.create_issue(&repo, &new, &mark()).await.unwrap_err();
    assert!(lost.may_have_happened());
    let found = github
        .find_issue_with_marker(&repo, &mark(), since)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.title.as_str(), found.assignees.len()),
        ("#sss-20210101i", 1)
    );
    assert!(found.body.starts_with("サマリ\n\n<!-- sssbot:key"));
    let names: Vec<&str> = found
        .labels
        .iter()
        .map(|label| label.name.as_str())
        .collect();
    assert_eq!(names, ["sss", "事象レベル1 ⚠️"]);
    let other = Marker::of(&"open:C2".into());
    assert_eq!(
        github.find_issue_with_marker(&repo, &other, since).await,
        Ok(None)
    );

    let edited = github
        .edit_issue(
            &repo,
            found.number,
            &IssueChange {
                title: Some("#sss-20210101i-2"),
                body: Some("new"),
                state: Some(IssueState::Completed),
            },
        )
        .await
        .unwrap();
    assert_eq!(
        (
            edited.title.as_str(),
            edited.body.as_str(),
            edited.state.as_str()
        ),
        ("#sss-20210101i-2", "new", "closed")
    );
    assert!(edited.closed_at.is_some());
    let query = IssueQuery::default();
    assert_eq!(github.issues(&repo, &query).await.unwrap().items, []);
    let reopen = IssueChange {
        state: Some(IssueState::Open),
        ..IssueChange::default()
    };
    github
        .edit_issue(&repo, found.number, &reopen)
        .await
        .unwrap();
    let one = labels(&["事象レベル1 ⚠️", "sss"]);
    let query = IssueQuery {
        labels: &one,
        ..query
    };
    assert_eq!(github.issues(&repo, &query).await.unwrap().items.len(), 1);
    let none = labels(&["sss", "drill"]);
    let query = IssueQuery {
        labels: &none,
        closed_too: true,
        ..query
    };
    assert_eq!(github.issues(&repo, &query).await.unwrap().items, []);

    let long = "x".repeat(257);
    let outcome = github
        .create_issue(
            &repo,
            &NewIssue {
                title: &long,
                ..new
            },
            &mark(),
        )
        .await;
    assert!(
        matches!(outcome, Err(GitHubError::Refused { status: 422, .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_mark_that_somebody_else_wrote_counts_for_nothing() {
    let Desk {
        sandbox,
        github,
        repo,
    } = desk().await;
    sandbox.github.add_user("mallory");
    let text = format!("mine\n\n{}", mark());
    let url = format!("{}/repos/acme/postmortem/issues", sandbox.github_api);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = serde_json::json!({"title": "x", "body": text}).to_string();
    let asked = http
        .post(url)
        .bearer_auth("user:mallory")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), 201);
    let found = github
        .find_issue_with_marker(&repo, &mark(), Timestamp::UNIX_EPOCH)
        .await;
    assert_eq!(found, Ok(None));
}

#[tokio::test]
async fn labels_people_and_comments_of_an_issue_and_all_of_it_in_the_timeline() {
    let Desk {
        sandbox,
        github,
        repo,
    } = desk().await;
    let new = NewIssue {
        title: "#sss-20210101i",
        body: "b",
        ..NewIssue::default()
    };
    let number = github
        .create_issue(&repo, &new, &mark())
        .await
        .unwrap()
        .number;
    let all = github
        .add_labels(&repo, number, &labels(&["a/b c", "sss"]))
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    for _ in 0..2 {
        assert_eq!(github.remove_label(&repo, number, "A/b c").await, Ok(()));
    }
    let missing = github.remove_label(&repo, 404, "sss").await;
    assert!(
        matches!(missing, Err(GitHubError::NotFound { .. })),
        "{missing:?}"
    );

    sandbox.github.set_role("stranger", "none");
    let people = logins(&["Hanako", "stranger", "nobody-here"]);
    let assigned = github.assign(&repo, number, &people).await.unwrap();
    assert_eq!(assigned.now, logins(&["hanako"]));
    assert_eq!(assigned.left_out, logins(&["stranger", "nobody-here"]));
    assert_eq!(github.unassign(&repo, number, &people).await, Ok(vec![]));

    let comment = github
        .comment(&repo, number, "検知", &mark())
        .await
        .unwrap();
    github
        .edit_comment(&repo, comment, "検知した", &mark())
        .await
        .unwrap();
    assert_eq!(
        github
            .find_comment_with_marker(&repo, number, &mark())
            .await,
        Ok(Some(comment))
    );
    for _ in 0..2 {
        assert_eq!(github.react_to_comment(&repo, comment).await, Ok(()));
    }
    let thumb = ("sssbot[bot]".to_owned(), "+1");
    let reactions = sandbox.github.reactions(repo.as_str(), comment);
    assert_eq!(reactions, [thumb]);
    let missing = github.react_to_comment(&repo, 404).await;
    assert!(matches!(missing, Err(GitHubError::NotFound { .. })));
    let change = IssueChange {
        title: Some("#sss-20210101i-2"),
        state: Some(IssueState::NotPlanned),
        ..IssueChange::default()
    };
    github.edit_issue(&repo, number, &change).await.unwrap();

    let steps = github.timeline(&repo, number).await.unwrap();
    assert!(steps.whole);
    let ours = github.app_id();
    for step in &steps.items {
        assert_eq!(step.app_id, Some(ours), "{step:?}");
        assert!(step.id.is_some() && step.at.is_some() && step.by.as_ref().unwrap().is_bot());
    }
    let whats: Vec<What> = steps.items.into_iter().map(|step| step.what).collect();
    let labeled = |name: &str| What::Labeled(name.to_owned());
    assert_eq!(
        whats[..3],
        [
            labeled("a/b c"),
            labeled("sss"),
            What::Unlabeled("a/b c".to_owned())
        ]
    );
    assert!(matches!(&whats[3], What::Assigned(user) if user.login == "hanako".into()));
    assert!(matches!(&whats[4], What::Unassigned(user) if user.login == "hanako".into()));
    assert!(
        matches!(&whats[5], What::Commented { body, .. } if body.starts_with("検知した\n\n<!--"))
    );
    let renamed = What::Renamed {
        from: "#sss-20210101i".to_owned(),
        to: "#sss-20210101i-2".to_owned(),
    };
    assert_eq!(
        whats[6..],
        [renamed, What::Closed(Some("not_planned".to_owned()))]
    );
}

#[tokio::test]
async fn the_labels_of_a_repository_are_made_and_repaired() {
    let Desk {
        sandbox: _sandbox,
        github,
        repo,
    } = desk().await;
    let mut label = RepoLabel {
        name: "事象レベル1 ⚠️".to_owned(),
        color: "FFCC00".to_owned(),
        description: "軽い".to_owned(),
    };
    assert_eq!(github.create_label(&repo, &label).await, Ok(true));
    assert_eq!(github.create_label(&repo, &label).await, Ok(false));
    let old = label.name.clone();
    label.name = "レベル1".to_owned();
    label.color = "00ff00".to_owned();
    github.update_label(&repo, &old, &label).await.unwrap();
    let all = github.labels(&repo).await.unwrap().items;
    assert!(all.contains(&label), "{all:?}");
    let gone = github.update_label(&repo, &old, &label).await;
    assert!(matches!(gone, Err(GitHubError::NotFound { .. })));
    for _ in 0..2 {
        assert_eq!(github.delete_label(&repo, "レベル1").await, Ok(()));
    }
    label.color = "green".to_owned();
    let wrong = github.create_label(&repo, &label).await;
    assert!(
        matches!(wrong, Err(GitHubError::Refused { status: 422, .. })),
        "{wrong:?}"
    );
}
