//! What a judge of incidents finds, and what not.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::id::RepoName;
use crate::incident::entry::native_key;
use crate::incident::view::{self, Bit};
use crate::incident::{
    Declaration, Entry, Fact, Incident, Mark, Moment, Opened, Rules, Todo, Via, What, Who, fold,
    owed,
};

const NAME: &str = "search-20210101i";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_609_462_800 + seconds).unwrap()
}

fn taro() -> Who {
    Who {
        slack: Some("U00000TARO".into()),
        ..Who::on_github("taro")
    }
}

fn mark(seconds: i64, via: Via, fact: Fact) -> Entry {
    let who = match via {
        Via::Sssbot => Who::default(),
        _ => taro(),
    };
    let mark = Mark {
        key: format!("k{seconds}:{fact:?}").as_str().into(),
        at: at(seconds),
        who,
        via,
        fact,
    };
    Entry::marked(mark, true)
}

fn native(seconds: i64, what: What) -> Entry {
    Entry {
        key: native_key(&RepoName::from("acme/postmortem"), 1, &what, at(seconds)),
        at: at(seconds),
        who: Who::default(),
        via: Via::Sssbot,
        recorded: true,
        what,
    }
}

/// Declared, led by taro, at level 2, and recovered after twenty minutes; all that follows is done.
fn entries(rules: &Rules) -> Vec<Entry> {
    let recovered = Fact::Moment {
        moment: Moment::Recovered,
        time: Some(at(1_200)),
        link: None,
        was: None,
    };
    let opened = Opened {
        repo: "acme/postmortem".into(),
        number: 1,
        url: "https://github.example/acme/postmortem/issues/1".to_owned(),
        title: format!("#{NAME}"),
        body: String::new(),
        ours: true,
    };
    let declared = Fact::Declared(Declaration {
        channel: Some(NAME.to_owned()),
        ..Declaration::new("search", "it fails")
    });
    let (id, name) = ("C1".into(), NAME.to_owned());
    let handler = Some(taro());
    let level = Some(2);
    let mut all = vec![
        mark(0, Via::Slack, declared),
        native(1, What::Opened(opened)),
        mark(2, Via::Sssbot, Fact::Channel { id, name }),
        mark(60, Via::Slack, Fact::Handler { handler }),
        native(61, What::Assigned(taro())),
        mark(120, Via::Slack, Fact::Level { level }),
        mark(1_200, Via::Slack, recovered),
    ];
    let incident = fold(&all, rules).unwrap();
    let labels = incident.labels(rules).into_iter();
    all.extend(labels.map(|label| native(121, What::Labeled(label))));
    let sent = owed(&all, rules).into_iter().filter_map(|(_, effect)| {
        let Todo::Broadcast { to, .. } = effect.todo else {
            return None;
        };
        let fact = Fact::Receipt {
            of: effect.key,
            channel: to.to_string(),
            ts: None,
        };
        Some(mark(1_300, Via::Sssbot, fact))
    });
    let sent: Vec<Entry> = sent.collect();
    all.extend(sent);
    let body = view::new_body(&fold(&all, rules).unwrap(), rules);
    for entry in &mut all {
        if let What::Opened(opened) = &mut entry.what {
            opened.body.clone_from(&body);
        }
    }
    all
}

fn words(line: &view::Line) -> String {
    let bit = |bit: &Bit| match bit {
        Bit::Text(text) | Bit::Strong(text) | Bit::Code(text) => text.clone(),
        Bit::Link { text, .. } => text.clone(),
        Bit::Time(time) => crate::incident::time::clock(*time, record::rules().zone()),
        Bit::Who(who) => format!("@{}", who.called()),
        Bit::Group(group) => format!("@{group}"),
        Bit::Channel { name, .. } => format!("#{name}"),
    };
    line.iter().map(bit).collect()
}

fn line(key: &str, seconds: i64, text: &str) -> Line {
    Line {
        keys: vec![key.to_owned()],
        posted: at(seconds),
        text: text.to_owned(),
    }
}

fn said(said: &view::Said) -> String {
    let first = format!("{} {}", said.icon, words(&said.headline));
    let fields = said.fields.iter();
    let fields = fields.map(|(name, value)| format!("\n{name}\n{}", words(value)));
    first.trim().to_owned() + &fields.collect::<String>()
}

fn room_of(incident: &Incident, entries: &[Entry], rules: &Rules) -> Room {
    let mut lines = Vec::new();
    for (when, effect) in owed(entries, rules) {
        if let Todo::Tell(tell) = &effect.todo {
            let text = said(&view::tell(tell, incident, rules, rules.lang));
            let seconds = when.duration_since(at(0)).as_secs() + 1;
            lines.push(line(effect.key.as_str(), seconds, &text));
        }
    }
    let tick = format!("t:{}:tick:{}", incident.key, at(1_800).as_second());
    lines.push(line(&tick, 1_801, "⏱ 30 minutes"));
    Room {
        topic: view::topic(incident, rules, rules.lang),
        members: vec!["taro".to_owned()],
        pinned: vec![said(&view::card(incident, rules, rules.lang))],
        lines,
        until: at(4_000),
        ..Room::default()
    }
}

fn world() -> (Book, Seen) {
    let rules = record::rules();
    let entries = entries(&rules);
    let incident = fold(&entries, &rules).unwrap();
    let room = room_of(&incident, &entries, &rules);
    let told = Told {
        number: 1,
        people: ["taro"].into(),
        level: Some(2),
        leads: Some("taro"),
        recovered: true,
        levels: vec![2],
        leaders: vec!["taro"],
        ..Told::default()
    };
    let shown = incident.issue.clone().unwrap();
    let issue = Issue {
        title: shown.title,
        open: true,
        body: shown.body,
        labels: shown.labels.into_iter().collect(),
        assignees: vec!["taro".to_owned()],
        entries,
        ..Issue::default()
    };
    let mut book = Book {
        troubled: true,
        ..Book::default()
    };
    book.cases.insert(1, told);
    let mut seen = Seen::default();
    seen.issues.insert(1, issue);
    seen.channels.insert(NAME.to_owned(), room);
    (book, seen)
}

fn room(seen: &mut Seen) -> &mut Room {
    seen.channels.get_mut(NAME).unwrap()
}

/// The place of the line whose key holds this.
fn place(seen: &mut Seen, what: &str) -> usize {
    let lines = &room(seen).lines;
    lines
        .iter()
        .position(|line| line.keys[0].contains(what))
        .unwrap()
}

#[test]
fn a_name_is_a_field_only_where_a_field_is() {
    let card = "⚠ Incident\nChannel\n#x\nSummary\nLevel\nLevel\n2 🔥🔥\nRecovered\nthen";
    assert_eq!(field(card, "Summary"), Some("Level"));
    assert_eq!(field(card, "Level"), Some("2 🔥🔥"));
    assert_eq!(field(card, "Recovered"), Some("then"));
    assert_eq!(field(card, "Detected"), None);
}

#[test]
fn what_is_as_it_should_be_is_not_complained_of() {
    let (book, seen) = world();
    assert_eq!(judge(&book, &seen), Vec::<String>::new());
}

#[test]
fn what_is_wrong_is_found() {
    let complaint = |change: &dyn Fn(&mut Seen), wanted: &str| {
        let (book, mut seen) = world();
        change(&mut seen);
        let wrong = judge(&book, &seen);
        assert!(
            wrong.iter().any(|it| it.contains(wanted)),
            "{wanted}: {wrong:?}"
        );
    };
    complaint(
        &|seen| room(seen).archived = true,
        "the channel is archived: true",
    );
    complaint(&|seen| room(seen).topic.clear(), "the topic ``");
    complaint(
        &|seen| {
            let last = place(seen, ":recovered:");
            room(seen).lines.remove(last);
        },
        "0 recoveries are said",
    );
    complaint(
        &|seen| {
            let again = room(seen).lines[0].clone();
            room(seen).lines.push(again);
        },
        "two messages about say:",
    );
    let issue = |seen: &mut Seen| seen.issues.get_mut(&1).unwrap().labels.clear();
    complaint(&issue, "the labels []");
    let second = |seen: &mut Seen| {
        let name = format!("{NAME}-2");
        seen.channels.insert(name, Room::default());
    };
    complaint(&second, "nobody asked for this channel");
    let twice = |seen: &mut Seen| {
        seen.issues.get_mut(&1).unwrap().marks = vec!["k".into(), "k".into()];
    };
    complaint(&twice, "a mark is twice");
    complaint(
        &|seen| room(seen).members.clear(),
        "taro began it or led it",
    );
}

#[test]
fn what_does_not_follow_from_the_record_is_found() {
    let complaint = |change: &dyn Fn(&mut Seen), wanted: &str| {
        let (book, mut seen) = world();
        change(&mut seen);
        let wrong = judge(&book, &seen);
        assert!(
            wrong.iter().any(|it| it.contains(wanted)),
            "{wanted}: {wrong:?}"
        );
    };
    complaint(
        &|seen| {
            let card = &mut room(seen).pinned[0];
            *card = card.replace("10:20:00", "10:21:00");
        },
        "the card says `2021-01-01 10:21:00 +0900`, and on record is",
    );
    complaint(
        &|seen| {
            let issue = seen.issues.get_mut(&1).unwrap();
            issue
                .entries
                .retain(|it| !matches!(it.what, What::Assigned(_)));
        },
        "the record asks for it, and it is not done: assignees",
    );
    // A step of the beginning that was left out.
    complaint(
        &|seen| {
            let situation = place(seen, ":situation");
            room(seen).lines.remove(situation);
        },
        "the record asks for it, and it is not done: tell AskSituation",
    );
    complaint(
        &|seen| {
            let key = place(seen, ":situation");
            let key = room(seen).lines[key].keys[0].replace("situation", "surprise");
            room(seen).lines.push(line(&key, 9, "?"));
        },
        "the record has no reason for say:",
    );
    complaint(
        &|seen| {
            let (handler, level) = (place(seen, ":handler:"), place(seen, ":level:"));
            room(seen).lines.swap(handler, level);
        },
        "is told before what came earlier",
    );
}

/// Somebody takes the lead in Slack, and is asked how they will talk to each other.
#[test]
fn what_could_not_have_been_heard_yet_is_no_fault() {
    // The recovery was declared on this side, so many seconds before the lead was taken.
    let complaints = |via: Via, before: i64| {
        let (book, mut seen) = world();
        let issue = seen.issues.get_mut(&1).unwrap();
        for entry in &mut issue.entries {
            match &entry.what {
                What::Marked(Fact::Moment { .. }) => {
                    entry.via = via;
                    entry.at = at(1_200 - before);
                }
                What::Marked(Fact::Handler { .. }) => entry.at = at(1_200),
                _ => {}
            }
        }
        let place = place(&mut seen, ":chat-or-video");
        room(&mut seen).lines[place].posted = at(1_203);
        let wrong = judge(&book, &seen).into_iter();
        let wrong = wrong.filter(|it| it.contains("no reason") && it.contains("chat-or-video"));
        wrong.count()
    };
    assert_eq!(complaints(Via::GitHub, 10), 0);
    assert_eq!(complaints(Via::GitHub, 600), 1);
    assert_eq!(complaints(Via::Slack, 10), 1);
}

#[test]
fn what_comes_at_the_wrong_time_is_found() {
    let ticks = |ticks: &[(i64, i64)], calm: bool| {
        let (mut book, mut seen) = world();
        book.troubled = !calm;
        let key = fold(&seen.issues[&1].entries, &record::rules())
            .unwrap()
            .key;
        let lines = &mut room(&mut seen).lines;
        lines.retain(|line| !line.keys[0].contains(":tick:"));
        for (due, posted) in ticks {
            let key = format!("t:{key}:tick:{}", at(*due).as_second());
            lines.push(line(&key, *posted, "⏱"));
        }
        judge(&book, &seen).join("\n")
    };
    assert_eq!(ticks(&[(900, 901), (1_800, 1_801)], true), "");
    // The last one closes the watch, however late it comes.
    assert_eq!(ticks(&[(1_800, 9_000)], false), "");
    let late = "a tick comes 1100 seconds late";
    assert!(ticks(&[(900, 2_000)], false).contains(late));
    let heap = "two ticks at once";
    assert!(ticks(&[(900, 1_802), (1_800, 1_803)], false).contains(heap));
    let on = "the timekeeper speaks 2 times after the recovery";
    assert!(ticks(&[(1_800, 1_801), (2_700, 2_701)], false).contains(on));
    let odd = "a tick is due at";
    assert!(ticks(&[(901, 901)], false).contains(odd));
    let missing = "the timekeeper spoke for";
    assert!(ticks(&[(1_800, 1_801)], true).contains(missing));
    let reminded = |kind: &str, times: &[(i64, i64)], spoken: i64| {
        let (book, mut seen) = world();
        let key = fold(&seen.issues[&1].entries, &record::rules())
            .unwrap()
            .key;
        let room = room(&mut seen);
        room.spoken.push(at(spoken));
        for (due, posted) in times {
            let key = format!("t:{key}:{kind}:{}", at(*due).as_second());
            room.lines.push(line(&key, *posted, "?"));
        }
        judge(&book, &seen).join("\n")
    };
    let led = "it is asked who leads, and somebody does";
    assert!(reminded("handler", &[(302, 303)], 0).contains(led));
    let day = SignedDuration::from_hours(24).as_secs();
    assert_eq!(reminded("silence", &[(day, day + 1)], 0), "");
    assert!(reminded("silence", &[(day, day + 1)], 90).is_empty());
    let spoke = "and somebody spoke at";
    assert!(reminded("silence", &[(day, day + 1)], 3_600).contains(spoke));
    // While it was being said.
    assert_eq!(reminded("silence", &[(day, day + 1)], day - 9), "");
    let again = "one silence is asked about twice";
    assert!(reminded("silence", &[(day, day + 1), (day + 60, day + 61)], 0).contains(again));
}
