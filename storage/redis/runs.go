package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// Run implements [jobs.Store].
func (s *Store) Run(ctx context.Context, ref jobs.JobRef, runID string) (jobs.RunRecord, error) {
	found, err := s.run(ctx, ref, runID)
	if err != nil {
		return jobs.RunRecord{}, fmt.Errorf("redis: run %s of job %s: %w", runID, ref.JobID, err)
	}
	return found, nil
}

func (s *Store) run(ctx context.Context, ref jobs.JobRef, runID string) (jobs.RunRecord, error) {
	keys := []string{s.partition(ref.OrganizationID).organization(ref.OrganizationID).records}
	reply, err := s.readList(ctx, recordScript, keys, jobField(ref.JobID), runField(ref, runID))
	switch {
	case err != nil:
		return jobs.RunRecord{}, err
	case len(reply) != 2:
		return jobs.RunRecord{}, errReply
	case reply[0] == nil || reply[1] == nil:
		// The runs of a removed job stay until they are swept.
		return jobs.RunRecord{}, jobs.ErrNotFound
	}
	return decodeRun(ref, runID, reply[1])
}

// ListRuns implements [jobs.Store].
func (s *Store) ListRuns(ctx context.Context, query jobs.RunQuery) ([]jobs.RunRecord, error) {
	list, subject := s.runsOfJob, "job "+query.JobID
	if query.JobID == "" {
		list, subject = s.runsOfOrganization, "organization "+query.OrganizationID
	}
	found, err := list(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("redis: list runs of %s: %w", subject, err)
	}
	return found, nil
}

func (s *Store) runsOfJob(ctx context.Context, query jobs.RunQuery) ([]jobs.RunRecord, error) {
	p := s.partition(query.OrganizationID)
	keys := []string{p.organization(query.OrganizationID).records, p.job(query.JobRef).order}
	position := ""
	if query.After.Number != 0 {
		position = intBytes(query.After.Number)
	}
	args := []any{query.JobID, position, query.Limit, flag(!query.Ascending)}
	if len(query.Outcomes) == 0 {
		args = append(args, "r")
	}
	for i, outcome := range query.Outcomes {
		if !slices.Contains(query.Outcomes[:i], outcome) {
			args = append(args, "o"+nameBytes(string(outcome)))
		}
	}
	reply, err := s.readList(ctx, jobRunsScript, keys, args...)
	if err != nil {
		return nil, err
	}
	return readPairs(reply, func(id string, record any) (jobs.RunRecord, error) {
		return decodeRun(query.JobRef, id, record)
	})
}

func (s *Store) runsOfOrganization(ctx context.Context, query jobs.RunQuery) ([]jobs.RunRecord, error) {
	if len(query.Outcomes) > 0 {
		return nil, errors.New("outcomes select the runs of one job only")
	}
	o := s.partition(query.OrganizationID).organization(query.OrganizationID)
	low, high := "-", "+"
	if a := query.After; !a.CreatedAt.IsZero() || a.JobID != "" || a.Number != 0 {
		place := timeBytes(floor(a.CreatedAt)) + nameBytes(a.JobID)
		if query.Ascending {
			low = "[" + place + after(intBytes(a.Number))
		} else {
			high = "(" + place + intBytes(a.Number)
		}
	}
	reply, err := s.readList(ctx, runsScript, []string{o.records, o.runs}, low, high, query.Limit, flag(!query.Ascending))
	if err != nil {
		return nil, err
	}
	return readPairs(reply, func(member string, record any) (jobs.RunRecord, error) {
		ref := jobs.JobRef{OrganizationID: query.OrganizationID}
		if len(member) < 8 {
			return jobs.RunRecord{}, errMember
		}
		job, rest, err := cutName(member[8:])
		if err != nil || len(rest) < 8 {
			return jobs.RunRecord{}, errMember
		}
		ref.JobID = job
		return decodeRun(ref, rest[8:], record)
	})
}

// readPairs reads a reply of pairs: what names a run, and its record.
func readPairs(
	reply []any, decode func(name string, record any) (jobs.RunRecord, error),
) ([]jobs.RunRecord, error) {
	if len(reply)%2 != 0 {
		return nil, errReply
	}
	runs := make([]jobs.RunRecord, 0, len(reply)/2)
	for i := 0; i < len(reply); i += 2 {
		run, err := decode(text(reply[i]), reply[i+1])
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}
