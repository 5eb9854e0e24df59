//! Kill -9 in the middle of a thousand deliveries and start again: each is mirrored once, in order.
//!
//! `SSSBOT_KILLS`, `SSSBOT_COMMENTS` and `SSSBOT_SEED` make it longer or another one.

#![allow(clippy::unwrap_used)]

mod rig;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rig::Program;
use serde_json::{Value, json};
use sssbot::clock::Clock;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::{Limits, NewPerson};
use sssbot::store::{self, Store};

const CHANNELS: usize = 50;
const REPO: &str = "acme/shop";
/// Slack's limits are real ones, a hundred times as wide, so that the test need not take an hour;
/// what sssbot is told of them stays a little below.
const WIDER: u32 = 100;

/// When it is killed.
#[derive(Debug)]
enum Moment {
    /// When GitHub has done so much more: comments made, deliveries answered.
    OnGitHub(u64),
    /// When so much more has changed in Slack.
    InSlack(u64),
    /// So many milliseconds after its start, which takes some of them.
    Starting(u64),
    /// So many milliseconds after it answers.
    Later(u64),
}

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most.max(1)
    }

    fn moment(&mut self, life: usize, comments: u64) -> Moment {
        match life % 4 {
            0 => Moment::OnGitHub(self.below(2 * comments)),
            1 => Moment::InSlack(self.below(comments)),
            2 => Moment::Starting(self.below(80)),
            _ => Moment::Later(self.below(1_500)),
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

fn channel(number: usize) -> String {
    match number {
        0 => "shop-20210101i".to_owned(),
        n => format!("shop-20210101i-{}", n + 1),
    }
}

/// The sandbox with its people, and what is known of what they did.
struct Town {
    sandbox: Sandbox,
    client: reqwest::Client,
    /// The issue of each channel.
    issues: Vec<u64>,
    /// What was written, in order: the channel's number and the comment's id.
    written: Vec<(usize, u64)>,
    /// Failed attempts that were made again.
    again: HashSet<u64>,
}

impl Town {
    async fn new() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let clock = Clock::machine();
        let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
        sandbox.github.add_repo("acme/postmortem", true).unwrap();
        sandbox.github.add_repo(REPO, true).unwrap();
        sandbox.github.add_user("hanako");
        sandbox.github.install(&["acme/postmortem", REPO]).unwrap();
        sandbox.github.set_write_limit(None);
        sandbox.slack.set_limits(Limits::scaled(f64::from(WIDER)));
        let hanako = sandbox.slack.add_user(NewPerson::named("hanako"));
        for n in 0..CHANNELS {
            let made = sandbox.slack.create_channel(&channel(n), &hanako, false);
            // The others it has to join by itself.
            if n % 5 != 0 {
                let bot = sandbox.slack.bot();
                sandbox.slack.invite(&made.unwrap(), &bot, &hanako);
            }
        }
        Self {
            sandbox,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            issues: Vec::new(),
            written: Vec::new(),
            again: HashSet::new(),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/repos/{REPO}/{path}", self.sandbox.github_api);
        let request = self.client.post(url).bearer_auth("user:hanako").json(&body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 201, "{path}");
        answer.json().await.unwrap()
    }

    async fn open_issues(&mut self) {
        for n in 0..CHANNELS {
            let title = format!("#{} payments fail", channel(n));
            let issue = self.post("issues", json!({"title": title})).await;
            self.issues.push(issue["number"].as_u64().unwrap());
        }
    }

    async fn write_comment(&mut self, dice: &mut Dice) {
        let at = usize::try_from(dice.below(CHANNELS as u64)).unwrap();
        let path = format!("issues/{}/comments", self.issues[at]);
        let body = format!("word-{:05} was said", self.written.len());
        let comment = self.post(&path, json!({"body": body})).await;
        self.written.push((at, comment["id"].as_u64().unwrap()));
    }

    /// Sends again what was never answered well, as a person does in GitHub's settings; gives
    /// whether there was such.
    fn send_again(&mut self) -> bool {
        let attempts = self.sandbox.github.attempts();
        let taken: HashSet<_> = attempts
            .iter()
            .filter(|a| a.taken)
            .map(|a| &a.guid)
            .collect();
        let mut any = false;
        for lost in attempts.iter().filter(|a| !taken.contains(&a.guid)) {
            any = true;
            if self.again.insert(lost.delivery) {
                self.sandbox.github.deliver_again(lost.delivery);
            }
        }
        any
    }

    /// Returns when the moment has come, or when nothing at all happens any more.
    async fn wait_for(&self, moment: &Moment) {
        let after = |ms: &u64| tokio::time::sleep(Duration::from_millis(*ms));
        let (mut changes, more) = match moment {
            Moment::OnGitHub(more) => (self.sandbox.github.changes(), more),
            Moment::InSlack(more) => (self.sandbox.slack.changes(), more),
            Moment::Starting(ms) | Moment::Later(ms) => return after(ms).await,
        };
        let then = *changes.borrow() + more;
        let come = changes.wait_for(|version| *version >= then);
        let _ = tokio::time::timeout(Duration::from_secs(2), come).await;
    }

    /// The comments that each channel shows, in its order, and how often it tells of its issue.
    fn told(&self) -> Vec<(Vec<usize>, usize)> {
        let names = self.sandbox.slack.names();
        let shown = |n: usize| {
            let view = self.sandbox.slack.channel(&channel(n)).unwrap();
            let texts: Vec<String> = view
                .messages
                .iter()
                .filter(|message| message.by_bot)
                .map(|message| message.plain(&names, sssbot::sandbox::slack::Links::Hidden))
                .collect();
            let comments = texts.iter().flat_map(|text| words(text)).collect();
            let opened = texts.iter().filter(|text| text.contains("opened")).count();
            (comments, opened)
        };
        (0..CHANNELS).map(shown).collect()
    }

    fn told_so_far(&self) -> usize {
        self.told().iter().map(|(comments, _)| comments.len()).sum()
    }
}

/// The numbers of the comments that a text shows.
fn words(text: &str) -> Vec<usize> {
    let after = text.split("word-").skip(1);
    after.map(|rest| rest[..5].parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_a_thousand_deliveries_it_mirrors_each_once() {
    let (kills, comments) = (number("SSSBOT_KILLS", 5), number("SSSBOT_COMMENTS", 1_000));
    let seed = number("SSSBOT_SEED", 1);
    println!("{comments} comments, {kills} kills, seed {seed}");
    let started = Instant::now();
    let mut dice = Dice(seed);
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let mut town = Town::new().await;
    let address = rig::free_address();
    let mut settings = rig::settings(&town.sandbox, dir.path(), address);
    let a_minute = |most: u32| (most * WIDER).to_string();
    settings.push(("SLACK_MESSAGES_PER_MINUTE", a_minute(280)));
    settings.push(("SLACK_CHANNEL_MESSAGES_PER_MINUTE", a_minute(55)));
    let github = town.sandbox.github.clone();
    github.set_hook_url(&format!("http://{address}/github/webhooks"));

    let mut program = Program::serve(&settings, &log);
    program.answers().await;
    let sending = tokio::spawn({
        let github = github.clone();
        async move {
            loop {
                github.bell().notified().await;
                github.pump().await;
            }
        }
    });
    town.open_issues().await;

    let mut unfinished = 0;
    for life in 0..usize::try_from(kills).unwrap() {
        let share = comments / (kills + 1);
        let moment = dice.moment(life, share);
        if !matches!(moment, Moment::Starting(_)) {
            program.answers().await;
        }
        town.send_again();
        for _ in 0..share {
            town.write_comment(&mut dice).await;
        }
        town.wait_for(&moment).await;
        program.must_live();
        program.kill();
        let told = town.told_so_far();
        unfinished += usize::from(told < town.written.len());
        let (at, written) = (started.elapsed(), town.written.len());
        println!("{at:>9.3?}  killed, {moment:?}: {told} of {written} told");
        program = Program::serve(&settings, &log);
    }
    assert!(
        kills == 0 || unfinished > 0,
        "no kill came in the middle of anything"
    );
    program.answers().await;
    while (town.written.len() as u64) < comments {
        town.write_comment(&mut dice).await;
    }

    let bound = Duration::from_secs(120 + comments / 10);
    let since = Instant::now();
    loop {
        program.must_live();
        let lost = town.send_again();
        let waiting = program.metric("sssbot_inbox_waiting").await.unwrap();
        let unsaid = program.metric("sssbot_outbox_unsaid").await.unwrap();
        if !lost && github.pending() == 0 && waiting + unsaid == 0 {
            break;
        }
        assert!(
            since.elapsed() < bound,
            "{waiting} deliveries wait, {unsaid} messages are unsaid:\n{}",
            program.said()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("{:>9.3?}  all is told", started.elapsed());
    let adopted = program.metric("sssbot_messages_adopted_total").await;
    println!("           {adopted:?} messages were found posted in the last life");

    // Ended in order, with nothing left to do: nothing can be said after this.
    sending.abort();
    program.terminate();
    let status = program.ends(Duration::from_secs(20)).await;
    assert!(status.success(), "{status}");
    let url = settings.iter().find(|(name, _)| *name == "DATABASE_URL");
    let store = Store::open(&store::Settings {
        url: url.unwrap().1.clone(),
    })
    .await
    .unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.waiting, counts.unsaid, counts.aside), (0, 0, 0));
    store.close().await;

    each_once_and_in_order(&town);
    assert_eq!(town.sandbox.slack.pings(), []);
    assert_eq!(town.sandbox.slack.limits_exceeded(), 0);
    let unknown = github.told().into_iter().filter(|told| told.unknown);
    assert_eq!(unknown.count(), 0);
    println!("{:>9.3?}  done", started.elapsed());
}

fn each_once_and_in_order(town: &Town) {
    // When each comment's webhook was sent, and when it was answered well, for the first time. One
    // that was killed in between had kept it or not, which nobody can tell.
    let (mut sent, mut taken) = (BTreeMap::new(), BTreeMap::new());
    let attempts = town.sandbox.github.attempts();
    for (when, attempt) in attempts.iter().enumerate() {
        let payload: Value = serde_json::from_slice(&attempt.payload).unwrap();
        if let Some(id) = payload["comment"]["id"].as_u64() {
            sent.entry(id).or_insert(when);
            if attempt.taken {
                taken.entry(id).or_insert(when);
            }
        }
    }
    let id = |comment: usize| &town.written[comment].1;
    let mut wrong = Vec::new();
    for (n, (comments, opened)) in town.told().into_iter().enumerate() {
        let name = channel(n);
        let all = town.written.iter().enumerate();
        let wanted: BTreeSet<usize> = all.filter(|(_, w)| w.0 == n).map(|(c, _)| c).collect();
        let seen: BTreeSet<usize> = comments.iter().copied().collect();
        if comments.len() != seen.len() {
            wrong.push(format!("#{name} was told something twice: {comments:?}"));
        }
        if seen != wanted {
            let missing: Vec<_> = wanted.difference(&seen).collect();
            let foreign: Vec<_> = seen.difference(&wanted).collect();
            wrong.push(format!(
                "#{name} misses {missing:?} and has {foreign:?} of others"
            ));
        }
        if opened != 1 {
            wrong.push(format!("#{name} was told {opened} times of its issue"));
        }
        // What came in order is told in order. What GitHub sent late could only be told late.
        for (at, first) in comments.iter().enumerate() {
            for then in comments[at..].iter().filter(|then| *then < first) {
                if taken[id(*then)] < sent[id(*first)] {
                    wrong.push(format!("#{name} was told {first} before {then}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
