-- Counts the leases of a lane: whoever writes with an older number has lost it.
ALTER TABLE lane ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
-- When the channel is to be read again for a message that came late and now stands there twice, and
-- from which time on.
ALTER TABLE lane ADD COLUMN look_at INTEGER;
ALTER TABLE lane ADD COLUMN look_since INTEGER;
