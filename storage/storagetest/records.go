package storagetest

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// start is when the cases take place.
var start = time.Date(2024, time.March, 1, 12, 0, 0, 0, time.UTC)

// minute returns the time n minutes after start.
func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// org is the organization that most cases live in.
const org = "org-1"

// ref names a job of that organization.
func ref(jobID string) jobs.JobRef {
	return jobs.JobRef{OrganizationID: org, JobID: jobID}
}

// newJob returns a job that was never stored.
func newJob(ref jobs.JobRef, key string) *jobs.JobRecord {
	return &jobs.JobRecord{JobRef: ref, Key: key, CreatedAt: start, Doc: []byte("job " + key)}
}

// newRun returns a run that was never stored. Its ID follows from its number.
func newRun(ref jobs.JobRef, number int) jobs.RunRecord {
	return jobs.RunRecord{
		JobRef:    ref,
		ID:        runID(number),
		Number:    int64(number),
		CreatedAt: minute(number),
		Doc:       fmt.Appendf(nil, "run %d", number),
	}
}

func runID(number int) string { return fmt.Sprintf("run-%d", number) }

// version returns a version, or a draft, of a job.
func version(ref jobs.JobRef, number int) jobs.VersionRecord {
	return jobs.VersionRecord{JobRef: ref, Number: number, Doc: fmt.Appendf(nil, "version %d", number)}
}

// tick returns a tick of a job, n minutes after start.
func tick(ref jobs.JobRef, n int) jobs.TickRecord {
	return jobs.TickRecord{JobRef: ref, NominalAt: minute(n), Doc: fmt.Appendf(nil, "tick %d", n)}
}

// The edits below are what [probe.create] and [probe.edit] take.

func withTeams(teams ...string) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.TeamIDs = teams }
}

func withCluster(cluster string) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.ClusterID = cluster }
}

func withDependsOn(keys ...string) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.DependsOn = keys }
}

func withKey(key string) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.Key = key }
}

func withDoc(doc string) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.Doc = []byte(doc) }
}

func withCreatedAt(at time.Time) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.CreatedAt = at }
}

func withWakeAt(at time.Time) func(*jobs.Change) {
	return func(c *jobs.Change) { c.Job.WakeAt = at }
}

// withRuns inserts runs; the last of them becomes the job's latest.
func withRuns(runs ...jobs.RunRecord) func(*jobs.Change) {
	return func(c *jobs.Change) {
		c.PutRuns = append(c.PutRuns, runs...)
		c.Job.LatestRunID = runs[len(runs)-1].ID
	}
}

func withVersions(numbers ...int) func(*jobs.Change) {
	return func(c *jobs.Change) {
		for _, n := range numbers {
			c.AddVersions = append(c.AddVersions, version(c.JobRef, n))
		}
	}
}

func withDraft(number int) func(*jobs.Change) {
	return func(c *jobs.Change) {
		draft := version(c.JobRef, number)
		c.PutDraft = &draft
	}
}

func withTicks(minutes ...int) func(*jobs.Change) {
	return func(c *jobs.Change) {
		for _, n := range minutes {
			c.PutTicks = append(c.PutTicks, tick(c.JobRef, n))
		}
	}
}
