//! What people are answered who did something in Slack: where all see it, or only they.

use jiff::{SignedDuration, Timestamp};

use super::hear::Meant;
use super::known::never;
use super::lanes::other_channel;
use super::owed::channel_lane;
use super::say::{Spoken, spoken};
use super::take::Taking;
use super::{Case, Errand, Line};
use crate::engine::Engine;
use crate::id::{ChannelId, DoneKey};
use crate::incident::{Rules, UserError, view};
use crate::playbook::ChannelRef;
use crate::slack::render::Style;
use crate::store::{Changes, StoreError, Wanted};

impl Engine {
    /// C2: says in the channels of the incidents of which this channel was to be told that it was
    /// not: somebody has to do it by hand.
    pub(in crate::engine) async fn could_not_tell(
        &self,
        channel: &ChannelRef,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let cases: Vec<_> = self.cases().all.values().cloned().collect();
        let mut messages = Vec::new();
        for case in cases {
            let (incident, rules) = (&case.incident, &case.rules);
            let wanted = incident.told(rules).contains(&channel) && incident.resolved.is_none();
            let Some(lane) = channel_lane(&case).filter(|_| wanted) else {
                continue;
            };
            let said = view::not_told(channel, rules.lang);
            messages.push(Wanted {
                lane,
                key: DoneKey::new(format!("say:{}:untold:{channel}", incident.key)),
                at: now,
                doc: self.line(&said, None, rules).to_row(),
                rev: 1,
                settle_at: now,
                give_up_at: never(),
                covered: false,
            });
        }
        self.0
            .parts
            .store
            .apply(Changes {
                messages,
                ..Changes::default()
            })
            .await
    }

    /// E2: that somebody pressed something, for all who are there.
    pub(super) async fn echo(&self, taking: &mut Taking<'_>) {
        let changed = |act: &view::Act| taking.acted || *act == view::Act::WorkLeft;
        let Some(act) = taking.heard.pressed.clone().filter(changed) else {
            return;
        };
        let Some((key, _)) = taking.entries.first().cloned() else {
            return;
        };
        let Some(case) = self.case(&key) else {
            return;
        };
        let who = self.me_of(taking).await;
        let said = view::pressed(&who, &act, &case.rules, case.rules.lang);
        if let Some(lane) = channel_lane(&case).filter(|_| case.incident.channel.id.is_some()) {
            let line = self.line(&said, Some(&case), &case.rules);
            self.want_line(taking, lane, "pressed", line);
        }
    }

    /// Says why not, to the one who acted and nobody else.
    pub(super) fn refuse(&self, taking: &mut Taking<'_>, error: &UserError) {
        let snapshot = self.snapshot();
        let channel = taking.heard.channel.as_ref();
        let case = channel.and_then(|channel| snapshot.in_channel(channel));
        let rules = case.map_or(&snapshot.rules, |case| &case.rules);
        let said = view::Said {
            headline: vec![view::Bit::Text(error.say(rules.lang, rules.zone()))],
            ..view::Said::default()
        };
        self.answer(taking, "no", &said, None, rules, true);
    }

    /// Answers who acted: where they did it, or so that only they see it.
    pub(super) fn answer(
        &self,
        taking: &mut Taking<'_>,
        word: &str,
        said: &view::Said,
        case: Option<&Case>,
        rules: &Rules,
        privately: bool,
    ) {
        let Some(user) = taking.heard.who.clone() else {
            return;
        };
        if !privately && let Some(channel) = taking.heard.channel.clone() {
            return self.say_there(taking, &channel, word, said, case, rules);
        }
        let mut line = self.line(said, case, rules);
        line.answer_at = taking
            .heard
            .response_url
            .as_ref()
            .map(|url| url.reveal().to_owned());
        line.only_for = Some(user.clone());
        // A dialog is nowhere, but it was asked for somewhere.
        let asked_in = taking.heard.meant.iter().find_map(|meant| match meant {
            Meant::Progress { place, .. } => place.clone(),
            _ => None,
        });
        let place = taking.heard.channel.clone().or(asked_in);
        let place = place.unwrap_or_else(|| ChannelId::from(user.as_str()));
        let lane = Errand::Privately(place).lane();
        self.want_line(taking, lane, word, line);
    }

    /// Says something in the place where somebody did something.
    pub(super) fn say_there(
        &self,
        taking: &mut Taking<'_>,
        channel: &ChannelId,
        word: &str,
        said: &view::Said,
        case: Option<&Case>,
        rules: &Rules,
    ) {
        let snapshot = self.snapshot();
        let here = snapshot
            .in_channel(channel)
            .and_then(|case| channel_lane(case));
        let lane = here.unwrap_or_else(|| other_channel(&ChannelRef::Id(channel.clone())));
        let line = self.line(said, case, rules);
        self.want_line(taking, lane, word, line);
    }

    fn line(&self, said: &view::Said, case: Option<&Case>, rules: &Rules) -> Line {
        Line::for_all(self.spoken(said, case.map(|case| &case.incident.key), rules))
    }

    /// What is said, as Slack takes it.
    pub(in crate::engine) fn spoken(
        &self,
        said: &view::Said,
        incident: Option<&DoneKey>,
        rules: &Rules,
    ) -> Spoken {
        let people = self.rules().people;
        let url = self
            .0
            .identity
            .get()
            .map(|me| me.url.clone())
            .unwrap_or_default();
        let style = Style {
            people: &people,
            workspace_url: Some(url.as_str()).filter(|url| !url.is_empty()),
            lang: rules.lang,
        };
        spoken(said, incident, rules.lang, rules, &style)
    }

    fn want_line(&self, taking: &mut Taking<'_>, lane: String, word: &str, line: Line) {
        // Before what follows from it, which has the same time.
        let nth = taking.changes.messages.len() as i64;
        let before = SignedDuration::from_micros(100 - nth);
        taking.changes.messages.push(Wanted {
            lane,
            key: DoneKey::new(format!("{word}:{}", taking.heard.origin.key(0))),
            at: taking
                .received
                .saturating_sub(before)
                .unwrap_or(taking.received),
            doc: line.to_row(),
            rev: 1,
            settle_at: taking.now,
            give_up_at: never(),
            covered: false,
        });
    }
}
