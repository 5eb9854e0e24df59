//! What a pull request changes, what the checks say about it, and the button that merges it.

use maud::{Markup, html};

use super::forms;
use super::github_pane::Hub;
use super::markdown;
use super::words::Word;
use crate::sandbox::github::{
    Annotation, ChangedFile, CheckView, DiffLine, IssueView, PullView, RepoView,
};

/// The most lines of one file's changes that are shown.
const LINES: usize = 400;
/// What an answer to a check begins with.
const CONFIRM: &str = "/userteams confirm ";

/// The changes, file by file.
pub(super) fn changes(
    hub: &Hub<'_>,
    repo: &RepoView,
    issue: &IssueView,
    pull: &PullView,
) -> Markup {
    let view = hub.view;
    let files = hub.github.pull_changes(&repo.name, issue.number);
    let checks = hub.github.checks_on(&repo.name, &pull.head_sha);
    let notes = checks.iter().flat_map(|check| &check.annotations);
    let notes: Vec<&Annotation> = notes.collect();
    let writable = issue.open && repo.branches.iter().any(|(name, _)| *name == pull.head);
    html! {
        @if !files.is_empty() {
            section id="changes" aria-labelledby="changes-title" {
                h4 id="changes-title" {
                    (view.say(Word::FilesChanged)) " " span class="count" { (files.len()) }
                }
                @for (at, file) in files.iter().enumerate() {
                    details id=(format!("change-{at}")) class="diff" open[file.lines.len() <= LINES] {
                        summary {
                            code { (file.path) } " "
                            span class="added" { "+" (file.additions) } " "
                            span class="removed" { "−" (file.deletions) }
                        }
                        (diff(hub, file, &notes))
                        @if writable && file.status != "removed" {
                            p class="diff-foot" {
                                a href=(view.here.with_file(&repo.name, &pull.head, &file.path, "edit-text"))
                                    data-live { (view.say(Word::ChangeMore)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn diff(hub: &Hub<'_>, file: &ChangedFile, notes: &[&Annotation]) -> Markup {
    let left_out = file.lines.len().saturating_sub(LINES);
    html! {
        table {
            @for line in file.lines.iter().take(LINES) {
                (row(line))
                @for note in notes {
                    @if note.path == file.path && Some(note.line) == line.new {
                        tr class=(format!("note {}", level(note))) { td colspan="3" { (said(hub, note)) } }
                    }
                }
            }
        }
        @if left_out > 0 {
            p class="diff-foot muted" { (Word::LinesLeftOut.with(hub.view.lang, "n", &left_out.to_string())) }
        }
    }
}

fn row(line: &DiffLine) -> Markup {
    let (mark, text) = line.text.split_at_checked(1).unwrap_or(("", ""));
    let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
    let class = match (line.old, line.new) {
        (None, None) => "hunk",
        (None, _) => "add",
        (_, None) => "del",
        _ => "same",
    };
    html! {
        tr class=(class) {
            @if class == "hunk" {
                td colspan="3" { (line.text) }
            } @else {
                td class="at" { (number(line.old)) }
                td class="at" { (number(line.new)) }
                td { span class="sign" { (mark) } code { (text) } }
            }
        }
    }
}

/// A word of its own, since what it looks like depends on it.
fn level(note: &Annotation) -> &'static str {
    match note.level.as_str() {
        "failure" => "bad",
        "warning" => "warning",
        _ => "notice",
    }
}

fn said(hub: &Hub<'_>, note: &Annotation) -> Markup {
    let place = Word::Line.with(hub.view.lang, "n", &note.line.to_string());
    html! {
        div class="said-at" {
            span class="unseen" { (note.path) " " (place) }
            @if !note.title.is_empty() { b { (note.title) } }
            p { (note.message) }
        }
    }
}

/// What the checks say, and the button.
pub(super) fn checks(
    hub: &Hub<'_>,
    repo: &RepoView,
    issue: &IssueView,
    pull: &PullView,
    subject: &str,
) -> Markup {
    let checks = hub.github.checks_on(&repo.name, &pull.head_sha);
    let after = pull.merge_sha.as_deref();
    let after = after.map(|sha| hub.github.checks_on(&repo.name, sha));
    let after = after.unwrap_or_default();
    let shown = hub.github.pull_changes(&repo.name, issue.number);
    html! {
        @if !checks.is_empty() || !after.is_empty() || issue.open {
            section id="checks" class="checks" aria-label=(hub.view.say(Word::Checks)) {
                @for one in &after { (check(hub, one, &[], Some(Word::OfTheMerge))) }
                @for one in &checks { (check(hub, one, &shown, None)) }
                @if issue.open { (merge(hub, issue, pull, &checks, subject)) }
            }
        }
    }
}

fn check(hub: &Hub<'_>, check: &CheckView, shown: &[ChangedFile], about: Option<Word>) -> Markup {
    let (class, mark, word) = verdict(check.conclusion.as_deref());
    let view = hub.view;
    // What stands at its line in sight needs no second place.
    let in_sight = |note: &Annotation| {
        let mut files = shown.iter().filter(|file| file.path == note.path);
        files.any(|file| {
            file.lines
                .iter()
                .take(LINES)
                .any(|line| line.new == Some(note.line))
        })
    };
    let others: Vec<&Annotation> = check
        .annotations
        .iter()
        .filter(|note| !in_sight(note))
        .collect();
    let head = html! {
        span class="verdict" aria-hidden="true" { (mark) }
        span class="words" {
            b { (check.name) }
            @if let Some(about) = about { " " span class="tag" { (view.say(about)) } }
            " "
            @match word {
                Some(word) => span class="conclusion" { (view.say(word)) },
                None => span class="conclusion" { (check.conclusion.as_deref().unwrap_or_default()) },
            }
            @if !check.title.is_empty() { span class="check-title" { (check.title) } }
        }
    };
    let silent = check.summary.is_empty() && check.text.is_empty() && others.is_empty();
    html! {
        @if silent {
            div id=(format!("check-{}", check.id)) class=(format!("check {class}")) data-rev=(check.conclusion.as_deref().unwrap_or("running")) { div class="check-head" { (head) } }
        } @else {
            details id=(format!("check-{}", check.id)) class=(format!("check {class}")) data-rev=(check.conclusion.as_deref().unwrap_or("running")) open {
                summary class="check-head" { (head) }
                div class="text" {
                    (markdown::shown(&check.summary))
                    (markdown::shown(&check.text))
                    @for note in others {
                        div class=(format!("note {}", level(note))) {
                            code { (note.path) ":" (note.line) } (said(hub, note))
                        }
                    }
                }
            }
        }
    }
}

/// A class, a sign and a word for how a check ended; no word for what is rare.
fn verdict(conclusion: Option<&str>) -> (&'static str, &'static str, Option<Word>) {
    match conclusion {
        None => ("running", "●", Some(Word::Running)),
        Some("success") => ("good", "✓", Some(Word::Passed)),
        Some("neutral") => ("good", "✓", Some(Word::Neutral)),
        Some("skipped") => ("good", "–", Some(Word::Skipped)),
        Some("action_required") => ("asks", "!", Some(Word::ActionRequired)),
        Some("failure") => ("bad", "✕", Some(Word::Failed)),
        Some(_) => ("bad", "✕", None),
    }
}

/// The words that a check asks for: `/userteams confirm 1a2b3c4d`.
pub(super) fn asked_for(check: &CheckView) -> Option<String> {
    if check.conclusion.as_deref() != Some("action_required") {
        return None;
    }
    let said = format!("{}\n{}\n{}", check.title, check.summary, check.text);
    let (_, rest) = said.split_once(CONFIRM)?;
    let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    (!word.is_empty()).then(|| format!("{CONFIRM}{word}"))
}

fn merge(
    hub: &Hub<'_>,
    issue: &IssueView,
    pull: &PullView,
    checks: &[CheckView],
    subject: &str,
) -> Markup {
    let view = hub.view;
    let held = checks.iter().any(|check| {
        let (class, ..) = verdict(check.conclusion.as_deref());
        matches!(class, "bad" | "asks")
    });
    html! {
        div id="merge" class="merge" {
            @for answer in checks.iter().filter_map(asked_for) {
                form method="post" action="/act/comment" {
                    (forms::hidden(view, subject))
                    input type="hidden" name="body" value=(answer);
                    button class="primary" { (Word::Answer.with(view.lang, "what", &answer)) }
                }
            }
            @if pull.draft {
                form method="post" action="/act/ready" {
                    (forms::hidden(view, subject))
                    button { (view.say(Word::MakeReady)) }
                }
            } @else {
                form method="post" action="/act/merge" {
                    (forms::hidden(view, subject))
                    input type="hidden" name="commit" value=(pull.head_sha);
                    button id="merge-submit" class=(if held { "" } else { "primary" }) {
                        (Word::Merge.with(view.lang, "base", &pull.base))
                    }
                }
            }
            @if held && issue.open { p class="muted" { (view.say(Word::MergeAnyway)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::Here;
    use super::super::frame::View;
    use super::*;
    use crate::clock::Clock;
    use crate::i18n::Lang;
    use crate::sandbox::github::{GitHubWorld, Settings};

    fn said(conclusion: &str, summary: &str) -> CheckView {
        CheckView {
            id: 7,
            name: "userteams".to_owned(),
            conclusion: Some(conclusion.to_owned()),
            title: "2 <changes>".to_owned(),
            summary: summary.to_owned(),
            text: String::new(),
            annotations: vec![Annotation {
                path: "userteams.yaml".to_owned(),
                line: 3,
                level: "failure".to_owned(),
                title: String::new(),
                message: "no <i>hanakoo</i>".to_owned(),
            }],
        }
    }

    #[test]
    fn what_a_check_says_harms_nobody() {
        let (github, _) = GitHubWorld::quickly(Settings {
            clock: Clock::machine(),
            app_id: 7,
            app_slug: "sssbot".to_owned(),
            webhook_secret: String::new(),
            public_url: String::new(),
        });
        let here = Here::default();
        let view = View {
            lang: Lang::En,
            here: &here,
            who: "hanako",
            github_url: "",
        };
        let snapshot = github.snapshot();
        let hub = Hub::new(view, &github, &snapshot, "");
        let summary = "**shop-first**: +1 <script>x</script>";
        let html = check(&hub, &said("failure", summary), &[], None).into_string();
        for seen in [
            "<strong>shop-first</strong>",
            "2 &lt;changes&gt;",
            "no &lt;i&gt;hanakoo&lt;/i&gt;",
            "userteams.yaml:3",
            "failed",
        ] {
            assert!(html.contains(seen), "{seen}: {html}");
        }
        assert!(
            !html.contains("<script>") && !html.contains("<i>"),
            "{html}"
        );
    }

    #[test]
    fn only_a_check_that_waits_is_answered() {
        let ask = "Comment `/userteams confirm 1a2b3c` if it is meant so.";
        let wanted = Some("/userteams confirm 1a2b3c".to_owned());
        assert_eq!(asked_for(&said("action_required", ask)), wanted);
        assert_eq!(asked_for(&said("success", ask)), None);
        let none = said("action_required", "/userteams confirm <hash>");
        assert_eq!(asked_for(&none), None);
    }
}
