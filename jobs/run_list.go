package jobs

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// RunPage asks for part of a list of runs or ticks. The zero value is the
// first 100.
type RunPage struct {
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Marker is where to go on: the Marker of the page before.
	Marker string
}

func (p RunPage) limit(errs *versions.FieldErrors) int {
	if p.Limit == 0 {
		return MaxPage
	}
	if p.Limit < 0 || p.Limit > MaxPage {
		errs.Add("limit", fmt.Sprintf("must be 1 to %d", MaxPage))
	}
	return p.Limit
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
func (s *Service) ListRuns(ctx context.Context, actor teams.Actor, jobID string, page RunPage) (RunList, error) {
	var errs versions.FieldErrors
	limit, from := page.limit(&errs), parseMarker(page.Marker, "job", &errs)
	if err := errs.Err(); err != nil {
		return RunList{}, err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return RunList{}, err
	}
	records, err := s.store.ListRuns(ctx, RunQuery{JobRef: l.ref(), After: RunPosition{Number: from.number}, Limit: limit})
	if err != nil {
		return RunList{}, storeError("list the runs of job "+jobID, err)
	}
	list, err := decodeRuns(records)
	if len(records) == limit {
		list.Marker = marker{list: "job", number: records[limit-1].Number}.String()
	}
	return list, err
}

// ListMyRuns lists the runs of all jobs that the actor may see, the newest
// first. Runs that it may not see are passed over, however many there are, so
// that neither a page nor its marker tells of them: a member who sees little of
// a large organization pays for that.
func (s *Service) ListMyRuns(ctx context.Context, actor teams.Actor, page RunPage) (RunList, error) {
	if err := checkActor(actor); err != nil {
		return RunList{}, err
	}
	var errs versions.FieldErrors
	limit, from := page.limit(&errs), parseMarker(page.Marker, "all", &errs)
	if err := errs.Err(); err != nil {
		return RunList{}, err
	}
	query := RunQuery{JobRef: JobRef{OrganizationID: actor.OrganizationID}, Limit: MaxPage}
	if page.Marker != "" {
		query.After = RunPosition{CreatedAt: microTime(from.createdAt), JobID: from.jobID, Number: from.number}
	}
	var list RunList
	for {
		records, err := s.store.ListRuns(ctx, query)
		if err != nil {
			return RunList{}, storeError("list runs", err)
		}
		visible, err := s.visibleRuns(ctx, actor, records)
		if err != nil {
			return RunList{}, err
		}
		more, err := decodeRuns(visible)
		if err != nil {
			return RunList{}, err
		}
		list.Runs = append(list.Runs, more.Runs...)
		if len(list.Runs) > limit {
			list.Runs = list.Runs[:limit]
			last := list.Runs[limit-1]
			list.Marker = marker{list: "all", createdAt: last.CreatedAt.UnixMicro(), jobID: last.JobID, number: last.Number}.String()
			return list, nil
		}
		if len(records) < query.Limit {
			return list, nil
		}
		end := records[len(records)-1]
		query.After = RunPosition{CreatedAt: end.CreatedAt, JobID: end.JobID, Number: end.Number}
	}
}

// visibleRuns keeps the runs of jobs that the actor may see.
func (s *Service) visibleRuns(ctx context.Context, actor teams.Actor, records []RunRecord) ([]RunRecord, error) {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.JobID
	}
	found, err := s.store.FindJobs(ctx, JobLookup{OrganizationID: actor.OrganizationID, IDs: distinct(ids)})
	if err != nil {
		return nil, storeError("find the jobs of runs", err)
	}
	sees := make(map[string]bool, len(found.Jobs))
	for _, job := range found.Jobs {
		if sees[job.JobID], err = s.seesRecord(ctx, actor, job); err != nil {
			return nil, err
		}
	}
	var visible []RunRecord
	for _, r := range records {
		if sees[r.JobID] {
			visible = append(visible, r)
		}
	}
	return visible, nil
}

func decodeRuns(records []RunRecord) (RunList, error) {
	list := RunList{Runs: make([]Run, 0, len(records))}
	for _, record := range records {
		r, err := decodeRun(record)
		if err != nil {
			return RunList{}, err
		}
		if !r.deleted {
			list.Runs = append(list.Runs, r.Run)
		}
	}
	return list, nil
}
