//! GitHub teams that go with the groups of Slack.

use super::planning::lines;
use super::world::{done, group, id, live, now, planned, spec, tried, wrong};
use crate::i18n::Lang;
use crate::id::Login;
use crate::teams::{Action, Crew, Difference, Live, Organisation, Plan, Seen, Side, plan};

/// Who is who in these tests; the logins have capitals, as people write them.
const PEOPLE: &str = "people:\n  hanako: {github: Hanako-Dev}\n  taro: {github: taro-dev}\n  \
                      rin: {github: rin-dev}\n  sora: {github: sora-dev}\n  mei: {}\n";

fn file(teams: &str) -> String {
    format!("{PEOPLE}teams:\n{teams}\n")
}

/// A team in Slack and on GitHub.
fn shop(users: &str) -> String {
    file(&format!(
        "- {{name: SHOP, handle: shop, users: [{users}], github: shop-first}}"
    ))
}

fn logins<T: FromIterator<Login>>(names: &str) -> T {
    names.split_whitespace().map(Login::from).collect()
}

/// A workspace with one group, and an organisation with one team.
fn world(in_slack: &[&str], on_github: &str) -> Live {
    let crew = Crew {
        members: logins(on_github),
        ..Crew::default()
    };
    with(live(&[group("shop", in_slack)]), Seen::Crew(crew))
}

fn with(mut live: Live, seen: Seen) -> Live {
    live.github = Some(Organisation {
        login: "Acme".to_owned(),
        teams: [("shop-first".into(), seen)].into(),
    });
    live
}

fn guards(plan: &Plan) -> Vec<String> {
    let mut lines = plan.guard_lines(Lang::En);
    lines.pop();
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn what_is_no_github_team_says_where() {
    for (team, said) in [
        (
            "{handle: a, users: [x], github: 'acme/shop/first'}",
            "line 1, column 35: `acme/shop/first` is no GitHub team: write what stands in the address of its page, `shop-first` or `acme/shop-first`",
        ),
        (
            "{handle: a, users: [x], github: ..}",
            "line 1, column 35: `..` is no GitHub team: write what stands in the address of its page, `shop-first` or `acme/shop-first`",
        ),
        (
            "{handle: a, users: [x], github: [b]}",
            "line 1, column 35: this must be a GitHub team such as `shop-first` or `acme/shop-first`, and here is a list",
        ),
        (
            "{handle: a, users: [x], github: }",
            "line 1, column 27: nothing stands behind `github`; leave the key out to leave it to Slack",
        ),
        (
            "{handle: a, github: b}",
            "line 1, column 23: `github` needs `users`: who is in `a` is left to Slack",
        ),
        (
            "{handle: a, external: true, github: b}",
            "line 1, column 39: an external team is never touched, so `github` would do nothing",
        ),
        (
            "{handle: a, users: [x], githb: b}",
            "line 1, column 27: a team has no key `githb`; did you mean `github`?",
        ),
    ] {
        let all = wrong(&format!("- {team}"));
        assert!(all.contains(&said.to_owned()), "{team}: {all:#?}");
    }
    let twice =
        "- {handle: a, users: [x], github: team}\n- {handle: b, users: [z], github: '@acme/Team'}";
    assert_eq!(
        wrong(twice),
        ["line 2, column 35: the GitHub team `team` is already there: line 1, column 35"]
    );
}

#[test]
fn a_github_team_that_is_like_the_file_already_is_no_change() {
    let live = world(&["hanako", "taro"], "taro-dev hanako-dev");
    let plan = planned(&shop("hanako, taro"), None, &live);
    assert_eq!(lines(&plan), ["Slack's groups are like this already"]);
    let named = shop("hanako, taro").replace("shop-first", "'@ACME/shop-first'");
    assert!(planned(&named, None, &live).is_empty());
}

#[test]
fn the_first_time_nobody_goes_whom_no_file_had() {
    let live = world(&["hanako", "taro", "mei"], "hanako-dev owner");
    let plan = planned(&shop("hanako, taro, mei"), None, &live);
    assert_eq!(
        lines(&plan),
        [
            "shop: into the GitHub team shop-first: Taro Yamada (@taro-dev)",
            "shop: `people` has no GitHub login of Mei Yamada, so they are not in the GitHub team shop-first",
            "shop: in the GitHub team shop-first: @owner in it but not in the files",
        ]
    );
    assert_eq!(plan.summary(Lang::En), "shop: GitHub +1");
    let after = done(&plan, &live);
    let again = planned(&shop("hanako, taro, mei"), None, &after);
    assert_eq!(again.actions, []);
}

#[test]
fn one_change_of_the_list_changes_both() {
    let live = world(
        &["hanako", "taro", "sora"],
        "hanako-dev taro-dev sora-dev by-hand",
    );
    let (before, after) = (shop("hanako, taro, sora"), shop("hanako, sora, rin"));
    let plan = planned(&after, Some(&before), &live);
    assert_eq!(plan.summary(Lang::En), "shop: +1 −1 GitHub +1 −1");
    assert_eq!(
        lines(&plan)[1..3],
        [
            "shop: into the GitHub team shop-first: Rin Yamada (@rin-dev)",
            "shop: out of the GitHub team shop-first: Taro Yamada (@taro-dev)",
        ]
    );
    assert_eq!(plan.losses().left["shop"], logins("taro-dev"));
    let Some(Organisation { teams, .. }) = done(&plan, &live).github else {
        panic!("GitHub is there");
    };
    let Some(Seen::Crew(crew)) = teams.get(&"shop-first".into()) else {
        panic!("{teams:?}");
    };
    let right = logins("hanako-dev sora-dev rin-dev by-hand");
    assert_eq!(crew.members, right, "who came by hand stays");
    let more = plan
        .losses()
        .beyond(&planned(&before, Some(&before), &live).losses());
    assert_eq!(more.left["shop"], logins("taro-dev"));
}

#[test]
fn what_is_changed_by_hand_is_drift_and_can_be_brought_back() {
    let file = shop("hanako, taro");
    let live = world(&["hanako", "taro"], "hanako-dev by-hand");
    let plan = planned(&file, Some(&file), &live);
    assert_eq!(plan.actions, []);
    assert_eq!(
        lines(&plan)[1..],
        [
            "shop: in the GitHub team shop-first: @by-hand in it but not in the files, @taro-dev in the files but not in it"
        ]
    );
    let [drift] = plan.drift.as_slice() else {
        panic!("{:?}", plan.drift);
    };
    assert_eq!(drift.side, Side::GitHub("shop-first".into()));
    assert_eq!(
        drift.differences,
        [
            Difference::ExtraOnGitHub(logins("by-hand")),
            Difference::MissingOnGitHub(logins("taro-dev"))
        ]
    );
    assert_eq!(drift.edits(None), []);
    let mut live = live;
    drift.back.iter().for_each(|action| live.take(action));
    assert_eq!(planned(&file, Some(&file), &live).drift, []);
}

#[test]
fn a_team_that_is_missing_is_a_problem_and_later_a_remark() {
    let (file, live) = (shop("hanako"), live(&[group("shop", &["hanako"])]));
    let missing = with(live.clone(), Seen::Absent);
    assert_eq!(
        tried(&file, None, &missing).unwrap_err(),
        [
            "line 8, column 55: GitHub has no team `shop-first` in `Acme`, or none that the App may see; make it there first: sssbot makes no GitHub teams"
        ]
    );
    let plan = planned(&file, Some(&file), &missing);
    assert_eq!(
        lines(&plan)[1..],
        [
            "shop: the GitHub team shop-first is gone, or the App may not see it any more; sssbot makes no GitHub teams"
        ]
    );
    let elsewhere = file.replace("shop-first", "other/shop-first");
    assert_eq!(
        tried(&elsewhere, None, &missing).unwrap_err(),
        [
            "line 8, column 55: sssbot is at home in the organisation `Acme` and reaches no teams of `other`"
        ]
    );
    // Where nobody asks GitHub, that is said, and nothing is done there.
    let plan = planned(&file, None, &live);
    assert_eq!(plan.actions, []);
    assert!(lines(&plan)[1].contains("its GitHub team is not looked at here"));
}

#[test]
fn what_does_not_show_itself_is_to_be_looked_at_and_slack_goes_on() {
    let closed = Seen::Closed("GitHub 403: Resource not accessible by integration".to_owned());
    let live = with(live(&[group("shop", &["hanako"])]), closed);
    let plan = planned(&shop("hanako, taro"), None, &live);
    assert_eq!(
        lines(&plan),
        [
            "shop: +1 (in: Taro Yamada)",
            "shop: GitHub does not show who is in the team shop-first, so there is no telling what changes there (GitHub 403: Resource not accessible by integration)",
        ]
    );
    assert!(matches!(plan.actions[1], Action::Look { .. }));
}

#[test]
fn a_rename_keeps_the_github_team_and_a_key_that_goes_lets_it_be() {
    let live = world(&["hanako"], "hanako-dev");
    let before = shop("hanako");
    let renamed = file(
        "- {name: SHOP, handle: shop-new, previously: [shop], users: [hanako], github: shop-first}",
    );
    let plan = planned(&renamed, Some(&before), &live);
    assert_eq!(plan.actions.len(), 1, "{:?}", plan.actions);
    let without = file("- {name: SHOP, handle: shop, users: [hanako]}");
    let plan = planned(&without, Some(&before), &live);
    assert_eq!(plan.actions, []);
    assert_eq!(
        lines(&plan)[1..],
        ["shop: no file names the GitHub team shop-first any more, so it is left as it is"]
    );
    // A whole team that goes takes its group along, not the GitHub team.
    let plan = planned(&file("  []"), Some(&before), &live);
    assert!(!plan.reaches_github());
}

#[test]
fn nobody_is_left_out_of_a_github_team_that_would_be_empty() {
    let live = world(&["hanako", "mei"], "hanako-dev");
    let plan = planned(&shop("mei"), Some(&shop("hanako, mei")), &live);
    assert!(!plan.reaches_github());
    assert!(lines(&plan).contains(
        &"shop: nobody would be left in the GitHub team shop-first, so its members stay as they are"
            .to_owned()
    ));
}

#[test]
fn who_would_lose_a_github_team_is_confirmed() {
    // All stay in Slack: only the logins are taken away.
    let live = world(&["hanako", "taro", "rin"], "hanako-dev taro-dev rin-dev");
    let before = shop("hanako, taro, rin");
    let after = before.replace("taro: {github: taro-dev}", "taro: {}");
    let after = after.replace("rin: {github: rin-dev}", "rin: {}");
    let plan = planned(&after, Some(&before), &live);
    assert_eq!(
        guards(&plan),
        [
            "2 of the 3 people in the GitHub team shop-first of shop are taken out of it: @rin-dev, @taro-dev"
        ]
    );
    let other = before.replace("taro-dev", "mallory");
    let plan = planned(&other, Some(&before), &live);
    assert_eq!(
        guards(&plan),
        ["`taro` was @taro-dev on GitHub so far, and would be @mallory"]
    );
    assert_eq!(plan.summary(Lang::En), "shop: GitHub +1 −1");
}

#[test]
fn an_open_incident_guards_the_github_team_too() {
    let with_service = |text: String| text.replace("handle: shop", "handle: shop, service: shop");
    let before = with_service(shop("hanako, taro"));
    let after = before.replace("taro: {github: taro-dev}", "taro: {}");
    let live = world(&["hanako", "taro"], "hanako-dev taro-dev");
    let open = ["shop".into()].into();
    let made = plan(&spec(&after), Some(&spec(&before)), &live, now(), &open).unwrap();
    assert_eq!(
        guards(&made),
        [
            "There is an open incident of shop, and @taro-dev would be taken out of the GitHub team shop-first of shop"
        ]
    );
    // Who goes in Slack as well is said once.
    let gone = before.replace("[hanako, taro]", "[hanako]");
    let made = plan(&spec(&gone), Some(&spec(&before)), &live, now(), &open).unwrap();
    assert_eq!(guards(&made).len(), 1);
}

#[test]
fn ends_and_guests_hold_for_both() {
    let users = "hanako, {user: rin, until: 2026-11-29}, taro";
    let mut live = world(&["hanako", "rin"], "hanako-dev rin-dev");
    live.people.get_mut(&id("taro")).unwrap().is_guest = true;
    let plan = planned(&shop(users), Some(&shop(users)), &live);
    assert_eq!(plan.summary(Lang::En), "shop: −1 GitHub −1");
}

#[test]
fn everything_reads_in_japanese() {
    let live = world(&["hanako", "taro"], "hanako-dev taro-dev by-hand");
    let plan = planned(&shop("hanako, rin"), Some(&shop("hanako, taro")), &live);
    let said: Vec<String> = plan.lines(Lang::Ja).into_iter().map(|it| it.text).collect();
    assert_eq!(
        said[1..],
        [
            "shop: GitHub のチーム shop-first に追加 Rin Yamada (@rin-dev)",
            "shop: GitHub のチーム shop-first から削除 Taro Yamada (@taro-dev)",
            "shop: GitHub のチーム shop-first に、定義にない @by-hand がいる",
        ]
    );
}
