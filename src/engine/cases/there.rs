//! The GitHub side of an incident, over HTTP against the sandbox.
#![allow(clippy::unwrap_used)]

mod stories;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use prometheus_client::registry::Registry;
use serde_json::Value;
use tempfile::TempDir;

use super::Case;
use super::by_issue::DeclaredThere;
use super::record::Read;
use super::who::whole;
use crate::clock::{Clock, Hands};
use crate::engine::{Engine, Metrics, Parts, Settings};
use crate::github::{self, GitHub, GitHubError};
use crate::i18n::Lang;
use crate::id::DoneKey;
use crate::incident::{
    Actor, Command, Declaration, Entry, Fact, Mark, Origin, Rules, Standing, Todo, Via, Who, fold,
    interpret, owed, view,
};
use crate::playbook::{self, Called};
use crate::sandbox::Sandbox;
use crate::sandbox::github::{CommitSpec, What as Shown};
use crate::slack::{self, Slack};
use crate::store::{self, Store};

const REPO: &str = "acme/postmortem";
const PLAYBOOK: &str =
    "services: {shop: {aliases: [ショップ]}, sss: {}}\npermissions: {check: {people: [hanako]}}\n";
const TEAMS: &str = "people: {hanako: {slack: U01HANAKO01, github: hanako}}\n";

struct World {
    sandbox: Sandbox,
    engine: Engine,
    clock: Clock,
    hands: Hands,
    http: reqwest::Client,
    rules: Rules,
    entries: Vec<Entry>,
    pressed: u64,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let (clock, hands) = Clock::by_hand("2021-09-30T06:00:00Z".parse().unwrap());
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
        sandbox.github.add_repo(REPO, true).unwrap();
        for (path, text) in [(playbook::PATH, PLAYBOOK), ("userteams.yaml", TEAMS)] {
            let commit = CommitSpec::file("rules", path, text);
            let branch = "main";
            sandbox
                .github
                .push("hanako", REPO, branch, &[commit], false)
                .unwrap();
        }
        sandbox.github.install(&[REPO]).unwrap();
        sandbox.github.add_user("taro");
        let dir = tempfile::tempdir().unwrap();
        let github = GitHub::new(github::Settings {
            api_url: sandbox.github_api.clone(),
            app_id: sandbox.keys.app_id,
            private_key: sandbox.keys.private_key.as_str().into(),
            repo: REPO.into(),
            timeout: Duration::from_secs(5),
        })
        .unwrap();
        let slack = Slack::new(slack::Settings {
            api_url: sandbox.slack_api.clone(),
            token: sandbox.keys.bot_token.as_str().into(),
            timeout: Duration::from_secs(5),
        })
        .unwrap();
        let url = format!("sqlite://{}/there.sqlite3", dir.path().display());
        let engine = Engine::new(Parts {
            store: Store::open(&store::Settings { url }).await.unwrap(),
            github,
            slack,
            clock: clock.clone(),
            metrics: Metrics::register(&mut Registry::default()),
            settings: Settings {
                lang: Lang::Ja,
                rates: slack::Rates::default(),
                postmortem_repo: REPO.into(),
                sweep_every: None,
                app_id: sandbox.keys.app_id,
                owner: "there".to_owned(),
            },
        });
        engine.refresh_rules(clock.now()).await;
        let rules = Rules::new(engine.rules().playbook, Lang::Ja);
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        Self {
            sandbox,
            engine,
            clock,
            hands,
            http,
            rules,
            entries: Vec::new(),
            pressed: 0,
            _dir: dir,
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, seconds: i64) {
        let then = self.now() + SignedDuration::from_secs(seconds);
        self.hands.turn_to(then);
    }

    /// Something that a person does by themselves.
    async fn person(&self, who: &str, verb: &str, path: &str, body: Value) -> Value {
        let url = format!("{}/repos/{REPO}/{path}", self.sandbox.github_api);
        let verb = verb.parse().unwrap();
        let call = self
            .http
            .request(verb, url)
            .bearer_auth(format!("user:{who}"));
        let answer = call.body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn says(&self, who: &str, number: u64, body: &str) -> u64 {
        let path = format!("issues/{number}/comments");
        let made = self
            .person(who, "POST", &path, serde_json::json!({"body": body}))
            .await;
        made["id"].as_u64().unwrap()
    }

    fn case(&self) -> Case {
        Case {
            incident: fold(&self.entries, &self.rules).unwrap(),
            entries: self.entries.clone(),
            rules: self.rules.clone(),
        }
    }

    /// One in the place of another with its key.
    fn take(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            self.entries.retain(|known| known.key != entry.key);
            self.entries.push(entry);
        }
    }

    /// A command given in Slack, which is followed.
    fn press(&mut self, command: &Command) {
        assert!(self.try_press(command), "{command:?}");
    }

    /// A command given in Slack; whether it was followed.
    fn try_press(&mut self, command: &Command) -> bool {
        self.pressed += 1;
        let ts = format!("{}.{:06}", self.now().as_second(), self.pressed);
        let who = whole(Who::in_slack("U01HANAKO01"), &self.engine.rules().people);
        let actor = Actor {
            called: Called {
                people: who.name.clone().into_iter().collect(),
                ..Called::default()
            },
            who,
            standing: Standing::Member,
            origin: Origin::Slack {
                channel: "C0000000001".into(),
                ts: ts.as_str().into(),
            },
        };
        let state = fold(&self.entries, &self.rules);
        let now = self.now();
        let follows = interpret(state.as_ref(), command, &actor, now, &self.rules);
        let followed = follows.is_ok();
        self.take(follows.unwrap_or_default());
        followed
    }

    fn declare(&mut self) {
        let declaration = Declaration {
            channel: Some("shop-20210930i".to_owned()),
            ..Declaration::new("shop", "決済が失敗する <!-- sssbot:end --> @all")
        };
        self.press(&Command::Declare(declaration));
    }

    /// Does one thing, as often as it takes.
    async fn perform(&mut self, key: &DoneKey, todo: &Todo) {
        for _ in 0..3 {
            let (case, now) = (self.case(), self.now());
            match self.engine.do_on_github(&case, key, todo, now).await {
                Ok(entries) => return self.take(entries),
                Err(GitHubError::Ambiguous { .. } | GitHubError::NotSent { .. }) => {}
                Err(error) => panic!("{todo}: {error}"),
            }
            // While GitHub says nothing it is left alone.
            self.pass(120);
        }
        panic!("{todo}: never");
    }

    /// What is owed on GitHub next: the issue, then the marks that wait, then what shows a state.
    fn next(&self) -> Option<(DoneKey, Todo)> {
        let incident = self.case().incident;
        let current = |todo: &Todo| match (todo, &incident.issue) {
            (Todo::Body, Some(issue)) => view::body_is_current(&issue.body, &incident, &self.rules),
            (Todo::Retitle, Some(issue)) => {
                view::names_channel(&issue.title, &incident.channel.name)
            }
            _ => false,
        };
        let effects = owed(&self.entries, &self.rules)
            .into_iter()
            .map(|(_, effect)| effect);
        let mut owed = effects
            .filter(|effect| effect.todo.is_on_github() && !current(&effect.todo))
            .map(|effect| (effect.key, effect.todo));
        if incident.is_provisional() {
            return owed.next();
        }
        let mut waits = self.entries.iter().filter(|entry| !entry.recorded);
        let mark = waits.find_map(Entry::mark);
        let write = mark.map(|mark| (mark.key.clone(), Todo::Write(mark)));
        write.or_else(|| owed.next())
    }

    /// Does all that is owed on GitHub, until nothing is.
    async fn settle(&mut self) {
        for _ in 0..30 {
            let Some((key, todo)) = self.next() else {
                return;
            };
            self.perform(&key, &todo).await;
        }
        panic!("there is always something to do: {:?}", self.next());
    }

    async fn read(&self, number: u64) -> Read {
        self.engine.read_record(number).await.unwrap().unwrap()
    }

    /// What an issue declares, read anew.
    async fn declared(&self, number: u64) -> Result<DeclaredThere, GitHubError> {
        match self.engine.read_record(number).await? {
            Some(read) => self.engine.declared_by_issue(read, self.now()).await,
            None => Ok(DeclaredThere::Nothing),
        }
    }

    /// What the bot wrote under the issue.
    fn ours(&self, number: u64) -> Vec<String> {
        let snapshot = self.sandbox.github.snapshot();
        let repo = snapshot
            .repos
            .iter()
            .find(|repo| repo.name == REPO)
            .unwrap();
        let issue = repo.issues.iter().find(|i| i.number == number).unwrap();
        let lines = issue.timeline.iter();
        lines
            .filter_map(|line| match &line.what {
                Shown::Comment { body, .. } if line.who == "sssbot[bot]" => Some(body.clone()),
                _ => None,
            })
            .collect()
    }
}

fn channel(now: Timestamp) -> Entry {
    let mark = Mark {
        key: "ch:C0000000001".into(),
        at: now,
        who: Who::default(),
        via: Via::Sssbot,
        fact: Fact::Channel {
            id: "C0000000001".into(),
            name: "shop-20210930i".to_owned(),
        },
    };
    Entry::marked(mark, false)
}
