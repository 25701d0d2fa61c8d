package storagetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// model is the contract at its plainest: a store with no index and no thought
// for cost, which looks at everything each time it is asked. The random cases
// compare a backend with it, read by read.
type model struct {
	mu         sync.Mutex
	jobs       map[jobs.JobRef]jobs.JobRecord
	drafts     map[jobs.JobRef]jobs.VersionRecord
	versions   map[jobs.JobRef][]jobs.VersionRecord
	runs       map[jobs.JobRef][]jobs.RunRecord
	ticks      map[jobs.JobRef][]jobs.TickRecord
	tombstones map[jobs.JobRef]jobs.TombstoneRecord
	graphs     map[string]int64
	operations map[operation]bool
	latest     time.Time
}

// operation is an operation ID of an organization.
type operation struct{ organization, id string }

func newModel() *model {
	return &model{
		jobs:       map[jobs.JobRef]jobs.JobRecord{},
		drafts:     map[jobs.JobRef]jobs.VersionRecord{},
		versions:   map[jobs.JobRef][]jobs.VersionRecord{},
		runs:       map[jobs.JobRef][]jobs.RunRecord{},
		ticks:      map[jobs.JobRef][]jobs.TickRecord{},
		tombstones: map[jobs.JobRef]jobs.TombstoneRecord{},
		graphs:     map[string]int64{},
		operations: map[operation]bool{},
	}
}

var _ jobs.Store = (*model)(nil)

// Commit checks every guard, then writes.
func (m *model) Commit(ctx context.Context, c jobs.Change) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	op := operation{c.OrganizationID, c.OperationID}
	if m.operations[op] {
		return nil
	}
	if !m.holds(c) {
		return jobs.ErrStale
	}
	m.operations[op] = true
	if c.At.After(m.latest) {
		m.latest = c.At
	}
	m.write(copyChange(c))
	return nil
}

// holds reports whether every guard of the change does.
func (m *model) holds(c jobs.Change) bool {
	return m.holdsJob(c) && m.holdsRuns(c) && m.holdsBeyond(c)
}

func (m *model) holdsJob(c jobs.Change) bool {
	if c.Tombstone != nil && c.Tombstone.Revision > 0 {
		if m.tombstones[c.JobRef].Revision != c.Tombstone.Revision {
			return false
		}
	}
	if c.Job == nil {
		return true
	}
	_, removed := m.tombstones[c.JobRef]
	if removed || m.jobs[c.JobRef].Revision != c.Job.Revision {
		return false
	}
	for ref, other := range m.jobs {
		taken := ref.OrganizationID == c.OrganizationID && ref != c.JobRef && other.Key == c.Job.Key
		if taken && c.Tombstone == nil {
			return false
		}
	}
	numbers := map[int]bool{}
	for _, v := range slices.Concat(m.versions[c.JobRef], c.AddVersions) {
		if numbers[v.Number] {
			return false
		}
		numbers[v.Number] = true
	}
	return true
}

func (m *model) holdsRuns(c jobs.Change) bool {
	numbers := map[int64]bool{}
	revisions := map[string]int64{}
	for _, r := range m.runs[c.JobRef] {
		numbers[r.Number] = true
		revisions[r.ID] = r.Revision
	}
	for _, r := range c.PutRuns {
		if revisions[r.ID] != r.Revision || r.Revision == 0 && numbers[r.Number] {
			return false
		}
		numbers[r.Number] = true
	}
	for _, guard := range c.RemoveRuns {
		if guard.Revision == 0 || revisions[guard.ID] != guard.Revision {
			return false
		}
	}
	return true
}

// holdsBeyond checks the guards on other jobs of the organization.
func (m *model) holdsBeyond(c jobs.Change) bool {
	for _, guard := range c.RequireKeys {
		named := m.jobs[jobs.JobRef{OrganizationID: c.OrganizationID, JobID: guard.JobID}]
		if named.Revision == 0 || named.Key != guard.Key {
			return false
		}
	}
	for ref, other := range m.jobs {
		depends := ref.OrganizationID == c.OrganizationID && ref != c.JobRef &&
			slices.Contains(other.DependsOn, c.ForbidDependents)
		if c.ForbidDependents != "" && depends {
			return false
		}
	}
	return c.Graph == nil || c.Graph.Expect == m.graphs[c.OrganizationID]
}

func (m *model) write(c jobs.Change) {
	if c.Tombstone != nil {
		m.writeTombstone(c)
	} else if c.Job != nil {
		m.writeJob(c)
	}
	m.writeRuns(c)
	if c.KeepTicks > 0 {
		kept := newestTicks(m.ticks[c.JobRef])
		m.ticks[c.JobRef] = kept[:min(len(kept), c.KeepTicks)]
	}
	if c.Graph != nil && c.Graph.Raise {
		m.graphs[c.OrganizationID]++
	}
	if c.Wake != nil {
		m.wake(c)
	}
}

func (m *model) writeTombstone(c jobs.Change) {
	if c.Tombstone.Revision == 0 {
		delete(m.jobs, c.JobRef)
		delete(m.drafts, c.JobRef)
		delete(m.versions, c.JobRef)
		delete(m.runs, c.JobRef)
		delete(m.ticks, c.JobRef)
	}
	tombstone := *c.Tombstone
	tombstone.Revision++
	m.tombstones[c.JobRef] = tombstone
}

func (m *model) writeJob(c jobs.Change) {
	job := *c.Job
	job.Revision++
	job.LatestRun = nil
	m.jobs[c.JobRef] = job
	m.versions[c.JobRef] = append(m.versions[c.JobRef], c.AddVersions...)
	switch {
	case c.RemoveDraft:
		delete(m.drafts, c.JobRef)
	case c.PutDraft != nil:
		m.drafts[c.JobRef] = *c.PutDraft
	}
	for _, t := range c.PutTicks {
		ticks := slices.DeleteFunc(m.ticks[c.JobRef], func(old jobs.TickRecord) bool {
			return old.NominalAt.Equal(t.NominalAt)
		})
		m.ticks[c.JobRef] = append(ticks, t)
	}
}

func (m *model) writeRuns(c jobs.Change) {
	gone := map[string]bool{}
	for _, r := range c.PutRuns {
		gone[r.ID] = true
	}
	for _, guard := range c.RemoveRuns {
		gone[guard.ID] = true
	}
	runs := slices.DeleteFunc(m.runs[c.JobRef], func(r jobs.RunRecord) bool { return gone[r.ID] })
	for _, r := range c.PutRuns {
		r.Revision++
		runs = append(runs, r)
	}
	m.runs[c.JobRef] = runs
}

func (m *model) wake(c jobs.Change) {
	own, exists := m.jobs[c.JobRef]
	for ref, job := range m.jobs {
		depends := exists && ref.OrganizationID == c.OrganizationID && slices.Contains(job.DependsOn, own.Key)
		if !(c.Wake.Dependents && depends || c.Wake.Self && ref == c.JobRef) {
			continue
		}
		if job.WakeAt.IsZero() || c.Wake.At.Before(job.WakeAt) {
			job.WakeAt = c.Wake.At
		}
		job.Revision++
		m.jobs[ref] = job
	}
}

// Sweep has only tombstones to erase: removing a job erased the rest.
func (m *model) Sweep(ctx context.Context, limit int) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	erased := 0
	for ref, tombstone := range m.tombstones {
		if erased < limit && !tombstone.Owed {
			delete(m.tombstones, ref)
			erased++
		}
	}
	return erased, nil
}
