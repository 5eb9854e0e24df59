//! Dialogs, Home tabs, presses and answers: out as forms, back as what was done.

use serde_json::json;
use sssbot::slack::form::{
    Button, Control, Entry, Field, Home, Input, Modal, Panel, Part, Piece, Task, Tasks,
};
use sssbot::slack::inbound::{Event, Given, Inbound, ResponseUrl, Where, plain, words};
use sssbot::slack::render::Style;
use sssbot::slack::{Place, Refusal, Reply, SlackError};
use sssbot::{i18n::Lang, teams::People};

use crate::slack_desk::Desk;

fn render<T>(run: impl FnOnce(&Style<'_>) -> T) -> T {
    let people = People::default();
    run(&Style {
        people: &people,
        workspace_url: None,
        lang: Lang::Ja,
    })
}

fn dialog() -> serde_json::Value {
    let summary = Field {
        name: "summary".into(),
        label: "サマリ".into(),
        hint: None,
        optional: false,
        at_once: false,
        input: Input::Words {
            long: true,
            value: String::new(),
            most: 0,
            example: "例".into(),
        },
    };
    let modal = Modal {
        title: "宣言".into(),
        callback: "declare".into(),
        private: "C1".into(),
        tell_of_close: true,
        entries: vec![Entry::Field(summary)],
        ..Modal::default()
    };
    render(|style| modal.render(style))
}

impl Desk {
    /// Hanako types a command; gives its trigger and where it can be answered.
    async fn typed(&self) -> (String, ResponseUrl) {
        let channel = self.world.channel_named("sss-20210101i").unwrap();
        self.world
            .command(&self.hanako, &channel, "/incident", "open")
            .unwrap();
        match self.heard().await.pop() {
            Some(Inbound::Command(command)) => {
                assert_eq!(
                    (&command.who, command.text.as_str()),
                    (&self.hanako, "open")
                );
                (command.trigger, command.response_url.unwrap())
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_dialog_goes_out_and_comes_back_filled_in() {
    let desk = Desk::new().await;
    desk.channel().await;
    let (trigger, _) = desk.typed().await;
    let view = desk.slack.open_view(&trigger, &dialog()).await.unwrap();
    let again = desk.slack.open_view(&trigger, &dialog()).await;
    assert_eq!(
        again,
        Err(SlackError::Refused(Refusal::TriggerGone(
            "exchanged_trigger_id".into()
        )))
    );

    let newer = desk
        .slack
        .update_view(&view.id, Some(&view.hash), &dialog())
        .await
        .unwrap();
    assert_ne!(newer.hash, view.hash);
    let stale = desk
        .slack
        .update_view(&view.id, Some(&view.hash), &dialog())
        .await;
    assert_eq!(stale, Err(SlackError::Refused(Refusal::ViewChanged)));

    let values = json!({"summary": {"field": {"type": "plain_text_input", "value": "遅い"}}});
    desk.world.submit(&desk.hanako, &view.id, values).unwrap();
    let heard = desk.heard().await;
    let Some(Inbound::Submitted(sent)) = heard.last() else {
        panic!("{heard:?}");
    };
    assert_eq!(
        (
            &sent.who,
            sent.view.callback.as_str(),
            sent.view.private.as_str()
        ),
        (&desk.hanako, "declare", "C1")
    );
    assert_eq!(
        sent.view.fields["summary"],
        Given::Words(Some("遅い".into()))
    );
    let closed = desk.slack.update_view(&view.id, None, &dialog()).await;
    assert_eq!(closed, Err(SlackError::Refused(Refusal::ViewNotFound)));

    let (trigger, _) = desk.typed().await;
    desk.turn(4);
    let late = desk.slack.open_view(&trigger, &dialog()).await;
    assert_eq!(
        late,
        Err(SlackError::Refused(Refusal::TriggerGone(
            "expired_trigger_id".into()
        )))
    );
    let (trigger, _) = desk.typed().await;
    let wrong = desk
        .slack
        .open_view(&trigger, &json!({"type": "modal"}))
        .await;
    assert!(
        matches!(
            wrong,
            Err(SlackError::Refused(Refusal::InvalidArguments(_)))
        ),
        "{wrong:?}"
    );
    let view = desk.slack.open_view(&trigger, &dialog()).await.unwrap();
    desk.world.close_view(&desk.hanako, &view.id).unwrap();
    let heard = desk.heard().await;
    assert!(
        matches!(heard.last(), Some(Inbound::Closed { .. })),
        "{heard:?}"
    );
}

#[tokio::test]
async fn a_home_tab_is_shown_and_pressed() {
    let desk = Desk::new().await;
    desk.world.open_home(&desk.hanako);
    let heard = desk.heard().await;
    let Some(Inbound::Event(event)) = heard.last() else {
        panic!("{heard:?}");
    };
    assert_eq!(
        event.event,
        Event::HomeOpened {
            who: desk.hanako.clone(),
            home: true
        }
    );
    let declare = Control::Button(Button {
        action: "declare".into(),
        text: "宣言".into(),
        ..Button::default()
    });
    let home = Home {
        parts: vec![Part::Controls(vec![declare])],
        private: String::new(),
    };
    let view = render(|style| home.render(style));
    let shown = desk
        .slack
        .publish_home(&desk.hanako, None, &view)
        .await
        .unwrap();
    let stale = desk
        .slack
        .publish_home(&desk.hanako, Some("old"), &view)
        .await;
    assert_eq!(stale, Err(SlackError::Refused(Refusal::ViewChanged)));
    desk.world
        .press_in_view(&desk.hanako, &shown.id, "declare", None)
        .unwrap();
    let heard = desk.heard().await;
    let Some(Inbound::Pressed(pressed)) = heard.last() else {
        panic!("{heard:?}");
    };
    assert!(matches!(&pressed.on, Where::View(view) if view.id == shown.id));
    let nobody = desk.slack.publish_home(&"U404".into(), None, &view).await;
    assert!(matches!(
        nobody,
        Err(SlackError::Refused(Refusal::UserNotFound(_)))
    ));
}

#[tokio::test]
async fn a_press_and_a_tick_come_back_with_what_they_are_about() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let handler = Control::Button(Button {
        action: "handler".into(),
        text: "ハンドラーはわたしです".into(),
        value: "7".into(),
        ..Button::default()
    });
    let tasks = (0..12).map(|n| Task {
        value: format!("t{n}"),
        text: format!("作業 {n}"),
        done: n == 0,
    });
    let panel = Panel {
        headline: vec![Piece::Text("ハンドラーはどなたですか? <!channel>".into())],
        parts: vec![
            Part::Controls(vec![handler]),
            Part::Tasks(Tasks {
                action: "tasks".into(),
                tasks: tasks.collect(),
            }),
        ],
    };
    let shown = render(|style| panel.render(style));
    let ts = desk
        .slack
        .post(&channel, &shown.text, &shown.blocks, &desk.about())
        .await
        .unwrap();
    assert_eq!(desk.world.pings(), []);
    desk.slack
        .update(&channel, &ts, &shown.text, &shown.blocks, &desk.about())
        .await
        .unwrap();

    desk.world
        .press(&desk.hanako, &channel, &ts, "handler", None)
        .unwrap();
    let heard = desk.heard().await;
    let Some(Inbound::Pressed(pressed)) = heard.last() else {
        panic!("{heard:?}");
    };
    assert_eq!(
        pressed.on,
        Where::Message {
            channel: channel.clone(),
            ts: ts.clone(),
            only_theirs: false
        }
    );
    assert_eq!(pressed.actions[0].given, Given::Press("7".into()));

    let option = shown.blocks[2]["elements"][0]["options"][3].clone();
    let chosen = json!({"selected_options": [option]});
    desk.world
        .press(&desk.hanako, &channel, &ts, "tasks", Some(chosen))
        .unwrap();
    let heard = desk.heard().await;
    let Some(Inbound::Pressed(pressed)) = heard.last() else {
        panic!("{heard:?}");
    };
    assert_eq!(pressed.actions[0].given.ticked(), ["t3"]);
    assert_eq!(pressed.actions[0].offered.len(), 10);
}

#[tokio::test]
async fn events_and_shortcuts_of_the_sandbox_are_read() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let bot = desk.world.bot();
    desk.heard().await;
    let ts = desk
        .world
        .say(&desk.hanako, &channel, &format!("<@{bot}> level 3"))
        .unwrap();
    let heard = desk.heard().await;
    let mentions = heard.iter().filter_map(|heard| match heard {
        Inbound::Event(event) => match &event.event {
            Event::Mentioned(message) => Some(message),
            _ => None,
        },
        _ => None,
    });
    let mentions: Vec<_> = mentions.collect();
    assert_eq!(mentions.len(), 1);
    assert!(mentions[0].by_person());
    assert_eq!(plain(&words(&mentions[0].text), &bot), "level 3");

    desk.world.shortcut(&desk.hanako, "open", None).unwrap();
    desk.world
        .shortcut(&desk.hanako, "detected", Some((&channel, &ts)))
        .unwrap();
    desk.world
        .rename(&channel, "other", &desk.hanako)
        .unwrap_or_default();
    desk.world.archive(&channel, &desk.hanako);
    let heard = desk.heard().await;
    assert!(
        heard
            .iter()
            .any(|one| matches!(one, Inbound::Shortcut { callback, .. } if callback == "open"))
    );
    assert!(heard.iter().any(
        |one| matches!(one, Inbound::OnMessage(on) if on.ts == ts && on.callback == "detected")
    ));
    let archived = |one: &Inbound| matches!(one, Inbound::Event(event) if matches!(event.event, Event::Archived { .. }));
    assert!(heard.iter().any(archived), "{heard:?}");
}

#[tokio::test]
async fn an_answer_goes_where_it_was_asked_five_times_and_nowhere_else() {
    let desk = Desk::new().await;
    desk.channel().await;
    let (_, to) = desk.typed().await;
    let say = |place| Reply::Say {
        place,
        text: "はい",
        blocks: &[],
    };
    for place in [
        Place::OnlyYou,
        Place::Channel,
        Place::OnlyYou,
        Place::Instead,
        Place::OnlyYou,
    ] {
        assert_eq!(desk.slack.respond(&to, &say(place)).await, Ok(()));
    }
    let seen = desk.world.channel("sss-20210101i").unwrap();
    let said: Vec<bool> = seen
        .messages
        .iter()
        .filter(|m| m.text == "はい")
        .map(|m| m.only_for.is_some())
        .collect();
    assert_eq!(said, [true, false, true, true, true]);
    let over = desk.slack.respond(&to, &say(Place::OnlyYou)).await;
    assert_eq!(
        over,
        Err(SlackError::Refused(Refusal::ResponseUrlGone(
            "used_url".into()
        )))
    );
    let (_, to) = desk.typed().await;
    desk.turn(31 * 60);
    let late = desk.slack.respond(&to, &Reply::TakeAway).await;
    assert_eq!(
        late,
        Err(SlackError::Refused(Refusal::ResponseUrlGone(
            "expired_url".into()
        )))
    );

    let elsewhere = Desk::new().await;
    for wrong in [
        format!("{}/response/R1", elsewhere.url),
        "https://hooks.slack.com.evil.example/actions/secret".to_owned(),
        format!("{}.evil.example/response/secret", desk.url),
        "https://evil.example/?x=https://hooks.slack.com/secret".to_owned(),
    ] {
        let outcome = desk
            .slack
            .respond(&ResponseUrl::new(&wrong), &say(Place::Channel))
            .await;
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, SlackError::Refused(Refusal::Other(_))),
            "{error:?}"
        );
        assert!(!format!("{error:?} {error}").contains("secret"));
    }
    let gone = Desk::new().await;
    gone.world.set_away(true);
    let to = ResponseUrl::new(format!("{}/response/R1", gone.url));
    let away = gone.slack.respond(&to, &say(Place::Channel)).await;
    assert!(away.unwrap_err().may_have_happened());
}
