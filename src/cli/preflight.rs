//! `sssbot preflight`: whether GitHub and Slack let us do what we are for, and if not, which setting
//! of theirs is to be changed.

mod groups;

use std::collections::BTreeSet;

use super::needs::{MEMBERSHIP, SCOPES, needed, webhooks};
use super::{Failure, put};
use crate::config::{HubArgs, TalkArgs};
use crate::github::{GitHub, Rights};
use crate::i18n::Lang;
use crate::i18n::setup::{Setup, fill};
use crate::id::RepoName;
use crate::secret::Secret;
use crate::slack::{self, Slack, SlackError};
use crate::teams::{FOLDER, PATH, Spec, is_path};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    hub: HubArgs,
    #[command(flatten)]
    talk: TalkArgs,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let settings = |error: crate::config::ConfigError| Failure::Settings(error.to_string());
    let hub = args.hub.read().map_err(settings)?;
    let talk = args.talk.read().map_err(settings)?;
    let groups_token = args.talk.usergroups_token().map_err(settings)?;
    let github = GitHub::new(hub.github.clone())
        .map_err(|error| Failure::Settings(format!("GitHub: {error}")))?;
    let mut missing = on_github(&github, hub.lang).await?.lines;
    if missing.is_empty() {
        let repo = hub.github.repo.as_str();
        put(&fill(Setup::AppFine, hub.lang, &[("repo", repo)]));
    }
    match talk {
        Some(talk) => missing.extend(in_slack(talk, groups_token, hub.lang).await?),
        None => put(Setup::TokenNotSet.say(hub.lang)),
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Failure::Told(missing.join("\n"))),
    }
}

/// What is missing on GitHub.
pub(super) struct Missing {
    /// A line each.
    pub(super) lines: Vec<String>,
    /// Whether anything at all can be done.
    pub(super) can_go_on: bool,
}

/// What is missing on GitHub.
///
/// # Errors
/// When GitHub cannot be asked.
pub(super) async fn on_github(github: &GitHub, lang: Lang) -> Result<Missing, Failure> {
    let asked = github.rights_asked().await;
    let asked = asked.map_err(|error| Failure::when("GitHub")(&error))?;
    let granted = github.rights().await;
    let granted = granted.map_err(|error| Failure::when("GitHub")(&error))?;
    let counts = |rights: &Rights| rights.suspended_at.is_none();
    let installed = granted.as_ref().is_some_and(counts);
    let crews = installed && names_github_teams(github).await;
    Ok(Missing {
        can_go_on: installed,
        lines: missing_on_github(&asked, granted.as_ref(), github.repo(), crews, lang),
    })
}

/// Whether the team files name a GitHub team; what does not read names none.
async fn names_github_teams(github: &GitHub) -> bool {
    let repo = github.repo();
    let Ok(Some(commit)) = github.newest_commit(repo).await else {
        return false;
    };
    let folder = github.folder(repo, FOLDER, commit.as_str()).await;
    let mut paths = folder.unwrap_or_default();
    paths.retain(|path| is_path(path));
    paths.push(PATH.to_owned());
    let mut files = Vec::new();
    for path in paths {
        if let Ok(Some(file)) = github.file(repo, &path, Some(commit.as_str())).await {
            files.push((path, file.text));
        }
    }
    let teams = Spec::read(&files)
        .map(|spec| spec.teams)
        .unwrap_or_default();
    teams.iter().any(|team| team.value.github.is_some())
}

fn missing_on_github(
    asked: &Rights,
    granted: Option<&Rights>,
    repo: &RepoName,
    crews: bool,
    lang: Lang,
) -> Vec<String> {
    let Some(granted) = granted else {
        let with = [("repo", repo.as_str()), ("url", asked.html_url.as_str())];
        return vec![fill(Setup::AppNotInstalled, lang, &with)];
    };
    let url = granted.html_url.as_str();
    if granted.suspended_at.is_some() {
        return vec![fill(Setup::AppSuspended, lang, &[("url", url)])];
    }
    let mut missing = Vec::new();
    for needed in needed(crews) {
        if granted.allow(needed.id, needed.level) {
            continue;
        }
        let sentence = match asked.allow(needed.id, needed.level) {
            true => Setup::PermissionWaits,
            false => Setup::PermissionMissing,
        };
        let with = [
            ("name", needed.name),
            ("level", needed.words()),
            ("why", needed.why.say(lang)),
            ("url", url),
        ];
        missing.push(fill(sentence, lang, &with));
    }
    // Who comes into GitHub teams and goes matters where a file names one.
    let events = webhooks().iter();
    for event in events.filter(|event| crews || **event != MEMBERSHIP) {
        // What an App listens to holds for all its installations.
        if !asked.events.iter().any(|it| it == event) {
            missing.push(fill(Setup::EventMissing, lang, &[("name", event)]));
        }
    }
    missing
}

/// What is missing in Slack, a line each; what cannot be known is said at once.
///
/// # Errors
/// When Slack cannot be asked.
async fn in_slack(
    settings: slack::Settings,
    groups_token: Option<Secret>,
    lang: Lang,
) -> Result<Vec<String>, Failure> {
    let slack = Slack::new(settings.clone())
        .map_err(|error| Failure::Settings(format!("SLACK_API_URL: {error}")))?;
    let (identity, scopes) = match slack.granted().await {
        Ok(granted) => granted,
        Err(SlackError::Refused(refusal)) => {
            let why = refusal.to_string();
            return Ok(vec![fill(Setup::TokenRefused, lang, &[("why", &why)])]);
        }
        Err(error) => return Err(Failure::when("Slack")(&error)),
    };
    if identity.bot_id.is_none() {
        return Ok(vec![Setup::TokenIsNoBot.say(lang).to_owned()]);
    }
    let mut missing = match &scopes {
        Some(scopes) => missing_scopes(scopes, lang),
        None => vec![Setup::ScopesUnsaid.say(lang).to_owned()],
    };
    if missing.is_empty() {
        put(&fill(Setup::TokenFine, lang, &[("url", &identity.url)]));
    }
    missing.extend(groups::missing(&settings, &identity, groups_token, lang).await?);
    put(Setup::EventsByEye.say(lang));
    Ok(missing)
}

fn missing_scopes(granted: &BTreeSet<String>, lang: Lang) -> Vec<String> {
    let lacking = SCOPES.iter().filter(|(scope, _)| !granted.contains(*scope));
    let line = |(scope, why): &(&str, Setup)| {
        let with = [("name", *scope), ("why", why.say(lang))];
        fill(Setup::ScopeMissing, lang, &with)
    };
    lacking.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::needs::PERMISSIONS;
    use super::*;

    fn all() -> Rights {
        Rights {
            permissions: PERMISSIONS
                .iter()
                .map(|it| (it.id.to_owned(), it.level.to_owned()))
                .collect(),
            events: webhooks().iter().map(|it| (*it).to_owned()).collect(),
            html_url: "https://github.com/settings/installations/1".to_owned(),
            suspended_at: None,
        }
    }

    fn missing(asked: &Rights, granted: Option<&Rights>) -> Vec<String> {
        missing_on_github(asked, granted, &"acme/postmortem".into(), true, Lang::En)
    }

    #[test]
    fn what_github_teams_need_is_asked_for_where_a_file_names_one() {
        let mut rights = all();
        rights
            .permissions
            .insert("members".to_owned(), "read".to_owned());
        rights.events.retain(|event| event != MEMBERSHIP);
        let repo = "acme/postmortem".into();
        let missing = |crews: bool| {
            missing_on_github(&rights, Some(&rights), &repo, crews, Lang::En).join("\n")
        };
        assert_eq!(missing(false), "");
        let both = missing(true);
        assert!(
            both.contains("“Members: Read and write” is missing"),
            "{both}"
        );
        assert!(
            both.contains("the event “membership” is not sent"),
            "{both}"
        );
        rights.permissions.remove("members");
        let repo = "acme/postmortem".into();
        let missing = missing_on_github(&rights, Some(&rights), &repo, false, Lang::En);
        assert!(
            missing[0].contains("“Members: Read-only” is missing (to know who may do what)"),
            "{missing:?}"
        );
    }

    #[test]
    fn what_is_missing_is_said_with_the_setting_that_has_it() {
        assert_eq!(missing(&all(), Some(&all())), [""; 0]);
        let not_there = missing(&all(), None);
        assert!(not_there[0].contains("not installed on acme/postmortem"));

        let mut granted = all();
        granted
            .permissions
            .insert("issues".to_owned(), "read".to_owned());
        assert_eq!(
            missing(&all(), Some(&granted)),
            [
                "GitHub: the permission “Issues: Read and write” was not accepted yet (to record \
              incidents). Accept it at https://github.com/settings/installations/1"
            ]
        );
        let mut asked = all();
        asked.permissions.remove("issues");
        asked.events.retain(|event| event != "push");
        let lines = missing(&asked, Some(&granted));
        assert!(
            lines[0].contains("Add it under “Permissions & events”"),
            "{lines:?}"
        );
        assert!(
            lines[1].contains("the event “push” is not sent"),
            "{lines:?}"
        );

        granted.suspended_at = Some("2021-01-01T00:00:00Z".to_owned());
        assert!(missing(&all(), Some(&granted))[0].contains("suspended"));
    }

    #[test]
    fn a_missing_scope_is_said_with_what_it_is_for() {
        let mut granted: BTreeSet<String> = SCOPES
            .iter()
            .map(|(scope, _)| (*scope).to_owned())
            .collect();
        assert_eq!(missing_scopes(&granted, Lang::Ja), [""; 0]);
        granted.remove("pins:write");
        let lines = missing_scopes(&granted, Lang::Ja);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("「pins:write」がありません（状況のカードをピン留めする）"));
    }
}
