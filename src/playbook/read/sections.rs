//! What stands where in the file: the sections that are the same for all incidents.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Weekday;

use super::kind::{self, Kind, flag, list, one_of, whole};
use super::table::{Table, behind, table};
use super::{slack, values};
use crate::i18n::{Words, both};
use crate::playbook::people::{Allowed, Called, ChannelRef, Permissions, Verb};
use crate::playbook::settings::{
    Channels, DateForm, DrillWord, Intervals, Labels, Links, Postmortem, Remind, Teams, Timekeeper,
};
use crate::playbook::wording::{Named, Wording};

/// Channels of one list.
const CHANNELS: usize = 20;

/// Channels to announce something in.
pub(super) fn broadcast() -> Kind<Vec<ChannelRef>> {
    let each = Words::new(
        "それぞれにメッセージを送るため",
        "since each gets a message",
    );
    list(slack::channel(), CHANNELS, each)
}

pub(super) fn channels() -> Kind<Channels> {
    table(behind("channels"), |t: &mut Table<'_>| {
        let forms: &[(&str, DateForm)] =
            &[("YYYYMMDD", DateForm::Eight), ("YYMMDD", DateForm::Six)];
        let endings: &[(&str, DrillWord)] =
            &[("訓練", DrillWord::Kunren), ("drill", DrillWord::Drill)];
        Some(Channels {
            date: t
                .take(
                    "date",
                    "How its day is written. Both forms are understood.",
                    one_of(forms),
                )
                .unwrap_or_default(),
            drill: t
                .take(
                    "drill",
                    "What a drill's name ends in. Both are understood.",
                    one_of(endings),
                )
                .unwrap_or_default(),
        })
    })
}

pub(super) fn questions() -> Kind<Vec<Words>> {
    let few = Words::new("多いと誰も答えないため", "or nobody answers");
    list(values::words(300), 10, few)
}

pub(super) fn links() -> Kind<Links> {
    table(behind("links"), |t: &mut Table<'_>| {
        Some(Links {
            manual: t.take(
                "manual",
                "Your manual of incident response.",
                values::link(),
            ),
            help: t.take("help", "How to use sssbot.", values::link()),
            video: t.take("video", "Where a video meeting is made.", values::link()),
        })
    })
}

pub(super) fn intervals(base: Intervals) -> Kind<Intervals> {
    table(behind("intervals"), move |t: &mut Table<'_>| {
        let minutes = |n: u32| SignedDuration::from_mins(n.into());
        let days = |n: u32| SignedDuration::from_hours(i64::from(n) * 24);
        Some(Intervals {
            ask_for_handler: t
                .take(
                    "ask_for_handler_minutes",
                    "After so long somebody is asked to be the handler; usually 5.",
                    whole(1, 60),
                )
                .map_or(base.ask_for_handler, minutes),
            timekeeper: t
                .take(
                    "timekeeper_minutes",
                    "The timekeeper speaks so often; usually 15.",
                    whole(5, 240),
                )
                .map_or(base.timekeeper, minutes),
            silence: t
                .take(
                    "silence_days",
                    "After so long without a message it asks what is left; usually 30.",
                    whole(1, 365),
                )
                .map_or(base.silence, days),
        })
    })
}

pub(super) fn timekeeper(base: Timekeeper) -> Kind<Timekeeper> {
    table(behind("timekeeper"), move |t: &mut Table<'_>| {
        let base = base.clone();
        Some(Timekeeper {
            name: t
                .take("name", "Its name in Slack.", values::words(80))
                .unwrap_or(base.name),
            icon: t
                .take("icon", "Its face: an emoji.", slack::icon())
                .unwrap_or(base.icon),
            colour: t
                .take("colour", "The colour of its messages.", values::colour())
                .unwrap_or(base.colour),
        })
    })
}

pub(super) fn postmortem(base: Postmortem) -> Kind<Postmortem> {
    table(behind("postmortem"), move |t: &mut Table<'_>| {
        let base = base.clone();
        let number = || whole(1, 9).map(|n| u8::try_from(n).unwrap_or_default());
        Some(Postmortem {
            name: t
                .take("name", "What you call it.", values::words(40))
                .unwrap_or(base.name),
            optional_for: t
                .take(
                    "optional_for",
                    "The levels that need none; usually 1.",
                    list(
                        number(),
                        9,
                        Words::new("事象レベルごとに一つ", "one for each level"),
                    ),
                )
                .unwrap_or(base.optional_for),
            folder: t
                .take(
                    "folder",
                    "The folder it goes to; usually postmortems.",
                    values::folder(),
                )
                .unwrap_or(base.folder),
            template: t
                .take(
                    "template",
                    "The file that it starts from; usually TEMPLATE.ja.md or TEMPLATE.en.md in its folder.",
                    values::file(),
                )
                .or(base.template),
            quote: t
                .take(
                    "quote",
                    "Whether the text of marked messages goes into it; usually only their links do.",
                    flag(),
                )
                .unwrap_or(base.quote),
            remind: t
                .take(
                    "remind",
                    "When owners are reminded of what is overdue.",
                    remind(base.remind),
                )
                .unwrap_or(base.remind),
        })
    })
}

fn remind(base: Remind) -> Kind<Remind> {
    table(behind("remind"), move |t: &mut Table<'_>| {
        let days: &[(&str, Weekday)] = &[
            ("monday", Weekday::Monday),
            ("tuesday", Weekday::Tuesday),
            ("wednesday", Weekday::Wednesday),
            ("thursday", Weekday::Thursday),
            ("friday", Weekday::Friday),
            ("saturday", Weekday::Saturday),
            ("sunday", Weekday::Sunday),
        ];
        let hour = || whole(0, 23).map(|n| i8::try_from(n).unwrap_or_default());
        Some(Remind {
            weekday: t
                .take("weekday", "The day; usually monday.", one_of(days))
                .unwrap_or(base.weekday),
            hour: t
                .take("hour", "The hour, from 0 to 23; usually 10.", hour())
                .unwrap_or(base.hour),
        })
    })
}

pub(super) fn permissions() -> Kind<Permissions> {
    table(behind("permissions"), |t: &mut Table<'_>| {
        let mut narrowed = BTreeMap::new();
        for verb in Verb::ALL {
            let about = format!("Who may use `{verb}`.");
            let allowed = table(behind(verb.as_str()), |t: &mut Table<'_>| {
                let handler = t
                    .take("handler", "Whether the incident's handler may.", flag())
                    .unwrap_or(false);
                let most = Words::new(
                    "それより多ければ、この操作を制限しないでください",
                    "or leave the verb out",
                );
                let groups = list(slack::group(), 20, most.clone());
                let people = list(slack::person(), 50, most);
                Some(Allowed {
                    handler,
                    called: Called {
                        groups: t
                            .take("groups", "Slack user groups, by handle.", groups)
                            .unwrap_or_default(),
                        people: t
                            .take(
                                "people",
                                "People, as in userteams.yaml or by Slack id.",
                                people,
                            )
                            .unwrap_or_default(),
                    },
                })
            });
            if let Some(allowed) = t.take(verb.as_str(), &about, allowed) {
                narrowed.insert(verb, allowed);
            }
        }
        Some(Permissions(narrowed))
    })
}

pub(super) fn labels(base: Labels) -> Kind<Labels> {
    table(behind("labels"), move |t: &mut Table<'_>| {
        let base = base.clone();
        Some(Labels {
            drill: t
                .take(
                    "drill",
                    "An incident that was only practice.",
                    values::label(base.drill.clone()),
                )
                .unwrap_or(base.drill),
            postmortem: t
                .take(
                    "postmortem",
                    "A pull request with a postmortem.",
                    values::label(base.postmortem.clone()),
                )
                .unwrap_or(base.postmortem),
            action: t
                .take(
                    "action",
                    "An issue that keeps it from happening again.",
                    values::label(base.action.clone()),
                )
                .unwrap_or(base.action),
        })
    })
}

pub(super) fn wording() -> Kind<Wording> {
    table(behind("wording"), |t: &mut Table<'_>| {
        let mut said = BTreeMap::new();
        for named in Named::ALL {
            if let Some(words) = t.take(named.as_str(), named.about(), sentence(named)) {
                said.insert(named, words);
            }
        }
        Some(Wording(said))
    })
}

/// A sentence with nothing in braces but what will be filled in.
fn sentence(named: Named) -> Kind<Words> {
    let words = move || match named.longest() {
        longest if longest <= values::SLACK_OPTION => values::words(longest),
        longest => values::long_words(longest),
    };
    Kind::new(
        move || words().schema(),
        move |node, problems| {
            let said = words().read(node, problems)?;
            let known = named.placeholders();
            for hole in said
                .each()
                .flat_map(holes)
                .filter(|hole| !known.contains(hole))
            {
                let hint = match known {
                    [] => both!(
                        "ここに埋めるものはありません",
                        "there is nothing to fill in here"
                    ),
                    known => kind::hint(hole, known),
                };
                let hole = kind::shown(hole);
                problems.push(node.problem(both!(
                    "`{{{hole}}}` は埋められません。{hint}",
                    "nothing fills `{{{hole}}}`; {hint}",
                    hint
                )));
            }
            Some(said)
        },
    )
}

/// What stands in braces.
fn holes(text: &str) -> impl Iterator<Item = &str> {
    let opened = text.split('{').skip(1);
    opened.filter_map(|rest| Some(rest.split_once('}')?.0))
}

pub(super) fn teams() -> Kind<Teams> {
    table(behind("teams"), |t: &mut Table<'_>| {
        Some(Teams {
            channel: t.take(
                "channel",
                "Where people are asked what shall become of a user group that Slack has otherwise, \
                 and told what was applied. Without it the first channel of `broadcast` is asked.",
                slack::channel(),
            ),
        })
    })
}
