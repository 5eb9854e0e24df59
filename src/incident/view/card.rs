//! The card, the one message that always shows how things stand, and the channel's topic.

use super::issue::moment_field;
use super::{Act, Bit, Check, Line, Said, Tone, line, text, who};
use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::id::FeelingId;
use crate::incident::fact::Moment;
use crate::incident::rules::Rules;
use crate::incident::state::{Incident, Phase};
use crate::incident::wording::shortened;

/// The longest topic that Slack takes, in characters.
const LONGEST_TOPIC: usize = 250;

/// The topic: one sentence, the level, the handler, the issue. Plain, as Slack wants it; people in
/// it are named, not called.
pub fn topic(incident: &Incident, rules: &Rules, lang: Lang) -> String {
    let mut parts = brief(incident, rules, lang);
    if let Some(issue) = &incident.issue {
        parts.push(issue.url.clone());
    }
    let fixed = parts.join(" | ");
    let left = LONGEST_TOPIC.saturating_sub(fixed.chars().count() + 3);
    let summary: Vec<&str> = incident.summary.value.split_whitespace().collect();
    let summary = shortened(&summary.join(" "), left.min(120));
    if summary.is_empty() || left < 10 {
        return shortened(&fixed, LONGEST_TOPIC);
    }
    format!("{summary} | {fixed}")
}

/// How it stands, in a few words each: a drill, the state, the level, who leads.
pub fn brief(incident: &Incident, rules: &Rules, lang: Lang) -> Vec<String> {
    let mut parts = Vec::new();
    if incident.drill {
        parts.push(Saying::ThisIsADrill.say(lang).to_owned());
    }
    parts.push(phase(incident.phase()).say(lang).to_owned());
    if let Some(level) = &incident.level {
        let icon = rules
            .level(level.value)
            .map_or("", |level| level.icon.as_str());
        let number = level.value.to_string();
        let said = fill(
            Saying::TopicLevel,
            lang,
            &[("level", &number), ("icon", icon)],
        );
        parts.push(said.trim().to_owned());
    }
    if let Some(handler) = &incident.handler {
        let handler = handler.value.called();
        parts.push(fill(Saying::TopicHandler, lang, &[("handler", handler)]));
    }
    parts
}

/// The card.
pub fn card(incident: &Incident, rules: &Rules, lang: Lang) -> Said {
    let phase = incident.phase();
    let mut fields = overview(incident, rules, lang);
    fields.push((
        Saying::FieldState.say(lang),
        text(self::phase(phase).say(lang)),
    ));
    if let Some(level) = &incident.level {
        fields.push((
            Saying::FieldLevel.say(lang),
            self::level(level.value, rules),
        ));
    }
    let handler = match &incident.handler {
        Some(handler) => who(&handler.value),
        None => text(Saying::NotDecided.say(lang)),
    };
    fields.push((Saying::FieldHandler.say(lang), handler));
    fields.extend(times(incident, lang));
    let list = incident.checklist(rules);
    let checks: Vec<Check> = list
        .iter()
        .map(|(item, done)| Check {
            item: item.id.clone(),
            text: item.text.say(lang).to_owned(),
            done: *done,
        })
        .collect();
    if !checks.is_empty() {
        let done = checks.iter().filter(|check| check.done).count();
        let progress = format!("{done}/{}", checks.len());
        fields.push((Saying::Checklist.say(lang), text(progress)));
    }
    fields.extend(super::after::fields(incident, rules, lang));
    let mut lines = Vec::new();
    if incident.is_provisional() {
        lines.push(line(Saying::Provisional, lang, &[]));
    } else if !incident.waiting.is_empty() {
        let count = text(incident.waiting.len().to_string());
        lines.push(line(Saying::Waiting, lang, &[("count", count)]));
    }
    Said {
        tone: match phase {
            Phase::Declared | Phase::Responding => Tone::Alarm,
            Phase::Recovered => Tone::Notice,
            Phase::Resolved | Phase::Archived => Tone::Relief,
        },
        icon: "⚠",
        headline: line(Saying::CardTitle, lang, &[("channel", channel(incident))]),
        lines,
        fields,
        checks,
        acts: links(incident, rules, lang),
        menu: menu(incident, phase),
        ..Said::default()
    }
}

/// What the declaration's table has: channel, service, summary, 温度感.
pub(super) fn overview(
    incident: &Incident,
    rules: &Rules,
    lang: Lang,
) -> Vec<(&'static str, Line)> {
    let mut fields = vec![(Saying::FieldChannel.say(lang), channel(incident))];
    fields.extend(gist(incident, lang));
    if let Some(kind) = incident
        .kind
        .as_ref()
        .and_then(|kind| rules.kind(&kind.value))
    {
        let name = format!("{} {}", kind.icon, kind.name.say(lang));
        fields.push((Saying::FieldKind.say(lang), text(name)));
    }
    if let Some(feeling) = &incident.feeling {
        fields.push((
            Saying::FieldFeeling.say(lang),
            text(self::feeling(&feeling.value, rules, lang)),
        ));
    }
    if incident.drill {
        fields.push((
            Saying::FieldDrill.say(lang),
            text(Saying::YesADrill.say(lang)),
        ));
    }
    fields
}

/// What it is about, for those who know its channel's name only.
pub(super) fn gist(incident: &Incident, lang: Lang) -> Vec<(&'static str, Line)> {
    let service = text(incident.service.value.as_str());
    let mut fields = vec![(Saying::FieldService.say(lang), service)];
    // An issue that was there before us may have none.
    if !incident.summary.value.is_empty() {
        let summary = text(&incident.summary.value);
        fields.push((Saying::FieldSummary.say(lang), summary));
    }
    fields
}

/// 検知, 初動, 復旧, as far as they are known.
pub(super) fn times(incident: &Incident, lang: Lang) -> Vec<(&'static str, Line)> {
    Moment::ALL
        .into_iter()
        .filter_map(|moment| {
            let time = incident.time(moment)?;
            let link = incident.times.get(&moment);
            let mut bits = vec![Bit::Time(time)];
            if let Some(url) = link.and_then(|stated| stated.value.link.clone()) {
                bits.push(Bit::Text(" ".to_owned()));
                bits.push(Bit::Link {
                    url,
                    text: Saying::RecordMessage.say(lang).to_owned(),
                });
            }
            Some((moment_field(moment).say(lang), bits))
        })
        .collect()
}

/// `💡 BLUE サービスへの影響を調査する`.
pub(super) fn feeling(id: &FeelingId, rules: &Rules, lang: Lang) -> String {
    match rules.playbook.feeling(id) {
        Some(feeling) => {
            let instruction = feeling.instruction.say(lang);
            format!("{} {} {instruction}", feeling.icon, feeling.name.say(lang))
        }
        None => id.to_string(),
    }
}

/// `3 🔥🔥🔥`.
pub(super) fn level(number: u8, rules: &Rules) -> Line {
    match rules.level(number) {
        Some(level) => text(format!("{number} {}", level.icon)),
        None => text(number.to_string()),
    }
}

/// Its channel.
pub fn channel(incident: &Incident) -> Line {
    vec![Bit::Channel {
        id: incident.channel.id.clone(),
        name: incident.channel.name.clone(),
    }]
}

/// The state in a word.
pub(super) fn phase(phase: Phase) -> Saying {
    match phase {
        Phase::Declared => Saying::PhaseDeclared,
        Phase::Responding => Saying::PhaseResponding,
        Phase::Recovered => Saying::PhaseRecovered,
        Phase::Resolved => Saying::PhaseResolved,
        Phase::Archived => Saying::PhaseArchived,
    }
}

/// Where there is more to read.
fn links(incident: &Incident, rules: &Rules, lang: Lang) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut open = |url: Option<&String>, saying: Saying| {
        acts.extend(url.map(|url| Act::Open {
            url: url.clone(),
            text: saying.say(lang).to_owned(),
        }));
    };
    open(
        incident.issue.as_ref().map(|issue| &issue.url),
        Saying::TheIssue,
    );
    let kind = incident
        .kind
        .as_ref()
        .and_then(|kind| rules.kind(&kind.value));
    let manual = kind.and_then(|kind| kind.manual.as_ref());
    let manual = manual.or(rules.playbook.links.manual.as_ref());
    open(manual, Saying::TheManual);
    let level = incident.level.as_ref().and_then(|l| rules.level(l.value));
    open(
        level.and_then(|level| level.manual.as_ref()),
        Saying::TheLevelsManual,
    );
    open(rules.playbook.links.video.as_ref(), Saying::TheMeeting);
    acts
}

/// The commands that make sense now.
pub(super) fn menu(incident: &Incident, phase: Phase) -> Vec<Act> {
    if phase == Phase::Archived {
        return Vec::new();
    }
    let mut acts = Vec::new();
    if incident.handler.is_none() && phase < Phase::Recovered {
        acts.push(Act::TakeHandler);
    }
    if incident.handler.is_some() && phase < Phase::Resolved {
        acts.push(Act::HandOver);
    }
    acts.push(Act::SetLevel);
    for moment in Moment::ALL {
        if !incident.times.contains_key(&moment) {
            acts.push(Act::Set(moment));
        }
    }
    acts.extend([Act::Note, Act::Summarise, Act::Call]);
    if phase >= Phase::Recovered && super::after::may_be_drafted(incident) {
        acts.push(Act::Postmortem);
    }
    if phase >= Phase::Recovered {
        acts.push(if phase == Phase::Recovered {
            Act::Resolve
        } else {
            Act::Archive
        });
    }
    acts
}
