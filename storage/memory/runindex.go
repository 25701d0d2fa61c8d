package memory

import (
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// run is what the indexes of runs share: a heartbeat replaces the record, and
// no index notices.
type run struct {
	job    *job
	record *storage.RunRecord
}

// class is what runs are selected by. Each class is an index of its own, so
// that the few runs that are open are found among many that have ended.
type class struct {
	outcome storage.Outcome
	owed    bool
}

func classOf(r *storage.RunRecord) class { return class{r.Outcome, !r.OwedAt.IsZero()} }

// kept reports whether runs of the class outlive the removal of their job.
func (c class) kept() bool { return c.owed || c.outcome == storage.Open }

// runPlace is where a run stands: among an organization's by all its fields,
// among a job's by number, the other fields being left out.
type runPlace struct {
	at     int64
	jobID  string
	number int64
	run    *run
}

func runBefore(a, b runPlace) bool {
	switch {
	case a.at != b.at:
		return a.at < b.at
	case a.jobID != b.jobID:
		return a.jobID < b.jobID
	}
	return a.number < b.number
}

func (p runPlace) sameAs(q runPlace) bool {
	return p.at == q.at && p.jobID == q.jobID && p.number == q.number
}

// runIndex holds the runs of a job or of an organization, in one order.
type runIndex map[class]*btree.BTreeG[runPlace]

func (x runIndex) add(c class, p runPlace) {
	tree := x[c]
	if tree == nil {
		tree = newTree(runBefore)
		x[c] = tree
	}
	tree.Set(p)
}

func (x runIndex) remove(c class, p runPlace) {
	tree := x[c]
	tree.Delete(p)
	if tree.Len() == 0 {
		delete(x, c)
	}
}

// has reports whether a job has a run of this number.
func (x runIndex) has(number int64) bool {
	for _, tree := range x {
		if _, ok := tree.Get(runPlace{number: number}); ok {
			return true
		}
	}
	return false
}

// selected returns the disjoint indexes that hold what the query selects.
func (x runIndex) selected(query storage.RunQuery) []*btree.BTreeG[runPlace] {
	var trees []*btree.BTreeG[runPlace]
	for c, tree := range x {
		if (len(query.Outcomes) == 0 || slices.Contains(query.Outcomes, c.outcome)) && (!query.Removed || c.kept()) {
			trees = append(trees, tree)
		}
	}
	return trees
}

// first returns up to so many runs of a job, in the query's order.
func (x runIndex) first(limit int, query storage.RunQuery) []*storage.RunRecord {
	var found []*storage.RunRecord
	if limit == 0 {
		return nil
	}
	walk(x.selected(query), nil, !query.Ascending, func(p runPlace) bool {
		found = append(found, p.run.record)
		return len(found) < limit
	})
	return found
}

// putRun inserts a run, or puts the record in place of an earlier one.
func (s *Store) putRun(o *organization, j *job, record *storage.RunRecord) {
	if j.runs == nil {
		j.runs, j.byNumber = make(map[string]*run), make(runIndex)
	}
	one := j.runs[record.ID]
	if one == nil {
		one = &run{job: j}
		j.runs[record.ID] = one
	}
	s.setRun(o, one, record)
}

// removeRun removes a run from everywhere.
func (s *Store) removeRun(o *organization, one *run) {
	delete(one.job.runs, one.record.ID)
	s.setRun(o, one, nil)
}

// setRun puts a record in place of a run's, in every index. Either may be nil.
func (s *Store) setRun(o *organization, one *run, record *storage.RunRecord) {
	from := one.record
	s.moveDueRun(one.job, from, record)
	one.record = record
	if from != nil && record != nil && classOf(from) == classOf(record) {
		return
	}
	if from != nil {
		o.runs.remove(classOf(from), runPlace{from.CreatedAt.UnixMicro(), from.JobID, from.Number, nil})
		one.job.byNumber.remove(classOf(from), runPlace{number: from.Number})
	}
	if record != nil {
		o.runs.add(classOf(record), runPlace{record.CreatedAt.UnixMicro(), record.JobID, record.Number, one})
		one.job.byNumber.add(classOf(record), runPlace{number: record.Number, run: one})
	}
}
