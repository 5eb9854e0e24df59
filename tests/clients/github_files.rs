//! Files, pull requests, checks and permissions on GitHub, over HTTP to the sandbox.

use sssbot::github::{Annotation, Check, Commit, Conclusion, GitHubError, Level, Permission};
use sssbot::sandbox::Fault;

use crate::github_record::{Desk, desk};

#[tokio::test]
async fn what_somebody_may_do() {
    let Desk {
        sandbox,
        github,
        repo,
    } = desk().await;
    for (role, wanted) in [
        ("admin", Permission::Admin),
        ("maintain", Permission::Maintain),
        ("write", Permission::Write),
        ("triage", Permission::Triage),
        ("read", Permission::Read),
        ("none", Permission::None),
    ] {
        sandbox.github.set_role("taro", role);
        assert_eq!(github.permission(&repo, &"taro".into()).await, Ok(wanted));
    }
    assert_eq!(
        github.permission(&repo, &"nobody-here".into()).await,
        Ok(Permission::None)
    );
    assert_eq!(
        github.permission(&repo, &"../x".into()).await,
        Ok(Permission::None)
    );
    assert_eq!(
        github.permission(&repo, &"hanako".into()).await,
        Ok(Permission::Write)
    );
}

#[tokio::test]
async fn a_check_run_with_more_remarks_than_go_into_one_call() {
    let Desk {
        sandbox,
        github,
        repo,
    } = desk().await;
    let commit = github.tip(&repo, "main").await.unwrap().unwrap();
    let annotations: Vec<Annotation> = (1..=70)
        .map(|line| Annotation {
            path: ".github/sssbot.yaml".to_owned(),
            first_line: line,
            last_line: line,
            column: Some(3),
            level: Level::Failure,
            message: "unknown key".to_owned(),
        })
        .collect();
    let mut check = Check {
        name: "playbook".to_owned(),
        external_id: "pull:1".to_owned(),
        conclusion: None,
        title: "looking".to_owned(),
        summary: "x".repeat(70_000),
        text: None,
    };
    sandbox
        .github
        .faults()
        .next("POST /repos/acme/postmortem/check-runs", Fault::CutAfter);
    let lost = github
        .create_check(&repo, &commit, &check, &annotations[..50])
        .await;
    assert!(lost.unwrap_err().may_have_happened());
    let id = github
        .find_check(&repo, &commit, "playbook", "pull:1")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        github
            .find_check(&repo, &commit, "playbook", "pull:2")
            .await,
        Ok(None)
    );
    check.conclusion = Some(Conclusion::Failure);
    github
        .update_check(&repo, id, &check, &annotations[50..])
        .await
        .unwrap();
    let nowhere = github
        .create_check(&repo, &"0".repeat(40).into(), &check, &[])
        .await;
    assert!(
        matches!(nowhere, Err(GitHubError::Refused { status: 422, .. })),
        "{nowhere:?}"
    );
    let gone = github.update_check(&repo, 404, &check, &[]).await;
    assert!(
        matches!(gone, Err(GitHubError::NotFound { .. })),
        "{gone:?}"
    );
}

#[tokio::test]
async fn files_in_one_commit_and_one_pull_request_however_often_it_is_begun() {
    let Desk {
        sandbox,
        github,
        repo,
    } = desk().await;
    let files = [
        (
            ".github/sssbot.yaml".to_owned(),
            Some("language: ja\n".to_owned()),
        ),
        ("docs/障害.md".to_owned(), Some("# 障害\n".to_owned())),
    ];
    let commit = Commit {
        branch: "sssbot/init",
        base: "main",
        message: "Add the playbook",
        files: &files,
    };
    let faults = [
        "POST /repos/acme/postmortem/git/trees",
        "POST /repos/acme/postmortem/git/commits",
        "POST /repos/acme/postmortem/git/refs",
    ];
    for call in faults {
        sandbox.github.faults().next(call, Fault::CutAfter);
        let lost = github.commit_files(&repo, &commit).await;
        assert!(lost.unwrap_err().may_have_happened(), "{call}");
    }
    let done = github.commit_files(&repo, &commit).await.unwrap();
    assert!(!done.changed, "it was there already");
    let file = github
        .file(&repo, "docs/障害.md", Some(done.commit.as_str()))
        .await
        .unwrap();
    assert_eq!(file.unwrap().text, "# 障害\n");
    let seen = sandbox.github.snapshot();
    let ours = |commit: &&sssbot::sandbox::github::CommitView| commit.message == "Add the playbook";
    assert_eq!(seen.repos[0].commits.iter().filter(ours).count(), 1);

    sandbox
        .github
        .faults()
        .next("POST /repos/acme/postmortem/pulls", Fault::CutAfter);
    let propose = || github.propose(&repo, "sssbot/init", "main", "Playbook", "b");
    assert!(propose().await.unwrap_err().may_have_happened());
    let first = propose().await.unwrap();
    assert_eq!(
        (propose().await.unwrap().number, first.head.branch.as_str()),
        (first.number, "sssbot/init")
    );

    let files = [("docs/障害.md".to_owned(), None)];
    let second = Commit {
        message: "Without",
        files: &files,
        ..commit
    };
    assert!(github.commit_files(&repo, &second).await.unwrap().changed);
    assert_eq!(
        github
            .file(&repo, "docs/障害.md", Some("sssbot/init"))
            .await,
        Ok(None)
    );
    let nowhere = Commit {
        branch: "x",
        base: "nowhere",
        ..commit
    };
    let outcome = github.commit_files(&repo, &nowhere).await;
    assert!(
        matches!(outcome, Err(GitHubError::NotFound { .. })),
        "{outcome:?}"
    );
    let nothing = github.propose(&repo, "main", "main", "x", "y").await;
    assert!(
        matches!(nothing, Err(GitHubError::Refused { status: 422, .. })),
        "{nothing:?}"
    );
}
