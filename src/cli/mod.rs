//! The command line: parse, build everything, run.

pub mod app;
pub mod demo;
mod inbox;
mod init;
mod insights;
mod manifest;
mod needs;
mod open;
mod playbook;
mod preflight;
mod report;
mod sandbox;
mod serve;
pub mod simulate;
mod teams;
pub mod world;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config;
use crate::i18n::{Lang, both};

/// A wrong or missing setting; also what clap itself exits with.
const WRONG_SETTINGS: u8 = 2;

#[derive(Debug, Parser)]
#[command(name = "sssbot", version, about, long_about = None, propagate_version = true)]
#[command(after_help = "`sssbot serve --help` names every setting.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot: receive webhooks, and tell the incident channels
    Serve(Box<config::Args>),
    /// Make a repository the postmortem repository: its labels, and a pull request with its files
    ///
    /// Labels of the playbook are made, or mended in colour and description; none is deleted or
    /// renamed. Files that are missing are proposed in one pull request from the branch
    /// `sssbot/init`; none that is there is touched. A second run changes nothing. Exits with 1 when
    /// GitHub does not allow it, and says which permission is missing.
    Init(init::Args),
    /// Say what GitHub and Slack do not allow yet, and which setting of theirs changes that
    ///
    /// Changes nothing. Exits with 1 when something is missing.
    Preflight(preflight::Args),
    /// Print what to ask GitHub and Slack for when the apps are made
    Manifest(manifest::Args),
    /// Declare an incident: for scripts, and for when Slack is away
    ///
    /// Opens its issue in the postmortem repository and prints the address; the server makes the
    /// channel and calls people as soon as it hears of it. Exits with 2, and opens nothing, where
    /// what was said cannot be: no such service, a time in the future.
    Open(open::Args),
    /// Count incidents, and say how long they took: to detect, respond, recover and resolve
    ///
    /// From all that is on record in the postmortem repository, by service, level, type and month.
    /// Drills are never counted with incidents, and people only as numbers.
    Report(report::Args),
    /// See it work: a GitHub and a Slack in this process, and one page that shows both
    Demo(demo::Args),
    /// Only the GitHub and the Slack, to point other programs at
    Sandbox(sandbox::Args),
    /// Play thousands of small worlds in which everything goes wrong, and check what came of them
    Simulate(simulate::Args),
    /// Look at deliveries that wait or were set aside, and try them again
    Inbox(inbox::Args),
    /// Check the organisation's rules, .github/sssbot.yaml, before they are pushed
    Playbook(playbook::Args),
    /// Check the team definitions, see what they would change in Slack, and change it
    ///
    /// Exits with 0 when there is nothing to do, with 2 when something would change, with 1 when
    /// something is wrong.
    Teams(teams::Args),
    /// Print the JSON Schema of a file, for editors and other tools
    Schema(playbook::SchemaArgs),
}

/// Why a command ended badly, in words for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What is set in the environment or by flags is wrong.
    #[error("{0}")]
    Settings(String),
    /// Something else went wrong.
    #[error("{0}")]
    Other(String),
    /// What was asked for cannot be, said in whole lines for whoever asked.
    #[error("{0}")]
    Told(String),
}

/// The language of a command that reads files and no settings of a deployment.
#[derive(Debug, Clone, Copy, clap::Args)]
struct Speaking {
    /// The language to speak: ja or en
    #[arg(
        long,
        env = "SSSBOT_LANG",
        value_name = "LANGUAGE",
        default_value = "ja"
    )]
    lang: Lang,
}

/// How many things are to be mended in the files that were checked.
fn to_mend(count: usize, lang: Lang) -> String {
    let said = match count {
        1 => both!("直すところが {count} か所あります", "{count} problem"),
        _ => both!("直すところが {count} か所あります", "{count} problems"),
    };
    said.say(lang).to_owned()
}

impl Failure {
    /// A failure while doing something, in the words of the error.
    pub fn when(doing: &str) -> impl FnOnce(&dyn std::fmt::Display) -> Self {
        move |error| Self::Other(format!("{doing}: {error}"))
    }
}

/// Prints a line. Whoever reads us may have seen enough (`| head`): then there is nothing more to
/// do.
fn put(line: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Parses the arguments, runs the command, and gives the exit code: 0 done, 1 failed, 2 wrong
/// settings.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("sssbot: the runtime did not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let command = match cli.command {
        // Its exit code says more than whether it went well.
        Command::Teams(args) => return runtime.block_on(teams::run(args)),
        command => command,
    };
    let result = runtime.block_on(async {
        match command {
            Command::Serve(args) => serve::run(*args).await,
            Command::Init(args) => init::run(args).await,
            Command::Preflight(args) => preflight::run(args).await,
            Command::Manifest(args) => manifest::run(args),
            Command::Open(args) => open::run(args).await,
            Command::Report(args) => report::run(args).await,
            Command::Demo(args) => Box::pin(demo::run(args)).await,
            Command::Sandbox(args) => sandbox::run(args).await,
            Command::Simulate(args) => simulate::run_command(args).await,
            Command::Inbox(args) => inbox::run(args).await,
            Command::Playbook(args) => playbook::run(args),
            Command::Schema(args) => playbook::schema(&args),
            Command::Teams(_) => Ok(()),
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Settings(text)) => {
            eprintln!("{text}");
            ExitCode::from(WRONG_SETTINGS)
        }
        Err(Failure::Told(text)) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
        Err(Failure::Other(text)) => {
            eprintln!("sssbot: {text}");
            ExitCode::FAILURE
        }
    }
}
