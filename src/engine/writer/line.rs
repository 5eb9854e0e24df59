//! Says what an incident has to say: as it was written out, under its own name and colour.

use jiff::Timestamp;

use super::call::{Saying, What};
use super::{Place, Said};
use crate::engine::Engine;
use crate::engine::cases::Line;
use crate::store::{MessageRow, StoreError};

impl Engine {
    /// Says a line, or changes it where it stands. One whose time is up is not said any more.
    pub(super) async fn say_line(
        &self,
        place: &Place<'_>,
        row: MessageRow,
        line: Line,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        if row.ts.is_none() && line.until.is_some_and(|until| until <= now) {
            let store = &self.0.parts.store;
            store
                .drop_message(place.lane, &row.key, "out of date")
                .await?;
            return Ok(Said::On);
        }
        let wants_to_know = line.incident.clone();
        let saying = Saying {
            entries: vec![(row.key.clone(), row.rev)],
            news: vec![row.key],
            ts: row.ts,
            what: What::Line(line),
        };
        let said = self.call(place, saying, now).await?;
        if let (Said::On, Some(incident)) = (&said, wants_to_know) {
            self.was_said(incident);
        }
        Ok(said)
    }
}
