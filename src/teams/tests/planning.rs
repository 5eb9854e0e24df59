//! What would be done, case by case; first of all what others are known to get wrong.

use super::world::{account, done, group, id, live, now, planned, spec, tried};
use crate::i18n::Lang;
use crate::teams::{Action, Guard, Live, Plan, Remark, plan, wanted};

pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let lines = plan.lines(Lang::En);
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn member_order_that_differs_from_slacks_is_no_change() {
    let live = live(&[group("shop", &["rin", "taro", "hanako"])]);
    let file = "- {name: SHOP, handle: shop, users: [hanako, taro, rin]}";
    let plan = planned(file, None, &live);
    assert_eq!(lines(&plan), ["Slack's groups are like this already"]);
    assert_eq!(
        plan.summary(Lang::Ja),
        "Slack のグループはすでにこの内容です"
    );
}

#[test]
fn two_fields_that_change_at_once_both_change() {
    let live = live(&[group("shop", &["hanako"])]);
    let file =
        "- {name: Shop first, handle: shop, description: called first, users: [hanako, taro]}";
    let plan = planned(file, None, &live);
    assert_eq!(
        lines(&plan),
        [
            "shop: the name changes from “SHOP” to “Shop first”",
            "shop: the description changes from “(empty)” to “called first”",
            "shop: +1 (in: Taro Yamada)",
        ]
    );
    assert_eq!(plan.calls(), 2, "one for both fields, one for the members");
    let after = done(&plan, &live);
    assert_eq!(after.groups[0].name, "Shop first");
    assert_eq!(after.groups[0].description, "called first");
}

#[test]
fn a_rename_both_ways_keeps_the_group() {
    let live = live(&[group("shop", &["hanako"])]);
    for (file, change) in [
        (
            "- {name: SHOP, handle: shop-first, users: [hanako]}",
            "shop-first: @shop becomes @shop-first (it is the same group, so old mentions go on working)",
        ),
        (
            "- {name: Shop first, handle: shop, users: [hanako]}",
            "shop: the name changes from “SHOP” to “Shop first”",
        ),
        (
            "teams: [{name: SHOP, handle: shop-first, users: [hanako]}]",
            "shop-first: @shop becomes @shop-first (it is the same group, so old mentions go on working)",
        ),
        (
            "teams: [{name: Shop first, handle: shop, users: [hanako]}]",
            "shop: the name changes from “SHOP” to “Shop first”",
        ),
    ] {
        assert_eq!(lines(&planned(file, None, &live)), [change], "{file}");
    }
    let both =
        "teams: [{name: Shop first, handle: shop-first, previously: [shop], users: [hanako]}]";
    let plan = planned(both, None, &live);
    assert_eq!(plan.calls(), 1);
    assert_eq!(done(&plan, &live).groups[0].id, live.groups[0].id);
}

#[test]
fn a_group_with_the_handle_of_one_team_and_the_name_of_another_is_the_first() {
    let live = live(&[group("shop", &["hanako"]), group("mail", &["taro"])]);
    // The second is not called so yet, and is never changed by us.
    let file = "teams:\n- {handle: post, previously: [mail], users: [taro]}\n- {name: MAIL, previously: [shop], external: true}\n";
    let plan = planned(file, None, &live);
    let change = "post: @mail becomes @post (it is the same group, so old mentions go on working)";
    assert_eq!(lines(&plan), [change]);
    let after = done(&plan, &live);
    for applied in [None, Some(file)] {
        assert_eq!(
            lines(&planned(file, applied, &after)),
            ["Slack's groups are like this already"],
            "{applied:?}"
        );
    }
}

#[test]
fn a_swap_of_two_handles_works() {
    let live = live(&[group("a", &["hanako"]), group("b", &["taro"])]);
    let file = "- {name: A, handle: b, users: [hanako]}\n- {name: B, handle: a, users: [taro]}\n";
    let plan = planned(file, None, &live);
    assert_eq!(plan.calls(), 3, "one of them steps aside for a moment");
    let mut at = live.clone();
    for action in &plan.actions {
        at.take(action);
        assert!(at.groups[0].handle != at.groups[1].handle, "{action:?}");
    }
    assert_eq!((&*at.groups[0].handle, &*at.groups[1].handle), ("b", "a"));
    assert_eq!(at.groups[0].members, [id("hanako")]);
}

#[test]
fn a_typo_in_an_existing_and_in_a_new_team_stops_everything() {
    let live = live(&[group("shop", &["hanako"])]);
    let file = "- {name: SHOP, handle: shop, users: [hanako, tarp]}\n- {name: New, handle: new, users: [soar, rin]}\n";
    assert_eq!(
        tried(file, None, &live).unwrap_err(),
        [
            "line 1, column 46: nobody in Slack is called `tarp`; did you mean `taro` (Taro Yamada)?",
            "line 2, column 36: nobody in Slack is called `soar`; did you mean `sora` (Sora Yamada)?",
        ]
    );
}

#[test]
fn a_group_that_is_disabled_is_enabled_and_not_created() {
    let mut off = group("shop", &["hanako"]);
    off.disabled = true;
    let file = "- {name: SHOP, handle: shop, users: [hanako]}";
    let plan = planned(file, None, &live(&[off]));
    assert_eq!(
        lines(&plan),
        ["shop: the group, which is disabled, is enabled again"]
    );
}

#[test]
fn an_empty_file_disables_only_what_was_in_the_last_one_and_has_to_be_confirmed() {
    let live = live(&[group("shop", &["hanako", "taro"]), group("other", &["rin"])]);
    let first = planned("[]", None, &live);
    assert_eq!(
        lines(&first),
        [
            "Slack's groups are like this already",
            "2 groups are in no file and are left alone: @shop, @other"
        ]
    );
    let plan = planned(
        "[]",
        Some("- {name: SHOP, handle: shop, users: [hanako, taro]}"),
        &live,
    );
    assert!(plan.needs_confirmation());
    let hash = plan.short_hash();
    assert_eq!(
        lines(&plan),
        [
            "shop: the group is disabled (2 people: Hanako Yamada, Taro Yamada)".to_owned(),
            "No team is left in the files, and 1 groups are disabled: shop".to_owned(),
            format!(
                "Before this is merged, somebody with write access has to comment `/userteams confirm {hash}`. A new push voids that."
            ),
            "1 groups are in no file and are left alone: @other".to_owned(),
        ]
    );
}

#[test]
fn a_deactivated_person_a_guest_or_a_bot_who_is_new_is_refused_and_one_of_old_stops_nobody() {
    let mut live = live(&[group("shop", &["hanako", "taro"])]);
    let (mut gone, mut guest, mut bot) = (account("gone"), account("guest"), account("bot"));
    (gone.is_gone, guest.is_guest, bot.is_bot) = (true, true, true);
    live.people
        .extend([gone, guest, bot].map(|who| (who.id.clone(), who)));
    let new = "- {name: SHOP, handle: shop, users: [hanako, taro, gone, guest, bot]}";
    assert_eq!(
        tried(new, None, &live).unwrap_err(),
        [
            "line 1, column 52: Gone Yamada is deactivated, and Slack takes only full members into groups",
            "line 1, column 58: Guest Yamada is a guest, and Slack takes only full members into groups",
            "line 1, column 65: Bot Yamada is a bot, and Slack takes only full members into groups",
        ]
    );
    let more = "- {name: SHOP, handle: shop, users: [hanako, taro, gone, guest, bot, rin]}";
    let plan = planned(more, Some(new), &live);
    assert_eq!(plan.summary(Lang::En), "shop: +1");
    assert_eq!(plan.remarks.len(), 3);
    let Action::Members { all, .. } = &plan.actions[0] else {
        panic!("{:?}", plan.actions);
    };
    assert_eq!(*all, [id("hanako"), id("taro"), id("rin")]);
}

#[test]
fn a_turn_passes_over_who_cannot_be_called_and_empties_no_team() {
    let file =
        "- {name: SHOP, handle: shop, rotation: {users: [aoi, nao], every: 1w, start: 2026-11-30}}";
    let mut live = live(&[group("shop", &["aoi"])]);
    let at = |when: &str, live: &Live| {
        wanted(&spec(file), live, when.parse().unwrap()).unwrap()["shop"].clone()
    };
    assert_eq!(
        at("2026-11-01T00:00:00Z", &live),
        [id("aoi")],
        "before the start"
    );
    assert_eq!(at("2026-12-06T14:59:59Z", &live), [id("aoi")]);
    assert_eq!(
        at("2026-12-06T15:00:00Z", &live),
        [id("nao")],
        "midnight in Japan"
    );
    assert_eq!(at("2026-12-13T15:00:00Z", &live), [id("aoi")]);
    live.people.get_mut(&id("nao")).unwrap().is_gone = true;
    assert_eq!(at("2026-12-06T15:00:00Z", &live), [id("aoi")]);
    live.people.get_mut(&id("aoi")).unwrap().is_gone = true;
    let spec = spec(file);
    let plan = plan(&spec, Some(&spec), &live, now(), &[].into()).unwrap();
    assert_eq!(plan.actions, []);
}

#[test]
fn ends_and_turns_come_by_themselves_and_are_no_drift() {
    let file = "- name: SHOP\n  handle: shop\n  users: [hanako, {user: rin, until: 2026-12-05}]\n\
                - name: DUTY\n  handle: duty\n  rotation: {users: [aoi, nao], every: 1w, start: 2026-11-30}\n";
    let live = live(&[group("shop", &["hanako", "rin"]), group("duty", &["aoi"])]);
    let files = spec(file);
    let next = files.next_change(now()).unwrap();
    assert_eq!(next.to_string(), "2026-12-05T15:00:00Z");
    let then = files.next_change(next).unwrap();
    assert_eq!(then.to_string(), "2026-12-06T15:00:00Z");
    let at = |when| plan(&files, Some(&files), &live, when, &[].into()).unwrap();
    assert_eq!(at(now()).actions, []);
    assert_eq!(at(next).summary(Lang::En), "shop: −1");
    let both = at(then);
    assert_eq!(both.summary(Lang::En), "shop: −1, duty: +1 −1");
    assert_eq!(both.drift, []);
    assert_eq!(at(next - jiff::SignedDuration::from_secs(1)).actions, []);
}

#[test]
fn external_but_absent_is_told_and_never_made() {
    let plan = planned("- {handle: marketing, external: true}", None, &live(&[]));
    assert_eq!(plan.actions, []);
    assert_eq!(
        plan.remarks,
        [Remark::ExternalAbsent {
            team: "marketing".to_owned()
        }]
    );
    let there = live(&[group("marketing", &["mei"])]);
    let plan = planned("- {handle: marketing, external: true}", None, &there);
    assert_eq!(
        (plan.actions.len(), plan.remarks.len(), plan.unmanaged.len()),
        (0, 0, 0)
    );
}

#[test]
fn whom_main_added_since_a_stale_branch_began_stays() {
    // The branch is read as it would be merged; what it would remove is only what it removes.
    let applied = "- {name: SHOP, handle: shop, users: [hanako, taro, rin]}";
    let branch = "- {name: SHOP, handle: shop, users: [hanako, taro, rin, mei]}";
    let live = live(&[group("shop", &["hanako", "taro", "rin", "sora"])]);
    let plan = planned(branch, Some(applied), &live);
    assert_eq!(plan.summary(Lang::En), "shop: +1");
    assert!(done(&plan, &live).groups[0].members.contains(&id("sora")));
    assert_eq!(plan.drift.len(), 1);
}

#[test]
fn deleted_files_are_planned_in_red_and_confirmed() {
    let live = live(&[
        group("a", &["hanako"]),
        group("b", &["taro"]),
        group("c", &["rin"]),
    ]);
    let applied = "- {name: A, handle: a, users: [hanako]}\n- {name: B, handle: b, users: [taro]}\n- {name: C, handle: c, users: [rin]}\n";
    let plan = planned("- {name: C, handle: c, users: [rin]}", Some(applied), &live);
    assert_eq!(
        plan.guards,
        [Guard::ManyDisabled {
            teams: vec!["a".to_owned(), "b".to_owned()],
            none_left: false
        }]
    );
    let one = planned(
        &applied[applied.find('\n').unwrap() + 1..],
        Some(applied),
        &live,
    );
    assert_eq!(one.actions.len(), 1);
    assert!(!one.needs_confirmation(), "one group alone can go");
    assert!(one.losses().disabled.contains("a"));
}

#[test]
fn what_is_in_slack_and_never_was_in_a_file_is_left_alone() {
    let live = live(&[group("shop", &["hanako"]), group("other", &["mei"])]);
    let plan = planned("- {name: SHOP, handle: shop, users: [hanako]}", None, &live);
    assert_eq!(plan.actions, []);
    assert_eq!(plan.unmanaged[0].handle, "other");
}

#[test]
fn an_edit_in_slack_between_plan_and_merge_is_seen_where_more_would_go() {
    let file = "- {name: SHOP, handle: shop, users: [hanako, mei, nao, miki, ken]}";
    let before = live(&[group("shop", &["hanako", "taro", "mei", "nao", "miki"])]);
    let reviewed = planned(file, None, &before);
    assert_eq!(reviewed.summary(Lang::En), "shop: +1 −1");
    let moved = live(&[group(
        "shop",
        &["hanako", "taro", "mei", "nao", "miki", "rin"],
    )]);
    let now = planned(file, None, &moved);
    assert_ne!(reviewed.hash(), now.hash());
    let more = now.losses().beyond(&reviewed.losses());
    assert_eq!(more.removed["shop"], [id("rin")].into());
    assert!(reviewed.losses().beyond(&now.losses()).is_none());
    let round = serde_json::to_string(&now.losses()).unwrap();
    assert_eq!(
        serde_json::from_str::<crate::teams::Losses>(&round).unwrap(),
        now.losses()
    );
}

#[test]
fn a_list_of_members_that_is_cut_is_not_taken_for_the_whole() {
    let mut cut = group("shop", &["hanako"]);
    cut.cut = true;
    let said = tried(
        "- {name: SHOP, handle: shop, users: [taro]}",
        None,
        &live(&[cut]),
    );
    assert_eq!(
        said.unwrap_err(),
        ["line 1, column 3: Slack has told only the beginning of who is in this group; ask again"]
    );
}

#[test]
fn a_thousand_groups_need_a_call_only_where_something_changes() {
    let groups: Vec<_> = (0..1_000)
        .map(|n| group(&format!("g{n}"), &["hanako"]))
        .collect();
    let live = live(&groups);
    let mut file = String::new();
    for n in 0..1_000 {
        let more = if n % 100 == 0 { ", taro" } else { "" };
        file += &format!("- {{name: G{n}, handle: g{n}, users: [hanako{more}]}}\n");
    }
    let plan = planned(&file, None, &live);
    assert_eq!(plan.calls(), 10);
}
