//! Reads a body within bounds: of its own length, of time, and of what all bodies take together.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;
use super::refusal::Refusal;

/// Up to here a body needs no leave: the number of connections bounds what such bodies take, and a
/// sender of huge ones cannot keep them waiting.
const SMALL: usize = 128 * 1024;

/// What all larger bodies together may take, in KiB.
const ROOM: u32 = 64 * 1024;

/// The bounds of all bodies.
pub(super) struct Bodies {
    limit: usize,
    within: Duration,
    room: Arc<Semaphore>,
}

/// A body that was read. Its room is taken until it is dropped.
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limit: limits.body,
            within: limits.reading,
            room: Arc::new(Semaphore::new(ROOM as usize)),
        }
    }

    /// The whole body, if it is no longer than allowed and comes in time.
    pub(super) async fn read(&self, body: Body) -> Result<Whole, Refusal> {
        let declared = body.size_hint().exact();
        if declared.is_some_and(|length| length > self.limit as u64) {
            return Err(Refusal::TooLarge);
        }
        let declared = declared.and_then(|length| usize::try_from(length).ok());
        tokio::time::timeout(self.within, self.gather(body, declared))
            .await
            .unwrap_or(Err(Refusal::SlowBody))
    }

    async fn gather(&self, mut body: Body, declared: Option<usize>) -> Result<Whole, Refusal> {
        let mut gathered = BytesMut::new();
        let mut room = None;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Refusal::BrokenBody)?.into_data() else {
                continue;
            };
            let length = gathered.len() + data.len();
            if length > self.limit {
                return Err(Refusal::TooLarge);
            }
            if gathered.is_empty() && declared == Some(length) && length <= SMALL {
                // All in one piece, as most are: no copy.
                return Ok(Whole {
                    bytes: data,
                    _room: None,
                });
            }
            if length > SMALL && room.is_none() {
                // All that it may need at once: two that each held a part and waited for the rest
                // would wait for each other.
                let most = declared.unwrap_or(self.limit);
                room = Some(self.leave(most).await?);
                gathered.reserve(declared.unwrap_or(length) - gathered.len());
            } else if gathered.is_empty() {
                gathered.reserve(declared.unwrap_or(length).min(SMALL));
            }
            gathered.extend_from_slice(&data);
        }
        Ok(Whole {
            bytes: gathered.freeze(),
            _room: room,
        })
    }

    async fn leave(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(ROOM).min(ROOM);
        Arc::clone(&self.room)
            .acquire_many_owned(kib)
            .await
            .map_err(|_| Refusal::Late)
    }
}
