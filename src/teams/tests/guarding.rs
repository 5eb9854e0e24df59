//! What has to be confirmed, what somebody did in Slack, and what Slack would refuse.

use std::collections::BTreeSet;

use super::planning::lines;
use super::world::{group, id, live, now, planned, spec, tried};
use crate::i18n::Lang;
use crate::id::ServiceId;
use crate::teams::{Edit, Guard, drift, plan};

#[test]
fn who_is_removed_while_an_incident_is_open_is_held_by_the_old_files_word() {
    let live = live(&[group("shop", &["hanako", "taro", "rin", "mei", "nao"])]);
    let applied =
        "- {name: SHOP, handle: shop, service: shop, min: 5, users: [hanako, taro, rin, mei, nao]}";
    let loosened = "- {name: SHOP, handle: shop, users: [hanako, taro, rin, mei]}";
    let open: BTreeSet<ServiceId> = [ServiceId::from("shop")].into();
    let (wanted, applied) = (spec(loosened), spec(applied));
    let plan = plan(&wanted, Some(&applied), &live, now(), &open).unwrap();
    assert_eq!(
        plan.guards,
        [
            Guard::BelowMin {
                team: "shop".to_owned(),
                left: 4,
                min: 5
            },
            Guard::IncidentOpen {
                team: "shop".to_owned(),
                service: "shop".into(),
                removed: vec![id("nao")],
            },
        ]
    );
    let said = plan.guard_lines(Lang::Ja);
    assert_eq!(said[0].text, "shop が 4 人になり、最低の 5 人を下回ります");
    assert_eq!(
        said[1].text,
        "shop のインシデントが進行中です。shop から Nao Yamada が外れます"
    );
}

#[test]
fn more_than_a_quarter_and_two_people_need_a_confirmation() {
    let live = live(&[group(
        "shop",
        &["hanako", "taro", "rin", "mei", "nao", "miki", "ken", "yui"],
    )]);
    for (users, confirm) in [
        ("[hanako, taro, rin, mei, nao, miki]", false),
        ("[hanako, taro, rin, mei, nao]", true),
        ("[aoi]", true),
    ] {
        let plan = planned(
            &format!("- {{name: SHOP, handle: shop, users: {users}}}"),
            None,
            &live,
        );
        assert_eq!(plan.needs_confirmation(), confirm, "{users}");
    }
    let nobody = planned("- {name: SHOP, handle: shop, users: [aoi]}", None, &live);
    assert!(lines(&nobody)[0].ends_with("; none of those who are in it now is left)"));
}

#[test]
fn a_name_that_means_another_person_now_needs_a_confirmation() {
    let live = live(&[group("shop", &["hanako"])]);
    let applied = "teams: [{name: SHOP, handle: shop, users: [hanako]}]";
    let hijacked =
        "people: {hanako: {slack: mei}}\nteams: [{name: SHOP, handle: shop, users: [hanako]}]";
    let plan = planned(hijacked, Some(applied), &live);
    assert_eq!(
        plan.guards,
        [Guard::OtherPerson {
            name: "hanako".to_owned(),
            was: id("hanako"),
            now: id("mei")
        }]
    );
    assert!(
        lines(&plan)
            .contains(&"`hanako` was Hanako Yamada so far, and would be Mei Yamada".to_owned())
    );
}

#[test]
fn what_somebody_did_in_slack_is_shown_apart_and_can_be_taken_back() {
    let mut there = group("shop", &["hanako", "mei"]);
    there.name = "Other".to_owned();
    there.touched = Some((id("ken"), now()));
    let live = live(&[there]);
    let applied = spec("teams: [{name: SHOP, handle: shop, users: [hanako, taro]}]");
    let found = drift(&applied, &live, now()).unwrap();
    assert_eq!(found.len(), 1);
    let said = found[0].say(Lang::En, |who| live.name(who));
    assert_eq!(
        said,
        "shop: it is called “Other” (“SHOP” in the files), Mei Yamada in it but not in the files, \
         Taro Yamada in the files but not in it (last touched by Ken Yamada, 2026-11-30 12:00)"
    );
    let mut back = live.clone();
    found[0].back.iter().for_each(|action| back.take(action));
    assert_eq!(drift(&applied, &back, now()), Ok(Vec::new()));
    assert_eq!(back.groups[0].members, [id("hanako"), id("taro")]);
}

#[test]
fn what_slack_would_refuse_is_refused_before() {
    let mut off = group("old", &["mei"]);
    off.disabled = true;
    let mut theirs = group("auto", &["mei"]);
    theirs.elsewhere = true;
    let live = live(&[group("shop", &["hanako"]), off, theirs]);
    for (file, why) in [
        (
            "- {name: New, handle: dev, users: [mei]}",
            "line 1, column 23: `dev` is the name of a channel, so no group can have it",
        ),
        (
            "- {name: New, handle: rin, users: [mei]}",
            "line 1, column 23: `rin` is the username of Rin Yamada, so no group can have it",
        ),
        (
            "- {handle: new, users: [mei]}",
            "line 1, column 3: Slack has no group `new`; to create it, it needs a `name`",
        ),
        (
            "- {name: New, id: S0999, users: [mei]}",
            "line 1, column 19: Slack has no group with this id; without `id` one is created",
        ),
        (
            "- {name: SHOP, handle: old, users: [hanako]}",
            "line 1, column 24: this is already the handle of the disabled group `OLD` (`old`, SOLD), and no two groups may share one; say `id:` if that group is meant",
        ),
        (
            "- {name: SHOP, handle: shop, channels: [shop-incidnt]}",
            "line 1, column 41: Slack has no channel `#shop-incidnt`; did you mean `shop-incident`?",
        ),
        (
            "- {name: AUTO, handle: auto, users: [mei]}",
            "line 1, column 3: Slack or your directory fills the group `AUTO`; say `external: true`",
        ),
    ] {
        assert_eq!(tried(file, None, &live).unwrap_err(), [why], "{file}");
    }
}

#[test]
fn a_group_that_somebody_disabled_is_drift_and_not_enabled_again() {
    let mut off = group("shop", &["hanako", "taro", "rin"]);
    off.disabled = true;
    let live = live(&[off]);
    let applied = "- {name: SHOP, handle: shop, users: [hanako, taro, rin]}";
    let wanted = "- {name: SHOP, handle: shop, users: [hanako]}";
    let plan = planned(wanted, Some(applied), &live);
    assert_eq!((plan.actions.len(), plan.guards.len()), (0, 0));
    let said = plan.drift[0].say(Lang::Ja, |who| live.name(who));
    assert_eq!(said, "shop: グループが無効になっている");
    // Whoever says that the files are to be like Slack says that the team goes.
    let team = "shop".to_owned();
    assert_eq!(plan.drift[0].edits(None), [Edit::Disband { team }]);
    let mut back = live.clone();
    plan.drift[0]
        .back
        .iter()
        .for_each(|action| back.take(action));
    assert!(!back.groups[0].disabled);
}

#[test]
fn too_few_people_are_told_and_stop_only_the_change_that_makes_them_fewer() {
    let live = live(&[group("shop", &["hanako"]), group("other", &["mei"])]);
    let files = "- {name: SHOP, handle: shop, min: 2, users: [hanako]}\n- {name: OTHER, handle: other, users: [mei]}";
    let more = files.replace("[mei]", "[mei, nao]");
    let plan = planned(&more, Some(files), &live);
    assert!(!plan.needs_confirmation());
    assert!(lines(&plan).contains(&"shop: it has 1 people and should have 2".to_owned()));
    let raised = files.replace("min: 2", "min: 3");
    assert!(planned(&raised, Some(files), &live).needs_confirmation());
}
