//! Compares Slack with the files that were applied last. What a time in the files asks for is done;
//! what somebody has changed in Slack is asked about, and never undone by itself.

use jiff::{SignedDuration, Timestamp};

use super::apply::Last;
use super::loans::but_lent;
use super::planned::{Cannot, Planned};
use super::press::Press;
use super::report::short;
use super::{Done, Halt};
use crate::engine::Engine;
use crate::engine::cases::{Line, Spoken, never, other_channel};
use crate::i18n::applying::{Applying, fill};
use crate::id::{DoneKey, ServiceId, Sha};
use crate::slack::form::{Button, Control, Panel, Part, Piece, Tone};
use crate::slack::render::Style;
use crate::store::Wanted;
use crate::teams::{Difference, Drift, Side, Spec};

/// What the keys of these messages begin with.
const KEY: &str = "drift:";
/// How far back messages are looked at that may be over.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 60);
/// How long after changes it is looked whether Slack shows them all.
const SHOWS: SignedDuration = SignedDuration::from_secs(2);

impl Engine {
    /// Compares Slack with the files that were applied last.
    pub(super) async fn compare_with_slack(
        &self,
        head: &Sha,
        last: &Last,
        wanted: &Spec,
        now: Timestamp,
    ) -> Done<()> {
        let planned = self
            .plan_for(wanted, Some(wanted), &last.applied, now)
            .await?;
        let planned = match planned {
            Ok(planned) => planned,
            Err(Cannot::Wrong(problems)) => {
                for problem in problems.iter().take(10) {
                    tracing::warn!(commit = %head, %problem, "the team definitions do not hold any more");
                }
                return Ok(());
            }
            Err(Cannot::Ask(why)) => {
                tracing::warn!(?why, "Slack does not show its user groups");
                return Ok(());
            }
        };
        let sorted = self.sorted(&planned);
        if !sorted.go.is_empty() {
            self.perform_all(&planned, &sorted.go, now).await?;
            return Err(Halt::Later(now.saturating_add(SHOWS).unwrap_or(now)));
        }
        for (_, why) in &sorted.refused {
            tracing::error!(%why, "what the team definitions ask for by now was refused");
        }
        self.see_to_loans(wanted, &planned, now).await?;
        let drift = but_lent(&planned.plan.drift, &self.lent());
        self.tell_drift(&planned, &drift, now).await?;
        self.plan_next_change(wanted, now).await
    }

    /// Asks about what is new, and says what is over.
    async fn tell_drift(&self, planned: &Planned, drift: &[Drift], now: Timestamp) -> Done<()> {
        let Some(channel) = self.rules().playbook.teams_channel().cloned() else {
            for what in planned.drift_lines(self.lang()) {
                tracing::warn!(%what, "Slack differs, and the playbook names no channel to ask in");
            }
            return Ok(());
        };
        let lane = other_channel(&channel);
        let store = &self.0.parts.store;
        let since = now.saturating_sub(BACK).unwrap_or(Timestamp::MIN);
        let mut told = store.told_below(KEY, since).await?;
        told.retain(|row| row.lane == lane);
        let mut wanted = Vec::new();
        let mut holds = Vec::new();
        for drift in drift {
            let key = key(&value(drift));
            // A question stays the same when its group is touched about something else.
            let mut asked = told.iter();
            let asked = asked.find(|row| {
                let same = about(row.key.as_str(), ':') == about(key.as_str(), ':');
                row.key == key || (row.rev == 1 && same)
            });
            if let Some(row) = asked {
                holds.push(row.key.clone());
                continue;
            }
            holds.push(key.clone());
            let spoken = self.drift_spoken(planned, drift, None);
            wanted.push(message(&lane, key, Line::for_all(spoken).to_row(), 1, now));
        }
        for row in told
            .iter()
            .filter(|row| row.rev == 1 && !holds.contains(&row.key))
        {
            let spoken = self.plainly(Applying::DriftOver.say(self.lang()));
            let doc = Line::for_all(spoken).to_row();
            wanted.push(message(&lane, row.key.clone(), doc, 2, row.at));
        }
        if !wanted.is_empty() {
            self.want_all(wanted).await?;
        }
        Ok(())
    }

    /// Says in the place of a question, the one that asks about this value, what became of it.
    pub(super) async fn close_drift(
        &self,
        planned: &Planned,
        (drift, asked): (&Drift, &str),
        outcome: &str,
        now: Timestamp,
    ) -> Done<()> {
        let Some(channel) = self.rules().playbook.teams_channel().cloned() else {
            return Ok(());
        };
        let (lane, key) = (other_channel(&channel), key(asked));
        let row = self.0.parts.store.message(&lane, &key).await?;
        let at = row.as_ref().map_or(now, |row| row.at);
        let rev = row.map_or(1, |row| row.rev) + 1;
        let spoken = self.drift_spoken(planned, drift, Some(outcome));
        let doc = Line::for_all(spoken).to_row();
        self.want_all(vec![message(&lane, key, doc, rev, at)])
            .await?;
        Ok(())
    }

    /// What differs, and what can be done about it; or what became of it.
    fn drift_spoken(&self, planned: &Planned, drift: &Drift, outcome: Option<&str>) -> Spoken {
        let lang = self.lang();
        let on_github = matches!(drift.side, Side::GitHub(_));
        let title = match on_github {
            true => Applying::DriftTitleOnGitHub.say(lang),
            false => Applying::DriftTitle.say(lang),
        };
        let label = planned.label(&drift.team);
        let headline = vec![
            Piece::Text("⚠️ ".to_owned()),
            Piece::Strong(format!("{title}: @{label}")),
        ];
        let said = drift.say(lang, |id| planned.live.name(id));
        let mut parts = vec![Part::Line(vec![Piece::Text(said)])];
        let service = self.incident_of(planned, drift);
        if let (Some(service), None) = (&service, outcome) {
            let with = [("service", service.as_str())];
            let said = fill(Applying::DriftHeld, lang, &with);
            parts.push(Part::Line(vec![Piece::Text(said)]));
        }
        if on_github && outcome.is_none() {
            let said = Applying::DriftKeepOnGitHub.say(lang).to_owned();
            parts.push(Part::Line(vec![Piece::Text(said)]));
        }
        match outcome {
            Some(outcome) => parts.push(Part::Line(vec![Piece::Text(outcome.to_owned())])),
            None => {
                let button = |press: Press, text: Applying, tone: Tone| {
                    Control::Button(Button {
                        action: press.word().to_owned(),
                        text: text.say(lang).to_owned(),
                        value: value(drift),
                        tone,
                        ..Button::default()
                    })
                };
                let mut buttons = vec![button(Press::Revert, Applying::DriftRevert, Tone::Plain)];
                // The files have one list: how GitHub differs from Slack cannot be written there.
                if !on_github {
                    let propose = (Press::Propose, Applying::DriftPropose);
                    buttons.push(button(propose.0, propose.1, Tone::Plain));
                }
                // Only somebody more in a team has an end in the files.
                let more = |it: &Difference| matches!(it, Difference::Extra(_));
                if drift.differences.iter().all(more) {
                    buttons.push(button(Press::Allow, Applying::DriftAllow, Tone::Plain));
                }
                parts.push(Part::Controls(buttons));
            }
        }
        self.rendered(Panel { headline, parts })
    }

    fn plainly(&self, text: &str) -> Spoken {
        self.rendered(Panel {
            headline: vec![Piece::Text(format!("✅ {text}"))],
            parts: Vec::new(),
        })
    }

    /// A panel as Slack takes it.
    pub(super) fn rendered(&self, panel: Panel) -> Spoken {
        let people = self.rules().people;
        let style = Style {
            people: &people,
            workspace_url: None,
            lang: self.lang(),
        };
        let rendered = panel.render(&style);
        Spoken {
            text: rendered.text,
            blocks: rendered.blocks,
            face: None,
        }
    }

    /// The service of this team, while it has an open incident.
    pub(super) fn incident_of(&self, planned: &Planned, drift: &Drift) -> Option<ServiceId> {
        let open = self.services_with_incidents();
        let mut services = planned.services_of(&drift.team);
        services.find(|service| open.contains(*service)).cloned()
    }
}

pub(super) fn message(lane: &str, key: DoneKey, doc: String, rev: i64, at: Timestamp) -> Wanted {
    Wanted {
        lane: lane.to_owned(),
        key,
        at,
        doc,
        rev,
        settle_at: at,
        give_up_at: never(),
        covered: false,
    }
}

/// What a press brings back: which group, which difference of which team, and who had touched it
/// when. A team that the files call otherwise by now is asked about by its new name.
pub(super) fn value(drift: &Drift) -> String {
    let differs = short(&format!("{} {:?}", drift.team, drift.differences));
    let touched = short(&format!("{:?}", drift.touched));
    format!("{} {differs} {touched}", drift.side)
}

/// Whether a press is about this difference, whoever has touched the group since.
pub(super) fn is_about(pressed: &str, drift: &Drift) -> bool {
    about(pressed, ' ') == about(&value(drift), ' ')
}

/// The group and the difference.
fn about(value: &str, between: char) -> &str {
    value.rsplit_once(between).map_or(value, |(about, _)| about)
}

fn key(value: &str) -> DoneKey {
    DoneKey::new(format!("{KEY}{}", value.replace(' ', ":")))
}
