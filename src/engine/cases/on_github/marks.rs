//! Marks written as comments, each once.

use super::There;
use crate::engine::Engine;
use crate::engine::cases::Case;
use crate::github::{GitHubError, Marker, User};
use crate::incident::{Entry, Fact, Mark, mark};

impl Engine {
    /// Writes a mark as a comment, or edits the comment that has its key. It is always looked for
    /// first, which costs one reading: a comment whose answer was lost is then found, and one that a
    /// maintainer has corrected stays corrected.
    pub(super) async fn write_mark(
        &self,
        case: &Case,
        at: &There<'_>,
        mark: &Mark,
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let rules = &case.rules;
        let marker = Marker::of(&mark.key);
        let comments = self
            .lookup_all(github.issue_comments(at.repo, at.number))
            .await?;
        let mut held = None;
        for comment in comments.items {
            let known = mark::read(&comment.body).filter(|known| known.key == mark.key);
            if known.is_none() && !marker.is_in(&comment.body) {
                continue;
            }
            let by = comment.user.as_ref();
            let ours = match (comment.app_id, by) {
                (Some(app), _) => app == github.app_id() && by.is_none_or(User::is_bot),
                (None, Some(by)) if by.is_bot() => {
                    by.login == self.lookup(github.me()).await?.login()
                }
                _ => false,
            };
            if ours {
                held = Some((comment.id, known));
            }
        }
        let said = in_words(mark, case);
        let body = mark::write_about(mark, &said, rules.lang, rules.zone());
        match held {
            Some((_, Some(known))) if says_so(&known, mark) => {
                return Ok(vec![Entry::marked(known, true)]);
            }
            Some((id, _)) => {
                let edit = github.edit_comment(at.repo, id, &body, &marker);
                self.lookup(edit).await?;
            }
            None => {
                let write = github.comment(at.repo, at.number, &body, &marker);
                self.lookup(write).await?;
            }
        }
        Ok(vec![Entry::marked(mark.clone(), true)])
    }
}

/// The mark with an item of the checklist as people know it, and not by its id.
fn in_words(mark: &Mark, case: &Case) -> Mark {
    let mut said = mark.clone();
    if let Fact::Item { item, .. } = &mut said.fact {
        let list = case.incident.checklist(&case.rules);
        let known = list.iter().find(|(known, _)| known.id == *item);
        if let Some((known, _)) = known {
            *item = known.text.say(case.rules.lang).to_owned();
        }
    }
    said
}

/// Whether a comment says what this mark says, or says it with a time that a maintainer corrected.
pub(super) fn says_so(known: &Mark, wanted: &Mark) -> bool {
    let mut known = known.clone();
    if let Fact::Moment { time, was, .. } = &mut known.fact
        && let Some(first) = was.take()
    {
        *time = Some(first);
    }
    let mut wanted = wanted.clone();
    if let Fact::Moment { was, .. } = &mut wanted.fact {
        *was = None;
    }
    known == wanted
}
