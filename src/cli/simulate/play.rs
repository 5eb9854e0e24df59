//! Plays a script in a world of its own, lets the dust settle, and looks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::judge::{Shown, Truth, judge, words_in};
use super::script::{About, Ledger, Script};
use super::step::{CHANNELS, Channel, Word};
use super::{incidents, teams};
use crate::cli::world::{Stuck, World};
use crate::i18n::Lang;
use crate::id::MessageTs;
use crate::sandbox::github::{Attempt, GitHubWorld, Snapshot, What};
use crate::sandbox::slack::{Links, SlackWorld};
use crate::sandbox::story::{Act, Story};
use crate::slack::Metadata;

/// Every world begins on this morning in Tokyo.
const START: &str = "2021-01-01T10:00:00+09:00";
/// Where links lead: no port that changes from run to run.
const PAGES: &str = "https://github.example";
/// How long nothing goes wrong any more before it is looked, all three together: longer than
/// everything after which something is tried again. At first and at last GitHub is looked at each
/// minute; in between nothing is left but the later of two readings for what Slack did late.
const DUST: SignedDuration = SignedDuration::from_mins(3);
const DOZES: SignedDuration = SignedDuration::from_mins(16);
const LOOKS: SignedDuration = SignedDuration::from_mins(4);
/// How long it takes where teams change, at the most, until what no webhook told was looked for. What
/// then waits for a person is confirmed, so that all plans come to an end that can be told.
const ROUND: SignedDuration = SignedDuration::from_mins(66);
/// After which time, by the machine, a world hangs.
pub(super) const HANGS: Duration = Duration::from_secs(300);

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Played {
    /// What is wrong; empty when all is well.
    pub(super) wrong: Vec<String>,
    /// It never came to an end, so that to play it once more takes just as long.
    pub(super) hung: bool,
    /// How often each kind of fault was met.
    pub(super) met: BTreeMap<&'static str, usize>,
    /// How many messages the channels show.
    pub(super) messages: usize,
}

/// Why a script was not played to its end.
#[derive(Debug, Clone)]
pub(super) enum Unplayed {
    /// The world does not allow this step of it.
    Impossible(usize, String),
    /// It came to nothing.
    Failed(String),
    /// It never came to an end.
    Hung,
}

/// Plays it, with the databases below `place`.
pub(super) async fn play(script: &Script, place: &Path) -> Result<Played, Unplayed> {
    match tokio::time::timeout(HANGS, Box::pin(played(script, place))).await {
        Ok(played) => played,
        Err(_) => Err(Unplayed::Hung),
    }
}

async fn played(script: &Script, place: &Path) -> Result<Played, Unplayed> {
    let failed = |error: &dyn std::fmt::Display| Unplayed::Failed(error.to_string());
    let story = Story::parse(&script.source).map_err(|error| failed(&error))?;
    let start: Timestamp = START.parse().map_err(|error| failed(&error))?;
    let mut world = World::simulated(Lang::En, start, PAGES, place)
        .await
        .map_err(|error| failed(&error))?;
    let result = acted(&mut world, &story, script).await;
    let played = match result {
        Ok(()) => Ok(looked(&world, script).await),
        Err(unplayed) => Err(unplayed),
    };
    world.abandon().await;
    played
}

async fn acted(world: &mut World, story: &Story, script: &Script) -> Result<(), Unplayed> {
    let stuck = |stuck: Stuck| match stuck {
        Stuck::Act { line, why } => match script.lines.get(&line) {
            Some(step) => Unplayed::Impossible(*step, why),
            None => Unplayed::Failed(why),
        },
        other => Unplayed::Failed(other.to_string()),
    };
    for line in story.steps.iter().flat_map(|step| &step.acts) {
        world.act(&line.act, line.line).await.map_err(stuck)?;
    }
    let calm = world.calm().await;
    calm.map_err(|error| Unplayed::Failed(error.to_string()))?;
    world.act(&Act::Wait(DUST), 0).await.map_err(stuck)?;
    if let About::Teams(_) = script.about {
        world.act(&Act::Wait(ROUND), 0).await.map_err(stuck)?;
        if let Some(pull) = teams::asked_last(world) {
            let confirms = format!(
                "# The end\n\n```do\nhanako comments on acme/postmortem#{pull}\n| /userteams confirm {{hash}}\n```\n"
            );
            let confirms = Story::parse(&confirms);
            let confirms = confirms.map_err(|error| Unplayed::Failed(error.to_string()))?;
            for line in confirms.steps.iter().flat_map(|step| &step.acts) {
                world.act(&line.act, 0).await.map_err(stuck)?;
            }
            world.act(&Act::Wait(DUST), 0).await.map_err(stuck)?;
        }
        return Ok(());
    }
    world.doze(DOZES).await.map_err(stuck)?;
    world.act(&Act::Wait(LOOKS), 0).await.map_err(stuck)
}

/// What the world looks like in the end, and what is wrong with it.
async fn looked(world: &World, script: &Script) -> Played {
    let ledger = &script.ledger;
    let (github, slack) = (&world.sandbox.github, &world.sandbox.slack);
    let (mut wrong, messages) = match &script.about {
        About::Mirror => {
            let (truth, channels) = (truth(github), channels(slack, ledger));
            let messages = channels.values().map(Vec::len).sum();
            (judge(ledger, &truth, &channels), messages)
        }
        About::Incidents(book) => {
            let seen = incidents::look(world);
            (incidents::judge(book, &seen), seen.messages())
        }
        About::Teams(book) => {
            let seen = teams::look(world);
            (teams::judge(book, &seen), seen.messages())
        }
    };
    let mut met = github.faults().met();
    for (name, times) in slack.faults().met() {
        *met.entry(name).or_default() += times;
    }
    // Whoever starts anew does not know that Slack has asked to be left alone, and hears it again.
    let forgot = world.lives() > 1 && met.contains_key("429");
    let promises = world.broken_promises().into_iter();
    wrong.extend(promises.filter(|it| !(forgot && it.contains("limits"))));
    match world.counts().await {
        None => wrong.push("the database does not say what waits".to_owned()),
        Some(counts) => {
            let all_there = ledger.things.values().all(|made| {
                let mut names = made.names.iter().flat_map(|(_, names)| names.iter());
                names.all(|name| ledger.channels.contains(name))
            });
            if counts.aside > 0 {
                wrong.push(format!("{} deliveries were set aside", counts.aside));
            }
            if counts.waiting > 0 {
                wrong.push(format!("{} deliveries wait", counts.waiting));
            }
            let later = match &script.about {
                About::Mirror => 0,
                // What was heard of after the channel was closed cannot be said in it.
                About::Incidents(_) if incidents::look(world).is_closed_somewhere() => u64::MAX,
                About::Incidents(_) => 0,
                About::Teams(book) if book.allowed => u64::MAX,
                // The next turn.
                About::Teams(_) => 1,
            };
            if counts.unsaid > later && all_there {
                wrong.push(format!("{} messages are unsaid", counts.unsaid));
            }
        }
    }
    if world.deaths() > 0 {
        met.insert("death", world.deaths());
    }
    Played {
        wrong,
        hung: false,
        met,
        messages,
    }
}

fn channels(slack: &SlackWorld, ledger: &Ledger) -> BTreeMap<Channel, Vec<Shown>> {
    let names = slack.names();
    let seen = |channel: &Channel| {
        let view = slack.channel(CHANNELS[*channel])?;
        let messages = view.messages.iter();
        let ours = messages.filter(|message| message.by_bot && message.subtype.is_none());
        let shown = ours.map(|message| {
            let keys = message.metadata.as_ref().map_or_else(Vec::new, keys);
            let text = message.plain(&names, Links::Hidden);
            Shown::read(keys, posted(&message.ts), &text)
        });
        Some((*channel, shown.collect()))
    };
    ledger.channels.iter().filter_map(seen).collect()
}

/// When a message was posted: its name is the time.
pub(super) fn posted(ts: &MessageTs) -> Timestamp {
    let (seconds, _) = ts.as_str().split_once('.').unwrap_or_default();
    let seconds = seconds.parse().unwrap_or_default();
    Timestamp::from_second(seconds).unwrap_or_default()
}

/// What a message is marked with: one thing, or several that it tells of.
pub(super) fn keys(metadata: &Value) -> Vec<String> {
    let metadata = Metadata::from_json(metadata);
    let entries = metadata.iter().flat_map(Metadata::entries);
    entries.map(|(key, _)| key.as_str().to_owned()).collect()
}

fn truth(github: &GitHubWorld) -> Truth {
    let mut truth = Truth::default();
    let mut titles = Titles::new();
    let Snapshot { repos, .. } = github.snapshot();
    let add = |truth: &mut Truth, text: &str| {
        truth.words.extend(words_in(text).into_iter().take(1));
    };
    for repo in &repos {
        for commit in &repo.commits {
            add(&mut truth, &commit.message);
        }
        for issue in &repo.issues {
            add(&mut truth, &issue.body);
            let turns = (repo.name.clone(), issue.number);
            let mut made: Vec<(i64, Word)> = Vec::new();
            for line in &issue.timeline {
                match &line.what {
                    What::Comment { body, .. } => {
                        add(&mut truth, body);
                        made.extend(stamped(line.at, body));
                    }
                    What::Review {
                        id, body, comments, ..
                    } => {
                        let texts = comments.iter().map(|comment| &comment.body);
                        for text in texts.chain([body]) {
                            add(&mut truth, text);
                            made.extend(stamped(line.at, text));
                            for (word, _) in words_in(text) {
                                truth.keys.insert(word, format!("rv:{id}"));
                            }
                        }
                    }
                    What::Event { kind, .. } => {
                        if kind == "renamed" {
                            titles
                                .entry(turns.clone())
                                .or_default()
                                .push(line.at.as_second());
                        }
                        let turns = truth.turns.entry(turns.clone()).or_default();
                        turns.0 += usize::from(kind == "closed");
                        turns.1 += usize::from(kind == "reopened");
                    }
                }
            }
            // GitHub's times have seconds and no more.
            let titles = titles.get(&turns).into_iter().flatten();
            let then: BTreeSet<i64> = titles.copied().collect();
            let in_one = made.into_iter().filter(|(second, _)| then.contains(second));
            truth.with_a_title.extend(in_one.map(|(_, word)| word));
        }
    }
    hear(&mut truth, &github.attempts(), &titles);
    truth
}

/// The words of a text, and the second in which it was made.
fn stamped(at: Timestamp, text: &str) -> impl Iterator<Item = (i64, Word)> {
    let words = words_in(text).into_iter();
    words.map(move |(word, _)| (at.as_second(), word))
}

/// When which thing was given a new title: its repository and number, and the second.
type Titles = BTreeMap<(String, u64), Vec<i64>>;

/// Notes which texts were heard of when, and which of them by an edit that overtook a title or the
/// text's making, whether the webhook of that came late or never.
fn hear(truth: &mut Truth, attempts: &[Attempt], titles: &Titles) {
    let mut untold = titles.clone();
    for (when, attempt) in attempts.iter().enumerate() {
        let payload: Value = serde_json::from_slice(&attempt.payload).unwrap_or_default();
        let kinds = ["comment", "review", "issue", "pull_request"];
        let is_there = |kind: &&str| payload[*kind].is_object();
        let mut kinds = kinds.into_iter().filter(is_there);
        // What it is about comes first; what that stands on is in every payload.
        let came = attempt.taken || attempt.unheard;
        let Some(about) = kinds.next().filter(|_| came) else {
            continue;
        };
        let on = kinds.next().unwrap_or(about);
        let repo = payload["repository"]["full_name"].as_str();
        let number = payload[on]["number"].as_u64();
        let thing = (repo.unwrap_or_default().to_owned(), number.unwrap_or(0));
        let at = payload[about]["updated_at"].as_str().unwrap_or_default();
        let at = at.parse().map_or(0, Timestamp::as_second);
        let changed = |what: &str| payload["changes"][what].is_object();
        if changed("title")
            && attempt.taken
            && let Some(untold) = untold.get_mut(&thing)
        {
            untold.retain(|title| *title != at);
        }
        let text = payload[about]["body"].as_str().unwrap_or_default();
        let Some((word, _)) = words_in(text).first().copied() else {
            continue;
        };
        match payload["action"].as_str() {
            Some("opened" | "created" | "submitted") if attempt.taken => {
                truth.heard.entry(word).or_insert((when, attempt.at));
            }
            Some("edited") if changed("body") => {
                let mut untold = untold.get(&thing).into_iter().flatten();
                let overtook = untold.any(|title| *title < at);
                if overtook || !truth.heard.contains_key(&word) {
                    truth.edited_first.insert(word);
                }
            }
            _ => {}
        }
    }
}
