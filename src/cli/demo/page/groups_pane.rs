//! The workspace's user groups, and what somebody does to them in Slack itself.

use std::hash::{DefaultHasher, Hash, Hasher};

use maud::{Markup, html};

use super::frame::View;
use super::marks;
use super::message::hidden;
use super::words::Word;
use crate::sandbox::slack::{GroupView, Snapshot, UserView};

/// The groups that can be mentioned, by handle, then those that cannot.
fn in_order(slack: &Snapshot) -> Vec<&GroupView> {
    let mut groups: Vec<&GroupView> = slack.groups.iter().collect();
    groups.sort_by(|a, b| b.enabled.cmp(&a.enabled).then(a.handle.cmp(&b.handle)));
    groups
}

/// Changes when a group changes.
pub(super) fn rev(groups: &[GroupView]) -> String {
    let mut hasher = DefaultHasher::new();
    for group in groups {
        let said = (&group.id, &group.name, &group.handle, &group.description);
        (said, group.enabled, &group.channels).hash(&mut hasher);
        for user in &group.users {
            user.as_str().hash(&mut hasher);
        }
    }
    format!("{:x}", hasher.finish())
}

/// The id of a group's element.
pub(super) fn id_of(group: &GroupView) -> String {
    format!("group-{}", group.id)
}

/// All of them.
pub(super) fn pane(view: View<'_>, slack: &Snapshot) -> Markup {
    html! {
        div class="conversation" {
            header class="channel-head" {
                h3 { (view.say(Word::UserGroups)) }
                p class="facts muted" { (view.say(Word::UserGroupsHint)) }
            }
            div id="groups" class="groups" {
                @if slack.groups.is_empty() { p class="empty" { (view.say(Word::NoGroups)) } }
                @for group in in_order(slack) { (card(view, slack, group)) }
            }
        }
    }
}

fn card(view: View<'_>, slack: &Snapshot, group: &GroupView) -> Markup {
    let id = id_of(group);
    let people = slack.users.iter().filter(|user| !user.bot && !user.deleted);
    let (inside, others): (Vec<&UserView>, Vec<&UserView>) =
        people.partition(|user| group.users.contains(&user.id));
    let channel = |id: &String| slack.names.channels.get(id).map(|name| format!("#{name}"));
    let channels: Vec<String> = group.channels.iter().filter_map(channel).collect();
    html! {
        section id=(id) class=(if group.enabled { "group box" } else { "group box disabled" })
            data-rev=(rev(std::slice::from_ref(group))) aria-label=(format!("@{}", group.handle))
        {
            header class="byline" {
                (marks::group())
                b class="handle" { "@" (group.handle) }
                span { (group.name) }
                @if !group.enabled { span class="tag" { (view.say(Word::GroupDisabled)) } }
                span class="muted members-count" {
                    (Word::Members.with(view.lang, "n", &group.users.len().to_string()))
                }
            }
            @if !group.description.is_empty() { p class="about muted" { (group.description) } }
            @if !channels.is_empty() { p class="about muted" { (channels.join(" ")) } }
            ul class="members" {
                @for user in inside { (member(view, group, user)) }
            }
            div class="group-tools" {
                @if !others.is_empty() { (add(view, group, &id, &others)) }
                (rename(view, group, &id))
            }
        }
    }
}

/// The form's beginning: which group, and what is done to it.
fn begin(view: View<'_>, group: &GroupView, what: &str) -> Markup {
    html! {
        (hidden(view))
        input type="hidden" name="group" value=(group.id);
        input type="hidden" name="do" value=(what);
    }
}

fn member(view: View<'_>, group: &GroupView, user: &UserView) -> Markup {
    html! {
        li id=(format!("{}-{}", id_of(group), user.id)) {
            form class="member" method="post" action="/act/slack/group" {
                (begin(view, group, "remove"))
                input type="hidden" name="whom" value=(user.id);
                (marks::face(&user.name, false))
                span { (user.name) }
                button class="quiet" title=(Word::TakeOut.with(view.lang, "who", &user.name))
                    aria-label=(Word::TakeOut.with(view.lang, "who", &user.name)) { "✕" }
            }
        }
    }
}

fn add(view: View<'_>, group: &GroupView, id: &str, others: &[&UserView]) -> Markup {
    let field = format!("{id}-add");
    html! {
        form class="add" method="post" action="/act/slack/group" {
            (begin(view, group, "add"))
            label class="unseen" for=(field) { (view.say(Word::AddMember)) }
            select id=(field) name="whom" {
                @for user in others { option value=(user.id) { (user.name) } }
            }
            button { (view.say(Word::AddMember)) }
        }
    }
}

fn rename(view: View<'_>, group: &GroupView, id: &str) -> Markup {
    let (word, what) = match group.enabled {
        true => (Word::DisableGroup, "disable"),
        false => (Word::EnableGroup, "enable"),
    };
    html! {
        details id=(format!("{id}-edit")) class="edit" {
            summary { (view.say(Word::Edit)) }
            form class="write" method="post" action="/act/slack/group" {
                (hidden(view))
                input type="hidden" name="group" value=(group.id);
                label for=(format!("{id}-handle")) { (view.say(Word::HandleField)) }
                input id=(format!("{id}-handle")) name="handle" value=(group.handle) required maxlength="80"
                    autocomplete="off" autocapitalize="off";
                label for=(format!("{id}-name")) { (view.say(Word::GroupNameField)) }
                input id=(format!("{id}-name")) name="name" value=(group.name) required maxlength="80"
                    autocomplete="off";
                div class="buttons" {
                    button class="primary" name="do" value="rename" { (view.say(Word::Save)) }
                    button name="do" value=(what) formnovalidate { (view.say(word)) }
                }
            }
        }
    }
}
