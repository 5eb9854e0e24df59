//! The checks of a commit: how many passed, and which did not.

use std::collections::BTreeSet;

use super::words::{lines, link, list, message, page, repo, say, shortened, text, word};
use crate::i18n::{Lang, Phrase};
use crate::mirror::document::Document;
use crate::mirror::fact::{Conclusion, Fact, What};
use crate::mirror::message::{Message, Span};

/// How many checks are listed by name.
const LISTED: usize = 20;

/// How much of a check's own word is shown.
const LONGEST_TITLE: usize = 120;

struct Check<'a> {
    name: &'a str,
    app: Option<&'a str>,
    workflow: bool,
    conclusion: Conclusion,
    url: Option<&'a str>,
    title: Option<&'a str>,
}

impl Check<'_> {
    fn went_badly(&self) -> bool {
        matches!(
            self.conclusion,
            Conclusion::Failed | Conclusion::TimedOut | Conclusion::NeedsAction
        )
    }
}

pub(super) fn compose(doc: &Document, newest: &Fact, lang: Lang) -> Option<Message> {
    let checks = counted(doc.facts().filter_map(check).collect());
    let of = |wanted: fn(&Check<'_>) -> bool| checks.iter().filter(|c| wanted(c)).count();
    let total = of(|check| check.conclusion != Conclusion::Skipped);
    let failed = of(|check| check.went_badly());
    let cancelled = of(|check| check.conclusion == Conclusion::Cancelled);
    if total == 0 {
        return None;
    }
    let (phrase, icon, bad) = match (failed, cancelled, total) {
        (0, 0, 1) => (Phrase::OneCheckPassed, "✅", 0),
        (0, 0, _) => (Phrase::ChecksPassed, "✅", 0),
        (0, bad, _) => (Phrase::ChecksCancelled, "⚪", bad),
        (_, _, 1) => (Phrase::OneCheckFailed, "❌", 1),
        (bad, _, _) => (Phrase::ChecksFailed, "❌", bad),
    };
    let fill = [
        ("n", vec![text(total.to_string())]),
        ("bad", vec![text(bad.to_string())]),
        ("what", checked(doc, newest, lang)),
    ];
    let headline = say(phrase, lang, &fill);
    let troubles: Vec<&Check<'_>> = checks
        .iter()
        .filter(|check| check.went_badly() || check.conclusion == Conclusion::Cancelled)
        .collect();
    // One check speaks for itself when it passed; of many, only those that did not are named.
    let named = match (troubles.as_slice(), checks.as_slice()) {
        ([], [only]) => vec![only],
        _ => troubles,
    };
    let mut listed: Vec<Vec<Span>> = named.iter().take(LISTED).map(|c| line(c, lang)).collect();
    let hidden = named.len() - listed.len();
    if hidden > 0 {
        let fill = [("n", vec![text(hidden.to_string())])];
        listed.push(say(Phrase::AndMore, lang, &fill));
    }
    let more = match named.as_slice() {
        [only] => only.url.map(str::to_owned),
        _ => None,
    };
    let more = more.or_else(|| {
        let What::Check { head, .. } = &newest.what else {
            return None;
        };
        page(newest, &format!("commit/{head}/checks"))
    });
    let mut message = message(icon, headline, more, newest);
    message.sections.extend(lines(listed, None));
    Some(message)
}

/// The checks that count. A workflow's jobs are checks of their own, so a workflow counts only
/// where no job is known, or where it failed and none of its jobs says so.
fn counted(all: Vec<Check<'_>>) -> Vec<Check<'_>> {
    let is_job = |check: &Check<'_>| !check.workflow && check.app == Some("github-actions");
    let has_jobs = all.iter().any(is_job);
    let job_failed = all.iter().any(|c| is_job(c) && c.went_badly());
    let counts =
        |check: &Check<'_>| !check.workflow || !has_jobs || (check.went_badly() && !job_failed);
    all.into_iter().filter(counts).collect()
}

fn check(fact: &Fact) -> Option<Check<'_>> {
    match &fact.what {
        What::Check {
            name,
            app,
            workflow,
            conclusion,
            url,
            title,
            ..
        } => Some(Check {
            name,
            app: app.as_deref(),
            workflow: *workflow,
            conclusion: *conclusion,
            url: url.as_deref(),
            title: title.as_deref(),
        }),
        _ => None,
    }
}

/// The pull requests that were checked, or else the branch; and the commit.
fn checked(doc: &Document, newest: &Fact, lang: Lang) -> Vec<Span> {
    let mut numbers = BTreeSet::new();
    let mut on_branch = None;
    let mut commit = None;
    for fact in doc.facts() {
        if let What::Check {
            pulls,
            branch,
            head,
            ..
        } = &fact.what
        {
            numbers.extend(pulls.iter().copied());
            on_branch = on_branch.or(branch.as_ref());
            commit = Some(head);
        }
    }
    let name = newest.repo.name();
    let mut spans = if numbers.is_empty() {
        let mut spans = vec![repo(newest)];
        if let Some(branch) = on_branch {
            spans.push(text(" "));
            let url = page(newest, &format!("tree/{branch}"));
            spans.push(link(branch.clone(), url.as_deref()));
        }
        spans
    } else {
        let links = numbers.iter().map(|number| {
            let url = page(newest, &format!("pull/{number}"));
            vec![link(format!("{name}#{number}"), url.as_deref())]
        });
        list(links, lang)
    };
    if let Some(head) = commit {
        let url = page(newest, &format!("commit/{head}"));
        spans.push(text(" ("));
        spans.push(link(head.short(), url.as_deref()));
        spans.push(text(")"));
    }
    spans
}

fn line(check: &Check<'_>, lang: Lang) -> Vec<Span> {
    let mut spans = vec![link(check.name, check.url)];
    let how = match check.conclusion {
        Conclusion::Failed => Some(Phrase::CheckFailed),
        Conclusion::TimedOut => Some(Phrase::CheckTimedOut),
        Conclusion::NeedsAction => Some(Phrase::CheckNeedsAction),
        Conclusion::Cancelled => Some(Phrase::CheckCancelled),
        Conclusion::Passed | Conclusion::Skipped => None,
    };
    if let Some(how) = how {
        spans.push(text(" "));
        spans.push(word(how, lang));
    }
    if let Some(title) = check.title {
        spans.push(text(format!(" — {}", shortened(title, LONGEST_TITLE))));
    }
    spans
}
