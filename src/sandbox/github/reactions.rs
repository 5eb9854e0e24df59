//! Reactions to comments.

use serde_json::{Value, json};

use super::GitHubWorld;
use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::json::{node_id, reactions};
use super::state::State;

/// All that GitHub knows.
const CONTENTS: [&str; 8] = [
    "+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes",
];

impl State {
    /// How often a comment was reacted to, with what.
    pub fn reactions_json(&self, repo: u64, id: u64, url: &str) -> Value {
        let mut summary = reactions(url);
        let Some(comment) = self.repo(repo).comments.get(&id) else {
            return summary;
        };
        summary["total_count"] = comment.reactions.len().into();
        for content in CONTENTS {
            let with = comment.reactions.keys().filter(|(_, one)| *one == content);
            summary[content] = with.count().into();
        }
        summary
    }

    fn reaction_json(&self, user: u64, content: &str, id: u64) -> Value {
        json!({
            "id": id, "node_id": node_id("REA", id), "user": self.user_json(user),
            "content": content, "created_at": self.now().to_string(),
        })
    }
}

fn found(state: &State, call: &Call, repo: u64) -> Result<u64, Refusal> {
    let id = call.number("id")?;
    let known = state.repo(repo).comments.contains_key(&id);
    known.then_some(id).ok_or_else(Refusal::not_found)
}

/// `POST /repos/{owner}/{repo}/issues/comments/{id}/reactions`: 201, or 200 where it was there.
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let id = found(state, call, repo)?;
    let said = call.needed("content")?;
    let content = CONTENTS.into_iter().find(|content| *content == said);
    let content = content.ok_or_else(|| Refusal::invalid("Reaction", "content", "invalid"))?;
    let fresh = state.next_id("reaction");
    let Some(comment) = state.repo_mut(repo).comments.get_mut(&id) else {
        return Err(Refusal::not_found());
    };
    let kept = *comment.reactions.entry((by.user, content)).or_insert(fresh);
    let status = if kept == fresh { 201 } else { 200 };
    Ok(Reply::Json(
        status,
        state.reaction_json(by.user, content, kept),
    ))
}

/// `GET /repos/{owner}/{repo}/issues/comments/{id}/reactions`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let id = found(state, call, repo)?;
    let reactions = state.repo(repo).comments[&id].reactions.iter();
    let reactions = reactions.map(|((user, content), id)| state.reaction_json(*user, content, *id));
    Ok(Reply::List(reactions.collect()))
}

impl GitHubWorld {
    /// Who reacted to a comment, and with what (`+1`, `eyes`).
    pub fn reactions(&self, repo: &str, comment: u64) -> Vec<(String, &'static str)> {
        let state = self.lock();
        let Ok(repo) = state.named_repo(repo) else {
            return Vec::new();
        };
        let comment = state.repo(repo).comments.get(&comment);
        let reactions = comment.into_iter().flat_map(|comment| &comment.reactions);
        reactions
            .map(|((user, content), _)| (state.login(*user).to_owned(), *content))
            .collect()
    }
}
