//! `sssbot open`: declares an incident from the command line. It is opened on GitHub, whole in one
//! call; a server that runs takes it up from there, and one that does not yet run, when it does.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::needs::named;
use super::{Failure, put};
use crate::channel_name::ChannelName;
use crate::clock::Clock;
use crate::config::HubArgs;
use crate::github::{GitHub, GitHubError, Issue, IssueQuery, Marker, NewIssue, RepoLabel};
use crate::i18n::setup::{Setup, fill};
use crate::i18n::{Lang, both};
use crate::id::{FeelingId, TypeId};
use crate::incident::{
    Actor, Command, Declaration, Entry, Incident, Moment, Origin, Rules, Standing, UserError, Who,
    fold, interpret, mark, naming, time, view,
};
use crate::playbook::{self, Called, Playbook};

/// How long ago something of the same name may have been opened.
const SAME: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How far the clocks of two machines may be apart.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);
/// How long GitHub's lists may lag behind.
const LAG: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What is broken: a service of the playbook, by any of its names
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// What is known so far
    #[arg(long, value_name = "TEXT")]
    summary: String,
    /// The type of incident, by any of its names
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// How bad it feels, by any of its names
    #[arg(long, value_name = "FEELING")]
    feeling: Option<String>,
    /// How bad it is, where that is known
    #[arg(long, value_name = "NUMBER")]
    level: Option<u8>,
    /// It is only practice
    #[arg(long)]
    drill: bool,
    /// When it was noticed: 10:32, "5 minutes ago", 2021-09-30T15:12:41+09:00, a Slack permalink
    #[arg(long, value_name = "TIME")]
    detected: Option<String>,
    /// A name that nothing else has, such as an alert's: the same name twice is one incident
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    hub: HubArgs,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let hub = args.hub.read();
    let hub = hub.map_err(|error| Failure::Settings(error.to_string()))?;
    let github = GitHub::new(hub.github.clone())
        .map_err(|error| Failure::Settings(format!("GitHub: {error}")))?;
    let failed = |error: GitHubError| refusal(&error, hub.lang);
    let now = Clock::machine().now();
    let playbook = playbook(&github, hub.lang).await.map_err(failed)?;
    let rules = Rules::new(playbook.into(), hub.lang);
    // Without a name it is one of its own: no other has the same moment and process.
    let nonce = || format!("cli:{}:{}", now.as_microsecond(), std::process::id());
    let name = args.name.clone().unwrap_or_else(nonce);
    let origin = Origin::Told(name.clone());
    let marker = Marker::of(&origin.key(0));
    let since = now.saturating_sub(SAME).unwrap_or(now);
    let repo = github.repo();
    let taken = taken(&github).await.map_err(failed)?;
    let (incident, more) = declare(&args, &name, &taken, &rules, now)
        .map_err(|wrong| Failure::Settings(wrong.say(hub.lang, &rules)))?;
    let known = match &args.name {
        Some(_) => github.find_issue_with_marker(repo, &marker, since).await,
        None => Ok(None),
    };
    let issue = match known.map_err(failed)? {
        Some(issue) => {
            let with = [("url", issue.html_url.as_str())];
            eprintln!("{}", fill(Setup::OpenedAlready, hub.lang, &with));
            issue
        }
        None => {
            let opened = open(&github, &incident, &rules, &marker, now).await;
            opened.map_err(failed)?
        }
    };
    // A first run may have ended before it came to this.
    record(&github, issue.number, &more, &rules)
        .await
        .map_err(failed)?;
    put(&issue.html_url);
    Ok(())
}

/// Why nothing can be declared so.
#[derive(Debug)]
enum Wrong {
    /// No service was named; these are there.
    NoService(String),
    /// Nothing can be made a channel's name of the service's.
    Name(String),
    /// The core says no.
    Said(UserError),
}

impl Wrong {
    fn say(&self, lang: Lang, rules: &Rules) -> String {
        match self {
            Self::NoService(known) => fill(Setup::OpenNoService, lang, &[("known", known)]),
            Self::Name(error) => error.clone(),
            Self::Said(error) => error.say(lang, rules.zone()),
        }
    }
}

/// The incident as it will be, and what goes on record beside the declaration.
fn declare(
    args: &Args,
    name: &str,
    taken: &BTreeSet<ChannelName>,
    rules: &Rules,
    now: Timestamp,
) -> Result<(Incident, Vec<Entry>), Wrong> {
    let Some(service) = args.service.as_deref().filter(|it| !it.trim().is_empty()) else {
        let known = rules.playbook.services.iter();
        let known: Vec<&str> = known.map(|service| service.id.as_str()).collect();
        return Err(Wrong::NoService(known.join(", ")));
    };
    let mut declaration = Declaration {
        kind: args.kind.as_deref().map(TypeId::from),
        feeling: args.feeling.as_deref().map(FeelingId::from),
        level: args.level,
        drill: args.drill,
        ..Declaration::new(service, args.summary.as_str())
    };
    let declared = |declaration: &Declaration| {
        let command = Command::Declare(declaration.clone());
        let entries = interpret(None, &command, &actor(name), now, rules);
        let entries = entries.map_err(Wrong::Said)?;
        let incident = fold(&entries, rules).ok_or(Wrong::Said(UserError::NoIncident))?;
        Ok::<_, Wrong>((entries, incident))
    };
    // Asked once to learn which service is meant, and again with the channel's name in it.
    let (_, unnamed) = declared(&declaration)?;
    let id = &unnamed.service.value;
    let channel = naming::first_free(id, now, args.drill, taken, rules);
    let channel = channel.map_err(|error| Wrong::Name(error.to_string()))?;
    declaration.channel = Some(channel.to_string());
    let (mut entries, incident) = declared(&declaration)?;
    let more = detection(args, name, &incident, rules, now).map_err(Wrong::Said)?;
    entries.extend(more.iter().cloned());
    let whole = fold(&entries, rules).unwrap_or(incident);
    Ok((whole, more))
}

/// When it was noticed, as it goes on record.
fn detection(
    args: &Args,
    name: &str,
    incident: &Incident,
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<Entry>, UserError> {
    let Some(said) = &args.detected else {
        return Ok(Vec::new());
    };
    let when = time::read(said, rules.zone(), now)?;
    let command = Command::Set {
        moment: Moment::Detected,
        when,
    };
    let actor = actor(&format!("{name}:detected"));
    interpret(Some(incident), &command, &actor, now, rules)
}

/// Whoever runs the command: nobody whom GitHub or Slack would know.
fn actor(name: &str) -> Actor {
    Actor {
        who: Who::default(),
        standing: Standing::Sssbot,
        called: Called::default(),
        origin: Origin::Told(name.to_owned()),
    }
}

/// The playbook of the default branch; where that is broken, the last one that was not. An incident
/// does not wait until somebody has mended a file.
pub(super) async fn playbook(github: &GitHub, lang: Lang) -> Result<Playbook, GitHubError> {
    let repo = github.repo();
    for commit in github.commits_of(repo, playbook::PATH).await? {
        let file = github
            .file(repo, playbook::PATH, Some(commit.as_str()))
            .await?;
        match playbook::parse(file.as_ref().map_or("", |file| &file.text)) {
            Ok(playbook) => return Ok(playbook),
            Err(problems) => {
                if let Some(first) = problems.first() {
                    let (path, commit) = (playbook::PATH, commit.short());
                    let first = first.said();
                    let said = both!(
                        "{commit} の {path} を読めません。{first}",
                        "{path} at {commit}: {first}",
                        first
                    );
                    eprintln!("{}", said.say(lang));
                }
            }
        }
    }
    Ok(Playbook::default())
}

/// The names that issues have taken.
async fn taken(github: &GitHub) -> Result<BTreeSet<ChannelName>, GitHubError> {
    let query = IssueQuery {
        closed_too: true,
        ..IssueQuery::default()
    };
    let issues = github.issues(github.repo(), &query).await?.items;
    let names = issues
        .iter()
        .map(|issue| ChannelName::find_all(&issue.title));
    Ok(names.flatten().collect())
}

/// Opens the issue. Where there is no telling whether that was done, it is looked for first.
async fn open(
    github: &GitHub,
    incident: &Incident,
    rules: &Rules,
    marker: &Marker,
    now: Timestamp,
) -> Result<Issue, GitHubError> {
    let repo = github.repo();
    let labels: Vec<String> = incident.labels(rules).into_iter().collect();
    make_labels(github, rules, &labels).await?;
    let (title, body) = (incident.title(), view::new_body(incident, rules));
    let new = NewIssue {
        title: &title,
        body: &body,
        labels: &labels,
        assignees: &[],
    };
    match github.create_issue(repo, &new, marker).await {
        Err(error) if error.may_have_happened() => {
            tokio::time::sleep(LAG).await;
            let since = now.saturating_sub(CLOCKS_DIFFER).unwrap_or(now);
            match github.find_issue_with_marker(repo, marker, since).await? {
                Some(issue) => Ok(issue),
                None => github.create_issue(repo, &new, marker).await,
            }
        }
        outcome => outcome,
    }
}

/// Makes the labels that the repository lacks: those that GitHub makes by itself are grey.
async fn make_labels(github: &GitHub, rules: &Rules, names: &[String]) -> Result<(), GitHubError> {
    let there = github.labels(github.repo()).await?.items;
    for name in names {
        let lower = name.to_lowercase();
        let known = rules.playbook.all_labels();
        let known = known.into_iter().find(|label| label.is_called(name));
        if let Some(label) = known
            && !there.iter().any(|it| it.name.to_lowercase() == lower)
        {
            let label = RepoLabel {
                name: name.clone(),
                color: label.colour.as_str().to_owned(),
                description: label.description.say(rules.lang).to_owned(),
            };
            github.create_label(github.repo(), &label).await?;
        }
    }
    Ok(())
}

/// Writes what is on record beside the declaration, unless it is there.
async fn record(
    github: &GitHub,
    number: u64,
    entries: &[Entry],
    rules: &Rules,
) -> Result<(), GitHubError> {
    let repo = github.repo();
    for mark in entries.iter().filter_map(Entry::mark) {
        let marker = Marker::of(&mark.key);
        let known = github.find_comment_with_marker(repo, number, &marker);
        if known.await?.is_none() {
            let body = mark::write(&mark, rules.lang, rules.zone());
            github.comment(repo, number, &body, &marker).await?;
        }
    }
    Ok(())
}

fn refusal(error: &GitHubError, lang: Lang) -> Failure {
    match (error, named("issues")) {
        (GitHubError::Refused { status: 403, .. }, Some(needed)) => {
            let with = [
                ("what", "sssbot open"),
                ("name", needed.name),
                ("level", needed.words()),
            ];
            Failure::Told(fill(Setup::Forbidden, lang, &with))
        }
        _ => Failure::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(service: &str, detected: Option<&str>) -> Args {
        Args {
            service: Some(service.to_owned()),
            summary: "Payments are refused".to_owned(),
            kind: None,
            feeling: None,
            level: Some(2),
            drill: false,
            detected: detected.map(str::to_owned),
            name: None,
            hub: HubArgs::default(),
        }
    }

    fn rules() -> Rules {
        let playbook = playbook::parse("services: {shop: {aliases: [checkout]}}").unwrap();
        Rules::new(playbook.into(), Lang::En)
    }

    fn now() -> Timestamp {
        "2021-09-30T16:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_issue_is_whole_and_says_it_again_when_it_is_read() {
        let (rules, now) = (rules(), now());
        let taken = BTreeSet::from([ChannelName::parse("shop-20211001i").unwrap()]);
        let (incident, more) =
            declare(&args("checkout", Some("00:40")), "a", &taken, &rules, now).unwrap();
        assert_eq!(incident.title(), "#shop-20211001i-2");
        let detected: Timestamp = "2021-09-30T15:40:00Z".parse().unwrap();
        assert_eq!(incident.time(Moment::Detected), Some(detected));
        let body = view::new_body(&incident, &rules);
        assert!(body.contains("2021-10-01 00:40:00 +0900"), "{body}");
        let mark = mark::read(&body).unwrap();
        assert_eq!(mark.key.as_str(), "x:a");
        // The detection is an entry of its own, with a key of its own.
        assert_eq!(more.len(), 1);
        assert_eq!(more[0].key.as_str(), "x:a:detected");
    }

    #[test]
    fn what_cannot_be_declared_is_said_as_everywhere_else() {
        let (rules, none) = (rules(), BTreeSet::new());
        let said = |args: &Args| {
            let wrong = declare(args, "a", &none, &rules, now()).unwrap_err();
            wrong.say(Lang::En, &rules)
        };
        assert!(said(&args("shpo", None)).contains("shop"));
        assert!(said(&args("billing", None)).contains("shop"));
        assert_eq!(said(&args(" ", None)), "Choose a service: shop");
        assert!(said(&args("shop", Some("soon"))).contains("soon"));
        let tomorrow = "2021-10-02T10:00:00+09:00";
        assert!(said(&args("shop", Some(tomorrow))).contains("2021-10-02"));
    }
}
