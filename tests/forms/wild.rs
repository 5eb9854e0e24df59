//! Whatever goes in: long, empty, hostile, doubled.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use sssbot::sandbox::slack::{wrong_in_message, wrong_in_view};
use sssbot::slack::form::{
    Button, Card, Choice, Confirm, Control, Entry, Field, Home, Input, Line, Menu, Modal, Panel,
    Part, Piece, Task, Tasks, Tone,
};

use super::{choice, with_style};

/// Every text of a rendering, with whether it is mrkdwn.
fn texts(value: &Value, found: &mut Vec<(String, bool)>) {
    match value {
        Value::Object(map) => {
            let words = |name| map.get(name).and_then(Value::as_str);
            if let (Some(kind), Some(text)) = (words("type"), words("text")) {
                found.push((text.to_owned(), kind == "mrkdwn"));
            }
            map.values().for_each(|value| texts(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// Fails when something in it is live that was not meant: all that is live is a link, a time, and
/// the person and the channel of these tests.
fn calls_nobody(value: &Value) {
    let mut found = Vec::new();
    texts(value, &mut found);
    for (text, live) in found {
        assert!(!text.trim().is_empty(), "an empty text");
        if live {
            mrkdwn(&text);
        }
    }
}

fn mrkdwn(text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let meant = [
            "http://",
            "https://",
            "mailto:",
            "!date^",
            "@U0MEANT>",
            "#C0MEANT>",
            "!subteam^S0MEANT00>",
        ];
        assert!(meant.iter().any(|start| rest.starts_with(start)), "{text}");
        let end = rest.find('>').unwrap_or_else(|| panic!("open: {text}"));
        assert!(!rest[..end].contains('<'), "{text}");
        rest = &rest[end + 1..];
    }
    let lower = text.to_lowercase();
    for loud in ["@here", "@channel", "@everyone"] {
        assert!(!lower.contains(loud) || text.contains(['`', '<']), "{text}");
    }
}

fn nasty() -> BoxedStrategy<String> {
    prop_oneof![
        Just(String::new()),
        "[ \\n\u{200B}\u{202E}]{0,3}",
        "(<!channel>|<@U1>|<!subteam\\^S1>|<#C1>|@here|@channel|&|<|>|`|\\*|_|~|\\||\\n|障|🔥| |x|https://e\\.com){0,12}",
        "\\PC{0,60}",
        "[a-z障🔥]{0,20}".prop_map(|text| text.repeat(200)),
    ]
    .boxed()
}

fn piece() -> BoxedStrategy<Piece> {
    prop_oneof![
        nasty().prop_map(Piece::Text),
        nasty().prop_map(Piece::Strong),
        nasty().prop_map(Piece::Code),
        (nasty(), nasty()).prop_map(|(url, text)| Piece::Link { url, text }),
        ("https://e\\.com/[a-z<>|&]{0,20}", nasty())
            .prop_map(|(url, text)| Piece::Link { url, text }),
        any::<i32>().prop_map(|at| Piece::Time(Timestamp::from_second(at.into()).unwrap())),
        nasty().prop_map(|login| Piece::Person(login.into())),
        nasty().prop_map(|id| Piece::Member(id.into())),
        Just(Piece::Member("U0MEANT".into())),
        nasty().prop_map(Piece::Group),
        Just(Piece::Group("S0MEANT00".into())),
        nasty().prop_map(|id| Piece::Channel(id.into())),
        Just(Piece::Channel("C0MEANT".into())),
    ]
    .boxed()
}

fn line() -> BoxedStrategy<Line> {
    proptest::collection::vec(piece(), 0..5).boxed()
}

fn choices() -> BoxedStrategy<Vec<Choice>> {
    let one = ("[ab]{0,2}|x{151}", nasty(), proptest::option::of(nasty()))
        .prop_map(|(value, text, note)| Choice { value, text, note });
    prop_oneof![
        proptest::collection::vec(one, 0..14),
        (90usize..220).prop_map(|count| (0..count).map(|n| choice(&n.to_string(), "x")).collect()),
    ]
    .boxed()
}

fn name() -> BoxedStrategy<String> {
    prop_oneof![
        "[ab]{0,1}",
        Just("n".repeat(255)),
        Just("n".repeat(256)),
        nasty()
    ]
    .boxed()
}

fn control() -> BoxedStrategy<Control> {
    let confirm = (nasty(), nasty(), nasty(), nasty()).prop_map(|(title, text, yes, no)| Confirm {
        title,
        text,
        yes,
        no,
    });
    let tone = prop_oneof![Just(Tone::Plain), Just(Tone::Primary), Just(Tone::Danger)];
    let button = (
        name(),
        nasty(),
        nasty(),
        tone,
        proptest::option::of(confirm),
        proptest::option::of(nasty()),
    )
        .prop_map(|(action, text, value, tone, confirm, url)| {
            Control::Button(Button {
                action,
                text,
                value,
                tone,
                confirm,
                url,
            })
        });
    prop_oneof![
        3 => button,
        1 => (name(), nasty(), choices(), "[ab]{0,2}").prop_map(|(action, hint, choices, chosen)| {
            Control::Menu(Menu { action, hint, choices, chosen: Some(chosen) })
        }),
        1 => (name(), nasty()).prop_map(|(action, hint)| Control::Person { action, hint }),
    ]
    .boxed()
}

fn tasks() -> BoxedStrategy<Tasks> {
    let task = ("[a-f]{0,2}", nasty(), any::<bool>()).prop_map(|(value, text, done)| Task {
        value,
        text,
        done,
    });
    (name(), proptest::collection::vec(task, 0..40))
        .prop_map(|(action, tasks)| Tasks { action, tasks })
        .boxed()
}

fn part() -> BoxedStrategy<Part> {
    prop_oneof![
        nasty().prop_map(Part::Title),
        line().prop_map(Part::Line),
        proptest::collection::vec((nasty(), line()), 0..13).prop_map(Part::Facts),
        line().prop_map(Part::Small),
        Just(Part::Rule),
        (line(), control()).prop_map(|(line, control)| Part::Row { line, control }),
        proptest::collection::vec(control(), 0..30).prop_map(Part::Controls),
        tasks().prop_map(Part::Tasks),
    ]
    .boxed()
}

fn input() -> BoxedStrategy<Input> {
    prop_oneof![
        (any::<bool>(), nasty(), 0usize..4_000, nasty()).prop_map(
            |(long, value, most, example)| Input::Words {
                long,
                value,
                most,
                example
            }
        ),
        (choices(), proptest::option::of("[ab]{1,2}"), nasty()).prop_map(
            |(choices, chosen, example)| Input::Menu {
                choices,
                chosen,
                example
            }
        ),
        (choices(), proptest::option::of("[ab]{1,2}"))
            .prop_map(|(choices, chosen)| Input::Radio { choices, chosen }),
        (choices(), proptest::collection::vec("[ab]{1,2}", 0..4))
            .prop_map(|(choices, chosen)| Input::Boxes { choices, chosen }),
        any::<i32>().prop_map(|at| Input::When(Timestamp::from_second(at.into()).ok())),
        Just(Input::Person(None)),
        Just(Input::People(vec![])),
    ]
    .boxed()
}

fn entry() -> BoxedStrategy<Entry> {
    let field = (
        name(),
        nasty(),
        proptest::option::of(nasty()),
        any::<bool>(),
        input(),
    )
        .prop_map(|(name, label, hint, optional, input)| {
            Entry::Field(Field {
                name,
                label,
                hint,
                optional,
                at_once: optional,
                input,
            })
        });
    prop_oneof![part().prop_map(Entry::Part), field].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_panel_is_taken(headline in line(), parts in proptest::collection::vec(part(), 0..70)) {
        let rendered = with_style(|style| Panel { headline, parts }.render(style));
        prop_assert_eq!(wrong_in_message(&rendered.blocks), Vec::<String>::new());
        calls_nobody(&json!(rendered.blocks));
        mrkdwn(&rendered.text);
        prop_assert!(rendered.text.encode_utf16().count() <= 4_000);
    }

    #[test]
    fn any_card_is_taken(
        title in nasty(), summary in line(), notes in proptest::collection::vec(line(), 0..20),
        facts in proptest::collection::vec((nasty(), line()), 0..40), tasks in tasks(),
        controls in proptest::collection::vec(control(), 0..30), foot in line(),
    ) {
        let card = Card { title, summary, facts, notes, tasks: Some(tasks), controls, foot };
        let rendered = with_style(|style| card.render(style));
        prop_assert_eq!(wrong_in_message(&rendered.blocks), Vec::<String>::new());
        calls_nobody(&json!(rendered.blocks));
        mrkdwn(&rendered.text);
        prop_assert!(rendered.text.encode_utf16().count() <= 4_000);
    }

    #[test]
    fn any_home_is_taken(parts in proptest::collection::vec(part(), 0..130), private in nasty()) {
        let view = with_style(|style| Home { parts, private }.render(style));
        prop_assert_eq!(wrong_in_view(&view, "home"), Vec::<String>::new());
        calls_nobody(&view);
    }

    #[test]
    fn any_dialog_is_taken(
        (title, callback, private) in (nasty(), nasty(), nasty()),
        (submit, close) in (proptest::option::of(nasty()), proptest::option::of(nasty())),
        entries in proptest::collection::vec(entry(), 0..110),
    ) {
        let modal = Modal { title, callback, private, submit, close, tell_of_close: true, entries };
        let view = with_style(|style| modal.render(style));
        prop_assert_eq!(wrong_in_view(&view, "modal"), Vec::<String>::new());
        calls_nobody(&view);
    }
}
