package linearize

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

// organization is a state of the model: what a store keeps for one
// organization. A state is never written to again; see [organization.next].
type organization struct {
	graph int64
	// jobs are those that exist or did: a tombstone stays for good.
	jobs map[string]*job
	// applied are the operations that took effect, of those that are committed
	// more than once.
	applied map[string]bool
	// text is all of the state, so that two can be compared.
	text string
}

// job is a part of a state: a job or, when tombstone is set, what it left.
type job struct {
	record    jobs.JobRecord
	draft     *jobs.VersionRecord
	versions  map[int]jobs.VersionRecord
	runs      map[string]jobs.RunRecord
	tombstone *jobs.TombstoneRecord
	text      string
}

// empty returns the state of a new store.
func empty() *organization { return &organization{jobs: map[string]*job{}, applied: map[string]bool{}} }

var hashSeed = maphash.MakeSeed()

func (o *organization) hash() uint64 { return maphash.String(hashSeed, o.text) }

// live returns a job that exists, or nil.
func (o *organization) live(id string) *job {
	if j := o.jobs[id]; j != nil && j.tombstone == nil {
		return j
	}
	return nil
}

// ordered returns the jobs that exist, by their IDs.
func (o *organization) ordered() []*job {
	var all []*job
	for _, id := range slices.Sorted(maps.Keys(o.jobs)) {
		if j := o.live(id); j != nil {
			all = append(all, j)
		}
	}
	return all
}

// holder returns the job that has a key, or nil.
func (o *organization) holder(key string) *job {
	for _, j := range o.jobs {
		if j.tombstone == nil && j.record.Key == key {
			return j
		}
	}
	return nil
}

// withRun returns the job's record, with its latest run.
func (j *job) withRun() jobs.JobRecord {
	record := j.record
	if run, ok := j.runs[record.LatestRunID]; ok {
		record.LatestRun = &run
	}
	return record
}

// clone returns a copy whose maps can be written to.
func (j *job) clone() *job {
	if j == nil {
		return &job{versions: map[int]jobs.VersionRecord{}, runs: map[string]jobs.RunRecord{}}
	}
	c := *j
	c.versions, c.runs = maps.Clone(j.versions), maps.Clone(j.runs)
	return &c
}

// finish notes what a job has become.
func (j *job) finish() *job {
	if j.tombstone != nil {
		j.text = describeTombstone(*j.tombstone)
		return j
	}
	var text strings.Builder
	text.WriteString(describeJob(j.record))
	if j.draft != nil {
		text.WriteString("\n  draft " + describeVersion(*j.draft))
	}
	for _, number := range slices.Sorted(maps.Keys(j.versions)) {
		text.WriteString("\n  " + describeVersion(j.versions[number]))
	}
	for _, id := range slices.Sorted(maps.Keys(j.runs)) {
		text.WriteString("\n  " + describeRun(j.runs[id]))
	}
	j.text = text.String()
	return j
}

// next returns the state after o in which some jobs are replaced, the graph
// counter is raised by so many, and the operation, unless it is empty, is noted.
func (o *organization) next(replaced map[string]*job, raise int64, operation string) *organization {
	next := &organization{graph: o.graph + raise, jobs: maps.Clone(o.jobs), applied: maps.Clone(o.applied)}
	for id, j := range replaced {
		next.jobs[id] = j.finish()
	}
	if operation != "" {
		next.applied[operation] = true
	}
	var text strings.Builder
	fmt.Fprintf(&text, "graph %d, applied %v", next.graph, slices.Sorted(maps.Keys(next.applied)))
	for _, id := range slices.Sorted(maps.Keys(next.jobs)) {
		text.WriteString("\n" + next.jobs[id].text)
	}
	next.text = text.String()
	return next
}
