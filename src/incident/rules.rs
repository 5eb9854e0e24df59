//! What the core needs of the organisation's rules, with what holds when nothing is said.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::command::Verb;
use super::who::{Permission, Who};
use crate::i18n::Lang;
use crate::playbook::Playbook;
use crate::yaml;

/// A text in each language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// In this language.
    pub fn say(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// A service that can have incidents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Its name, as channels have it.
    pub name: String,
    /// What else people call it.
    pub aliases: Vec<String>,
    /// Its label; the name when nothing is said.
    pub label: Option<String>,
    /// The Slack user group that responds first.
    pub team: Option<String>,
}

impl Service {
    /// The label of its issues.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// A type of incident: what it is that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its id: `availability`, `security`.
    pub id: String,
    /// What people call it; asked as a question where an incident starts.
    pub name: Words,
    /// Its label.
    pub label: String,
    /// An emoji.
    pub icon: String,
    /// Where its manual is.
    pub manual: Option<String>,
}

/// A level: how bad it is, in the words of the organisation's manual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its number.
    pub number: u8,
    /// Its label.
    pub label: String,
    /// Emoji, as many as it deserves.
    pub icon: String,
    /// What is to be done, in order.
    pub checklist: Vec<Item>,
    /// Where its manual is.
    pub manual: Option<String>,
}

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id, the same in each level that has it.
    pub id: String,
    /// What to do.
    pub text: Words,
}

/// 温度感: how it feels, for those who read no graphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feeling {
    /// Its id: `blue`.
    pub id: String,
    /// An emoji.
    pub icon: String,
    /// The colour's name: `BLUE`.
    pub name: String,
    /// What follows from it.
    pub instruction: Words,
}

/// Something that the organisation is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News {
    /// There is an incident.
    Declared,
    /// Its level.
    Level,
    /// It has recovered.
    Recovered,
    /// It is resolved.
    Resolved,
    /// What a person wants them to know.
    Announced,
}

/// A channel that is told, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The channel: its id, or its name without `#`.
    pub channel: String,
    /// Of which services; all when empty.
    pub services: Vec<String>,
    /// Of which types; all when empty.
    pub kinds: Vec<String>,
    /// From which level on; `None` from the start.
    pub from_level: Option<u8>,
    /// Of which news; all when empty.
    pub news: Vec<News>,
    /// Whether it hears of drills.
    pub drills: bool,
}

/// Who may use a verb, where the playbook narrows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct May {
    /// The least that is asked for on GitHub.
    pub github: Permission,
    /// Whether a guest may who was invited to the incident.
    pub guests: bool,
    /// Only these; anybody when empty.
    pub people: Vec<Who>,
    /// The handler too, whoever `people` are.
    pub handler: bool,
}

impl Default for May {
    fn default() -> Self {
        Self {
            github: Permission::Triage,
            guests: true,
            people: Vec::new(),
            handler: true,
        }
    }
}

/// The rules that an incident goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The zone of times that are read and shown.
    pub zone: TimeZone,
    /// The language of the record.
    pub lang: Lang,
    /// The services. Where none is named, any word is one.
    pub services: Vec<Service>,
    /// The types.
    pub kinds: Vec<Kind>,
    /// The levels, from the least.
    pub levels: Vec<Level>,
    /// 温度感.
    pub feelings: Vec<Feeling>,
    /// The label of drills, if they have one.
    pub drill_label: Option<String>,
    /// User groups and people who are always called.
    pub always: Vec<String>,
    /// Who is told.
    pub targets: Vec<Target>,
    /// Who may, where it is narrowed.
    pub may: BTreeMap<Verb, May>,
    /// How long after the channel is made the handler is asked for.
    pub handler_after: SignedDuration,
    /// How often the timekeeper speaks.
    pub tick: SignedDuration,
    /// How long nobody has to have spoken for a reminder.
    pub silence: SignedDuration,
    /// Where a video meeting can be opened.
    pub meeting: Option<String>,
    /// Where help is.
    pub help: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        let words = |ja: &str, en: &str| Words {
            ja: ja.to_owned(),
            en: en.to_owned(),
        };
        let kind = |id: &str, icon: &str, name: Words| Kind {
            id: id.to_owned(),
            label: name.ja.clone(),
            name,
            icon: icon.to_owned(),
            manual: None,
        };
        let items = || {
            vec![
                Item {
                    id: "status-page".to_owned(),
                    text: words(
                        "障害情報は出しましたか?",
                        "Is the trouble on the status page?",
                    ),
                },
                Item {
                    id: "social".to_owned(),
                    text: words(
                        "SNS のお知らせは出しましたか?",
                        "Has it been told on social media?",
                    ),
                },
            ]
        };
        let level = |number: u8, mark: &str, checklist| Level {
            number,
            label: format!("事象レベル{number} {mark}"),
            icon: "🔥".repeat(usize::from(number)),
            checklist,
            manual: None,
        };
        let feeling = |id: &str, icon: &str, instruction: Words| Feeling {
            id: id.to_owned(),
            icon: icon.to_owned(),
            name: id.to_uppercase(),
            instruction,
        };
        Self {
            zone: Playbook::default().time_zone,
            lang: Lang::Ja,
            services: Vec::new(),
            kinds: vec![
                kind("availability", "💡", words("障害", "Outage")),
                kind(
                    "security",
                    "🔒",
                    words("セキュリティインシデント", "Security incident"),
                ),
            ],
            levels: vec![
                level(1, "⚠️", Vec::new()),
                level(2, "🔴🔴", items()),
                level(3, "🔴🔴🔴", items()),
            ],
            feelings: vec![
                feeling(
                    "blue",
                    "🔵",
                    words(
                        "サービスへの影響を調査する",
                        "Look into what it means for the service",
                    ),
                ),
                feeling(
                    "yellow",
                    "🟡",
                    words(
                        "手の空いている人は集まる",
                        "Come if you have nothing more urgent",
                    ),
                ),
                feeling(
                    "red",
                    "🔴",
                    words("全員で対応する", "Everybody drops what they do"),
                ),
            ],
            drill_label: None,
            always: Vec::new(),
            targets: Vec::new(),
            may: BTreeMap::new(),
            handler_after: SignedDuration::from_mins(3),
            tick: SignedDuration::from_mins(15),
            silence: SignedDuration::from_hours(24 * 30),
            meeting: None,
            help: None,
        }
    }
}

impl From<&Playbook> for Rules {
    fn from(playbook: &Playbook) -> Self {
        Self {
            zone: playbook.time_zone.clone(),
            lang: playbook.language.unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Same word, whatever its width and case.
fn same(a: &str, b: &str) -> bool {
    super::wording::plain(a) == super::wording::plain(b)
}

impl Rules {
    /// The service that people call so.
    pub fn service(&self, said: &str) -> Option<&Service> {
        let called = |service: &&Service| {
            same(&service.name, said)
                || same(service.label(), said)
                || service.aliases.iter().any(|alias| same(alias, said))
        };
        self.services.iter().find(called)
    }

    /// The service of a channel's name, whose service may have a middle segment behind it
    /// (`sss-ixf7h`): the longest that fits.
    pub fn service_of_channel(&self, segment: &str) -> Option<&Service> {
        self.service(segment).or_else(|| {
            let (shorter, _) = segment.rsplit_once('-')?;
            self.service_of_channel(shorter)
        })
    }

    /// What was probably meant by a service that there is not.
    pub fn service_meant(&self, said: &str) -> Option<&str> {
        let names = self.services.iter().flat_map(|service| {
            let aliases = service.aliases.iter();
            aliases.chain([&service.name]).map(String::as_str)
        });
        let meant = yaml::meant(said, &names.collect::<Vec<_>>())?;
        self.service(meant).map(|service| service.name.as_str())
    }

    /// The type of this id, name or label.
    pub fn kind(&self, said: &str) -> Option<&Kind> {
        let called = |kind: &&Kind| {
            [&kind.id, &kind.label, &kind.name.ja, &kind.name.en]
                .into_iter()
                .any(|word| same(word, said))
        };
        self.kinds.iter().find(called)
    }

    /// The level of this number.
    pub fn level(&self, number: u8) -> Option<&Level> {
        self.levels.iter().find(|level| level.number == number)
    }

    /// The level of this label.
    pub fn level_of_label(&self, label: &str) -> Option<&Level> {
        self.levels.iter().find(|level| same(&level.label, label))
    }

    /// The 温度感 of this id or name, whatever else stands beside it (`🔵 BLUE Look into…`).
    pub fn feeling(&self, said: &str) -> Option<&Feeling> {
        let said = super::wording::plain(said);
        let fits = |feeling: &&Feeling| {
            let id = super::wording::plain(&feeling.id);
            let name = super::wording::plain(&feeling.name);
            said == id
                || said
                    .split_whitespace()
                    .any(|word| word == id || word == name)
        };
        self.feelings.iter().find(fits)
    }

    /// Who may use a verb.
    pub fn may(&self, verb: Verb) -> May {
        self.may.get(&verb).cloned().unwrap_or_default()
    }
}
