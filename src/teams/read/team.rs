//! What may stand in a team, and among `people`: one description that reads it and writes its
//! schema.

use std::sync::Arc;

use serde_json::json;

use super::times;
use super::values::{self, at};
use crate::i18n::{Words, both};
use crate::teams::place::{At, Place};
use crate::teams::spec::{Known, Member, Rotation, Team};
use crate::yaml::kind::{Kind, flag, list, not, shown, whole};
use crate::yaml::table::{Table, behind, table};
use crate::yaml::{Node, Value};

/// How many people may stand in one list, with the lists in it laid out flat.
const MEMBERS: usize = 20_000;
/// How deep lists may stand in lists.
const DEEP: usize = 8;

/// A team.
pub(super) fn team(file: &Arc<str>, by_name: bool) -> Kind<At<Team>> {
    let inside = {
        let file = Arc::clone(file);
        table(
            Words::new("チームの定義", "a team"),
            move |t: &mut Table<'_>| Some(take(t, &file, by_name)),
        )
    };
    let schema = inside.schema();
    let file = Arc::clone(file);
    Kind::new(
        move || schema.clone(),
        move |node, problems| {
            let Value::Map(entries) = &node.value else {
                let wanted = Words::new(
                    "チーム（`name`、`handle`、`users`）",
                    "a team, with `name`, `handle` and `users`",
                );
                return not(node, &wanted, problems);
            };
            // What is emptied by mistake must not be taken for "not managed".
            for (key, _) in entries.iter().filter(|(_, n)| n.value == Value::Null) {
                let name = shown(&key.name);
                problems.push(key.problem(both!(
                    "`{name}` に何も書かれていません。Slack に任せるなら、キーごと消してください",
                    "nothing stands behind `{name}`; leave the key out to leave it to Slack"
                )));
            }
            let team = inside.read(node, problems)?;
            if team.key().is_empty() {
                let said = both!(
                    "チームには `name` か `handle` が必要です",
                    "a team must have `name` or `handle`"
                );
                let known = |key: &str| node.get(key).is_some();
                if !known("name") && !known("handle") && !known("id") {
                    problems.push(node.problem(said));
                }
                return None;
            }
            Some(At {
                value: team,
                place: Place::of(&file, node),
            })
        },
    )
}

fn take(t: &mut Table<'_>, file: &Arc<str>, by_name: bool) -> Team {
    let few = || Words::new("グループひとつ分なので", "since it is one group");
    Team {
        name: t.take(
            "name",
            "What the group is called in Slack. In a bare list of teams it is what a team is known by.",
            at(file, values::words(Words::new("名前", "a name"), false)),
        ),
        description: t.take(
            "description",
            "What the group is for.",
            at(
                file,
                values::words(Words::new("説明", "a description"), true),
            ),
        ),
        handle: t.take(
            "handle",
            "What one types to call the group, without `@`.",
            at(file, values::handle()),
        ),
        id: t.take(
            "id",
            "The group's id in Slack, where neither handle nor name tell which group it is.",
            at(file, values::group_id()),
        ),
        users: t.take(
            "users",
            "Who is in it: people of `people`, Slack ids, e-mail addresses or Slack usernames; \
             lists in the list are laid out flat. Left out, Slack may have it as it likes.",
            at(file, users(file, true)),
        ),
        rotation: t.take(
            "rotation",
            "Who is in it in turn, one at a time.",
            at(file, rotation(file)),
        ),
        include: t
            .take(
                "include",
                "Teams, by handle, whose members are also in this one.",
                list(at(file, values::team_ref()), 1_000, few()),
            )
            .unwrap_or_default(),
        service: t.take(
            "service",
            "The playbook's service whose incidents this team answers.",
            at(file, values::service()),
        ),
        channels: t.take(
            "channels",
            "The channels that whoever is in the group also joins.",
            at(file, list(at(file, values::channel()), 100, few())),
        ),
        min: t.take(
            "min",
            "How many people must be in it; fewer need a confirmation.",
            at(file, whole(1, 10_000)),
        ),
        github: t.take(
            "github",
            "The GitHub team, `shop-first` or `acme/shop-first`, that has the same people: those who \
             have a `github` among `people`. It must be there; sssbot makes and deletes none.",
            at(file, values::github_team()),
        ),
        previously: t
            .take(
                "previously",
                "Handles that the group had before, so that it keeps its id when it is renamed.",
                list(at(file, values::handle()), 20, few()),
            )
            .unwrap_or_default(),
        external: t
            .take(
                "external",
                "`true`: somebody else takes care of this group; it is looked at, never touched.",
                flag(),
            )
            .unwrap_or_default(),
        by_name,
    }
}

/// People in a list, and in lists in it.
fn users(file: &Arc<str>, with_end: bool) -> Kind<Vec<At<Member>>> {
    let file = Arc::clone(file);
    let one = member(with_end);
    let described = one.schema();
    Kind::new(
        move || {
            let mut ways = described["anyOf"].clone();
            if let Some(ways) = ways.as_array_mut() {
                ways.push(json!({"type": "array"}));
            }
            json!({"type": "array", "items": {"anyOf": ways}})
        },
        move |node, problems| {
            let Value::List(items) = &node.value else {
                return not(
                    node,
                    &Words::new("人のリスト", "a list of people"),
                    problems,
                );
            };
            let mut all = Vec::new();
            flat(items, 0, &mut |item| {
                if all.len() >= MEMBERS {
                    return false;
                }
                match &item.value {
                    Value::Null => problems.push(item.problem(both!(
                        "ここには誰も書かれていません。行を消すか、誰なのかを書いてください",
                        "nobody stands here; take the line away, or write who it is"
                    ))),
                    Value::List(_) => {
                        let said = both!(
                            "リストの入れ子が深すぎます",
                            "lists stand too deep in lists here"
                        );
                        problems.push(item.problem(said));
                    }
                    _ => all.extend(one.read(item, problems).map(|member| At {
                        value: member,
                        place: Place::of(&file, item),
                    })),
                }
                true
            });
            if all.len() >= MEMBERS {
                problems.push(node.problem(both!(
                    "一つのリストに書けるのは {MEMBERS} 人までです",
                    "at most {MEMBERS} people may stand in a list"
                )));
            }
            Some(all)
        },
    )
}

/// Every item that is no list; a list only where lists stand too deep.
fn flat(items: &[Node], depth: usize, each: &mut impl FnMut(&Node) -> bool) -> bool {
    items.iter().all(|item| match &item.value {
        Value::List(inside) if depth < DEEP => flat(inside, depth + 1, each),
        _ => each(item),
    })
}

fn a_person() -> Words {
    Words::new("人の指定", "a person")
}

/// A person, or a person with an end.
fn member(with_end: bool) -> Kind<Member> {
    let whole = {
        table(a_person(), move |t: &mut Table<'_>| {
            let who = t.need("user", "Who it is.", values::person());
            let until = t.take(
                "until",
                "The last day, or the moment, of their being in the team.",
                times::when(),
            );
            let reason = t.take(
                "reason",
                "Why they are in it for a time.",
                values::words(Words::new("理由", "a reason"), false),
            );
            Some(Member {
                who: who?,
                until,
                reason,
            })
        })
    };
    let bare = values::person();
    let schemas = if with_end {
        json!({"anyOf": [bare.schema(), whole.schema()]})
    } else {
        json!({"anyOf": [bare.schema()]})
    };
    Kind::new(
        move || schemas.clone(),
        move |node, problems| match &node.value {
            Value::Map(_) if with_end => whole.read(node, problems),
            _ => bare.read(node, problems).map(|who| Member {
                who,
                until: None,
                reason: None,
            }),
        },
    )
}

/// People who take turns.
fn rotation(file: &Arc<str>) -> Kind<Rotation> {
    let file = Arc::clone(file);
    table(behind("rotation"), move |t: &mut Table<'_>| {
        let users = t.need(
            "users",
            "In the order of their turns.",
            at(&file, users(&file, false)),
        );
        let every = t.need(
            "every",
            "How long a turn is: `1w`, `3d`, `12h`.",
            times::every(),
        );
        let start = t.need("start", "When the first turn begins.", times::when());
        let users = users?;
        if users.value.is_empty() {
            let said = both!("交代する人がいません", "nobody takes turns here");
            t.problem(users.place.problem(said).at);
            return None;
        }
        Some(Rotation {
            users: users.value,
            every: every?,
            start: start?,
        })
    })
}

/// Who is who.
pub(super) fn people(file: &Arc<str>) -> Kind<Vec<At<Known>>> {
    let file = Arc::clone(file);
    let person = |file: &Arc<str>, name: &str| {
        let (file, name) = (Arc::clone(file), name.to_owned());
        table(a_person(), move |t: &mut Table<'_>| {
            Some(Known {
                name: name.clone(),
                slack: t.take(
                    "slack",
                    "Their Slack id, or their Slack username.",
                    at(&file, values::slack_name()),
                ),
                email: t.take(
                    "email",
                    "The e-mail address that Slack has of them.",
                    at(&file, values::email()),
                ),
                github: t.take("github", "Their GitHub login.", at(&file, values::login())),
            })
        })
    };
    let mut described = person(&file, "").schema();
    described["type"] = json!(["object", "null"]);
    Kind::new(
        move || json!({"type": "object", "propertyNames": {"pattern": "\\S"}, "additionalProperties": described}),
        move |node, problems| {
            let Value::Map(entries) = &node.value else {
                let wanted = Words::new(
                    "名前から人へのマッピング",
                    "a mapping from names to who they are",
                );
                return not(node, &wanted, problems);
            };
            let mut all = Vec::new();
            for (key, inside) in entries {
                if key.name.trim().is_empty() || key.name.chars().count() > 200 {
                    problems.push(key.problem(values::no_name()));
                    continue;
                }
                all.extend(
                    person(&file, &key.name)
                        .read(inside, problems)
                        .map(|known| At {
                            value: known,
                            place: Place::of_key(&file, key),
                        }),
                );
            }
            Some(all)
        },
    )
}
