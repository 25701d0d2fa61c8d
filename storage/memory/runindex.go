package memory

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/tidwall/btree"
)

// run is what the indexes of runs share: a heartbeat replaces the record, and
// no index notices.
type run struct {
	record *jobs.RunRecord
}

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

func organizationPlace(r *run) runPlace {
	return runPlace{r.record.CreatedAt.UnixMicro(), r.record.JobID, r.record.Number, r}
}

// jobRuns are the runs of one job. Each is in the index of one outcome, so
// that the few that have not ended are found among many that have.
type jobRuns struct {
	byID      map[string]*run
	byOutcome map[jobs.Outcome]*btree.BTreeG[runPlace]
}

// record returns a run's record, or nil.
func (r *jobRuns) record(id string) *jobs.RunRecord {
	if found := r.byID[id]; found != nil {
		return found.record
	}
	return nil
}

// hasNumber says whether a run of this number exists.
func (r *jobRuns) hasNumber(number int64) bool {
	for _, tree := range r.byOutcome {
		if _, ok := tree.Get(runPlace{number: number}); ok {
			return true
		}
	}
	return false
}

func (r *jobRuns) index(one *run) {
	if r.byID == nil {
		r.byID = make(map[string]*run)
		r.byOutcome = make(map[jobs.Outcome]*btree.BTreeG[runPlace])
	}
	r.byID[one.record.ID] = one
	tree := r.byOutcome[one.record.Outcome]
	if tree == nil {
		tree = newTree(runBefore)
		r.byOutcome[one.record.Outcome] = tree
	}
	tree.Set(runPlace{number: one.record.Number, run: one})
}

func (r *jobRuns) unindex(one *run) {
	delete(r.byID, one.record.ID)
	r.byOutcome[one.record.Outcome].Delete(runPlace{number: one.record.Number})
}

// putRun inserts a run, or puts the record in place of an earlier one.
func (s *Store) putRun(o *organization, j *job, record *jobs.RunRecord) {
	one := j.runs.byID[record.ID]
	if one == nil {
		one = &run{record}
		j.runs.index(one)
		o.runs.Set(organizationPlace(one))
		s.moveDue(jobs.DueItem{}, dueRun(record))
		return
	}
	s.moveDue(dueRun(one.record), dueRun(record))
	if one.record.Outcome == record.Outcome {
		one.record = record
		return
	}
	j.runs.unindex(one)
	one.record = record
	j.runs.index(one)
}

// removeRun removes a run from everywhere.
func (s *Store) removeRun(o *organization, j *job, id string) {
	one := j.runs.byID[id]
	s.hideRun(o, one)
	j.runs.unindex(one)
}

// hideRun takes a run out of what is read across jobs.
func (s *Store) hideRun(o *organization, one *run) {
	o.runs.Delete(organizationPlace(one))
	s.moveDue(dueRun(one.record), jobs.DueItem{})
}
