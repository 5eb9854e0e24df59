//! Does what a story says people and networks do.

use reqwest::Method;
use serde_json::{Value, json};

use super::Sandbox;
use super::github::{CannotAct, CommitSpec, GitHubWorld, Target};
use super::slack::{NewPerson, SlackWorld};
use super::story::{Act, Deed, InlineComment, Pushed, Ref, Said, Side, Verdict};
use crate::id::{ChannelId, Login, RepoName, SlackUserId};

/// An act that the world does not allow, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotPlay(pub String);

impl From<CannotAct> for CannotPlay {
    fn from(error: CannotAct) -> Self {
        Self(error.to_string())
    }
}

/// Something that was made in a story and is named by its place later.
#[derive(Debug, Clone)]
struct Made {
    on: Ref,
    id: u64,
}

/// Plays acts on a sandbox. What people do on GitHub goes over HTTP, as they would.
#[derive(Debug)]
pub struct Player {
    github: GitHubWorld,
    slack: SlackWorld,
    api: String,
    client: reqwest::Client,
    comments: Vec<Made>,
    review_comments: Vec<Made>,
    reviews: Vec<Made>,
    pushes: usize,
}

impl Player {
    /// A player for this sandbox.
    pub fn new(sandbox: &Sandbox) -> Self {
        Self {
            github: sandbox.github.clone(),
            slack: sandbox.slack.clone(),
            api: sandbox.github_api.clone(),
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

    /// Plays one act. [`Act::Wait`] and [`Act::App`] are not for the sandbox: whoever holds the
    /// clock and the app does those.
    ///
    /// # Errors
    /// When the world does not allow it: the story is wrong.
    pub async fn play(&mut self, act: &Act) -> Result<(), CannotPlay> {
        match act {
            Act::Channel {
                name,
                private,
                archived,
                with_bot,
            } => {
                let maker = self.person("hanako");
                let channel = self
                    .slack
                    .create_channel(name, &maker, *private)
                    .map_err(|refusal| CannotPlay(format!("#{name}: {}", refusal.error)))?;
                if *with_bot {
                    self.slack.invite(&channel, &self.slack.bot(), &maker);
                }
                if *archived {
                    self.slack.archive(&channel, &maker);
                }
            }
            Act::Repo(repo) => {
                self.github.add_repo(repo.as_str(), false)?;
                self.github.install(&[repo.as_str()])?;
            }
            Act::File { repo, path, body } => {
                let commit = CommitSpec::file(&format!("Write {path}"), path, &format!("{body}\n"));
                let branch = self.default_branch(repo);
                self.github
                    .push("hanako", repo.as_str(), &branch, &[commit], false)?;
            }
            Act::GitHub { who, deed } => self.on_github(who, deed).await?,
            Act::Check {
                name,
                workflow,
                at,
                passed,
            } => {
                let conclusion = if *passed { "success" } else { "failure" };
                let (repo, on) = (at.repo.as_str(), Target::Pull(at.number));
                if *workflow {
                    self.github
                        .finish_workflow("hanako", repo, &on, name, conclusion)?;
                } else {
                    self.github
                        .finish_check("hanako", repo, &on, name, conclusion)?;
                }
            }
            Act::Slack { who, said } => self.in_slack(who, said)?,
            Act::Fault {
                side,
                call,
                fault,
                times,
            } => {
                let faults = match side {
                    Side::GitHub => self.github.faults(),
                    Side::Slack => self.slack.faults(),
                };
                for _ in 0..*times {
                    faults.next(call, fault.clone());
                }
            }
            Act::Webhook {
                side: Side::GitHub,
                fault,
            } => {
                self.github.faults().next_webhook(*fault);
            }
            Act::Webhook {
                side: Side::Slack,
                fault,
            } => self.slack.faults().next_webhook(*fault),
            Act::Redeliver => {
                if !self.github.deliver_last_again() {
                    return Err(CannotPlay("nothing was delivered yet".to_owned()));
                }
            }
            Act::Wait(_) | Act::App(_) => {}
        }
        Ok(())
    }

    async fn on_github(&mut self, who: &Login, deed: &Deed) -> Result<(), CannotPlay> {
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
                self.github.add_user(whom.as_str());
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
            Deed::Delete { on } => self.github.delete_issue(who, on.repo.as_str(), on.number)?,
            Deed::Merge { on } => {
                let path = format!("repos/{}/pulls/{}/merge", on.repo, on.number);
                self.ask(who, Method::PUT, &path, json!({})).await?;
            }
            Deed::Ready { on } => {
                self.github
                    .set_draft(who, on.repo.as_str(), on.number, false)?;
            }
            Deed::AskReview { on, whom } => {
                self.github.add_user(whom.as_str());
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
                self.github
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
                self.github
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
                self.github.delete_branch(who, repo.as_str(), branch)?;
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

    fn in_slack(&mut self, who: &str, said: &Said) -> Result<(), CannotPlay> {
        let person = self.person(who);
        let refused = |refusal: super::slack::Refusal| CannotPlay(refusal.error);
        match said {
            Said::Say { channel, text } => {
                self.slack
                    .say(&person, &self.channel(channel)?, text)
                    .map_err(refused)?;
            }
            Said::Mention { channel, text } => {
                self.slack
                    .mention(&person, &self.channel(channel)?, text)
                    .map_err(refused)?;
            }
            Said::Press { channel, button } => self.press(&person, channel, button)?,
            Said::Archive { channel } => self.slack.archive(&self.channel(channel)?, &person),
            Said::Unarchive { channel } => self.slack.unarchive(&self.channel(channel)?, &person),
            Said::RenameChannel { channel, to } => {
                self.slack
                    .rename(&self.channel(channel)?, to, &person)
                    .map_err(refused)?;
            }
            Said::InviteBot { channel } => {
                self.slack
                    .invite(&self.channel(channel)?, &self.slack.bot(), &person);
            }
            Said::KickBot { channel } => self.slack.kick_bot(&self.channel(channel)?),
        }
        Ok(())
    }

    fn press(&self, person: &SlackUserId, channel: &str, button: &str) -> Result<(), CannotPlay> {
        let id = self.channel(channel)?;
        let view = self.slack.channel(channel);
        let messages = view.into_iter().flat_map(|view| view.messages);
        let found = messages
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .find_map(|message| {
                let action = message
                    .blocks
                    .iter()
                    .find_map(|block| labelled(block, button))?;
                Some((message.ts, action))
            });
        let (ts, action) =
            found.ok_or_else(|| CannotPlay(format!("no button `{button}` in #{channel}")))?;
        self.slack
            .press(person, &id, &ts, &action, None)
            .map_err(|refusal| CannotPlay(refusal.error))
            .map(drop)
    }

    fn channel(&self, name: &str) -> Result<ChannelId, CannotPlay> {
        let found = self.slack.channel_named(name);
        found.ok_or_else(|| CannotPlay(format!("there is no channel #{name}")))
    }

    fn person(&self, name: &str) -> SlackUserId {
        let known = self.slack.user_named(name);
        known.unwrap_or_else(|| self.slack.add_user(NewPerson::named(name)))
    }

    fn default_branch(&self, repo: &RepoName) -> String {
        let snapshot = self.github.snapshot();
        let found = snapshot
            .repos
            .into_iter()
            .find(|one| one.name == repo.as_str());
        found.map_or_else(|| "main".to_owned(), |repo| repo.default_branch)
    }

    /// One call of GitHub's API as this person.
    async fn ask(
        &self,
        who: &str,
        verb: Method,
        path: &str,
        body: Value,
    ) -> Result<Value, CannotPlay> {
        self.github.add_user(who);
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

/// The action of the button with these words, somewhere in a block.
fn labelled(block: &Value, words: &str) -> Option<String> {
    if block["text"]["text"] == words
        && let Some(action) = block["action_id"].as_str()
    {
        return Some(action.to_owned());
    }
    match block {
        Value::Object(fields) => fields.values().find_map(|field| labelled(field, words)),
        Value::Array(items) => items.iter().find_map(|item| labelled(item, words)),
        _ => None,
    }
}
