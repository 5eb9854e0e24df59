//! What is said in the incident's channel, and what other channels are told.

use jiff::Timestamp;

use super::card::{channel, feeling, gist, level, menu, overview, times};
use super::issue::moment_field;
use super::{Act, Bit, Check, Line, Persona, Said, Tone, line, own, text, who};
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::incident::effect::Tell;
use crate::incident::fact::Moment;
use crate::incident::rules::{News, Rules};
use crate::incident::state::Incident;
use crate::incident::who::Who;
use crate::playbook::Named;

/// What is said in the channel, about the incident as it is now.
pub fn tell(tell: &Tell, incident: &Incident, rules: &Rules, lang: Lang) -> Said {
    let here = channel(incident);
    let plain = |icon: &'static str, saying: Saying, with: &[(&str, Line)]| Said {
        icon,
        headline: line(saying, lang, with),
        ..Said::default()
    };
    let lines = |sayings: &[Saying]| -> Vec<Line> {
        let say = |saying: &Saying| line(*saying, lang, &[]);
        sayings.iter().map(say).collect()
    };
    match tell {
        Tell::Created => Said {
            tone: Tone::Alarm,
            lines: vec![join(incident, rules, lang)],
            fields: overview(incident, rules, lang),
            ..plain("⚠", Saying::Created, &[("channel", here)])
        },
        Tell::Notified { channel } => plain("⚠", Saying::Notified, &[("channel", named(channel))]),
        Tell::AskSituation => {
            let creator = [("who", who(&incident.creator))];
            let saying = Saying::AskSituation;
            let questions = rules.playbook.questions.iter();
            Said {
                headline: own(rules, Named::WhatIsGoingOn, saying, lang, &creator),
                lines: questions.map(|words| text(words.say(lang))).collect(),
                ..Said::default()
            }
        }
        Tell::AskHandler => Said {
            headline: own(rules, Named::WhoHandles, Saying::AskHandler, lang, &[]),
            acts: vec![Act::TakeHandler],
            ..Said::default()
        },
        Tell::HandlerIs(handler) => plain("", Saying::HandlerIs, &[("who", who(handler))]),
        Tell::NoHandler => Said {
            acts: vec![Act::TakeHandler],
            ..plain("", Saying::NoHandler, &[])
        },
        Tell::AskDetection => Said {
            lines: vec![
                line(Saying::DetectionByMonitor, lang, &[]),
                line(Saying::DetectionByPerson, lang, &[]),
                line(Saying::TellUs, lang, &[]),
                vec![Bit::Code(Saying::ExampleDetected.say(lang).to_owned())],
            ],
            acts: vec![Act::Set(Moment::Detected)],
            headline: own(rules, Named::HowDetected, Saying::AskDetection, lang, &[]),
            ..Said::default()
        },
        Tell::ChatOrVideo => {
            let mut said = Said {
                headline: own(rules, Named::HowToTalk, Saying::ChatOrVideo, lang, &[]),
                lines: lines(&[Saying::ByChat, Saying::ByVideo, Saying::KeepALog]),
                ..Said::default()
            };
            if let Some(url) = &rules.playbook.links.video {
                said.acts.push(Act::Open {
                    url: url.clone(),
                    text: Saying::TheMeeting.say(lang).to_owned(),
                });
            }
            said
        }
        Tell::Elapsed { at } => elapsed(incident, *at, rules, lang),
        Tell::LevelIs { level: number, .. } => Said {
            tone: Tone::Alarm,
            ..plain(
                "🔥",
                Saying::LevelIs,
                &[("channel", here), ("level", level(*number, rules))],
            )
        },
        Tell::NoLevel => plain("", Saying::NoLevel, &[("channel", here)]),
        Tell::Checklist { level } => checklist(incident, *level, rules, lang),
        Tell::MomentIs { moment, time, by } => plain(
            "🕒",
            Saying::MomentIs,
            &[
                ("what", text(moment_field(*moment).say(lang))),
                ("time", vec![Bit::Time(*time)]),
                ("who", who(by)),
            ],
        ),
        Tell::Corrected {
            moment,
            from,
            to,
            by,
        } => plain(
            "🕒",
            Saying::Corrected,
            &[
                ("what", text(moment_field(*moment).say(lang))),
                ("from", vec![Bit::Time(*from)]),
                ("to", vec![Bit::Time(*to)]),
                ("who", who(by)),
            ],
        ),
        Tell::Withdrawn { moment } => plain(
            "🕒",
            Saying::Withdrawn,
            &[("what", text(moment_field(*moment).say(lang)))],
        ),
        Tell::Recovered { by } => {
            let with = [("channel", here), ("who", who(by))];
            Said {
                icon: "🎉",
                tone: Tone::Relief,
                headline: own(rules, Named::Recovered, Saying::Recovered, lang, &with),
                lines: lines(&[Saying::LowerPriority]),
                fields: times(incident, lang),
                ..Said::default()
            }
        }
        Tell::FeelingIs { feeling: id, by } => plain(
            "",
            Saying::FeelingIs,
            &[
                ("feeling", text(feeling(id, rules, lang))),
                ("who", who(by)),
            ],
        ),
        Tell::SummaryIs { by } => Said {
            lines: vec![text(&incident.summary.value)],
            ..plain("", Saying::SummaryIs, &[("who", who(by))])
        },
        Tell::Reclassified { by } => Said {
            fields: overview(incident, rules, lang),
            ..plain("", Saying::Reclassified, &[("who", who(by))])
        },
        Tell::Noted { by, text: note } => Said {
            lines: vec![text(note)],
            ..plain("📝", Saying::Noted, &[("who", who(by))])
        },
        Tell::Called { by, people, groups } if groups.is_empty() && *people == [by.clone()] => {
            plain("", Saying::Joined, &[("who", who(by))])
        }
        Tell::Called { by, people, groups } => {
            let mut called: Vec<Line> = people.iter().map(who).collect();
            called.extend(groups.iter().map(|g| vec![Bit::Group(g.clone())]));
            let between = Saying::Between.say(lang);
            let mut names = Vec::new();
            for name in called {
                if !names.is_empty() {
                    names.push(Bit::Text(between.to_owned()));
                }
                names.extend(name);
            }
            plain("", Saying::Called, &[("who", who(by)), ("names", names)])
        }
        Tell::Resolved { .. } => {
            let mut thanks: Line = Vec::new();
            for person in thanked(&incident.people) {
                if !thanks.is_empty() {
                    thanks.push(Bit::Text(" ".to_owned()));
                }
                thanks.extend(who(person));
            }
            Said {
                tone: Tone::Relief,
                lines: vec![
                    own(
                        rules,
                        Named::Thanks,
                        Saying::Thanks,
                        lang,
                        &[("channel", here.clone())],
                    ),
                    thanks,
                ],
                fields: times(incident, lang),
                acts: super::after::at_the_end(incident),
                ..plain("✅", Saying::Resolved, &[("channel", here)])
            }
        }
        Tell::Reopened { .. } => Said {
            tone: Tone::Alarm,
            ..plain("⚠", Saying::Reopened, &[("channel", here)])
        },
        Tell::Silent => Said {
            acts: vec![Act::WorkLeft, Act::Archive],
            lines: vec![own(rules, Named::StillOpen, Saying::SilentAsk, lang, &[])],
            ..plain("", Saying::Silent, &[])
        },
        Tell::Queued { count: 0 } => plain("✅", Saying::OnRecord, &[]),
        Tell::Queued { count } => {
            plain("⏳", Saying::Waiting, &[("count", text(count.to_string()))])
        }
        Tell::NoDraft { by, why } => super::after::no_draft(by, why, rules, lang),
        Tell::ActionsAre => super::after::actions(incident, rules, lang),
        Tell::DoneWith => super::after::done_with(incident, rules, lang),
        Tell::PlaybookIs { commit } => plain(
            "📖",
            Saying::PlaybookIs,
            &[("commit", vec![Bit::Code(commit.short().to_owned())])],
        ),
    }
}

/// Everybody who took part, each once. Whoever is in no team file is two people to the record, one in
/// Slack and one on GitHub; where both go by the same name, one thank-you is enough.
fn thanked(people: &[Who]) -> impl Iterator<Item = &Who> {
    let in_slack = |login: &str| {
        let mut names = people.iter().filter(|who| who.slack.is_some());
        names.any(|who| {
            let name = who.name.as_deref().unwrap_or_default();
            name.eq_ignore_ascii_case(login)
        })
    };
    people
        .iter()
        .filter(move |who| match (&who.login, &who.slack) {
            (Some(login), None) => !in_slack(login.as_str()),
            _ => true,
        })
}

/// What another channel is told.
pub fn broadcast(
    news: News,
    said: Option<&str>,
    incident: &Incident,
    rules: &Rules,
    lang: Lang,
) -> Said {
    let here = channel(incident);
    let with = |saying: Saying, more: &[(&str, Line)]| {
        let mut with = vec![("channel", here.clone())];
        with.extend(more.iter().cloned());
        line(saying, lang, &with)
    };
    let number = incident.level.as_ref().map(|level| level.value);
    let number = number.map_or_else(Vec::new, |number| level(number, rules));
    let there = [("channel", here.clone())];
    let recovered = own(
        rules,
        Named::Recovered,
        Saying::RecoveredThere,
        lang,
        &there,
    );
    let (icon, tone, headline) = match news {
        News::Declared => ("⚠", Tone::Alarm, with(Saying::Created, &[])),
        News::Level => (
            "🔥",
            Tone::Alarm,
            with(Saying::LevelIs, &[("level", number)]),
        ),
        News::Recovered => ("🎉", Tone::Relief, recovered),
        News::NotRecovered => ("⚠", Tone::Alarm, with(Saying::NotRecoveredThere, &[])),
        News::Resolved => ("✅", Tone::Relief, with(Saying::Resolved, &[])),
        News::Reopened => ("⚠", Tone::Alarm, with(Saying::Reopened, &[])),
        News::Announced => ("📣", Tone::Notice, with(Saying::Announced, &[])),
    };
    let mut lines: Vec<Line> = said.map(text).into_iter().collect();
    if news == News::Declared {
        lines.push(join(incident, rules, lang));
    }
    let mut fields = match news {
        News::Declared | News::Level | News::NotRecovered | News::Reopened => {
            overview(incident, rules, lang)
        }
        News::Recovered | News::Resolved => {
            let mut fields = gist(incident, lang);
            fields.extend(times(incident, lang));
            fields
        }
        News::Announced => gist(incident, lang),
    };
    if let Some(handler) = &incident.handler
        && news == News::Level
    {
        // Named and not called: who leads is busy, and other channels are many.
        let name = text(handler.value.called());
        fields.push((Saying::FieldHandler.say(lang), name));
    }
    Said {
        icon,
        tone,
        headline,
        lines,
        fields,
        ..Said::default()
    }
}

/// F1: the timekeeper.
fn elapsed(incident: &Incident, at: Timestamp, rules: &Rules, lang: Lang) -> Said {
    let minutes = at.duration_since(incident.began()).as_mins().max(0);
    let saying = if incident.time(Moment::Detected).is_some() {
        Saying::ElapsedSinceDetection
    } else {
        Saying::ElapsedSinceDeclaration
    };
    let handler = match &incident.handler {
        Some(handler) => who(&handler.value),
        None => text(Saying::NotDecided.say(lang)),
    };
    let number = match &incident.level {
        Some(number) => level(number.value, rules),
        None => text(Saying::NotDecided.say(lang)),
    };
    let mut fields = vec![
        (Saying::FieldHandler.say(lang), handler),
        (Saying::FieldLevel.say(lang), number),
    ];
    fields.extend(times(incident, lang));
    Said {
        persona: Persona::Timekeeper,
        tone: Tone::Notice,
        icon: "⏱",
        headline: line(saying, lang, &[("minutes", text(minutes.to_string()))]),
        fields,
        menu: menu(incident, incident.phase()),
        ..Said::default()
    }
}

/// G2: the handler gets the level's checklist.
fn checklist(incident: &Incident, number: u8, rules: &Rules, lang: Lang) -> Said {
    let level = rules.level(number);
    let items = level.map(|level| level.checklist.as_slice());
    let checks = items
        .unwrap_or_default()
        .iter()
        .map(|item| Check {
            item: item.id.clone(),
            text: item.text.say(lang).to_owned(),
            done: incident.is_done(&item.id),
        })
        .collect();
    let handler = match &incident.handler {
        Some(handler) => [who(&handler.value), text(" ")].concat(),
        None => text(Saying::Everybody.say(lang)),
    };
    let instruction = level.map_or("", |level| level.instruction.say(lang));
    let manual = level.and_then(|level| level.manual.clone());
    Said {
        headline: [handler, text(instruction)].concat(),
        lines: vec![line(Saying::AssignSomebody, lang, &[])],
        checks,
        acts: manual
            .map(|url| Act::Open {
                url,
                text: Saying::TheLevelsManual.say(lang).to_owned(),
            })
            .into_iter()
            .collect(),
        ..Said::default()
    }
}

/// The call to join.
fn join(incident: &Incident, rules: &Rules, lang: Lang) -> Line {
    let with = [("channel", channel(incident))];
    own(rules, Named::PleaseJoin, Saying::PleaseJoin, lang, &with)
}

/// A channel that is known by name or id.
fn named(said: &str) -> Line {
    let is_id = said.len() > 8
        && said.starts_with(['C', 'G'])
        && said
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    vec![Bit::Channel {
        id: is_id.then(|| said.into()),
        name: said.trim_start_matches('#').to_owned(),
    }]
}
