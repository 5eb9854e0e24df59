//! Forms: whatever goes in, Slack takes what comes out, and nothing in it calls anybody.

#![allow(clippy::unwrap_used)]

mod wild;

use jiff::Timestamp;
use serde_json::json;
use sssbot::i18n::Lang;
use sssbot::sandbox::slack::{wrong_in_message, wrong_in_view};
use sssbot::slack::form::{
    Button, Card, Choice, Control, Entry, Field, Input, Menu, Modal, Panel, Part, Piece, Task,
    Tasks, Verdict,
};
use sssbot::slack::render::Style;
use sssbot::teams::People;

fn with_style<T>(run: impl FnOnce(&Style<'_>) -> T) -> T {
    let people = People::default();
    run(&Style {
        people: &people,
        workspace_url: Some("https://acme.slack.com/"),
        lang: Lang::Ja,
    })
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn choice(value: &str, text: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        note: None,
    }
}

fn button(action: &str) -> Control {
    Control::Button(Button {
        action: action.to_owned(),
        text: "押す".to_owned(),
        value: "7".to_owned(),
        ..Button::default()
    })
}

#[test]
fn a_panel_is_what_was_said() {
    let panel = Panel {
        headline: vec![
            Piece::Member("U0MEANT".into()),
            text(" <さん> を "),
            Piece::Strong("押し".into()),
        ],
        parts: vec![
            Part::Title("障害".into()),
            Part::Facts(vec![("サービス".into(), vec![text("sss")])]),
            Part::Small(vec![Piece::Channel("C0MEANT".into())]),
            Part::Rule,
            Part::Row {
                line: vec![text("行")],
                control: button("row"),
            },
            Part::Controls(vec![
                button("handler"),
                Control::Person {
                    action: "who".into(),
                    hint: "選ぶ".into(),
                },
                Control::Menu(Menu {
                    action: "level".into(),
                    hint: "レベル".into(),
                    choices: vec![choice("1", "一"), choice("2", "二")],
                    chosen: Some("2".into()),
                }),
            ]),
        ],
    };
    let rendered = with_style(|style| panel.render(style));
    assert_eq!(rendered.text, "<@U0MEANT> &lt;さん&gt; を *押し*");
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": true});
    let mrkdwn = |text: &str| json!({"type": "mrkdwn", "text": text, "verbatim": true});
    let press = |action: &str| json!({"type": "button", "action_id": action, "text": plain("押す"), "value": "7"});
    let two = json!({"text": plain("二"), "value": "2"});
    assert_eq!(
        json!(rendered.blocks),
        json!([
            {"type": "section", "text": mrkdwn(&rendered.text)},
            {"type": "header", "text": plain("障害")},
            {"type": "section", "fields": [mrkdwn("*サービス*\nsss")]},
            {"type": "context", "elements": [mrkdwn("<#C0MEANT>")]},
            {"type": "divider"},
            {"type": "section", "text": mrkdwn("行"), "accessory": press("row")},
            {"type": "actions", "elements": [
                press("handler"),
                {"type": "users_select", "action_id": "who", "placeholder": plain("選ぶ")},
                {"type": "static_select", "action_id": "level", "placeholder": plain("レベル"),
                 "options": [{"text": plain("一"), "value": "1"}, two], "initial_option": two},
            ]},
        ])
    );
}

#[test]
fn a_long_list_of_tasks_stands_in_groups_of_ten() {
    let tasks: Vec<Task> = (0..23)
        .map(|n| Task {
            value: format!("t{}", n.min(21)),
            text: format!("{n} {}", "長い作業の説明です ".repeat(12)),
            done: n % 2 == 0,
        })
        .collect();
    let card = Card {
        title: "sss-20210101i".into(),
        tasks: Some(Tasks {
            action: "tasks".into(),
            tasks,
        }),
        ..Card::default()
    };
    let rendered = with_style(|style| card.render(style));
    assert_eq!(wrong_in_message(&rendered.blocks), Vec::<String>::new());
    let groups: Vec<(usize, usize)> = rendered.blocks[1..]
        .iter()
        .map(|block| {
            let group = &block["elements"][0];
            assert_eq!(group["action_id"], "tasks");
            let count = |key: &str| group[key].as_array().map_or(0, Vec::len);
            (count("options"), count("initial_options"))
        })
        .collect();
    // One of the tasks has the value of another: it could not be told apart.
    assert_eq!(groups, [(10, 5), (10, 5), (2, 1)]);
    let option = &rendered.blocks[1]["elements"][0]["options"][0];
    let first = option["text"]["text"].as_str().unwrap();
    let second = option["description"]["text"].as_str().unwrap();
    assert!(
        first.ends_with('…') && second.starts_with('…'),
        "{first} {second}"
    );
}

#[test]
fn what_can_be_pressed_stays_when_there_is_too_much_to_read() {
    let mut parts: Vec<Part> = (0..80)
        .map(|n| Part::Line(vec![text(&format!("line {n}"))]))
        .collect();
    parts.push(Part::Controls(
        (0..60).map(|n| button(&format!("b{}", n % 40))).collect(),
    ));
    let panel = Panel {
        headline: vec![text("first")],
        parts,
    };
    let blocks = with_style(|style| panel.render(style)).blocks;
    assert_eq!(wrong_in_message(&blocks), Vec::<String>::new());
    assert_eq!(blocks.len(), 50);
    assert_eq!(blocks[0]["text"]["text"], "first");
    let buttons: usize = blocks
        .iter()
        .filter(|block| block["type"] == "actions")
        .map(|block| block["elements"].as_array().unwrap().len())
        .sum();
    assert_eq!(buttons, 60);
}

#[test]
fn what_cannot_come_back_whole_is_left_out() {
    let long = |action: &str, value: usize| {
        Control::Button(Button {
            action: action.into(),
            value: "v".repeat(value),
            url: Some("javascript:alert(1)".into()),
            ..Button::default()
        })
    };
    let panel = Panel {
        headline: vec![],
        parts: vec![Part::Controls(vec![
            long("a", 2_000),
            long("b", 2_001),
            long("", 1),
            long(&"n".repeat(256), 1),
            Control::Menu(Menu {
                action: "m".into(),
                hint: String::new(),
                choices: vec![choice("", "x"), choice(&"v".repeat(151), "y")],
                chosen: None,
            }),
        ])],
    };
    let blocks = with_style(|style| panel.render(style)).blocks;
    assert_eq!(blocks[0]["text"]["text"], "–");
    let left = blocks[1]["elements"].as_array().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["action_id"], "a");
    assert_eq!(left[0].get("url"), None);
}

fn field(name: &str, input: Input) -> Entry {
    Entry::Field(Field {
        name: name.into(),
        label: "ラベル".into(),
        hint: None,
        optional: false,
        at_once: false,
        input,
    })
}

#[test]
fn a_dialog_has_each_field_under_its_name() {
    let many: Vec<Choice> = (0..120).map(|n| choice(&n.to_string(), "x")).collect();
    let few = vec![choice("a", "A"), choice("b", "B")];
    let at = Timestamp::from_second(1_600_000_000).unwrap();
    let inputs = [
        (
            "menu",
            "static_select",
            Input::Menu {
                choices: many.clone(),
                chosen: Some("119".into()),
                example: "選ぶ".into(),
            },
        ),
        (
            "radio",
            "radio_buttons",
            Input::Radio {
                choices: few.clone(),
                chosen: Some("b".into()),
            },
        ),
        (
            "radios",
            "static_select",
            Input::Radio {
                choices: many.clone(),
                chosen: None,
            },
        ),
        (
            "boxes",
            "checkboxes",
            Input::Boxes {
                choices: few,
                chosen: vec!["a".into(), "zz".into()],
            },
        ),
        (
            "boxs",
            "multi_static_select",
            Input::Boxes {
                choices: many,
                chosen: vec!["1".into()],
            },
        ),
        (
            "words",
            "plain_text_input",
            Input::Words {
                long: true,
                value: "y".repeat(40),
                most: 20,
                example: String::new(),
            },
        ),
        ("when", "datetimepicker", Input::When(Some(at))),
        (
            "early",
            "datetimepicker",
            Input::When(Some(Timestamp::UNIX_EPOCH)),
        ),
        ("person", "users_select", Input::Person(Some("U1".into()))),
        (
            "people",
            "multi_users_select",
            Input::People(vec!["U1".into()]),
        ),
    ];
    let modal = Modal {
        title: "インシデントを宣言する、長い長い題名の入力欄でありました".into(),
        callback: "declare".into(),
        private: "C1".into(),
        close: Some("やめる".into()),
        entries: inputs
            .iter()
            .map(|(name, _, input)| field(name, input.clone()))
            .collect(),
        ..Modal::default()
    };
    let view = with_style(|style| modal.render(style));
    assert_eq!(wrong_in_view(&view, "modal"), Vec::<String>::new());
    assert!(view["title"]["text"].as_str().unwrap().ends_with('…'));
    assert_eq!(
        (&view["private_metadata"], &view["callback_id"]),
        (&json!("C1"), &json!("declare"))
    );
    assert_eq!(view["submit"]["text"], "OK");
    for ((name, kind, _), block) in inputs.iter().zip(view["blocks"].as_array().unwrap()) {
        assert_eq!(
            (
                block["block_id"].as_str(),
                block["element"]["type"].as_str()
            ),
            (Some(*name), Some(*kind))
        );
    }
    assert_eq!(
        view["blocks"][0]["element"]["option_groups"][1]["label"]["text"],
        "101–120"
    );
    assert_eq!(
        view["blocks"][5]["element"]["initial_value"],
        "y".repeat(20)
    );
    assert_eq!(
        view["blocks"][6]["element"]["initial_date_time"],
        1_600_000_000
    );
    assert_eq!(view["blocks"][7]["element"].get("initial_date_time"), None);
}

#[test]
fn two_fields_of_one_name_and_a_menu_of_nothing_do_no_harm() {
    let words = || Input::Words {
        long: false,
        value: String::new(),
        most: 0,
        example: String::new(),
    };
    let nothing = Input::Menu {
        choices: vec![],
        chosen: None,
        example: String::new(),
    };
    let modal = Modal {
        title: String::new(),
        entries: vec![
            field("a", words()),
            field("a", words()),
            field("b", nothing.clone()),
        ],
        ..Modal::default()
    };
    let view = with_style(|style| modal.render(style));
    assert_eq!(wrong_in_view(&view, "modal"), Vec::<String>::new());
    assert_eq!(view["blocks"][0]["block_id"], "a");
    assert_eq!(view["blocks"][2]["type"], "section");
    let only = Modal {
        entries: vec![field("b", nothing)],
        ..Modal::default()
    };
    let view = with_style(|style| only.render(style));
    assert_eq!(view.get("submit"), None);
}

#[test]
fn a_verdict_is_what_slack_is_answered() {
    let wrong = |fields: &[(&str, &str)]| {
        Verdict::Wrong(
            fields
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    };
    for (verdict, wanted) in [
        (Verdict::Close, None),
        (wrong(&[]), None),
        (Verdict::CloseAll, Some(json!({"response_action": "clear"}))),
        (
            wrong(&[("when", "未来の時刻です")]),
            Some(json!({"response_action": "errors", "errors": {"when": "未来の時刻です"}})),
        ),
        (
            Verdict::Show(json!({"type": "modal"})),
            Some(json!({"response_action": "update", "view": {"type": "modal"}})),
        ),
    ] {
        assert_eq!(verdict.to_json(), wanted);
    }
}
