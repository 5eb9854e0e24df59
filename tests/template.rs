//! The files that people start from must be good as they are.

use sssbot::playbook;
use sssbot::teams::People;

#[test]
fn the_template_s_playbook_is_good() {
    let playbook = playbook::parse(include_str!("../postmortem-template/.github/sssbot.yaml"));
    let playbook = playbook.expect("it parses");
    assert!(playbook.mirror.report_unreachable_channels_on_issue);
}

#[test]
fn the_template_s_team_file_is_good_and_names_nobody() {
    let people = People::parse(include_str!("../postmortem-template/userteams.yaml"));
    assert!(people.expect("it parses").is_empty());
}

#[test]
fn the_example_team_file_says_who_is_who() {
    let people = People::parse(include_str!("../userteams.yaml")).expect("it parses");
    let hanako = people.by_login("Hanako-Dev").expect("she is in it");
    assert_eq!(hanako.slack.as_str(), "U01HANAKO01");
}
