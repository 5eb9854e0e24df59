//! What GitHub's API shows, told as a webhook would have told it when it happened.
//!
//! A sweep finds things as they are now. Put back into the form of the webhook that should have
//! come, they are read by the same [`read`](super::read), and so have the same keys, parts and revs.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::fact::GHOST;
use super::subject::Subject;
use super::view::View;
use crate::channel_name::ChannelName;
use crate::id::{RepoName, Sha};

mod moves;
mod said;

pub use moves::{Move, only_here, tips_before};

/// Something that was found, as a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// When it happened.
    pub at: Timestamp,
    /// The webhook's event.
    pub event: &'static str,
    /// Its payload.
    pub payload: Value,
}

impl Found {
    /// The same, so many seconds later: lists of events and webhooks tell the time of one thing by
    /// different clocks, which may stand a second apart.
    #[must_use]
    pub fn shifted(&self, seconds: i64) -> Self {
        let mut other = self.clone();
        let by = SignedDuration::from_secs(seconds);
        other.at = self.at.saturating_add(by).unwrap_or(self.at);
        for object in ["issue", "pull_request"] {
            let Some(object) = other.payload.get_mut(object) else {
                continue;
            };
            object["updated_at"] = other.at.to_string().into();
            if !object["closed_at"].is_null() {
                object["closed_at"] = other.at.to_string().into();
            }
        }
        if self.event == "push" {
            other.payload["repository"]["pushed_at"] = other.at.as_second().into();
        }
        other
    }
}

/// An issue or a pull request with what was done to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    repo: RepoName,
    /// As a list of issues shows it.
    issue: Value,
    /// As a pull request shows itself, if it is one and was asked.
    pull: Option<Value>,
    /// What was done to it, oldest first, as a list of events shows it.
    events: Vec<Value>,
}

impl Thing {
    /// An issue, or a pull request as one, with its events in any order.
    pub fn new(repo: &RepoName, issue: Value, events: Vec<Value>) -> Self {
        let mut events = events;
        events.sort_by_key(|event| (time(event, "created_at"), event["id"].as_u64()));
        Self {
            repo: repo.clone(),
            issue,
            pull: None,
            events,
        }
    }

    /// An issue of which only this is known any more.
    pub fn remembered(known: &Subject) -> Self {
        let issue = json!({
            "number": known.number, "title": known.title, "html_url": known.url,
            "user": {"login": known.author}, "state": "open",
            "updated_at": known.as_of.to_string(),
        });
        Self::new(&known.repo, issue, Vec::new())
    }

    /// With what only a pull request itself shows.
    #[must_use]
    pub fn with_pull(mut self, pull: Value) -> Self {
        self.pull = Some(pull);
        self
    }

    /// Where it is.
    pub fn repo(&self) -> &RepoName {
        &self.repo
    }

    /// Its number; 0 where it has none.
    pub fn number(&self) -> u64 {
        self.issue["number"].as_u64().unwrap_or(0)
    }

    /// Whether it is a pull request.
    pub fn is_pull(&self) -> bool {
        self.pull.is_some() || View::new(&self.issue).at("pull_request").is_there()
    }

    /// When it was last changed.
    pub fn updated(&self) -> Option<Timestamp> {
        let pull = self.pull.as_ref().and_then(|it| time(it, "updated_at"));
        pull.max(time(&self.issue, "updated_at"))
    }

    /// What it was called then: a title that it was given later names nothing yet.
    pub fn title_at(&self, at: Timestamp) -> &str {
        let later = self.events.iter().find(|event| {
            event["event"] == "renamed" && time(event, "created_at").is_some_and(|when| when > at)
        });
        let then = later.and_then(|event| event["rename"]["from"].as_str());
        then.or(self.issue["title"].as_str()).unwrap_or_default()
    }

    /// Its text; empty where it has none.
    pub fn body(&self) -> &str {
        self.issue["body"].as_str().unwrap_or_default()
    }

    /// The newest commit of a pull request that was asked.
    pub fn head(&self) -> Option<Sha> {
        let sha = self.pull.as_ref()?["head"]["sha"].as_str()?;
        Some(Sha::from(sha))
    }

    /// Whether its title or its branch ever named a channel since `since`.
    pub fn is_routed(&self, since: Timestamp, branch: Option<&str>) -> bool {
        let names = |text: &str| !ChannelName::find_all(text).is_empty();
        names(self.issue["title"].as_str().unwrap_or_default())
            || names(self.title_at(since))
            || branch.is_some_and(names)
    }

    /// That it was opened.
    pub fn opened(&self) -> Option<Found> {
        let at = time(&self.issue, "created_at")?;
        Some(self.told(at, "opened", &self.issue["user"], json!({})))
    }

    /// Its text as it reads now, by whoever changed it last.
    pub fn edited(&self) -> Option<Found> {
        let changes = json!({"changes": {"body": {}}});
        Some(self.told(self.updated()?, "edited", &self.issue["user"], changes))
    }

    /// That it is gone since some time after this. By whom no API tells.
    pub fn deleted(&self, at: Timestamp) -> Found {
        self.told(at, "deleted", &json!({"login": GHOST}), json!({}))
    }

    /// That it is as it is.
    pub fn seen(&self) -> Option<Found> {
        Some(self.told(self.updated()?, "seen", &self.issue["user"], json!({})))
    }

    /// That commits came to it, where no log tells when and whose: `before` was its newest until
    /// then.
    pub fn pushed(&self, before: Option<&Sha>) -> Option<Found> {
        let pull = self.pull.as_ref()?;
        let extra = json!({"before": before, "after": pull["head"]["sha"]});
        Some(self.told(self.updated()?, "synchronize", &pull["user"], extra))
    }

    /// That this moved its branch while it was open.
    pub fn synchronized(&self, moved: &Move) -> Option<Found> {
        if !self.is_from(&moved.branch) || moved.is_new() || moved.is_gone() {
            return None;
        }
        let extra = json!({"before": moved.before, "after": moved.after});
        let found = self.told(moved.at, "synchronize", &moved.actor, extra);
        self.was_open(moved.at).then_some(found)
    }

    /// Whether this branch of its own repository is its head.
    pub fn is_from(&self, branch: &str) -> bool {
        let Some(pull) = &self.pull else { return false };
        let head = &pull["head"];
        head["ref"] == branch && head["repo"]["full_name"] == self.repo.as_str()
    }

    /// Whether it was there then.
    pub fn was_there(&self, at: Timestamp) -> bool {
        time(&self.issue, "created_at").is_none_or(|made| made <= at)
    }

    /// Whether it was there and open then.
    pub fn was_open(&self, at: Timestamp) -> bool {
        let later = self.events.iter().find(|event| {
            matches!(event["event"].as_str(), Some("closed" | "reopened"))
                && time(event, "created_at").is_some_and(|when| when > at)
        });
        let open = match later {
            Some(event) => event["event"] == "closed",
            None => self.issue["state"] != "closed",
        };
        open && self.was_there(at)
    }

    /// Whether it was a draft then.
    pub fn was_draft(&self, at: Timestamp) -> bool {
        let mut pull = self.pull.as_ref().unwrap_or(&Value::Null).clone();
        if pull.is_object() {
            self.put_back(&mut pull, at);
        }
        pull["draft"] == true
    }

    /// What was done to it beside words, at `since` or later: each with the channel-naming title of
    /// before, where it is a new title.
    pub fn turns(&self, since: Timestamp) -> Vec<Found> {
        let mut turns = Vec::new();
        for event in &self.events {
            let Some(at) = time(event, "created_at").filter(|at| *at >= since) else {
                continue;
            };
            let mut extra = json!({});
            let action = match event["event"].as_str().unwrap_or_default() {
                "renamed" => {
                    extra["changes"] = json!({"title": {"from": event["rename"]["from"]}});
                    "edited"
                }
                "convert_to_draft" => "converted_to_draft",
                same @ ("closed"
                | "reopened"
                | "locked"
                | "unlocked"
                | "labeled"
                | "unlabeled"
                | "assigned"
                | "unassigned"
                | "milestoned"
                | "demilestoned"
                | "ready_for_review"
                | "review_requested"
                | "review_request_removed") => same,
                _ => continue,
            };
            for thing in [
                "label",
                "assignee",
                "milestone",
                "requested_reviewer",
                "requested_team",
            ] {
                if !event[thing].is_null() {
                    extra[thing] = event[thing].clone();
                }
            }
            // Of one who was assigned, older servers name as actor whom it was done to.
            let who = match &event["assigner"] {
                Value::Null => &event["actor"],
                assigner => assigner,
            };
            let mut found = self.told(at, action, who, extra);
            let object = if self.pull.is_some() {
                "pull_request"
            } else {
                "issue"
            };
            let object = &mut found.payload[object];
            match action {
                "closed" => {
                    object["closed_at"] = at.to_string().into();
                    object["state"] = "closed".into();
                    if !event["state_reason"].is_null() {
                        object["state_reason"] = event["state_reason"].clone();
                    }
                    // It may have been merged later than it was closed here.
                    let merged = time(object, "merged_at");
                    if merged.is_some_and(|merged| merged > at) {
                        object["merged"] = false.into();
                        object["merged_at"] = Value::Null;
                    }
                }
                "reopened" => object["state"] = "open".into(),
                "locked" => object["active_lock_reason"] = event["lock_reason"].clone(),
                _ => {}
            }
            turns.push(found);
        }
        turns
    }

    /// How many comments it has, and how many comments on lines.
    pub fn comments(&self) -> (u64, u64) {
        let lines = self
            .pull
            .as_ref()
            .and_then(|it| it["review_comments"].as_u64());
        let comments = self.issue["comments"].as_u64();
        (comments.unwrap_or(0), lines.unwrap_or(0))
    }

    /// Whether a comment on it was deleted at `since` or later, as its events tell.
    pub fn has_lost_comments(&self, since: Timestamp) -> bool {
        self.events.iter().any(|event| {
            event["event"] == "comment_deleted"
                && time(event, "created_at").is_some_and(|at| at >= since)
        })
    }

    /// When it was made.
    pub fn made(&self) -> Option<Timestamp> {
        time(&self.issue, "created_at")
    }

    fn told(&self, at: Timestamp, action: &str, who: &Value, mut extra: Value) -> Found {
        let (event, key, object) = match &self.pull {
            Some(pull) => ("pull_request", "pull_request", pull),
            None => ("issues", "issue", &self.issue),
        };
        let mut object = object.clone();
        self.put_back(&mut object, at);
        extra[key] = object;
        Found {
            at,
            event,
            payload: self.payload(action, who, extra),
        }
    }

    /// The thing as it was then, as far as that matters to whom it is told.
    fn put_back(&self, object: &mut Value, at: Timestamp) {
        object["title"] = self.title_at(at).into();
        object["updated_at"] = at.to_string().into();
        let turned = self.events.iter().find(|event| {
            matches!(
                event["event"].as_str(),
                Some("ready_for_review" | "convert_to_draft")
            ) && time(event, "created_at").is_some_and(|when| when > at)
        });
        if let Some(turned) = turned {
            // What became ready later was a draft then.
            object["draft"] = (turned["event"] == "ready_for_review").into();
        }
    }

    fn payload(&self, action: &str, who: &Value, mut payload: Value) -> Value {
        let page = self.issue["html_url"].as_str().unwrap_or_default();
        let source = page.rsplitn(3, '/').nth(2);
        payload["action"] = action.into();
        payload["sender"] = who.clone();
        payload["repository"] = json!({"full_name": self.repo, "html_url": source});
        payload
    }
}

/// The number of the issue or pull request that a comment is on.
pub fn number_of(comment: &Value) -> Option<u64> {
    let on = ["issue_url", "pull_request_url"];
    let url = on.iter().find_map(|key| comment[*key].as_str())?;
    url.rsplit('/').next()?.parse().ok()
}

/// GitHub's time in this field of what its API shows.
pub fn time(value: &Value, field: &str) -> Option<Timestamp> {
    View::new(value).at(field).time()
}
