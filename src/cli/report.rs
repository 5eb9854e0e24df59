//! `sssbot report`: how long incidents took, as a table, JSON, CSV or a page.

use jiff::civil::Date;

use super::open::playbook;
use super::{Failure, put};
use crate::clock::Clock;
use crate::config::HubArgs;
use crate::engine;
use crate::github::{GitHub, GitHubError};
use crate::id::{ServiceId, TypeId};
use crate::incident::Rules;
use crate::report::{Filter, Look, One, Page, csv, html, json, report, table};
use crate::store::{self, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// As what: a table for a terminal, JSON or CSV for other programs, or one HTML file that needs
    /// no other, e.g. for GitHub Pages
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Only those declared on this day or later, e.g. 2026-01-01
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Only those declared on this day or earlier
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Only those of this service, by any of its names
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Only those of this level, a number; or none, for those without one
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Only those of this type, by any of its names; or none, for those without one
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// The drills, in the place of the incidents
    #[arg(long)]
    drills: bool,
    /// The database of a server, an SQLite file that is there: what it keeps need not be asked again
    #[arg(long, env = "DATABASE_URL", value_name = "URL")]
    database_url: Option<String>,
    #[command(flatten)]
    hub: HubArgs,
}

/// As what a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Html,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let hub = args.hub.read();
    let hub = hub.map_err(|error| Failure::Settings(error.to_string()))?;
    let github = GitHub::new(hub.github.clone())
        .map_err(|error| Failure::Settings(format!("GitHub: {error}")))?;
    let failed = |error: GitHubError| Failure::Other(error.to_string());
    let now = Clock::machine().now();
    let playbook = playbook(&github, hub.lang).await.map_err(failed)?;
    let people = engine::people(&github).await.map_err(failed)?;
    let rules = Rules::new(playbook.into(), hub.lang);
    let filter = filter(&args, &rules).map_err(Failure::Settings)?;
    let store = match &args.database_url {
        Some(url) => cache(url).await,
        None => None,
    };
    let gather = engine::Gather {
        github: &github,
        store: store.as_ref(),
        rules: &rules,
        people: &people,
    };
    let gathered = gather.all(now).await.map_err(failed)?;
    if let Some(store) = &store {
        store.close().await;
    }
    let report = report(&gathered.rows, &filter, rules.zone());
    let look = Look {
        lang: hub.lang,
        playbook: &rules.playbook,
        repo: github.repo(),
        made: now,
    };
    let text = match args.format {
        Format::Table => table(&report, &look),
        Format::Json => serde_json::to_string_pretty(&json(&report, &look))
            .map_err(|error| Failure::Other(error.to_string()))?,
        Format::Csv => csv(&report),
        Format::Html => html(&report, &look, &Page::File),
    };
    put(text.strip_suffix('\n').unwrap_or(&text));
    Ok(())
}

/// The cache of a database that is there already: this command makes none, and goes without one
/// where it cannot be had.
async fn cache(url: &str) -> Option<Store> {
    let file = url.strip_prefix("sqlite:")?;
    let file = file.strip_prefix("//").unwrap_or(file);
    if !std::path::Path::new(file.split('?').next()?).is_file() {
        return None;
    }
    let settings = store::Settings {
        url: url.to_owned(),
    };
    match Store::open(&settings).await {
        Ok(store) => Some(store),
        Err(error) => {
            eprintln!("sssbot: without a cache: {error}");
            None
        }
    }
}

/// What was asked for, with names in the place of ids; the error is what cannot be.
fn filter(args: &Args, rules: &Rules) -> Result<Filter, String> {
    let service = match args.service.as_deref() {
        None => None,
        Some(said) => match rules.playbook.service_called(said) {
            Ok(service) => Some(service.id.clone()),
            // An incident may have one that the playbook does not list (any more).
            Err(_) => Some(ServiceId::from(said.trim())),
        },
    };
    let level = match args.level.as_deref().map(str::trim) {
        None => None,
        Some(said) => {
            let (read, wrong) = Filter::read([("level", said)]);
            if let Some(wrong) = wrong.first() {
                return Err(wrong.to_string());
            }
            read.level
        }
    };
    let kind = args.kind.as_deref().map(|said| match said.trim() {
        "none" => One::None,
        said => {
            let known = rules.kind_called(said);
            One::Is(known.map_or_else(|| TypeId::from(said), |kind| kind.id.clone()))
        }
    });
    Ok(Filter {
        service,
        level,
        kind,
        from: args.from,
        to: args.to,
        drills: args.drills,
    })
}
