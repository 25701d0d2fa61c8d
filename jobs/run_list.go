package jobs

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// RunQuery asks for part of a list of runs. The zero value is the newest 100.
type RunQuery struct {
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Marker is where to go on: the Marker of the page before.
	Marker string
}

// checkLimit is the limit of a page that goes on by markers.
func checkLimit(limit int, errs *versions.FieldErrors) int {
	if limit == 0 {
		return MaxPage
	}
	if limit < 0 || limit > MaxPage {
		errs.Add("limit", fmt.Sprintf("must be 1 to %d", MaxPage))
	}
	return limit
}

// RunList is one page of runs, the newest first. A page may be short, and even
// empty, before the end.
type RunList struct {
	Runs []Run
	// Marker goes on behind this page; empty at the end.
	Marker string
}

// marker is a position as callers carry it: opaque, and checked when it comes back.
type marker struct {
	list      string
	createdAt int64 // microseconds since 1970
	jobID     string
	number    int64
}

func (m marker) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%s.%d", m.list, m.createdAt, m.jobID, m.number))
}

// parseMarker reads a marker of one kind of list; the empty one is the start.
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

// ListRuns lists a job's runs, the newest first.
func (s *Service) ListRuns(ctx context.Context, actor teams.Actor, jobID string, query RunQuery) (RunList, error) {
	var errs versions.FieldErrors
	limit, from := checkLimit(query.Limit, &errs), parseMarker(query.Marker, "job", &errs)
	if err := errs.Err(); err != nil {
		return RunList{}, err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return RunList{}, err
	}
	page, err := s.store.ListRuns(ctx, storage.RunQuery{JobRef: l.ref(), After: storage.RunPosition{Number: from.number}, Limit: limit})
	if err != nil {
		return RunList{}, storeError("list the runs of job "+jobID, err)
	}
	list := RunList{Runs: s.readableRuns(ctx, page.Runs)}
	if page.More {
		list.Marker = marker{list: "job", number: page.Next.Number}.String()
	}
	return list, nil
}

// readableRuns decodes those of the records that can be decoded, and are not
// hidden.
func (s *Service) readableRuns(ctx context.Context, records []storage.RunRecord) []Run {
	runs := make([]Run, 0, len(records))
	for _, record := range records {
		r, err := decodeRun(record)
		switch {
		case err != nil:
			s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
		case !r.deleted:
			runs = append(runs, r.Run)
		}
	}
	return runs
}
