//! What a judge of incidents finds, and what not.

use super::*;

const CARD: &str = "⚠ Incident #shop-20210101i\nChannel\n#shop-20210101i\nService\nshop\nSummary\nLevel\nState\nRecovered\nLevel\n2 🔥🔥\nHandler\n@taro\nRecovered\n2021-01-01 10:20:00 +0900";

fn world() -> (Book, Seen) {
    let told = Told {
        number: 1,
        level: Some(2),
        leads: Some("taro"),
        recovered: true,
        levels: vec![2],
        leaders: vec!["taro"],
        ..Told::default()
    };
    let line = |key: &str, text: &str| Line {
        keys: vec![key.to_owned()],
        posted: jiff::Timestamp::from_second(1_609_464_600).unwrap(),
        text: text.to_owned(),
    };
    let room = Room {
        topic: "Recovered".to_owned(),
        members: vec!["taro".to_owned()],
        pinned: vec![CARD.to_owned()],
        lines: vec![
            line("a", "⚠ #search-20210101i was created"),
            line(
                "b",
                "🔥 The level of #search-20210101i was declared to be 2",
            ),
            line("c", "@taro is the handler"),
            line("d", "🎉 @taro declared #search-20210101i recovered"),
            line("t:x:tick:1609464600", "⏱ 30 minutes"),
        ],
        ..Room::default()
    };
    let issue = Issue {
        title: "#search-20210101i".to_owned(),
        open: true,
        body: "- Level 2 🔥🔥\n- Handler @taro\n- Recovered 2021-01-01 10:20:00 +0900".to_owned(),
        labels: vec!["Level 2 🔴🔴".to_owned()],
        assignees: vec!["taro".to_owned()],
        ..Issue::default()
    };
    let mut book = Book::default();
    book.cases.insert(1, told);
    let mut seen = Seen::default();
    seen.issues.insert(1, issue);
    seen.channels.insert(channel(1), room);
    (book, seen)
}

fn room(seen: &mut Seen) -> &mut Room {
    seen.channels.get_mut("search-20210101i").unwrap()
}

#[test]
fn a_name_is_a_field_only_where_a_field_is() {
    assert_eq!(field(CARD, "Summary"), Some("Level"));
    assert_eq!(field(CARD, "Level"), Some("2 🔥🔥"));
    assert_eq!(field(CARD, "Recovered"), Some("2021-01-01 10:20:00 +0900"));
    assert_eq!(field(CARD, "Detected"), None);
}

#[test]
fn what_is_as_it_should_be_is_not_complained_of() {
    let (book, mut seen) = world();
    // No checklist is on this card, though the level has one.
    room(&mut seen).pinned =
        vec![CARD.replace("Recovered\n2021", "Checklist\n0/2\nRecovered\n2021")];
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
        &|seen| room(seen).lines.truncate(3),
        "0 recoveries are said",
    );
    complaint(
        &|seen| {
            let again = room(seen).lines[0].clone();
            room(seen).lines.push(again);
        },
        "two messages about a",
    );
    let late = |seen: &mut Seen| room(seen).lines[4].keys = vec!["t:x:tick:1609462800".into()];
    complaint(&late, "a tick comes 1800 seconds late");
    let issue = |seen: &mut Seen| seen.issues.get_mut(&1).unwrap().labels.clear();
    complaint(&issue, "the labels []");
    let second = |seen: &mut Seen| {
        seen.channels
            .insert("search-20210101i-2".into(), Room::default());
    };
    complaint(&second, "nobody asked for this channel");
    let twice = |seen: &mut Seen| {
        seen.issues.get_mut(&1).unwrap().marks = vec!["k".into(), "k".into()];
    };
    complaint(&twice, "a mark is twice");
}
