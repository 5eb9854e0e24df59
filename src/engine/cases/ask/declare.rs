//! The dialog that begins an incident.

use super::fields::{DRILL, REAL, choice, field, style, words};
use super::{Ask, Begun};
use crate::engine::cases::Snapshot;
use crate::engine::cases::say::pieces;
use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::id::ServiceId;
use crate::incident::time::clock;
use crate::incident::{Incident, Phase, view};
use crate::playbook::Service;
use crate::slack::form::{Choice, Entry, Field, Input, Modal, Part, Piece};
use crate::slack::inbound::time_of;

/// How many open incidents it lists.
const LISTED: usize = 5;
/// How long the summary of an incident may be, in characters: it stands in the channel's topic.
const SUMMARY: usize = 300;

/// A3: the dialog that begins an incident.
pub(super) fn declare(begun: &Begun, ask: &Ask, snapshot: &Snapshot) -> Modal {
    let rules = &snapshot.rules;
    let lang = rules.lang;
    let say = |saying: Saying| saying.say(lang).to_owned();
    let playbook = &rules.playbook;
    let kind = begun.kind.as_ref().and_then(|kind| rules.kind(kind));
    let mut entries = Vec::new();
    if let Some(kind) = kind {
        let named = format!("{} {}", kind.icon, kind.name.say(lang));
        entries.push(Entry::Part(Part::Line(vec![Piece::Strong(named)])));
    }
    entries.extend(warning(begun.service.as_ref(), snapshot).map(Entry::Part));
    if let Some(time) = ask.message.as_ref().and_then(|spot| time_of(&spot.ts)) {
        let time = clock(time, rules.zone());
        let said = fill(Saying::NoticedThen, lang, &[("time", &time)]);
        entries.push(Entry::Part(Part::Small(vec![Piece::Text(said)])));
    }
    let may = |service: &&Service| {
        kind.is_none_or(|kind| kind.services.is_empty() || kind.services.contains(&service.id))
    };
    let services: Vec<&Service> = playbook.services.iter().filter(may).collect();
    let only = match services.as_slice() {
        [only] => Some(&only.id),
        _ => None,
    };
    let chosen = begun.service.as_ref().or(only);
    let service = Field {
        at_once: true,
        ..field(
            "service",
            &say(Saying::FieldService),
            Input::Menu {
                choices: services.iter().map(|own| service(own, lang)).collect(),
                chosen: chosen.map(ToString::to_string),
                example: say(Saying::ChooseOne),
            },
        )
    };
    let summary: String = ask.text.chars().take(SUMMARY).collect();
    let summary = Field {
        hint: Some(say(Saying::SummaryHint)),
        ..field(
            "summary",
            &say(Saying::FieldSummary),
            words(true, &summary, SUMMARY, &say(Saying::SummaryExample)),
        )
    };
    let feelings = playbook.feelings.iter().map(|feeling| Choice {
        value: feeling.id.to_string(),
        text: format!("{} {}", feeling.icon, feeling.name.say(lang)),
        note: Some(feeling.instruction.say(lang).to_owned()).filter(|note| !note.is_empty()),
    });
    let feelings: Vec<Choice> = feelings.collect();
    let first = feelings.first().map(|first| first.value.clone());
    let feeling = Field {
        hint: Some(say(Saying::FeelingHint)),
        ..field(
            "feeling",
            &say(Saying::FieldFeeling),
            Input::Radio {
                chosen: begun.feeling.as_ref().map(ToString::to_string).or(first),
                choices: feelings,
            },
        )
    };
    let drill = field(
        "drill",
        &say(Saying::DrillOrReal),
        Input::Radio {
            choices: vec![
                choice(REAL, &say(Saying::ForReal)),
                choice(DRILL, &say(Saying::ThisIsADrill)),
            ],
            chosen: Some(if begun.drill { DRILL } else { REAL }.to_owned()),
        },
    );
    entries.push(Entry::Field(service));
    if kind.is_none() {
        let kinds = playbook.types.iter().map(|kind| {
            let named = format!("{} {}", kind.icon, kind.name.say(lang));
            choice(kind.id.as_str(), &named)
        });
        entries.push(Entry::Field(field(
            "kind",
            &say(Saying::FieldKind),
            Input::Radio {
                choices: kinds.collect(),
                chosen: playbook.types.first().map(|first| first.id.to_string()),
            },
        )));
    }
    entries.extend([summary, feeling, drill].map(Entry::Field));
    Modal {
        title: say(Saying::DeclareTitle),
        submit: Some(say(Saying::Declare)),
        tell_of_close: true,
        entries,
        ..Modal::default()
    }
}

/// `shop ショップ`: its name in channels first, since that is what people read all day.
fn service(service: &Service, lang: Lang) -> Choice {
    let (id, name) = (service.id.as_str(), service.name.say(lang));
    let text = if name == id {
        id.to_owned()
    } else {
        format!("{id} ({name})")
    };
    choice(id, &text)
}

/// A3: that there is an incident already: of this service, or of any as long as none is chosen.
fn warning(service: Option<&ServiceId>, snapshot: &Snapshot) -> Option<Part> {
    let lang = snapshot.rules.lang;
    let open = snapshot.cases.values().map(|case| &case.incident);
    let open = open.filter(|incident| incident.phase() < Phase::Resolved);
    let of_it = |incident: &&Incident| service.is_none_or(|id| incident.service.value == *id);
    let mut open: Vec<&Incident> = open.filter(of_it).collect();
    open.sort_by_key(|incident| std::cmp::Reverse(incident.declared));
    if open.is_empty() {
        // Whoever has chosen one sees that it was looked for.
        let none = |id| fill(Saying::NoneOfService, lang, &[("service", id)]);
        let said = none(service?.as_str());
        return Some(Part::Small(vec![Piece::Text(said)]));
    }
    let mut line = vec![Piece::Strong(format!("⚠ {}", Saying::Underway.say(lang)))];
    for incident in open.iter().take(LISTED) {
        line.push(Piece::Text("\n• ".to_owned()));
        let said = view::underway(incident, lang);
        line.extend(pieces(&said, &snapshot.rules, &style(snapshot)));
        if let Some(issue) = &incident.issue {
            line.push(Piece::Text(" ".to_owned()));
            line.push(Piece::Link {
                url: issue.url.clone(),
                text: Saying::TheIssue.say(lang).to_owned(),
            });
        }
    }
    if let Some(more) = open.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let count = more.to_string();
        let said = fill(Saying::UnderwayMore, lang, &[("count", &count)]);
        line.push(Piece::Text(format!("\n{said}")));
    }
    Some(Part::Line(line))
}
