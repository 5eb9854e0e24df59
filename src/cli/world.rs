//! A sandbox and an app that works on it: what the demo shows and what stories are played in.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::Failure;
use super::app::Running;
use crate::clock::{Clock, Hands};
use crate::config::Config;
use crate::engine::{self, Engine};
use crate::http::Access;
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::sandbox::story::{Act, Seen, Story};
use crate::sandbox::{Player, Sandbox, github, slack as chat};
use crate::secret::Secret;
use crate::slack::Rates;
use crate::{github as hub, slack};
use life::Turned;
use seen::Before;

mod life;
mod manifest;
mod seen;

/// Where the playbook and the teams of a world are.
pub const POSTMORTEM_REPO: &str = "acme/postmortem";
/// How long a story lets time pass after an act, so that what follows from it can be seen.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);
/// How often the app looks at GitHub for what no webhook told.
const SWEEP: SignedDuration = SignedDuration::from_secs(60);
/// How long a call may take. A fault that swallows an answer costs a story as much.
const CALL: Duration = Duration::from_secs(2);
/// The same where faults cost no time, so that nothing but a slow machine is ever waited for.
const LONG_CALL: Duration = Duration::from_secs(60);
/// Turns without time passing, after which a story must be going in circles.
const TURNS: usize = 500;

/// A sandbox, an app on it, and a clock that is turned by hand.
pub struct World {
    /// The GitHub and the Slack.
    pub sandbox: Sandbox,
    clock: Clock,
    hands: Option<Hands>,
    lang: Lang,
    dir: TempDir,
    player: Player,
    app: Option<(Engine, crate::store::Store, Running)>,
    before: Before,
    patience: Duration,
    /// The app dies after so many steps of its work.
    steps_left: Option<usize>,
    deaths: usize,
    lives: usize,
}

/// Where and how a world is built.
struct Site<'a> {
    github_at: SocketAddr,
    pages: Option<&'a str>,
    dir: &'a Path,
    patience: Duration,
}

/// Any free port of this machine.
fn any_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// A story that could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum Stuck {
    /// An act is not possible.
    #[error("line {line}: {why}")]
    Act {
        /// Where it stands.
        line: usize,
        /// What the world said.
        why: String,
    },
    /// The app did not start.
    #[error("{0}")]
    App(#[from] Failure),
    /// Something happens again and again while time stands still.
    #[error("line {line}: sssbot does not come to rest")]
    Restless {
        /// After which act.
        line: usize,
    },
}

impl World {
    /// A world in which time is turned by hand and begins at `start`; links lead to `pages`.
    ///
    /// # Errors
    /// When nothing can listen on this machine, or there is no place for a database.
    pub async fn by_hand(lang: Lang, start: Timestamp, pages: &str) -> Result<Self, Failure> {
        let (clock, hands) = Clock::by_hand(start);
        Self::start(clock, Some(hands), lang, any_port(), Some(pages)).await
    }

    /// As [`World::by_hand`], with the database in a directory below `dir`, and with an app that
    /// waits for an answer as long as the machine may need: for worlds that are many and quick.
    ///
    /// # Errors
    /// As [`World::by_hand`].
    pub async fn simulated(
        lang: Lang,
        start: Timestamp,
        pages: &str,
        dir: &Path,
    ) -> Result<Self, Failure> {
        let (clock, hands) = Clock::by_hand(start);
        let site = Site {
            github_at: any_port(),
            pages: Some(pages),
            dir,
            patience: LONG_CALL,
        };
        Self::build(clock, Some(hands), lang, site).await
    }

    /// A world in the machine's time, which works by itself. GitHub is at `github_at`, and links
    /// lead to `pages`.
    ///
    /// # Errors
    /// As [`World::by_hand`].
    pub async fn live(lang: Lang, pages: Option<&str>) -> Result<Self, Failure> {
        Self::start(Clock::machine(), None, lang, any_port(), pages).await
    }

    async fn start(
        clock: Clock,
        hands: Option<Hands>,
        lang: Lang,
        github_at: SocketAddr,
        pages: Option<&str>,
    ) -> Result<Self, Failure> {
        let site = Site {
            github_at,
            pages,
            dir: &std::env::temp_dir(),
            patience: CALL,
        };
        Self::build(clock, hands, lang, site).await
    }

    async fn build(
        clock: Clock,
        hands: Option<Hands>,
        lang: Lang,
        site: Site<'_>,
    ) -> Result<Self, Failure> {
        let sandbox = Sandbox::start(&clock, site.github_at, any_port(), site.pages)
            .await
            .map_err(|error| Failure::Other(format!("the sandbox does not start: {error}")))?;
        let dir = tempfile::Builder::new()
            .prefix("sssbot-")
            .tempdir_in(site.dir)
            .map_err(|error| Failure::Other(format!("no place for a database: {error}")))?;
        let failed = |error: github::CannotAct| Failure::Other(error.to_string());
        sandbox
            .github
            .add_repo(POSTMORTEM_REPO, false)
            .map_err(failed)?;
        sandbox.github.install(&[POSTMORTEM_REPO]).map_err(failed)?;
        sandbox.slack.set_shortcuts(&manifest::shortcuts(lang));
        let player = Player::new(&sandbox);
        let mut world = Self {
            sandbox,
            clock,
            hands,
            lang,
            dir,
            player,
            app: None,
            before: Before::default(),
            patience: site.patience,
            steps_left: None,
            deaths: 0,
            lives: 0,
        };
        world.start_app().await?;
        Ok(world)
    }

    fn config(&self) -> Config {
        let keys = &self.sandbox.keys;
        Config {
            github: hub::Settings {
                api_url: self.sandbox.github_api.clone(),
                app_id: keys.app_id,
                private_key: Secret::new(keys.private_key.clone()),
                repo: RepoName::from(POSTMORTEM_REPO),
                timeout: self.patience,
            },
            slack: slack::Settings {
                api_url: self.sandbox.slack_api.clone(),
                token: Secret::new(keys.bot_token.clone()),
                timeout: self.patience,
            },
            usergroups_token: self.sandbox.slack.user_tokens().pop().map(Secret::new),
            rates: Rates::default(),
            sweep_every: Some(SWEEP),
            github_webhook_secret: Secret::new(keys.webhook_secret.clone()),
            slack_signing_secret: Secret::new(keys.signing_secret.clone()),
            database_url: format!("sqlite://{}", self.database().display()),
            listen: any_port(),
            insights: Access::ThisMachine,
            lang: self.lang,
            log: String::new(),
        }
    }

    /// Plays one act of a story. In a world whose time is turned by hand, what follows from it at
    /// once has happened when this returns.
    ///
    /// # Errors
    /// When the act is not possible, or what follows never ends.
    pub async fn act(&mut self, act: &Act, line: usize) -> Result<(), Stuck> {
        match act {
            Act::Wait(span) if self.hands.is_some() => {
                let until = self
                    .clock
                    .now()
                    .saturating_add(*span)
                    .unwrap_or(Timestamp::MAX);
                self.settle(until, true, line).await?;
                if let Some(hands) = &self.hands {
                    hands.turn_to(until);
                }
            }
            Act::Wait(_) => {}
            Act::App(app) => self.play_app(*app).await?,
            act => {
                let played = self.player.play(act).await;
                played.map_err(|error| Stuck::Act { line, why: error.0 })?;
            }
        }
        if self.hands.is_none() {
            self.sandbox.pump().await;
            return Ok(());
        }
        self.settle(self.clock.now(), false, line).await?;
        if let Some(hands) = &self.hands {
            // Nothing in the world happens at the same moment as something else.
            hands.turn(SignedDuration::from_secs(1));
        }
        Ok(())
    }

    /// Lets time pass until nothing is left to be done, for two minutes at the most.
    ///
    /// # Errors
    /// When it never comes to rest.
    pub async fn rest(&mut self, line: usize) -> Result<(), Stuck> {
        let until = self
            .clock
            .now()
            .saturating_add(PATIENCE)
            .unwrap_or(Timestamp::MAX);
        self.settle(until, false, line).await
    }

    /// Lets things happen until then. Time that a story lets pass (`waits`) is time in which the
    /// app also looks for what no webhook told; without that, time passes for what is under way
    /// only.
    async fn settle(&mut self, until: Timestamp, waits: bool, line: usize) -> Result<(), Stuck> {
        let mut turns = 0;
        loop {
            let sent = self.sandbox.pump().await;
            let due = match self.turn(waits).await {
                Turned::Until(due) => due,
                Turned::Died => {
                    self.die().await?;
                    continue;
                }
            };
            let next = [self.sandbox.next_due(), due].into_iter().flatten().min();
            let now = self.clock.now();
            if sent > 0 || self.sandbox.github.pending() > 0 || next.is_some_and(|at| at <= now) {
                turns += 1;
                if turns > TURNS {
                    return Err(Stuck::Restless { line });
                }
                // An app that is down takes nothing: what is pending waits for it.
                if self.app.is_some() || sent > 0 {
                    continue;
                }
            }
            match (next, &self.hands) {
                (Some(at), Some(hands)) if at <= until => hands.turn_to(at),
                _ => return Ok(()),
            }
            turns = 0;
        }
    }

    /// Plays a whole story; what was seen after each of its steps.
    ///
    /// # Errors
    /// Where it got stuck.
    pub async fn play(&mut self, story: &Story) -> Result<Vec<Vec<Seen>>, Stuck> {
        let mut all = Vec::new();
        for step in &story.steps {
            for act in &step.acts {
                self.act(&act.act, act.line).await?;
            }
            self.rest(step.line).await?;
            all.push(self.seen());
        }
        Ok(all)
    }

    /// What must hold in every world at every time, in words where it does not: nobody was pinged,
    /// no limit was exceeded, no fault is left that nobody met, nothing was asked that no server has.
    pub fn broken_promises(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for ping in self.sandbox.slack.pings() {
            // What is said about an incident calls people; what is told of GitHub never does.
            if !ping.key.as_deref().is_some_and(engine::may_call) {
                broken.push(format!("somebody was pinged: {ping:?}"));
            }
        }
        let exceeded = self.sandbox.slack.limits_exceeded();
        if exceeded > 0 {
            broken.push(format!("Slack's limits were exceeded {exceeded} times"));
        }
        let unmet = self.sandbox.slack.faults().unmet() + self.sandbox.github.faults().unmet();
        if unmet > 0 {
            broken.push(format!("{unmet} faults were never met"));
        }
        if self.sandbox.death.waits() || self.steps_left.is_some() {
            broken.push("the app was to die, and lives".to_owned());
        }
        for told in self
            .sandbox
            .github
            .told()
            .iter()
            .filter(|told| told.unknown)
        {
            broken.push(format!("GitHub has no {} {}", told.verb, told.path));
        }
        for told in self
            .sandbox
            .slack
            .told()
            .iter()
            .filter(|t| t.answer == "unknown_method")
        {
            broken.push(format!("Slack has no {}", told.method));
        }
        broken
    }

    /// The workspace, for pages.
    pub fn slack(&self) -> &chat::SlackWorld {
        &self.sandbox.slack
    }

    /// The time of this world.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}
