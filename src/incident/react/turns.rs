//! What an incident's turns are told with: who leads, how bad it is, when what happened, the end.

use super::Out;
use crate::incident::effect::{Tell, Todo};
use crate::incident::fact::Moment;
use crate::incident::rules::News;
use crate::incident::state::{Incident, Phase, Stated};
use crate::incident::turn::Turn;
use crate::incident::who::Who;

impl Out<'_> {
    /// What differs from before, in the order of an incident.
    pub(super) fn turns(&mut self, before: Option<&Incident>) {
        let after = self.after;
        if after.channel.id.is_none() {
            return;
        }
        self.handler(before);
        self.level(before);
        for moment in Moment::ALL {
            self.moment(before, moment);
        }
        // The rest is no news where all is new.
        if let Some(before) = before {
            self.lesser(before);
        }
        let resolved_before = before.and_then(|before| before.resolved.as_ref());
        match (resolved_before, &after.resolved) {
            (None, Some(resolved)) => {
                // Not by when: who closes the issue while somebody presses the button says the same
                // a moment earlier, and that is heard of later.
                let about = format!("resolved:{}", after.ends);
                let by = resolved.by.clone();
                self.tell(&about, Tell::Resolved { by });
                self.broadcast(News::Resolved, &about, None);
            }
            (Some(_), None) => {
                let about = format!("reopened:{}", after.ends);
                let by = Who::default();
                self.tell(&about, Tell::Reopened { by });
                self.broadcast(News::Reopened, &about, None);
            }
            _ => {}
        }
    }

    fn handler(&mut self, before: Option<&Incident>) {
        let after = self.after;
        let led = before.and_then(|before| before.handler.as_ref());
        let Some(handler) = &after.handler else {
            if let Some(led) = led {
                let about = after.turns.last(&Turn::handler(&led.value));
                self.tell(format!("no-{about}"), Tell::NoHandler);
            }
            return;
        };
        if led.is_some_and(|led| led.value.is(&handler.value)) {
            return;
        }
        let about = after.turns.last(&Turn::handler(&handler.value));
        self.tell(&about, Tell::HandlerIs(handler.value.clone()));
        // Whoever took over on GitHub, or was named by others, may not be in the channel yet; where
        // the channel is new they are called with everybody else.
        if before.is_some() {
            let todo = Todo::InvitePeople(vec![handler.value.clone()]);
            self.push(&format!("people:{about}"), todo);
        }
        let first = before.is_none_or(|before| before.first_handler.is_none());
        let calm = after.phase() >= Phase::Recovered;
        if first && !calm {
            if after.time(Moment::Detected).is_none() {
                self.tell("detection", Tell::AskDetection);
            }
            self.tell("chat-or-video", Tell::ChatOrVideo);
        }
    }

    fn level(&mut self, before: Option<&Incident>) {
        let after = self.after;
        let was = before.and_then(|before| before.level.as_ref());
        match (was, &after.level) {
            (Some(was), Some(level)) if was.value == level.value => {}
            (_, Some(level)) => {
                let about = after.turns.last(&Turn::Level(level.value));
                let tell = Tell::LevelIs {
                    level: level.value,
                    by: level.by.clone(),
                };
                self.tell(&about, tell);
                self.invite_named();
                self.broadcast(News::Level, &about, None);
                let known = self.rules.level(level.value);
                if known.is_some_and(|known| !known.checklist.is_empty()) {
                    let tell = Tell::Checklist { level: level.value };
                    self.tell(format!("checklist:{}", level.value), tell);
                }
            }
            (Some(was), None) => {
                let about = after.turns.last(&Turn::Level(was.value));
                self.tell(format!("no-{about}"), Tell::NoLevel);
            }
            (None, None) => {}
        }
    }

    fn moment(&mut self, before: Option<&Incident>, moment: Moment) {
        let after = self.after;
        let was = before.and_then(|before| before.times.get(&moment));
        let word = moment.word();
        match (was, after.times.get(&moment)) {
            (None, Some(stated)) => {
                let (time, by) = (stated.value.time, stated.by.clone());
                if moment == Moment::Recovered {
                    let about = after.turns.last(&Turn::Recovered);
                    self.tell(&about, Tell::Recovered { by });
                    self.broadcast(News::Recovered, &about, None);
                } else {
                    let about = format!("{word}:{}", time.as_microsecond());
                    self.tell(about, Tell::MomentIs { moment, time, by });
                }
            }
            (Some(was), Some(stated)) if was.value.time != stated.value.time => {
                let tell = Tell::Corrected {
                    moment,
                    from: was.value.time,
                    to: stated.value.time,
                    by: stated.by.clone(),
                };
                self.tell(
                    format!("{word}:{}", stated.value.time.as_microsecond()),
                    tell,
                );
            }
            (Some(was), None) => {
                let about = format!("no-{word}:{}", was.value.time.as_microsecond());
                self.tell(about, Tell::Withdrawn { moment });
                // Who was told that it is over must not go on believing it.
                if moment == Moment::Recovered {
                    let about = format!("no-{}", after.turns.last(&Turn::Recovered));
                    self.broadcast(News::NotRecovered, &about, None);
                }
            }
            _ => {}
        }
    }

    /// What is told in the channel and nowhere else.
    fn lesser(&mut self, before: &Incident) {
        let after = self.after;
        fn changed<'a, T: PartialEq>(
            was: Option<&Stated<T>>,
            is: Option<&'a Stated<T>>,
        ) -> Option<&'a Stated<T>> {
            is.filter(|is| was.is_none_or(|was| was.value != is.value))
        }
        if let Some(feeling) = changed(before.feeling.as_ref(), after.feeling.as_ref()) {
            let tell = Tell::FeelingIs {
                feeling: feeling.value.clone(),
                by: feeling.by.clone(),
            };
            let about = after.turns.last(&Turn::Feeling(feeling.value.clone()));
            self.tell(about, tell);
        }
        if let Some(summary) = changed(Some(&before.summary), Some(&after.summary)) {
            let by = summary.by.clone();
            self.tell(
                format!("summary:{}", summary.at.as_microsecond()),
                Tell::SummaryIs { by },
            );
        }
        let service = changed(Some(&before.service), Some(&after.service));
        let kind = changed(before.kind.as_ref(), after.kind.as_ref());
        let service = service.map(|stated| (stated.at, stated.by.clone()));
        let kind = kind.map(|stated| (stated.at, stated.by.clone()));
        if let Some((at, by)) = service.or(kind) {
            self.tell(
                format!("class:{}", at.as_second()),
                Tell::Reclassified { by },
            );
        }
    }
}
