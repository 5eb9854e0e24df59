//! What must be true of incidents when the dust has settled, told from what people did and what both
//! sides show. Nothing here knows how the app comes to what it says.

use std::collections::BTreeSet;

use super::look::{Issue, Line, Room, Seen};
use super::script::{Book, Told};
use super::{Case, SERVICES, channel, record, timers};
/// The channels that there are besides those of incidents.
const OTHERS: [&str; 3] = ["general", "dev", "leaders"];

/// What is wrong, in words.
pub(in crate::cli::simulate) fn judge(book: &Book, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    whole(book, seen, &mut wrong);
    for (name, room) in &seen.channels {
        once(name, room, &mut wrong);
    }
    for (case, told) in &book.cases {
        let name = channel(*case);
        let (Some(room), Some(issue)) = (seen.channels.get(&name), seen.issues.get(&told.number))
        else {
            continue;
        };
        let mut say = |what: String| wrong.push(format!("#{name}: {what}"));
        agree(room, issue, told.adopted, &mut say);
        if !book.disordered {
            as_people_said(told, room, &mut say);
        }
        notes(told, book, issue, &mut say);
        lines(*case, told, book, seen, room, &mut say);
        by_record(*case, told, book, issue, room, &mut say);
        let marks: BTreeSet<&String> = issue.marks.iter().collect();
        if marks.len() < issue.marks.len() {
            say(format!("a mark is twice on the issue: {:?}", issue.marks));
        }
    }
    wrong
}

/// What there is follows from what is on record, and nothing else does.
fn by_record(
    case: Case,
    told: &Told,
    book: &Book,
    issue: &Issue,
    room: &Room,
    say: &mut impl FnMut(String),
) {
    let rules = record::rules();
    let Some(incident) = record::incident(issue, &rules) else {
        say("nothing of it is on record".to_owned());
        return;
    };
    if !record::is_called(&incident, case) {
        say(format!("on record it is #{}", incident.channel.name));
    }
    if incident.adopted != told.adopted {
        say(format!(
            "it was there before us: {}, on record {}",
            told.adopted, incident.adopted
        ));
    }
    let in_order = !book.disordered;
    record::shows(&incident, &rules, issue, room, say);
    record::is_done(issue, &incident, &rules, room, in_order, say);
    if in_order {
        record::in_order(issue, &incident, &rules, room, say);
    }
    timers::timers(told, &incident, room, in_order, book.calm(), say);
}

/// One channel and one issue each, and nothing else.
fn whole(book: &Book, seen: &Seen, wrong: &mut Vec<String>) {
    for (case, told) in &book.cases {
        let name = channel(*case);
        let named = |issue: &&Issue| issue.title.contains(&format!("#{name}"));
        let issues = seen.issues.values().filter(named).count();
        if issues != 1 {
            wrong.push(format!("#{name}: it has {issues} issues"));
        }
        match seen.issues.get(&told.number) {
            Some(issue) if issue.title.contains(&format!("#{name}")) => {}
            other => wrong.push(format!(
                "#{name}: issue {} is {:?}",
                told.number,
                other.map(|issue| &issue.title)
            )),
        }
        if !seen.channels.contains_key(&name) {
            wrong.push(format!("#{name}: there is no such channel"));
        }
    }
    let names: BTreeSet<String> = book.cases.keys().map(|case| channel(*case)).collect();
    for name in seen.channels.keys() {
        if !names.contains(name) && !OTHERS.contains(&name.as_str()) {
            wrong.push(format!("#{name}: nobody asked for this channel"));
        }
    }
    if seen.issues.len() > names.len() {
        let titles: Vec<_> = seen.issues.values().map(|issue| &issue.title).collect();
        wrong.push(format!("there are more issues than incidents: {titles:?}"));
    }
}

/// No two messages say the same.
fn once(name: &str, room: &Room, wrong: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for key in room.lines.iter().flat_map(|line| &line.keys) {
        if !seen.insert(key) {
            wrong.push(format!("#{name}: two messages about {key}"));
        }
    }
}

/// What the card shows behind a field's name: its fields begin with the channel, and each is a line
/// with the name and one with what is there.
fn field<'a>(card: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = card.lines().skip_while(|line| *line != "Channel");
    while let (Some(known), Some(value)) = (lines.next(), lines.next()) {
        if known == name {
            return Some(value);
        }
    }
    None
}

/// The card, the topic and the issue show the same; the text of an issue that people opened without
/// the form (`adopted`) stays theirs.
fn agree(room: &Room, issue: &Issue, adopted: bool, say: &mut impl FnMut(String)) {
    let cards: Vec<&String> = room.pinned.iter().collect();
    let [card] = cards[..] else {
        say(format!("{} messages are pinned", cards.len()));
        return;
    };
    if card.contains("Waiting to be recorded") || card.contains("There is no issue yet") {
        say("the card says that something waits".to_owned());
    }
    let state = field(card, "State").unwrap_or_default();
    let over = matches!(state, "Resolved" | "Archived");
    if over == issue.open {
        say(format!(
            "the card says {state}, the issue is open: {}",
            issue.open
        ));
    }
    if (state == "Archived") != room.archived {
        say(format!(
            "the card says {state}, the channel is archived: {}",
            room.archived
        ));
    }
    if !room.topic.contains(state) {
        say(format!("the card says {state}, the topic `{}`", room.topic));
    }
    let level = field(card, "Level").unwrap_or_default();
    let level = level.split(' ').next().unwrap_or_default();
    let labels = issue
        .labels
        .iter()
        .filter_map(|label| label.strip_prefix("Level "));
    let labels: Vec<&str> = labels.filter_map(|it| it.split(' ').next()).collect();
    if labels.concat() != level {
        say(format!(
            "the card says level `{level}`, the labels {labels:?}"
        ));
    }
    let wanted = format!("- Level {level} ");
    if !adopted && !level.is_empty() && !issue.body.contains(&wanted) {
        say(format!("the issue's text does not say level {level}"));
    }
    let leads = field(card, "Handler").unwrap_or_default();
    let leads = leads.strip_prefix('@').unwrap_or_default();
    let assigned: Vec<&str> = issue.assignees.iter().map(String::as_str).collect();
    let over_or_nobody = over || leads.is_empty();
    if assigned != [leads] && !(over_or_nobody && assigned.is_empty()) {
        say(format!(
            "the card says that `{leads}` leads, assigned are {assigned:?}"
        ));
    }
    for moment in ["Detected", "First response", "Recovered"] {
        let on_card = field(card, moment).map_or("", |it| it.get(..25).unwrap_or(it));
        let below = format!("- {moment} ");
        let mut there = issue.body.lines();
        let there = there.find_map(|line| line.strip_prefix(&below));
        let there = there.map_or("", |it| it.get(..25).unwrap_or(it));
        if !adopted && on_card != there {
            say(format!(
                "{moment}: `{on_card}` on the card, `{there}` on the issue"
            ));
        }
    }
}

/// It is as people have said last.
fn as_people_said(told: &Told, room: &Room, say: &mut impl FnMut(String)) {
    let Some(card) = room.pinned.first() else {
        return;
    };
    let state = match told {
        Told { archived: true, .. } => "Archived",
        Told { resolved: true, .. } => "Resolved",
        Told {
            recovered: true, ..
        } => "Recovered",
        Told { leads: Some(_), .. } => "Responding",
        _ => "Declared",
    };
    let shown = field(card, "State").unwrap_or_default();
    if shown != state {
        say(format!("people made it {state}, and it is {shown}"));
    }
    let level = told.level.map_or(String::new(), |level| level.to_string());
    let shown = field(card, "Level").unwrap_or_default();
    if shown.split(' ').next() != Some(&level) {
        say(format!("people said level `{level}`, and it is `{shown}`"));
    }
    let leads = told
        .leads
        .map_or("not decided".to_owned(), |who| format!("@{who}"));
    let shown = field(card, "Handler").unwrap_or_default();
    if shown != leads {
        say(format!("`{leads}` leads, and shown is `{shown}`"));
    }
    if let Some(detected) = &told.detected {
        let shown = field(card, "Detected").unwrap_or_default();
        if !shown.starts_with(&format!("2021-01-01 {detected}:00")) {
            say(format!(
                "people said that it was detected {detected}, and it is `{shown}`"
            ));
        }
    }
    let progress = told.progress().map(|(done, all)| format!("{done}/{all}"));
    let shown = field(card, "Checklist");
    if shown != progress.as_deref() {
        say(format!(
            "people ticked {progress:?}, and shown is {shown:?}"
        ));
    }
    if told.archived != room.archived {
        say(format!(
            "people archived it: {}, and it is: {}",
            told.archived, room.archived
        ));
    }
}

/// A note always makes sense, whatever is not known yet: it stands once on the record.
fn notes(told: &Told, book: &Book, issue: &Issue, say: &mut impl FnMut(String)) {
    for word in &told.notes {
        let word = format!("w{word:04}v1");
        let noted = issue.comments.iter();
        let ours = noted.filter(|it| it.contains("<!-- sssbot") && it.contains(&word));
        let times = ours.count();
        let refused = book.disordered && told.archived;
        if times > 1 || (times == 0 && !book.forgot && !refused) {
            say(format!(
                "the note {word} stands {times} times on the record"
            ));
        }
    }
}

/// What is said is said once, in the order in which it happened, and other channels hear of it.
fn lines(
    case: Case,
    told: &Told,
    book: &Book,
    seen: &Seen,
    room: &Room,
    say: &mut impl FnMut(String),
) {
    let name = channel(case);
    let all = |room: &Room, what: &str| -> Vec<usize> {
        let lines = room.lines.iter().enumerate();
        let said = lines.filter(|(_, line)| {
            let first = line.text.lines().next().unwrap_or_default();
            first.contains(what)
        });
        said.map(|(at, _)| at).collect()
    };
    let created = all(room, &format!("⚠ #{name} was created"));
    if created.len() != usize::from(!told.adopted) {
        say(format!("its declaration is said {} times", created.len()));
    }
    let levels = all(room, "was declared to be");
    let leaders = all(room, " is the handler");
    let recovered = all(room, &format!("declared #{name} recovered"));
    let resolved = all(room, &format!("The incident of #{name} is resolved"));
    let counts = [
        ("levels", levels.len(), told.levels.len()),
        ("handlers", leaders.len(), told.leaders.len()),
        ("recoveries", recovered.len(), usize::from(told.recovered)),
        ("resolutions", resolved.len(), told.resolutions),
    ];
    for (what, shown, most) in counts {
        if shown > most || (shown < most && !book.disordered) {
            say(format!("{shown} {what} are said, and there were {most}"));
        }
    }
    let first = created.first().copied().unwrap_or(0);
    let rest = levels
        .iter()
        .chain(&leaders)
        .chain(&recovered)
        .chain(&resolved);
    if rest.clone().any(|at| *at < first) {
        say("something is said before the declaration".to_owned());
    }
    for word in &told.notes {
        let word = format!("w{word:04}v1");
        let told = |line: &&Line| line.text.starts_with("📝") && line.text.contains(&word);
        let times = room.lines.iter().filter(told).count();
        if times > 1 || (times == 0 && !book.disordered) {
            say(format!("the note {word} is said {times} times"));
        }
    }
    for who in told.people.iter().chain(&told.leaders) {
        if !room.members.iter().any(|member| member == who) && !book.disordered {
            say(format!(
                "{who} began it or led it, and is not in the channel"
            ));
        }
    }
    for who in record::TEAM {
        let wanted = SERVICES[case] == "shop" && !told.adopted;
        if wanted && !room.members.iter().any(|member| member == who) {
            say(format!("{who} of the first-response team was not invited"));
        }
    }
    for other in ["dev", "leaders"] {
        let Some(there) = seen.channels.get(other) else {
            continue;
        };
        let heard = all(there, &format!("#{name}")).len();
        let receipts = all(room, &format!("⚠ #{other} was told")).len();
        if heard != receipts {
            say(format!(
                "#{other} was told {heard} times, with {receipts} receipts"
            ));
        }
        let declared = all(there, &format!("⚠ #{name} was created")).len();
        if other == "dev" && declared != usize::from(!told.adopted) {
            say(format!("#dev heard of its declaration {declared} times"));
        }
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
