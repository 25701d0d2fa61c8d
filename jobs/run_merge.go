package jobs

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// merge merges the runs of several jobs, each newest first, into one list.
type merge struct{ queues []queue }

// queue holds the runs of one job that were read.
type queue struct {
	jobID string
	// number is above the numbers of runs.
	number int64
	runs   []Run
	// more is whether the job has older runs that were not read. Their numbers are
	// below end.
	more bool
	end  int64
}

// take takes the newest runs. It stops when the next run may be one that was not
// read.
func (m *merge) take(limit int) (taken []Run) {
	taken = make([]Run, 0, limit)
	for len(taken) < limit {
		var newest *queue
		for i := range m.queues {
			q := &m.queues[i]
			if len(q.runs) == 0 && q.more {
				q.number = q.end
				return taken
			}
			if len(q.runs) > 0 && (newest == nil || newerFirst(q.runs[0], newest.runs[0]) < 0) {
				newest = q
			}
		}
		if newest == nil {
			return taken
		}
		taken = append(taken, newest.runs[0])
		newest.number, newest.runs = newest.runs[0].Number, newest.runs[1:]
	}
	return taken
}

// newerFirst compares two runs in the order of an organization's list, newest
// first.
func newerFirst(a, b Run) int {
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.JobID, a.JobID), cmp.Compare(b.Number, a.Number))
}

// place is a run's place in its organization's list.
func place(r storage.RunRecord) storage.RunPosition {
	return storage.RunPosition{CreatedAt: r.CreatedAt, JobID: r.JobID, Number: r.Number}
}

func (r *Run) place() storage.RunPosition {
	return storage.RunPosition{CreatedAt: r.CreatedAt, JobID: r.JobID, Number: r.Number}
}

// mark is the marker after the runs that were taken; empty at the end.
func (m *merge) mark() string {
	var parts []string
	for _, q := range m.queues {
		if q.more || len(q.runs) > 0 {
			parts = append(parts, q.jobID+":"+strconv.FormatInt(q.number, 10))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return marker{list: listFew, jobID: strings.Join(parts, ",")}.String()
}
