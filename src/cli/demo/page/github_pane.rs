//! The left pane: the repository's issues and pull requests, its branches, and one of them opened.

use maud::{Markup, html};

use super::address::{FilePlace, Subject};
use super::frame::{PEOPLE, View};
use super::words::Word;
use super::{files, forms, marks, subject};
use crate::sandbox::github::{GitHubWorld, IssueView, LabelView, RepoView, Snapshot, What};

/// The most commits that are listed: a story has few, a visitor may push many.
const COMMITS_SHOWN: usize = 20;

/// What the left pane is made from.
pub(super) struct Hub<'a> {
    pub(super) view: View<'a>,
    /// Where the rest can be looked up: files, changes, what checks say.
    pub(super) github: &'a GitHubWorld,
    pub(super) repos: &'a [RepoView],
    /// What is opened, and its repository.
    pub(super) opened: Option<(&'a RepoView, &'a IssueView)>,
    /// The channel at the right: what a new issue or branch is best named after.
    pub(super) channel: &'a str,
}

impl<'a> Hub<'a> {
    /// Opens what the address says, or what something last happened to.
    pub(super) fn new(
        view: View<'a>,
        github: &'a GitHubWorld,
        snapshot: &'a Snapshot,
        channel: &'a str,
    ) -> Self {
        let all = || {
            let repos = snapshot.repos.iter();
            repos.flat_map(|repo| repo.issues.iter().map(move |issue| (repo, issue)))
        };
        let chosen = view.here.subject.parse::<Subject>().ok();
        let chosen = chosen.and_then(|chosen| {
            all().find(|(repo, issue)| {
                repo.name == chosen.repo.as_str() && issue.number == chosen.number
            })
        });
        Self {
            view,
            github,
            repos: &snapshot.repos,
            opened: chosen.or_else(|| all().max_by_key(|(_, issue)| latest(issue))),
            channel,
        }
    }

    /// Everybody who can be chosen to act: our people, and whoever else did something.
    pub(super) fn people(&self) -> Vec<&str> {
        let mut people: Vec<&str> = PEOPLE.to_vec();
        let issues = self.repos.iter().flat_map(|repo| &repo.issues);
        for issue in issues {
            let others = issue.timeline.iter().map(|line| line.who.as_str());
            for login in others.chain([issue.author.as_str(), self.view.who]) {
                if !is_bot(login) && login != "ghost" && !people.contains(&login) {
                    people.push(login);
                }
            }
        }
        people
    }
}

fn latest(issue: &IssueView) -> (jiff::Timestamp, u64) {
    let last = issue.timeline.iter().map(|line| line.at).max();
    (
        last.unwrap_or(issue.created_at).max(issue.created_at),
        issue.number,
    )
}

/// Whether this login is a program's.
pub(super) fn is_bot(login: &str) -> bool {
    login.ends_with("[bot]")
}

/// The pane.
pub(super) fn pane(hub: &Hub<'_>) -> Markup {
    let view = hub.view;
    let file: Option<FilePlace> = view.here.file.parse().ok();
    let of_file = file.and_then(|file| {
        hub.repos
            .iter()
            .find(|repo| repo.name == file.repo.as_str())
    });
    let here = of_file
        .or(hub.opened.map(|(repo, _)| repo))
        .or(hub.repos.first());
    html! {
        section id="github" class="pane" aria-labelledby="github-title" {
            header class="pane-head" {
                (marks::repository())
                h2 id="github-title" {
                    span class=[here.map(|_| "side")] { (view.say(Word::GitHub)) }
                    @if let Some(repo) = here { " " span class="where" { (repo.name) } }
                }
                (acting_as(hub))
            }
            div class="pane-body" tabindex="-1" {
                @let chosen = files::Chosen::read(hub);
                (rooms(hub, chosen.is_some()))
                @if let Some(chosen) = chosen {
                    (files::section(hub, &chosen))
                } @else {
                    (list(hub))
                    @if let Some((repo, issue)) = hub.opened { (subject::article(hub, repo, issue)) }
                    (branches(hub))
                }
            }
        }
    }
}

fn acting_as(hub: &Hub<'_>) -> Markup {
    let view = hub.view;
    html! {
        form class="as" method="get" action="/" {
            @for (name, value) in view.here.fields().filter(|(name, _)| *name != "as") {
                input type="hidden" name=(name) value=(value);
            }
            label for="as" { (view.say(Word::ActingAs)) }
            select id="as" name="as" data-now {
                @for login in hub.people() {
                    option value=(login) selected[login == view.who] { (login) }
                }
            }
            noscript { button { (view.say(Word::Choose)) } }
        }
    }
}

/// Issues and pull requests, or files: what one looks at.
fn rooms(hub: &Hub<'_>, at_files: bool) -> Markup {
    let view = hub.view;
    let count: usize = hub.repos.iter().map(|repo| repo.issues.len()).sum();
    html! {
        nav class="rooms" aria-label=(view.say(Word::GitHub)) {
            a href=(view.here.with_subject(&view.here.subject, "github")) data-live
                aria-current=[(!at_files).then_some("true")]
            { (view.say(Word::IssuesAndPulls)) " " span class="count" { (count) } }
            @if let Some((repo, path)) = files::first(hub) {
                a id="to-files" href=(view.here.with_file(&repo, "", &path, "github")) data-live
                    aria-current=[at_files.then_some("true")]
                { (view.say(Word::Files)) }
            }
        }
    }
}

fn list(hub: &Hub<'_>) -> Markup {
    let view = hub.view;
    let several = hub.repos.len() > 1;
    let count: usize = hub.repos.iter().map(|repo| repo.issues.len()).sum();
    html! {
        section id="subjects" aria-label=(view.say(Word::IssuesAndPulls)) {
            div class="tools" {
                (forms::new_issue(hub))
                (forms::push(hub))
            }
            @if count == 0 { p class="empty" { (view.say(Word::NothingYet)) } }
            ul class="rows" {
                @for repo in hub.repos {
                    @for issue in repo.issues.iter().rev() { (row(hub, repo, issue, several)) }
                }
            }
        }
    }
}

fn row(hub: &Hub<'_>, repo: &RepoView, issue: &IssueView, several: bool) -> Markup {
    let view = hub.view;
    let subject = format!("{}/{}", repo.name, issue.number);
    let here = hub
        .opened
        .is_some_and(|(open, one)| open.name == repo.name && one.number == issue.number);
    let said = issue.timeline.iter();
    let said = said
        .filter(|line| !matches!(line.what, What::Event { .. }))
        .count();
    html! {
        li id=(format!("row-{}", id_of(&subject))) class="row" {
            a href=(view.here.with_subject(&subject, "subject")) data-live
                aria-current=[here.then_some("true")]
            {
                (state_mark(view, issue))
                span class="name" {
                    span class="number" { @if several { (repo.name) } "#" (issue.number) } " "
                    (issue.title)
                }
                span class="labels" { @for label in &issue.labels { (pill(label)) } }
                @if said > 0 { span class="said" { (said) } }
            }
        }
    }
}

/// A label as a pill.
pub(super) fn pill(label: &LabelView) -> Markup {
    html! { span class="label" { (marks::dot(&label.color)) (label.name) } }
}

/// An id made of what is no id: whatever is neither letter nor digit becomes a hyphen.
fn id_of(text: &str) -> String {
    let hyphen = |c: char| if c.is_alphanumeric() { c } else { '-' };
    text.chars().map(hyphen).collect()
}

/// What state something is in: a class and a word.
pub(super) fn state(issue: &IssueView) -> (&'static str, Word) {
    match &issue.pull {
        Some(pull) if pull.merged => ("merged", Word::Merged),
        Some(_) if !issue.open => ("refused", Word::Closed),
        Some(pull) if pull.draft => ("draft", Word::Draft),
        None if !issue.open => ("done", Word::Closed),
        _ => ("open", Word::Open),
    }
}

fn state_mark(view: View<'_>, issue: &IssueView) -> Markup {
    let (class, word) = state(issue);
    html! {
        span class=(format!("state-mark {class}")) {
            (drawing(issue))
            span class="unseen" { (view.say(word)) }
        }
    }
}

/// The drawing of its state.
pub(super) fn drawing(issue: &IssueView) -> Markup {
    match &issue.pull {
        Some(pull) => marks::pull(pull.merged),
        None => marks::issue(issue.open),
    }
}

fn branches(hub: &Hub<'_>) -> Markup {
    let several = hub.repos.len() > 1;
    html! {
        details id="git" class="more" {
            summary { (hub.view.say(Word::Branches)) }
            div id="branches" {
                @for repo in hub.repos {
                    @if several { h4 { (repo.name) } }
                    ul class="branches" {
                        @for (name, tip) in &repo.branches {
                            li { code { (name) } " " span class="muted" { (short(tip)) } }
                        }
                    }
                    ul class="commits" {
                        @for commit in repo.commits.iter().take(COMMITS_SHOWN) {
                            li id=(format!("commit-{}", commit.sha)) {
                                code { (short(&commit.sha)) } " "
                                (commit.message.lines().next().unwrap_or_default()) " "
                                span class="muted" { (commit.author) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The first digits of a commit's id, as GitHub shows one.
pub(super) fn short(sha: &str) -> &str {
    sha.get(..7).unwrap_or(sha)
}
