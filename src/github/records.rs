//! All issues of a repository with what happened to them, a hundred a question: GraphQL, where REST
//! would need a question for each.
//!
//! What it costs, by GitHub's own sum (a point for each hundred connections that may be read): a page
//! of a hundred issues has 101 connections, which is one point of the 5,000 an hour. A page has at
//! most 10,100 nodes, where 500,000 are allowed. Of an issue a hundred lines are read here; one that
//! has more is marked so ([`List::whole`]), and [`GitHub::timeline`] has the rest.

use hyper::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::{Issue, List, User};
use super::client::{As, GitHub};
use super::error::Wait;
use super::timeline::{Step, What};
use super::{GitHubError, read};
use crate::id::{Login, RepoName};

/// The most issues that GitHub gives at once.
pub const RECORDS_AT_ONCE: u8 = 100;

/// What is asked. Oldest change first: whatever changes meanwhile comes again at the end, and nothing
/// is missed.
const QUERY: &str = "\
query($owner: String!, $name: String!, $first: Int!, $after: String, $filter: IssueFilters) {
  repository(owner: $owner, name: $name) {
    all: issues(first: 1) { totalCount }
    issues(first: $first, after: $after, filterBy: $filter,
           orderBy: {field: UPDATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body url state createdAt updatedAt closedAt
        author { ...who }
        timelineItems(first: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, ASSIGNED_EVENT,
            UNASSIGNED_EVENT, CLOSED_EVENT, REOPENED_EVENT, RENAMED_TITLE_EVENT, ISSUE_COMMENT]) {
          pageInfo { hasNextPage }
          nodes {
            __typename
            ... on LabeledEvent { createdAt actor { ...who } label { name } }
            ... on UnlabeledEvent { createdAt actor { ...who } label { name } }
            ... on AssignedEvent { createdAt actor { ...who } assignee { ...assigned } }
            ... on UnassignedEvent { createdAt actor { ...who } assignee { ...assigned } }
            ... on ClosedEvent { createdAt actor { ...who } stateReason }
            ... on ReopenedEvent { createdAt actor { ...who } }
            ... on RenamedTitleEvent { createdAt actor { ...who } previousTitle currentTitle }
            ... on IssueComment { createdAt updatedAt url body author { ...who } }
          }
        }
      }
    }
  }
  rateLimit { cost }
}
fragment who on Actor { __typename login }
fragment assigned on Assignee {
  __typename
  ... on User { login }
  ... on Bot { login }
  ... on Mannequin { login }
  ... on Organization { login }
}";

/// An issue and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The issue, without its id; its labels and assignees are left out, since the steps tell of
    /// them.
    pub issue: Issue,
    /// Its first hundred steps, the oldest first, without their ids.
    pub steps: List<Step>,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// Those that were changed the longest ago first.
    pub items: Vec<Record>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
    /// How many issues the repository has in all.
    pub total: u64,
    /// What this page cost of the points that there are for an hour.
    pub cost: u64,
}

impl GitHub {
    /// One page of the issues that were changed at `since` or later, all where it is `None`; from
    /// `after`, as [`Records::next`] gave it; `first` of them, at most [`RECORDS_AT_ONCE`].
    ///
    /// # Errors
    /// A page that takes GitHub more than ten seconds has no answer
    /// ([`GitHubError::Ambiguous`]): ask for fewer.
    pub async fn records(
        &self,
        repo: &RepoName,
        since: Option<Timestamp>,
        after: Option<&str>,
        first: u8,
    ) -> Result<Records, GitHubError> {
        let filter = since.map(|since| json!({"since": since.to_string()}));
        let body = json!({"query": QUERY, "variables": {
            "owner": repo.owner(), "name": repo.name(), "first": first.clamp(1, RECORDS_AT_ONCE),
            "after": after, "filter": filter,
        }});
        let answer = self
            .ask(As::Installation, Method::POST, "/graphql", Some(&body))
            .await?;
        page(&read::json(&answer.body)?, repo)
    }
}

fn page(answer: &Value, repo: &RepoName) -> Result<Records, GitHubError> {
    let errors = answer["errors"].as_array();
    let kinds: Vec<&str> = errors
        .into_iter()
        .flatten()
        .map(|error| error["type"].as_str().unwrap_or("?"))
        .collect();
    if kinds.contains(&"RATE_LIMITED") {
        let wait = Wait::For(SignedDuration::from_mins(10));
        return Err(GitHubError::RateLimited { wait });
    }
    let found = &answer["data"]["repository"];
    let issues = &found["issues"];
    if kinds.contains(&"NOT_FOUND") || (kinds.is_empty() && found.is_null()) {
        return Err(GitHubError::NotFound {
            what: format!("repository `{repo}`"),
            gone: false,
        });
    }
    let (Some(nodes), []) = (issues["nodes"].as_array(), kinds.as_slice()) else {
        let why = format!("GraphQL: {}", kinds.join(", "));
        return Err(GitHubError::Unreadable { why });
    };
    let more = issues["pageInfo"]["hasNextPage"] == true;
    let next = text(&issues["pageInfo"]["endCursor"]).filter(|_| more);
    Ok(Records {
        items: nodes.iter().filter_map(record).collect(),
        next,
        total: found["all"]["totalCount"].as_u64().unwrap_or_default(),
        cost: answer["data"]["rateLimit"]["cost"].as_u64().unwrap_or(1),
    })
}

fn record(node: &Value) -> Option<Record> {
    let items = &node["timelineItems"];
    let steps = items["nodes"].as_array().into_iter().flatten();
    Some(Record {
        issue: Issue {
            // GraphQL's `databaseId` has 32 bits, and ids have outgrown them.
            id: 0,
            number: node["number"].as_u64()?,
            title: text(&node["title"]).unwrap_or_default(),
            body: text(&node["body"]).unwrap_or_default(),
            state: text(&node["state"]).unwrap_or_default().to_lowercase(),
            html_url: text(&node["url"]).unwrap_or_default(),
            user: user(&node["author"]),
            // GraphQL does not say through which App something was done.
            app_id: None,
            created_at: time(&node["createdAt"]),
            updated_at: time(&node["updatedAt"]),
            closed_at: time(&node["closedAt"]),
            labels: Vec::new(),
            assignees: Vec::new(),
            is_pull: false,
        },
        steps: List {
            items: steps.filter_map(step).collect(),
            whole: items["pageInfo"]["hasNextPage"] != true,
        },
    })
}

fn step(node: &Value) -> Option<Step> {
    let label = || text(&node["label"]["name"]);
    let what = match node["__typename"].as_str()? {
        "LabeledEvent" => What::Labeled(label()?),
        "UnlabeledEvent" => What::Unlabeled(label()?),
        "AssignedEvent" => What::Assigned(user(&node["assignee"])?),
        "UnassignedEvent" => What::Unassigned(user(&node["assignee"])?),
        "ClosedEvent" => What::Closed(text(&node["stateReason"]).map(|why| why.to_lowercase())),
        "ReopenedEvent" => What::Reopened,
        "RenamedTitleEvent" => What::Renamed {
            from: text(&node["previousTitle"])?,
            to: text(&node["currentTitle"])?,
        },
        "IssueComment" => What::Commented {
            body: text(&node["body"]).unwrap_or_default(),
            html_url: text(&node["url"]).unwrap_or_default(),
            updated_at: time(&node["updatedAt"]),
        },
        other => What::Other(other.to_owned()),
    };
    Some(Step {
        id: None,
        at: time(&node["createdAt"]),
        by: user(&node["author"]).or_else(|| user(&node["actor"])),
        app_id: None,
        what,
    })
}

/// Somebody. A bot's login has no `[bot]` here; everywhere else it has.
fn user(value: &Value) -> Option<User> {
    let login = value["login"].as_str()?;
    let bot = value["__typename"] == "Bot";
    let bare = bot && !login.ends_with("[bot]");
    Some(User {
        login: Login::from(match bare {
            true => format!("{login}[bot]"),
            false => login.to_owned(),
        }),
        kind: if bot { "Bot" } else { "User" }.to_owned(),
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_and_odd_nodes_are_left_out() {
        let who = json!({"__typename": "User", "login": "hanako"});
        let us = json!({"__typename": "Bot", "login": "sssbot"});
        let answer = json!({"data": {"rateLimit": {"cost": 1}, "repository": {
            "all": {"totalCount": 7},
            "issues": {"pageInfo": {"hasNextPage": true, "endCursor": "Y3"}, "nodes": [
                null, {"number": "x"},
                {"number": 3, "title": "#shop-20210101i", "state": "CLOSED",
                 "url": "https://x/3", "author": us, "createdAt": "2021-01-01T00:00:00Z",
                 "timelineItems": {"pageInfo": {"hasNextPage": false}, "nodes": [
                    {"__typename": "LabeledEvent", "createdAt": "2021-01-01T00:00:01Z",
                     "actor": us, "label": {"name": "shop"}},
                    {"__typename": "ClosedEvent", "createdAt": "2021-01-01T00:00:02Z",
                     "actor": who, "stateReason": "NOT_PLANNED"},
                    {"__typename": "IssueComment", "body": "hi", "author": null,
                     "createdAt": "2021-01-01T00:00:03Z"},
                    {"__typename": "AssignedEvent", "assignee": 3}, 7]}}]}}}});
        let page = page(&answer, &"acme/postmortem".into()).unwrap();
        assert_eq!(
            (page.total, page.cost, page.next.as_deref()),
            (7, 1, Some("Y3"))
        );
        assert_eq!(page.items.len(), 1);
        let record = &page.items[0];
        let by = record.issue.user.as_ref().unwrap();
        assert_eq!((by.login.as_str(), by.is_bot()), ("sssbot[bot]", true));
        assert_eq!(record.issue.state, "closed");
        let what: Vec<&What> = record.steps.items.iter().map(|step| &step.what).collect();
        assert_eq!(what.len(), 3, "{what:?}");
        assert_eq!(*what[1], What::Closed(Some("not_planned".to_owned())));
    }

    #[test]
    fn what_graphql_refuses_is_an_error_of_its_kind() {
        let refused = |kind: &str| {
            let answer = json!({"data": {"repository": null},
                "errors": [{"type": kind, "message": "geheim"}]});
            page(&answer, &"acme/postmortem".into()).unwrap_err()
        };
        assert!(matches!(
            refused("RATE_LIMITED"),
            GitHubError::RateLimited { .. }
        ));
        assert!(matches!(refused("NOT_FOUND"), GitHubError::NotFound { .. }));
        let other = refused("SOMETHING");
        assert!(matches!(other, GitHubError::Unreadable { .. }));
        assert!(!other.to_string().contains("geheim"), "{other}");
    }
}
