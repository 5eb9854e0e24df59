//! What a story's people do on GitHub: over HTTP as they would, by an act of the world where GitHub's
//! API has no call for it.

use reqwest::Method;
use serde_json::{Value, json};

use super::CannotPlay;
use crate::id::{Login, RepoName};
use crate::sandbox::github::{CommitSpec, GitHubWorld};
use crate::sandbox::story::{Deed, InlineComment, Pushed, Ref, Verdict};

/// Something that was made in a story and is named by its place later.
#[derive(Debug, Clone)]
struct Made {
    on: Ref,
    id: u64,
}

/// The people of a story on GitHub, and what they have made there.
#[derive(Debug)]
pub(super) struct OnGitHub {
    pub(super) world: GitHubWorld,
    api: String,
    client: reqwest::Client,
    comments: Vec<Made>,
    review_comments: Vec<Made>,
    reviews: Vec<Made>,
    pushes: usize,
}

impl OnGitHub {
    /// Nobody has made anything yet; `api` is where the world's API is.
    pub(super) fn new(world: GitHubWorld, api: String) -> Self {
        Self {
            world,
            api,
            client: reqwest::Client::builder()
                .no_proxy()
                // Only this machine is called, and plainly: no authority is asked for.
                .tls_certs_only([])
                .build()
                .unwrap_or_default(),
            comments: Vec::new(),
            review_comments: Vec::new(),
            reviews: Vec::new(),
            pushes: 0,
        }
    }

    /// Does one deed as this person.
    pub(super) async fn act(&mut self, who: &Login, deed: &Deed) -> Result<(), CannotPlay> {
        let who = who.as_str();
        match deed {
            Deed::OpenIssue {
                repo,
                title,
                body,
                labels,
            } => {
                let new = json!({"title": title, "body": body, "labels": labels});
                self.ask(who, Method::POST, &format!("repos/{repo}/issues"), new)
                    .await?;
            }
            Deed::OpenPull {
                repo,
                title,
                body,
                head,
                base,
                draft,
            } => {
                let base = base.clone().unwrap_or_else(|| self.default_branch(repo));
                let new = json!({
                    "title": title, "body": body, "head": head, "base": base, "draft": draft,
                });
                self.ask(who, Method::POST, &format!("repos/{repo}/pulls"), new)
                    .await?;
            }
            Deed::Comment { on, body } => {
                let body = self.confirmed(on, body)?;
                let path = format!("repos/{}/issues/{}/comments", on.repo, on.number);
                let made = self
                    .ask(who, Method::POST, &path, json!({"body": body}))
                    .await?;
                self.comments.push(Made {
                    on: on.clone(),
                    id: id(&made),
                });
            }
            Deed::EditComment { nth, body } => {
                let made = nth_of(&self.comments, *nth, "comment")?;
                let path = format!("repos/{}/issues/comments/{}", made.on.repo, made.id);
                self.ask(who, Method::PATCH, &path, json!({"body": body}))
                    .await?;
            }
            Deed::DeleteComment { nth } => {
                let made = nth_of(&self.comments, *nth, "comment")?;
                let path = format!("repos/{}/issues/comments/{}", made.on.repo, made.id);
                self.ask(who, Method::DELETE, &path, Value::Null).await?;
            }
            Deed::EditBody { on, body } => self.change(who, on, json!({"body": body})).await?,
            Deed::Rename { on, title } => self.change(who, on, json!({"title": title})).await?,
            Deed::Label { on, labels } => {
                let path = format!("repos/{}/issues/{}/labels", on.repo, on.number);
                self.ask(who, Method::POST, &path, json!({"labels": labels}))
                    .await?;
            }
            Deed::Unlabel { on, labels } => {
                for label in labels {
                    let label = url::form_urlencoded::byte_serialize(label.as_bytes())
                        .collect::<String>()
                        .replace('+', "%20");
                    let path = format!("repos/{}/issues/{}/labels/{label}", on.repo, on.number);
                    self.ask(who, Method::DELETE, &path, Value::Null).await?;
                }
            }
            Deed::Assign { on, whom } => {
                self.world.add_user(whom.as_str());
                self.assignees(who, Method::POST, on, whom).await?;
            }
            Deed::Unassign { on, whom } => self.assignees(who, Method::DELETE, on, whom).await?,
            Deed::Close { on, not_planned } => {
                let reason = if *not_planned {
                    "not_planned"
                } else {
                    "completed"
                };
                let closed = json!({"state": "closed", "state_reason": reason});
                self.change(who, on, closed).await?;
            }
            Deed::Reopen { on } => self.change(who, on, json!({"state": "open"})).await?,
            Deed::Delete { on } => self.world.delete_issue(who, on.repo.as_str(), on.number)?,
            Deed::Merge { on } => {
                let path = format!("repos/{}/pulls/{}/merge", on.repo, on.number);
                self.ask(who, Method::PUT, &path, json!({})).await?;
            }
            Deed::Ready { on } => {
                self.world
                    .set_draft(who, on.repo.as_str(), on.number, false)?;
            }
            Deed::AskReview { on, whom } => {
                self.world.add_user(whom.as_str());
                let path = format!("repos/{}/pulls/{}/requested_reviewers", on.repo, on.number);
                self.ask(who, Method::POST, &path, json!({"reviewers": [whom]}))
                    .await?;
            }
            Deed::Review {
                on,
                verdict,
                body,
                comments,
            } => {
                self.review(who, on, *verdict, body, comments).await?;
            }
            Deed::ReplyToReview { nth, body } => {
                let made = nth_of(&self.review_comments, *nth, "review comment")?;
                let (repo, number) = (&made.on.repo, made.on.number);
                let path = format!("repos/{repo}/pulls/{number}/comments/{}/replies", made.id);
                let reply = self
                    .ask(who, Method::POST, &path, json!({"body": body}))
                    .await?;
                self.review_comments.push(Made {
                    on: made.on,
                    id: id(&reply),
                });
            }
            Deed::EditReviewComment { nth, body } => {
                let made = nth_of(&self.review_comments, *nth, "review comment")?;
                let path = format!("repos/{}/pulls/comments/{}", made.on.repo, made.id);
                self.ask(who, Method::PATCH, &path, json!({"body": body}))
                    .await?;
            }
            Deed::DeleteReviewComment { nth } => {
                let made = nth_of(&self.review_comments, *nth, "review comment")?;
                let path = format!("repos/{}/pulls/comments/{}", made.on.repo, made.id);
                self.ask(who, Method::DELETE, &path, Value::Null).await?;
            }
            Deed::Resolve { nth, resolved } => {
                let made = nth_of(&self.review_comments, *nth, "review comment")?;
                self.world
                    .resolve_thread(who, made.on.repo.as_str(), made.id, *resolved)?;
            }
            Deed::DismissReview { nth, body } => {
                let made = nth_of(&self.reviews, *nth, "review")?;
                let (repo, number) = (&made.on.repo, made.on.number);
                let path = format!("repos/{repo}/pulls/{number}/reviews/{}/dismissals", made.id);
                self.ask(who, Method::PUT, &path, json!({"message": body}))
                    .await?;
            }
            Deed::Push {
                repo,
                branch,
                commits,
                force,
            } => {
                let commits = self.commits(commits);
                self.world
                    .push(who, repo.as_str(), branch, &commits, *force)?;
            }
            Deed::CreateBranch { repo, branch } => {
                let from = self.default_branch(repo);
                let path = format!("repos/{repo}/git/ref/heads/{from}");
                let tip = self.ask(who, Method::GET, &path, Value::Null).await?;
                let new = json!({
                    "ref": format!("refs/heads/{branch}"), "sha": tip["object"]["sha"],
                });
                self.ask(who, Method::POST, &format!("repos/{repo}/git/refs"), new)
                    .await?;
            }
            Deed::DeleteBranch { repo, branch } => {
                self.world.delete_branch(who, repo.as_str(), branch)?;
            }
        }
        Ok(())
    }

    async fn change(&self, who: &str, on: &Ref, to: Value) -> Result<(), CannotPlay> {
        let path = format!("repos/{}/issues/{}", on.repo, on.number);
        self.ask(who, Method::PATCH, &path, to).await.map(drop)
    }

    async fn assignees(
        &self,
        who: &str,
        verb: Method,
        on: &Ref,
        whom: &Login,
    ) -> Result<(), CannotPlay> {
        let path = format!("repos/{}/issues/{}/assignees", on.repo, on.number);
        self.ask(who, verb, &path, json!({"assignees": [whom]}))
            .await
            .map(drop)
    }

    /// The text with what sssbot asks to be confirmed on this pull request, its merge included, for
    /// every `{hash}`.
    fn confirmed(&self, on: &Ref, body: &str) -> Result<String, CannotPlay> {
        const HASH: &str = "{hash}";
        const ASKS: &str = "`/userteams confirm ";
        if !body.contains(HASH) {
            return Ok(body.to_owned());
        }
        let repos = self.world.snapshot().repos.into_iter();
        let mut issues = repos
            .filter(|repo| repo.name == on.repo.as_str())
            .flat_map(|repo| repo.issues);
        let pull = issues.find(|issue| issue.number == on.number);
        let pull = pull.and_then(|issue| issue.pull);
        let commits = pull.into_iter().flat_map(|pull| {
            let merged = pull.merge_sha.into_iter();
            merged.chain([pull.head_sha])
        });
        let mut checks = commits.flat_map(|sha| self.world.checks_on(on.repo.as_str(), &sha));
        let asked = checks.find_map(|check| {
            let (_, from) = check.summary.split_once(ASKS)?;
            Some(from.split_once('`')?.0.to_owned())
        });
        let asked =
            asked.ok_or_else(|| CannotPlay(format!("nothing on {on:?} is to be confirmed")))?;
        Ok(body.replace(HASH, &asked))
    }

    async fn review(
        &mut self,
        who: &str,
        on: &Ref,
        verdict: Verdict,
        body: &str,
        comments: &[InlineComment],
    ) -> Result<(), CannotPlay> {
        let path = format!("repos/{}/pulls/{}/reviews", on.repo, on.number);
        let event = match verdict {
            Verdict::Approve => "APPROVE",
            Verdict::RequestChanges => "REQUEST_CHANGES",
            Verdict::Comment => "COMMENT",
        };
        let inline: Vec<_> = comments
            .iter()
            .map(|c| json!({"path": c.path, "line": c.line, "body": c.body, "side": "RIGHT"}))
            .collect();
        let new = json!({"event": event, "body": body, "comments": inline});
        let review = self.ask(who, Method::POST, &path, new).await?;
        let review_id = id(&review);
        self.reviews.push(Made {
            on: on.clone(),
            id: review_id,
        });
        let path = format!(
            "repos/{}/pulls/{}/reviews/{review_id}/comments",
            on.repo, on.number
        );
        let made = self.ask(who, Method::GET, &path, Value::Null).await?;
        for comment in made.as_array().into_iter().flatten() {
            self.review_comments.push(Made {
                on: on.clone(),
                id: id(comment),
            });
        }
        Ok(())
    }

    /// Each commit of a story changes files of its own, long enough to be reviewed anywhere.
    fn commits(&mut self, commits: &Pushed) -> Vec<CommitSpec> {
        let messages: Vec<String> = match commits {
            Pushed::Some(n) => (1..=*n).map(|i| format!("Change {i}")).collect(),
            Pushed::Messages(messages) => messages.clone(),
        };
        let mut specs = Vec::new();
        for message in messages {
            self.pushes += 1;
            let n = self.pushes;
            let lines: String = (1..=60)
                .map(|line| format!("line {line} of change {n}\n"))
                .collect();
            let files = ["src/pay.rs", "src/lib.rs", "README.md"];
            specs.push(CommitSpec {
                message,
                files: files
                    .iter()
                    .map(|f| ((*f).to_owned(), Some(lines.clone())))
                    .collect(),
            });
        }
        specs
    }

    /// What the repository's default branch is called.
    pub(super) fn default_branch(&self, repo: &RepoName) -> String {
        let snapshot = self.world.snapshot();
        let found = snapshot
            .repos
            .into_iter()
            .find(|one| one.name == repo.as_str());
        found.map_or_else(|| "main".to_owned(), |repo| repo.default_branch)
    }

    /// One call of GitHub's API as this person.
    pub(super) async fn ask(
        &self,
        who: &str,
        verb: Method,
        path: &str,
        body: Value,
    ) -> Result<Value, CannotPlay> {
        self.world.add_user(who);
        let lost =
            |error: reqwest::Error| CannotPlay(format!("the sandbox did not answer: {error}"));
        let mut request = self
            .client
            .request(verb.clone(), format!("{}/{path}", self.api))
            .bearer_auth(format!("user:{who}"));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        let text = answer.text().await.map_err(lost)?;
        let said: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            return Ok(said);
        }
        let errors = said.get("errors").map(Value::to_string).unwrap_or_default();
        let message = said["message"].as_str().unwrap_or_default();
        Err(CannotPlay(format!(
            "{verb} {path}: {status} {message} {errors}"
        )))
    }
}

fn id(made: &Value) -> u64 {
    made["id"].as_u64().unwrap_or_default()
}

fn nth_of(all: &[Made], nth: usize, what: &str) -> Result<Made, CannotPlay> {
    let found = nth.checked_sub(1).and_then(|at| all.get(at));
    found
        .cloned()
        .ok_or_else(|| CannotPlay(format!("the story has made no {what} {nth} yet")))
}
