-- The records of incidents that are not over: a copy of what GitHub has, and what waits for it.
CREATE TABLE entry (
    incident TEXT    NOT NULL,                  -- what its effects' keys begin with
    key      TEXT    NOT NULL,                  -- what makes the entry this one
    recorded INTEGER NOT NULL,                  -- 1: GitHub has it
    kept     INTEGER NOT NULL,                  -- when it was learned
    doc      TEXT    NOT NULL,                  -- the entry, JSON
    PRIMARY KEY (incident, key, recorded)
) STRICT, WITHOUT ROWID;
