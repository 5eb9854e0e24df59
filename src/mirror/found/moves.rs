//! What moved a branch, from GitHub's log of activity, told as the webhook `push` tells it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Found, time};
use crate::id::{DoneKey, RepoName, Sha};
use crate::mirror::key;
use crate::mirror::view::View;

/// How many digits of a commit's id stand in the address of a comparison.
const DIGITS: usize = 12;
/// The most commits that one webhook names.
const COMMITS: u64 = 2_048;

/// One line of a repository's activity that is about a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Its own number; later moves have greater ones.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// Where it was; no commit for a branch that came to be.
    pub before: Sha,
    /// Where it is since; no commit for one that is gone.
    pub after: Sha,
    forced: bool,
    pub(super) actor: Value,
    repo: RepoName,
}

impl Move {
    /// A line of the log; `None` for one that is about something else, or makes no sense.
    pub fn new(repo: &RepoName, line: &Value) -> Option<Self> {
        let view = View::new(line);
        let sha = |field| view.at(field).words().map(Sha::from);
        Some(Self {
            id: view.at("id").number()?,
            at: time(line, "timestamp")?,
            branch: line["ref"]
                .as_str()?
                .strip_prefix("refs/heads/")?
                .to_owned(),
            before: sha("before")?,
            after: sha("after")?,
            forced: line["activity_type"] == "force_push",
            actor: line["actor"].clone(),
            repo: repo.clone(),
        })
    }

    /// Whether the branch came to be.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Whether the branch is gone.
    pub fn is_gone(&self) -> bool {
        self.after.is_none()
    }

    /// The keys under which a webhook may have told it, whose clock may differ by so much.
    pub fn keys(&self, differ: SignedDuration) -> BTreeSet<DoneKey> {
        let full_ref = format!("refs/heads/{}", self.branch);
        let made: fn(&RepoName, &str, Timestamp) -> DoneKey = match (self.is_gone(), self.is_new())
        {
            (true, _) => key::removed,
            (_, true) => key::created,
            _ => return BTreeSet::from([key::push(&self.repo, &full_ref, self.after.as_str())]),
        };
        let times = [
            self.at.saturating_sub(differ),
            Ok(self.at),
            self.at.saturating_add(differ),
        ];
        let times = times.into_iter().flatten();
        times.map(|at| made(&self.repo, &full_ref, at)).collect()
    }

    /// Which part of that message it is.
    pub fn part(&self) -> &'static str {
        if self.is_gone() { "ref" } else { "push" }
    }

    /// As a webhook. `commits` are those that it brought, the oldest first, as GitHub's API shows
    /// them, of `total`; `page` is the repository's page.
    pub fn push(&self, commits: &[Value], total: u64, page: &str) -> Found {
        let digits = |sha: &Sha| sha.as_str().chars().take(DIGITS).collect::<String>();
        let (before, after) = (digits(&self.before), digits(&self.after));
        let compare = match commits {
            _ if !self.is_new() => format!("{page}/compare/{before}...{after}"),
            [] => format!("{page}/compare/{}", self.branch),
            [_] if total == 1 => format!("{page}/commit/{}", self.after),
            [first, ..] => {
                let first = Sha::from(first["sha"].as_str().unwrap_or_default());
                format!("{page}/compare/{}^...{after}", digits(&first))
            }
        };
        let mut shown: Vec<Value> = commits.iter().map(commit).collect();
        // Only how many there are matters of those that are not shown.
        let total = usize::try_from(total.min(COMMITS)).unwrap_or(0);
        shown.resize(shown.len().max(total), Value::Null);
        let head = commits.iter().find(|one| one["sha"] == self.after.as_str());
        let mut payload = json!({
            "ref": format!("refs/heads/{}", self.branch), "before": self.before,
            "after": self.after, "created": self.is_new(), "deleted": self.is_gone(),
            "forced": self.forced, "compare": compare, "commits": shown,
            "head_commit": head.map(commit), "sender": self.actor,
            "repository": {"full_name": self.repo, "html_url": page},
        });
        payload["repository"]["pushed_at"] = self.at.as_second().into();
        Found {
            at: self.at,
            event: "push",
            payload,
        }
    }
}

/// A commit as the API shows it, as a webhook shows it.
fn commit(shown: &Value) -> Value {
    let mut author = json!({"name": shown["commit"]["author"]["name"]});
    if let Some(login) = shown["author"]["login"].as_str() {
        author["username"] = login.into();
    }
    json!({
        "id": shown["sha"], "message": shown["commit"]["message"], "url": shown["html_url"],
        "author": author,
    })
}

/// Where each branch was before that move, from where they are now and what moved them since.
pub fn tips_before(
    now: &BTreeMap<String, Sha>,
    moves: &[Move],
    this: &Move,
) -> BTreeMap<String, Sha> {
    let mut tips = now.clone();
    let mut later: Vec<_> = moves.iter().filter(|one| one.id >= this.id).collect();
    later.sort_by_key(|one| one.id);
    for back in later.into_iter().rev() {
        if back.is_new() {
            tips.remove(&back.branch);
        } else {
            tips.insert(back.branch.clone(), back.before.clone());
        }
    }
    tips
}

/// Those of some commits, parents before children, that no such tip has.
pub fn only_here(commits: Vec<Value>, tips: &BTreeMap<String, Sha>) -> Vec<Value> {
    let mut known: BTreeSet<String> = tips.values().map(Sha::to_string).collect();
    for commit in commits.iter().rev() {
        if commit["sha"]
            .as_str()
            .is_some_and(|sha| known.contains(sha))
        {
            let parents = commit["parents"].as_array().into_iter().flatten();
            let parents = parents.filter_map(|parent| parent["sha"].as_str());
            known.extend(parents.map(str::to_owned));
        }
    }
    let is_known = |commit: &Value| commit["sha"].as_str().is_some_and(|it| known.contains(it));
    commits.into_iter().filter(|it| !is_known(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u64, branch: &str, before: &str, after: &str) -> Move {
        let line = json!({
            "id": id, "ref": format!("refs/heads/{branch}"), "timestamp": "2021-01-01T01:00:00Z",
            "before": before, "after": after, "activity_type": "push", "actor": {"login": "taro"},
        });
        Move::new(&RepoName::from("acme/shop"), &line).unwrap()
    }

    #[test]
    fn only_branches_move() {
        let repo = RepoName::from("acme/shop");
        let mut line = json!({
            "id": 1, "ref": "refs/tags/v1", "timestamp": "2021-01-01T01:00:00Z", "before": "0",
            "after": "a",
        });
        assert_eq!(Move::new(&repo, &line), None);
        line["ref"] = "refs/heads/a/b".into();
        let read = Move::new(&repo, &line).unwrap();
        assert_eq!((read.branch.as_str(), read.is_new()), ("a/b", true));
    }

    #[test]
    fn branches_are_put_back_to_where_they_were() {
        let now = [("main", "m2"), ("fix", "f2"), ("late", "f1")];
        let now = now.map(|(name, sha)| (name.to_owned(), Sha::from(sha)));
        let moves = [
            line(1, "fix", "0", "f1"),
            line(2, "late", "0", "f1"),
            line(3, "fix", "f1", "f2"),
            line(4, "gone", "g1", "0"),
            line(5, "main", "m1", "m2"),
        ];
        let tips = tips_before(&BTreeMap::from(now), &moves, &moves[0]);
        let tips: Vec<_> = tips.iter().map(|(n, s)| (n.as_str(), s.as_str())).collect();
        assert_eq!(tips, [("gone", "g1"), ("main", "m1")]);
    }

    #[test]
    fn what_another_branch_has_is_not_new() {
        let commit = |sha: &str, parent: &str| json!({"sha": sha, "parents": [{"sha": parent}]});
        let commits = vec![commit("a", "root"), commit("b", "a"), commit("c", "b")];
        let tips = BTreeMap::from([("other".to_owned(), Sha::from("b"))]);
        assert_eq!(only_here(commits.clone(), &tips), [commit("c", "b")]);
        assert_eq!(only_here(commits.clone(), &BTreeMap::new()), commits);
    }

    #[test]
    fn a_comparison_has_the_address_that_the_webhook_names() {
        let commits = [
            json!({"sha": "1".repeat(40)}),
            json!({"sha": "2".repeat(40)}),
        ];
        let (none, one, two) = ("0".repeat(40), "1".repeat(40), "2".repeat(40));
        for (before, commits, after, wanted) in [
            (
                &one,
                &commits[1..],
                &two,
                "/compare/111111111111...222222222222",
            ),
            (
                &none,
                &commits[..],
                &two,
                "/compare/111111111111^...222222222222",
            ),
            (&none, &commits[..1], &one, &format!("/commit/{one}")),
            (&none, &commits[..0], &one, "/compare/x/y"),
        ] {
            let total = u64::try_from(commits.len()).unwrap();
            let found = line(1, "x/y", before, after).push(commits, total, "https://g/acme/shop");
            assert_eq!(
                found.payload["compare"],
                format!("https://g/acme/shop{wanted}")
            );
        }
    }
}
