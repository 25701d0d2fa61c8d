-- Times are microseconds since 1970 UTC, and NULL is "none": so 1970 itself is
-- 0, what came before is negative, and neither is mistaken for no time.
--
-- Sets of strings (team_ids, depends_on of a job) are written as netstrings,
-- "4:team5:other", which keep every byte and compare equal when they are equal.

-- The graph counter of each organization that ever raised it.
CREATE TABLE graphs (
    organization_id TEXT    NOT NULL PRIMARY KEY,
    graph           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Jobs that no filter tells apart: the same cluster, granted to the same set
-- of teams. Each job is in exactly one group whose depends_on is empty, so
-- that the totals of groups add up and their pages merge. For each key that it
-- depends on a job is also in one group of that key, by way of dependents.
CREATE TABLE job_groups (
    organization_id TEXT    NOT NULL,
    depends_on      TEXT    NOT NULL,
    cluster_id      TEXT    NOT NULL,
    team_ids        TEXT    NOT NULL,
    id              INTEGER NOT NULL UNIQUE,
    jobs            INTEGER NOT NULL, -- how many are in the group
    PRIMARY KEY (organization_id, depends_on, cluster_id, team_ids)
) STRICT, WITHOUT ROWID;

-- The groups that a team sees.
CREATE TABLE group_teams (
    organization_id TEXT    NOT NULL,
    depends_on      TEXT    NOT NULL,
    team_id         TEXT    NOT NULL,
    group_id        INTEGER NOT NULL REFERENCES job_groups (id),
    PRIMARY KEY (organization_id, depends_on, team_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_teams_by_group ON group_teams (group_id);

CREATE TABLE jobs (
    id              INTEGER PRIMARY KEY,
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    key             TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    team_ids        TEXT    NOT NULL,
    cluster_id      TEXT    NOT NULL,
    depends_on      TEXT    NOT NULL,
    wake_at         INTEGER,
    latest_run_id   TEXT, -- NULL without one: the join then looks for nothing
    versions        INTEGER NOT NULL, -- how many are published
    group_id        INTEGER NOT NULL REFERENCES job_groups (id),
    doc             BLOB,
    UNIQUE (organization_id, job_id),
    UNIQUE (organization_id, key)
) STRICT;
CREATE INDEX jobs_by_creation ON jobs (organization_id, created_at, job_id);
CREATE INDEX jobs_by_group_creation ON jobs (group_id, created_at, job_id);
CREATE INDEX jobs_by_group_key ON jobs (group_id, key);
CREATE INDEX jobs_due ON jobs (wake_at, organization_id, job_id) WHERE wake_at IS NOT NULL;

-- The jobs of a group whose depends_on is a key, in both orders.
CREATE TABLE dependents (
    group_id   INTEGER NOT NULL REFERENCES job_groups (id),
    created_at INTEGER NOT NULL,
    job_id     TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    id         INTEGER NOT NULL, -- of the job
    PRIMARY KEY (group_id, created_at, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependents_by_key ON dependents (group_id, key, id);

CREATE TABLE drafts (
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    doc             BLOB,
    UNIQUE (organization_id, job_id),
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, job_id) ON DELETE CASCADE
) STRICT;

-- Versions, runs and ticks outlive their job's row until they are swept, hence
-- no foreign key; a tombstone stands for the job that long, so that no job of
-- the same ID can come to own them. Reads ask for the job's row.
CREATE TABLE versions (
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    doc             BLOB,
    UNIQUE (organization_id, job_id, number)
) STRICT;

CREATE TABLE runs (
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    run_id          TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    outcome         TEXT    NOT NULL,
    wake_at         INTEGER,
    doc             BLOB,
    UNIQUE (organization_id, job_id, run_id),
    UNIQUE (organization_id, job_id, number)
) STRICT;
CREATE INDEX runs_by_outcome ON runs (organization_id, job_id, outcome, number);
CREATE INDEX runs_by_creation ON runs (organization_id, created_at, job_id, number);
CREATE INDEX runs_due ON runs (wake_at, organization_id, job_id, run_id) WHERE wake_at IS NOT NULL;

CREATE TABLE ticks (
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    nominal_at      INTEGER NOT NULL,
    doc             BLOB,
    PRIMARY KEY (organization_id, job_id, nominal_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
    id              INTEGER PRIMARY KEY,
    organization_id TEXT    NOT NULL,
    job_id          TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    owed            INTEGER NOT NULL,
    wake_at         INTEGER,
    leftover        INTEGER NOT NULL, -- 1 until versions, runs and ticks are swept
    doc             BLOB,
    UNIQUE (organization_id, job_id)
) STRICT;
CREATE INDEX tombstones_to_sweep ON tombstones (id) WHERE leftover = 1 OR owed = 0;
CREATE INDEX tombstones_due ON tombstones (wake_at, organization_id, job_id) WHERE wake_at IS NOT NULL;

-- The changes applied lately. The newest at is never trimmed and is the
-- store's own time.
CREATE TABLE operations (
    organization_id TEXT    NOT NULL,
    operation_id    TEXT    NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (organization_id, operation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX operations_by_time ON operations (at);
