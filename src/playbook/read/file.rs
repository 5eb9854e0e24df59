//! What stands where in the file: its top, and the services.

use serde_json::json;

use super::kind::{Kind, checked, keyed, list};
use super::levels::{feelings, levels, types};
use super::mirror::mirror;
use super::sections::{
    broadcast, channels, intervals, labels, links, permissions, postmortem, questions, teams,
    timekeeper, wording,
};
use super::table::{Table, table};
use super::{keys, slack, values};
use crate::i18n::{Lang, Words, both};
use crate::playbook::classes::Service;
use crate::playbook::{Playbook, defaults};

const LANGUAGE: &str = "The language sssbot speaks; without it, the deployment's.";
const TIME_ZONE: &str = "The zone of the times shown, as in the IANA database.";
const OWNERS: &str = "Who is told when this file does not read.";
const SERVICES: &str =
    "What can break. The key is what channels are named by: `shop` of #shop-20210101i.";
const TYPES: &str = "The types of incidents. Those listed are all there are; what `outage` and \
                     `security` leave out is as usual.";
const LEVELS: &str = "How bad it can be, from 1, the lightest. Those listed are all there are; \
                      what 1 to 3 leave out is as usual.";
const FEELINGS: &str = "How bad it can feel at first sight. Those listed are all there are; what \
                        `blue`, `yellow` and `red` leave out is as usual.";
const CHANNELS: &str = "How an incident's channel is named.";
const BROADCAST: &str = "Channels where every incident is announced.";
const BROADCAST_DRILLS: &str =
    "Channels where drills are announced instead; without it, where incidents are.";
const INVITE: &str = "Who is invited to every incident.";
const QUESTIONS: &str = "What the one who made the channel is asked at once.";
const LINKS: &str = "Web pages of yours.";
const INTERVALS: &str = "When sssbot speaks up by itself.";
const TIMEKEEPER: &str = "As whom it says how much time has passed.";
const POSTMORTEM: &str = "What is written afterwards.";
const PERMISSIONS: &str = "Verbs that not everybody may use, and who may.";
const LABELS: &str = "Labels that stand for no service, type or level.";
const REACTION: &str = "The emoji with which a message is put on the record.";
const WORDING: &str = "Sentences that you say your own way.";
const TEAMS: &str = "What becomes of the team definitions in `userteams.yaml`.";
const MIRROR: &str = "What of GitHub is told in an incident's channel.";

/// The whole file.
pub(super) fn playbook() -> Kind<Playbook> {
    let whole = table(
        Words::new("プレイブック", "the playbook"),
        |t: &mut Table<'_>| {
            let mut all = Playbook {
                language: t.take("language", LANGUAGE, language()),
                ..Playbook::default()
            };
            set(&mut all.time_zone, t.take("time_zone", TIME_ZONE, zone()));
            let owners = slack::called("owners");
            set(&mut all.owners, t.take("owners", OWNERS, owners));
            set(&mut all.services, t.take("services", SERVICES, services()));
            set(&mut all.types, t.take("types", TYPES, types()));
            set(&mut all.levels, t.take("levels", LEVELS, levels()));
            set(&mut all.feelings, t.take("feelings", FEELINGS, feelings()));
            set(&mut all.channels, t.take("channels", CHANNELS, channels()));
            set(
                &mut all.broadcast,
                t.take("broadcast", BROADCAST, broadcast()),
            );
            all.broadcast_drills = t.take("broadcast_drills", BROADCAST_DRILLS, broadcast());
            let invite = slack::called("invite");
            set(&mut all.invite, t.take("invite", INVITE, invite));
            set(
                &mut all.questions,
                t.take("questions", QUESTIONS, questions()),
            );
            set(&mut all.links, t.take("links", LINKS, links()));
            let usual = intervals(all.intervals);
            set(&mut all.intervals, t.take("intervals", INTERVALS, usual));
            let usual = timekeeper(all.timekeeper.clone());
            set(&mut all.timekeeper, t.take("timekeeper", TIMEKEEPER, usual));
            let usual = postmortem(all.postmortem.clone());
            set(&mut all.postmortem, t.take("postmortem", POSTMORTEM, usual));
            let narrowed = t.take("permissions", PERMISSIONS, permissions());
            set(&mut all.permissions, narrowed);
            let usual = labels(all.labels.clone());
            set(&mut all.labels, t.take("labels", LABELS, usual));
            let reaction = slack::reaction();
            set(&mut all.reaction, t.take("reaction", REACTION, reaction));
            set(&mut all.wording, t.take("wording", WORDING, wording()));
            set(&mut all.mirror, t.take("mirror", MIRROR, mirror()));
            set(&mut all.teams, t.take("teams", TEAMS, teams()));
            Some(all)
        },
    );
    whole.map(usual_postmortems)
}

/// Puts in what was said, if something was.
fn set<T>(place: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *place = said;
    }
}

/// The levels that usually need no postmortem may be gone.
fn usual_postmortems(mut playbook: Playbook) -> Playbook {
    let usual = Playbook::default().postmortem.optional_for;
    if playbook.postmortem.optional_for == usual {
        let there = |number: &u8| playbook.levels.iter().any(|own| own.number == *number);
        playbook.postmortem.optional_for.retain(there);
    }
    playbook
}

fn language() -> Kind<Lang> {
    checked(
        || json!({"type": "string", "enum": ["ja", "en"]}),
        Words::new("言語（`ja` か `en`）", "`ja` or `en`"),
        |text| {
            text.parse::<Lang>()
                .map_err(|_| values::unknown_language(text))
        },
    )
}

fn zone() -> Kind<jiff::tz::TimeZone> {
    checked(
        || json!({"type": "string"}),
        Words::new(
            "`Asia/Tokyo` のようなタイムゾーン",
            "a time zone such as `Asia/Tokyo`",
        ),
        super::zone,
    )
}

fn services() -> Kind<Vec<Service>> {
    keyed("services", keys::service_ids(), |id| {
        let id = id.map_or(String::new(), |id| id.as_str().to_owned());
        let what = both!("サービス `{id}` の設定", "service `{id}`");
        table(what, move |t: &mut Table<'_>| {
            let name = values::words(values::SLACK_OPTION);
            let name = t.take("name", "What people call it; by default its key.", name);
            let base = defaults::service(&id, name.unwrap_or_else(|| Words::same(&id)));
            let aliases = values::line(values::SLACK_OPTION);
            let few = Words::new("見分けがつくように", "to keep them apart");
            let aliases = list(aliases, 20, few);
            let team = "The first-response team: the handle of a Slack user group.";
            let invite = slack::called("invite");
            let channels = "Channels where its incidents are announced.";
            let label = values::label(base.label.clone());
            Some(Service {
                aliases: t
                    .take("aliases", "What else people call it.", aliases)
                    .unwrap_or_default(),
                team: t.take("team", team, slack::group()),
                owners: t
                    .take("owners", "Who answers for it.", slack::called("owners"))
                    .unwrap_or_default(),
                invite: t
                    .take("invite", "Who is invited besides the team.", invite)
                    .unwrap_or_default(),
                broadcast: t
                    .take("broadcast", channels, broadcast())
                    .unwrap_or_default(),
                label: t
                    .take(
                        "label",
                        "The label of its incidents; by default its key.",
                        label,
                    )
                    .unwrap_or(base.label),
                ..base
            })
        })
    })
}
