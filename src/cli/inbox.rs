//! `sssbot inbox`: what waits, what was set aside and why, and trying it again.

use clap::Subcommand;

use super::{Failure, put};
use crate::store::{self, State, Store, Summary};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The database, e.g. sqlite:sssbot.sqlite3
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:sssbot.sqlite3",
        hide_env_values = true
    )]
    database_url: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List deliveries, newest first
    List {
        /// Only those that are `waiting`, `aside` or `done`; without it, all
        #[arg(long)]
        state: Option<State>,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one delivery with its body
    Show {
        /// Its number, as `list` shows it
        seq: i64,
    },
    /// Try a delivery again that was set aside
    Retry {
        /// Its number, as `list` shows it
        seq: i64,
    },
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let failed = |error: store::StoreError| Failure::Other(format!("the inbox: {error}"));
    let settings = store::Settings {
        url: args.database_url,
    };
    let store = Store::open(&settings).await.map_err(failed)?;
    match args.command {
        Command::List { state, limit } => {
            let all = store.list(state, limit).await.map_err(failed)?;
            if all.is_empty() {
                put("nothing there");
            }
            for summary in all {
                put(&line(&summary));
            }
        }
        Command::Show { seq } => {
            let found = store.show(seq).await.map_err(failed)?;
            let (summary, body) = found.ok_or_else(|| missing(seq))?;
            put(&line(&summary));
            put(&String::from_utf8_lossy(&body));
        }
        Command::Retry { seq } => {
            if !store.retry(seq).await.map_err(failed)? {
                return Err(Failure::Other(format!(
                    "delivery {seq} was not set aside; `sssbot inbox list --state aside` lists those"
                )));
            }
            put(&format!("delivery {seq} will be tried again"));
        }
    }
    store.close().await;
    Ok(())
}

fn missing(seq: i64) -> Failure {
    Failure::Other(format!(
        "there is no delivery {seq}; `sssbot inbox list` shows what there is"
    ))
}

fn line(summary: &Summary) -> String {
    let mut line = format!(
        "{:>6}  {:<7}  {}  {}  {}  {}  tries {}",
        summary.seq,
        summary.state,
        summary.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
        summary.source.as_str(),
        summary.kind,
        summary.id,
        summary.tries
    );
    if let Some(error) = &summary.error {
        line.push_str("\n        ");
        line.push_str(error);
    }
    line
}
