//! What Slack tells of its channels, so that a new one is found at once.

use serde_json::Value;

use super::{Engine, lock};
use crate::slack::Channel;

impl Engine {
    /// Takes in an event of Slack's Events API. Only channels matter so far; anything odd is left
    /// alone, since the list of channels says the same a little later.
    pub(super) fn take_slack_event(&self, body: &[u8]) {
        let Ok(payload) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        let Some(event) = payload.get("event") else {
            return;
        };
        let kind = event
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let known = matches!(kind, "channel_created" | "channel_rename" | "group_rename");
        let Some(channel) = event.get("channel").filter(|_| known) else {
            return;
        };
        // Neither event says whether we are in it; joining a channel again is no harm.
        if let Ok(channel) = serde_json::from_value::<Channel>(channel.clone()) {
            let name = channel.name.clone();
            lock(&self.0.directory).learn(channel);
            // What waits for this name rests no longer.
            lock(&self.0.resting).remove(&name);
            self.0.wanted.notify_one();
        }
    }
}
