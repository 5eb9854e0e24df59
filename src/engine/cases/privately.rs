//! Tells one person something that nobody else sees.

use jiff::{SignedDuration, Timestamp};

use super::Line;
use crate::engine::Engine;
use crate::id::ChannelId;
use crate::slack::inbound::ResponseUrl;
use crate::slack::{Method, Place, Reply, SlackError};
use crate::store::{Lane, StoreError};

/// For how long an answer is still wanted.
const WANTED: SignedDuration = SignedDuration::from_mins(30);

impl Engine {
    /// Tells what waits, each once. It cannot be looked for afterwards; said twice it would do
    /// little harm, and what comes half an hour late is an answer to nothing.
    pub(super) async fn tell_privately(
        &self,
        lane: &Lane,
        channel: &ChannelId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        loop {
            let now = self.now();
            let rows = store.waiting(&lane.name, 1, now).await?;
            let Some(row) = rows.into_iter().next() else {
                return Ok(None);
            };
            let late = now.duration_since(row.at) > WANTED;
            if let Some(line) = Line::of_row(&row.doc).filter(|_| !late) {
                match self.whisper(channel, &line, now).await {
                    Ok(()) => {}
                    Err(error @ SlackError::RateLimited { .. }) => {
                        return Ok(Some(self.after(&error, Method::Whisper, now)));
                    }
                    Err(error @ SlackError::NotSent { .. }) => {
                        return Ok(Some(self.after(&error, Method::Whisper, now)));
                    }
                    Err(error) => {
                        tracing::warn!(%channel, key = %row.key, %error, "not told to the person");
                    }
                }
            }
            store.skip(&lane.name, &row.key, row.rev).await?;
        }
    }

    async fn whisper(
        &self,
        channel: &ChannelId,
        line: &Line,
        now: Timestamp,
    ) -> Result<(), SlackError> {
        let slack = &self.0.parts.slack;
        let (text, blocks) = (&line.spoken.text, &line.spoken.blocks);
        if let Some(url) = &line.answer_at {
            let reply = Reply::Say {
                place: Place::OnlyYou,
                text,
                blocks,
            };
            return slack.respond(&ResponseUrl::new(url.as_str()), &reply).await;
        }
        let Some(person) = &line.only_for else {
            return Ok(());
        };
        if let Err(later) = self.may(Method::Whisper, now) {
            let retry_after = later.duration_since(now);
            return Err(SlackError::RateLimited { retry_after });
        }
        slack.whisper(channel, person, text, blocks).await
    }
}
