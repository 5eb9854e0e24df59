//! Channels, people, pins and messages, over HTTP to the sandbox's Slack.

use serde_json::json;
use sssbot::id::SlackUserId;
use sssbot::sandbox::Fault;
use sssbot::sandbox::slack::NewPerson;
use sssbot::slack::{INVITED_AT_ONCE, NotInvited, Persona, Refusal, SlackError};

use crate::slack_desk::Desk;

fn refused<T: std::fmt::Debug>(outcome: Result<T, SlackError>) -> Refusal {
    match outcome {
        Err(SlackError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_channel_from_its_making_to_its_end() {
    let desk = Desk::new().await;
    let slack = &desk.slack;
    let made = slack.create("sss-20210101i-訓練", false).await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.is_member),
        ("sss-20210101i-訓練", true)
    );
    let again = slack.create("sss-20210101i-訓練", false).await;
    assert_eq!(refused(again), Refusal::NameTaken);
    for (name, code) in [
        ("SSS", "invalid_name_specials"),
        ("", "invalid_name_required"),
        ("--", "invalid_name_punctuation"),
        (&"a".repeat(81), "invalid_name_maxlength"),
    ] {
        let outcome = slack.create(name, false).await;
        assert_eq!(
            refused(outcome),
            Refusal::InvalidName(code.to_owned()),
            "{name}"
        );
    }

    let renamed = slack.rename(&made.id, "sss-20210101i").await.unwrap();
    assert_eq!(
        (renamed.id, renamed.name.as_str()),
        (made.id.clone(), "sss-20210101i")
    );
    let long = format!("遅い\n<!channel> {}", "x".repeat(300));
    slack.set_topic(&made.id, &long).await.unwrap();
    slack.set_purpose(&made.id, "何のため").await.unwrap();
    let seen = desk.world.channel("sss-20210101i").unwrap();
    assert!(seen.topic.starts_with("遅い <!channel> x") && seen.topic.ends_with("x…"));
    assert_eq!(seen.purpose, "何のため");

    slack.archive(&made.id).await.unwrap();
    assert_eq!(desk.last_answer().1, "ok");
    slack.archive(&made.id).await.unwrap();
    assert_eq!(desk.last_answer().1, "already_archived");
    assert_eq!(
        refused(slack.set_topic(&made.id, "x").await),
        Refusal::IsArchived
    );
    assert_eq!(
        refused(slack.archive(&"C404".into()).await),
        Refusal::ChannelNotFound
    );
    assert_eq!(
        refused(slack.create("sss-20210101i", false).await),
        Refusal::NameTaken
    );
}

#[tokio::test]
async fn a_name_that_the_workspace_does_not_take_says_so_in_its_own_word() {
    let desk = Desk::with(|settings| settings.japanese_names = false).await;
    let outcome = desk.slack.create("sss-20210101i-訓練", false).await;
    assert_eq!(
        refused(outcome),
        Refusal::InvalidName("invalid_name_specials".to_owned())
    );
    assert!(
        desk.slack
            .create("sss-20210101i-drill", true)
            .await
            .unwrap()
            .is_private
    );
}

#[tokio::test]
async fn another_s_channel_is_not_the_bot_s_to_rename() {
    let desk = Desk::new().await;
    let made = desk
        .world
        .create_channel("theirs", &desk.hanako, false)
        .unwrap();
    desk.world.invite(&made, &desk.world.bot(), &desk.hanako);
    let outcome = desk.slack.rename(&made, "ours").await;
    assert_eq!(
        refused(outcome),
        Refusal::Forbidden("not_authorized".to_owned())
    );
}

#[tokio::test]
async fn whoever_can_be_invited_is_and_the_others_are_named() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let taro = desk.world.add_user(NewPerson::named("taro"));
    let mut gone = NewPerson::named("gone");
    gone.deleted = true;
    let gone = desk.world.add_user(gone);

    // All of these are in, or are the bot itself.
    let bot = desk.world.bot();
    let outcome = desk
        .slack
        .invite(&channel, &[desk.hanako.clone(), bot.clone()])
        .await;
    assert_eq!(outcome, Ok(vec![]));
    assert_eq!(desk.slack.invite(&channel, &[]).await, Ok(vec![]));
    let none = desk
        .slack
        .invite(&channel, &[gone.clone(), "U404".into()])
        .await
        .unwrap();
    assert_eq!(
        none,
        [
            NotInvited {
                user: gone.clone(),
                why: Refusal::UserRestricted("user_is_deactivated".into())
            },
            NotInvited {
                user: "U404".into(),
                why: Refusal::UserNotFound("user_not_found".into())
            },
        ]
    );
    let some = [desk.hanako.clone(), taro.clone(), gone];
    desk.slack.invite(&channel, &some).await.unwrap();
    let members = desk.slack.members(&channel, None).await.unwrap();
    assert_eq!(members.next_cursor, None);
    for who in [&taro, &desk.hanako, &bot] {
        assert!(members.items.contains(who), "{who}");
    }

    let many: Vec<SlackUserId> = (0..=INVITED_AT_ONCE)
        .map(|n| format!("U{n}").into())
        .collect();
    let told = desk.world.told().len();
    assert!(matches!(
        refused(desk.slack.invite(&channel, &many).await),
        Refusal::Full(_)
    ));
    assert_eq!(desk.world.told().len(), told, "nothing was sent");
    let outcome = desk.slack.invite(&"C404".into(), &[taro]).await;
    assert_eq!(refused(outcome), Refusal::ChannelNotFound);
}

#[tokio::test]
async fn pins_and_bookmarks() {
    let desk = Desk::new().await;
    let (slack, channel) = (&desk.slack, desk.channel().await);
    let ts = slack
        .post(&channel, "card", &[], &desk.about())
        .await
        .unwrap();
    for answer in ["ok", "already_pinned"] {
        assert_eq!(slack.pin(&channel, &ts).await, Ok(()));
        assert_eq!(desk.last_answer().1, answer);
    }
    for answer in ["ok", "no_pin"] {
        assert_eq!(slack.unpin(&channel, &ts).await, Ok(()));
        assert_eq!(desk.last_answer().1, answer);
    }
    assert_eq!(
        refused(slack.pin(&channel, &"1.000001".into()).await),
        Refusal::MessageNotFound
    );

    let link = "https://github.com/acme/postmortem/issues/1";
    let hung = slack.bookmark(&channel, "Issue", link).await.unwrap();
    assert_eq!(slack.bookmarks(&channel).await, Ok(vec![hung.clone()]));
    assert_eq!((hung.title.as_str(), hung.link.as_str()), ("Issue", link));
    let wrong = slack.bookmark(&channel, "x", "javascript:x").await;
    assert_eq!(refused(wrong), Refusal::Other("invalid_link".to_owned()));
}

#[tokio::test]
async fn words_for_one_and_words_in_another_name() {
    let desk = Desk::new().await;
    let (slack, channel) = (&desk.slack, desk.channel().await);
    slack
        .whisper(&channel, &desk.hanako, "only you", &[])
        .await
        .unwrap();
    let outsider = desk.world.add_user(NewPerson::named("outsider"));
    let outcome = slack.whisper(&channel, &outsider, "x", &[]).await;
    assert_eq!(refused(outcome), Refusal::UserNotInChannel);

    let persona = Persona {
        name: "タイムキーパーくん",
        icon: ":alarm_clock:",
        colour: Some("#ffcc00"),
    };
    let section = json!({"type": "section", "text": {"type": "mrkdwn", "text": "56分"}});
    let blocks = [section];
    let ts = slack
        .post_as(&persona, &channel, "56分 経過", &blocks, &desk.about())
        .await
        .unwrap();
    let plain = Persona {
        colour: None,
        ..persona
    };
    let second = slack
        .post_as(&plain, &channel, "57分", &blocks, &desk.about())
        .await
        .unwrap();
    slack
        .update_as(&persona, &channel, &ts, "58分", &blocks, &desk.about())
        .await
        .unwrap();

    let seen = desk.world.channel("sss-20210101i").unwrap();
    let of = |ts| {
        seen.messages
            .iter()
            .find(|message| message.ts == ts)
            .unwrap()
    };
    let whispered = seen
        .messages
        .iter()
        .find(|message| message.only_for.is_some())
        .unwrap();
    assert_eq!(
        (whispered.text.as_str(), &whispered.only_for),
        ("only you", &Some(desk.hanako.clone()))
    );
    let keeper = of(ts.clone());
    assert_eq!(keeper.author_name, "タイムキーパーくん");
    assert_eq!(
        (keeper.text.as_str(), &keeper.attachments[0]["color"]),
        ("", &json!("#ffcc00"))
    );
    assert_eq!(keeper.attachments[0]["fallback"], "58分");
    assert!(keeper.metadata.is_some());
    assert_eq!(of(second).text, "57分");

    let link = slack.permalink(&channel, &ts).await.unwrap();
    let read = sssbot::slack::inbound::Permalink::read(&link, None).unwrap();
    assert_eq!((read.channel, read.ts), (channel.clone(), ts));
    assert_eq!(
        refused(slack.permalink(&channel, &"1.000001".into()).await),
        Refusal::MessageNotFound
    );
}

#[tokio::test]
async fn people_and_groups() {
    let desk = Desk::new().await;
    let slack = &desk.slack;
    let mut guest = NewPerson::named("guest");
    (guest.guest, guest.email) = (true, Some("guest@example.com".to_owned()));
    let guest = desk.world.add_user(guest);
    let hanako = slack.user(&desk.hanako).await.unwrap();
    assert_eq!(
        (hanako.name.as_str(), hanako.is_full_member()),
        ("hanako", true)
    );
    let found = slack
        .user_by_email("guest@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((&found.id, found.is_full_member()), (&guest, false));
    assert_eq!(slack.user_by_email("nobody@example.com").await, Ok(None));
    assert_eq!(
        refused(slack.user(&"U404".into()).await),
        Refusal::UserNotFound("user_not_found".into())
    );

    let id = desk
        .world
        .add_group("SSS", "sss-team", std::slice::from_ref(&desk.hanako), None);
    let groups = slack.groups().await.unwrap();
    assert_eq!(
        (
            groups[0].id.as_str(),
            groups[0].handle.as_str(),
            groups[0].disabled
        ),
        (id.as_str(), "sss-team", 0)
    );
    assert_eq!(
        slack.group_members(&id).await,
        Ok(vec![desk.hanako.clone()])
    );
    let none = slack.group_members("S404").await;
    assert_eq!(
        refused(none),
        Refusal::UserNotFound("no_such_subteam".into())
    );

    let free = Desk::with(|settings| settings.paid = false).await;
    assert!(matches!(
        refused(free.slack.groups().await),
        Refusal::NotInPlan(_)
    ));
}

#[tokio::test]
async fn what_may_have_happened_is_told_and_what_may_be_repeated_is_done_once() {
    let desk = Desk::new().await;
    let (slack, channel) = (&desk.slack, desk.channel().await);
    let ts = slack
        .post(&channel, "card", &[], &desk.about())
        .await
        .unwrap();
    let taro = [desk.world.add_user(NewPerson::named("taro"))];
    for fault in [
        Fault::InternalErrorAfter,
        Fault::CutAfter,
        Fault::Status(503),
    ] {
        for method in [
            "conversations.setTopic",
            "conversations.invite",
            "pins.add",
            "bookmarks.add",
            "chat.postEphemeral",
        ] {
            desk.world.faults().next(method, fault.clone());
        }
        let outcomes = [
            slack.set_topic(&channel, "t").await.err(),
            slack.invite(&channel, &taro).await.err(),
            slack.pin(&channel, &ts).await.err(),
            slack.bookmark(&channel, "b", "https://e.com").await.err(),
            slack.whisper(&channel, &desk.hanako, "w", &[]).await.err(),
        ];
        for outcome in outcomes {
            assert!(outcome.unwrap().may_have_happened(), "{fault:?}");
        }
    }
    // It has happened, and asking again is success.
    assert_eq!(slack.invite(&channel, &taro).await, Ok(vec![]));
    assert_eq!(slack.pin(&channel, &ts).await, Ok(()));
    assert_eq!(slack.bookmarks(&channel).await.unwrap().len(), 2);

    desk.world
        .faults()
        .next("conversations.create", Fault::CutAfter);
    assert!(
        slack
            .create("lost", false)
            .await
            .unwrap_err()
            .may_have_happened()
    );
    let all = slack.channels(None).await.unwrap().items;
    assert!(all.iter().any(|one| one.name == "lost" && one.is_member));
    desk.world
        .faults()
        .next("conversations.archive", Fault::InternalErrorAfter);
    assert!(
        slack
            .archive(&channel)
            .await
            .unwrap_err()
            .may_have_happened()
    );
    assert_eq!(slack.archive(&channel).await, Ok(()));

    desk.world
        .faults()
        .next("users.info", Fault::RateLimited(7));
    let limited = slack.user(&desk.hanako).await;
    assert!(
        matches!(limited, Err(SlackError::RateLimited { .. })),
        "{limited:?}"
    );
}
