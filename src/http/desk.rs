//! What Slack does not wait for: a dialog opens within three seconds of the press, and one that is
//! sent off is answered in the same breath. So these two do not go through the inbox alone.
//!
//! Who knows the answers is none of this room's business: whoever builds the doors gives it a
//! [`Desk`], and that is all that is known of it here.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::Hall;
use crate::slack::form::Verdict;
use crate::slack::inbound::{Inbound, ResponseUrl, Submitted};
use crate::slack::{Place, Reply, Slack};

/// Answers while Slack waits. It must do so from memory: whatever asks anybody is too slow.
pub trait Desk: Send + Sync {
    /// The dialog that this request opens, if it does.
    fn opens(&self, inbound: &Inbound, now: Timestamp) -> Option<Opens>;

    /// Whether a dialog that was sent off may close. What may not is not stored.
    fn verdict(&self, submitted: &Submitted, now: Timestamp) -> Verdict;

    /// The words for somebody whose request came to nothing.
    fn sorry(&self, why: Sorry) -> String;
}

/// Why a request came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorry {
    /// Its dialog did not open in time.
    NotOpened,
    /// It could not be stored.
    NotKept,
}

/// A dialog that opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Opens {
    /// What lets it open, once and for three seconds.
    pub trigger: String,
    /// The dialog, as Slack takes it.
    pub view: Value,
    /// The dialog that it takes the place of, by its id and its state, where one is open.
    pub instead: Option<(String, String)>,
    /// Where the person is told if it does not open.
    pub response_url: Option<ResponseUrl>,
}

/// Whoever answers, and the Slack in which dialogs open.
#[derive(Clone)]
pub struct Reception {
    /// Who knows the answers.
    pub desk: Arc<dyn Desk>,
    /// Where dialogs open.
    pub slack: Slack,
}

impl Hall {
    /// Opens the dialog that a request asks for, within the time that there is, or tells the person
    /// that it did not open: Slack sends an interaction once only.
    pub(super) async fn receive(&self, inbound: &Inbound, now: Timestamp, since: Instant) {
        let Some(Reception { desk, slack }) = &self.doors.reception else {
            return;
        };
        let Some(opens) = desk.opens(inbound, now) else {
            return;
        };
        let until = since + self.doors.limits.opening;
        let work = async {
            match &opens.instead {
                None => slack.open_view(&opens.trigger, &opens.view).await,
                Some((id, hash)) => slack.update_view(id, Some(hash), &opens.view).await,
            }
        };
        let trouble = match timeout_at(until, work).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(trouble, "a dialog did not open");
        // One that is open stays as it is, and can be sent off.
        let (None, Some(url)) = (&opens.instead, &opens.response_url) else {
            return;
        };
        let text = desk.sorry(Sorry::NotOpened);
        let reply = Reply::Say {
            place: Place::OnlyYou,
            text: &text,
            blocks: &[],
        };
        let until = Instant::now() + self.doors.limits.telling;
        match timeout_at(until, slack.respond(url, &reply)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "nor could the person be told"),
            Err(_) => tracing::warn!("nor could the person be told in time"),
        }
    }

    /// What is said in a dialog that could not be stored; `None` where it has no field to say it at.
    pub(super) fn not_kept(&self, submitted: &Submitted) -> Option<Value> {
        let reception = self.doors.reception.as_ref()?;
        let field = submitted.view.fields.keys().next()?;
        let said = reception.desk.sorry(Sorry::NotKept);
        Verdict::Wrong(BTreeMap::from([(field.clone(), said)])).to_json()
    }
}
