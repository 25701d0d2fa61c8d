package storagetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// start is when the cases take place.
var start = time.Date(2024, time.March, 1, 12, 0, 0, 0, time.UTC)

// minute returns the time n minutes after start.
func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// org is the organization that most cases live in.
const org = "org-1"

// ref names a job of that organization.
func ref(jobID string) storage.JobRef {
	return storage.JobRef{OrganizationID: org, JobID: jobID}
}

// How a run ended, in the words of the cases: to a store any word is as good.
const (
	succeeded storage.Outcome = "succeeded"
	failed    storage.Outcome = "failed"
)

// newJob returns a job that was never stored.
func newJob(ref storage.JobRef, key string) *storage.JobRecord {
	return &storage.JobRecord{JobRef: ref, Key: key, CreatedAt: start, Doc: []byte("job " + key), State: []byte("state of " + key)}
}

// newRun returns a run that was never stored. Its ID follows from its number.
func newRun(ref storage.JobRef, number int) storage.RunRecord {
	return storage.RunRecord{
		JobRef:    ref,
		ID:        runID(number),
		Number:    int64(number),
		CreatedAt: minute(number),
		Doc:       fmt.Appendf(nil, "run %d", number),
	}
}

func runID(number int) string { return fmt.Sprintf("run-%d", number) }

// version returns a version, or a draft, of a job.
func version(ref storage.JobRef, number int) storage.VersionRecord {
	return storage.VersionRecord{JobRef: ref, Number: number, Doc: fmt.Appendf(nil, "version %d", number)}
}

// tick returns a tick of a job, n minutes after start.
func tick(ref storage.JobRef, n int) storage.TickRecord {
	return storage.TickRecord{JobRef: ref, NominalAt: minute(n), Doc: fmt.Appendf(nil, "tick %d", n)}
}

// The edits below are what [probe.create] and [probe.edit] take.

func withTeams(teams ...string) func(*storage.Change) {
	return func(c *storage.Change) { c.Job.TeamIDs = teams }
}

// withScopes puts the job into scopes. Those that begin with "key-" are listed
// by key, too.
func withScopes(scopes ...string) func(*storage.Change) {
	return func(c *storage.Change) {
		c.Job.Scopes, c.Job.KeyScopes = scopes, nil
		for _, s := range scopes {
			if strings.HasPrefix(s, "key-") {
				c.Job.KeyScopes = append(c.Job.KeyScopes, s)
			}
		}
	}
}

func withKey(key string) func(*storage.Change) {
	return func(c *storage.Change) { c.Job.Key = key }
}

func withDoc(doc string) func(*storage.Change) {
	return func(c *storage.Change) { c.Job.Doc = []byte(doc) }
}

func withCreatedAt(at time.Time) func(*storage.Change) {
	return func(c *storage.Change) { c.Job.CreatedAt = at }
}

func withWakeAt(at time.Time) func(*storage.Change) {
	return func(c *storage.Change) { c.Job.WakeAt = at }
}

// withEvents appends events to the journal.
func withEvents(docs ...string) func(*storage.Change) {
	return func(c *storage.Change) {
		for _, doc := range docs {
			c.Events = append(c.Events, storage.EventRecord{Doc: []byte(doc)})
		}
	}
}

// withRuns inserts runs; the last of them becomes the job's latest.
func withRuns(runs ...storage.RunRecord) func(*storage.Change) {
	return func(c *storage.Change) {
		c.PutRuns = append(c.PutRuns, runs...)
		c.Job.LatestRunID = runs[len(runs)-1].ID
	}
}

func withVersions(numbers ...int) func(*storage.Change) {
	return func(c *storage.Change) {
		for _, n := range numbers {
			c.AddVersions = append(c.AddVersions, version(c.JobRef, n))
		}
	}
}

// withStates puts the state of versions.
func withStates(state string, numbers ...int) func(*storage.Change) {
	return func(c *storage.Change) {
		for _, n := range numbers {
			put := storage.VersionRecord{JobRef: c.JobRef, Number: n, State: []byte(state)}
			c.PutVersionStates = append(c.PutVersionStates, put)
		}
	}
}

func withDraft(number int) func(*storage.Change) {
	return func(c *storage.Change) {
		draft := version(c.JobRef, number)
		c.PutDraft = &draft
	}
}

func withTicks(minutes ...int) func(*storage.Change) {
	return func(c *storage.Change) {
		for _, n := range minutes {
			c.PutTicks = append(c.PutTicks, tick(c.JobRef, n))
		}
	}
}
