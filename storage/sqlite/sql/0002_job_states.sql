-- What each tick and each end of a run rewrites of a job: small rows, in the
-- order in which jobs are due together, so that the commits of a group share
-- pages. The rows of jobs, which hold the documents, have room for two a page,
-- and stand in the order of creation.
CREATE TABLE job_states (
    organization    INTEGER NOT NULL,
    job_id          TEXT    NOT NULL,
    id              INTEGER NOT NULL, -- that of the row in jobs
    revision        INTEGER NOT NULL,
    wake_at         INTEGER,
    latest_run_id   TEXT, -- NULL without one: the join then looks for nothing
    versions        INTEGER NOT NULL, -- how many are published
    scopes          TEXT    NOT NULL,
    organization_id TEXT    NOT NULL,
    state           BLOB,
    PRIMARY KEY (organization, job_id)
) STRICT, WITHOUT ROWID;
INSERT INTO job_states
SELECT organization, job_id, id, revision, wake_at, latest_run_id, versions, scopes, organization_id, state FROM jobs;

CREATE TABLE jobs_anew (
    id           INTEGER PRIMARY KEY,
    organization INTEGER NOT NULL,
    job_id       TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    grants       INTEGER NOT NULL,
    key_scopes   TEXT    NOT NULL,
    doc          BLOB -- NULL when it is long: see long_docs
) STRICT;
INSERT INTO jobs_anew SELECT id, organization, job_id, key, created_at, grants, key_scopes, doc FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_anew RENAME TO jobs;
CREATE INDEX jobs_by_grants ON jobs (grants);
CREATE INDEX jobs_due ON job_states (wake_at, organization_id, job_id) WHERE wake_at IS NOT NULL;
