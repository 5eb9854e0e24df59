//! The way in: deliveries are kept many at a time, one commit for all that wait.

use std::collections::HashSet;
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::sync::{mpsc, oneshot, watch};

use super::columns::{micros, pack};
use super::pen::Pens;
use super::{Store, StoreError};
use crate::id::DeliveryId;

/// Rows of one commit at most. More would only make the first of them wait longer.
pub(super) const MOST_ROWS: usize = 64;

/// Packed bytes after which a commit takes no more rows.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Deliveries that may wait for the writer before their senders wait, too.
const QUEUE: usize = 256;

/// Which door a delivery came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A webhook of GitHub's, or one that was pulled from its log of deliveries.
    GitHub,
    /// Slack's Events API.
    SlackEvent,
    /// A button, a modal or a shortcut in Slack.
    SlackInteraction,
    /// A slash command.
    SlackCommand,
}

impl Source {
    /// As it is written in the database, in logs and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::SlackEvent => "slack_event",
            Self::SlackInteraction => "slack_interaction",
            Self::SlackCommand => "slack_command",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Source {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text {
            "github" => Ok(Self::GitHub),
            "slack_event" => Ok(Self::SlackEvent),
            "slack_interaction" => Ok(Self::SlackInteraction),
            "slack_command" => Ok(Self::SlackCommand),
            _ => Err(StoreError::Unreadable("an unknown source".to_owned())),
        }
    }
}

/// A delivery that was verified and is to be kept.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Which door it came through.
    pub source: Source,
    /// What its sender calls it; the same id from the same source is the same delivery.
    pub id: DeliveryId,
    /// The event's name.
    pub kind: String,
    /// What was sent, letter for letter.
    pub body: Bytes,
    /// When it came.
    pub received: Timestamp,
}

/// What became of a delivery that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is new, and on the disk.
    New,
    /// It was on the disk already.
    Again,
}

/// A delivery on its way to the writer, with where the answer goes.
pub(super) struct Letter {
    source: Source,
    id: DeliveryId,
    kind: String,
    packed: Vec<u8>,
    received: Timestamp,
    answer: oneshot::Sender<Result<Kept, StoreError>>,
}

impl Store {
    /// Keeps a delivery. Returns only when it is durable, or with an error when it is not known to
    /// be. A caller that is dropped meanwhile breaks nothing: its delivery is kept all the same.
    pub async fn keep(&self, incoming: Incoming) -> Result<Kept, StoreError> {
        let packed = pack(incoming.body).await?;
        let (answer, kept) = oneshot::channel();
        let letter = Letter {
            source: incoming.source,
            id: incoming.id,
            kind: incoming.kind,
            packed,
            received: incoming.received,
            answer,
        };
        self.0
            .letters
            .send(letter)
            .await
            .map_err(|_| StoreError::Closed)?;
        kept.await.map_err(|_| StoreError::Closed)?
    }

    /// Rings whenever something new was kept, or set to be done again. The number only tells one
    /// ring from the next; a listener that was busy sees that it has changed.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.0.bell.subscribe()
    }

    pub(super) fn ring(&self) {
        ring(&self.0.bell);
    }
}

fn ring(bell: &watch::Sender<u64>) {
    bell.send_modify(|rings| *rings = rings.wrapping_add(1));
}

/// Starts the task that keeps deliveries. It ends when nobody can send letters any more.
pub(super) fn employ(pens: Arc<Pens>, bell: watch::Sender<u64>) -> mpsc::Sender<Letter> {
    let (letters, mut waiting) = mpsc::channel::<Letter>(QUEUE);
    tokio::spawn(async move {
        let mut batch = Vec::with_capacity(MOST_ROWS);
        // While one batch is on its way to the disk the next one gathers by itself.
        while let Some(first) = waiting.recv().await {
            let mut bytes = first.packed.len();
            batch.push(first);
            while batch.len() < MOST_ROWS && bytes < MOST_BYTES {
                let Ok(next) = waiting.try_recv() else { break };
                bytes += next.packed.len();
                batch.push(next);
            }
            match write(&pens, &mut batch).await {
                Ok(fresh) => answer(&mut batch, fresh, &bell),
                Err(error) => {
                    pens.troubles.met(&error);
                    for letter in batch.drain(..) {
                        letter.answer.send(Err(error.clone())).ok();
                    }
                }
            }
        }
    });
    letters
}

/// Which of a batch were new.
enum Fresh {
    All,
    These(HashSet<(String, String)>),
}

/// Of two letters with one id in one batch, the first is new and the second is the repeat.
fn answer(batch: &mut Vec<Letter>, mut fresh: Fresh, bell: &watch::Sender<u64>) {
    let mut any = false;
    for letter in batch.drain(..) {
        let new = match &mut fresh {
            Fresh::All => true,
            Fresh::These(keys) => keys.remove(&(
                letter.source.as_str().to_owned(),
                letter.id.as_str().to_owned(),
            )),
        };
        any |= new;
        let kept = if new { Kept::New } else { Kept::Again };
        letter.answer.send(Ok(kept)).ok();
    }
    if any {
        ring(bell);
    }
}

/// One statement, so one transaction and one sync: every word more between us and the connection's
/// thread costs as much as a row. Reading it to its end is what tells that it was committed.
async fn write(pens: &Pens, batch: &mut [Letter]) -> Result<Fresh, StoreError> {
    let mut pen = pens.take().await?;
    let mut insert = sqlx::query(AssertSqlSafe(Arc::clone(&INSERTS[batch.len() - 1])));
    for letter in batch.iter_mut() {
        insert = insert
            .bind(letter.source.as_str())
            .bind(letter.id.as_str().to_owned())
            .bind(std::mem::take(&mut letter.kind))
            .bind(std::mem::take(&mut letter.packed))
            .bind(micros(letter.received));
    }
    let rows = insert.fetch_all(&mut *pen).await?;
    let fresh = if rows.len() == batch.len() {
        Fresh::All
    } else {
        let keys = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        Fresh::These(keys.collect::<Result<_, sqlx::Error>>()?)
    };
    pen.lay_down();
    Ok(fresh)
}

/// The statement for each number of rows.
static INSERTS: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
    (1..=MOST_ROWS)
        .map(|rows| {
            let mut sql =
                "INSERT INTO delivery (source, id, kind, body, received) VALUES ".to_owned();
            for row in 0..rows {
                let comma = if row == 0 { "" } else { "," };
                write!(sql, "{comma}(?,?,?,?,?)").ok();
            }
            sql.push_str(" ON CONFLICT (source, id) DO NOTHING RETURNING source, id");
            Arc::from(sql)
        })
        .collect()
});
