//! What happened to an issue, in order, as far as an incident's record is made of it.

use jiff::Timestamp;
use serde_json::Value;

use super::GitHubError;
use super::answer::{List, User};
use super::client::GitHub;
use super::read::in_repo;
use crate::id::RepoName;

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// GitHub's id: of the comment, or of the event; unique among either. `None` for the few kinds
    /// that have none, such as a mention in another issue.
    pub id: Option<u64>,
    /// When, to the second: several may be of one second, in their order.
    pub at: Option<Timestamp>,
    /// Who; `None` when the account is gone.
    pub by: Option<User>,
    /// The App through which it was done; `None` for a person by themselves. An App's own doing
    /// has both.
    pub app_id: Option<u64>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A label came.
    Labeled(String),
    /// A label went.
    Unlabeled(String),
    /// Somebody was put on it.
    Assigned(User),
    /// Somebody was taken off it.
    Unassigned(User),
    /// It was closed: `completed`, `not_planned`, `duplicate`, or nothing said.
    Closed(Option<String>),
    /// It was opened again.
    Reopened,
    /// It has another title.
    Renamed {
        /// The old one.
        from: String,
        /// The new one.
        to: String,
    },
    /// Somebody wrote a comment.
    Commented {
        /// Markdown, as it is now.
        body: String,
        /// Its page.
        html_url: String,
        /// When it was last changed; later than [`Step::at`] where it was edited.
        updated_at: Option<Timestamp>,
    },
    /// Something else, by GitHub's name for it.
    Other(String),
}

impl GitHub {
    /// `GET /repos/{o}/{r}/issues/{n}/timeline`: all of it, the oldest first, up to 3,000 lines;
    /// [`List::whole`] says whether there is more. A line that makes no sense is left out.
    pub async fn timeline(&self, repo: &RepoName, number: u64) -> Result<List<Step>, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}/timeline"))?;
        let lines: List<Value> = self.list(&path).await?;
        Ok(List {
            items: lines.items.iter().filter_map(step).collect(),
            whole: lines.whole,
        })
    }
}

fn step(line: &Value) -> Option<Step> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let time = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    let user = |value: &Value| serde_json::from_value::<User>(value.clone()).ok();
    let label = || text(&line["label"]["name"]);
    let what = match line["event"].as_str()? {
        "labeled" => What::Labeled(label()?),
        "unlabeled" => What::Unlabeled(label()?),
        "assigned" => What::Assigned(user(&line["assignee"])?),
        "unassigned" => What::Unassigned(user(&line["assignee"])?),
        "closed" => What::Closed(text(&line["state_reason"])),
        "reopened" => What::Reopened,
        "renamed" => What::Renamed {
            from: text(&line["rename"]["from"])?,
            to: text(&line["rename"]["to"])?,
        },
        "commented" => What::Commented {
            body: text(&line["body"]).unwrap_or_default(),
            html_url: text(&line["html_url"]).unwrap_or_default(),
            updated_at: time(&line["updated_at"]),
        },
        other => What::Other(other.to_owned()),
    };
    // A comment has its writer as `user`, and of late as `actor` too. Where somebody was assigned,
    // `actor` has at times been that person, and `assigner` whoever did it.
    let by = user(&line["user"])
        .or_else(|| user(&line["assigner"]))
        .or_else(|| user(&line["actor"]));
    Some(Step {
        id: line["id"].as_u64(),
        at: time(&line["created_at"]).or_else(|| time(&line["submitted_at"])),
        by,
        app_id: line["performed_via_github_app"]["id"].as_u64(),
        what,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn hanako() -> User {
        User {
            login: "hanako".into(),
            kind: "User".to_owned(),
        }
    }

    #[test]
    fn each_kind_is_read_and_an_odd_line_left_out() {
        let user = json!({"login": "hanako", "id": 1, "type": "User"});
        let line = |event: &str, more: Value| {
            let mut line = json!({"event": event, "id": 7, "actor": user,
                "created_at": "2021-01-01T00:00:00Z", "performed_via_github_app": null});
            for (key, value) in more.as_object().into_iter().flatten() {
                line[key] = value.clone();
            }
            line
        };
        let label = json!({"label": {"name": "事象レベル1 ⚠️", "color": "ededed"}});
        for (from, wanted) in [
            (
                line("labeled", label.clone()),
                Some(What::Labeled("事象レベル1 ⚠️".to_owned())),
            ),
            (
                line("unlabeled", label),
                Some(What::Unlabeled("事象レベル1 ⚠️".to_owned())),
            ),
            (line("labeled", json!({"label": 7})), None),
            (
                line("assigned", json!({"assignee": user})),
                Some(What::Assigned(hanako())),
            ),
            (
                line("unassigned", json!({"assignee": user})),
                Some(What::Unassigned(hanako())),
            ),
            (line("assigned", json!({"assignee": null})), None),
            (
                line("closed", json!({"state_reason": "completed"})),
                Some(What::Closed(Some("completed".to_owned()))),
            ),
            (
                line("closed", json!({"state_reason": null})),
                Some(What::Closed(None)),
            ),
            (line("reopened", json!({})), Some(What::Reopened)),
            (
                line("renamed", json!({"rename": {"from": "a", "to": "b"}})),
                Some(What::Renamed {
                    from: "a".to_owned(),
                    to: "b".to_owned(),
                }),
            ),
            (line("renamed", json!({})), None),
            (
                line("locked", json!({})),
                Some(What::Other("locked".to_owned())),
            ),
            (json!({"id": 7}), None),
            (json!(7), None),
        ] {
            let read = step(&from);
            assert_eq!(
                read.as_ref().map(|step| step.what.clone()),
                wanted,
                "{from}"
            );
            if let Some(read) = read {
                assert_eq!(
                    (read.id, read.by, read.app_id),
                    (Some(7), Some(hanako()), None)
                );
            }
        }
    }

    #[test]
    fn a_comment_says_who_wrote_it_through_what_and_when_it_changed() {
        let line = json!({"event": "commented", "id": 9, "body": "hi", "html_url": "u",
            "user": {"login": "sssbot[bot]", "type": "Bot"}, "actor": {"login": "ghost"},
            "created_at": "2021-01-01T00:00:00Z", "updated_at": "2021-01-01T00:01:00Z",
            "performed_via_github_app": {"id": 5}});
        let read = step(&line).unwrap();
        assert_eq!(read.app_id, Some(5));
        assert_eq!(read.by.unwrap().login, "sssbot[bot]".into());
        let What::Commented {
            body, updated_at, ..
        } = read.what
        else {
            panic!("a comment");
        };
        assert_eq!(body, "hi");
        assert!(updated_at > read.at);
    }

    #[test]
    fn whoever_assigns_did_it() {
        let line = json!({"event": "assigned", "id": 9, "created_at": "2021-01-01T00:00:00Z",
            "actor": {"login": "hanako"}, "assignee": {"login": "hanako"},
            "assigner": {"login": "sssbot[bot]", "type": "Bot"}});
        assert_eq!(step(&line).unwrap().by.unwrap().login, "sssbot[bot]".into());
    }

    proptest! {
        #[test]
        fn any_line_is_borne(event in "labeled|assigned|renamed|commented|closed|x", odd in any::<i64>()) {
            for key in ["label", "assignee", "rename", "user", "actor", "id", "created_at", "body"] {
                let _ = step(&json!({"event": event, key: odd}));
                let _ = step(&json!({"event": event, key: {"name": odd, "login": odd, "from": odd}}));
            }
        }
    }
}
