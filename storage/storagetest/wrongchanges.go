package storagetest

import (
	"strings"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Times that no store keeps: the last two are in range where their zones are, or
// as they are, but not as they would be kept.
var (
	beyond    = time.Date(10_000, time.January, 1, 0, 0, 0, 0, time.UTC)
	farWest   = time.Date(9999, time.December, 31, 23, 0, 0, 0, time.FixedZone("", -5*60*60))
	nearlyNil = time.Time{}.Add(time.Nanosecond)
)

var tooLong = strings.Repeat("n", storage.MaxName+1)

// wrongChanges make an edit of the job "job" wrong, whatever is stored.
var wrongChanges = []struct {
	name  string
	spoil func(*storage.Change)
}{
	{"no organization", func(c *storage.Change) { c.OrganizationID = "" }},
	{"a long organization", func(c *storage.Change) { c.OrganizationID = tooLong }},
	{"no job", func(c *storage.Change) { c.JobID = "" }},
	{"a long job ID", func(c *storage.Change) { c.JobID = tooLong }},
	{"no operation ID", func(c *storage.Change) { c.OperationID = "" }},
	{"a long operation ID", func(c *storage.Change) { c.OperationID = tooLong }},
	{"no time", func(c *storage.Change) { c.At = time.Time{} }},
	{"a time out of range", func(c *storage.Change) { c.At = beyond }},
	{"a time out of range in UTC", func(c *storage.Change) { c.At = farWest }},
	{"a time that is none in whole microseconds", func(c *storage.Change) { c.At = nearlyNil }},

	{"a negative revision", func(c *storage.Change) { c.Job.Revision = -1 }},
	{"no key", func(c *storage.Change) { c.Job.Key = "" }},
	{"a long key", func(c *storage.Change) { c.Job.Key = tooLong }},
	{"no creation time", func(c *storage.Change) { c.Job.CreatedAt = time.Time{} }},
	{"a creation time out of range", func(c *storage.Change) { c.Job.CreatedAt = beyond }},
	{"a wake time out of range", func(c *storage.Change) { c.Job.WakeAt = beyond }},
	{"a new job without a document", func(c *storage.Change) { c.Job.Revision, c.Job.Doc = 0, nil }},
	{"teams out of order", func(c *storage.Change) { c.Job.TeamIDs = []string{"b", "a"} }},
	{"a team twice", func(c *storage.Change) { c.Job.TeamIDs = []string{"a", "a"} }},
	{"too many teams", func(c *storage.Change) { c.Job.TeamIDs = numbered(storage.MaxTeams+1, 20) }},
	{"scopes out of order", func(c *storage.Change) { c.Job.Scopes = []string{"b", "a"} }},
	{"a scope twice", func(c *storage.Change) { c.Job.Scopes = []string{"a", "a"} }},
	{"a scope without a name", func(c *storage.Change) { c.Job.Scopes = []string{""} }},
	{"a long scope", func(c *storage.Change) { c.Job.Scopes = []string{tooLong} }},
	{"too many scopes", func(c *storage.Change) { c.Job.Scopes = numbered(storage.MaxScopes+1, 20) }},
	{"a key scope that is no scope", func(c *storage.Change) { c.Job.Scopes, c.Job.KeyScopes = []string{"a"}, []string{"b"} }},
	{"key scopes out of order", func(c *storage.Change) {
		c.Job.Scopes, c.Job.KeyScopes = []string{"a", "b"}, []string{"b", "a"}
	}},

	{"another job's record", func(c *storage.Change) { c.Job.JobID = "other" }},
	{"another organization's record", func(c *storage.Change) { c.Job.OrganizationID = "other" }},
	{"another job's version", func(c *storage.Change) { c.AddVersions = []storage.VersionRecord{version(ref("other"), 1)} }},
	{"another job's version's state", func(c *storage.Change) { c.PutVersionStates = []storage.VersionRecord{version(ref("other"), 1)} }},
	{"another job's draft", func(c *storage.Change) { draft := version(ref("other"), 1); c.PutDraft = &draft }},
	{"another job's run", func(c *storage.Change) { c.PutRuns = []storage.RunRecord{newRun(ref("other"), 2)} }},
	{"another job's tick", func(c *storage.Change) { c.PutTicks = []storage.TickRecord{tick(ref("other"), 1)} }},
	{"another job's tombstone", func(c *storage.Change) { c.Tombstone = &storage.TombstoneRecord{JobRef: ref("other")} }},

	{"a job beside its old tombstone", func(c *storage.Change) {
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: 1}
	}},
	{"a removal without the job", func(c *storage.Change) {
		c.Job, c.Tombstone = nil, &storage.TombstoneRecord{JobRef: ref("job")}
	}},
	{"a removal of a new job", func(c *storage.Change) {
		c.Job.Revision, c.Tombstone = 0, &storage.TombstoneRecord{JobRef: ref("job")}
	}},
	{"a removal that writes a version", func(c *storage.Change) {
		withVersions(1)(c)
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job")}
	}},
	{"a removal that removes a run", func(c *storage.Change) {
		c.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 1}}
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job")}
	}},
	{"a run put beside a tombstone", func(c *storage.Change) {
		run := newRun(ref("job"), 1)
		run.Revision = 1
		c.Job, c.PutRuns = nil, []storage.RunRecord{run}
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: 1}
	}},
	{"a tombstone of a negative revision", func(c *storage.Change) {
		c.Job, c.Tombstone = nil, &storage.TombstoneRecord{JobRef: ref("job"), Revision: -1}
	}},
	{"a tombstone that wakes out of range", func(c *storage.Change) {
		c.Job, c.Tombstone = nil, &storage.TombstoneRecord{JobRef: ref("job"), Revision: 1, WakeAt: beyond}
	}},

	{"a version without the job", func(c *storage.Change) { withVersions(1)(c); c.Job = nil }},
	{"a version of number 0", withVersions(0)},
	{"a version added twice", withVersions(1, 1)},
	{"a version's state without the job", func(c *storage.Change) { withStates("state", 1)(c); c.Job = nil }},
	{"a state of version 0", withStates("state", 0)},
	{"a version's state put twice", withStates("state", 1, 1)},
	{"a version's state put as it is added", func(c *storage.Change) { withVersions(2)(c); withStates("state", 2)(c) }},
	{"a draft with a state", func(c *storage.Change) { withDraft(1)(c); c.PutDraft.State = []byte("state") }},
	{"a removal that puts a version's state", func(c *storage.Change) {
		withStates("state", 1)(c)
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job")}
	}},
	{"a draft without the job", func(c *storage.Change) { withDraft(1)(c); c.Job = nil }},
	{"a draft of number 0", withDraft(0)},
	{"a draft put and removed", func(c *storage.Change) { withDraft(1)(c); c.RemoveDraft = true }},
	{"a draft removed without the job", func(c *storage.Change) { c.Job, c.RemoveDraft = nil, true }},

	{"a new run without the job", func(c *storage.Change) { withRuns(newRun(ref("job"), 2))(c); c.Job = nil }},
	{"a run without an ID", wrongRun(func(r *storage.RunRecord) { r.ID = "" })},
	{"a run with a long ID", wrongRun(func(r *storage.RunRecord) { r.ID = tooLong })},
	{"a run of number 0", wrongRun(func(r *storage.RunRecord) { r.Number = 0 })},
	{"a run of a negative revision", wrongRun(func(r *storage.RunRecord) { r.Revision = -1 })},
	{"a run with a long outcome", wrongRun(func(r *storage.RunRecord) { r.Outcome = storage.Outcome(tooLong) })},
	{"a run without a creation time", wrongRun(func(r *storage.RunRecord) { r.CreatedAt = time.Time{} })},
	{"a run created out of range", wrongRun(func(r *storage.RunRecord) { r.CreatedAt = beyond })},
	{"a run ready out of range", wrongRun(func(r *storage.RunRecord) { r.ReadyAt = beyond })},
	{"a run with a deadline out of range", wrongRun(func(r *storage.RunRecord) { r.DeadlineAt = beyond })},
	{"a run owed out of range", wrongRun(func(r *storage.RunRecord) { r.OwedAt = beyond })},
	{"a run written twice", func(c *storage.Change) {
		c.PutRuns = []storage.RunRecord{newRun(ref("job"), 2), newRun(ref("job"), 2)}
	}},
	{"a run written and removed", func(c *storage.Change) {
		c.PutRuns = []storage.RunRecord{newRun(ref("job"), 2)}
		c.RemoveRuns = []storage.RunGuard{{ID: runID(2), Revision: 1}}
	}},
	{"a run removed twice", func(c *storage.Change) {
		c.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 1}, {ID: runID(1), Revision: 1}}
	}},
	{"too many runs", func(c *storage.Change) {
		for n := range storage.MaxRuns + 1 {
			c.PutRuns = append(c.PutRuns, newRun(ref("job"), n+2))
		}
	}},

	{"a tick without the job", func(c *storage.Change) { withTicks(1)(c); c.Job = nil }},
	{"a tick without a time", func(c *storage.Change) { c.PutTicks = []storage.TickRecord{{JobRef: ref("job")}} }},
	{"a tick written twice", withTicks(1, 1)},
	{"too many ticks", func(c *storage.Change) {
		for n := range storage.MaxTicks + 1 {
			withTicks(n)(c)
		}
	}},
	{"ticks trimmed without the job", func(c *storage.Change) { c.Job, c.TrimTicks = nil, minute(1) }},
	{"ticks trimmed out of range", func(c *storage.Change) { c.TrimTicks = beyond }},

	{"too many required keys", func(c *storage.Change) {
		for _, key := range numbered(storage.MaxKeys+1, 20) {
			c.RequireKeys = append(c.RequireKeys, storage.KeyGuard{Key: key, JobID: "job"})
		}
	}},
	{"too many versions", func(c *storage.Change) {
		for n := range storage.MaxVersions + 1 {
			c.AddVersions = append(c.AddVersions, version(ref("job"), n+2))
		}
	}},
	{"too many states of versions", func(c *storage.Change) {
		for n := range storage.MaxVersions + 1 {
			withStates("state", n+1)(c)
		}
	}},
	{"a long forbidden scope", func(c *storage.Change) { c.ForbidScope = tooLong }},
	{"a long scope to wake", func(c *storage.Change) { c.Wake = &storage.Wake{At: minute(1), Scope: tooLong} }},
	{"a required key without a job", func(c *storage.Change) {
		c.JobID, c.Job, c.RequireKeys = "", nil, []storage.KeyGuard{{Key: "key", JobID: "job"}}
	}},
	{"too many events", func(c *storage.Change) { c.Events = make([]storage.EventRecord, storage.MaxEvents+1) }},
	{"a wake at no time", func(c *storage.Change) { c.Wake = &storage.Wake{Scope: "up"} }},
	{"a wake out of range", func(c *storage.Change) { c.Wake = &storage.Wake{At: beyond, Scope: "up"} }},
	{"a wake of no scope", func(c *storage.Change) { c.Wake = &storage.Wake{At: minute(1)} }},
	{"another organization's own record", func(c *storage.Change) {
		c.Organization = &storage.OrganizationRecord{OrganizationID: "other"}
	}},
	{"an organization of a negative revision", func(c *storage.Change) {
		c.Organization = &storage.OrganizationRecord{OrganizationID: org, Revision: -1}
	}},
	{"a wake without a job", func(c *storage.Change) {
		c.JobID, c.Job, c.Wake = "", nil, &storage.Wake{At: minute(1), Scope: "up"}
	}},
	{"a forbidden scope without a job", func(c *storage.Change) { c.JobID, c.Job, c.ForbidScope = "", nil, "up" }},
	{"a run without a job", func(c *storage.Change) {
		c.JobID, c.Job, c.PutRuns = "", nil, []storage.RunRecord{newRun(ref(""), 1)}
	}},
	{"a tombstone without a job", func(c *storage.Change) {
		c.JobID, c.Job, c.Tombstone = "", nil, &storage.TombstoneRecord{JobRef: ref(""), Revision: 1}
	}},
}

// wrongRun spoils a new run.
func wrongRun(spoil func(*storage.RunRecord)) func(*storage.Change) {
	return func(c *storage.Change) {
		run := newRun(c.JobRef, 2)
		spoil(&run)
		c.PutRuns = []storage.RunRecord{run}
	}
}
