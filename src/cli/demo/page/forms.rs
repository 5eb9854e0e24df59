//! What a visitor can do at the left: a form each, which works without JavaScript.

use maud::{Markup, html};

use super::address::Here;
use super::frame::View;
use super::github_pane::Hub;
use super::words::Word;
use crate::sandbox::github::{IssueView, RepoView};

/// Where the visitor is and who they are, to come back to after a form was sent.
pub(super) fn hidden(view: View<'_>, subject: &str) -> Markup {
    let here = Here {
        subject: subject.to_owned(),
        who: view.who.to_owned(),
        ..view.here.clone()
    };
    html! {
        @for (name, value) in here.fields() { input type="hidden" name=(name) value=(value); }
    }
}

/// The form for a comment.
pub(super) fn comment(hub: &Hub<'_>, subject: &str) -> Markup {
    let view = hub.view;
    html! {
        form id="comment" class="write" method="post" action="/act/comment" {
            (hidden(view, subject))
            label for="comment-body" { (Word::CommentAs.with(view.lang, "who", view.who)) }
            textarea id="comment-body" name="body" rows="3" required
                placeholder=(view.say(Word::CommentField)) {}
            div class="buttons" {
                button id="comment-submit" class="primary" { (view.say(Word::DoComment)) }
            }
        }
    }
}

/// The form for a review.
pub(super) fn review(hub: &Hub<'_>, subject: &str) -> Markup {
    let view = hub.view;
    html! {
        details id="review" class="more" {
            summary { (view.say(Word::Review)) }
            form class="write" method="post" action="/act/review" {
                (hidden(view, subject))
                label for="review-event" { (view.say(Word::Verdict)) }
                select id="review-event" name="event" {
                    option value="APPROVE" { (view.say(Word::VerdictApprove)) }
                    option value="REQUEST_CHANGES" { (view.say(Word::VerdictChanges)) }
                    option value="COMMENT" { (view.say(Word::VerdictComment)) }
                }
                label for="review-body" { (view.say(Word::CommentField)) }
                textarea id="review-body" name="body" rows="3" {}
                div class="buttons" { button class="primary" { (view.say(Word::DoReview)) } }
            }
        }
    }
}

/// The form that changes what was written. `id` is the comment's, or `body`.
pub(super) fn edit(hub: &Hub<'_>, subject: &str, act: &str, id: &str, text: &str) -> Markup {
    let view = hub.view;
    let name = format!("{act}-{id}");
    html! {
        details id=(name) class="edit" {
            summary { (view.say(Word::Edit)) }
            form class="write" method="post" action=(format!("/act/{act}")) {
                (hidden(view, subject))
                input type="hidden" name="comment" value=(id);
                label class="unseen" for=(format!("{name}-text")) { (view.say(Word::CommentField)) }
                textarea id=(format!("{name}-text")) name="body" rows="5" { "\n" (text) }
                div class="buttons" { button class="save primary" { (view.say(Word::Save)) } }
            }
        }
    }
}

/// The button that deletes a comment.
pub(super) fn delete(hub: &Hub<'_>, subject: &str, act: &str, id: u64) -> Markup {
    html! {
        form class="delete" method="post" action=(format!("/act/{act}")) {
            (hidden(hub.view, subject))
            input type="hidden" name="comment" value=(id);
            button class="quiet" { (hub.view.say(Word::Delete)) }
        }
    }
}

/// Title, labels and state.
pub(super) fn manage(hub: &Hub<'_>, repo: &RepoView, issue: &IssueView, subject: &str) -> Markup {
    let view = hub.view;
    html! {
        details id="manage" class="more" {
            summary { (view.say(Word::Manage)) }
            form id="rename" class="line" method="post" action="/act/rename" {
                (hidden(view, subject))
                label for="rename-title" { (view.say(Word::TitleField)) }
                input id="rename-title" name="title" value=(issue.title) required maxlength="256"
                    autocomplete="off";
                button { (view.say(Word::Rename)) }
            }
            form id="add-label" class="line" method="post" action="/act/label" {
                (hidden(view, subject))
                label for="label" { (view.say(Word::LabelField)) }
                input id="label" name="label" list="labels" required maxlength="50"
                    autocomplete="off";
                datalist id="labels" {
                    @for label in &repo.labels { option value=(label.name) {} }
                }
                button { (view.say(Word::AddLabel)) }
            }
            form id="assign" class="line" method="post" action="/act/assign" {
                (hidden(view, subject))
                label for="assignee" { (view.say(Word::AssigneeField)) }
                select id="assignee" name="whom" {
                    @for login in hub.people() { option value=(login) { (login) } }
                }
                button { (view.say(Word::Assign)) }
            }
            div class="buttons" {
                @for login in &issue.assignees {
                    form method="post" action="/act/unassign" {
                        (hidden(view, subject))
                        input type="hidden" name="whom" value=(login);
                        button { (Word::Unassign.with(view.lang, "whom", login)) }
                    }
                }
                @for label in &issue.labels {
                    form method="post" action="/act/unlabel" {
                        (hidden(view, subject))
                        input type="hidden" name="label" value=(label.name);
                        button { (Word::RemoveLabel.with(view.lang, "label", &label.name)) }
                    }
                }
                (state(hub, issue, subject))
            }
        }
    }
}

fn state(hub: &Hub<'_>, issue: &IssueView, subject: &str) -> Markup {
    let (word, next) = if issue.open {
        (Word::Close, "closed")
    } else {
        (Word::Reopen, "open")
    };
    let merged = issue.pull.as_ref().is_some_and(|pull| pull.merged);
    html! {
        @if !merged {
            form id="state" method="post" action="/act/state" {
                (hidden(hub.view, subject))
                input type="hidden" name="state" value=(next);
                button id="state-submit" { (hub.view.say(word)) }
            }
        }
    }
}

/// Which repository: asked only where there are several.
fn repository(hub: &Hub<'_>, id: &str) -> Markup {
    let here = hub.opened.map(|(repo, _)| repo.name.as_str());
    html! {
        @if let [only] = hub.repos {
            input type="hidden" name="repo" value=(only.name);
        } @else {
            label for=(id) { (hub.view.say(Word::Repository)) }
            select id=(id) name="repo" {
                @for repo in hub.repos {
                    option value=(repo.name) selected[here == Some(repo.name.as_str())] { (repo.name) }
                }
            }
        }
    }
}

/// The form for a new issue. Its title begins with the channel at the right.
pub(super) fn new_issue(hub: &Hub<'_>) -> Markup {
    let view = hub.view;
    let title = match hub.channel {
        "" => String::new(),
        name => format!("#{name} "),
    };
    html! {
        details id="new-issue" class="tool" {
            summary { (view.say(Word::NewIssue)) }
            form class="write" method="post" action="/act/open" {
                (hidden(view, &view.here.subject))
                (repository(hub, "new-issue-repo"))
                label for="new-issue-title" { (view.say(Word::TitleField)) }
                input id="new-issue-title" name="title" value=(title) required maxlength="256"
                    autocomplete="off";
                label for="new-issue-body" { (view.say(Word::BodyField)) }
                textarea id="new-issue-body" name="body" rows="4" {}
                div class="buttons" {
                    button id="new-issue-submit" class="primary" { (view.say(Word::CreateIssue)) }
                }
            }
        }
    }
}

/// The form for a push: a commit a line.
pub(super) fn push(hub: &Hub<'_>) -> Markup {
    let view = hub.view;
    let branch = match hub.channel {
        "" => "main".to_owned(),
        name => format!("{}/{name}", view.who),
    };
    let all = hub.repos.iter().flat_map(|repo| &repo.branches);
    html! {
        details id="push" class="tool" {
            summary { (view.say(Word::Push)) }
            form class="write" method="post" action="/act/push" {
                (hidden(view, &view.here.subject))
                (repository(hub, "push-repo"))
                label for="push-branch" { (view.say(Word::BranchField)) }
                input id="push-branch" name="branch" value=(branch) list="branch-names" required
                    autocomplete="off";
                datalist id="branch-names" { @for (name, _) in all { option value=(name) {} } }
                label for="push-commits" { (view.say(Word::CommitsField)) }
                textarea id="push-commits" name="body" rows="3" required {
                    (view.say(Word::ExampleCommit))
                }
                div class="buttons" {
                    button id="push-submit" class="primary" { (view.say(Word::DoPush)) }
                }
            }
        }
    }
}
