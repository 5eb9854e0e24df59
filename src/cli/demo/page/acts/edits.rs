//! What visitors do to files: propose a change as a pull request, add to one, merge it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::address::{FilePlace, Subject};
use super::super::files;
use super::super::words::Word;
use super::{Asked, Done, Person, Problem, needed};

/// A new branch with the file as it is now wanted, and a pull request for it. The branch leaves
/// from the commit that was on the page, so nobody's later change is undone.
pub(super) async fn propose(person: &Person<'_>, asked: &Asked) -> Result<Done, Problem> {
    let place = place(asked)?;
    let (title, branch) = (needed(&asked.title)?.trim(), needed(&asked.branch)?.trim());
    changed(person, asked, &place)?;
    let base = default_branch(person, &place)?;
    let name = format!("refs/heads/{branch}");
    let made = json!({"ref": name, "sha": asked.commit});
    let refs = path(&place, &["git", "refs"]);
    person.call(Method::POST, &refs, Some(made)).await?;
    if let Err(problem) = write(person, asked, &place, title, branch).await {
        let mut name: Vec<&str> = vec!["git", "refs", "heads"];
        name.extend(branch.split('/'));
        // What was begun for this change only goes with it.
        let _gone = person
            .call(Method::DELETE, &path(&place, &name), None)
            .await;
        return Err(problem);
    }
    let body = json!({"title": title, "body": asked.body, "head": branch, "base": base});
    let pull = person
        .call(Method::POST, &path(&place, &["pulls"]), Some(body))
        .await?;
    Ok(opened(&place, &pull["number"]))
}

/// Another commit on the branch of a pull request.
pub(super) async fn commit(person: &Person<'_>, asked: &Asked) -> Result<Done, Problem> {
    let place = place(asked)?;
    let (title, branch) = (needed(&asked.title)?.trim(), needed(&asked.branch)?.trim());
    changed(person, asked, &place)?;
    write(person, asked, &place, title, branch).await?;
    let snapshot = person.page.stage().github.snapshot();
    let mut repos = snapshot.repos.iter();
    let repo = repos.find(|repo| repo.name == place.repo.as_str());
    match repo.and_then(|repo| files::pull_of(repo, branch)) {
        Some(pull) => Ok(opened(&place, &pull.number.into())),
        None => Ok(Done {
            subject: asked.subject.clone(),
            place: "branches".to_owned(),
        }),
    }
}

/// Merges what was on the page: not what has come since.
pub(super) async fn merge(
    person: &Person<'_>,
    asked: &Asked,
    subject: &Subject,
) -> Result<Done, Problem> {
    let (owner, name) = (subject.repo.owner(), subject.repo.name());
    let number = subject.number.to_string();
    let path = ["repos", owner, name, "pulls", &number, "merge"].map(str::to_owned);
    let body = json!({"sha": asked.commit});
    person.call(Method::PUT, &path, Some(body)).await?;
    Ok(Done {
        subject: asked.subject.clone(),
        place: "subject".to_owned(),
    })
}

fn opened(place: &FilePlace, number: &Value) -> Done {
    Done {
        subject: format!("{}/{number}", place.repo),
        place: "subject".to_owned(),
    }
}

fn place(asked: &Asked) -> Result<FilePlace, Problem> {
    let place = asked.file.parse();
    place.map_err(|_| Problem::Say(Word::ChooseFirst))
}

fn path(place: &FilePlace, more: &[&str]) -> Vec<String> {
    let base = ["repos", place.repo.owner(), place.repo.name()];
    let all = base.iter().chain(more);
    all.map(|part| (*part).to_owned()).collect()
}

/// The text as it was written: browsers send line breaks in their own way.
fn text(asked: &Asked) -> String {
    asked.text.replace("\r\n", "\n")
}

/// Whether the file on the page was another.
fn changed(person: &Person<'_>, asked: &Asked, place: &FilePlace) -> Result<(), Problem> {
    let github = &person.page.stage().github;
    let known = github.file(place.repo.as_str(), &asked.commit, &place.path);
    match known {
        None => Err(Problem::Say(Word::ChooseFirst)),
        Some(known) if known.text == text(asked) => Err(Problem::Say(Word::NothingChanged)),
        Some(_) => Ok(()),
    }
}

fn default_branch(person: &Person<'_>, place: &FilePlace) -> Result<String, Problem> {
    let repos = person.page.stage().github.snapshot().repos;
    let mut repos = repos.into_iter();
    let found = repos.find(|repo| repo.name == place.repo.as_str());
    let found = found.map(|repo| repo.default_branch);
    found.ok_or(Problem::Say(Word::ChooseFirst))
}

async fn write(
    person: &Person<'_>,
    asked: &Asked,
    place: &FilePlace,
    message: &str,
    branch: &str,
) -> Result<Value, Problem> {
    let mut parts = vec!["contents"];
    parts.extend(place.path.split('/'));
    let content = STANDARD.encode(text(asked));
    let body = json!({
        "message": message, "content": content, "sha": asked.blob, "branch": branch,
    });
    person
        .call(Method::PUT, &path(place, &parts), Some(body))
        .await
}
