//! What holds where the organisation has said nothing.

use jiff::SignedDuration;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::id::{FeelingId, ServiceId, TypeId};

use super::classes::{Feeling, IncidentType, Item, Level, Service};
use super::mirror::Mirror;
use super::people::{Called, Permissions};
use super::settings::{Channels, Intervals, Labels, Links, Postmortem, Remind, Teams, Timekeeper};
use super::wording::Wording;
use super::words::{Colour, Label, Words};
use super::{Playbook, read};

impl Default for Playbook {
    fn default() -> Self {
        Self {
            language: None,
            time_zone: read::zone(read::JAPAN).unwrap_or(TimeZone::UTC),
            owners: Called::default(),
            services: vec![service(
                "incident",
                Words::new("サービス全般", "All services"),
            )],
            types: types(),
            levels: levels(),
            feelings: feelings(),
            channels: Channels::default(),
            broadcast: Vec::new(),
            broadcast_drills: None,
            invite: Called::default(),
            questions: questions(),
            links: Links::default(),
            intervals: Intervals {
                ask_for_handler: SignedDuration::from_mins(5),
                timekeeper: SignedDuration::from_mins(15),
                silence: SignedDuration::from_hours(30 * 24),
            },
            timekeeper: Timekeeper {
                name: Words::new("タイムキーパーくん", "Timekeeper"),
                icon: "⏱️".to_owned(),
                colour: Colour::of("f2c744"),
            },
            postmortem: Postmortem {
                name: Words::new("ポストモーテム", "postmortem"),
                optional_for: vec![1],
                folder: "postmortems".to_owned(),
                template: None,
                quote: false,
                remind: Remind {
                    weekday: Weekday::Monday,
                    hour: 10,
                },
            },
            permissions: Permissions::default(),
            labels: labels(),
            reaction: "memo".to_owned(),
            wording: Wording::default(),
            mirror: Mirror::default(),
            teams: Teams::default(),
        }
    }
}

/// A service of which only this is known.
pub(super) fn service(id: &str, name: Words) -> Service {
    let description = Words::new(
        format!("{} のインシデント", name.ja),
        format!("Incidents of {}", name.en),
    );
    Service {
        id: ServiceId::from(id),
        aliases: Vec::new(),
        team: None,
        owners: Called::default(),
        invite: Called::default(),
        broadcast: Vec::new(),
        label: label(Words::same(id), "1d76db", description),
        name,
    }
}

/// A type of which only its name is known.
pub(super) fn incident_type(id: &str, name: Words) -> IncidentType {
    IncidentType {
        id: TypeId::from(id),
        icon: "🚨".to_owned(),
        question: Words::new(format!("{}ですか?", name.ja), format!("{}?", name.en)),
        manual: None,
        services: Vec::new(),
        invite: Called::default(),
        broadcast: Vec::new(),
        label: label(
            name.clone(),
            "d93f0b",
            Words::new("インシデントの類型", "Type of incident"),
        ),
        name,
    }
}

/// A level of which only its number is known.
pub(super) fn level(number: u8) -> Level {
    let name = Words::new(format!("事象レベル{number}"), format!("Level {number}"));
    let fires = "🔥".repeat(usize::from(number.min(5)));
    Level {
        number,
        icon: fires,
        meaning: Words::same(""),
        instruction: Words::new(
            "事象レベルの宣言に合わせて確認をお願いします",
            "Please check what goes with this level",
        ),
        checklist: Vec::new(),
        manual: None,
        invite: Called::default(),
        broadcast: Vec::new(),
        label: label(
            level_label(number, &name),
            match number {
                1 => "fbca04",
                2 => "e99695",
                _ => "b60205",
            },
            Words::new(
                format!("事象レベルが {number} と宣言されたインシデント"),
                format!("Incidents declared to be level {number}"),
            ),
        ),
        name,
    }
}

/// What the label of a level is called: its name and signs that are seen in a list.
pub(super) fn level_label(number: u8, name: &Words) -> Words {
    let signs = match number {
        1 => "⚠️".to_owned(),
        _ => "🔴".repeat(usize::from(number.min(5))),
    };
    Words::new(
        format!("{} {signs}", name.ja),
        format!("{} {signs}", name.en),
    )
}

/// A feeling of which only its name is known.
pub(super) fn feeling(id: &str) -> Feeling {
    Feeling {
        id: FeelingId::from(id),
        icon: "💬".to_owned(),
        name: Words::same(&id.to_uppercase()),
        instruction: Words::same(""),
    }
}

/// The label of something, in these words.
pub(super) fn label(name: Words, colour: &'static str, description: Words) -> Label {
    Label {
        name,
        colour: Colour::of(colour),
        description,
    }
}

fn types() -> Vec<IncidentType> {
    let mut outage = incident_type("outage", Words::new("障害", "Outage"));
    outage.icon = "💡".to_owned();
    outage.question = Words::new("障害ですか?", "Is it an outage?");
    outage.label.description = Words::new(
        "サービスが使えない、または使いにくい（可用性）",
        "The service cannot be used, or hardly (availability)",
    );
    let mut security = incident_type(
        "security",
        Words::new("セキュリティインシデント", "Security incident"),
    );
    security.icon = "🔒".to_owned();
    security.question = Words::new(
        "セキュリティインシデントですか?",
        "Is it a security incident?",
    );
    security.label.description = Words::new(
        "情報が見られた、失われた、書き換えられた（機密性・完全性）",
        "Data was seen, lost or altered (confidentiality, integrity)",
    );
    vec![outage, security]
}

fn levels() -> Vec<Level> {
    let meanings = [
        Words::new("影響は小さく、限られている", "Little impact, on few"),
        Words::new(
            "一部のユーザーや機能に影響が出ている",
            "Some users or features suffer",
        ),
        Words::new(
            "多くのユーザーや事業に影響が出ている",
            "Many users or the business suffer",
        ),
    ];
    let item = |id: &str, ja: &str, en: &str| Item {
        id: id.to_owned(),
        text: Words::new(ja, en),
        link: None,
    };
    let notice = item(
        "notice",
        "障害情報は出しましたか?",
        "Is the notice for users out?",
    );
    let social = item(
        "social",
        "SNS のお知らせは出しましたか?",
        "Is it announced on social media?",
    );
    let assign = item(
        "assign",
        "まだの作業に担当者をアサインしましたか?",
        "Has everything that is left somebody who does it?",
    );
    let lists = [
        vec![notice.clone()],
        vec![notice.clone(), assign.clone()],
        vec![notice, social, assign],
    ];
    let numbered = (1..).zip(meanings.into_iter().zip(lists));
    numbered
        .map(|(number, (meaning, checklist))| Level {
            meaning,
            checklist,
            ..level(number)
        })
        .collect()
}

fn feelings() -> Vec<Feeling> {
    [
        (
            "blue",
            "💡",
            "サービスへの影響を調査する",
            "Find out what it does to the service",
        ),
        (
            "yellow",
            "⚠️",
            "影響が出ている。初動対応チームで対応する",
            "It hurts: the first-response team takes it on",
        ),
        (
            "red",
            "🔥",
            "影響が大きい。手を止めて全員で対応する",
            "It hurts badly: drop everything and help",
        ),
    ]
    .into_iter()
    .map(|(id, icon, ja, en)| Feeling {
        icon: icon.to_owned(),
        instruction: Words::new(ja, en),
        ..feeling(id)
    })
    .collect()
}

fn questions() -> Vec<Words> {
    vec![
        Words::new(
            "影響範囲は?（どんな機能や画面に影響が出ていますか?）",
            "What is affected? (Which features or pages?)",
        ),
        Words::new(
            "ユーザー対応の要否は?（お知らせ、お問い合わせ、ソーシャルでの対応は必要ですか?）",
            "What do users need? (A notice, answers from support, word on social media?)",
        ),
        Words::new(
            "原因・復旧の目処はつきそうですか?",
            "Is there a cause in sight, and a time of recovery?",
        ),
    ]
}

fn labels() -> Labels {
    Labels {
        drill: label(
            Words::new("訓練", "drill"),
            "c5def5",
            Words::new("訓練。集計には入らない", "Only practice; counts nowhere"),
        ),
        postmortem: label(
            Words::new("ポストモーテム", "postmortem"),
            "5319e7",
            Words::new("インシデントのふりかえり", "What an incident taught us"),
        ),
        action: label(
            Words::new("再発防止", "action item"),
            "0e8a16",
            Words::new("再発を防ぐための作業", "Keeps it from happening again"),
        ),
    }
}
