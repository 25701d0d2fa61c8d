package linearize

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// commit returns what a state becomes by a commit, and whether the commit is
// acknowledged: because it takes effect, or because it did before.
func (o *organization) commit(c call) (*organization, bool) {
	if o.applied[c.change.OperationID] {
		return o, true
	}
	if !o.holds(c.change) {
		return o, false
	}
	e := &effects{before: o, replaced: map[string]*job{}}
	e.write(c.change)
	if c.change.Wake != nil && !removes(c.change) {
		e.wake(c.change)
	}
	var raise int64
	if c.change.Graph != nil && c.change.Graph.Raise {
		raise = 1
	}
	var operation string
	if c.repeated {
		operation = c.change.OperationID
	}
	return o.next(e.replaced, raise, operation), true
}

// dependents returns the jobs that depend on a key.
func (o *organization) dependents(key string) []*job {
	return slices.DeleteFunc(o.ordered(), func(j *job) bool { return !slices.Contains(j.record.DependsOn, key) })
}

// effects are the jobs that a change replaces.
type effects struct {
	before   *organization
	replaced map[string]*job
}

// job returns a job that can be written to.
func (e *effects) job(id string) *job {
	if e.replaced[id] == nil {
		e.replaced[id] = e.before.jobs[id].clone()
	}
	return e.replaced[id]
}

// write does what a change says of its own job.
func (e *effects) write(c *jobs.Change) {
	j := e.job(c.JobID)
	if c.Tombstone != nil {
		tombstone := *c.Tombstone
		tombstone.Revision++
		e.replaced[c.JobID] = &job{tombstone: &tombstone}
		return
	}
	if c.Job != nil {
		j.record = *c.Job
		j.record.Revision++
	}
	for _, v := range c.AddVersions {
		j.versions[v.Number] = v
	}
	if c.RemoveDraft {
		j.draft = nil
	}
	if c.PutDraft != nil {
		j.draft = c.PutDraft
	}
	for _, g := range c.RemoveRuns {
		delete(j.runs, g.ID)
	}
	for _, r := range c.PutRuns {
		r.Revision++
		j.runs[r.ID] = r
	}
}

// wake wakes what a change says, each job once, with the keys and dependencies
// as the change left them.
func (e *effects) wake(c *jobs.Change) {
	woken := map[string]bool{}
	if c.Wake.Self {
		woken[c.JobID] = true
	}
	if c.Wake.Dependents {
		key := e.job(c.JobID).record.Key
		for _, j := range e.before.dependents(key) {
			if j.record.JobID != c.JobID {
				woken[j.record.JobID] = true
			}
		}
		if slices.Contains(e.job(c.JobID).record.DependsOn, key) {
			woken[c.JobID] = true
		}
	}
	for id := range woken {
		e.job(id).wake(c.Wake.At)
	}
}

func (j *job) wake(at time.Time) {
	j.record.Revision++
	if j.record.WakeAt.IsZero() || at.Before(j.record.WakeAt) {
		j.record.WakeAt = at
	}
}
