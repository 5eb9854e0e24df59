//! What stands in each dialog.

use jiff::Timestamp;

use super::{Ask, Asked};
use crate::engine::cases::{Case, Snapshot};
use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::incident::error::open_end;
use crate::incident::time::clock;
use crate::incident::view::Act;
use crate::incident::{OpenEnd, Rules};
use crate::slack::form::{Choice, Entry, Field, Input, Modal, Part, Piece};
use crate::slack::inbound::time_of;
use crate::slack::render::Style;

/// What a menu says to take the level back.
pub(super) const NO_LEVEL: &str = "none";
/// What a dialog says for practice, and for real.
pub(super) const DRILL: &str = "drill";
pub(super) const REAL: &str = "real";

pub(super) fn field(name: &str, label: &str, input: Input) -> Field {
    Field {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: None,
        optional: false,
        at_once: false,
        input,
    }
}

pub(super) fn words(long: bool, value: &str, most: usize, example: &str) -> Input {
    Input::Words {
        long,
        value: value.to_owned(),
        most,
        example: example.to_owned(),
    }
}

pub(super) fn choice(value: &str, text: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        note: None,
    }
}

/// How our words are written, by what is known now.
pub(in crate::engine::cases) fn style(snapshot: &Snapshot) -> Style<'_> {
    let url = snapshot.me.as_ref().map(|me| me.url.as_str());
    Style {
        people: &snapshot.people,
        workspace_url: url.filter(|url| !url.is_empty()),
        lang: snapshot.rules.lang,
    }
}

/// Which incident is meant, where the place does not say.
pub(super) fn which(snapshot: &Snapshot) -> Entry {
    let lang = snapshot.rules.lang;
    let mut open: Vec<_> = snapshot.cases.iter().collect();
    open.sort_by_key(|(_, case)| std::cmp::Reverse(case.incident.declared));
    let choices: Vec<Choice> = open
        .iter()
        .map(|(key, case)| Choice {
            value: key.to_string(),
            text: format!("#{}", case.incident.channel.name),
            note: Some(case.incident.summary.value.clone()),
        })
        .collect();
    let only = match choices.as_slice() {
        [only] => Some(only.value.clone()),
        _ => None,
    };
    Entry::Field(field(
        "incident",
        Saying::FieldIncident.say(lang),
        Input::Menu {
            choices,
            chosen: only,
            example: Saying::ChooseOne.say(lang).to_owned(),
        },
    ))
}

/// A dialog about an incident; `None` where it needs to be known and is not.
pub(super) fn sheet(
    what: &Asked,
    ask: &Ask,
    case: Option<&Case>,
    snapshot: &Snapshot,
    shown: Option<Timestamp>,
) -> Option<Modal> {
    let rules = case.map_or(&snapshot.rules, |case| &case.rules);
    let lang = rules.lang;
    let say = |saying: Saying| saying.say(lang).to_owned();
    let (act, entries) = match what {
        Asked::Declare(_) => return None,
        Asked::Level => (Act::SetLevel, vec![Entry::Field(level(case?, lang))]),
        Asked::Moment(moment) => {
            let known = case.and_then(|case| case.incident.times.get(moment));
            let message = ask.message.as_ref().and_then(|spot| time_of(&spot.ts));
            let hint = match (message, known) {
                (Some(time), _) => {
                    let time = clock(time, rules.zone());
                    fill(Saying::WhenMessageHint, lang, &[("time", &time)])
                }
                (None, Some(known)) => {
                    let time = clock(known.value.time, rules.zone());
                    fill(Saying::WhenKnownHint, lang, &[("time", &time)])
                }
                (None, None) => say(Saying::WhenHint),
            };
            let picker = Field {
                hint: Some(hint),
                ..field("at", &say(Saying::FieldWhen), Input::When(shown))
            };
            let said = Field {
                hint: Some(say(Saying::WordsHint)),
                optional: true,
                ..field(
                    "said",
                    &say(Saying::FieldWords),
                    words(false, &ask.text, 0, ""),
                )
            };
            (
                Act::Set(*moment),
                vec![picker, said].into_iter().map(Entry::Field).collect(),
            )
        }
        Asked::Note => {
            let input = words(true, &ask.text, 0, "");
            (
                Act::Note,
                vec![Entry::Field(field("text", &say(Saying::FieldNote), input))],
            )
        }
        Asked::Summary => {
            let now = &case?.incident.summary.value;
            let input = words(true, now, 0, "");
            let text = field("text", &say(Saying::FieldSummary), input);
            (Act::Summarise, vec![Entry::Field(text)])
        }
        Asked::HandOver => {
            let handler = &case?.incident.handler;
            let handler = handler.as_ref().and_then(|led| led.value.slack.clone());
            let person = field("person", &say(Saying::FieldHandler), Input::Person(handler));
            (Act::HandOver, vec![Entry::Field(person)])
        }
        Asked::Call => {
            let people = field(
                "people",
                &say(Saying::FieldPeople),
                Input::People(Vec::new()),
            );
            (Act::Call, vec![Entry::Field(people)])
        }
        Asked::Resolve => (Act::Resolve, end(case?, rules, &[OpenEnd::NotRecovered])),
        Asked::Archive => (Act::Archive, end(case?, rules, &[])),
    };
    let submit = match what {
        Asked::Resolve => say(Saying::Declare),
        Asked::Archive => act.label(rules, lang).into_owned(),
        _ => say(Saying::Record),
    };
    Some(Modal {
        title: title(&act.label(rules, lang)),
        submit: Some(submit),
        entries,
        ..Modal::default()
    })
}

/// A title has no room for an emoji before the words.
fn title(label: &str) -> String {
    let bare = label.trim_start_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() { label } else { bare }.to_owned()
}

fn level(case: &Case, lang: Lang) -> Field {
    let set = case.incident.level.as_ref().map(|level| level.value);
    let levels = case.rules.playbook.levels.iter();
    let mut choices: Vec<Choice> = levels
        .map(|level| Choice {
            value: level.number.to_string(),
            text: format!("{} {}", level.number, level.icon),
            note: Some(level.meaning.say(lang).to_owned()).filter(|note| !note.is_empty()),
        })
        .collect();
    if set.is_some() {
        choices.push(choice(NO_LEVEL, Saying::TakeBack.say(lang)));
    }
    let chosen = set.map(|number| number.to_string());
    field(
        "level",
        Saying::FieldLevel.say(lang),
        Input::Radio { choices, chosen },
    )
}

/// K1: what is still open, and why one would go on all the same. `counts` are the open ends that
/// ask for a reason; all of them where it is empty.
fn end(case: &Case, rules: &Rules, counts: &[OpenEnd]) -> Vec<Entry> {
    let lang = rules.lang;
    let ends = case.incident.open_ends(rules);
    let archives = counts.is_empty();
    let mut said = Vec::new();
    if archives {
        said.push(Saying::ArchiveMeans.say(lang).to_owned());
    }
    // To resolve it is what this dialog is for.
    let shown = ends
        .iter()
        .filter(|end| archives || **end != OpenEnd::NotResolved);
    let open: Vec<String> = shown.map(|end| open_end(end, lang)).collect();
    if open.is_empty() {
        said.push(Saying::NothingOpen.say(lang).to_owned());
    } else {
        let open = open.join(Saying::Between.say(lang));
        said.push(format!(
            "⚠ {}",
            fill(Saying::StillOpen, lang, &[("open", &open)])
        ));
    }
    let label = if open.is_empty() {
        Saying::FieldRemark
    } else {
        Saying::FieldReason
    };
    let needs = ends.iter().any(|end| archives || counts.contains(end));
    let reason = Field {
        hint: Some(Saying::ReasonHint.say(lang).to_owned()),
        optional: !needs,
        ..field("reason", label.say(lang), words(true, "", 0, ""))
    };
    let mut entries: Vec<Entry> = said
        .into_iter()
        .map(|line| Entry::Part(Part::Line(vec![Piece::Text(line)])))
        .collect();
    // It is there always: what is wrong with the dialog is said at it.
    entries.push(Entry::Field(reason));
    entries
}
