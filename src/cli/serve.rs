//! `sssbot serve`: the bot itself.

use std::io::IsTerminal as _;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::Failure;
use super::app::App;
use crate::clock::Clock;
use crate::config::{Args, Config};

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let config = Config::read(&args).map_err(|error| Failure::Settings(error.to_string()))?;
    log_to_stderr(&config.log);
    let app = App::build(&config, Clock::machine()).await?;
    let store = app.store.clone();
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        Failure::Other(format!(
            "LISTEN: nothing can listen on {}: {error}",
            config.listen
        ))
    })?;
    let running = app.run(listener, true)?;
    tracing::info!(address = %running.address, repository = %config.repo(), "listening");
    asked_to_stop().await;
    tracing::info!("stopping: finishing what is in hand");
    running.stop().await;
    store.close().await;
    Ok(())
}

/// Logs go to standard error, with colours where somebody looks on; standard output belongs to what
/// a command prints.
pub(super) fn log_to_stderr(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // Fails only when a log is set up already, by a test.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init();
}

/// Ctrl-C in a terminal, SIGTERM from a supervisor.
pub(super) async fn asked_to_stop() {
    let mut term = signal(SignalKind::terminate()).ok();
    let terminated = async {
        match &mut term {
            Some(term) => {
                term.recv().await;
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
