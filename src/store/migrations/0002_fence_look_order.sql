-- Counts the leases of a lane: whoever writes with an older number has lost it.
ALTER TABLE lane ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
-- When the channel is to be read again for a message that came late and now stands there twice, from
-- which time on, and when for the last time.
ALTER TABLE lane ADD COLUMN look_at INTEGER;
ALTER TABLE lane ADD COLUMN look_since INTEGER;
ALTER TABLE lane ADD COLUMN look_until INTEGER;
-- GitHub's times have no more than seconds. Of two comments of one second the one with the smaller
-- number came first, and a shorter number is a smaller one.
DROP INDEX message_waiting;
CREATE INDEX message_waiting ON message (lane, at, length(key), key)
    WHERE dropped IS NULL AND rev > said_rev;
-- A lane keeps what it was told for half a year: what is open there, and what stands in one message,
-- is found without reading all of it.
CREATE INDEX message_open ON message (lane) WHERE intent_at IS NOT NULL AND ts IS NULL;
CREATE INDEX message_ts ON message (lane, ts) WHERE ts IS NOT NULL;
