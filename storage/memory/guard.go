package memory

import (
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// check reports which guard of a change does not hold.
func (o *organization) check(in *incoming) error {
	for _, guard := range []func(*incoming) error{
		o.checkRecord,
		o.checkTombstone,
		o.checkVersions,
		o.checkPutRuns,
		o.checkRemoveRuns,
		o.checkKeys,
		o.checkDependents,
		o.checkGraph,
	} {
		if err := guard(in); err != nil {
			return err
		}
	}
	return nil
}

// stale says which guard failed.
func stale(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, jobs.ErrStale)...)
}

func (o *organization) checkRecord(in *incoming) error {
	if in.Job == nil {
		return nil
	}
	var current *jobs.JobRecord
	var revision int64
	j := o.jobs[in.JobID]
	if j != nil {
		current, revision = j.record, j.record.Revision
	}
	switch {
	case revision != in.Job.Revision:
		return stale("the job is at revision %d, not %d", revision, in.Job.Revision)
	case o.tombstones[in.JobID] != nil:
		return stale("the job was removed")
	case in.removes():
		return nil
	case current != nil && !current.CreatedAt.Equal(in.job.CreatedAt):
		return fmt.Errorf("the creation time changes from %s to %s", current.CreatedAt, in.job.CreatedAt)
	}
	if holder := o.byKey[in.job.Key]; holder != nil && holder != j {
		return stale("key %q belongs to job %s", in.job.Key, holder.record.JobID)
	}
	return nil
}

func (o *organization) checkTombstone(in *incoming) error {
	if in.Tombstone == nil || in.removes() {
		return nil
	}
	var revision int64
	if t := o.tombstones[in.JobID]; t != nil {
		revision = t.record.Revision
	}
	if revision != in.Tombstone.Revision {
		return stale("the tombstone is at revision %d, not %d", revision, in.Tombstone.Revision)
	}
	return nil
}

func (o *organization) checkVersions(in *incoming) error {
	j := o.jobs[in.JobID]
	for i, v := range in.versions {
		taken := slices.ContainsFunc(in.versions[:i], func(w *jobs.VersionRecord) bool {
			return w.Number == v.Number
		})
		if j != nil && !taken {
			_, taken = j.versions.Get(v.Number)
		}
		if taken {
			return stale("version %d exists", v.Number)
		}
	}
	return nil
}

func (o *organization) checkPutRuns(in *incoming) error {
	runs := o.runsOf(in.JobID)
	var inserted map[int64]bool
	for i, r := range in.runs {
		expected := in.PutRuns[i].Revision
		if expected != 0 {
			if err := checkReplacement(runs.record(r.ID), r, expected); err != nil {
				return err
			}
			continue
		}
		if runs.record(r.ID) != nil {
			return stale("run %s exists", r.ID)
		}
		if inserted[r.Number] || runs.hasNumber(r.Number) {
			return stale("run number %d exists", r.Number)
		}
		if inserted == nil {
			inserted = make(map[int64]bool)
		}
		inserted[r.Number] = true
	}
	return nil
}

// checkReplacement checks a run that is put in place of the current one, which
// is nil when there is none.
func checkReplacement(current, r *jobs.RunRecord, expected int64) error {
	if err := checkRevision(current, r.ID, expected); err != nil {
		return err
	}
	if current.Number != r.Number || !current.CreatedAt.Equal(r.CreatedAt) {
		return fmt.Errorf("the number or the creation time of run %s changes", r.ID)
	}
	return nil
}

func checkRevision(current *jobs.RunRecord, id string, expected int64) error {
	if current == nil {
		return stale("there is no run %s", id)
	}
	if current.Revision != expected {
		return stale("run %s is at revision %d, not %d", id, current.Revision, expected)
	}
	return nil
}

func (o *organization) checkRemoveRuns(in *incoming) error {
	runs := o.runsOf(in.JobID)
	for _, guard := range in.RemoveRuns {
		if err := checkRevision(runs.record(guard.ID), guard.ID, guard.Revision); err != nil {
			return err
		}
	}
	return nil
}

// runsOf returns the runs of a job to read; never nil.
func (o *organization) runsOf(jobID string) *jobRuns {
	if j := o.jobs[jobID]; j != nil {
		return &j.runs
	}
	return &jobRuns{}
}

func (o *organization) checkKeys(in *incoming) error {
	for _, guard := range in.RequireKeys {
		if j := o.byKey[guard.Key]; j == nil || j.record.JobID != guard.JobID {
			return stale("key %q does not belong to job %s", guard.Key, guard.JobID)
		}
	}
	return nil
}

func (o *organization) checkDependents(in *incoming) error {
	if in.ForbidDependents == "" {
		return nil
	}
	for j := range o.dependents(in.ForbidDependents) {
		if j.record.JobID != in.JobID {
			return stale("job %s depends on key %q", j.record.JobID, in.ForbidDependents)
		}
	}
	return nil
}

func (o *organization) checkGraph(in *incoming) error {
	if in.Graph != nil && in.Graph.Expect != o.graph {
		return stale("the dependency graph is at %d, not %d", o.graph, in.Graph.Expect)
	}
	return nil
}
