//! What a visitor finds in the demo's worlds: people who know each other, channels, and rules.

use crate::i18n::Lang;
use crate::sandbox::Sandbox;
use crate::sandbox::github::{CannotAct, CommitSpec};
use crate::sandbox::slack::NewPerson;

use super::page::PEOPLE;
use crate::cli::world::POSTMORTEM_REPO;

/// The organisation's rules. Nobody who tries it waits for five minutes to be asked something.
const PLAYBOOK: &str = "\
services:
  shop:
    name: { ja: ショップ, en: The shop }
    team: shop-first
  search:
    name: { ja: 検索, en: Search }
    team: search-first
broadcast: [dev]
levels:
  1: {}
  2: {}
  3:
    checklist:
      - { id: notice, text: { ja: \"障害情報は出しましたか?\", en: \"Is the notice for users out?\" } }
      - { id: support, text: { ja: \"カスタマーサポートに伝えましたか?\", en: \"Does customer support know?\" } }
intervals:
  ask_for_handler_minutes: 1
  timekeeper_minutes: 5
";

/// What stands in the files and groups, in one language.
struct Words {
    shop: &'static str,
    search: &'static str,
    /// Who is called first; `PEOPLE` is put in.
    teams: &'static str,
}

impl Words {
    fn of(lang: Lang) -> Self {
        match lang {
            Lang::Ja => Self {
                shop: "ショップ 一次対応",
                search: "検索 一次対応",
                teams: "\
# 最初に呼ばれる人。マージすると Slack のグループと GitHub のチームが変わります。
version: 1
people:
PEOPLE
teams:
- name: ショップ 一次対応
  handle: shop-first
  service: shop
  users:
  - hanako
  - taro
  - mei
  github: shop-first # GitHub のチームもそろえます
- name: 検索 一次対応
  handle: search-first
  service: search
  users:
  - taro
  - sora
",
            },
            Lang::En => Self {
                shop: "Shop, first response",
                search: "Search, first response",
                teams: "\
# Who is called first. Merged here, applied in Slack and to the GitHub team.
version: 1
people:
PEOPLE
teams:
- name: Shop, first response
  handle: shop-first
  service: shop
  users:
  - hanako
  - taro
  - mei
  github: shop-first # the GitHub team has the same people
- name: Search, first response
  handle: search-first
  service: search
  users:
  - taro
  - sora
",
            },
        }
    }
}

/// Lets people come in who are known on both sides, with the channels that everybody has and the
/// rules of their organisation.
///
/// # Errors
/// When the sandbox's GitHub does not take the files.
pub(super) fn furnish(sandbox: &Sandbox, lang: Lang) -> Result<(), CannotAct> {
    let slack = &sandbox.slack;
    let people = PEOPLE.map(|name| (name, slack.add_user(NewPerson::named(name))));
    let [(first, maker), (second, other), _] = &people;
    for name in ["general", "dev"] {
        // In a world that is new nobody has taken the name.
        if let Ok(channel) = slack.create_channel(name, maker, false) {
            slack.invite(&channel, &slack.bot(), maker);
            for (_, person) in &people[1..] {
                slack.join(&channel, person);
            }
        }
    }
    let [sora, mei] = ["sora", "mei"].map(|name| slack.add_user(NewPerson::named(name)));
    let words = Words::of(lang);
    let shop = [maker.clone(), other.clone(), mei.clone()];
    slack.add_group(words.shop, "shop-first", &shop, None);
    slack.add_group(
        words.search,
        "search-first",
        &[other.clone(), sora.clone()],
        None,
    );
    // Who mallory is, nobody knows.
    let known = [
        (first, maker),
        (second, other),
        (&"mei", &mei),
        (&"sora", &sora),
    ];
    let known = known.map(|(name, id)| format!("  {name}: {{ slack: {id}, github: {name} }}\n"));
    let teams = words.teams.replace("PEOPLE", known.concat().trim_end());
    let playbook = format!("language: {lang}\n{PLAYBOOK}");
    let commits = [
        CommitSpec::file("Say who is who", "userteams.yaml", &teams),
        CommitSpec::file(
            "Write down how we respond",
            ".github/sssbot.yaml",
            &playbook,
        ),
    ];
    let github = &sandbox.github;
    for name in PEOPLE.into_iter().chain(["mei", "sora"]) {
        github.add_user(name);
    }
    let org = POSTMORTEM_REPO.split('/').next().unwrap_or_default();
    github.set_team(org, "shop-first", &[first, second, "mei"], None);
    let repos = github.snapshot().repos;
    let here = repos.iter().find(|repo| repo.name == POSTMORTEM_REPO);
    let branch = here.map_or("main", |repo| &repo.default_branch);
    github.push(first, POSTMORTEM_REPO, branch, &commits, false)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::i18n::Lang;
    use crate::playbook;
    use crate::teams::People;

    #[test]
    fn the_rules_read() {
        let rules = playbook::parse(super::PLAYBOOK).unwrap();
        assert_eq!(rules.services.len(), 2);
        for lang in [Lang::Ja, Lang::En] {
            let teams = Words::of(lang).teams;
            let teams = teams.replace("PEOPLE", "  hanako: { slack: U0001, github: hanako }");
            assert!(People::parse(&teams).is_ok(), "{teams}");
        }
    }
}
