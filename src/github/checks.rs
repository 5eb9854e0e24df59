//! Check runs: what the App thinks of a commit, line by line.

use hyper::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHubError;
use super::answer::{List, time};
use super::client::GitHub;
use super::read::{in_repo, segment};
use crate::id::{RepoName, Sha};

/// The most annotations in one call (docs.github.com/rest/checks/runs).
pub const ANNOTATIONS_AT_ONCE: usize = 50;
/// The longest summary and text, in characters.
const OUTPUT: usize = 65_535;

/// What is said about a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What looks at it, in the list of checks.
    pub name: String,
    /// What this run is about: by it the run is found again.
    pub external_id: String,
    /// What came of it; `None` while it is under way.
    pub conclusion: Option<Conclusion>,
    /// A short sentence.
    pub title: String,
    /// Markdown; cut at GitHub's limit.
    pub summary: String,
    /// More Markdown, below; cut at GitHub's limit.
    pub text: Option<String>,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// All is well.
    Success,
    /// Nothing to say for or against.
    Neutral,
    /// Something is wrong.
    Failure,
    /// Somebody has to say or do something first.
    ActionRequired,
}

/// A check run of ours that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFound {
    /// What to change it by.
    pub id: u64,
    /// What it is about.
    pub external_id: String,
    /// What came of it: `success`, `failure`, …; `None` while it is under way.
    pub conclusion: Option<String>,
    /// Its short sentence.
    pub title: String,
    /// Its Markdown, hidden parts too.
    pub summary: String,
    /// When it came to its end.
    pub completed_at: Option<Timestamp>,
}

/// A remark on lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// The first line, from 1.
    pub first_line: u64,
    /// The last.
    pub last_line: u64,
    /// The column, from 1, where both lines are the same; GitHub refuses it otherwise.
    pub column: Option<u64>,
    /// How bad it is.
    pub level: Level,
    /// What is to be said; plain text.
    pub message: String,
}

/// How bad a remark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Notice,
    /// Perhaps wrong.
    Warning,
    /// Wrong.
    Failure,
}

#[derive(Deserialize)]
struct Run {
    id: u64,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    app: Value,
    #[serde(default)]
    conclusion: Option<String>,
    #[serde(default)]
    output: Value,
    #[serde(default, deserialize_with = "time")]
    completed_at: Option<Timestamp>,
}

impl GitHub {
    /// `POST /repos/{o}/{r}/check-runs`: a check run on a commit, with at most
    /// [`ANNOTATIONS_AT_ONCE`] of the annotations; gives its id. The others go with
    /// [`GitHub::update_check`], which adds to what is there.
    ///
    /// # Errors
    /// When it may have happened, look with [`GitHub::find_check`] first.
    pub async fn create_check(
        &self,
        repo: &RepoName,
        commit: &Sha,
        check: &Check,
        annotations: &[Annotation],
    ) -> Result<u64, GitHubError> {
        let mut body = check.body(annotations);
        body["head_sha"] = commit.as_str().into();
        let path = in_repo(repo, "check-runs")?;
        let run: Run = self.write(Method::POST, &path, Some(&body)).await?;
        Ok(run.id)
    }

    /// `PATCH /repos/{o}/{r}/check-runs/{id}`: what is thought now, and more annotations, at most
    /// [`ANNOTATIONS_AT_ONCE`]. Repeated with the same ones, they stand there twice.
    pub async fn update_check(
        &self,
        repo: &RepoName,
        id: u64,
        check: &Check,
        annotations: &[Annotation],
    ) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("check-runs/{id}"))?;
        let body = check.body(annotations);
        let _: Run = self.write(Method::PATCH, &path, Some(&body)).await?;
        Ok(())
    }

    /// Our check run of this name on a commit that is about `external_id`, the newest.
    pub async fn find_check(
        &self,
        repo: &RepoName,
        commit: &Sha,
        name: &str,
        external_id: &str,
    ) -> Result<Option<u64>, GitHubError> {
        let runs = self.checks_named(repo, commit, name).await?;
        let about = runs.iter().filter(|run| run.external_id == external_id);
        Ok(about.map(|run| run.id).max())
    }

    /// Our check runs of this name on a commit, the oldest first. Nobody but this App can have
    /// written what they say.
    pub async fn checks_named(
        &self,
        repo: &RepoName,
        commit: &Sha,
        name: &str,
    ) -> Result<Vec<CheckFound>, GitHubError> {
        let (commit, name) = (segment(commit.as_str()), segment(name));
        let path = format!("commits/{commit}/check-runs?check_name={name}&filter=all");
        let runs: List<Run> = self
            .list_of(&in_repo(repo, &path)?, Some("check_runs"))
            .await?;
        let ours = runs.items.into_iter();
        let ours = ours.filter(|run| run.app["id"] == self.app_id());
        let mut found: Vec<CheckFound> = ours.map(Run::found).collect();
        found.sort_by_key(|run| run.id);
        Ok(found)
    }
}

impl Run {
    fn found(self) -> CheckFound {
        let text = |name: &str| {
            let text = self.output[name].as_str();
            text.unwrap_or_default().to_owned()
        };
        CheckFound {
            id: self.id,
            title: text("title"),
            summary: text("summary"),
            external_id: self.external_id.unwrap_or_default(),
            conclusion: self.conclusion,
            completed_at: self.completed_at,
        }
    }
}

impl Check {
    fn body(&self, annotations: &[Annotation]) -> Value {
        let cut = |text: &str| -> String { text.chars().take(OUTPUT).collect() };
        let annotations: Vec<Value> = annotations
            .iter()
            .take(ANNOTATIONS_AT_ONCE)
            .map(Annotation::to_json)
            .collect();
        let mut output = json!({
            "title": self.title, "summary": cut(&self.summary), "annotations": annotations,
        });
        if let Some(text) = &self.text {
            output["text"] = cut(text).into();
        }
        let mut body = json!({
            "name": self.name, "external_id": self.external_id, "output": output,
        });
        match self.conclusion {
            None => body["status"] = "in_progress".into(),
            Some(conclusion) => {
                body["status"] = "completed".into();
                body["conclusion"] = match conclusion {
                    Conclusion::Success => "success",
                    Conclusion::Neutral => "neutral",
                    Conclusion::Failure => "failure",
                    Conclusion::ActionRequired => "action_required",
                }
                .into();
            }
        }
        body
    }
}

impl Annotation {
    fn to_json(&self) -> Value {
        let level = match self.level {
            Level::Notice => "notice",
            Level::Warning => "warning",
            Level::Failure => "failure",
        };
        let last = self.last_line.max(self.first_line);
        let mut annotation = json!({
            "path": self.path, "start_line": self.first_line, "end_line": last,
            "annotation_level": level, "message": self.message,
        });
        if let Some(column) = self.column.filter(|_| last == self.first_line) {
            annotation["start_column"] = column.into();
            annotation["end_column"] = column.into();
        }
        annotation
    }
}
