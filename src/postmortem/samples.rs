//! An incident for the tests of this room: declared, led, recovered, with hostile words in it.

use crate::i18n::Lang;
use crate::incident::entry::native_key;
use crate::incident::{
    Declaration, Entry, Fact, Incident, Mark, Moment, Opened, Rules, Via, What, Who, fold,
};
use crate::playbook::Playbook;

pub(super) fn rules(lang: Lang) -> Rules {
    let playbook = Playbook {
        time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(9)),
        ..Playbook::default()
    };
    Rules::new(playbook.into(), lang)
}

pub(super) fn time(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

pub(super) fn entry(key: &str, at: &str, who: &str, fact: Fact) -> Entry {
    let mark = Mark {
        key: key.into(),
        at: time(at),
        who: Who::on_github(who),
        via: Via::Slack,
        fact,
    };
    Entry::marked(mark, true)
}

pub(super) fn moment(moment: Moment, at: &str) -> Fact {
    Fact::Moment {
        moment,
        time: Some(time(at)),
        link: Some("https://acme.slack.com/archives/C1/p1632982301039800".to_owned()),
        was: None,
    }
}

pub(super) fn entries() -> Vec<Entry> {
    let repo = "acme/postmortem".into();
    let opened = What::Opened(Opened {
        repo: "acme/postmortem".into(),
        number: 886,
        url: "https://github.example/acme/postmortem/issues/886".to_owned(),
        title: "#sss-20210930i".to_owned(),
        body: String::new(),
        ours: true,
    });
    let at = time("2021-09-30T06:12:42Z");
    let declared = Declaration {
        level: Some(2),
        channel: Some("sss-20210930i".to_owned()),
        ..Declaration::new(
            "sss",
            "No page opens | <b>at all</b>\n@everyone look\n\n# not a heading",
        )
    };
    let note = Fact::Note {
        text: "**deployed** v12 | `rm -rf`, see https://ci.example/12?a=1&b=2".to_owned(),
        link: Some("https://acme.slack.com/archives/C1/p1632983000000100".to_owned()),
        author: Who::default(),
    };
    vec![
        Entry {
            key: native_key(&repo, 886, &opened, at),
            at,
            who: Who::default(),
            via: Via::Sssbot,
            recorded: true,
            what: opened,
        },
        entry(
            "a:1",
            "2021-09-30T06:12:41Z",
            "hiboma",
            Fact::Declared(declared),
        ),
        entry(
            "a:2",
            "2021-09-30T06:12:50Z",
            "hiboma",
            Fact::Channel {
                id: "C1".into(),
                name: "sss-20210930i".to_owned(),
            },
        ),
        entry(
            "a:3",
            "2021-09-30T06:15:00Z",
            "ana",
            moment(Moment::Detected, "2021-09-30T06:11:41Z"),
        ),
        entry(
            "a:4",
            "2021-09-30T06:16:00Z",
            "ana",
            Fact::Handler {
                handler: Some(Who::on_github("ana")),
            },
        ),
        entry(
            "cc:77:0",
            "2021-09-30T06:20:00Z",
            "taro",
            Fact::Level { level: Some(3) },
        ),
        entry("a:6", "2021-09-30T06:23:20Z", "taro", note),
        entry(
            "a:7",
            "2021-09-30T06:50:00Z",
            "ana",
            moment(Moment::Recovered, "2021-09-30T06:48:32Z"),
        ),
    ]
}

pub(super) fn incident(rules: &Rules) -> Incident {
    fold(&entries(), rules).unwrap()
}
