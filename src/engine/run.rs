//! The loops that take in, write out, watch and see to incidents; and all of it in one turn, for
//! stories and simulations, which turn the clock.

use std::collections::BTreeSet;
use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use super::{AFTER_STORE_TROUBLE, Engine, LANES_AT_ONCE, LOOK_AGAIN, LOOK_AROUND, lock, sooner};
use crate::store::StoreError;

impl Engine {
    /// Works until `stop` comes, then finishes what it holds.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let (quit, _) = tokio::sync::watch::channel(false);
        let taking = tokio::spawn({
            let (engine, mut quit) = (self.clone(), quit.subscribe());
            async move { engine.take_in(&mut quit).await }
        });
        let writing = tokio::spawn({
            let (engine, mut quit) = (self.clone(), quit.subscribe());
            async move { engine.write_out(&mut quit).await }
        });
        let watching = tokio::spawn({
            let (engine, mut quit) = (self.clone(), quit.subscribe());
            async move { engine.keep_watch(&mut quit).await }
        });
        let tending = tokio::spawn({
            let (engine, mut quit) = (self.clone(), quit.subscribe());
            async move { engine.see_to_incidents(&mut quit).await }
        });
        stop.await;
        quit.send_replace(true);
        let _ = tokio::join!(taking, writing, watching, tending);
    }

    async fn take_in(&self, quit: &mut tokio::sync::watch::Receiver<bool>) {
        let mut bell = self.0.parts.store.bell();
        while !*quit.borrow() {
            bell.mark_unchanged();
            let now = self.now();
            let next = match self.intake(now).await {
                Ok(0) => self.0.parts.store.next_delivery_at().await,
                Ok(_) => {
                    self.0.wanted.notify_one();
                    self.0.tended.notify_one();
                    continue;
                }
                Err(error) => Err(error),
            };
            let next = sooner(self.or_soon(next), now.checked_add(LOOK_AGAIN).ok());
            self.tidy(now).await;
            let clock = &self.0.parts.clock;
            tokio::select! {
                _ = bell.changed() => {}
                () = clock.sleep_until(next.unwrap_or(Timestamp::MAX)) => {}
                _ = quit.changed() => {}
            }
        }
    }

    /// Sees to the incidents that go on, whenever something is new or due.
    async fn see_to_incidents(&self, quit: &mut tokio::sync::watch::Receiver<bool>) {
        while !*quit.borrow() {
            let now = self.now();
            if self.rules_unread() {
                self.refresh_rules(now).await;
            }
            let next = self.tend(now).await;
            let next = sooner(next, now.checked_add(LOOK_AROUND).ok());
            let clock = &self.0.parts.clock;
            tokio::select! {
                () = self.0.tended.notified() => {}
                () = clock.sleep_until(next.unwrap_or(Timestamp::MAX)) => {}
                _ = quit.changed() => {}
            }
        }
    }

    /// Looks for what no webhook told, again and again.
    async fn keep_watch(&self, quit: &mut tokio::sync::watch::Receiver<bool>) {
        while !*quit.borrow() {
            tokio::select! {
                () = async {
                    self.look_around(self.now()).await;
                    if self.rules_overdue(self.now()) {
                        self.refresh_rules(self.now()).await;
                    }
                } => {}
                _ = quit.changed() => return,
            }
            // What intake finds meanwhile may be due sooner.
            let at = |pause| self.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
            let (soon, late) = (at(SignedDuration::from_secs(1)), at(LOOK_AROUND));
            let due = self.watch_due().clamp(soon, late);
            tokio::select! {
                () = self.0.parts.clock.sleep_until(due) => {}
                () = self.0.noticed.notified() => {}
                _ = quit.changed() => {}
            }
        }
    }

    /// Looks for what no webhook told, where that is due.
    async fn look_around(&self, now: Timestamp) {
        lock(&self.0.watch).all_at_once(now);
        if let Err(error) = self.look_back(now).await {
            self.0.parts.store.complain(&error);
        }
        self.pull_missed(now).await;
        self.sweep(now).await;
        self.keep_up(now).await;
    }

    /// When to look next for what no webhook told.
    fn watch_due(&self) -> Timestamp {
        let due = lock(&self.0.watch).due();
        due.min(lock(&self.0.upkeep).due())
    }

    async fn write_out(&self, quit: &mut tokio::sync::watch::Receiver<bool>) {
        let mut writers = JoinSet::new();
        let mut busy = BTreeSet::new();
        while !*quit.borrow() {
            let now = self.now();
            if self.rules_unread() {
                self.refresh_rules(now).await;
            }
            let next = self.or_soon(self.start_writers(&mut writers, &mut busy, now).await);
            let clock = &self.0.parts.clock;
            tokio::select! {
                () = self.0.wanted.notified() => {}
                Some(done) = writers.join_next(), if !writers.is_empty() => {
                    if let Ok(lane) = done { busy.remove(&lane); } else { busy.clear(); }
                }
                () = clock.sleep_until(next.unwrap_or(Timestamp::MAX)), if next.is_some() => {}
                _ = quit.changed() => {}
            }
        }
        while writers.join_next().await.is_some() {}
    }

    /// Starts a writer for each lane that has work now and none yet. Gives the time at which there
    /// will be more to do.
    async fn start_writers(
        &self,
        writers: &mut JoinSet<String>,
        busy: &mut BTreeSet<String>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (lanes, next) = self.lanes_due(now).await?;
        let at_once = if self.is_hushed() { 1 } else { LANES_AT_ONCE };
        for lane in lanes {
            if !busy.contains(&lane.name) && writers.len() < at_once {
                busy.insert(lane.name.clone());
                self.serve(&lane.name);
                let engine = self.clone();
                writers.spawn(async move {
                    let name = lane.name.clone();
                    engine.write_lane(lane).await;
                    name
                });
            }
        }
        Ok(next)
    }

    /// Does everything that is due now and gives the time at which there will be more to do. What
    /// [`Engine::run`] does for ever, once: for stories and simulations, which turn the clock.
    pub async fn turn(&self) -> Option<Timestamp> {
        let next = self.turn_at_work().await;
        sooner(next, Some(self.watch_due()))
    }

    /// As [`Engine::turn`], but gives only the time at which something that is known is to be done:
    /// looking for what no webhook told is never at an end.
    pub async fn turn_at_work(&self) -> Option<Timestamp> {
        let store = &self.0.parts.store;
        loop {
            let now = self.now();
            self.refresh_rules(now).await;
            self.look_around(now).await;
            while matches!(self.intake(now).await, Ok(taken) if taken > 0) {}
            let tended = self.tend(now).await;
            if tended.is_some_and(|at| at <= now) {
                continue;
            }
            let (worked, next) = match self.write_in_turn(now).await {
                Ok((worked, next)) => (worked, next),
                Err(error) => (false, self.or_soon(Err(error))),
            };
            if !worked {
                let delivery = self.or_soon(store.next_delivery_at().await);
                let known = sooner(self.rules_due(), lock(&self.0.upkeep).known());
                return sooner(sooner(next, delivery), sooner(known, tended));
            }
        }
    }

    /// As [`Engine::start_writers`], but one lane after the other, so that the same happens each
    /// time. Says whether any had work.
    async fn write_in_turn(&self, now: Timestamp) -> Result<(bool, Option<Timestamp>), StoreError> {
        let (lanes, next) = self.lanes_due(now).await?;
        let worked = !lanes.is_empty();
        for lane in lanes {
            self.serve(&lane.name);
            self.write_lane(lane).await;
        }
        Ok((worked, next))
    }

    /// A trouble of our own database is logged and looked at again soon.
    fn or_soon(&self, next: Result<Option<Timestamp>, StoreError>) -> Option<Timestamp> {
        match next {
            Ok(next) => next,
            Err(error) => {
                self.0.parts.store.complain(&error);
                self.now().checked_add(AFTER_STORE_TROUBLE).ok()
            }
        }
    }
}
