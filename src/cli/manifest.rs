//! `sssbot manifest`: what GitHub and Slack are to be asked for, in the form that each takes.

use clap::Subcommand;
use serde_json::{Value, json};
use url::Url;

use super::needs::{PERMISSIONS, SCOPES, SLACK_EVENTS, USER_SCOPES, webhooks};
use super::{Failure, put};
use crate::i18n::Lang;
use crate::i18n::setup::Setup;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    of: Of,
}

#[derive(Debug, Subcommand)]
enum Of {
    /// Print the manifest of the Slack app: scopes, events, shortcuts, the /incident command
    Slack(SlackArgs),
    /// Print the manifest of the GitHub App: permissions and events; and an address that fills in
    /// the same on GitHub's own page
    Github(GitHubArgs),
}

#[derive(Debug, clap::Args)]
struct SlackArgs {
    #[command(flatten)]
    shared: Shared,
}

#[derive(Debug, clap::Args)]
struct GitHubArgs {
    #[command(flatten)]
    shared: Shared,
    /// The organisation that shall own the App; without it you do
    #[arg(long, value_name = "LOGIN")]
    org: Option<String>,
    /// Where people see GitHub; https://HOST for a GitHub Enterprise Server
    #[arg(long, value_name = "URL", default_value = "https://github.com")]
    github_url: Url,
}

#[derive(Debug, clap::Args)]
struct Shared {
    /// Where sssbot is reached from the Internet: https://sssbot.example.com
    #[arg(long, value_name = "URL")]
    url: Url,
    /// What it is called
    #[arg(long, default_value = "sssbot", value_name = "NAME")]
    name: String,
    /// The language of what people read: ja or en
    #[arg(
        long,
        env = "SSSBOT_LANG",
        value_name = "LANGUAGE",
        default_value = "ja"
    )]
    lang: Lang,
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    match args.of {
        Of::Slack(args) => {
            let base = base(&args.shared.url)?;
            put(&format!("{:#}", slack(&base, &args.shared)));
            eprintln!("{}", Setup::SlackNext.say(args.shared.lang));
        }
        Of::Github(args) => {
            let base = base(&args.shared.url)?;
            put(&format!("{:#}", github(&base, &args.shared)));
            eprintln!("{}", Setup::GitHubNext.say(args.shared.lang));
            eprintln!("{}", prefilled(&base, &args));
        }
    }
    Ok(())
}

/// The address without a slash at its end.
fn base(url: &Url) -> Result<String, Failure> {
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !fits || url.query().is_some() || url.fragment().is_some() {
        return Err(Failure::Settings(format!(
            "--url: `{url}` is not an address such as https://sssbot.example.com"
        )));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn slack(base: &str, shared: &Shared) -> Value {
    let lang = shared.lang;
    let shortcut = |kind: &str, id: &str, name: Setup, help: Setup| {
        json!({
            "name": name.say(lang), "type": kind, "callback_id": id,
            "description": help.say(lang),
        })
    };
    let (declare, declare_help) = (Setup::ShortcutDeclare, Setup::ShortcutDeclareHelp);
    let scopes: Vec<&str> = SCOPES.iter().map(|(scope, _)| *scope).collect();
    // Only an admin's token needs these; whoever installs it without being one gives no harm.
    let of_people: Vec<&str> = USER_SCOPES.iter().map(|(scope, _)| *scope).collect();
    json!({
        "display_information": {
            "name": shared.name,
            "description": Setup::AppDescription.say(lang),
            "background_color": "#1f2328",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": true,
                "messages_tab_enabled": true,
                "messages_tab_read_only_enabled": true,
            },
            "bot_user": {"display_name": shared.name, "always_online": true},
            "shortcuts": [
                shortcut("message", "detected", Setup::ShortcutDetected, Setup::ShortcutDetectedHelp),
                shortcut("message", "note", Setup::ShortcutNote, Setup::ShortcutNoteHelp),
                shortcut("message", "declare", declare, declare_help),
                shortcut("global", "declare", declare, declare_help),
            ],
            "slash_commands": [{
                "command": "/incident",
                "url": format!("{base}/slack/commands"),
                "description": Setup::CommandHelp.say(lang),
                "usage_hint": Setup::CommandHint.say(lang),
                // People and channels then come with their ids.
                "should_escape": true,
            }],
        },
        "oauth_config": {"scopes": {"bot": scopes, "user": of_people}},
        "settings": {
            "event_subscriptions": {
                "request_url": format!("{base}/slack/events"),
                "bot_events": SLACK_EVENTS,
            },
            "interactivity": {
                "is_enabled": true,
                "request_url": format!("{base}/slack/interactions"),
            },
            "org_deploy_enabled": false,
            "socket_mode_enabled": false,
            "token_rotation_enabled": false,
        },
    })
}

fn github(base: &str, shared: &Shared) -> Value {
    let permissions = PERMISSIONS
        .iter()
        .map(|it| (it.id.to_owned(), it.level.into()));
    let permissions: serde_json::Map<String, Value> = permissions.collect();
    json!({
        "name": shared.name,
        "url": base,
        "description": Setup::AppDescription.say(shared.lang),
        "hook_attributes": {"url": format!("{base}/github/webhooks"), "active": true},
        // Where people come back to who sign in for the page of insights.
        "callback_urls": [format!("{base}/insights/signed-in")],
        "public": false,
        "default_permissions": permissions,
        "default_events": webhooks(),
    })
}

/// GitHub's page for a new App, filled in.
fn prefilled(base: &str, args: &GitHubArgs) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("name", &args.shared.name);
    query.append_pair("description", Setup::AppDescription.say(args.shared.lang));
    query.append_pair("url", base);
    query.append_pair("callback_urls[]", &format!("{base}/insights/signed-in"));
    query.append_pair("webhook_url", &format!("{base}/github/webhooks"));
    query.append_pair("webhook_active", "true");
    query.append_pair("public", "false");
    for permission in PERMISSIONS {
        query.append_pair(permission.id, permission.level);
    }
    for event in webhooks() {
        query.append_pair("events[]", event);
    }
    let page = match &args.org {
        Some(org) => format!("organizations/{org}/settings/apps/new"),
        None => "settings/apps/new".to_owned(),
    };
    let host = args.github_url.as_str().trim_end_matches('/');
    format!("{host}/{page}?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(lang: Lang) -> Shared {
        Shared {
            url: "https://sssbot.example.com/".parse().unwrap(),
            name: "sssbot".to_owned(),
            lang,
        }
    }

    #[test]
    fn every_door_is_in_a_manifest() {
        let shared = shared(Lang::Ja);
        let base = base(&shared.url).unwrap();
        let slack = slack(&base, &shared);
        for (pointer, path) in [
            ("/settings/event_subscriptions/request_url", "/slack/events"),
            ("/settings/interactivity/request_url", "/slack/interactions"),
            ("/features/slash_commands/0/url", "/slack/commands"),
        ] {
            let wanted = format!("https://sssbot.example.com{path}");
            assert_eq!(
                slack.pointer(pointer),
                Some(&Value::from(wanted)),
                "{pointer}"
            );
        }
        assert_eq!(
            slack["features"]["shortcuts"][0]["name"],
            "検知の時刻にする"
        );
        let groups = serde_json::json!(["usergroups:read", "usergroups:write"]);
        assert_eq!(slack["oauth_config"]["scopes"]["user"], groups);
        let github = github(&base, &shared);
        let hook = "https://sssbot.example.com/github/webhooks";
        assert_eq!(github["hook_attributes"]["url"], hook);
        assert_eq!(github["default_permissions"]["members"], "write");
    }

    #[test]
    fn an_address_fills_in_the_page_of_a_new_app() {
        let args = GitHubArgs {
            shared: shared(Lang::En),
            org: Some("acme".to_owned()),
            github_url: "https://github.com".parse().unwrap(),
        };
        let page = prefilled("https://sssbot.example.com", &args);
        let start = "https://github.com/organizations/acme/settings/apps/new?name=sssbot&";
        assert!(page.starts_with(start), "{page}");
        assert!(page.contains("&issues=write&"), "{page}");
        assert!(page.contains("&events%5B%5D=workflow_run&"), "{page}");
        assert!(page.ends_with("&events%5B%5D=membership"), "{page}");
    }
}
