//! `sssbot sandbox`: only the GitHub and the Slack, to point other programs at.

use std::net::SocketAddr;
use std::time::Duration;

use super::Failure;
use super::serve::asked_to_stop;
use crate::clock::Clock;
use crate::sandbox::Sandbox;
use crate::sandbox::github::GitHubWorld;
use crate::sandbox::slack::SlackWorld;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The GitHub's address
    #[arg(long, default_value = "127.0.0.1:4000", value_name = "ADDRESS")]
    github: SocketAddr,
    /// The Slack's address
    #[arg(long, default_value = "127.0.0.1:4001", value_name = "ADDRESS")]
    slack: SocketAddr,
    /// Where the app listens: webhooks, events and interactions are sent there
    #[arg(long, default_value = "http://127.0.0.1:3000", value_name = "URL")]
    app: String,
    /// Repositories to begin with; the App is installed on each
    #[arg(long = "repo", default_values = ["acme/postmortem", "acme/shop"], value_name = "OWNER/NAME")]
    repos: Vec<String>,
    /// Channels to begin with
    #[arg(long = "channel", default_values = ["example-20210101i"], value_name = "NAME")]
    channels: Vec<String>,
    /// A file for the App's private key, which is made anew at every start
    #[arg(long, default_value = "sandbox-key.pem", value_name = "FILE")]
    key_file: std::path::PathBuf,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let sandbox = Sandbox::start(&Clock::machine(), args.github, args.slack, None)
        .await
        .map_err(|error| {
            let (github, slack) = (args.github, args.slack);
            Failure::Other(format!(
                "nothing can listen on {github} or {slack}: {error}"
            ))
        })?;
    sandbox.set_app(args.app.trim_end_matches('/'));
    for repo in &args.repos {
        let wrong = |error: crate::sandbox::github::CannotAct| {
            Failure::Settings(format!("--repo {repo}: {error}"))
        };
        sandbox.github.add_repo(repo, false).map_err(wrong)?;
        sandbox.github.install(&[repo]).map_err(wrong)?;
    }
    let maker = sandbox
        .slack
        .add_user(crate::sandbox::slack::NewPerson::named("hanako"));
    for name in &args.channels {
        sandbox
            .slack
            .create_channel(name.trim_start_matches('#'), &maker, false)
            .map_err(|refusal| Failure::Settings(format!("--channel {name}: {}", refusal.error)))?;
    }
    std::fs::write(&args.key_file, &sandbox.keys.private_key).map_err(|error| {
        Failure::Other(format!("--key-file {}: {error}", args.key_file.display()))
    })?;
    // These open nothing but this sandbox, so they may be printed.
    let keys = &sandbox.keys;
    println!("# A sandbox is running. Point an app at it with:");
    println!("export GITHUB_APP_ID={}", keys.app_id);
    println!("export GITHUB_PRIVATE_KEY_FILE={}", args.key_file.display());
    println!("export GITHUB_WEBHOOK_SECRET={}", keys.webhook_secret);
    println!("export GITHUB_API_URL={}", sandbox.github_api);
    println!(
        "export POSTMORTEM_REPO={}",
        args.repos.first().map_or("", String::as_str)
    );
    println!("export SLACK_BOT_TOKEN={}", keys.bot_token);
    println!("export SLACK_SIGNING_SECRET={}", keys.signing_secret);
    println!("export SLACK_API_URL={}", sandbox.slack_api);
    println!(
        "# People call GitHub's API with `Authorization: Bearer user:<login>`. Ctrl-C ends it."
    );
    tokio::select! {
        () = keep_sending(sandbox.github.clone(), sandbox.slack.clone()) => {}
        () = asked_to_stop() => {}
    }
    Ok(())
}

/// Sends webhooks and events as they come to be, for ever.
pub(super) async fn keep_sending(github: GitHubWorld, slack: SlackWorld) {
    let webhooks = github.bell();
    let mut events = slack.bell();
    loop {
        github.pump().await;
        slack.pump().await;
        tokio::select! {
            () = webhooks.notified() => {}
            _ = events.changed() => {}
            // Slack's second and third tries come by the clock.
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}
