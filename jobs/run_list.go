package jobs

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// RunQuery selects a page of runs. The zero value selects the newest 100. A run
// must meet all conditions that are set.
type RunQuery struct {
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Marker is RunList.Marker of the page before; empty for the first page.
	Marker string

	// Statuses selects runs with one of these statuses; empty selects all.
	Statuses []RunStatus
	// Trigger selects runs with this trigger; empty selects all.
	Trigger Trigger
	// CreatedFrom, inclusive, and CreatedUntil, exclusive, bound Run.CreatedAt;
	// zero is no bound.
	CreatedFrom, CreatedUntil time.Time
}

// checkLimit checks the limit of a page, and fills in the default.
func checkLimit(limit int, errs *versions.FieldErrors) int {
	if limit == 0 {
		return MaxPage
	}
	if limit < 0 || limit > MaxPage {
		errs.Add("limit", fmt.Sprintf("must be 1 to %d", MaxPage))
	}
	return limit
}

// RunList is one page of runs, newest first. A page may be short, or even empty,
// although the list goes on.
type RunList struct {
	Runs []Run
	// Marker is the RunQuery.Marker of the next page; empty at the end of the list.
	Marker string
}

// marker is a position in a list. Callers get it as an opaque text; parseMarker
// checks it.
type marker struct {
	list      string
	createdAt int64 // microseconds since 1970
	jobID     string
	number    int64
}

func (m marker) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%s.%d", m.list, m.createdAt, m.jobID, m.number))
}

// parseMarker reads a marker of one kind of list. Empty text is the start of the
// list.
func parseMarker(text, list string, errs *versions.FieldErrors) (m marker) {
	if text == "" {
		return m
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(raw), ".")
	if err == nil && len(parts) == 4 && parts[0] == list {
		var createdErr, numberErr error
		m.createdAt, createdErr = strconv.ParseInt(parts[1], 10, 64)
		m.number, numberErr = strconv.ParseInt(parts[3], 10, 64)
		m.list, m.jobID = list, parts[2]
		if createdErr == nil && numberErr == nil {
			return m
		}
	}
	errs.Add("marker", "must be a marker that this list gave")
	return m
}

// ListRuns lists a job's runs, newest first. One call searches a bounded number of
// runs. So a page may be short, or even empty, although the list goes on: read on
// until Marker is empty. It returns [versions.FieldErrors] for a query that is not
// valid.
func (s *Service) ListRuns(ctx context.Context, actor teams.Actor, jobID string, query RunQuery) (RunList, error) {
	var errs versions.FieldErrors
	limit, from := checkLimit(query.Limit, &errs), parseMarker(query.Marker, "job", &errs)
	choice := query.choice(s.now(), &errs)
	if err := errs.Err(); err != nil {
		return RunList{}, err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return RunList{}, err
	}
	q := storage.RunQuery{JobRef: l.ref(), Outcomes: choice.outcomes, After: storage.RunPosition{Number: from.number}, Limit: choice.pageOf(limit)}
	var list RunList
	for scan := 1; ; scan++ {
		page, err := s.store.ListRuns(ctx, q)
		if err != nil {
			return RunList{}, storeError("list the runs of job "+jobID, err)
		}
		// Numbers rise with the time of creation, except where clocks differ.
		records, ends := choice.until(page.Runs, maxAhead)
		found := s.readableRuns(ctx, records, choice, map[string]string{l.ID: l.Key})
		more := page.More && !ends
		if n := len(list.Runs) + len(found); n > limit || n == limit && more {
			list.Runs = append(list.Runs, found[:limit-len(list.Runs)]...)
			list.Marker = marker{list: "job", number: list.Runs[limit-1].Number}.String()
			return list, nil
		}
		list.Runs = append(list.Runs, found...)
		switch {
		case !more:
			return list, nil
		case scan == maxScans || choice.all():
			list.Marker = marker{list: "job", number: page.Next.Number}.String()
			return list, nil
		}
		q.After = page.Next
	}
}

// readableRuns decodes records. It leaves out runs that cannot be decoded, that are
// deleted, or that the query does not select. keys are the keys of jobs by ID.
func (s *Service) readableRuns(ctx context.Context, records []storage.RunRecord, choice choice, keys map[string]string) []Run {
	runs := make([]Run, 0, len(records))
	for _, record := range records {
		r, err := decodeRun(record)
		switch {
		case err != nil:
			s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
		case !r.deleted && choice.takes(&r):
			runs = append(runs, r.shown(keys[r.JobID], choice.now))
		}
	}
	return runs
}
