//! How times, bodies and sources are written into columns, and read back with suspicion.

use std::cell::RefCell;
use std::str::FromStr;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use lz4_flex::block::{
    CompressTable, compress_into_with_table, compress_prepend_size, get_maximum_output_size,
};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::StoreError;

/// No body is longer once unpacked: GitHub sends at most 25 MB. A damaged length must not make us
/// ask for more memory than that.
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// Most bodies are no longer, and lz4 has a smaller table for what is below 64 KiB.
const MOST_BODIES: usize = 60_000;

/// Above this many bytes, packing is done where it may block.
const PACK_ELSEWHERE: usize = 1024 * 1024;

/// The column's form of a time.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The column's form of `now` and so long.
pub(super) fn micros_after(now: Timestamp, lasting: SignedDuration) -> i64 {
    micros(now.saturating_add(lasting).unwrap_or(Timestamp::MAX))
}

/// The time in a column.
pub(super) fn time(row: &SqliteRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    stamp(row.try_get(column)?)
}

/// The time in a column that may be empty.
pub(super) fn time_if(row: &SqliteRow, column: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    row.try_get::<Option<i64>, _>(column)?
        .map(stamp)
        .transpose()
}

/// The time that so many microseconds mean.
pub(super) fn stamp(micros: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_microsecond(micros).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The word in a column.
pub(super) fn parsed<T: FromStr<Err = StoreError>>(
    row: &SqliteRow,
    column: &str,
) -> Result<T, sqlx::Error> {
    row.try_get::<&str, _>(column)?
        .parse()
        .map_err(|error: StoreError| sqlx::Error::Decode(error.into()))
}

/// Packs a body: its length, then lz4. In the caller's task, so that the one writer has less to do.
pub(super) async fn pack(body: Bytes) -> Result<Vec<u8>, StoreError> {
    if body.len() <= MOST_BODIES {
        return Ok(pack_at_hand(&body));
    }
    if body.len() < PACK_ELSEWHERE {
        return Ok(compress_prepend_size(&body));
    }
    tokio::task::spawn_blocking(move || compress_prepend_size(&body))
        .await
        .map_err(|_| StoreError::Closed)
}

/// In a place that each thread has for it, so that a webhook need not ask for room for the worst case
/// and give it back.
fn pack_at_hand(body: &[u8]) -> Vec<u8> {
    thread_local! {
        static HAND: RefCell<(Vec<u8>, CompressTable)> = RefCell::default();
    }
    HAND.with_borrow_mut(|(room, table)| {
        room.resize(get_maximum_output_size(MOST_BODIES), 0);
        match compress_into_with_table(body, room, table) {
            Ok(packed) => [&(body.len() as u32).to_le_bytes(), &room[..packed]].concat(),
            Err(_) => compress_prepend_size(body),
        }
    })
}

/// Unpacks a body; that of a delivery that is done is empty.
pub(super) fn unpack(packed: &[u8]) -> Result<Bytes, StoreError> {
    if packed.is_empty() {
        return Ok(Bytes::new());
    }
    let bad = || StoreError::Unreadable("a body cannot be unpacked".to_owned());
    let (length, rest) = lz4_flex::block::uncompressed_size(packed).map_err(|_| bad())?;
    if length > LONGEST_BODY {
        return Err(bad());
    }
    let body = lz4_flex::decompress(rest, length).map_err(|_| bad())?;
    Ok(Bytes::from(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_comes_back_as_it_was() {
        for body in [
            Bytes::new(),
            Bytes::from_static(b"{}"),
            Bytes::from("{\"said\":\"again and again\"}".repeat(700)),
            Bytes::from(vec![b'y'; MOST_BODIES + 1]),
            Bytes::from(vec![b'x'; 3 * PACK_ELSEWHERE]),
        ] {
            let packed = pack(body.clone()).await.unwrap();
            assert_eq!(unpack(&packed).unwrap(), body);
        }
    }

    #[test]
    fn a_damaged_body_is_an_error_and_takes_no_memory() {
        for packed in [
            &b"\x01"[..],
            b"\xff\xff\xff\xff\x00",
            b"\x05\x00\x00\x00\xf0",
        ] {
            assert!(matches!(unpack(packed), Err(StoreError::Unreadable(_))));
        }
    }
}
