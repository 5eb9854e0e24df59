//! What stands where in the file: types, levels and feelings, which inherit from the usual ones.

use super::keys;
use super::kind::{Kind, checked_name, keyed, list};
use super::sections::broadcast;
use super::slack;
use super::table::{Table, table};
use super::values::{self, SLACK_CHOICES, SLACK_MENU, SLACK_OPTION};
use crate::i18n::{Words, both};
use crate::id::{FeelingId, ServiceId};
use crate::playbook::Playbook;
use crate::playbook::classes::{Feeling, IncidentType, Item, Level};
use crate::playbook::defaults;
use crate::yaml::Value;

/// The types of incidents.
pub(super) fn types() -> Kind<Vec<IncidentType>> {
    keyed("types", keys::type_ids(), |id| {
        let id = id.map_or(String::new(), |id| id.as_str().to_owned());
        let what = both!("類型 `{id}` の設定", "type `{id}`");
        table(what, move |t: &mut Table<'_>| {
            let name = t.take("name", "What it is called.", values::words(SLACK_OPTION));
            let usual = Playbook::default().types;
            let usual = usual.into_iter().find(|own| own.id.as_str() == id);
            let mut base = usual.unwrap_or_else(|| defaults::incident_type(&id, Words::same(&id)));
            if let Some(name) = name {
                // The question and the label go with the name.
                let named = defaults::incident_type(&id, name);
                base.question = named.question;
                base.label.name = named.label.name;
                base.name = named.name;
            }
            let key = Words::new("サービスのキー", "the key of a service");
            let service = checked_name("\\S", key, |text| Ok(ServiceId::from(text)));
            let all = Words::new("サービスの上限", "as many as there may be services");
            let services = list(service, SLACK_MENU, all);
            Some(IncidentType {
                icon: t
                    .take("icon", "An emoji.", slack::icon())
                    .unwrap_or(base.icon),
                question: t
                    .take(
                        "question",
                        "What is asked on a mention.",
                        values::words(200),
                    )
                    .unwrap_or(base.question),
                manual: t.take("manual", "A web page that says what to do.", values::link()),
                services: t
                    .take(
                        "services",
                        "The services that may have it; without it, all.",
                        services,
                    )
                    .unwrap_or_default(),
                invite: t
                    .take("invite", "Who is invited to it.", slack::called("invite"))
                    .unwrap_or_default(),
                broadcast: t
                    .take("broadcast", "Channels where it is announced.", broadcast())
                    .unwrap_or_default(),
                label: t
                    .take(
                        "label",
                        "Its label; by default its name.",
                        values::label(base.label.clone()),
                    )
                    .unwrap_or(base.label),
                id: base.id,
                name: base.name,
            })
        })
    })
}

/// The levels, the lightest first.
pub(super) fn levels() -> Kind<Vec<Level>> {
    let levels = keyed("levels", keys::level_numbers(), |number| {
        level(number.copied().unwrap_or(1))
    });
    levels.map(|mut levels| {
        levels.sort_by_key(|level| level.number);
        levels
    })
}

fn level(number: u8) -> Kind<Level> {
    let what = both!("事象レベル {number} の設定", "level {number}");
    table(what, move |t: &mut Table<'_>| {
        let name = t.take("name", "What it is called: 事象レベル3.", values::words(40));
        let usual = Playbook::default().levels;
        let usual = usual.into_iter().find(|own| own.number == number);
        let mut base = usual.unwrap_or_else(|| defaults::level(number));
        if let Some(name) = name {
            base.label.name = defaults::level_label(number, &name);
            base.name = name;
        }
        let meaning = values::words(SLACK_OPTION);
        Some(Level {
            number,
            icon: t
                .take(
                    "icon",
                    "What stands behind it when it is declared: 🔥🔥🔥.",
                    slack::icon(),
                )
                .unwrap_or(base.icon),
            meaning: t
                .take("meaning", "When it is this level.", meaning)
                .unwrap_or(base.meaning),
            instruction: t
                .take(
                    "instruction",
                    "What the handler is told.",
                    values::long_words(1_000),
                )
                .unwrap_or(base.instruction),
            checklist: t
                .take("checklist", "What the handler checks.", checklist())
                .unwrap_or(base.checklist),
            manual: t.take("manual", "A web page that says what to do.", values::link()),
            invite: t
                .take(
                    "invite",
                    "Who is invited when it is declared.",
                    slack::called("invite"),
                )
                .unwrap_or_default(),
            broadcast: t
                .take(
                    "broadcast",
                    "Channels where it is announced, besides the incident's.",
                    broadcast(),
                )
                .unwrap_or_default(),
            label: t
                .take("label", "Its label.", values::label(base.label.clone()))
                .unwrap_or(base.label),
            name: base.name,
        })
    })
}

fn checklist() -> Kind<Vec<Item>> {
    let most = Words::new(
        "Slack のチェックボックスの上限",
        "as many as Slack has checkboxes",
    );
    let items = list(item(), SLACK_CHOICES, most);
    items.map(|mut items| {
        for (place, item) in (1..).zip(&mut items) {
            if item.id.is_empty() {
                item.id = format!("{place}");
            }
        }
        items
    })
}

/// An item: its text, or a mapping with `text`.
fn item() -> Kind<Item> {
    let plain = || values::words(SLACK_OPTION);
    let whole = move || {
        let what = Words::new("チェックリストの項目", "an item of a checklist");
        table(what, move |t: &mut Table<'_>| {
            let short = Words::new("短い名前", "a short name");
            let id = checked_name("^[a-z0-9][a-z0-9_-]{0,39}$", short, |text| {
                keys::id(text).map(str::to_owned)
            });
            let id = t.take("id", "Names it on the record; by default its place.", id);
            let link = t.take("link", "A web page about it.", values::link());
            let text = t.need("text", "What is to be checked.", plain())?;
            Some(Item {
                id: id.unwrap_or_default(),
                text,
                link,
            })
        })
    };
    let bare = |text: Words| Item {
        id: String::new(),
        text,
        link: None,
    };
    Kind::new(
        move || serde_json::json!({"anyOf": [plain().schema(), whole().schema()]}),
        move |node, problems| match &node.value {
            Value::Map(_) if node.get("ja").is_none() && node.get("en").is_none() => {
                whole().read(node, problems)
            }
            _ => plain().read(node, problems).map(bare),
        },
    )
}

/// The feelings.
pub(super) fn feelings() -> Kind<Vec<Feeling>> {
    keyed("feelings", keys::feeling_ids(), |id| {
        let id = id.map_or(String::new(), |id: &FeelingId| id.as_str().to_owned());
        let what = both!("温度感 `{id}` の設定", "feeling `{id}`");
        table(what, move |t: &mut Table<'_>| {
            let usual = Playbook::default().feelings;
            let usual = usual.into_iter().find(|own| own.id.as_str() == id);
            let base = usual.unwrap_or_else(|| defaults::feeling(&id));
            Some(Feeling {
                icon: t
                    .take("icon", "An emoji.", slack::icon())
                    .unwrap_or(base.icon),
                name: t
                    .take("name", "A colour's name: BLUE.", values::words(20))
                    .unwrap_or(base.name),
                instruction: t
                    .take(
                        "instruction",
                        "What people should do.",
                        values::words(SLACK_OPTION),
                    )
                    .unwrap_or(base.instruction),
                id: base.id,
            })
        })
    })
}
