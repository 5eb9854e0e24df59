//! What Slack has otherwise, in words; and how names stand in a line.

use jiff::Timestamp;

use crate::i18n::Lang;
use crate::i18n::teams::{Teams, fill};
use crate::id::{ChannelId, Login, SlackUserId};
use crate::teams::drift::{Difference, Drift, Side};
use crate::teams::live::one_line;

/// How many names stand in one line.
const NAMES: usize = 12;

impl Drift {
    /// One line: which team, what Slack has otherwise, and by whom if that is known. `called` says
    /// what people are called; [`Live::name`](crate::teams::Live::name) does.
    pub fn say(&self, lang: Lang, called: impl Fn(&SlackUserId) -> String) -> String {
        let differences = self.differences.iter();
        let what: Vec<String> = differences.map(|it| it.say(lang, &called)).collect();
        let what = what.join(Teams::Between.say(lang));
        let what = match &self.side {
            Side::Slack(_) => what,
            Side::GitHub(slug) => {
                let with = [("github", slug.as_str()), ("what", &what)];
                fill(Teams::DriftOnGitHub, lang, &with)
            }
        };
        match &self.touched {
            Some((who, when)) => fill(
                Teams::DriftBy,
                lang,
                &[
                    ("team", &one_line(&self.team)),
                    ("what", &what),
                    ("who", &called(who)),
                    ("when", &self.time(*when)),
                ],
            ),
            None => fill(
                Teams::DriftOf,
                lang,
                &[("team", &one_line(&self.team)), ("what", &what)],
            ),
        }
    }
}

impl Drift {
    fn time(&self, when: Timestamp) -> String {
        let when = when.to_zoned(self.zone.clone());
        when.strftime("%Y-%m-%d %H:%M").to_string()
    }
}

impl Difference {
    fn say(&self, lang: Lang, called: &impl Fn(&SlackUserId) -> String) -> String {
        let people = |who: &[SlackUserId]| {
            let names: Vec<String> = who.iter().map(called).collect();
            listed(&names, lang)
        };
        let both = |saying, files: &str, slack: &str| {
            let (files, slack) = (shown(files, lang), shown(slack, lang));
            fill(saying, lang, &[("files", &files), ("slack", &slack)])
        };
        match self {
            Self::Disabled => Teams::DriftDisabled.say(lang).to_owned(),
            Self::Extra(who) => fill(Teams::DriftExtra, lang, &[("people", &people(who))]),
            Self::Missing(who) => fill(Teams::DriftMissing, lang, &[("people", &people(who))]),
            Self::Name { files, slack } => both(Teams::DriftName, files, slack),
            Self::Handle { files, slack } => both(Teams::DriftHandle, files, slack),
            Self::Description { files, slack } => both(Teams::DriftDescription, files, slack),
            Self::Channels { files, slack } => {
                both(Teams::DriftChannels, &ids(files, lang), &ids(slack, lang))
            }
            Self::ExtraOnGitHub(who) => {
                fill(Teams::DriftExtra, lang, &[("people", &logins(who, lang))])
            }
            Self::MissingOnGitHub(who) => {
                fill(Teams::DriftMissing, lang, &[("people", &logins(who, lang))])
            }
        }
    }
}

pub(super) fn shown(text: &str, lang: Lang) -> String {
    match text.trim().is_empty() {
        true => Teams::Empty.say(lang).to_owned(),
        false => one_line(text),
    }
}

pub(super) fn ids(channels: &[ChannelId], lang: Lang) -> String {
    let names: Vec<String> = channels.iter().map(ToString::to_string).collect();
    listed(&names, lang)
}

/// `@hanako-dev, @sora`
pub(super) fn logins(who: &[Login], lang: Lang) -> String {
    let names: Vec<String> = who.iter().map(|login| format!("@{login}")).collect();
    listed(&names, lang)
}

/// Names, and how many more there are.
pub(super) fn listed(names: &[String], lang: Lang) -> String {
    let between = Teams::Between.say(lang);
    if names.is_empty() {
        return Teams::Nobody.say(lang).to_owned();
    }
    let shown = names.len().min(NAMES);
    let mut listed = names[..shown].join(between);
    if names.len() > shown {
        let more = (names.len() - shown).to_string();
        listed += between;
        listed += &fill(Teams::AndMorePeople, lang, &[("count", &more)]);
    }
    listed
}
