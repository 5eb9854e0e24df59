//! What stands behind the word of a command.

use jiff::Timestamp;

use super::Heard;
use super::words::Word;
use crate::incident::command::Command;
use crate::incident::error::UserError;
use crate::incident::fact::Moment;
use crate::incident::interpret::levels;
use crate::incident::rules::Rules;
use crate::incident::time;
use crate::incident::who::Who;
use crate::incident::wording::{plain, shortened};
use crate::playbook::Verb;

/// Names a person or a group as the place does where a command is typed.
pub(super) type ReadPerson = fn(&str) -> Option<Named>;

/// A person or a group that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Person(Who),
    Group(String),
}

const ME: &[&str] = &["me", "i", "わたし", "私", "自分", "わたしです", "私です"];
const NOBODY: &[&str] = &["none", "nobody", "なし", "いない", "降ります", "clear"];
const TAKE_BACK: &[&str] = &[
    "none",
    "withdraw",
    "cancel",
    "undo",
    "取り消し",
    "取消",
    "取り消す",
    "なし",
    "clear",
];

/// The command that a word and what stands behind it make.
pub(super) fn command(
    word: Word,
    said: &str,
    rest: &str,
    person: ReadPerson,
    rules: &Rules,
    now: Timestamp,
) -> Heard {
    let incomplete = |verb| Err(UserError::Incomplete { verb });
    let text = |verb, make: fn(String) -> Command| match rest {
        "" => incomplete(verb),
        _ => Ok(make(rest.to_owned())),
    };
    let reason = || (!rest.is_empty()).then(|| rest.to_owned());
    let result = match word {
        Word::Help => return Heard::Help,
        Word::Team => return team(rest),
        Word::Start => {
            let whole = format!("{said} {rest}");
            return start(&whole, rules);
        }
        Word::HandlerMe => Ok(Command::TakeHandler),
        Word::Handler => handler(rest, person),
        Word::Level => level(rest, rules),
        Word::Feeling => text(Verb::Feeling, Command::SetFeeling),
        Word::Detected => moment(Moment::Detected, rest, rules, now),
        Word::Responded => moment(Moment::Responded, rest, rules, now),
        Word::Recovered => moment(Moment::Recovered, rest, rules, now),
        Word::Tick => text(Verb::Check, Command::Tick),
        Word::Untick => text(Verb::Check, Command::Untick),
        Word::Note if rest.is_empty() => incomplete(Verb::Note),
        Word::Note => Ok(Command::Note {
            text: rest.to_owned(),
            link: rest
                .split_whitespace()
                .find_map(time::permalink)
                .and_then(|when| when.link().map(str::to_owned)),
            author: Who::default(),
        }),
        Word::Summary => text(Verb::Summary, Command::Summarise),
        Word::Call => call(rest, person),
        Word::Announce => text(Verb::Call, Command::Announce),
        Word::Postmortem => Ok(Command::Postmortem),
        Word::Resolve => Ok(Command::Resolve { reason: reason() }),
        Word::Reopen => Ok(Command::Reopen),
        Word::Archive => Ok(Command::Archive { reason: reason() }),
    };
    result.map_or_else(Heard::Error, Heard::Command)
}

/// The team that somebody asks about: `shop-first`, or `<!subteam^S123|@shop-first>`.
fn team(said: &str) -> Heard {
    let said = said.trim().trim_end_matches(['?', '？', '。']).trim_end();
    let id = said
        .strip_prefix("<!subteam^")
        .and_then(|it| it.strip_suffix('>'));
    let id = id.and_then(|it| it.split('|').next());
    let called = id.unwrap_or_else(|| said.trim_start_matches('@'));
    let called = (!called.is_empty()).then(|| shortened(called, 80));
    Heard::Team { called }
}

/// How people ask in Japanese who is in a team, behind its name.
const WHO_IS_IN: [&str; 6] = [
    "には誰がいますか",
    "には誰がいる",
    "は誰ですか",
    "は誰",
    "のメンバーは",
    "のメンバー",
];

/// `shop-first は誰?`: a question in which the team comes first.
pub(super) fn team_asked(said: &str) -> Option<Heard> {
    let bare = said.trim().trim_end_matches(['?', '？', '。']).trim_end();
    let mut asked = WHO_IS_IN.iter().filter_map(|tail| bare.strip_suffix(tail));
    let called = asked.next()?.trim();
    (!called.is_empty() && !called.contains(char::is_whitespace)).then(|| team(called))
}

fn start(said: &str, rules: &Rules) -> Heard {
    let said = plain(said);
    // The longest name: a security incident is no incident of another type.
    let names = rules.playbook.types.iter().flat_map(|kind| {
        let names = kind.name.each().chain([kind.id.as_str()]);
        names.map(move |name| (plain(name), kind))
    });
    let named = names
        .filter(|(name, _)| said.contains(name.as_str()))
        .max_by_key(|(name, _)| name.chars().count())
        .map(|(_, kind)| kind);
    Heard::Start {
        kind: named.map(|kind| kind.id.clone()),
    }
}

fn handler(rest: &str, person: ReadPerson) -> Result<Command, UserError> {
    let bare = rest.trim_end_matches(['。', '.', '!']);
    let bare = bare.strip_suffix("です").unwrap_or(bare).trim();
    let said = plain(bare);
    if said.is_empty() {
        return Err(UserError::Incomplete {
            verb: Verb::Handler,
        });
    }
    if ME.contains(&said.as_str()) {
        return Ok(Command::TakeHandler);
    }
    if NOBODY.contains(&said.as_str()) {
        return Ok(Command::LayDownHandler);
    }
    match person(bare) {
        Some(Named::Person(who)) => Ok(Command::HandOver(who)),
        _ => Err(unknown_person(bare)),
    }
}

fn level(rest: &str, rules: &Rules) -> Result<Command, UserError> {
    let said = plain(rest);
    if said.is_empty() {
        return Err(UserError::Incomplete { verb: Verb::Level });
    }
    if TAKE_BACK.contains(&said.as_str()) {
        return Ok(Command::SetLevel(None));
    }
    let digits = said
        .trim_start_matches("level")
        .trim_start_matches("レベル")
        .trim();
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let (number, after) = digits.split_at(end);
    let after = after.trim();
    let polite = ["", "です", "にします", "でお願いします", "."].contains(&after);
    let marks = after.chars().all(|c| !c.is_alphanumeric());
    match number.parse::<u8>() {
        Ok(number) if polite || marks => Ok(Command::SetLevel(Some(number))),
        _ => Err(UserError::Level {
            said: shortened(rest, 40),
            known: levels(rules),
        }),
    }
}

fn moment(moment: Moment, rest: &str, rules: &Rules, now: Timestamp) -> Result<Command, UserError> {
    if TAKE_BACK.contains(&plain(rest).as_str()) {
        return Ok(Command::Withdraw(moment));
    }
    let bare = rest.strip_prefix("at ").unwrap_or(rest);
    let bare = [
        "に復旧しました",
        "に復旧",
        "に検知しました",
        "に検知",
        "です",
        "に",
    ]
    .into_iter()
    .find_map(|tail| bare.strip_suffix(tail))
    .unwrap_or(bare);
    let when = time::read(bare, rules.zone(), now)?;
    Ok(Command::Set { moment, when })
}

/// For how long somebody may be called, as people say it.
const UNTIL: [&str; 5] = [
    "until it is resolved",
    "until resolved",
    "解決するまで",
    "解決まで",
    "収束するまで",
];

/// What stands around the names in a sentence that calls somebody.
const AROUND: [&str; 16] = [
    "してください",
    "ください",
    "お願いします",
    "呼んで",
    "呼ぶ",
    "招待",
    "加えて",
    "さん",
    "を",
    "please",
    "invite",
    "call",
    "page",
    "add",
    "。",
    ".",
];

/// `解決するまで @rin を呼んで`: said in the order of a sentence, where the word of the command does not
/// come first. `None` where something else is said, too.
pub(super) fn call_until(said: &str, person: ReadPerson) -> Option<Command> {
    let lower = said.to_ascii_lowercase();
    let until = UNTIL.iter().find(|until| lower.contains(**until))?;
    let mut names = String::new();
    // Ids are in capitals, so only what is beside them is looked at in small letters.
    for part in said.split_inclusive('>') {
        let (around, name) = part.split_at(part.find('<').unwrap_or(part.len()));
        let mut around = around.to_ascii_lowercase().replace(until, " ");
        for word in AROUND {
            around = around.replace(word, " ");
        }
        names += &format!("{around} {name} ");
    }
    match call(&format!("{} {until}", names.trim()), person) {
        Ok(command @ Command::Call { .. }) => Some(command),
        _ => None,
    }
}

fn call(rest: &str, person: ReadPerson) -> Result<Command, UserError> {
    let mut rest = rest.trim();
    let mut until_resolved = false;
    for until in UNTIL {
        let bare = rest.strip_prefix(until).or(rest.strip_suffix(until));
        if let Some(bare) = bare {
            (rest, until_resolved) = (bare.trim(), true);
            break;
        }
    }
    let (mut people, mut groups) = (Vec::new(), Vec::new());
    let names = rest.split([' ', '　', ',', '、', '\n']).map(str::trim);
    for name in names.filter(|name| !name.is_empty()) {
        match person(name) {
            Some(Named::Person(who)) => people.push(who),
            Some(Named::Group(group)) => groups.push(group),
            None => return Err(unknown_person(name)),
        }
    }
    if people.is_empty() && groups.is_empty() {
        return Err(UserError::Incomplete { verb: Verb::Call });
    }
    Ok(Command::Call {
        people,
        groups,
        until_resolved,
    })
}

fn unknown_person(said: &str) -> UserError {
    UserError::Person {
        said: shortened(said, 40),
    }
}
