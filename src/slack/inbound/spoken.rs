//! What people type, out of the form in which Slack sends it: mentions, links, escaped signs.

use jiff::Timestamp;
use serde_json::Value;

use crate::id::{ChannelId, MessageTs, SlackUserId};

/// A part of a message's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Words, as they were typed.
    Text(String),
    /// Somebody is named.
    Person(SlackUserId),
    /// A channel is named; the name is there where Slack gives it.
    Channel(ChannelId, Option<String>),
    /// A user group is named, by id.
    Group(String),
    /// `channel`, `here` or `everyone` is called.
    Everybody(String),
    /// A link.
    Link(String),
}

/// Where the page of a message leads: `https://acme.slack.com/archives/C123/p1634721688039800`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permalink {
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub ts: MessageTs,
}

impl Permalink {
    /// Reads an address; the host is not looked at beyond its being Slack's or the given one, such
    /// as `http://127.0.0.1:4001/` of `auth.test`.
    pub fn read(url: &str, workspace_url: Option<&str>) -> Option<Self> {
        let parsed = url::Url::parse(url.trim()).ok()?;
        let host = parsed.host_str()?;
        let slack = parsed.scheme() == "https" && host.ends_with(".slack.com");
        let ours = workspace_url
            .and_then(|url| url::Url::parse(url).ok())
            .is_some_and(|own| own.origin() == parsed.origin());
        if !(slack || ours) {
            return None;
        }
        let mut parts = parsed.path_segments()?;
        let (archives, channel, message) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = message.strip_prefix('p')?;
        let split = digits.len().checked_sub(6).filter(|at| *at > 0)?;
        if archives != "archives" || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let ts = format!("{}.{}", &digits[..split], &digits[split..]);
        Some(Self {
            channel: super::channel(&Value::from(channel))?,
            ts: super::ts(&Value::from(ts))?,
        })
    }
}

/// The time that a message's `ts` is, to the microsecond; `None` when it is no time.
pub fn time_of(ts: &MessageTs) -> Option<Timestamp> {
    let (seconds, micros) = ts.as_str().split_once('.')?;
    if micros.len() > 6 || !micros.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros: i64 = format!("{micros:0<6}").parse().ok()?;
    let seconds: i64 = seconds.parse().ok()?;
    Timestamp::from_microsecond(seconds.checked_mul(1_000_000)?.checked_add(micros)?).ok()
}

/// Takes a text apart. What only looks like one of Slack's tokens is text.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut typed = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        let token = from[1..]
            .find(['>', '<'])
            .filter(|end| from[1 + end..].starts_with('>'));
        let word = token.and_then(|end| word(&from[1..=end]));
        typed.push_str(before);
        let Some((word, end)) = word.zip(token) else {
            typed.push('<');
            rest = &from[1..];
            continue;
        };
        if !typed.is_empty() {
            words.push(Word::Text(unescape(&std::mem::take(&mut typed))));
        }
        words.push(word);
        rest = &from[end + 2..];
    }
    typed.push_str(rest);
    if !typed.is_empty() {
        words.push(Word::Text(unescape(&typed)));
    }
    words
}

/// The words in one line of plain text, for a command to be read from: without the bot's own name,
/// links as their addresses, people as `<@U123>`, channels as `#name`.
pub fn plain(words: &[Word], us: &SlackUserId) -> String {
    let mut line = String::new();
    for word in words {
        match word {
            Word::Person(who) if who == us => line.push(' '),
            Word::Text(text) => line.push_str(text),
            Word::Person(who) => line.push_str(&format!("<@{who}>")),
            Word::Channel(id, name) => {
                line.push('#');
                line.push_str(name.as_deref().unwrap_or(id.as_str()));
            }
            Word::Group(id) => line.push_str(&format!("<!subteam^{id}>")),
            Word::Everybody(name) => line.push_str(&format!("@{name}")),
            Word::Link(url) => line.push_str(url),
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn word(token: &str) -> Option<Word> {
    let (what, label) = match token.split_once('|') {
        Some((what, label)) => (what, Some(unescape(label))),
        None => (token, None),
    };
    let given = |rest: &str| Value::from(rest);
    if let Some(rest) = what.strip_prefix('@') {
        return super::user(&given(rest)).map(Word::Person);
    }
    if let Some(rest) = what.strip_prefix('#') {
        let name = label.filter(|name| !name.is_empty());
        return super::channel(&given(rest)).map(|id| Word::Channel(id, name));
    }
    if let Some(rest) = what.strip_prefix('!') {
        if let Some(group) = rest.strip_prefix("subteam^") {
            return super::id(&given(group), &['S']).map(Word::Group);
        }
        let loud = matches!(rest, "channel" | "here" | "everyone");
        // A date, or what Slack may invent, shows its label.
        return if loud {
            Some(Word::Everybody(rest.to_owned()))
        } else {
            label.map(Word::Text)
        };
    }
    let link = ["http://", "https://", "mailto:"];
    link.iter()
        .any(|scheme| what.starts_with(scheme))
        .then(|| Word::Link(unescape(what)))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let text = |text: &str| Word::Text(text.to_owned());
        for (from, wanted) in [
            ("", vec![]),
            ("a &lt;@U1&gt; &amp;lt;", vec![text("a <@U1> &lt;")]),
            (
                "<@U0BOT> 検知 <https://e.com/?a=1&amp;b=2|e.com>",
                vec![
                    Word::Person("U0BOT".into()),
                    text(" 検知 "),
                    Word::Link("https://e.com/?a=1&b=2".to_owned()),
                ],
            ),
            (
                "<#C1|sss-20200703i><#C2|><!subteam^S1|@a><!here>",
                vec![
                    Word::Channel("C1".into(), Some("sss-20200703i".to_owned())),
                    Word::Channel("C2".into(), None),
                    Word::Group("S1".to_owned()),
                    Word::Everybody("here".to_owned()),
                ],
            ),
            ("<!date^1^{date}|May 1>", vec![text("May 1")]),
            (
                "1 < 2 <b> <javascript:x>",
                vec![text("1 < 2 <b> <javascript:x>")],
            ),
            ("<@u1> <@U1/..> <", vec![text("<@u1> <@U1/..> <")]),
        ] {
            assert_eq!(words(from), wanted, "{from}");
        }
    }

    #[test]
    fn a_command_is_read_without_the_name_that_calls_it() {
        let us = SlackUserId::from("U0BOT");
        for (from, wanted) in [
            ("<@U0BOT>", ""),
            ("<@U0BOT> level\n 3", "level 3"),
            (
                "hey <@U0BOT> handler <@U1> in <#C1|a>",
                "hey handler <@U1> in #a",
            ),
        ] {
            assert_eq!(plain(&words(from), &us), wanted);
        }
    }

    #[test]
    fn a_permalink_is_a_message_and_its_time() {
        let link = "https://acme.slack.com/archives/C024BE91L/p1634721688039800?thread_ts=1.2";
        let found = Permalink::read(link, None).unwrap();
        assert_eq!(found.channel, "C024BE91L".into());
        assert_eq!(found.ts, "1634721688.039800".into());
        let time = time_of(&found.ts).unwrap();
        assert_eq!(time.to_string(), "2021-10-20T09:21:28.0398Z");
        let ours = "http://127.0.0.1:4001/archives/C1/p1634721688039800";
        assert!(Permalink::read(ours, Some("http://127.0.0.1:4001/")).is_some());
        for wrong in [
            ours,
            "https://slack.com.evil.example/archives/C1/p1634721688039800",
            "https://acme.slack.com/archives/C1",
            "https://acme.slack.com/archives/C1/p12",
            "https://acme.slack.com/archives/..%2fx/p1634721688039800",
            "https://acme.slack.com/files/C1/p1634721688039800",
            "no",
        ] {
            assert_eq!(Permalink::read(wrong, None), None, "{wrong}");
        }
        for wrong in ["", "1", "a.1", "1.1234567", "99999999999999999999.1", "1.a"] {
            assert_eq!(time_of(&wrong.into()), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_borne_and_nothing_is_lost_of_what_is_only_text(
            text in "[a<>@!#|^&;. ]{0,40}|\\PC{0,40}",
        ) {
            let words = words(&text);
            if !text.contains(['<', '&']) && !text.is_empty() {
                prop_assert_eq!(words, vec![Word::Text(text)]);
            }
        }
    }
}
