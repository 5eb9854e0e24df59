//! What somebody presses below a question about a difference.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::apply::named;
use super::loans::but_lent;
use super::planned::Planned;
use super::{Done, Job};
use crate::engine::cases::{Errand, Line, never};
use crate::engine::{Engine, lock};
use crate::i18n::applying::{Applying, fill};
use crate::id::{ChannelId, DoneKey, SlackUserId};
use crate::slack::form::{Panel, Piece};
use crate::slack::inbound::{Inbound, Where};
use crate::store::Wanted;
use crate::teams::{Drift, Side};

/// A button. Its word stands in messages that are years old and is never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Press {
    /// Slack shall be as the files say.
    Revert,
    /// The files shall say what Slack is like.
    Propose,
    /// The same, with an end.
    Allow,
}

impl Press {
    const ALL: [Self; 3] = [Self::Revert, Self::Propose, Self::Allow];

    /// What the button is called on its way to Slack and back.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Revert => "teams-revert",
            Self::Propose => "teams-propose",
            Self::Allow => "teams-allow",
        }
    }
}

/// A press, as it waits to be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pressed {
    pub(super) press: Press,
    pub(super) value: String,
    #[serde(flatten)]
    pub(super) asker: Asker,
}

/// Who wants something, and where they can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asker {
    pub(super) who: SlackUserId,
    #[serde(default)]
    pub(super) channel: Option<ChannelId>,
    #[serde(default)]
    pub(super) answer_at: Option<String>,
}

impl Engine {
    /// What a press in Slack gives to do, if it is one of these.
    pub(in crate::engine) fn notice_press(
        &self,
        inbound: &Inbound,
        received: Timestamp,
        now: Timestamp,
    ) -> Vec<Wanted> {
        let Inbound::Pressed(pressed) = inbound else {
            return Vec::new();
        };
        let mut jobs = Vec::new();
        for action in &pressed.actions {
            let mut all = Press::ALL.into_iter();
            let Some(press) = all.find(|press| press.word() == action.action) else {
                continue;
            };
            let job = Pressed {
                press,
                value: action.given.as_text().unwrap_or_default().to_owned(),
                asker: Asker {
                    who: pressed.who.clone(),
                    channel: match &pressed.on {
                        Where::Message { channel, .. } => Some(channel.clone()),
                        Where::View(_) => None,
                    },
                    answer_at: pressed
                        .response_url
                        .as_ref()
                        .map(|url| url.reveal().to_owned()),
                },
            };
            let key = format!("press:{}:{}", received.as_microsecond(), job.value);
            let doc = serde_json::to_string(&job).unwrap_or_default();
            jobs.push(self.job(Job::Slack, &key, &doc, now));
        }
        jobs
    }

    /// Does what a press asks for, where the difference is still what they have seen.
    pub(super) async fn follow_press(&self, doc: &str, now: Timestamp) -> Done<()> {
        let Ok(pressed) = serde_json::from_str::<Pressed>(doc) else {
            return Ok(());
        };
        let member = self.member(&pressed.asker.who, now).await;
        if !member.is_some_and(|member| member.is_full_member()) {
            return Ok(());
        }
        let Some(mut compared) = self.compared_now(now).await? else {
            return Ok(());
        };
        let plan = &mut compared.planned.plan;
        plan.drift = but_lent(&plan.drift, &self.lent());
        let planned = &compared.planned;
        let mut all = planned.plan.drift.iter();
        let Some(drift) = all.find(|drift| super::drift::is_about(&pressed.value, drift)) else {
            // It is over, or otherwise by now: the message will say so.
            return self
                .want_job(Job::Slack, "compare", "", now)
                .await
                .map_err(Into::into);
        };
        let who = planned.live.name(&pressed.asker.who);
        match pressed.press {
            Press::Revert => self.revert(&pressed, planned, drift, &who, now).await,
            press => {
                let outcome = self.propose(press, &compared, drift, &who, now).await?;
                self.close_drift(planned, (drift, &pressed.value), &outcome, now)
                    .await
            }
        }
    }

    async fn revert(
        &self,
        pressed: &Pressed,
        planned: &Planned,
        drift: &Drift,
        who: &str,
        now: Timestamp,
    ) -> Done<()> {
        if self.incident_of(planned, drift).is_some() {
            let said = Applying::DriftRefused.say(self.lang());
            return self.tell_them(pressed, said, now).await;
        }
        self.perform_all(planned, &drift.back, now).await?;
        let refused = {
            let mut refused = lock(&self.0.team_definitions.refused);
            let whys = drift
                .back
                .iter()
                .map(|action| refused.remove(&named(action)));
            // All of them: whoever presses again tries all of it again.
            whys.collect::<Vec<_>>().into_iter().flatten().next()
        };
        if let Some(why) = refused {
            let saying = match &drift.side {
                Side::Slack(_) => Applying::DriftCannotRevert,
                Side::GitHub(_) => Applying::DriftCannotRevertOnGitHub,
            };
            let said = fill(saying, self.lang(), &[("why", &why)]);
            return self.tell_them(pressed, &said, now).await;
        }
        let outcome = fill(Applying::DriftReverted, self.lang(), &[("who", who)]);
        let asked = (drift, pressed.value.as_str());
        self.close_drift(planned, asked, &outcome, now).await
    }

    /// Says something to whoever pressed, and to nobody else.
    async fn tell_them(&self, pressed: &Pressed, said: &str, now: Timestamp) -> Done<()> {
        let panel = Panel {
            headline: vec![Piece::Text(said.to_owned())],
            parts: Vec::new(),
        };
        let at = now.as_microsecond();
        let key = DoneKey::new(format!("no:teams:{}:{at}", pressed.value));
        self.tell_only(&pressed.asker, key, panel, now).await
    }

    /// Tells one person, and nobody else.
    pub(super) async fn tell_only(
        &self,
        asker: &Asker,
        key: DoneKey,
        panel: Panel,
        now: Timestamp,
    ) -> Done<()> {
        let mut line = Line::for_all(self.rendered(panel));
        line.only_for = Some(asker.who.clone());
        line.answer_at.clone_from(&asker.answer_at);
        let place = asker.channel.clone();
        let place = place.unwrap_or_else(|| ChannelId::from(asker.who.as_str()));
        self.want_all(vec![Wanted {
            lane: Errand::Privately(place).lane(),
            key,
            at: now,
            doc: line.to_row(),
            rev: 1,
            settle_at: now,
            give_up_at: never(),
            covered: false,
        }])
        .await?;
        Ok(())
    }
}
