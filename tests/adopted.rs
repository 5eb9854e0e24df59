//! The template of a postmortem repository, pushed as a new repository, works as it is: an incident
//! is declared in it, run, and written up.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use sssbot::cli::world::World;
use sssbot::playbook;
use sssbot::sandbox::story::Story;

fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("postmortem-template")
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// The body of an act: each line behind a bar.
fn body(text: &str) -> String {
    let line = |line: &str| format!("| {line}").trim_end().to_owned();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A story that pushes the template and then lets this happen.
fn story(acts: &str) -> String {
    let mut found = Vec::new();
    files(&template(), &mut found);
    let mut source = String::from("---\nlang: ja\n---\n# Adopted\n\n```do\n");
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(template()).unwrap().display().to_string();
        source.push_str(&format!("file acme/postmortem {name}\n{}\n", body(&text)));
    }
    format!("{source}{acts}\n```\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_declared_and_written_up() {
    let rules = fs::read_to_string(template().join(playbook::PATH)).unwrap();
    let rules = playbook::parse(&rules).unwrap();
    let service = &rules.services.first().unwrap().id;
    let form = format!(
        "### サービス / Service\n\n{service}\n\n### サマリ / Summary\n\n決済できない\n\n\
         ### 類型 / Type\n\n障害 / Outage\n\n### 訓練 / Drill\n\n_No response_"
    );
    let acts = format!(
        "hanako opens issue acme/postmortem \"決済できない\"\n{}\n\
         hanako comments on acme/postmortem#1\n| /handler @hanako\n| /recovered\n| /postmortem\n\
         wait 2m",
        body(&form)
    );
    let story = Story::parse(&story(&acts)).unwrap();
    let pages = "https://github.example";
    let mut world = World::by_hand(story.lang, story.start, pages)
        .await
        .unwrap();
    let seen = world.play(&story).await.unwrap();
    let promises = world.broken_promises();
    world.stop().await;
    let seen: String = seen
        .iter()
        .flatten()
        .map(|it| it.text.clone() + "\n")
        .collect();
    let channel = format!("{service}-20210101i");
    for wanted in [
        format!("postmortems/2021/{channel}.md\n"),
        format!("# {channel} ポストモーテム"),
        format!("#{channel} ポストモーテム"),
        "「影響」がまだ書かれていません".to_owned(),
        "再発防止の作業が 1 件もありません".to_owned(),
    ] {
        assert!(seen.contains(&wanted), "{wanted} is not in\n{seen}");
    }
    assert_eq!(promises, [""; 0]);
}
