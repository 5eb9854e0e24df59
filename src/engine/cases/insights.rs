//! All incidents that there ever were, as rows to be counted: read from GitHub a hundred a question,
//! and kept, so that the next time only what was changed since is asked for.
//!
//! For 10,000 issues that is 100 questions of GraphQL at first (a point each, of 5,000 an hour), and
//! one from then on while little happens. An issue with more than a hundred lines costs one question
//! of REST more for each hundred. What is kept is a cache: without it all is read again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::record::{claim, entries};
use crate::engine::Engine;
use crate::engine::rules::TEAMS;
use crate::github::{GitHub, GitHubError, RECORDS_AT_ONCE, Record};
use crate::id::Login;
use crate::incident::{Rules, fold};
use crate::report::Row;
use crate::store::{Changes, Store, StoreError};
use crate::teams::People;

/// Under which keys rows are kept: the issue's number behind it.
const ROW: &str = "insights:row:";
/// Under which key it is kept how much was read.
const SEEN: &str = "insights:seen";
/// How long what was read is good without being read whole again.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long a row is kept that nobody asks for.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How far GitHub's lists may lag behind.
const LAGS: SignedDuration = SignedDuration::from_mins(2);
/// The fewest that are asked for at once when GitHub does not manage more in time.
const FEWEST: u8 = 12;
/// Grows when rows are made otherwise than before.
const EDITION: u32 = 2;

/// With what incidents are gathered.
#[derive(Debug, Clone, Copy)]
pub struct Gather<'a> {
    /// Where they are.
    pub github: &'a GitHub,
    /// Where rows are kept, if anywhere.
    pub store: Option<&'a Store>,
    /// The rules by which labels are read: those of today, for all incidents.
    pub rules: &'a Rules,
    /// Who is who, so that nobody counts as two people.
    pub people: &'a People,
}

/// What was gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// All incidents, by the numbers of their issues.
    pub rows: Vec<Row>,
    /// How many questions it took, without signing in.
    pub requests: usize,
    /// What those of GraphQL cost.
    pub points: u64,
}

/// How much was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// By which rules and people.
    print: String,
    /// The newest change that was seen.
    since: Timestamp,
    /// How many issues there were.
    total: u64,
    /// The highest number among them.
    newest: u64,
    /// When all was read.
    whole_at: Timestamp,
}

/// What a walk over issues has brought.
struct Walk {
    records: BTreeMap<u64, Option<Row>>,
    since: Option<Timestamp>,
    total: u64,
}

impl Gather<'_> {
    /// All incidents of the repository as they are now.
    ///
    /// # Errors
    /// When GitHub does not answer. A cache that cannot be read or written only costs questions.
    pub async fn all(&self, now: Timestamp) -> Result<Gathered, GitHubError> {
        let mut gathered = Gathered {
            rows: Vec::new(),
            requests: 0,
            points: 0,
        };
        let print = self.print();
        if let Some((seen, rows)) = self.kept(now, &print).await {
            let walk = self.walk(Some(seen.since), &mut gathered).await?;
            let new = walk.records.keys().filter(|number| **number > seen.newest);
            let expected = seen.total + u64::try_from(new.count()).unwrap_or_default();
            // One that was deleted, or moved away, tells nothing of itself.
            if expected == walk.total {
                return Ok(self.renewed(gathered, (seen, rows), walk, now).await);
            }
        }
        let walk = self.walk(None, &mut gathered).await?;
        let seen = Seen {
            print,
            since: walk.since.unwrap_or(Timestamp::UNIX_EPOCH),
            total: walk.total,
            newest: walk.records.keys().next_back().copied().unwrap_or_default(),
            whole_at: now,
        };
        let all = walk.records.iter();
        let rows: Vec<Row> = all.filter_map(|(_, row)| row.clone()).collect();
        self.keep(&seen, &rows, true, now).await;
        gathered.rows = rows;
        Ok(gathered)
    }

    /// What was kept, with what has changed since in its place.
    async fn renewed(
        &self,
        mut gathered: Gathered,
        (mut seen, rows): (Seen, Vec<Row>),
        walk: Walk,
        now: Timestamp,
    ) -> Gathered {
        let mut all: BTreeMap<u64, Row> = rows.into_iter().map(|row| (row.number, row)).collect();
        let mut changed = Vec::new();
        let mut gone = false;
        for (number, row) in walk.records {
            seen.newest = seen.newest.max(number);
            match row {
                Some(row) if all.get(&number) == Some(&row) => {}
                Some(row) => {
                    changed.push(row.clone());
                    all.insert(number, row);
                }
                None => gone |= all.remove(&number).is_some(),
            }
        }
        seen.total = walk.total;
        let since = walk.since.unwrap_or(seen.since).max(seen.since);
        let news = !changed.is_empty() || since != seen.since;
        seen.since = since;
        gathered.rows = all.into_values().collect();
        if gone {
            self.keep(&seen, &gathered.rows, true, now).await;
        } else if news {
            self.keep(&seen, &changed, false, now).await;
        }
        gathered
    }

    /// Reads issues page by page; where GitHub does not manage a page, a smaller one.
    async fn walk(
        &self,
        since: Option<Timestamp>,
        gathered: &mut Gathered,
    ) -> Result<Walk, GitHubError> {
        let repo = self.github.repo();
        let me = self.github.me().await?.login();
        let since = since.map(|since| since.saturating_sub(LAGS).unwrap_or(since));
        let mut walk = Walk {
            records: BTreeMap::new(),
            since: None,
            total: 0,
        };
        let (mut after, mut size) = (None, RECORDS_AT_ONCE);
        loop {
            gathered.requests += 1;
            let page = self.github.records(repo, since, after.as_deref(), size);
            let page = match page.await {
                Err(GitHubError::Ambiguous { .. }) if size > FEWEST => {
                    size /= 2;
                    continue;
                }
                outcome => outcome?,
            };
            gathered.points += page.cost;
            walk.total = page.total;
            for mut record in page.items {
                walk.since = walk.since.max(record.issue.updated_at);
                if !record.steps.whole {
                    record.steps = self.github.timeline(repo, record.issue.number).await?;
                    gathered.requests += record.steps.items.len().div_ceil(100).max(1);
                }
                let number = record.issue.number;
                walk.records.insert(number, self.row(record, &me));
            }
            after = page.next;
            if after.is_none() {
                return Ok(walk);
            }
        }
    }

    /// The incident of an issue, if it tells of one.
    fn row(&self, record: Record, me: &Login) -> Option<Row> {
        let Record { mut issue, steps } = record;
        let mut steps = steps.items;
        let app_id = self.github.app_id();
        claim(&mut issue, &mut steps, app_id, me);
        let entries = entries(&issue, &steps, app_id, self.github.repo(), self.people);
        Row::of(&fold(&entries, self.rules)?)
    }

    /// What rows follow from beside the record: another playbook or team file makes other rows.
    fn print(&self) -> String {
        let said = format!(
            "{EDITION} {} {} {:?} {:?}",
            self.github.repo(),
            self.github.app_id(),
            self.rules.playbook,
            self.people
        );
        hex::encode(Sha256::digest(said))
    }

    /// What was kept and still holds.
    async fn kept(&self, now: Timestamp, print: &str) -> Option<(Seen, Vec<Row>)> {
        let store = self.store?;
        let read = async {
            let seen = store.cached(SEEN, now).await?;
            let seen = seen.and_then(|text| serde_json::from_str::<Seen>(&text).ok());
            let good = |seen: &Seen| {
                seen.print == print && now.duration_since(seen.whole_at) < WHOLE_EVERY
            };
            let Some(seen) = seen.filter(good) else {
                return Ok(None);
            };
            let kept = store.cached_below(ROW, now).await?;
            let rows = kept.iter().map(|(_, text)| serde_json::from_str(text));
            let rows: Result<Vec<Row>, _> = rows.collect();
            Ok::<_, StoreError>(rows.ok().map(|rows| (seen, rows)))
        };
        read.await.unwrap_or_else(|error| {
            store.complain(&error);
            None
        })
    }

    /// Keeps rows; where they are `all`, no other is kept any more.
    async fn keep(&self, seen: &Seen, rows: &[Row], all: bool, now: Timestamp) {
        let Some(store) = self.store else { return };
        let until = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        let key = |row: &Row| format!("{ROW}{:012}", row.number);
        let write = async {
            if all {
                let mut gone = BTreeMap::from_iter(store.cached_below(ROW, now).await?);
                for row in rows {
                    gone.remove(&key(row));
                }
                for key in gone.keys() {
                    store.forget(key).await?;
                }
            }
            let row = |row: &Row| Some((key(row), serde_json::to_string(row).ok()?, until));
            let mut cache: Vec<_> = rows.iter().filter_map(row).collect();
            cache.extend(
                serde_json::to_string(seen)
                    .ok()
                    .map(|seen| (SEEN.to_owned(), seen, until)),
            );
            let changes = Changes {
                cache,
                ..Changes::default()
            };
            store.apply(changes).await
        };
        if let Err(error) = write.await {
            store.complain(&error);
        }
    }
}

impl Engine {
    /// All incidents as they are now, and the rules by which they were read.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn gather(&self) -> Result<(Gathered, Rules), GitHubError> {
        let now = self.now();
        self.refresh_rules(now).await;
        let (rules, people) = (self.rules_now(), self.rules().people);
        let parts = &self.0.parts;
        let gather = Gather {
            github: &parts.github,
            store: Some(&parts.store),
            rules: &rules,
            people: &people,
        };
        let gathered = self.lookup_pages(gather.all(now)).await?;
        Ok((gathered, rules))
    }
}

/// Who is who, by the team file of the postmortem repository; nobody where it cannot be read.
///
/// # Errors
/// When GitHub does not answer.
pub async fn people(github: &GitHub) -> Result<People, GitHubError> {
    let file = github.file(github.repo(), TEAMS, None).await?;
    let text = file.map_or_else(String::new, |file| file.text);
    Ok(People::parse(&text).unwrap_or_else(|problem| {
        tracing::warn!(file = TEAMS, %problem, "people are known by one name only");
        People::default()
    }))
}
