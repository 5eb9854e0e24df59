//! What people say to us in the comments of a pull request: `/userteams confirm <hash>`,
//! `/userteams retry`; and the one comment that is ours.

use jiff::Timestamp;

use super::Done;
use crate::engine::Engine;
use crate::github::{Comment, Marker, Permission};
use crate::i18n::applying::{Applying, fill};
use crate::id::{DoneKey, Login};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// It is meant so.
    Confirm(String),
    /// Once more.
    Retry,
}

/// The first command of a comment. What is quoted, or stands in code, is not said.
pub(super) fn asked(body: &str) -> Option<Asked> {
    let mut fenced = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let mut words = line.split_whitespace();
        if fenced || words.next() != Some("/userteams") {
            continue;
        }
        match (words.next(), words.next()) {
            (Some("confirm"), Some(hash)) => {
                let bare = hash.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                return Some(Asked::Confirm(bare.to_lowercase()));
            }
            (Some("retry"), _) => return Some(Asked::Retry),
            _ => {}
        }
    }
    None
}

/// A comment that asks for something.
pub(super) struct Said {
    pub(super) id: u64,
    pub(super) by: Login,
    pub(super) at: Timestamp,
    pub(super) asked: Asked,
}

impl Engine {
    /// What people ask for in the comments of a pull request, the oldest first.
    pub(super) async fn asked_in(&self, number: u64, now: Timestamp) -> Done<Vec<Said>> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let comments = github.issue_comments(repo, number).await;
        let comments = self.asked(comments, now)?;
        let said = |comment: Comment| {
            // An App's word is nobody's.
            let by = comment.user.filter(|user| !user.is_bot())?;
            let at = comment.updated_at.or(comment.created_at)?;
            Some(Said {
                id: comment.id,
                by: by.login,
                at,
                asked: asked(&comment.body).filter(|_| comment.app_id.is_none())?,
            })
        };
        Ok(comments.items.into_iter().filter_map(said).collect())
    }

    /// Whether somebody may write to the postmortem repository.
    pub(super) async fn may_write(&self, who: &Login, now: Timestamp) -> Done<bool> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let permission = github.permission(repo, who).await;
        Ok(self.asked(permission, now)? >= Permission::Write)
    }

    /// Who has confirmed this; those who may not, or have confirmed something else, are told.
    pub(super) async fn confirmed_by(
        &self,
        number: u64,
        hash: &str,
        now: Timestamp,
    ) -> Done<Option<Login>> {
        let mut last_wrong = None;
        for said in self.asked_in(number, now).await? {
            let Asked::Confirm(named) = &said.asked else {
                continue;
            };
            if named != hash {
                last_wrong = Some(said);
                continue;
            }
            if self.may_write(&said.by, now).await? {
                return Ok(Some(said.by));
            }
            let with = [("who", said.by.as_str())];
            let text = fill(Applying::MayNotConfirm, self.lang(), &with);
            self.reply_once(number, said.id, &text, now).await?;
        }
        if let Some(said) = last_wrong {
            let text = fill(Applying::WrongHash, self.lang(), &[("hash", hash)]);
            self.reply_once(number, said.id, &text, now).await?;
        }
        Ok(None)
    }

    /// Answers a comment, once.
    pub(super) async fn reply_once(
        &self,
        number: u64,
        comment: u64,
        text: &str,
        now: Timestamp,
    ) -> Done<()> {
        let marker = Marker::of(&DoneKey::new(format!("teams:answer:{comment}")));
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let found = github.find_comment_with_marker(repo, number, &marker).await;
        if self.asked(found, now)?.is_none() {
            let written = github.comment(repo, number, text, &marker).await;
            self.asked(written, now)?;
        }
        Ok(())
    }

    /// Makes the one comment of ours on a pull request say this; `None` is for nothing to say, and
    /// changes only a comment that is there to `instead`.
    pub(super) async fn say_on_pull(
        &self,
        number: u64,
        text: Option<&str>,
        instead: &str,
        now: Timestamp,
    ) -> Done<()> {
        let marker = Marker::of(&DoneKey::new(format!("teams:plan:{number}")));
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let comments = github.issue_comments(repo, number).await;
        let comments = self.asked(comments, now)?.items;
        let found = github.find_comment_with_marker(repo, number, &marker).await;
        let found = self.asked(found, now)?;
        let text = match (found, text) {
            (None, None) => return Ok(()),
            (_, text) => text.unwrap_or(instead),
        };
        let written = match found {
            None => github.comment(repo, number, text, &marker).await.map(drop),
            Some(id) => {
                let whole = format!("{text}\n\n{marker}");
                let same = |it: &Comment| it.id == id && it.body.replace('\r', "") == whole;
                if comments.iter().any(same) {
                    return Ok(());
                }
                github.edit_comment(repo, id, text, &marker).await
            }
        };
        self.asked(written, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stands_at_the_beginning_of_a_line_and_is_said() {
        for (body, meant) in [
            ("/userteams retry", Some(Asked::Retry)),
            (
                "Looks good.\n/userteams confirm `0A1b2c`",
                Some(Asked::Confirm("0a1b2c".to_owned())),
            ),
            ("/userteams confirm", None),
            ("> /userteams retry", None),
            ("```\n/userteams retry\n```", None),
            ("please /userteams retry", None),
            ("", None),
        ] {
            assert_eq!(asked(body), meant, "{body}");
        }
    }
}
