//! What people mean.

mod typed;

use std::sync::Arc;

use serde_json::json;

use super::ask::{Asked, Begun};
use super::*;
use crate::engine::cases::Case;
use crate::engine::cases::samples::{
    CHANNEL, KEY, after, at, busy, chosen, command, event, interaction, message, now, press,
    pressed, pressed_by, quiet, sent, written,
};
use crate::i18n::Lang::{En, Ja};
use crate::incident::{Entry, Fact, Mark, Moment, Via, When, Who, fold};

const DEV: &str = "C0000DEV";

fn heard(inbound: &Inbound, snapshot: &Snapshot) -> Option<Heard> {
    hear(inbound, snapshot, now())
}

fn meant(inbound: &Inbound, snapshot: &Snapshot) -> Vec<Meant> {
    heard(inbound, snapshot).map_or_else(Vec::new, |heard| heard.meant)
}

fn from(channel: &str, ts: &str) -> Origin {
    Origin::Slack {
        channel: channel.into(),
        ts: ts.into(),
    }
}

/// A command to the incident, from here.
fn to_it(command: Command, origin: Origin) -> Meant {
    Meant::Command {
        incident: Some(KEY.into()),
        command,
        origin,
    }
}

fn refused(error: UserError) -> Vec<Meant> {
    vec![Meant::Refuse(error)]
}

fn asks(what: Asked, place: &str) -> Meant {
    Meant::Ask(Ask::of(what, Some(KEY.into()), Some(place.into())))
}

fn declares(kind: Option<&str>, place: &str) -> Vec<Meant> {
    let kind = kind.map(TypeId::from);
    let begun = Begun {
        kind,
        ..Begun::default()
    };
    let place: Option<ChannelId> = Some(place.into());
    let ask = Ask::of(Asked::Declare(begun), None, place.clone());
    let step = Step::Filling;
    vec![Meant::Ask(ask), Meant::Progress { step, place }]
}

#[test]
fn a_press_counts_for_the_incident_that_the_button_names() {
    let snapshot = busy(Ja);
    let mine = heard(&press(DEV, "handler", KEY), &snapshot).unwrap();
    let at = from(DEV, "1633015210.000300");
    assert_eq!(mine.meant, [to_it(Command::TakeHandler, at.clone())]);
    assert_eq!(mine.pressed, Some(Act::TakeHandler));
    assert_eq!((mine.who, mine.origin), (Some("U0HANAKO".into()), at));
    assert!(mine.response_url.is_some());

    let gone = heard(&press(CHANNEL, "handler", "a:C1:1.2"), &snapshot).unwrap();
    assert_eq!(
        (gone.meant, gone.pressed),
        (refused(UserError::NoIncident), None)
    );
    // A button of before there were keys in them counts where it stands.
    let bare = meant(&press(CHANNEL, "level", ""), &snapshot);
    assert_eq!(bare, [asks(Asked::Level, CHANNEL)]);

    let left = heard(&press(CHANNEL, "work-left", KEY), &snapshot).unwrap();
    let incident = DoneKey::from(KEY);
    assert_eq!(
        (left.meant, left.pressed),
        (vec![Meant::Spoke { incident }], Some(Act::WorkLeft))
    );
    for nothing in ["open", "open.2", "x"] {
        assert_eq!(
            heard(&press(CHANNEL, nothing, ""), &snapshot),
            None,
            "{nothing}"
        );
    }
}

#[test]
fn buttons_and_the_menu_open_dialogs() {
    let snapshot = busy(Ja);
    for (word, what) in [
        ("level", Asked::Level),
        ("detected", Asked::Moment(Moment::Detected)),
        ("responded", Asked::Moment(Moment::Responded)),
        ("recovered", Asked::Moment(Moment::Recovered)),
        ("note", Asked::Note),
        ("summary", Asked::Summary),
        ("hand-over", Asked::HandOver),
        ("call", Asked::Call),
        ("resolve", Asked::Resolve),
        ("archive", Asked::Archive),
    ] {
        let heard = heard(&press(CHANNEL, word, KEY), &snapshot).unwrap();
        assert_eq!(heard.meant, [asks(what.clone(), CHANNEL)], "{word}");
        assert_eq!(heard.pressed, None);
        let menu = json!({"type": "static_select", "action_id": "menu", "block_id": "b",
            "selected_option": {"value": format!("{word} {KEY}")}});
        let chosen = pressed(CHANNEL, &menu, &json!([]));
        assert_eq!(meant(&chosen, &snapshot), [asks(what, CHANNEL)], "{word}");
    }
    assert_eq!(
        meant(&press(DEV, "declare", "outage"), &snapshot),
        declares(Some("outage"), DEV)
    );
    assert_eq!(
        meant(&press(DEV, "declare", "dropped"), &snapshot),
        declares(None, DEV)
    );
}

#[test]
fn ticks_are_what_differs_and_only_where_it_was_offered() {
    let ticked = Command::Tick("notice".to_owned());
    let snapshot = after(after(busy(Ja), &Command::SetLevel(Some(3))), &ticked);
    let option = |value: &str| json!({"value": value});
    let tick_by = |who: &str, items: &[&str], shown: &[&str]| {
        let options =
            |items: &[&str]| -> Vec<_> { items.iter().map(|item| option(item)).collect() };
        let blocks = json!([{"type": "actions", "block_id": "check.0", "elements": [
            {"type": "checkboxes", "action_id": "check", "initial_options": options(shown),
             "options": [option("notice"), option("social")]}]}]);
        let action = json!({"type": "checkboxes", "action_id": "check", "block_id": "check.0",
            "selected_options": options(items), "action_ts": "1633015210.000300"});
        meant(&pressed_by(who, CHANNEL, &action, &blocks), &snapshot)
    };
    let tick = |items: &[&str], shown: &[&str]| tick_by("U0SORA", items, shown);
    let (first, second) = (
        from(CHANNEL, "1633015210.000300"),
        from(CHANNEL, "1633015210.000300+1"),
    );
    let tick_social = Command::Tick("social".to_owned());
    let untick = Command::Untick("notice".to_owned());
    let shown = &["notice"];
    assert_eq!(
        tick(&["notice", "social"], shown),
        [to_it(tick_social.clone(), first.clone())]
    );
    assert_eq!(tick(&[], shown), [to_it(untick.clone(), first.clone())]);
    assert_eq!(tick(&["notice"], shown), []);
    // Somebody else has ticked it, and this message did not show that yet.
    assert_eq!(
        tick(&["social"], &[]),
        [to_it(tick_social.clone(), first.clone())]
    );
    // But their own tick, they have seen.
    let hanako = tick_by("U0HANAKO", &[], &[]);
    assert_eq!(hanako, [to_it(untick.clone(), first.clone())]);
    assert_eq!(
        tick(&["social"], shown),
        [to_it(untick, first), to_it(tick_social, second)]
    );
}

#[test]
fn a_dialog_sent_off_begins_an_incident_or_changes_one() {
    let snapshot = busy(Ja);
    let private = json!({"p": DEV, "k": "outage",
        "m": {"channel": "C0ALERTS", "ts": "1633014603.000100"}});
    let fields = json!({"service": chosen("sss"), "summary": written("遅い"),
        "feeling": chosen("blue"), "drill": chosen("real")});
    let submitted = sent("declare", &private.to_string(), &fields);
    let heard = heard(&submitted, &snapshot).unwrap();
    let place: Option<ChannelId> = Some(DEV.into());
    let step = Step::Preparing;
    assert_eq!(heard.meant[0], Meant::Progress { step, place });
    let [
        _,
        Meant::Command {
            incident: None,
            command: Command::Declare(_),
            origin,
        },
        next,
    ] = heard.meant.as_slice()
    else {
        panic!("{:?}", heard.meant);
    };
    assert_eq!(*origin, from(DEV, "V0DIALOG"));
    let Meant::Command {
        incident,
        origin: behind,
        ..
    } = next
    else {
        panic!("{next:?}");
    };
    assert_eq!(*incident, Some(origin.key(0)));
    assert_ne!(origin.key(0), behind.key(0));
    assert_eq!(
        super::hear(&submitted, &snapshot, at("2021-10-01T00:00:00Z"))
            .unwrap()
            .origin,
        heard.origin
    );

    let level = sent(
        "level",
        &json!({"i": KEY, "p": CHANNEL}).to_string(),
        &json!({"level": chosen("2")}),
    );
    let here = from(CHANNEL, "V0DIALOG");
    assert_eq!(
        meant(&level, &snapshot),
        [to_it(Command::SetLevel(Some(2)), here)]
    );
    assert_eq!(meant(&level, &quiet(Ja)), refused(UserError::NoIncident));
}

#[test]
fn who_closes_the_dialog_has_given_up() {
    let closed = |callback: &str| {
        interaction(
            &json!({"type": "view_closed", "user": {"id": "U0HANAKO"}, "view": {
            "id": "V1", "callback_id": callback, "private_metadata": json!({"p": DEV}).to_string()}}),
        )
    };
    let place: Option<ChannelId> = Some(DEV.into());
    let step = Step::GaveUp;
    assert_eq!(
        meant(&closed("declare"), &busy(Ja)),
        [Meant::Progress { step, place }]
    );
    assert_eq!(heard(&closed("level"), &busy(Ja)), None);
}

fn shortcut(callback: &str, channel: &str) -> Inbound {
    interaction(
        &json!({"type": "message_action", "callback_id": callback, "trigger_id": "12.34.ab",
        "user": {"id": "U0HANAKO"}, "channel": {"id": channel}, "message_ts": "1633014603.000100",
        "message": {"bot_id": "B9", "ts": "1633014603.000100", "text": "5xx &gt; 5% <https://e.com|e>"}}),
    )
}

#[test]
fn shortcuts_on_messages() {
    let snapshot = busy(En);
    let when = When::Message {
        time: at("2021-10-01T00:10:03.000100+09:00"),
        link: format!("https://acme.slack.com/archives/{CHANNEL}/p1633014603000100"),
    };
    let moment = Moment::Detected;
    let set = to_it(Command::Set { moment, when }, from(CHANNEL, "12.34.ab"));
    assert_eq!(meant(&shortcut("detected", CHANNEL), &snapshot), [set]);
    let note = Command::Note {
        text: "5xx > 5% https://e.com".to_owned(),
        link: Some(format!(
            "https://acme.slack.com/archives/{CHANNEL}/p1633014603000100"
        )),
        author: Who::default(),
    };
    let note = to_it(note, from(CHANNEL, "1633014603.000100+note"));
    assert_eq!(meant(&shortcut("note", CHANNEL), &snapshot), [note]);
    // Elsewhere it is asked which incident is meant, and without one there is nothing to ask.
    let asked = meant(&shortcut("detected", "C0ALERTS"), &snapshot);
    let [Meant::Ask(ask)] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!((&ask.incident, &ask.what), (&None, &Asked::Moment(moment)));
    let alert = ask.message.as_ref().map(|message| message.channel.as_str());
    assert_eq!((alert, ask.text.as_str()), (Some("C0ALERTS"), ""));
    assert_eq!(
        meant(&shortcut("note", "C0ALERTS"), &quiet(En)),
        refused(UserError::NoIncident)
    );

    let declared = meant(&shortcut("declare", "C0ALERTS"), &quiet(En));
    let [Meant::Ask(ask), Meant::Progress { .. }] = declared.as_slice() else {
        panic!("{declared:?}");
    };
    assert_eq!(ask.text, "5xx > 5% https://e.com");
    assert_eq!(
        ask.message.as_ref().map(|m| m.ts.as_str()),
        Some("1633014603.000100")
    );
    assert_eq!(meant(&shortcut("elses", CHANNEL), &snapshot), []);
}

#[test]
fn people_at_work_are_noticed_and_bots_are_not() {
    let snapshot = busy(Ja);
    let incident = DoneKey::from(KEY);
    let spoke = vec![Meant::Spoke {
        incident: incident.clone(),
    }];
    assert_eq!(
        meant(&message("message", CHANNEL, "再起動しました"), &snapshot),
        spoke
    );
    // What names us is told twice, and is one command.
    assert_eq!(
        meant(
            &message("message", CHANNEL, "<@U0SSSBOT> level 3"),
            &snapshot
        ),
        spoke
    );
    assert_eq!(
        meant(&message("message", DEV, "再起動しました"), &snapshot),
        []
    );
    let privately = false;
    assert_eq!(
        meant(&message("message", "D0HANAKO", "あの"), &snapshot),
        [Meant::Greet { privately }]
    );
    for by in [
        json!({"user": "U0SSSBOT"}),
        json!({"user": "U9", "bot_id": "B9"}),
    ] {
        let mut said =
            json!({"type": "message", "channel": CHANNEL, "text": "x", "ts": "1633015200.000200"});
        for (key, value) in by.as_object().unwrap() {
            said[key] = value.clone();
        }
        assert_eq!(meant(&event(&said), &snapshot), [], "{said}");
        said["type"] = json!("app_mention");
        assert_eq!(meant(&event(&said), &snapshot), [], "{said}");
    }
    let reaction = |emoji: &str, who: &str| {
        let reaction = event(
            &json!({"type": "reaction_added", "user": who, "reaction": emoji,
            "item": {"type": "message", "channel": CHANNEL, "ts": "1633015200.000200"}}),
        );
        meant(&reaction, &snapshot)
    };
    assert_eq!(reaction("eyes", "U0HANAKO"), spoke);
    let ts = "1633015200.000200".into();
    let message = Spot {
        channel: CHANNEL.into(),
        ts,
    };
    let marked = Meant::Marked { incident, message };
    assert_eq!(
        reaction("memo::skin-tone-2", "U0HANAKO"),
        [spoke[0].clone(), marked]
    );
    assert_eq!(reaction("memo", "U0SSSBOT"), []);
}

#[test]
fn a_pin_marks_too_and_who_marked_may_take_it_back() {
    let mut snapshot = busy(Ja);
    let item = json!({"type": "message", "channel": CHANNEL, "ts": "1633015200.000200",
                      "message": {"ts": "1633015200.000200"}});
    let told = |kind: &str, who: &str| {
        event(
            &json!({"type": kind, "user": who, "reaction": "memo", "channel_id": CHANNEL,
                      "item": item}),
        )
    };
    let message = Spot {
        channel: CHANNEL.into(),
        ts: "1633015200.000200".into(),
    };
    let incident = DoneKey::from(KEY);
    let marked = Meant::Marked {
        incident: incident.clone(),
        message,
    };
    assert_eq!(meant(&told("pin_added", "U0HANAKO"), &snapshot), [marked]);
    // The card, which we pin ourselves.
    assert_eq!(meant(&told("pin_added", "U0SSSBOT"), &snapshot), []);
    assert_eq!(meant(&told("pin_removed", "U0HANAKO"), &snapshot), []);
    let note = DoneKey::new(format!("a:{CHANNEL}:1633015200.000200+marked"));
    let mark = Mark {
        key: note.clone(),
        at: now(),
        who: Who::in_slack("U0HANAKO"),
        via: Via::Slack,
        fact: Fact::Note {
            text: "x".to_owned(),
            link: None,
            author: Who::default(),
        },
    };
    let case = snapshot.cases.get_mut(&incident).unwrap();
    let mut entries = case.entries.clone();
    entries.push(Entry::marked(mark, true));
    *case = Arc::new(Case {
        incident: fold(&entries, &case.rules).unwrap(),
        entries,
        rules: case.rules.clone(),
    });
    let taken_back = Meant::Unmarked { incident, note };
    for kind in ["pin_removed", "reaction_removed"] {
        let said = meant(&told(kind, "U0HANAKO"), &snapshot);
        assert_eq!(said, std::slice::from_ref(&taken_back), "{kind}");
        assert_eq!(meant(&told(kind, "U0TARO"), &snapshot), [], "{kind}");
    }
}

#[test]
fn what_happens_to_channels_is_passed_on() {
    let snapshot = busy(Ja);
    let of = |kind: &str| event(&json!({"type": kind, "channel": CHANNEL, "user": "U0HANAKO"}));
    assert_eq!(meant(&of("channel_archive"), &snapshot), [Meant::Archived]);
    assert_eq!(
        meant(&of("channel_unarchive"), &snapshot),
        [Meant::Unarchived]
    );
    assert_eq!(
        meant(&of("member_joined_channel"), &snapshot),
        [Meant::Joined { inviter: None }]
    );
    let renamed =
        event(&json!({"type": "channel_rename", "channel": {"id": CHANNEL, "name": "b"}}));
    let heard = heard(&renamed, &snapshot).unwrap();
    assert_eq!(
        heard.meant,
        [Meant::Renamed {
            name: "b".to_owned()
        }]
    );
    assert_eq!((heard.who, heard.channel), (None, Some(CHANNEL.into())));
    let home = event(&json!({"type": "app_home_opened", "user": "U0HANAKO", "tab": "home"}));
    assert_eq!(meant(&home, &snapshot), [Meant::Home]);
    let messages =
        event(&json!({"type": "app_home_opened", "user": "U0HANAKO", "tab": "messages"}));
    assert_eq!(meant(&messages, &snapshot), []);
}
