//! Comments and reviews on an issue or a pull request, told as their webhooks tell them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Found, Thing, time};
use crate::id::Login;
use crate::mirror::fact::Spot;

impl Thing {
    /// A comment on it.
    pub fn comment(&self, comment: &Value) -> Option<Found> {
        let at = time(comment, "updated_at")?;
        let action = if time(comment, "created_at") == Some(at) {
            "created"
        } else {
            "edited"
        };
        let mut issue = self.issue.clone();
        self.put_back(&mut issue, at);
        let payload = self.payload(
            action,
            &comment["user"],
            json!({"issue": issue, "comment": comment}),
        );
        Some(Found {
            at,
            event: "issue_comment",
            payload,
        })
    }

    /// That a comment on it is gone, of which only this is known any more.
    pub fn comment_gone(
        &self,
        id: u64,
        who: &Login,
        made: Timestamp,
        changed: Timestamp,
    ) -> Option<Found> {
        let mut events = self.events.iter().rev();
        let event = events.find(|event| event["event"] == "comment_deleted");
        let at = event.and_then(|event| time(event, "created_at"));
        let at = at.or_else(|| self.updated())?;
        let by = event.map_or(&Value::Null, |event| &event["actor"]);
        let mut issue = self.issue.clone();
        self.put_back(&mut issue, at);
        let comment = json!({
            "id": id, "user": {"login": who}, "body": "",
            "created_at": made.to_string(), "updated_at": changed.to_string(),
        });
        let payload = self.payload("deleted", by, json!({"issue": issue, "comment": comment}));
        Some(Found {
            at,
            event: "issue_comment",
            payload,
        })
    }

    /// That a comment on one of its lines is gone, of which only this is known any more. Who has
    /// deleted it no API tells.
    pub fn review_comment_gone(
        &self,
        (id, review): (u64, Option<u64>),
        (who, spot): (&Login, &Spot),
        (made, changed): (Timestamp, Timestamp),
    ) -> Option<Found> {
        let at = self.updated()?;
        let mut pull = self.pull.as_ref()?.clone();
        self.put_back(&mut pull, at);
        let comment = json!({
            "id": id, "pull_request_review_id": review, "user": {"login": who}, "body": "",
            "path": spot.path, "line": spot.line, "html_url": spot.url,
            "created_at": made.to_string(), "updated_at": changed.to_string(),
        });
        let extra = json!({"pull_request": pull, "comment": comment});
        let payload = self.payload("deleted", &Value::Null, extra);
        Some(Found {
            at,
            event: "pull_request_review_comment",
            payload,
        })
    }

    /// A comment on one of its lines. One that was written before its review was sent has been
    /// touched by that, and is not edited.
    pub fn review_comment(&self, comment: &Value, sent: Option<Timestamp>) -> Option<Found> {
        let at = time(comment, "updated_at")?;
        let new = time(comment, "created_at") == Some(at) || sent.is_some_and(|sent| at <= sent);
        let action = if new { "created" } else { "edited" };
        let mut pull = self.pull.as_ref().unwrap_or(&self.issue).clone();
        self.put_back(&mut pull, at);
        let extra = json!({"pull_request": pull, "comment": comment});
        let payload = self.payload(action, &comment["user"], extra);
        Some(Found {
            at,
            event: "pull_request_review_comment",
            payload,
        })
    }

    /// A review of it, as it was sent or as it was dismissed. `None` for one that is not sent.
    pub fn review(&self, review: &Value) -> Option<Found> {
        let sent = time(review, "submitted_at")?;
        let dismissed = review["state"].as_str() == Some("DISMISSED");
        let by = self.events.iter().rev().find(|event| {
            event["event"] == "review_dismissed"
                && event["dismissed_review"]["review_id"] == review["id"]
        });
        let (at, action, who) = match by {
            Some(event) if dismissed => (time(event, "created_at")?, "dismissed", &event["actor"]),
            _ if dismissed => return None,
            _ => (sent, "submitted", &review["user"]),
        };
        self.of_review(review, at, action, who)
    }

    /// A review whose words were changed.
    pub fn edited_review(&self, review: &Value) -> Option<Found> {
        self.of_review(review, self.updated()?, "edited", &review["user"])
    }

    fn of_review(&self, review: &Value, at: Timestamp, action: &str, who: &Value) -> Option<Found> {
        let mut pull = self.pull.as_ref()?.clone();
        self.put_back(&mut pull, at);
        let payload = self.payload(action, who, json!({"pull_request": pull, "review": review}));
        Some(Found {
            at,
            event: "pull_request_review",
            payload,
        })
    }
}
