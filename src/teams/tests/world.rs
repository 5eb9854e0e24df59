//! Workspaces for tests: everybody and everything by a short name.

use jiff::Timestamp;
use proptest::prelude::ProptestConfig;

use crate::i18n::agree;
use crate::id::{ChannelId, GroupId, SlackUserId};
use crate::teams::{Account, Group, Live, Plan, Problem, Spec, plan};

/// How many worlds a property is tried on, unless `PROPTEST_CASES` asks for another number.
pub(super) fn cases(usual: u32) -> ProptestConfig {
    /// What proptest has where nobody asks.
    const UNASKED: u32 = 256;
    let mut config = ProptestConfig::default();
    if config.cases == UNASKED {
        config.cases = usual;
    }
    config
}

/// A Monday in Japan.
pub(super) fn now() -> Timestamp {
    "2026-11-30T12:00:00+09:00".parse().unwrap()
}

/// The id of somebody by username.
pub(super) fn id(name: &str) -> SlackUserId {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    SlackUserId::from(format!("U01{}", letters.to_uppercase()))
}

/// Somebody who can be called.
pub(super) fn account(name: &str) -> Account {
    Account {
        id: id(name),
        username: name.to_owned(),
        email: Some(format!("{name}@example.com")),
        real_name: format!("{}{} Yamada", name[..1].to_uppercase(), &name[1..]),
        display_name: String::new(),
        is_gone: false,
        is_bot: false,
        is_guest: false,
    }
}

/// An enabled group; its name is its handle in capitals.
pub(super) fn group(handle: &str, members: &[&str]) -> Group {
    Group {
        id: GroupId::from(format!("S{}", handle.to_uppercase().replace('-', ""))),
        handle: handle.to_owned(),
        name: handle.to_uppercase(),
        description: String::new(),
        members: members.iter().map(|name| id(name)).collect(),
        channels: Vec::new(),
        disabled: false,
        elsewhere: false,
        cut: false,
        touched: None,
    }
}

/// A workspace with these groups, ten people and three channels.
pub(super) fn live(groups: &[Group]) -> Live {
    let people = [
        "hanako", "taro", "sora", "rin", "mei", "aoi", "nao", "miki", "ken", "yui",
    ];
    let channels = ["shop", "shop-incident", "dev"];
    Live {
        groups: groups.to_vec(),
        people: people.map(|name| (id(name), account(name))).into(),
        channels: channels
            .map(|name| {
                let id = format!("C{:0>8}", name.to_uppercase().replace('-', ""));
                (name.to_owned(), ChannelId::from(id))
            })
            .into(),
        bound: [].into(),
        github: None,
    }
}

/// Files that hold.
pub(super) fn spec(text: &str) -> Spec {
    Spec::read(&[("userteams.yaml", text)]).unwrap_or_else(|problems| {
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}\n{text}", said.join("\n"))
    })
}

/// What is wrong with one file.
pub(super) fn wrong(text: &str) -> Vec<String> {
    match Spec::read(&[("userteams.yaml", text)]) {
        Ok(_) => Vec::new(),
        Err(problems) => said(&problems),
    }
}

/// Problems as they read, without the file's name; all of them say the same in Japanese.
pub(super) fn said(problems: &[Problem]) -> Vec<String> {
    for problem in problems {
        agree(&problem.at.message);
        agree(&problem.said());
    }
    let said = problems.iter().map(ToString::to_string);
    said.map(|text| text.replace("userteams.yaml, line ", "line "))
        .collect()
}

/// A plan of which nothing stops.
pub(super) fn planned(wanted: &str, applied: Option<&str>, live: &Live) -> Plan {
    tried(wanted, applied, live).unwrap_or_else(|said| panic!("{}", said.join("\n")))
}

/// A plan, or what stops it.
pub(super) fn tried(wanted: &str, applied: Option<&str>, live: &Live) -> Result<Plan, Vec<String>> {
    let applied = applied.map(spec);
    plan(&spec(wanted), applied.as_ref(), live, now(), &[].into())
        .map_err(|problems| said(&problems))
}

/// The workspace after all of a plan.
pub(super) fn done(plan: &Plan, live: &Live) -> Live {
    let mut live = live.clone();
    plan.actions.iter().for_each(|action| live.take(action));
    live
}
