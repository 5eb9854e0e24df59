//! `sssbot demo`: see it work, in a browser or as a transcript, with nothing but this program.

mod furnish;
pub mod page;
mod play;
mod transcript;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::serve::asked_to_stop;
use super::world::World;
use super::{Failure, sandbox};
use crate::i18n::Lang;
use crate::sandbox::story::Story;
use page::{Playing, Stage};

/// Where the page is when nobody says otherwise.
const PAGE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3900);
/// Ports that are tried after it when it is taken.
const NEXT_PORTS: u16 = 20;
const TOUR_JA: &str = include_str!("../../../tests/stories/tour-ja.md");
const TOUR_EN: &str = include_str!("../../../tests/stories/tour-en.md");

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Play the story without a browser: print what both sides show, and exit
    #[arg(long)]
    headless: bool,
    /// The story to play, a Markdown file as in tests/stories; without it, a tour
    #[arg(long, value_name = "FILE")]
    story: Option<PathBuf>,
    /// How fast it plays: 2 is twice as fast, 0 leaves it all to you
    #[arg(long, default_value_t = 1.0, value_name = "N")]
    speed: f64,
    /// The address of the page, on this machine; without it, the first free port from 3900 on
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The language of the page and of the bot: ja or en; a story may say its own
    #[arg(long, env = "SSSBOT_LANG", value_name = "LANG")]
    lang: Option<Lang>,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let lang = args.lang.unwrap_or_else(from_locale);
    let source = match &args.story {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::Settings(format!("--story {}: {error}", file.display())))?,
        None if lang == Lang::En => TOUR_EN.to_owned(),
        None => TOUR_JA.to_owned(),
    };
    let story = Story::parse(&source).map_err(|error| {
        let file = args.story.unwrap_or_default();
        Failure::Settings(format!("{}: {error}", file.display()))
    })?;
    if !args.speed.is_finite() || args.speed < 0.0 {
        return Err(Failure::Settings("--speed: a number from 0 on".to_owned()));
    }
    if args.headless {
        return transcript::print(&story).await;
    }
    let listener = listen(args.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::Other(error.to_string()))?;
    let world = World::live(story.lang, None).await?;
    furnish::furnish(&world.sandbox, story.lang)
        .map_err(|error| Failure::Other(error.to_string()))?;
    let (playing, story_now) = watch::channel(Playing::default());
    let stage = Stage {
        github: world.sandbox.github.clone(),
        slack: world.sandbox.slack.clone(),
        github_url: world
            .sandbox
            .github_api
            .trim_end_matches("/api/v3")
            .to_owned(),
        lang: story.lang,
        story: story_now,
        clock: world.clock().clone(),
    };
    let pumping = tokio::spawn(sandbox::keep_sending(
        world.sandbox.github.clone(),
        world.sandbox.slack.clone(),
    ));
    let serving = tokio::spawn(axum::serve(listener, page::router(stage)).into_future());
    println!("sssbot demo: open http://{address} in a browser. Ctrl-C ends it.");
    let mut world = world;
    tokio::select! {
        () = asked_to_stop() => {}
        result = play::play(&mut world, &story, args.speed, &playing) => {
            if let Err(stuck) = result {
                eprintln!("sssbot: the story stopped: {stuck}");
            }
            asked_to_stop().await;
        }
    }
    serving.abort();
    pumping.abort();
    world.stop().await;
    Ok(())
}

/// Japanese where the machine speaks it, otherwise English.
fn from_locale() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match set {
        Some(locale) if locale.starts_with("ja") => Lang::Ja,
        _ => Lang::En,
    }
}

/// Opens the page's door: the address that was asked for and no other, or the first one free.
async fn listen(wanted: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    if let Some(address) = wanted {
        // Whoever reaches the page may do everything in it, and it asks nobody who they are.
        if !address.ip().to_canonical().is_loopback() {
            return Err(Failure::Settings(format!(
                "--listen {address}: the demo is for whoever sits at this machine and has no door to close; take 127.0.0.1, and let others in through `ssh -L` or a proxy that knows them"
            )));
        }
        return TcpListener::bind(address).await.map_err(|error| {
            Failure::Other(format!(
                "--listen {address}: {error}; without --listen a free port is found"
            ))
        });
    }
    for port in PAGE.port()..PAGE.port() + NEXT_PORTS {
        match TcpListener::bind((PAGE.ip(), port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(Failure::Other(format!("{}:{port}: {error}", PAGE.ip()))),
        }
    }
    let any = TcpListener::bind((PAGE.ip(), 0)).await;
    any.map_err(|error| Failure::Other(format!("no free port on {}: {error}", PAGE.ip())))
}
