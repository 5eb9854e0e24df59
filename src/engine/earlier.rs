//! What stands on an issue or pull request already, when a title brings it to a channel.

use jiff::Timestamp;

use super::Engine;
use super::intake::Trouble;
use crate::github::{GitHubError, List, User};
use crate::id::{DoneKey, Login};
use crate::mirror::{Earlier, EarlierKind, Subject, key};

impl Engine {
    /// What was said on a subject until now, each with the key under which it would have been told.
    /// When it was opened comes first.
    pub(super) async fn earlier(
        &self,
        subject: &Subject,
    ) -> Result<Vec<(DoneKey, Earlier)>, Trouble> {
        let github = &self.0.parts.github;
        let (repo, number) = (&subject.repo, subject.number);
        let mut all = Vec::new();
        let opened = self.lookup(github.issue(repo, number)).await;
        if let Some(issue) = there(opened)? {
            // The API shows no more than the number of what it opened: its key is the same.
            let item = entry(
                issue.created_at,
                issue.user,
                EarlierKind::Opened,
                issue.html_url,
                "",
            );
            all.push((key::opened(repo, number), item));
        }
        let comments = self.lookup(github.issue_comments(repo, number)).await;
        for comment in there(comments)?.map_or_else(Vec::new, |list: List<_>| list.items) {
            let key = key::comment(&comment.id.to_string());
            let kind = EarlierKind::Comment;
            let (at, url) = (comment.created_at, comment.html_url);
            all.push((key, entry(at, comment.user, kind, url, &comment.body)));
        }
        if subject.is_pull {
            let reviews = self.lookup(github.reviews(repo, number)).await;
            for review in there(reviews)?.map_or_else(Vec::new, |list: List<_>| list.items) {
                let key = key::review(&review.id.to_string());
                let kind = EarlierKind::Review;
                let (at, url) = (review.submitted_at, review.html_url);
                all.push((key, entry(at, review.user, kind, url, &review.body)));
            }
        }
        Ok(all)
    }
}

/// What is gone meanwhile, or not ours to see, came to nothing.
fn there<T>(answer: Result<T, GitHubError>) -> Result<Option<T>, Trouble> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(GitHubError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn entry(
    at: Option<Timestamp>,
    who: Option<User>,
    kind: EarlierKind,
    url: String,
    body: &str,
) -> Earlier {
    let line = body.lines().map(str::trim).find(|line| !line.is_empty());
    Earlier {
        at: at.unwrap_or(Timestamp::UNIX_EPOCH),
        who: who.map(|user| Login::from(user.login.as_str())),
        kind,
        url: Some(url).filter(|url| !url.is_empty()),
        line: line.unwrap_or_default().chars().take(120).collect(),
    }
}
