//! What visitors do, done as a person does it: through GitHub's REST API, with that person's token.

mod edits;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::address::{Here, Subject};
use super::frame::PEOPLE;
use super::words::Word;
use super::{Page, Stage, again};
use crate::sandbox::github::CommitSpec;

/// The most commits of one push: enough to see that they become one message.
const COMMITS: usize = 20;

/// A form, whichever it was: what a form does not have is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    subject: String,
    channel: String,
    #[serde(rename = "as")]
    who: String,
    repo: String,
    comment: String,
    title: String,
    body: String,
    label: String,
    whom: String,
    state: String,
    event: String,
    branch: String,
    file: String,
    at: String,
    text: String,
    commit: String,
    blob: String,
}

/// Where the visitor is led after it was done.
struct Done {
    subject: String,
    place: String,
}

/// Why it was not done.
enum Problem {
    /// The form lacked something.
    Say(Word),
    /// GitHub refused, in its own words.
    Refused(String),
}

/// `POST /act/{what}`
pub(super) async fn post(
    State(page): State<Page>,
    Path(what): Path<String>,
    Form(asked): Form<Asked>,
) -> Response {
    let here = Here {
        subject: asked.subject.clone(),
        file: asked.file.clone(),
        at: asked.at.clone(),
        channel: asked.channel.clone(),
        who: asked.who.clone(),
        draft: String::new(),
    };
    match perform(&page, &what, &asked).await {
        Ok(done) => Redirect::to(&here.with_subject(&done.subject, &done.place)).into_response(),
        Err(problem) => {
            let lang = page.stage().lang;
            let words = match problem {
                Problem::Say(word) => word.say(lang).to_owned(),
                Problem::Refused(why) => Word::Refused.with(lang, "why", &why),
            };
            again(&page, &here, &words)
        }
    }
}

async fn perform(page: &Page, what: &str, asked: &Asked) -> Result<Done, Problem> {
    let stage = page.stage();
    let login = login(&asked.who)?;
    // Somebody of the page's people may not have come up in the story so far.
    stage.github.add_user(login);
    let person = Person { page, login };
    match what {
        "open" => return open(&person, asked).await,
        "push" => return push(stage, login, asked),
        "propose" => return edits::propose(&person, asked).await,
        "commit" => return edits::commit(&person, asked).await,
        _ => {}
    }
    let gone = |_| Problem::Say(Word::ChooseFirst);
    let subject: Subject = asked.subject.parse().map_err(gone)?;
    match what {
        "merge" => return edits::merge(&person, asked, &subject).await,
        "ready" => return ready(stage, login, asked, &subject),
        _ => {}
    }
    let number = subject.number.to_string();
    let (owner, name) = (subject.repo.owner(), subject.repo.name());
    let issues = ["repos", owner, name, "issues"];
    let pulls = ["repos", owner, name, "pulls"];
    let at = |base: [&'_ str; 4], more: &[&str]| -> Vec<String> {
        base.iter()
            .chain(more)
            .map(|part| (*part).to_owned())
            .collect()
    };
    let (verb, path, body) = match what {
        "comment" => {
            let body = json!({"body": needed(&asked.body)?});
            (Method::POST, at(issues, &[&number, "comments"]), Some(body))
        }
        "edit-comment" | "edit-line" => {
            let base = if what == "edit-line" { pulls } else { issues };
            let body = json!({"body": needed(&asked.body)?});
            (
                Method::PATCH,
                at(base, &["comments", &id(asked)?]),
                Some(body),
            )
        }
        "delete-comment" | "delete-line" => {
            let base = if what == "delete-line" { pulls } else { issues };
            (Method::DELETE, at(base, &["comments", &id(asked)?]), None)
        }
        "edit-body" => (
            Method::PATCH,
            at(issues, &[&number]),
            Some(json!({"body": asked.body})),
        ),
        "rename" => {
            let body = json!({"title": needed(&asked.title)?});
            (Method::PATCH, at(issues, &[&number]), Some(body))
        }
        "state" => (
            Method::PATCH,
            at(issues, &[&number]),
            Some(json!({"state": asked.state})),
        ),
        "label" => {
            let body = json!({"labels": [needed(&asked.label)?.trim()]});
            (Method::POST, at(issues, &[&number, "labels"]), Some(body))
        }
        "unlabel" => {
            let label = needed(&asked.label)?;
            (
                Method::DELETE,
                at(issues, &[&number, "labels", label]),
                None,
            )
        }
        "assign" | "unassign" => {
            let verb = match what {
                "assign" => Method::POST,
                _ => Method::DELETE,
            };
            let body = json!({"assignees": [needed(&asked.whom)?]});
            (verb, at(issues, &[&number, "assignees"]), Some(body))
        }
        "review" => {
            let body = json!({"event": asked.event, "body": asked.body});
            (Method::POST, at(pulls, &[&number, "reviews"]), Some(body))
        }
        _ => return Err(Problem::Say(Word::ChooseFirst)),
    };
    let answer = person.call(verb, &path, body).await?;
    let made = answer["id"].as_u64();
    let place = match (what, made) {
        ("comment" | "edit-comment", Some(id)) => format!("comment-{id}"),
        ("edit-line", Some(id)) => format!("line-{id}"),
        ("review", Some(id)) => format!("review-{id}"),
        _ => "subject".to_owned(),
    };
    Ok(Done {
        subject: asked.subject.clone(),
        place,
    })
}

async fn open(person: &Person<'_>, asked: &Asked) -> Result<Done, Problem> {
    let body = json!({"title": needed(&asked.title)?, "body": asked.body});
    let (owner, name) = asked
        .repo
        .split_once('/')
        .ok_or(Problem::Say(Word::ChooseFirst))?;
    let path = ["repos", owner, name, "issues"].map(str::to_owned);
    let answer = person.call(Method::POST, &path, Some(body)).await?;
    Ok(Done {
        subject: format!("{}/{}", asked.repo, answer["number"]),
        place: "subject".to_owned(),
    })
}

fn push(stage: &Stage, login: &str, asked: &Asked) -> Result<Done, Problem> {
    let branch = needed(&asked.branch)?.trim();
    let messages = needed(&asked.body)?.lines().map(str::trim);
    let messages = messages.filter(|line| !line.is_empty()).take(COMMITS);
    let now = stage.clock.now();
    let commits: Vec<CommitSpec> = messages
        .enumerate()
        .map(|(n, message)| {
            // Something must differ, or there is nothing to commit.
            let content = format!("{message}\n\n{login}, {now}, {n}\n");
            CommitSpec::file(message, "demo/notes.md", &content)
        })
        .collect();
    let pushed = stage
        .github
        .push(login, &asked.repo, branch, &commits, false);
    pushed.map_err(|why| Problem::Refused(why.to_string()))?;
    Ok(Done {
        subject: asked.subject.clone(),
        place: "branches".to_owned(),
    })
}

/// Only GraphQL and the page can do this.
fn ready(stage: &Stage, login: &str, asked: &Asked, subject: &Subject) -> Result<Done, Problem> {
    let github = &stage.github;
    let done = github.set_draft(login, subject.repo.as_str(), subject.number, false);
    done.map_err(|why| Problem::Refused(why.to_string()))?;
    Ok(Done {
        subject: asked.subject.clone(),
        place: "checks".to_owned(),
    })
}

fn needed(text: &str) -> Result<&str, Problem> {
    if text.trim().is_empty() {
        Err(Problem::Say(Word::WriteFirst))
    } else {
        Ok(text)
    }
}

fn id(asked: &Asked) -> Result<String, Problem> {
    let id = asked.comment.parse::<u64>();
    id.map(|id| id.to_string())
        .map_err(|_| Problem::Say(Word::ChooseFirst))
}

/// The login that was chosen, if it is one that GitHub would have.
fn login(who: &str) -> Result<&str, Problem> {
    if who.is_empty() {
        return Ok(PEOPLE[0]);
    }
    let good = who.len() <= 39 && who.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    good.then_some(who).ok_or(Problem::Say(Word::ChooseFirst))
}

/// Somebody with their token.
struct Person<'a> {
    page: &'a Page,
    login: &'a str,
}

impl Person<'_> {
    async fn call(
        &self,
        verb: Method,
        path: &[String],
        body: Option<Value>,
    ) -> Result<Value, Problem> {
        // These would lead out of the path, and another call would be made than the one meant.
        if path
            .iter()
            .any(|part| part.is_empty() || part == "." || part == "..")
        {
            return Err(Problem::Say(Word::ChooseFirst));
        }
        let silent = || Problem::Say(Word::Silent);
        let mut url = Url::parse(&self.page.stage().github_url).map_err(|_| silent())?;
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(["api", "v3"]).extend(path);
        }
        let mut request = self.page.0.client.request(verb, url);
        request = request.bearer_auth(format!("user:{}", self.login));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(|_| silent())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|_| silent())?;
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            return Ok(value);
        }
        let why = value["message"].as_str().unwrap_or_default();
        Err(Problem::Refused(format!("{why} ({})", status.as_u16())))
    }
}
