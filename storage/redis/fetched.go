package redis

import (
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// fetched is what the function fetch in jobs.lua returns: a list of each.
type fetched struct {
	ids, headers, documents []any
	// runs are the latest runs of those jobs that have one, by place.
	runs map[int]any
}

// newFetched reads the reply of a script that returns a value and jobs.
func newFetched(reply []any) (*fetched, error) {
	if len(reply) != 2 {
		return nil, errReply
	}
	lists, ok := reply[1].([]any)
	if !ok || len(lists) != 5 {
		return nil, errReply
	}
	var of [5][]any
	for i, list := range lists {
		if of[i], ok = list.([]any); !ok {
			return nil, errReply
		}
	}
	f := &fetched{ids: of[0], headers: of[1], documents: of[2]}
	runs, places := of[3], of[4]
	if len(f.headers) != len(f.ids) || len(runs) != len(places) {
		return nil, errReply
	}
	if len(runs) > 0 {
		f.runs = make(map[int]any, len(runs))
	}
	for i, run := range runs {
		f.runs[count(places[i])-1] = run
	}
	return f, nil
}

// jobs decodes the jobs, but for those that do not exist.
func (f *fetched) jobs(organization string) ([]jobs.JobRecord, error) {
	if len(f.documents) != len(f.ids) {
		return nil, errReply
	}
	found := make([]jobs.JobRecord, 0, len(f.ids))
	for i, id := range f.ids {
		if f.headers[i] == nil {
			continue
		}
		job, err := decodeJob(organization, id, f.headers[i], f.documents[i], f.runs[i])
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", text(id), err)
		}
		found = append(found, job)
	}
	return found, nil
}
