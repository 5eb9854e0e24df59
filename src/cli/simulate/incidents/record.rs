//! What an issue has on record, read by itself from what GitHub shows of it, and what follows from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::look::{Issue, Line, Room};
use super::{PEOPLE, channel};
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::incident::entry::native_key;
use crate::incident::view::{self, Bit};
use crate::incident::{
    Entry, Incident, Opened, Rules, Tell, Todo, Via, What as Did, Who, fold, mark, owed,
};
use crate::playbook;
use crate::sandbox::github::{IssueView, What};

/// The organisation's rules in every plan.
pub(super) const PLAYBOOK: &str = "services:
  shop: { team: shop-first }
  search: {}
  pay: {}
broadcast: [dev]
intervals:
  silence_days: 1
levels:
  1: {}
  2: {}
  3: { broadcast: [leaders] }
";
/// Within so little time nothing stands before anything else: what was just done on GitHub may be
/// waited for first.
const A_MOMENT: SignedDuration = SignedDuration::from_secs(15);
/// So long after it was done something on GitHub may be heard of, where nothing is lost: webhooks come
/// late, and what they bring is read again where GitHub or Slack asks us to wait.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_mins(3);
/// Who is in the first-response team of `shop`.
pub(super) const TEAM: [&str; 2] = ["taro", "jiro"];

/// The rules, read.
pub(super) fn rules() -> Rules {
    Rules::new(
        Arc::new(playbook::parse(PLAYBOOK).unwrap_or_default()),
        Lang::En,
    )
}

/// Somebody, as the team file knows them.
fn person(login: &str) -> Who {
    let known = PEOPLE.contains(&login);
    let slack = format!("U00000{}", login.to_uppercase());
    Who {
        slack: known.then(|| slack.as_str().into()),
        ..Who::on_github(login)
    }
}

/// The entries of an issue: what people did on GitHub, and the marks in the app's own comments.
pub(super) fn entries(repo: &RepoName, issue: &IssueView) -> Vec<Entry> {
    let ours = |who: &str| who.ends_with("[bot]");
    let native = |at, who: &str, what: Did| Entry {
        key: native_key(repo, issue.number, &what, at),
        at,
        who: match ours(who) {
            true => Who::default(),
            false => person(who),
        },
        via: match ours(who) {
            true => Via::Sssbot,
            false => Via::GitHub,
        },
        recorded: true,
        what,
    };
    let opened = Opened {
        repo: repo.clone(),
        number: issue.number,
        url: issue.url.clone(),
        title: issue.title.clone(),
        body: issue.body.clone(),
        ours: ours(&issue.author),
    };
    let mut all = vec![native(issue.created_at, &issue.author, Did::Opened(opened))];
    for line in &issue.timeline {
        let what = match &line.what {
            What::Comment { body, .. } => {
                let mark = mark::read(body).filter(|_| ours(&line.who));
                all.extend(mark.map(|mark| Entry::marked(mark, true)));
                continue;
            }
            What::Review { .. } => continue,
            What::Event { kind, about } => match kind.as_str() {
                "labeled" => Did::Labeled(about.clone()),
                "unlabeled" => Did::Unlabeled(about.clone()),
                "assigned" => Did::Assigned(person(about)),
                "unassigned" => Did::Unassigned(person(about)),
                "closed" => Did::Closed {
                    reason: Some(about.clone()).filter(|about| !about.is_empty()),
                },
                "reopened" => Did::Reopened,
                "renamed" => Did::Renamed {
                    title: about.clone(),
                },
                _ => continue,
            },
        };
        all.push(native(line.at, &line.who, what));
    }
    all
}

/// The incident of an issue, if it is one.
pub(super) fn incident(issue: &Issue, rules: &Rules) -> Option<Incident> {
    fold(&issue.entries, rules)
}

/// Everything that shows how it stands shows what is on record.
pub(super) fn shows(
    incident: &Incident,
    rules: &Rules,
    issue: &Issue,
    room: &Room,
    say: &mut impl FnMut(String),
) {
    let card = view::card(incident, rules, rules.lang);
    let wanted: Vec<String> = card
        .fields
        .iter()
        .flat_map(|(name, value)| [(*name).to_owned(), words(value, rules)])
        .collect();
    let shown = room.pinned.first().map_or("", String::as_str);
    let mut shown = shown.lines().skip(1);
    for wanted in wanted {
        let there = shown.next().unwrap_or_default();
        // In a closed channel nothing can be changed any more.
        if there != wanted && !room.archived {
            say(format!(
                "the card says `{there}`, and on record is `{wanted}`"
            ));
            break;
        }
    }
    let topic = view::topic(incident, rules, rules.lang);
    if room.topic != topic {
        let shown = &room.topic;
        say(format!(
            "the topic is `{shown}`, and by the record it is `{topic}`"
        ));
    }
    let managed = view::managed(&issue.body).is_some();
    if managed && !view::body_is_current(&issue.body, incident, rules) {
        say("the issue's text is not what is on record".to_owned());
    }
    if !managed && !incident.adopted {
        say("the issue's text says nothing of the incident".to_owned());
    }
}

/// A line as people see it.
fn words(line: &view::Line, rules: &Rules) -> String {
    let bit = |bit: &Bit| match bit {
        Bit::Text(text) | Bit::Strong(text) | Bit::Code(text) => text.clone(),
        Bit::Link { text, .. } => text.clone(),
        Bit::Time(time) => crate::incident::time::clock(*time, rules.zone()),
        Bit::Who(who) => format!("@{}", who.called()),
        Bit::Group(group) => format!("@{group}"),
        Bit::Channel { name, .. } => format!("#{name}"),
    };
    line.iter().map(bit).collect()
}

/// Nothing is left undone of what the record ever asked for, and nothing is said for which there is
/// no reason on it.
pub(super) fn is_done(
    issue: &Issue,
    incident: &Incident,
    rules: &Rules,
    room: &Room,
    in_order: bool,
    say: &mut impl FnMut(String),
) {
    let owed = owed(&issue.entries, rules);
    let said = |key: &str| {
        room.lines
            .iter()
            .any(|line| line.keys.iter().any(|it| it == key))
    };
    let there = |who: &Who| {
        let called = who.called();
        !PEOPLE.contains(&called) || room.members.iter().any(|member| member == called)
    };
    for (_, effect) in &owed {
        let done = match &effect.todo {
            // What was asked for while the channel was closed, or once it is.
            Todo::Tell(_) if room.archived && !in_order => true,
            Todo::Tell(_) => said(effect.key.as_str()),
            Todo::InvitePeople(people) => people.iter().all(there),
            Todo::InviteGroup(_) => TEAM.into_iter().all(|who| there(&person(who))),
            Todo::ArchiveChannel => room.archived,
            todo => todo.shows_state() && !todo.is_on_github(),
        };
        // How the issue looks is owed as long as it looks otherwise; its text is looked at above.
        let looks = matches!(effect.todo, Todo::Body | Todo::Retitle);
        if !done && !looks {
            say(format!(
                "the record asks for it, and it is not done: {effect}"
            ));
        }
    }
    let of_it = format!("say:{}:", incident.key);
    let wanted = |key: &String| owed.iter().any(|(_, effect)| effect.key.as_str() == key);
    for line in &room.lines {
        for key in line.keys.iter().filter(|key| key.starts_with(&of_it)) {
            if in_order && !wanted(key) && !seemed_wanted(key, line.posted, issue, rules) {
                say(format!("the record has no reason for {key}"));
            }
        }
    }
}

/// Whether there seemed to be a reason when it was said: nobody in Slack waits for what was done on
/// GitHub shortly before and is not heard of yet. On GitHub it is heard of in the order of its times.
fn seemed_wanted(key: &str, said: Timestamp, issue: &Issue, rules: &Rules) -> bool {
    let since = said - HEARD_WITHIN;
    let fresh = |entry: &&Entry| entry.via == Via::GitHub && since < entry.at && entry.at <= said;
    let times: BTreeSet<Timestamp> = issue.entries.iter().filter(fresh).map(|it| it.at).collect();
    times.into_iter().any(|not_from| {
        let heard = issue.entries.iter();
        let heard = heard.filter(|entry| !fresh(entry) || entry.at < not_from);
        let heard: Vec<Entry> = heard.cloned().collect();
        let owed = owed(&heard, rules);
        owed.iter().any(|(_, effect)| effect.key.as_str() == key)
    })
}

/// What people said in Slack is told there in the order in which they said it: it is known as soon
/// as it is said.
pub(super) fn in_order(
    issue: &Issue,
    incident: &Incident,
    rules: &Rules,
    room: &Room,
    say: &mut impl FnMut(String),
) {
    let from_slack = |effect: &Todo, at| {
        let turn = matches!(
            effect,
            Todo::Tell(
                Tell::HandlerIs(_)
                    | Tell::LevelIs { .. }
                    | Tell::Noted { .. }
                    | Tell::Recovered { .. }
            )
        );
        let by = |entry: &&Entry| entry.at == at && entry.via == Via::Slack;
        turn && issue.entries.iter().any(|entry| by(&entry))
    };
    let mut told: Vec<(Timestamp, usize)> = Vec::new();
    for (at, effect) in owed(&issue.entries, rules) {
        if !from_slack(&effect.todo, at) || incident.channel_made.is_none_or(|made| at <= made) {
            continue;
        }
        let key = effect.key.as_str();
        let is_it = |line: &Line| line.keys.iter().any(|it| it == key);
        let Some(place) = room.lines.iter().position(is_it) else {
            continue;
        };
        let late = |(before, there): &(Timestamp, usize)| {
            *there > place && at.duration_since(*before) > A_MOMENT
        };
        if told.iter().any(late) {
            say(format!("{effect} is told before what came earlier"));
        }
        told.push((at, place));
    }
}

/// The channel of an incident, by its name on record.
pub(super) fn is_called(incident: &Incident, case: super::Case) -> bool {
    incident.channel.name == channel(case)
}
