//! Who somebody of the team files is in Slack. Never a guess: what does not say it exactly is
//! nobody, and then it says who was probably meant.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::live::{Account, Live, one_line};
use super::people::as_id;
use super::place::Place;
use super::spec::{Known, Spec};
use crate::i18n::{Words, both};
use crate::id::SlackUserId;
use crate::yaml::kind::shown;
use crate::yaml::meant;

/// How many unknown words are compared with everybody.
const HINTS: u32 = 40;

/// Everybody of a workspace, by what tells them apart.
pub(super) struct Directory<'a> {
    live: &'a Live,
    known: HashMap<&'a str, &'a Known>,
    usernames: HashMap<&'a str, Vec<&'a Account>>,
    emails: HashMap<String, Vec<&'a Account>>,
    in_groups: HashSet<&'a SlackUserId>,
    hints: Cell<u32>,
}

/// Why somebody is nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Nobody {
    /// A sentence.
    pub(super) message: Words,
    /// Where it is wrong, if that is not where the name stands: an entry of `people`.
    pub(super) place: Option<Place>,
}

impl<'a> Directory<'a> {
    pub(super) fn of(spec: &'a Spec, live: &'a Live) -> Self {
        let mut usernames: HashMap<&str, Vec<&Account>> = HashMap::new();
        let mut emails: HashMap<String, Vec<&Account>> = HashMap::new();
        for account in live.people.values() {
            usernames
                .entry(&account.username)
                .or_default()
                .push(account);
            if let Some(email) = &account.email {
                emails
                    .entry(email.to_lowercase())
                    .or_default()
                    .push(account);
            }
        }
        let known = spec
            .people
            .iter()
            .map(|at| (at.value.name.as_str(), &at.value));
        let members = live.groups.iter().flat_map(|group| &group.members);
        Self {
            live,
            known: known.collect(),
            usernames,
            emails,
            in_groups: members.collect(),
            hints: Cell::new(0),
        }
    }

    /// Who is called so: a person of `people`, a Slack id, an e-mail address, a Slack username.
    pub(super) fn who(&self, text: &str) -> Result<SlackUserId, Nobody> {
        let Some(known) = self.known.get(text) else {
            return self.in_slack(text).map_err(|message| Nobody {
                message,
                place: None,
            });
        };
        let in_entry = |at: &super::At<String>| {
            let found = self.in_slack(&at.value);
            let name = shown(&known.name);
            found.map_err(|message| Nobody {
                message: both!("{name}: {message}", "{name}: {message}", message),
                place: Some(at.place.clone()),
            })
        };
        match (&known.slack, &known.email) {
            (Some(slack), Some(email)) => {
                let found = in_entry(slack)?;
                // An address that Slack does not show is no contradiction; another person's is.
                match self.by_email(&email.value) {
                    Ok(other) if other != found => {
                        let name = shown(&known.name);
                        let (slack, found) = (shown(&slack.value), self.live.name(&found));
                        let (address, other) = (shown(&email.value), self.live.name(&other));
                        Err(Nobody {
                            message: both!(
                                "{name}: `{slack}` は {found}、`{address}` は {other} です。どちらですか",
                                "{name}: `{slack}` is {found}, and `{address}` is {other}; which of them?"
                            ),
                            place: Some(email.place.clone()),
                        })
                    }
                    _ => Ok(found),
                }
            }
            (Some(at), None) | (None, Some(at)) => in_entry(at),
            (None, None) => self.in_slack(text).map_err(|message| Nobody {
                message,
                place: None,
            }),
        }
    }

    fn in_slack(&self, text: &str) -> Result<SlackUserId, Words> {
        if let Some(id) = as_id(text) {
            let there = self.live.people.contains_key(&id) || self.in_groups.contains(&id);
            return there.then_some(id).ok_or_else(|| {
                let text = shown(text);
                both!(
                    "ID が `{text}` の人は Slack にいません",
                    "nobody in Slack has the id `{text}`"
                )
            });
        }
        if text.contains('@') {
            return self.by_email(text);
        }
        match self.usernames.get(text).map(Vec::as_slice) {
            Some([one]) => Ok(one.id.clone()),
            Some(several) => {
                let (text, count) = (shown(text), several.len());
                Err(both!(
                    "`{text}` というユーザー名の人が {count} 人います。Slack の ID を書いてください",
                    "`{text}` is the username of {count} people; give the Slack id"
                ))
            }
            None => Err(self.nobody(text)),
        }
    }

    /// Somebody who has this username.
    pub(super) fn by_username(&self, username: &str) -> Option<&'a Account> {
        self.usernames.get(username)?.first().copied()
    }

    fn by_email(&self, text: &str) -> Result<SlackUserId, Words> {
        match self.emails.get(&text.to_lowercase()).map(Vec::as_slice) {
            Some([one]) => Ok(one.id.clone()),
            Some(several) => {
                let (text, count) = (shown(text), several.len());
                Err(both!(
                    "`{text}` というメールアドレスの人が {count} 人います。Slack の ID を書いてください",
                    "`{text}` is the e-mail address of {count} people; give the Slack id"
                ))
            }
            None => Err(self.nobody(text)),
        }
    }

    /// Nobody is called so; who may be meant?
    fn nobody(&self, text: &str) -> Words {
        self.hints.set(self.hints.get() + 1);
        let said = shown(text);
        let said = both!(
            "Slack に `{said}` という人はいません",
            "nobody in Slack is called `{said}`"
        );
        if self.hints.get() > HINTS {
            return said;
        }
        match self.probably(text) {
            Some(meant) => both!(
                "{said}。{meant}ではありませんか",
                "{said}; did you mean {meant}?",
                said,
                meant
            ),
            None => said,
        }
    }

    /// What people call themselves helps here, and only here.
    fn probably(&self, text: &str) -> Option<Words> {
        let here = || self.live.people.values().filter(|who| !who.is_gone);
        let said = |who: &Account| {
            let name = self.live.name(&who.id);
            let username = one_line(&who.username);
            both!("`{username}`（{name}）", "`{username}` ({name})")
        };
        let plain = plain(text);
        let called =
            |who: &Account| [&who.real_name, &who.display_name].map(|name| self::plain(name));
        let whole: Vec<&Account> = here().filter(|who| called(who).contains(&plain)).collect();
        if !whole.is_empty() {
            let names: Vec<Words> = whole.iter().take(3).map(|who| said(who)).collect();
            return Some(any_of(&names));
        }
        if text.contains('@') {
            let emails: Vec<&str> = here().filter_map(|who| who.email.as_deref()).collect();
            let email = meant(text, &emails);
            return email.map(|email| just(one_line(email)));
        }
        let known: Vec<&str> = self.known.keys().copied().collect();
        let usernames: Vec<&str> = here().map(|who| who.username.as_str()).collect();
        if let Some(key) = meant(text, &known) {
            return Some(just(one_line(key)));
        }
        if let Some(username) = meant(text, &usernames) {
            let who = self.usernames.get(username).and_then(|all| all.first());
            return who.map(|who| said(who));
        }
        let parts = |who: &Account| {
            let names = called(who);
            names
                .iter()
                .any(|name| name.split(' ').any(|part| part == plain))
        };
        let some: Vec<&Account> = here().filter(|who| parts(who)).take(3).collect();
        let names: Vec<Words> = some.iter().map(|who| said(who)).collect();
        (!names.is_empty()).then(|| any_of(&names))
    }

    /// How to name somebody in the files so that nobody else can be meant: what `people` calls them,
    /// else the username, else the id.
    pub(super) fn call(&self, id: &SlackUserId) -> String {
        // As it stands in a file, without what a reader takes off.
        let whole = |name: &str| {
            !name.is_empty()
                && name == name.trim().trim_start_matches('@')
                && name.chars().count() <= 80
                && !name.contains(char::is_control)
        };
        let is = |name: &str| whole(name) && self.who(name).is_ok_and(|found| found == *id);
        let mut known: Vec<&str> = self.known.keys().copied().collect();
        known.sort_unstable();
        if let Some(key) = known.into_iter().find(|key| {
            let own = self.known.get(key);
            own.is_some_and(|own| own.slack.is_some() || own.email.is_some()) && is(key)
        }) {
            return key.to_owned();
        }
        match self.live.people.get(id) {
            Some(account) if is(&account.username) => account.username.clone(),
            _ => id.to_string(),
        }
    }
}

/// A name alone.
fn just(name: String) -> Words {
    both!("`{name}` ", "`{name}`")
}

/// Any one of these.
fn any_of(names: &[Words]) -> Words {
    let ja: Vec<&str> = names.iter().map(|name| name.ja.as_str()).collect();
    let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
    Words::new(ja.join("か "), en.join(" or "))
}

/// One form for all the ways to write a name.
fn plain(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).take(200).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
