-- Times are microseconds since 1970 UTC, and NULL is "none": so 1970 itself is
-- 0, what came before is negative, and neither is mistaken for no time.
--
-- Sets of strings (team_ids, scopes) are written as netstrings,
-- "4:team5:other", which keep every byte and compare equal when they are equal.
--
-- Jobs and runs have integers for keys that grow, so that new rows share the
-- last page. The texts organization_id and job_id stand beside them where an
-- index orders by them.

CREATE TABLE organizations (
    id              INTEGER PRIMARY KEY,
    organization_id TEXT    NOT NULL UNIQUE,
    revision        INTEGER NOT NULL,
    graph           INTEGER NOT NULL,
    doc             BLOB
) STRICT;

-- The sets of teams that jobs are granted to, each once. An id is never given
-- to another set, so that processes may remember what it means.
CREATE TABLE grants (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    organization INTEGER NOT NULL,
    team_ids     TEXT    NOT NULL,
    UNIQUE (organization, team_ids)
) STRICT;

CREATE TABLE jobs (
    id              INTEGER PRIMARY KEY,
    organization    INTEGER NOT NULL,
    job_id          TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    wake_at         INTEGER,
    latest_run_id   TEXT, -- NULL without one: the join then looks for nothing
    versions        INTEGER NOT NULL, -- how many are published
    key             TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    grants          INTEGER NOT NULL,
    scopes          TEXT    NOT NULL,
    key_scopes      TEXT    NOT NULL,
    organization_id TEXT    NOT NULL,
    state           BLOB,
    doc             BLOB, -- NULL when it is long: see long_docs
    UNIQUE (organization, job_id)
) STRICT;
CREATE INDEX jobs_by_grants ON jobs (grants);
CREATE INDEX jobs_due ON jobs (wake_at, organization_id, job_id) WHERE wake_at IS NOT NULL;

-- The documents that would make the row of their job long to rewrite.
CREATE TABLE long_docs (
    job INTEGER PRIMARY KEY,
    doc BLOB NOT NULL
) STRICT;

-- The orders of lists. A job stands in the list "c" of all jobs and in the list
-- "c" || scope of each scope, by creation time and job ID; and in the list "k"
-- of all jobs and "k" || scope of each key scope, by key (at is 0).
CREATE TABLE entries (
    organization INTEGER NOT NULL,
    list         TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    job          INTEGER NOT NULL,
    grants       INTEGER NOT NULL, -- those of the job
    PRIMARY KEY (organization, list, at, name)
) STRICT, WITHOUT ROWID;

-- How many jobs of each grant set stand in a scope, and in its order of keys.
-- The scope '' is all jobs.
CREATE TABLE counts (
    organization INTEGER NOT NULL,
    scope        TEXT    NOT NULL,
    grants       INTEGER NOT NULL,
    jobs         INTEGER NOT NULL,
    keyed        INTEGER NOT NULL,
    PRIMARY KEY (organization, scope, grants)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
    job    INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    doc    BLOB
) STRICT;

-- Versions, runs and ticks outlive their job's row until they are swept; its
-- tombstone keeps the job's id that long, and no other job gets it. Reads ask
-- for the job's row.
CREATE TABLE versions (
    id     INTEGER PRIMARY KEY,
    job    INTEGER NOT NULL,
    number INTEGER NOT NULL,
    doc    BLOB,
    state  BLOB,
    UNIQUE (job, number)
) STRICT;

CREATE TABLE runs (
    id              INTEGER PRIMARY KEY,
    job             INTEGER NOT NULL,
    run_id          TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    outcome         TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    ready_at        INTEGER,
    deadline_at     INTEGER,
    owed_at         INTEGER,
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    doc             BLOB,
    UNIQUE (job, number),
    UNIQUE (job, run_id)
) STRICT;
CREATE INDEX runs_held ON runs (job, number) WHERE outcome = '' OR owed_at IS NOT NULL;
CREATE INDEX runs_ended ON runs (job, outcome, number) WHERE outcome <> '';
CREATE INDEX runs_by_creation ON runs (organization_id, created_at, job_id, number);
CREATE INDEX runs_by_outcome ON runs (organization_id, outcome, created_at, job_id, number);
CREATE INDEX runs_ready ON runs (ready_at, organization_id, job_id, run_id, job) WHERE ready_at IS NOT NULL;
CREATE INDEX runs_deadline ON runs (deadline_at, organization_id, job_id, run_id, job) WHERE deadline_at IS NOT NULL;
CREATE INDEX runs_owed ON runs (owed_at, organization_id, job_id, run_id, job) WHERE owed_at IS NOT NULL;

CREATE TABLE ticks (
    job        INTEGER NOT NULL,
    nominal_at INTEGER NOT NULL,
    doc        BLOB,
    PRIMARY KEY (job, nominal_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    organization INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    job_id       TEXT    NOT NULL,
    doc          BLOB,
    PRIMARY KEY (organization, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_job ON events (organization, job_id, seq) WHERE job_id <> '';

CREATE TABLE tombstones (
    id              INTEGER PRIMARY KEY, -- that of the job
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    wake_at         INTEGER,
    sweep           INTEGER NOT NULL, -- 1 while there may be something to erase
    swept           INTEGER NOT NULL, -- runs up to this number are looked at
    doc             BLOB,
    UNIQUE (organization_id, job_id)
) STRICT;
CREATE INDEX tombstones_to_sweep ON tombstones (id) WHERE sweep = 1;
CREATE INDEX tombstones_due ON tombstones (wake_at, organization_id, job_id) WHERE wake_at IS NOT NULL;

-- The changes applied lately. Their IDs rise with time, so that new ones come
-- behind the others. The last row, of the organization 0, is no change: its at
-- is the store's own time, which so costs no page of its own.
CREATE TABLE operations (
    operation_id TEXT    NOT NULL,
    organization INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (operation_id, organization)
) STRICT, WITHOUT ROWID;
INSERT INTO operations VALUES (CAST(x'ffffffff' AS TEXT), 0, -9223372036854775808);
