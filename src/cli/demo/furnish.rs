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
    let team = [maker.clone(), other.clone()];
    slack.add_group("Shop first response", "shop-first", &team, None);
    // Who mallory is, nobody knows.
    let known = [(first, maker), (second, other)];
    let known = known.map(|(name, id)| format!("  {name}: {{ slack: {id}, github: {name} }}\n"));
    let teams = format!("version: 1\npeople:\n{}", known.concat());
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
    for name in PEOPLE {
        github.add_user(name);
    }
    let repos = github.snapshot().repos;
    let here = repos.iter().find(|repo| repo.name == POSTMORTEM_REPO);
    let branch = here.map_or("main", |repo| &repo.default_branch);
    github.push(first, POSTMORTEM_REPO, branch, &commits, false)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::playbook;

    #[test]
    fn the_rules_read() {
        let rules = playbook::parse(super::PLAYBOOK).unwrap();
        assert_eq!(rules.services.len(), 2);
    }
}
