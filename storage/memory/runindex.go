package memory

import (
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// run is shared by the indexes of runs. A heartbeat replaces its record, and
// the indexes stay unchanged.
type run struct {
	job    *job
	record *storage.RunRecord
}

// class is what runs are selected by. Each class has an index of its own, so
// that a few open runs are found among many that have ended.
type class struct {
	outcome storage.Outcome
	owed    bool
}

func classOf(r *storage.RunRecord) class { return class{r.Outcome, !r.OwedAt.IsZero()} }

// kept reports whether runs of the class stay when their job is removed.
func (c class) kept() bool { return c.owed || c.outcome == storage.Open }

// runEntry is an entry of an index of runs. In the index of an organization it
// is ordered by all its fields, in that of a job by number, and the other
// fields are empty.
type runEntry struct {
	at     int64
	jobID  string
	number int64
	run    *run
}

func runBefore(a, b runEntry) bool {
	switch {
	case a.at != b.at:
		return a.at < b.at
	case a.jobID != b.jobID:
		return a.jobID < b.jobID
	}
	return a.number < b.number
}

func (p runEntry) sameAs(q runEntry) bool {
	return p.at == q.at && p.jobID == q.jobID && p.number == q.number
}

// runIndex holds the runs of a job or of an organization, in one order.
type runIndex map[class]*btree.BTreeG[runEntry]

func (x runIndex) add(c class, p runEntry) {
	tree := x[c]
	if tree == nil {
		tree = newTree(runBefore)
		x[c] = tree
	}
	tree.Set(p)
}

func (x runIndex) remove(c class, p runEntry) {
	tree := x[c]
	tree.Delete(p)
	if tree.Len() == 0 {
		delete(x, c)
	}
}

// has reports whether a job has a run of this number.
func (x runIndex) has(number int64) bool {
	for _, tree := range x {
		if _, ok := tree.Get(runEntry{number: number}); ok {
			return true
		}
	}
	return false
}

// selected returns the indexes that hold what the query selects. They share no
// run.
func (x runIndex) selected(query storage.RunQuery) []*btree.BTreeG[runEntry] {
	var trees []*btree.BTreeG[runEntry]
	for c, tree := range x {
		if (len(query.Outcomes) == 0 || slices.Contains(query.Outcomes, c.outcome)) && (!query.Removed || c.kept()) {
			trees = append(trees, tree)
		}
	}
	return trees
}

// first returns up to limit runs of a job, in the query's order.
func (x runIndex) first(limit int, query storage.RunQuery) []*storage.RunRecord {
	var found []*storage.RunRecord
	if limit == 0 {
		return nil
	}
	walk(x.selected(query), nil, !query.Ascending, func(p runEntry) bool {
		found = append(found, p.run.record)
		return len(found) < limit
	})
	return found
}

// putRun inserts a run or replaces its record.
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

func (s *Store) removeRun(o *organization, one *run) {
	delete(one.job.runs, one.record.ID)
	s.setRun(o, one, nil)
}

// setRun replaces the record of a run in every index. Either record may be nil.
func (s *Store) setRun(o *organization, one *run, record *storage.RunRecord) {
	from := one.record
	s.moveDueRun(one.job, from, record)
	one.record = record
	if from != nil && record != nil && classOf(from) == classOf(record) {
		return
	}
	if from != nil {
		o.runs.remove(classOf(from), runEntry{from.CreatedAt.UnixMicro(), from.JobID, from.Number, nil})
		one.job.byNumber.remove(classOf(from), runEntry{number: from.Number})
	}
	if record != nil {
		o.runs.add(classOf(record), runEntry{record.CreatedAt.UnixMicro(), record.JobID, record.Number, one})
		one.job.byNumber.add(classOf(record), runEntry{number: record.Number, run: one})
	}
}
