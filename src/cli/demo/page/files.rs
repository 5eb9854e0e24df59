//! The files of the repositories: which there are, one of them opened, and the form that changes it.

use maud::{Markup, html};

use super::address::FilePlace;
use super::github_pane::Hub;
use super::words::Word;
use super::{forms, marks};
use crate::sandbox::github::{FileView, IssueView, RepoView};

/// What is opened first where somebody asks for files: who is called for what.
pub(super) const TEAMS: &str = "userteams.yaml";
/// The lines that the field has at least and at most; beyond, it scrolls.
const ROWS: (usize, usize) = (6, 30);

/// What the address says of a file.
pub(super) struct Chosen<'a> {
    /// `None` where there is no such repository.
    pub(super) repo: Option<&'a RepoView>,
    pub(super) path: String,
    /// The branch or commit; empty for the default branch.
    pub(super) at: &'a str,
    /// `None` where there is no such file.
    pub(super) file: Option<FileView>,
}

impl<'a> Chosen<'a> {
    /// What `Here` says; `None` where it says nothing of files.
    pub(super) fn read(hub: &Hub<'a>) -> Option<Self> {
        let here = hub.view.here;
        if here.file.is_empty() {
            return None;
        }
        let place: Option<FilePlace> = here.file.parse().ok();
        let repos = hub.repos.iter();
        let repo = place
            .as_ref()
            .and_then(|place| repos.clone().find(|repo| repo.name == place.repo.as_str()));
        let at = match repo {
            Some(repo) if here.at == repo.default_branch => "",
            _ => &here.at,
        };
        let path = place.map(|place| place.path).unwrap_or_default();
        let file = repo.and_then(|repo| hub.github.file(&repo.name, at, &path));
        Some(Self {
            repo,
            path,
            at,
            file,
        })
    }

    /// The branch that it is on, where that is another than the default one; none at a commit.
    fn branch(&self) -> Option<&'a str> {
        let repo = self.repo?;
        let mut branches = repo.branches.iter();
        branches.find(|(name, _)| name == self.at).map(|_| self.at)
    }

    /// The open pull request that brings this branch.
    pub(super) fn pull(&self) -> Option<&'a IssueView> {
        pull_of(self.repo?, self.branch()?)
    }
}

/// The open pull request that brings this branch.
pub(super) fn pull_of<'a>(repo: &'a RepoView, branch: &str) -> Option<&'a IssueView> {
    let mut open = repo.issues.iter().filter(|issue| issue.open);
    open.find(|issue| issue.pull.as_ref().is_some_and(|pull| pull.head == branch))
}

/// The file that is opened first: who is called, where there is such a file.
pub(super) fn first(hub: &Hub<'_>) -> Option<(String, String)> {
    let teams = hub
        .repos
        .iter()
        .find(|repo| hub.github.file(&repo.name, "", TEAMS).is_some());
    if let Some(repo) = teams {
        return Some((repo.name.clone(), TEAMS.to_owned()));
    }
    hub.repos.iter().find_map(|repo| {
        let path = hub.github.paths(&repo.name, "").into_iter().next()?;
        Some((repo.name.clone(), path))
    })
}

/// The list of files, and the one that is chosen.
pub(super) fn section(hub: &Hub<'_>, chosen: &Chosen<'_>) -> Markup {
    let view = hub.view;
    html! {
        section id="files" aria-label=(view.say(Word::Files)) {
            ul class="rows" {
                @for repo in hub.repos {
                    @for path in hub.github.paths(&repo.name, "") { (row(hub, chosen, repo, &path)) }
                }
            }
        }
        (crews(hub))
        (opened(hub, chosen))
    }
}

/// The GitHub teams, which are of the same people as some of the groups at the right.
fn crews(hub: &Hub<'_>) -> Markup {
    html! {
        @for (name, members) in hub.github.teams() {
            p class="facts crew" {
                span { (hub.view.say(Word::GitHubTeam)) " " code { (name) } }
                span class="members" { (members.join(", ")) }
            }
        }
    }
}

fn row(hub: &Hub<'_>, chosen: &Chosen<'_>, repo: &RepoView, path: &str) -> Markup {
    let here = chosen.path == path && chosen.repo.is_some_and(|one| one.name == repo.name);
    html! {
        li class="row file-row" {
            a href=(hub.view.here.with_file(&repo.name, "", path, "file")) data-live
                aria-current=[here.then_some("true")]
            {
                (marks::file())
                span class="name" {
                    @if hub.repos.len() > 1 { span class="number" { (repo.name) " / " } }
                    (path)
                }
            }
        }
    }
}

fn opened(hub: &Hub<'_>, chosen: &Chosen<'_>) -> Markup {
    let view = hub.view;
    let (Some(repo), Some(file)) = (chosen.repo, &chosen.file) else {
        return html! { p class="empty" { (view.say(Word::ChooseFirst)) } };
    };
    let of = format!("{}/{}@{}", repo.name, chosen.path, chosen.at);
    let branch = if chosen.at.is_empty() {
        &*repo.default_branch
    } else {
        chosen.at
    };
    let writable = chosen.at.is_empty() || chosen.branch().is_some();
    html! {
        article id="file" data-of=(of) aria-labelledby="file-title" {
            h3 id="file-title" { (chosen.path) }
            p class="facts" {
                span class="branches-of" { code { (branch) } }
                @if let Some(pull) = chosen.pull() {
                    @let subject = format!("{}/{}", repo.name, pull.number);
                    a href=(view.here.with_subject(&subject, "subject")) data-live {
                        (pull.title) " " span class="number" { "#" (pull.number) }
                    }
                }
            }
            @if writable { (edit(hub, chosen, repo, file)) }
            ol class="code" aria-label=(chosen.path) {
                @for line in file.text.lines() { li { code { (line) } } }
            }
        }
    }
}

fn edit(hub: &Hub<'_>, chosen: &Chosen<'_>, repo: &RepoView, file: &FileView) -> Markup {
    let view = hub.view;
    let rows = file.text.lines().count() + 1;
    let title = Word::ExampleChange.with(view.lang, "file", name_of(&chosen.path));
    let branch = chosen.branch();
    let act = if branch.is_some() {
        "commit"
    } else {
        "propose"
    };
    html! {
        details id="edit-file" class="tool edit-file" {
            summary { (view.say(Word::EditFile)) }
            form class="write" method="post" action=(format!("/act/{act}")) {
                (forms::hidden(view, &view.here.subject))
                input type="hidden" name="commit" value=(file.commit) data-base;
                input type="hidden" name="blob" value=(file.sha) data-base;
                label class="unseen" for="edit-text" { (chosen.path) }
                textarea id="edit-text" class="code-field" name="text" data-based spellcheck="false" autocapitalize="off"
                    rows=(rows.clamp(ROWS.0, ROWS.1)) { "\n" (file.text) }
                label for="edit-title" { (view.say(Word::ChangeField)) }
                input id="edit-title" name="title" value=(title) required maxlength="200" autocomplete="off";
                @if let Some(branch) = branch {
                    input type="hidden" name="branch" value=(branch);
                    div class="buttons" {
                        button id="edit-submit" class="primary" {
                            (Word::CommitTo.with(view.lang, "branch", branch))
                        }
                    }
                } @else {
                    label for="edit-branch" { (view.say(Word::NewBranchField)) }
                    input id="edit-branch" name="branch" value=(free_branch(repo, view.who)) required
                        maxlength="100" autocomplete="off" autocapitalize="off";
                    div class="buttons" {
                        button id="edit-submit" class="primary" { (view.say(Word::Propose)) }
                    }
                }
            }
        }
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `hanako-patch-1`, or the next that no branch has: what GitHub suggests.
fn free_branch(repo: &RepoView, who: &str) -> String {
    let taken = |name: &str| repo.branches.iter().any(|(branch, _)| branch == name);
    let mut names = (1..).map(|n| format!("{who}-patch-{n}"));
    names.find(|name| !taken(name)).unwrap_or_default()
}
