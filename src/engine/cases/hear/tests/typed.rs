//! What people mean by what they type.

use proptest::prelude::*;

use super::*;

#[test]
fn a_mention_is_answered_by_where_it_is() {
    let snapshot = busy(Ja);
    let mention = |channel: &str, text: &str| {
        let text = format!("<@U0SSSBOT> {text}");
        meant(&message("app_mention", channel, &text), &snapshot)
    };
    let privately = false;
    let greet = vec![Meant::Greet { privately }];
    for text in ["", "障害です", "サイトが落ちてます!", "help me please"] {
        let wanted = if text.starts_with("help") {
            vec![Meant::Help]
        } else {
            greet.clone()
        };
        assert_eq!(mention(DEV, text), wanted, "{text}");
    }
    let incident = DoneKey::from(KEY);
    assert_eq!(
        mention(CHANNEL, ""),
        [Meant::Panel {
            incident,
            privately
        }]
    );
    let here = from(CHANNEL, "1633015200.000200");
    for (text, command) in [
        ("ハンドラーはわたしです", Command::TakeHandler),
        ("level 3", Command::SetLevel(Some(3))),
        (
            "インシデントの検知 <https://acme.slack.com/archives/C1/p1633014603000100>",
            Command::Set {
                moment: Moment::Detected,
                when: When::Message {
                    time: at("2021-10-01T00:10:03.000100+09:00"),
                    link: "https://acme.slack.com/archives/C1/p1633014603000100".to_owned(),
                },
            },
        ),
        (
            "復旧 5分前",
            Command::Set {
                moment: Moment::Recovered,
                when: When::At(at("2021-09-30T15:15:30+09:00")),
            },
        ),
        (
            "handler <@U0HANAKO>",
            Command::HandOver(Who {
                login: Some("hanako-dev".into()),
                slack: Some("U0HANAKO".into()),
                name: Some("hanako".to_owned()),
            }),
        ),
        ("archive", Command::Archive { reason: None }),
    ] {
        assert_eq!(
            mention(CHANNEL, text),
            [to_it(command, here.clone())],
            "{text}"
        );
        assert_eq!(mention(DEV, text), refused(UserError::NoIncident), "{text}");
    }
    let incident = DoneKey::from(KEY);
    let privately = true;
    let panel = [Meant::Panel {
        incident,
        privately,
    }];
    assert_eq!(mention(CHANNEL, "どうすれば?"), panel);
    let spoken_of = message("app_mention", CHANNEL, "ask <@U0SSSBOT> about it");
    assert_eq!(meant(&spoken_of, &snapshot), []);
}

#[test]
fn a_mention_is_known_before_we_know_our_own_name() {
    let mut snapshot = busy(En);
    snapshot.me = None;
    let mention = message("app_mention", CHANNEL, "<@U0SSSBOT> level 2");
    let here = from(CHANNEL, "1633015200.000200");
    assert_eq!(
        meant(&mention, &snapshot),
        [to_it(Command::SetLevel(Some(2)), here)]
    );
}

#[test]
fn slash_commands_know_the_same_words_and_ask_for_what_is_missing() {
    let snapshot = busy(En);
    let typed =
        |name: &str, channel: &str, text: &str| meant(&command(name, channel, text), &snapshot);
    let privately = true;
    assert_eq!(typed("/incident", DEV, ""), declares(None, DEV));
    assert_eq!(typed("/sssbot", DEV, ""), [Meant::Greet { privately }]);
    assert_eq!(
        typed("/incident", DEV, "security incident"),
        declares(Some("security"), DEV)
    );
    let incident = DoneKey::from(KEY);
    for name in ["/incident", "/sssbot"] {
        let incident = incident.clone();
        assert_eq!(
            typed(name, CHANNEL, ""),
            [Meant::Panel {
                incident,
                privately
            }]
        );
    }
    assert_eq!(typed("/sssbot", DEV, "help"), [Meant::Help]);
    let here = from(CHANNEL, "12.34.ab");
    assert_eq!(
        typed("/sssbot", CHANNEL, "level 2"),
        [to_it(Command::SetLevel(Some(2)), here)]
    );
    for (text, what) in [
        ("level", Asked::Level),
        ("handler", Asked::HandOver),
        ("note", Asked::Note),
        ("invite", Asked::Call),
        ("invite @sora", Asked::Call),
        ("handler sora", Asked::HandOver),
        ("summary", Asked::Summary),
        ("resolve", Asked::Resolve),
        ("archive", Asked::Archive),
    ] {
        assert_eq!(
            typed("/incident", CHANNEL, text),
            [asks(what, CHANNEL)],
            "{text}"
        );
        assert_eq!(
            typed("/incident", DEV, text),
            refused(UserError::NoIncident),
            "{text}"
        );
    }
    let reason = Some("done".to_owned());
    let here = from(CHANNEL, "12.34.ab");
    let resolve = to_it(Command::Resolve { reason }, here);
    assert_eq!(typed("/incident", CHANNEL, "resolve done"), [resolve]);
    let said = "what now".to_owned();
    let unknown = Meant::Refuse(UserError::UnknownCommand { said: said.clone() });
    let panel = Meant::Panel {
        incident,
        privately,
    };
    assert_eq!(typed("/incident", CHANNEL, &said), [unknown, panel]);
    let heard = heard(&command("/incident", CHANNEL, "level 2"), &snapshot).unwrap();
    assert!(heard.response_url.is_some());
}

proptest! {
    #[test]
    fn whatever_is_typed_or_carried_is_borne_and_the_same_twice(
        text in "\\PC{0,40}|(level|検知|note|handler|メモ|招待) ?[<@U0!^S1> 0-9a-z|]{0,20}",
        word in "menu|check|declare|level|detected|note|x",
        private in "\\PC{0,30}|\\{\"i\":\"[a-z:.0-9]{0,20}\"\\}",
        callback in "declare|level|detected|note|summary|hand-over|call|archive|x",
    ) {
        let snapshot = busy(Ja);
        let fields = json!({"text": written(&text), "said": written(&text), "level": chosen(&text),
            "service": chosen(&text), "summary": written(&text), "reason": written(&text)});
        for inbound in [
            message("app_mention", CHANNEL, &format!("<@U0SSSBOT> {text}")),
            message("message", DEV, &text),
            command("/incident", CHANNEL, &text),
            command("/sssbot", DEV, &text),
            press(CHANNEL, &word, &text),
            sent(&callback, &private, &fields),
        ] {
            let once = heard(&inbound, &snapshot);
            prop_assert_eq!(&once, &heard(&inbound, &snapshot));
            let origins = once.iter().flat_map(|heard| &heard.meant).filter_map(|meant| match meant {
                Meant::Command { origin, .. } => Some(origin.key(0)),
                _ => None,
            });
            let all: Vec<DoneKey> = origins.collect();
            let each: std::collections::BTreeSet<&DoneKey> = all.iter().collect();
            prop_assert_eq!(all.len(), each.len());
            if let Inbound::Submitted(submitted) = &inbound {
                let _ = ask::verdict(submitted, &snapshot, now());
            }
        }
    }
}
