//! The life of the app in a world: how it starts, works, stops, and dies.

use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

use super::{Stuck, World, any_port};
use crate::cli::Failure;
use crate::cli::app::App;
use crate::sandbox::story::AppAct;
use crate::store::Counts;

/// What became of a turn of the app.
pub(super) enum Turned {
    /// It has done what it could, and has more to do then.
    Until(Option<Timestamp>),
    /// It died of it.
    Died,
}

/// Work that is given up after so many steps: `None` then.
struct Mortal<'a, F> {
    work: Pin<&'a mut F>,
    left: &'a mut Option<usize>,
}

impl<F: Future> Future for Mortal<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self.left {
            Some(0) => return Poll::Ready(None),
            Some(left) => *left -= 1,
            None => {}
        }
        self.work.as_mut().poll(context).map(Some)
    }
}

impl World {
    /// Where the app's database is.
    pub(super) fn database(&self) -> PathBuf {
        self.dir.path().join("sssbot.sqlite3")
    }

    pub(super) async fn start_app(&mut self) -> Result<(), Failure> {
        self.lives += 1;
        let app = App::build(&self.config(), self.clock.clone()).await?;
        let listener = TcpListener::bind(any_port())
            .await
            .map_err(|error| Failure::Other(error.to_string()))?;
        let (engine, store) = (app.engine.clone(), app.store.clone());
        let running = app.run(listener, self.hands.is_none())?;
        self.sandbox.set_app(&format!("http://{}", running.address));
        self.app = Some((engine, store, running));
        Ok(())
    }

    async fn stop_app(&mut self) {
        if let Some((_, store, running)) = self.app.take() {
            running.stop().await;
            store.close().await;
        }
    }

    pub(super) async fn play_app(&mut self, act: AppAct) -> Result<(), Failure> {
        match act {
            AppAct::Stop => self.stop_app().await,
            AppAct::Start => self.start_app().await?,
            AppAct::Restart => {
                self.stop_app().await;
                self.start_app().await?;
            }
            AppAct::LoseDatabase => {
                self.stop_app().await;
                for end in ["", "-wal", "-shm"] {
                    let mut file = self.database().into_os_string();
                    file.push(end);
                    let _ = std::fs::remove_file(file);
                }
                self.start_app().await?;
            }
            AppAct::DieAtCall(nth, moment) => self.sandbox.death.at_call(nth, moment),
            AppAct::DieAfterSteps(steps) => self.steps_left = Some(steps),
        }
        Ok(())
    }

    /// Lets the app do what is due. It may die of it.
    pub(super) async fn turn(&mut self, waits: bool) -> Turned {
        let Some((engine, ..)) = &self.app else {
            return Turned::Until(None);
        };
        let engine = engine.clone();
        // In a box: with all that it may come to it is large.
        let mut turn = Box::pin(async {
            if waits {
                engine.turn().await
            } else {
                engine.turn_at_work().await
            }
        });
        let mortal = Mortal {
            work: turn.as_mut(),
            left: &mut self.steps_left,
        };
        tokio::select! {
            biased;
            () = self.sandbox.death.comes() => Turned::Died,
            done = mortal => done.map_or(Turned::Died, Turned::Until),
        }
    }

    /// Nothing is ended in order: what was under way stops where it is. Another app starts with the
    /// same database.
    pub(super) async fn die(&mut self) -> Result<(), Failure> {
        self.deaths += 1;
        self.steps_left = None;
        if let Some((engine, store, running)) = self.app.take() {
            running.kill().await;
            drop((engine, store));
        }
        self.start_app().await
    }

    /// Lets this much time pass, of which the app is awake only when something that it knows of is
    /// to be done: it looks for what no webhook told then, and not each minute. The machine's time
    /// is saved where nothing is expected.
    ///
    /// # Errors
    /// When it never comes to rest.
    pub async fn doze(&mut self, span: SignedDuration) -> Result<(), Stuck> {
        let until = self.clock.now().saturating_add(span);
        let until = until.unwrap_or(Timestamp::MAX);
        self.settle(until, false, 0).await?;
        if let Some(hands) = &self.hands {
            hands.turn_to(until);
        }
        Ok(())
    }

    /// How often the app was started.
    pub fn lives(&self) -> usize {
        self.lives
    }

    /// How often the app has died.
    pub fn deaths(&self) -> usize {
        self.deaths
    }

    /// From now on all goes well: no fault and no death is left, what was held back goes out, and
    /// the app runs.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn calm(&mut self) -> Result<(), Failure> {
        self.sandbox.calm();
        self.steps_left = None;
        if self.app.is_none() {
            self.start_app().await?;
        }
        Ok(())
    }

    /// What waits in the app's database; `None` where there is no app, or it does not say.
    pub async fn counts(&self) -> Option<Counts> {
        let (_, store, _) = self.app.as_ref()?;
        store.counts().await.ok()
    }

    /// Ends at once, without closing anything in order.
    pub async fn abandon(mut self) {
        if let Some((_, _, running)) = self.app.take() {
            running.kill().await;
        }
    }

    /// Stops the app in order.
    pub async fn stop(mut self) {
        self.stop_app().await;
    }
}
