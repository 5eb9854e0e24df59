//! Whether Slack lets us change its user groups, and if not, which setting of its own changes that.

use std::collections::BTreeSet;

use crate::cli::needs::USER_SCOPES;
use crate::cli::{Failure, put};
use crate::i18n::Lang;
use crate::i18n::setup::{Setup, fill};
use crate::secret::Secret;
use crate::slack::{self, GroupEdit, Identity, Refusal, Slack, SlackError};

/// No group has this id: to change it changes nothing, and shows who may.
const NO_GROUP: &str = "S00000000";

/// What is missing, a line each. `settings` is with the bot's token, which is `bot`.
///
/// # Errors
/// When Slack cannot be asked.
pub(super) async fn missing(
    settings: &slack::Settings,
    bot: &Identity,
    token: Option<Secret>,
    lang: Lang,
) -> Result<Vec<String>, Failure> {
    let client = |token: Option<&Secret>| {
        let mut settings = settings.clone();
        if let Some(token) = token {
            settings.token = token.clone();
        }
        Slack::new(settings).map_err(|error| Failure::Settings(format!("SLACK_API_URL: {error}")))
    };
    let mut missing = Vec::new();
    if let Some(token) = &token {
        match client(Some(token))?.granted().await {
            Ok((identity, scopes)) => {
                if identity.team_id != bot.team_id {
                    let with = [("url", identity.url.as_str())];
                    return Ok(vec![fill(Setup::GroupsTokenIsElsewhere, lang, &with)]);
                }
                missing.extend(lacking(scopes.as_ref(), lang));
            }
            Err(SlackError::Refused(refusal)) => {
                let why = refusal.to_string();
                return Ok(vec![fill(
                    Setup::GroupsTokenRefused,
                    lang,
                    &[("why", &why)],
                )]);
            }
            Err(error) => return Err(Failure::when("Slack")(&error)),
        }
    }
    let own = token.is_some();
    let slack = client(None)?.managing_groups_with(token);
    match slack.groups().await {
        Ok(_) => {}
        Err(SlackError::Refused(Refusal::NotInPlan(_))) => {
            return Ok(vec![Setup::GroupsNotInPlan.say(lang).to_owned()]);
        }
        // What is missing of the bot's scopes was said.
        Err(SlackError::Refused(_)) => return Ok(missing),
        Err(error) => return Err(Failure::when("Slack")(&error)),
    }
    let edit = GroupEdit {
        description: Some(""),
        ..GroupEdit::default()
    };
    match slack.update_group(NO_GROUP, &edit).await {
        Err(SlackError::Refused(Refusal::Forbidden(_))) => {
            let sentence = match own {
                true => Setup::GroupsAdminIsNone,
                false => Setup::GroupsByAdmins,
            };
            missing.push(sentence.say(lang).to_owned());
        }
        Err(SlackError::Refused(Refusal::NotInPlan(_))) => {
            missing.push(Setup::GroupsNotInPlan.say(lang).to_owned());
        }
        Err(SlackError::Refused(Refusal::MissingScope { .. })) => {}
        Ok(_) | Err(SlackError::Refused(Refusal::UserNotFound(_))) if missing.is_empty() => {
            let whose = match own {
                true => Setup::TheAdmins,
                false => Setup::TheBots,
            };
            put(&fill(
                Setup::GroupsFine,
                lang,
                &[("whose", whose.say(lang))],
            ));
        }
        Ok(_) | Err(SlackError::Refused(Refusal::UserNotFound(_))) => {}
        Err(error) => {
            let why = error.to_string();
            put(&fill(Setup::GroupsUnsaid, lang, &[("why", &why)]));
        }
    }
    Ok(missing)
}

fn lacking(scopes: Option<&BTreeSet<String>>, lang: Lang) -> Vec<String> {
    let Some(scopes) = scopes else {
        return Vec::new();
    };
    let lacking = USER_SCOPES.iter().filter(|(it, _)| !scopes.contains(*it));
    let line = |(scope, why): &(&str, Setup)| {
        let with = [("name", *scope), ("why", why.say(lang))];
        fill(Setup::UserScopeMissing, lang, &with)
    };
    lacking.map(line).collect()
}
