//! What is asked in GraphQL: the issues of a repository with what happened to them, and what that
//! costs. A field that is not here is refused as GitHub refuses one that its schema lacks.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::parse::{Document, Field, Pick, parse};
use crate::sandbox::github::call::{Answer, Call, Reply};
use crate::sandbox::github::records::{AccountKind, Actor, Entry, Issue};
use crate::sandbox::github::state::State;

/// Something that the schema lacks, or does not allow.
struct Wrong {
    kind: &'static str,
    words: String,
}

fn wrong<T>(kind: &'static str, words: String) -> Result<T, Wrong> {
    Err(Wrong { kind, words })
}

/// Answers a query.
pub(super) fn answer(state: &State, call: &Call, query: &str) -> Answer {
    let outcome = parse(query, &call.body["variables"])
        .map_err(|words| Wrong {
            kind: "PARSE_ERROR",
            words,
        })
        .and_then(|document| {
            let asking = Asking {
                state,
                call,
                document: &document,
            };
            asking.root()
        });
    let body = match outcome {
        Ok(data) => json!({"data": data}),
        Err(Wrong { kind, words }) => {
            json!({"data": null, "errors": [{"type": kind, "message": words}]})
        }
    };
    Ok(Reply::Json(200, body))
}

struct Asking<'a> {
    state: &'a State,
    call: &'a Call,
    document: &'a Document,
}

/// Gives of each node of a connection what is selected.
type Nodes<'a> = dyn Fn(&[Pick]) -> Result<Vec<Value>, Wrong> + 'a;

impl Asking<'_> {
    fn root(&self) -> Result<Value, Wrong> {
        self.object(
            "Query",
            &self.document.picks,
            &|field| match field.name.as_str() {
                "repository" => self.repository(field),
                "rateLimit" => self.project(
                    "RateLimit",
                    &json!({"cost": 1, "limit": 5000}),
                    &field.picks,
                ),
                name => missing(name, "Query"),
            },
        )
    }

    fn repository(&self, field: &Field) -> Result<Value, Wrong> {
        let text = |name: &str| {
            field
                .args
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (owner, name) = (text("owner"), text("name"));
        let found = self
            .state
            .find_repo(owner, name)
            .filter(|id| match &self.call.actor {
                Actor::User(_) => true,
                Actor::Installation { repos, .. } => repos.contains(id),
                Actor::Nobody | Actor::App => false,
            });
        let Some(repo) = found else {
            let words =
                format!("Could not resolve to a Repository with the name '{owner}/{name}'.");
            return wrong("NOT_FOUND", words);
        };
        self.object(
            "Repository",
            &field.picks,
            &|field| match field.name.as_str() {
                "issues" => self.issues(repo, field),
                "nameWithOwner" => Ok(format!("{owner}/{name}").into()),
                name => missing(name, "Repository"),
            },
        )
    }

    fn issues(&self, repo: u64, field: &Field) -> Result<Value, Wrong> {
        let first = first(field)?;
        let args = &field.args;
        let since = args.get("filterBy").map(|filter| &filter["since"]);
        let since = since
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<Timestamp>().ok());
        let all = self.state.repo(repo).issues.iter();
        let all: Vec<(u64, &Issue)> = all
            .filter(|(_, issue)| issue.pull.is_none())
            .map(|(number, issue)| (*number, issue))
            .collect();
        let mut found: Vec<(u64, &Issue)> = all
            .iter()
            .copied()
            .filter(|(_, issue)| since.is_none_or(|since| issue.updated_at >= since))
            .collect();
        let order = args.get("orderBy").unwrap_or(&Value::Null);
        let updated = order["field"] == "UPDATED_AT";
        let place = |(number, issue): &(u64, &Issue)| match updated {
            true => (issue.updated_at.as_microsecond(), *number),
            false => (issue.created_at.as_microsecond(), *number),
        };
        found.sort_by_key(place);
        if order["direction"] == "DESC" {
            return wrong(
                "UNSUPPORTED",
                "This sandbox lists issues upwards only".to_owned(),
            );
        }
        let count = found.len();
        // A cursor is a place in the order, so it holds while issues are changed.
        if let Some(after) = args.get("after").and_then(Value::as_str) {
            let Some(after) = read_cursor(after) else {
                let words = format!("`{after}` does not appear to be a valid cursor.");
                return wrong("INVALID_CURSOR_ARGUMENTS", words);
            };
            found.retain(|one| place(one) > after);
        }
        let more = found.len() > first;
        found.truncate(first);
        let end = found.last().map(|one| cursor(place(one)));
        let info = json!({"hasNextPage": more, "endCursor": end});
        self.connection("IssueConnection", field, count, &info, &|picks| {
            found
                .iter()
                .map(|(number, issue)| self.issue(repo, *number, issue, picks))
                .collect()
        })
    }

    fn issue(&self, repo: u64, number: u64, issue: &Issue, picks: &[Pick]) -> Result<Value, Wrong> {
        let time = |time: Timestamp| time.to_string();
        let plain = json!({
            "databaseId": issue.id, "number": number, "title": issue.title,
            "body": issue.body.clone().unwrap_or_default(),
            "url": self.state.issue_page(repo, number),
            "state": if issue.open { "OPEN" } else { "CLOSED" },
            "createdAt": time(issue.created_at), "updatedAt": time(issue.updated_at),
            "closedAt": issue.closed_at.map(time), "author": self.actor(issue.by.user),
        });
        self.object("Issue", picks, &|field| match field.name.as_str() {
            "timelineItems" => self.timeline(repo, issue, field),
            _ => self.member("Issue", &plain, field),
        })
    }

    fn timeline(&self, repo: u64, issue: &Issue, field: &Field) -> Result<Value, Wrong> {
        let first = first(field)?;
        let kinds = field.args.get("itemTypes").and_then(Value::as_array);
        let wanted = |kind: &str| kinds.is_none_or(|kinds| kinds.iter().any(|it| it == kind));
        let lines = issue
            .timeline
            .iter()
            .filter_map(|entry| self.step(repo, entry));
        let mut lines: Vec<Value> = lines
            .filter(|(kind, _)| wanted(kind))
            .map(|(_, line)| line)
            .collect();
        let count = lines.len();
        let info = json!({"hasNextPage": count > first, "endCursor": null});
        lines.truncate(first);
        self.connection(
            "IssueTimelineItemsConnection",
            field,
            count,
            &info,
            &|picks| {
                let each = lines.iter().map(|line| {
                    let kind = line["__typename"].as_str().unwrap_or_default();
                    self.project(kind, line, picks)
                });
                each.collect()
            },
        )
    }

    /// A line of a timeline: its kind in the list of kinds, and all that there is of it.
    fn step(&self, repo: u64, entry: &Entry) -> Option<(&'static str, Value)> {
        let event = match entry {
            Entry::Comment(id) => {
                let comment = self.state.repo(repo).comments.get(id)?;
                let page = self.state.issue_page(repo, comment.issue);
                let line = json!({
                    "__typename": "IssueComment", "databaseId": id, "body": comment.body,
                    "createdAt": comment.created_at.to_string(),
                    "updatedAt": comment.updated_at.to_string(),
                    "url": format!("{page}#issuecomment-{id}"),
                    "author": self.actor(comment.by.user),
                });
                return Some(("ISSUE_COMMENT", line));
            }
            Entry::Event(event) => event,
            Entry::Review(_) => return None,
        };
        let extra = &event.extra;
        let assignee = || {
            let login = extra["assignee"]["login"].as_str()?;
            Some(self.actor(self.state.find_user(login)?))
        };
        let (kind, name, more) = match event.kind {
            "labeled" => (
                "LABELED_EVENT",
                "LabeledEvent",
                json!({"label": extra["label"]}),
            ),
            "unlabeled" => (
                "UNLABELED_EVENT",
                "UnlabeledEvent",
                json!({"label": extra["label"]}),
            ),
            "assigned" => (
                "ASSIGNED_EVENT",
                "AssignedEvent",
                json!({"assignee": assignee()}),
            ),
            "unassigned" => (
                "UNASSIGNED_EVENT",
                "UnassignedEvent",
                json!({"assignee": assignee()}),
            ),
            "closed" => {
                let why = extra["state_reason"].as_str().map(str::to_uppercase);
                ("CLOSED_EVENT", "ClosedEvent", json!({"stateReason": why}))
            }
            "reopened" => ("REOPENED_EVENT", "ReopenedEvent", json!({})),
            "renamed" => {
                let titles = &extra["rename"];
                let titles = json!({"previousTitle": titles["from"], "currentTitle": titles["to"]});
                ("RENAMED_TITLE_EVENT", "RenamedTitleEvent", titles)
            }
            _ => return None,
        };
        let mut line = json!({
            "__typename": name, "createdAt": event.at.to_string(),
            "actor": self.actor(event.by.user),
        });
        if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        Some((kind, line))
    }

    /// Whoever did something. A bot has no `[bot]` behind its login here.
    fn actor(&self, user: u64) -> Value {
        let Some(user) = self.state.users.get(&user) else {
            return Value::Null;
        };
        let (kind, login) = match user.kind {
            AccountKind::Person => ("User", user.login.as_str()),
            AccountKind::Organization => ("Organization", user.login.as_str()),
            AccountKind::Bot => ("Bot", user.login.trim_end_matches("[bot]")),
        };
        json!({"__typename": kind, "login": login})
    }

    fn connection(
        &self,
        kind: &str,
        field: &Field,
        count: usize,
        info: &Value,
        nodes: &Nodes<'_>,
    ) -> Result<Value, Wrong> {
        self.object(kind, &field.picks, &|field| match field.name.as_str() {
            "totalCount" => Ok(count.into()),
            "pageInfo" => self.project("PageInfo", info, &field.picks),
            "nodes" => nodes(&field.picks).map(Value::Array),
            name => missing(name, kind),
        })
    }

    /// What is selected of a thing whose fields are all known.
    fn project(&self, kind: &str, value: &Value, picks: &[Pick]) -> Result<Value, Wrong> {
        self.object(kind, picks, &|field| self.member(kind, value, field))
    }

    fn member(&self, kind: &str, value: &Value, field: &Field) -> Result<Value, Wrong> {
        match value.get(&field.name) {
            None => missing(&field.name, kind),
            Some(inner @ Value::Object(_)) => {
                let inner_kind = inner["__typename"].as_str().unwrap_or(&field.name);
                self.project(inner_kind, inner, &field.picks)
            }
            Some(inner) => Ok(inner.clone()),
        }
    }

    fn object(
        &self,
        kind: &str,
        picks: &[Pick],
        get: &dyn Fn(&Field) -> Result<Value, Wrong>,
    ) -> Result<Value, Wrong> {
        let mut object = Map::new();
        for pick in picks {
            match pick {
                Pick::Field(field) if field.name == "__typename" => {
                    object.insert(field.alias.clone(), kind.into());
                }
                Pick::Field(field) => {
                    object.insert(field.alias.clone(), get(field)?);
                }
                Pick::On(on, inner) => {
                    // What people and bots have in common.
                    let common = matches!(on.as_str(), "Actor" | "Assignee");
                    if on == kind || common {
                        let more = self.object(kind, inner, get)?;
                        object.extend(more.as_object().cloned().unwrap_or_default());
                    }
                }
                Pick::Spread(name) => {
                    let Some(inner) = self.document.fragments.get(name) else {
                        return wrong(
                            "UNDEFINED_FRAGMENT",
                            format!("Fragment {name} was used, but not defined"),
                        );
                    };
                    let more = self.object(kind, inner, get)?;
                    object.extend(more.as_object().cloned().unwrap_or_default());
                }
            }
        }
        Ok(Value::Object(object))
    }
}

fn missing(name: &str, kind: &str) -> Result<Value, Wrong> {
    wrong(
        "UNDEFINED_FIELD",
        format!("Field '{name}' doesn't exist on type '{kind}'"),
    )
}

/// How many are asked for: it must be said, and be a hundred at most.
fn first(field: &Field) -> Result<usize, Wrong> {
    let name = &field.name;
    match field.args.get("first").and_then(Value::as_u64) {
        Some(first @ 1..=100) => Ok(first as usize),
        Some(first) => wrong(
            "EXCESSIVE_PAGINATION",
            format!(
                "Requesting {first} records on the `{name}` connection exceeds the `first` limit of 100 records."
            ),
        ),
        None => wrong(
            "MISSING_PAGINATION_BOUNDARIES",
            format!(
                "You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            ),
        ),
    }
}

fn cursor((at, number): (i64, u64)) -> String {
    BASE64_STANDARD.encode(format!("cursor:v2:{at}:{number}"))
}

fn read_cursor(text: &str) -> Option<(i64, u64)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()?;
    let (at, number) = text.strip_prefix("cursor:v2:")?.split_once(':')?;
    Some((at.parse().ok()?, number.parse().ok()?))
}
