//! Pull requests: open, edit, merge, ask for review, list.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::git::{Commit, Files};
use super::issues::{NewIssue, body, title};
use super::records::{AccountKind, Doer, Issue, Pull};
use super::state::State;

impl State {
    /// Marks a pull request as merged by `tip`, closes it and the issues that it says it fixes.
    pub fn land(&mut self, repo: u64, number: u64, by: Doer, tip: &str) {
        let now = self.now();
        let issue = self.issue_mut(repo, number);
        if !issue.open {
            return;
        }
        let said = issue.body.clone().unwrap_or_default();
        let Some(pull) = issue.pull.as_mut() else {
            return;
        };
        pull.merged_at = Some(now);
        pull.merged_by = Some(by.user);
        pull.merge_sha = Some(tip.to_owned());
        let base = pull.base.clone();
        let onto_default = base == self.repo(repo).default_branch;
        self.note(repo, number, by, "merged", json!({"commit_id": tip}));
        self.close(repo, number, by, None);
        for fixed in fixes(&said) {
            let known = self
                .repo(repo)
                .issues
                .get(&fixed)
                .is_some_and(|issue| issue.pull.is_none());
            if onto_default && known {
                self.close(repo, fixed, by, None);
            }
        }
    }

    /// Makes it a draft or ready; nothing happens when it is so already.
    pub fn set_draft(
        &mut self,
        repo: u64,
        number: u64,
        by: Doer,
        draft: bool,
    ) -> Result<(), Refusal> {
        let had = std::mem::replace(&mut self.pull_mut(repo, number)?.draft, draft);
        if had == draft {
            return Ok(());
        }
        let (note, action) = if draft {
            ("convert_to_draft", "converted_to_draft")
        } else {
            ("ready_for_review", "ready_for_review")
        };
        self.note(repo, number, by, note, Value::Null);
        self.emit_issue(repo, number, action, by.user, Value::Null);
        Ok(())
    }
}

/// The issues that a description closes: `fixes #3`, `Closes: #4`...
fn fixes(text: &str) -> Vec<u64> {
    const WORDS: &[&str] = &[
        "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| {
        let word = pair[0].trim_end_matches(':').to_lowercase();
        WORDS.contains(&word.as_str())
    });
    pairs
        .filter_map(|pair| {
            let number = pair[1].strip_prefix('#')?;
            number
                .trim_end_matches(|c: char| !c.is_ascii_digit())
                .parse()
                .ok()
        })
        .collect()
}

/// `POST /repos/{owner}/{repo}/pulls`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let owner = state.repo(repo).owner_login.clone();
    let head = call.needed("head")?;
    let head = match head.split_once(':') {
        Some((whose, branch)) if whose.eq_ignore_ascii_case(&owner) => branch.to_owned(),
        Some(_) => return Err(Refusal::invalid("PullRequest", "head", "invalid")),
        None => head.to_owned(),
    };
    let base = call.needed("base")?.to_owned();
    call.needed("title")?;
    let title = title(call, "PullRequest")?.unwrap_or_default();
    let body = body(call, "PullRequest")?;
    let git = &state.repo(repo).git;
    let missing = |field| move || Refusal::invalid("PullRequest", field, "invalid");
    let head_sha = git.branch(&head).cloned().ok_or_else(missing("head"))?;
    let base_sha = git.branch(&base).cloned().ok_or_else(missing("base"))?;
    if git.between(&base_sha, &head_sha).is_empty() {
        let words = format!("No commits between {base} and {head}");
        return Err(Refusal::validation(json!({
            "resource": "PullRequest", "code": "custom", "message": words,
        })));
    }
    let twin = |issue: &Issue| {
        let pull = issue.pull.as_ref();
        issue.open && pull.is_some_and(|pull| pull.head == head && pull.base == base)
    };
    if state.repo(repo).issues.values().any(twin) {
        let words = format!("A pull request already exists for {owner}:{head}.");
        return Err(Refusal::validation(json!({
            "resource": "PullRequest", "code": "custom", "message": words,
        })));
    }
    let pull = Pull {
        id: state.next_id("pull"),
        head,
        head_sha,
        base,
        base_sha,
        draft: call.flag("draft")?,
        merged_at: None,
        merged_by: None,
        merge_sha: None,
        requested: Vec::new(),
        reviews: BTreeMap::new(),
        comments: BTreeMap::new(),
        resolved: BTreeSet::new(),
    };
    let number = state.open_issue(
        repo,
        by,
        NewIssue {
            title,
            body,
            pull: Some(pull),
        },
    );
    state.emit_issue(repo, number, "opened", by.user, Value::Null);
    Ok(Reply::Json(201, state.pull_json(repo, number, true)))
}

/// The pull request of the path.
pub(super) fn numbered(state: &State, call: &Call, repo: u64) -> Result<u64, Refusal> {
    let number = call.number("number")?;
    state.pull(repo, number)?;
    Ok(number)
}

/// `GET /repos/{owner}/{repo}/pulls/{number}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    Ok(Reply::Json(200, state.pull_json(repo, number, true)))
}

/// `GET /repos/{owner}/{repo}/pulls`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let wanted = call.ask("state").unwrap_or("open");
    let head = call
        .ask("head")
        .map(|head| head.rsplit(':').next().unwrap_or(head));
    let base = call.ask("base");
    let issues = state.repo(repo).issues.iter();
    let mut found: Vec<(u64, &Issue)> = issues
        .filter(|(_, issue)| wanted == "all" || issue.open == (wanted == "open"))
        .filter(|(_, issue)| {
            issue.pull.as_ref().is_some_and(|pull| {
                head.is_none_or(|head| head == pull.head)
                    && base.is_none_or(|base| base == pull.base)
            })
        })
        .map(|(number, issue)| (*number, issue))
        .collect();
    match call.ask("sort").unwrap_or("created") {
        "updated" => found.sort_by_key(|(number, issue)| (issue.updated_at, *number)),
        _ => found.sort_by_key(|(number, issue)| (issue.created_at, *number)),
    }
    let newest_first = matches!(call.ask("sort"), None | Some("created"));
    let down = call
        .ask("direction")
        .map_or(newest_first, |way| way == "desc");
    if down {
        found.reverse();
    }
    let found = found
        .into_iter()
        .map(|(number, _)| state.pull_json(repo, number, false));
    Ok(Reply::List(found.collect()))
}

/// `PATCH /repos/{owner}/{repo}/pulls/{number}`
pub(super) fn edit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    let (title, body) = (title(call, "PullRequest")?, body(call, "PullRequest")?);
    let wanted = call.text("state")?;
    let merged = state.pull(repo, number)?.merged_at.is_some();
    if wanted == Some("open") && merged {
        let words = "state cannot be changed. The pull request cannot be reopened.";
        return Err(Refusal::custom("PullRequest", "state", words));
    }
    state.rewrite(repo, number, by, title, body);
    match wanted {
        Some("closed") => state.close(repo, number, by, None),
        Some("open") => state.reopen(repo, number, by),
        None => {}
        Some(_) => return Err(Refusal::invalid("PullRequest", "state", "invalid")),
    }
    Ok(Reply::Json(200, state.pull_json(repo, number, true)))
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/merge`: 204 when it was merged.
pub(super) fn merged(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    match state.pull(repo, number)?.merged_at {
        Some(_) => Ok(Reply::Nothing(204)),
        None => Err(Refusal::not_found()),
    }
}

/// `PUT /repos/{owner}/{repo}/pulls/{number}/merge`
pub(super) fn merge(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    let issue = state.issue(repo, number);
    let pull = state.pull(repo, number)?;
    let refuse = |words: &str| Err(Refusal::plain(405, words));
    if pull.draft {
        return refuse("Pull Request is still a draft");
    }
    if call.text("sha")?.is_some_and(|sha| sha != pull.head_sha) {
        let words = "Head branch was modified. Review and try the merge again.";
        return Err(Refusal::plain(409, words));
    }
    let git = &state.repo(repo).git;
    let base = git.branch(&pull.base).cloned().unwrap_or_default();
    let files = git.merge_files(&base, &pull.head_sha);
    let (true, Some(files)) = (issue.open, files) else {
        return refuse("Pull Request is not mergeable");
    };
    let owner = &state.repo(repo).owner_login;
    let squash = match call.text("merge_method")? {
        None | Some("merge") => false,
        Some("squash" | "rebase") => true,
        Some(_) => return Err(Refusal::invalid("PullRequest", "merge_method", "invalid")),
    };
    let usual = match squash {
        true => format!("{} (#{number})", issue.title),
        false => format!("Merge pull request #{number} from {owner}/{}", pull.head),
    };
    let subject = call.text("commit_title")?.map_or(usual, str::to_owned);
    let more = call.text("commit_message")?.unwrap_or(&issue.title);
    let message = format!("{subject}\n\n{more}");
    let parents = if squash {
        vec![base]
    } else {
        vec![base, pull.head_sha.clone()]
    };
    let name = format!("refs/heads/{}", pull.base);
    state
        .pull_mut(repo, number)?
        .base_sha
        .clone_from(&parents[0]);
    let sha = add(state, repo, by, files, parents, message);
    state.move_ref(repo, by, &name, Some(&sha), Some("pr_merge"));
    // A squash leaves the head outside of the base, so nothing but the button says that it landed.
    state.land(repo, number, by, &sha);
    let words = "Pull Request successfully merged";
    Ok(Reply::Json(
        200,
        json!({"sha": sha, "merged": true, "message": words}),
    ))
}

fn add(
    state: &mut State,
    repo: u64,
    by: Doer,
    files: Files,
    parents: Vec<String>,
    message: String,
) -> String {
    let (author, at) = (state.signature(by.user), state.now());
    let git = &mut state.repo_mut(repo).git;
    let tree = git.add_tree(files);
    let sha = String::new();
    git.add_commit(Commit {
        sha,
        tree,
        parents,
        message,
        author,
        at,
        verified: true,
    })
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/commits`
pub(super) fn commits(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    let pull = state.pull(repo, number)?;
    let git = &state.repo(repo).git;
    let shas = git.between(&pull.base_sha, &pull.head_sha);
    let commits = shas.iter().filter_map(|sha| git.commit(sha));
    Ok(Reply::List(
        commits
            .map(|one| state.commit_json(repo, one, false))
            .collect(),
    ))
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/files`
pub(super) fn files(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    Ok(Reply::List(state.pull_files(repo, number)))
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/requested_reviewers`
pub(super) fn requested(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    let asked = state.pull(repo, number)?.requested.iter();
    let users: Vec<_> = asked.map(|id| state.user_json(*id)).collect();
    Ok(Reply::Json(200, json!({"users": users, "teams": []})))
}

/// `POST /repos/{owner}/{repo}/pulls/{number}/requested_reviewers`: one webhook a reviewer.
pub(super) fn request(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    let author = state.issue(repo, number).by.user;
    let mut people = Vec::new();
    for login in call.texts("reviewers")?.unwrap_or_default() {
        let found = state.find_user(&login);
        let person = found.filter(|id| state.users[id].kind == AccountKind::Person);
        let Some(id) = person else {
            let words = "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.";
            return Err(Refusal::plain(422, words));
        };
        if id == author {
            let words = "Review cannot be requested from pull request author.";
            return Err(Refusal::plain(422, words));
        }
        people.push(id);
    }
    for id in people {
        if !state.pull(repo, number)?.requested.contains(&id) {
            state.pull_mut(repo, number)?.requested.push(id);
            request_told(state, repo, number, by, "review_requested", id);
        }
    }
    Ok(Reply::Json(201, state.pull_json(repo, number, false)))
}

/// `DELETE /repos/{owner}/{repo}/pulls/{number}/requested_reviewers`
pub(super) fn unrequest(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    for login in call.texts("reviewers")?.unwrap_or_default() {
        let Some(id) = state.find_user(&login) else {
            continue;
        };
        let asked = &mut state.pull_mut(repo, number)?.requested;
        let before = asked.len();
        asked.retain(|one| *one != id);
        if asked.len() < before {
            request_told(state, repo, number, by, "review_request_removed", id);
        }
    }
    Ok(Reply::Json(200, state.pull_json(repo, number, false)))
}

fn request_told(state: &mut State, repo: u64, number: u64, by: Doer, kind: &'static str, id: u64) {
    let (whom, asker) = (state.user_json(id), state.user_json(by.user));
    let extra = json!({"requested_reviewer": whom, "review_requester": asker});
    state.note(repo, number, by, kind, extra);
    let extra = json!({"requested_reviewer": whom});
    state.emit_issue(repo, number, kind, by.user, extra);
}

#[cfg(test)]
mod tests {
    use super::fixes;

    #[test]
    fn closing_words_are_read() {
        assert_eq!(fixes("Fixes #12, closes: #3\nresolved #4."), [12, 3, 4]);
        assert!(fixes("see #12, prefixes #3").is_empty());
    }
}
