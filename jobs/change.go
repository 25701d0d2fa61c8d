package jobs

import (
	"errors"
	"fmt"
	"time"
)

// OperationRetention is for how long, at the least, a [Store] remembers the
// operation ID of a commit. Time is counted by the At of later commits.
const OperationRetention = 10 * time.Minute

// Change is one atomic write to one job. Everything in it happens together, or
// not at all. All that it names belongs to the job of its JobRef, but for the
// guards and wakes that say otherwise.
type Change struct {
	JobRef

	// OperationID names this decision. A store that has already applied a
	// change under this ID, within [OperationRetention], does nothing and
	// returns nil, whatever else the change says. IDs are unique within the
	// organization. Required.
	OperationID string
	// At is when the change was decided. Required.
	At time.Time

	// Job is written as the job's record when the stored revision equals
	// Job.Revision (0: no job of this ID, nor a tombstone, exists); it is
	// stored with the revision one higher. Its key must belong to no other
	// job. Nil leaves the record as it is.
	Job *JobRecord
	// Tombstone, at revision 0, removes the job given in Job (whose revision
	// is the guard, and whose other fields are ignored): its key, grants,
	// indexes, runs and versions are gone for every read at once. Nothing else
	// is then written to the job. At a higher revision it replaces the
	// tombstone of that revision; Job is then nil.
	Tombstone *TombstoneRecord

	// AddVersions are published; each number must be new. Requires Job.
	AddVersions []VersionRecord
	// PutDraft becomes the job's draft, in place of one that is there.
	// Requires Job.
	PutDraft *VersionRecord
	// RemoveDraft removes the draft, if there is one. Requires Job.
	RemoveDraft bool

	// PutRuns are inserted at revision 0 (the ID and number must be new;
	// requires Job), or else replace the run of that revision.
	PutRuns []RunRecord
	// RemoveRuns removes runs, each guarded by its revision.
	RemoveRuns []RunGuard

	// PutTicks are recorded; one with the nominal time of an earlier record
	// replaces it. Requires Job.
	PutTicks []TickRecord
	// KeepTicks removes all but the newest so many ticks of the job, after
	// PutTicks. 0 keeps all.
	KeepTicks int

	// RequireKeys must each belong to the job named, before the change is made.
	RequireKeys []KeyGuard
	// ForbidDependents: no other job's DependsOn holds this key, when the
	// change is made. Empty asks for nothing.
	ForbidDependents string
	// Graph guards and raises the organization's graph counter.
	Graph *GraphGuard
	// Wake puts jobs into the due index.
	Wake *Wake
}

// RunGuard names a run at a revision.
type RunGuard struct {
	ID       string
	Revision int64
}

// KeyGuard says that a key belongs to a job.
type KeyGuard struct {
	Key   string
	JobID string
}

// GraphGuard says that the organization's graph counter is still Expect. The
// counter starts at 0; a change that adds dependencies raises it by one, so
// that of two that were decided on the same graph only one is made.
type GraphGuard struct {
	Expect int64
	Raise  bool
}

// Wake moves the wake time of jobs to At, unless it is earlier already, and in
// any case raises their revision by one, so that whoever decided on an older
// state decides anew. Which jobs those are is read inside the commit, after the
// rest of the change; a change that removes its job wakes none.
type Wake struct {
	At time.Time
	// Self wakes the change's own job.
	Self bool
	// Dependents wakes the jobs whose DependsOn holds this job's key.
	Dependents bool
}

// Validate reports what is wrong with the change itself, whatever is stored. A
// store calls it first; an error is a bug in the caller.
func (c *Change) Validate() error {
	switch {
	case c.OrganizationID == "" || c.JobID == "":
		return errors.New("change: names no job")
	case c.OperationID == "":
		return errors.New("change: has no operation ID")
	case c.At.IsZero() || c.At.Year() < 1 || c.At.Year() > 9999:
		return errors.New("change: has no time in the years 1 to 9999; look at the clock")
	case c.KeepTicks < 0:
		return errors.New("change: keeps a negative number of ticks")
	case c.Wake != nil && c.Wake.At.IsZero():
		return errors.New("change: wakes at no time")
	}
	for _, check := range []func() error{c.validateJob, c.validateVersions, c.validateRefs, c.validateRuns} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// removes reports whether the change removes its job.
func (c *Change) removes() bool { return c.Tombstone != nil && c.Tombstone.Revision == 0 }

func (c *Change) validateJob() error {
	if c.Tombstone != nil && c.Tombstone.Revision < 0 {
		return errors.New("change: a negative revision")
	}
	if c.Job == nil {
		if c.removes() {
			return errors.New("change: removing a job requires its record")
		}
		return nil
	}
	switch {
	case c.Job.Revision < 0:
		return errors.New("change: a negative revision")
	case c.removes() && c.Job.Revision == 0:
		return errors.New("change: removing a job that is new")
	case c.Tombstone != nil && !c.removes():
		return errors.New("change: a job and its tombstone do not exist together")
	case c.Job.Key == "" || c.Job.CreatedAt.IsZero():
		return errors.New("change: the job has no key or no creation time")
	case !sortedSet(c.Job.TeamIDs) || !sortedSet(c.Job.DependsOn):
		return errors.New("change: the job's teams and dependencies must be sorted, each once")
	}
	return nil
}

// validateVersions checks what is written beside the job's record.
func (c *Change) validateVersions() error {
	writes := c.AddVersions != nil || c.PutDraft != nil || c.RemoveDraft || c.PutTicks != nil
	switch {
	case writes && c.Job == nil:
		return errors.New("change: versions, drafts and ticks require the job's record")
	case c.removes() && (writes || c.PutRuns != nil):
		return errors.New("change: a removed job is written nothing else")
	case c.PutDraft != nil && c.RemoveDraft:
		return errors.New("change: the draft is both put and removed")
	case c.PutDraft != nil && c.PutDraft.Number < 1:
		return errors.New("change: version numbers count from 1")
	}
	seen := make(map[int]bool, len(c.AddVersions))
	for _, v := range c.AddVersions {
		if v.Number < 1 || seen[v.Number] {
			return fmt.Errorf("change: version %d is below 1 or added twice", v.Number)
		}
		seen[v.Number] = true
	}
	return nil
}

// validateRefs checks that every record belongs to the change's job.
func (c *Change) validateRefs() error {
	var refs []JobRef
	if c.Job != nil {
		refs = append(refs, c.Job.JobRef)
	}
	if c.Tombstone != nil {
		refs = append(refs, c.Tombstone.JobRef)
	}
	if c.PutDraft != nil {
		refs = append(refs, c.PutDraft.JobRef)
	}
	for _, v := range c.AddVersions {
		refs = append(refs, v.JobRef)
	}
	for _, r := range c.PutRuns {
		refs = append(refs, r.JobRef)
	}
	for _, t := range c.PutTicks {
		refs = append(refs, t.JobRef)
	}
	for _, ref := range refs {
		if ref != c.JobRef {
			return fmt.Errorf("change: a record of job %s in a change to job %s", ref.JobID, c.JobID)
		}
	}
	return nil
}

func (c *Change) validateRuns() error {
	seen := make(map[string]bool, len(c.PutRuns)+len(c.RemoveRuns))
	for _, r := range c.PutRuns {
		switch {
		case r.ID == "" || r.Number < 1 || r.CreatedAt.IsZero():
			return errors.New("change: a run has no ID, number or creation time")
		case r.Revision < 0:
			return errors.New("change: a negative revision")
		case r.Revision == 0 && c.Job == nil:
			return errors.New("change: inserting a run requires the job's record")
		case seen[r.ID]:
			return fmt.Errorf("change: run %s is written twice", r.ID)
		}
		seen[r.ID] = true
	}
	for _, r := range c.RemoveRuns {
		if seen[r.ID] {
			return fmt.Errorf("change: run %s is written and removed", r.ID)
		}
		seen[r.ID] = true
	}
	return nil
}

// sortedSet reports whether s rises strictly and holds no empty string.
func sortedSet(s []string) bool {
	for i, v := range s {
		if v == "" || i > 0 && s[i-1] >= v {
			return false
		}
	}
	return true
}
