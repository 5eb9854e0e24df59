//! What a delivery changes: the documents of the channels that it is told in, and what to remember.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Trouble, WAITS};
use crate::channel_name::ChannelName;
use crate::engine::Engine;
use crate::engine::subjects::Remembered;
use crate::id::DoneKey;
use crate::mirror::{Document, Note};
use crate::store::{Changes, Wanted};

/// What a delivery changes, as it is put together.
#[derive(Default)]
pub(in crate::engine) struct Draft {
    documents: BTreeMap<(ChannelName, DoneKey), (Document, Note)>,
    pub(in crate::engine) covered: BTreeMap<(ChannelName, DoneKey), Timestamp>,
    pub(super) cache: Vec<Remembered>,
}

impl Engine {
    /// Adds notes to the documents of these lanes, and of any lane that was told of the same before:
    /// edits and deletions follow a message to where it was said.
    pub(in crate::engine) async fn add(
        &self,
        draft: &mut Draft,
        lanes: &BTreeSet<ChannelName>,
        notes: Vec<Note>,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let store = &self.0.parts.store;
        let mut kept_before = Vec::new();
        for note in notes {
            let mut rows = BTreeMap::new();
            for row in store.lanes_of_key(&note.key).await? {
                if let Ok(lane) = ChannelName::parse(&row.lane) {
                    rows.insert(lane, (row.doc, row.said_rev));
                }
            }
            let targets: BTreeSet<_> = rows.keys().chain(lanes).cloned().collect();
            for lane in targets {
                let kept = rows.get(&lane).and_then(|(doc, said)| {
                    let mut document: Document = serde_json::from_str(doc).ok()?;
                    document.said = u64::try_from(*said).unwrap_or(0);
                    Some(document)
                });
                let place = (lane, note.key.clone());
                match (draft.documents.get_mut(&place), kept) {
                    (Some((document, _)), _) => {
                        document.merge(note.clone());
                    }
                    (None, Some(mut document)) => {
                        document.merge(note.clone());
                        kept_before.push(place.clone());
                        draft.documents.insert(place, (document, note.clone()));
                    }
                    (None, None) => {
                        let document = Document::new(note.clone());
                        draft.documents.insert(place, (document, note.clone()));
                    }
                }
            }
        }
        // Only when all that came is in it: what a webhook says is not asked of GitHub, which only
        // knows how it is now.
        for place in kept_before {
            if let Some((document, _)) = draft.documents.get_mut(&place)
                && document.is_partial()
            {
                self.complete(document, now).await?;
            }
        }
        Ok(())
    }
}

impl Draft {
    pub(in crate::engine) fn changes(self, received: Timestamp) -> Changes {
        let give_up_at = received.saturating_add(WAITS).unwrap_or(Timestamp::MAX);
        let mut messages = Vec::new();
        // First, so that what a back-fill links is not told beside it.
        for ((lane, key), at) in self.covered {
            messages.push(Wanted {
                lane: lane.to_string(),
                key,
                at,
                doc: String::from("{}"),
                rev: 0,
                settle_at: received,
                give_up_at,
                covered: true,
            });
        }
        for ((lane, key), (document, note)) in self.documents {
            // A document that does not serialise would be a bug of ours; none has such a shape.
            let Ok(doc) = serde_json::to_string(&document) else {
                continue;
            };
            messages.push(Wanted {
                lane: lane.to_string(),
                key,
                at: document.at,
                doc,
                rev: i64::try_from(document.rev()).unwrap_or(i64::MAX),
                settle_at: received.saturating_add(note.settle).unwrap_or(received),
                give_up_at,
                covered: false,
            });
        }
        Changes {
            messages,
            cache: self.cache,
            ..Changes::default()
        }
    }
}
