//! A playbook taken apart into what can be compared. Every struct is taken apart whole, so that what
//! is added to one does not compile before it can be compared.

use jiff::SignedDuration;
use jiff::civil::Weekday;

use super::{Facet, Subject};
use crate::i18n::Lang;
use crate::playbook::people::{Allowed, Called, ChannelRef};
use crate::playbook::settings::{DateForm, DrillWord, Timekeeper};
use crate::playbook::words::{Label, Words};
use crate::playbook::{
    Channels, Feeling, IncidentType, Intervals, Item, Labels, Level, Links, Mirror, MuteBots,
    Named, Playbook, Postmortem, Remind, Service, Teams, Verb,
};

/// The value of a facet, as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Is {
    One(Option<String>),
    Many(Vec<String>),
}

type Facets = Vec<(Facet, Is)>;

/// Everything that a playbook says.
pub(super) fn of(playbook: &Playbook, lang: Lang) -> Vec<(Subject, Facets)> {
    let mut all = vec![(Subject::Everything, everything(playbook, lang))];
    let Playbook {
        services,
        types,
        levels,
        feelings,
        ..
    } = playbook;
    all.extend(services.iter().map(service));
    all.extend(types.iter().map(incident_type));
    all.extend(levels.iter().map(level));
    all.extend(feelings.iter().map(feeling));
    all
}

fn everything(playbook: &Playbook, lang: Lang) -> Facets {
    let Playbook {
        language,
        time_zone,
        owners,
        services,
        types,
        levels,
        feelings,
        channels: Channels { date, drill },
        broadcast,
        broadcast_drills,
        invite,
        questions,
        links: Links {
            manual,
            help,
            video,
        },
        intervals:
            Intervals {
                ask_for_handler,
                timekeeper: every,
                silence,
            },
        timekeeper: Timekeeper { name, icon, colour },
        postmortem:
            Postmortem {
                name: postmortem,
                optional_for,
                folder,
                template,
                quote,
                remind: Remind { weekday, hour },
            },
        permissions,
        labels:
            Labels {
                drill: drill_label,
                postmortem: postmortem_label,
                action,
            },
        reaction,
        wording,
        teams: Teams { channel },
        mirror:
            Mirror {
                mute_bots,
                mute_drafts,
                report_unreachable_channels_on_issue: report,
            },
    } = playbook;
    let date = match date {
        DateForm::Eight => "YYYYMMDD",
        DateForm::Six => "YYMMDD",
    };
    let drill = match drill {
        DrillWord::Kunren => "訓練",
        DrillWord::Drill => "drill",
    };
    let mut all = vec![
        (
            Facet::Language,
            Is::One(language.map(|lang| lang.to_string())),
        ),
        (
            Facet::TimeZone,
            one(time_zone.iana_name().unwrap_or("+09:00")),
        ),
        (Facet::Owners, people(owners)),
        (
            Facet::Services,
            order(services.iter().map(|own| own.id.as_str())),
        ),
        (Facet::Types, order(types.iter().map(|own| own.id.as_str()))),
        (Facet::Levels, order(levels.iter().map(|own| own.number))),
        (
            Facet::Feelings,
            order(feelings.iter().map(|own| own.id.as_str())),
        ),
        (Facet::Date, one(date)),
        (Facet::DrillWord, one(drill)),
        (Facet::Broadcast, channels(broadcast)),
        (
            Facet::BroadcastDrills,
            Is::One(broadcast_drills.as_ref().map(|own| match own.as_slice() {
                [] => none(lang).to_owned(),
                own => joined(own.iter()),
            })),
        ),
        (Facet::Invite, people(invite)),
        (
            Facet::Questions,
            Is::Many(questions.iter().map(both).collect()),
        ),
        (Facet::Manual, Is::One(manual.clone())),
        (Facet::Help, Is::One(help.clone())),
        (Facet::Video, Is::One(video.clone())),
        (Facet::AskForHandler, one(minutes(*ask_for_handler, lang))),
        (Facet::TimekeeperEvery, one(minutes(*every, lang))),
        (Facet::Silence, one(days(*silence, lang))),
        (Facet::TimekeeperName, words(name)),
        (Facet::TimekeeperIcon, one(icon)),
        (Facet::TimekeeperColour, one(colour)),
        (Facet::PostmortemName, words(postmortem)),
        (
            Facet::PostmortemOptional,
            Is::Many(optional_for.iter().map(ToString::to_string).collect()),
        ),
        (Facet::PostmortemFolder, one(folder)),
        (Facet::PostmortemTemplate, Is::One(template.clone())),
        (Facet::PostmortemQuote, one(quote)),
        (Facet::PostmortemRemind, one(weekly(*weekday, *hour, lang))),
        (Facet::DrillLabel, label(drill_label)),
        (Facet::PostmortemLabel, label(postmortem_label)),
        (Facet::ActionLabel, label(action)),
        (Facet::Reaction, one(format!(":{reaction}:"))),
        (
            Facet::MuteBots,
            match mute_bots {
                MuteBots::None => one(none(lang)),
                MuteBots::All => one(match lang {
                    Lang::Ja => "すべて",
                    Lang::En => "all",
                }),
                MuteBots::These(logins) => one(joined(logins.iter())),
            },
        ),
        (Facet::MuteDrafts, one(mute_drafts)),
        (Facet::ReportUnreachable, one(report)),
        (
            Facet::TeamsChannel,
            Is::One(channel.as_ref().map(ToString::to_string)),
        ),
    ];
    all.extend(Verb::ALL.map(|verb| {
        (
            Facet::May(verb),
            Is::One(permissions.of(verb).map(|own| allowed(own, lang))),
        )
    }));
    all.extend(Named::ALL.map(|named| {
        (
            Facet::Sentence(named),
            Is::One(wording.0.get(&named).map(both)),
        )
    }));
    all
}

fn service(own: &Service) -> (Subject, Facets) {
    let Service {
        id,
        name,
        aliases,
        team,
        owners,
        invite,
        broadcast,
        label: own_label,
    } = own;
    let facets = vec![
        (Facet::Name, words(name)),
        (Facet::Aliases, Is::Many(aliases.clone())),
        (
            Facet::Team,
            Is::One(team.as_ref().map(|team| format!("@{team}"))),
        ),
        (Facet::Owners, people(owners)),
        (Facet::Invite, people(invite)),
        (Facet::Broadcast, channels(broadcast)),
        (Facet::Label, label(own_label)),
    ];
    (Subject::Service(id.clone()), facets)
}

fn incident_type(own: &IncidentType) -> (Subject, Facets) {
    let IncidentType {
        id,
        name,
        icon,
        question,
        manual,
        services,
        invite,
        broadcast,
        label: own_label,
    } = own;
    let facets = vec![
        (Facet::Name, words(name)),
        (Facet::Icon, one(icon)),
        (Facet::Question, words(question)),
        (Facet::Manual, Is::One(manual.clone())),
        (
            Facet::OnlyServices,
            Is::Many(services.iter().map(ToString::to_string).collect()),
        ),
        (Facet::Invite, people(invite)),
        (Facet::Broadcast, channels(broadcast)),
        (Facet::Label, label(own_label)),
    ];
    (Subject::Type(id.clone()), facets)
}

fn level(own: &Level) -> (Subject, Facets) {
    let Level {
        number,
        name,
        icon,
        meaning,
        instruction,
        checklist,
        manual,
        invite,
        broadcast,
        label: own_label,
    } = own;
    let facets = vec![
        (Facet::Name, words(name)),
        (Facet::Icon, one(icon)),
        (Facet::Meaning, words(meaning)),
        (Facet::Instruction, words(instruction)),
        (
            Facet::Checklist,
            Is::Many(checklist.iter().map(item).collect()),
        ),
        (Facet::Manual, Is::One(manual.clone())),
        (Facet::Invite, people(invite)),
        (Facet::Broadcast, channels(broadcast)),
        (Facet::Label, label(own_label)),
    ];
    (Subject::Level(*number), facets)
}

fn feeling(own: &Feeling) -> (Subject, Facets) {
    let Feeling {
        id,
        icon,
        name,
        instruction,
    } = own;
    let facets = vec![
        (Facet::Icon, one(icon)),
        (Facet::Name, words(name)),
        (Facet::Instruction, words(instruction)),
    ];
    (Subject::Feeling(id.clone()), facets)
}

fn weekly(day: Weekday, hour: i8, lang: Lang) -> String {
    let (ja, en) = match day {
        Weekday::Monday => ("月", "Monday"),
        Weekday::Tuesday => ("火", "Tuesday"),
        Weekday::Wednesday => ("水", "Wednesday"),
        Weekday::Thursday => ("木", "Thursday"),
        Weekday::Friday => ("金", "Friday"),
        Weekday::Saturday => ("土", "Saturday"),
        Weekday::Sunday => ("日", "Sunday"),
    };
    match lang {
        Lang::Ja => format!("{ja}曜 {hour} 時"),
        Lang::En => format!("{en} {hour}:00"),
    }
}

fn one(value: impl ToString) -> Is {
    Is::One(Some(value.to_string()))
}

fn words(words: &Words) -> Is {
    Is::One(Some(both(words)).filter(|text| !text.is_empty()))
}

fn both(words: &Words) -> String {
    joined_by(words.each(), " / ")
}

fn item(own: &Item) -> String {
    let Item { id, text, link } = own;
    let mut said = both(text);
    if let Some(link) = link {
        said.push_str(&format!(" ({link})"));
    }
    // An id that is only its place says nothing.
    if id.parse::<usize>().is_err() {
        said.push_str(&format!(" [{id}]"));
    }
    said
}

fn label(own: &Label) -> Is {
    let Label {
        name,
        colour,
        description,
    } = own;
    one(format!("{} {colour} ({})", both(name), both(description)))
}

/// The order of things, whose coming and going is told elsewhere.
fn order(keys: impl Iterator<Item = impl ToString>) -> Is {
    Is::Many(keys.map(|key| key.to_string()).collect())
}

fn channels(channels: &[ChannelRef]) -> Is {
    Is::Many(channels.iter().map(ToString::to_string).collect())
}

fn people(called: &Called) -> Is {
    Is::Many(names(called).collect())
}

fn names(called: &Called) -> impl Iterator<Item = String> {
    let Called { groups, people } = called;
    let groups = groups.iter().map(|group| format!("@{group}"));
    groups.chain(people.iter().cloned())
}

fn allowed(own: &Allowed, lang: Lang) -> String {
    let Allowed { handler, called } = own;
    let word = match lang {
        Lang::Ja => "ハンドラー",
        Lang::En => "the handler",
    };
    let handler = handler.then(|| word.to_owned());
    let all: Vec<String> = handler.into_iter().chain(names(called)).collect();
    match (all.is_empty(), lang) {
        (false, _) => all.join(", "),
        (true, Lang::Ja) => "誰も不可".to_owned(),
        (true, Lang::En) => "nobody".to_owned(),
    }
}

fn none(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "なし",
        Lang::En => "none",
    }
}

fn minutes(duration: SignedDuration, lang: Lang) -> String {
    let n = duration.as_mins();
    match lang {
        Lang::Ja => format!("{n} 分"),
        Lang::En => format!("{n} min"),
    }
}

fn days(duration: SignedDuration, lang: Lang) -> String {
    let n = duration.as_hours() / 24;
    match lang {
        Lang::Ja => format!("{n} 日"),
        Lang::En => format!("{n} days"),
    }
}

fn joined(all: impl Iterator<Item = impl ToString>) -> String {
    let all: Vec<String> = all.map(|one| one.to_string()).collect();
    all.join(", ")
}

fn joined_by<'a>(all: impl Iterator<Item = &'a str>, between: &str) -> String {
    all.collect::<Vec<_>>().join(between)
}
