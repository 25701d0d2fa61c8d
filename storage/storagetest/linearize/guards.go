package linearize

import "github.com/jobledger/jobledger/jobs"

// holds reports whether every guard of a change holds in a state.
func (o *organization) holds(c *jobs.Change) bool {
	return o.jobHolds(c) && o.tombstoneHolds(c) && o.versionsHold(c) && o.runsHold(c) && o.othersHold(c)
}

// jobHolds checks the job's revision and its key.
func (o *organization) jobHolds(c *jobs.Change) bool {
	if c.Job == nil {
		return true
	}
	current := o.jobs[c.JobID]
	if current == nil {
		if c.Job.Revision != 0 {
			return false
		}
	} else if current.tombstone != nil || c.Job.Revision != current.record.Revision {
		return false
	}
	holder := o.holder(c.Job.Key)
	return removes(c) || holder == nil || holder == current
}

func removes(c *jobs.Change) bool { return c.Tombstone != nil && c.Tombstone.Revision == 0 }

func (o *organization) tombstoneHolds(c *jobs.Change) bool {
	if c.Tombstone == nil || removes(c) {
		return true
	}
	j := o.jobs[c.JobID]
	return j != nil && j.tombstone != nil && j.tombstone.Revision == c.Tombstone.Revision
}

func (o *organization) versionsHold(c *jobs.Change) bool {
	j := o.live(c.JobID)
	for _, v := range c.AddVersions {
		if j != nil && j.versions[v.Number].Number == v.Number {
			return false
		}
	}
	return true
}

func (o *organization) runsHold(c *jobs.Change) bool {
	j := o.live(c.JobID)
	if j == nil {
		j = &job{}
	}
	for _, r := range c.PutRuns {
		if j.runs[r.ID].Revision != r.Revision { // 0 where there is none
			return false
		}
		for id, other := range j.runs {
			if id != r.ID && other.Number == r.Number {
				return false
			}
		}
	}
	for _, g := range c.RemoveRuns {
		if run, ok := j.runs[g.ID]; !ok || run.Revision != g.Revision {
			return false
		}
	}
	return true
}

// othersHold checks what is about other jobs.
func (o *organization) othersHold(c *jobs.Change) bool {
	for _, g := range c.RequireKeys {
		if j := o.holder(g.Key); j == nil || j.record.JobID != g.JobID {
			return false
		}
	}
	if c.ForbidDependents != "" {
		for _, j := range o.dependents(c.ForbidDependents) {
			if j.record.JobID != c.JobID {
				return false
			}
		}
	}
	return c.Graph == nil || c.Graph.Expect == o.graph
}
