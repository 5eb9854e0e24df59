-- All times are integer microseconds since 1970.

-- What came in. The body of a delivery that is done is emptied; its row stays to know it again.
CREATE TABLE delivery (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,    -- order of arrival, never given twice
    source       TEXT    NOT NULL,              -- github, slack_event, slack_interaction, slack_command
    id           TEXT    NOT NULL,              -- what the sender calls it
    kind         TEXT    NOT NULL,              -- the event's name
    received     INTEGER NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'waiting'
                         CHECK (state IN ('waiting', 'done', 'aside')),
    tries        INTEGER NOT NULL DEFAULT 0,    -- leases so far: a crash counts too
    not_before   INTEGER NOT NULL DEFAULT 0,
    leased_by    TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0,
    error        TEXT,                          -- of the last try
    body         BLOB    NOT NULL,              -- lz4, length first; empty once done; last, so that the rest is read without it
    UNIQUE (source, id)
) STRICT;
CREATE INDEX delivery_waiting ON delivery (seq) WHERE state = 'waiting';
CREATE INDEX delivery_aside ON delivery (seq) WHERE state = 'aside';
CREATE INDEX delivery_done ON delivery (received) WHERE state = 'done';

-- What a channel is told, one row a message: wanted (doc, rev) beside said (ts, said_rev).
CREATE TABLE message (
    lane       TEXT    NOT NULL,                -- the channel's name as it routes
    key        TEXT    NOT NULL,                -- what it is about
    at         INTEGER NOT NULL,                -- when it happened, by GitHub's clock
    doc        TEXT    NOT NULL,                -- the document, JSON
    rev        INTEGER NOT NULL,                -- of the document
    settle_at  INTEGER NOT NULL,                -- not said before
    give_up_at INTEGER NOT NULL,                -- not said after
    intent_at  INTEGER,                         -- set before the call that says it
    ts         TEXT,                            -- Slack's id of it, once said
    said_rev   INTEGER NOT NULL DEFAULT 0,      -- the rev that Slack shows
    dropped    TEXT,                            -- why it will not be said
    PRIMARY KEY (lane, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_waiting ON message (lane, at, key) WHERE dropped IS NULL AND rev > said_rev;
CREATE INDEX message_key ON message (key);

-- A channel's name and the channel that it was bound to.
CREATE TABLE lane (
    name         TEXT    PRIMARY KEY,
    channel      TEXT,                          -- Slack's id; NULL until found
    not_before   INTEGER NOT NULL DEFAULT 0,    -- nothing is said there before
    reported     TEXT,                          -- the trouble that was reported last
    leased_by    TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lane_channel ON lane (channel) WHERE channel IS NOT NULL;

-- What can be asked again: subjects that are routed, what is known of a repository.
CREATE TABLE cache (
    key     TEXT    PRIMARY KEY,
    value   TEXT    NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cache_expires ON cache (expires);

-- One row that is written to see whether writing works.
CREATE TABLE pulse (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    beats INTEGER NOT NULL
) STRICT;
INSERT INTO pulse (one, beats) VALUES (1, 0);
