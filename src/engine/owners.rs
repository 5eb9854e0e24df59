//! Tells the owners of a playbook that it is broken, in one issue, and closes it once it is mended.

use jiff::Timestamp;

use super::intake::Trouble;
use super::rules::Broken;
use super::upkeep::pause_after;
use super::{Engine, lock};
use crate::github::{GitHubError, IssueChange, IssueState, Marker, NewIssue};
use crate::i18n::Lang;
use crate::i18n::upkeep::{Upkeep, fill};
use crate::id::DoneKey;
use crate::playbook;

/// Under which key it is remembered what the owners were told: the id of a broken file, or nothing.
const TOLD: &str = "playbook:told";
/// How many problems the issue names.
const NAMED: usize = 50;

impl Engine {
    /// The rules were read: perhaps there is something to say about them.
    pub(super) fn look_after_owners(&self) {
        lock(&self.0.upkeep).owners = Some(Timestamp::MIN);
        self.0.noticed.notify_one();
    }

    /// Makes the issue say how the playbook stands.
    pub(super) async fn see_to_owners(&self, now: Timestamp) {
        let store = &self.0.parts.store;
        lock(&self.0.upkeep).owners = None;
        let broken = self.rules().broken;
        let stands = broken.as_ref().map_or("", |broken| broken.blob.as_str());
        let told = match store.cached(TOLD, now).await {
            Ok(told) => told,
            Err(error) => {
                store.complain(&error);
                return;
            }
        };
        if told.as_deref() == Some(stands) {
            return;
        }
        let done = match &broken {
            Some(broken) => self.say_broken(broken).await,
            None => self.say_mended().await,
        };
        match done {
            Ok(()) => {
                if let Err(error) = store.cache(TOLD, stands, Timestamp::MAX).await {
                    store.complain(&error);
                }
            }
            Err(error) => {
                let pause = pause_after(&error, now);
                let trouble = Trouble::GitHub(error);
                if self.looked_in_vain(&trouble) {
                    tracing::warn!(error = %trouble, "the playbook's owners were not told");
                }
                let at = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
                lock(&self.0.upkeep).owners = Some(at);
            }
        }
    }

    async fn say_broken(&self, broken: &Broken) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let (lang, marker) = (self.lang(), marker());
        let body = body(broken, self.rules().commit.is_some(), lang);
        let Some(issue) = github.open_issue_with_marker(repo, &marker).await? else {
            let title = fill(Upkeep::BrokenTitle, lang, &[("file", playbook::PATH)]);
            let new = NewIssue {
                title: &title,
                body: &body,
                ..NewIssue::default()
            };
            return github.create_issue(repo, &new, &marker).await.map(drop);
        };
        let body = format!("{body}\n\n{marker}");
        if issue.body.replace('\r', "") == body {
            return Ok(());
        }
        let change = IssueChange {
            body: Some(&body),
            ..IssueChange::default()
        };
        github
            .edit_issue(repo, issue.number, &change)
            .await
            .map(drop)
    }

    async fn say_mended(&self) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let Some(issue) = github.open_issue_with_marker(repo, &marker()).await? else {
            return Ok(());
        };
        let commit = self.rules().commit;
        let commit = commit.as_ref().map_or("HEAD", |commit| commit.as_str());
        // Looked for first: the process may have died between the comment and the closing.
        let mended = Marker::of(&DoneKey::new(format!("playbook:mended:{commit}")));
        let said = github.find_comment_with_marker(repo, issue.number, &mended);
        if said.await?.is_none() {
            let text = fill(Upkeep::Mended, self.lang(), &[("commit", commit)]);
            github.comment(repo, issue.number, &text, &mended).await?;
        }
        let change = IssueChange {
            state: Some(IssueState::Completed),
            ..IssueChange::default()
        };
        github
            .edit_issue(repo, issue.number, &change)
            .await
            .map(drop)
    }
}

fn marker() -> Marker {
    Marker::of(&DoneKey::from("playbook:broken"))
}

/// What the issue says; `before` is whether there was ever a playbook that could be read.
fn body(broken: &Broken, before: bool, lang: Lang) -> String {
    let first = if before {
        Upkeep::BrokenBody
    } else {
        Upkeep::BrokenNeverRead
    };
    let mut body = fill(first, lang, &[("file", playbook::PATH)]);
    body.push_str("\n\n");
    for problem in broken.problems.iter().take(NAMED) {
        let (line, column) = (problem.line.to_string(), problem.column.to_string());
        let url = format!("{}#L{line}", broken.page);
        let with = [("line", &*line), ("column", &*column), ("url", &*url)];
        let place = fill(Upkeep::BrokenPlace, lang, &with);
        body.push_str(&format!(
            "- {place} {}\n",
            escaped(problem.message.say(lang))
        ));
    }
    let more = broken.problems.len().saturating_sub(NAMED).to_string();
    if more != "0" {
        let more = fill(Upkeep::AndMoreChanges, lang, &[("count", &more)]);
        body.push_str(&format!("- {more}\n"));
    }
    body.push('\n');
    body.push_str(Upkeep::BrokenEnd.say(lang));
    body
}

/// Plain text in Markdown: in one line, and nothing of it means anything, calls anybody or refers
/// to anything.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            // Numbers and names become links and calls after the Markdown was read.
            '@' | '#' => {
                out.push(c);
                out.push('\u{200b}');
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::{Problem, Words};

    fn broken(count: u64) -> Broken {
        let problem = |line| {
            Problem::at(
                line,
                3,
                Words::new(
                    "プレイブックに `langauge` というキーはありません。@all ではありませんか",
                    "the playbook has no key `langauge`; did you mean @all?",
                ),
            )
        };
        Broken {
            blob: "b10b".into(),
            page: "https://github.example/acme/postmortem/blob/c0ffee/.github/sssbot.yaml"
                .to_owned(),
            problems: (1..=count).map(problem).collect(),
        }
    }

    #[test]
    fn the_issue_leads_to_the_lines() {
        let body = body(&broken(1), true, Lang::En);
        assert!(
            body.contains(
                "- [line 1, column 3](https://github.example/acme/postmortem/blob/c0ffee/\
                 .github/sssbot.yaml#L1) the playbook has no key \\`langauge\\`; did you mean \
                 @\u{200b}all?\n"
            ),
            "{body}"
        );
    }

    #[test]
    fn a_file_that_is_all_wrong_makes_no_endless_issue() {
        let body = body(&broken(60), false, Lang::Ja);
        assert!(body.contains("既定値で動いています"), "{body}");
        assert!(body.contains("- ほかに 10 件\n"), "{body}");
        assert_eq!(body.matches("文字目](").count(), 50);
    }
}
