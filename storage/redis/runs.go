package redis

import (
	"context"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// Run implements [storage.Store].
func (s *Store) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	found, err := s.run(ctx, ref, runID)
	if err != nil {
		return storage.RunRecord{}, fmt.Errorf("redis: run %s of job %s: %w", runID, ref.JobID, err)
	}
	return found, nil
}

func (s *Store) run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	value, err := s.ofJob(ctx, ref, runField(ref, runID))
	if err != nil {
		return storage.RunRecord{}, err
	}
	return decodeRun(ref, runID, value)
}

// ofJob reads one record of a job. A record that a removed job left is not
// found, even before it is swept.
func (s *Store) ofJob(ctx context.Context, ref storage.JobRef, field string) (any, error) {
	keys := []string{s.partition(ref.OrganizationID).records(ref.OrganizationID)}
	reply, err := s.readList(ctx, fieldsScript, keys, jobField(ref.JobID), field)
	switch {
	case err != nil:
		return nil, err
	case len(reply) != 2:
		return nil, errReply
	case reply[0] == nil || reply[1] == nil:
		return nil, storage.ErrNotFound
	}
	return reply[1], nil
}

// passedOver is how many runs of removed jobs one call passes over.
const passedOver = 1000

// ListRuns implements [storage.Store].
func (s *Store) ListRuns(ctx context.Context, query storage.RunQuery) (storage.RunPage, error) {
	page, err := s.listRuns(ctx, query)
	if err != nil {
		return storage.RunPage{}, fmt.Errorf("redis: list runs of organization %s, job %s: %w",
			query.OrganizationID, query.JobID, err)
	}
	return page, nil
}

func (s *Store) listRuns(ctx context.Context, query storage.RunQuery) (storage.RunPage, error) {
	page := storage.RunPage{}
	if err := query.Validate(); err != nil {
		return page, err
	}
	p := s.partition(query.OrganizationID)
	job, buried, ordered := "", "", p.runs(query.OrganizationID)
	if query.JobID != "" {
		job, ordered = nameBytes(query.JobID), p.order(query.JobRef)
	}
	if query.Removed {
		buried = nameBytes(query.OrganizationID) + job
	}
	keys := []string{p.records(query.OrganizationID), p.tombstones(), p.removed(), ordered}
	args := []any{
		job, buried, nameBytes(query.OrganizationID), positionBytes(query),
		min(query.Limit, storage.MaxLimit), flag(!query.Ascending), storage.PageBytes, passedOver,
	}
	reply, err := s.readList(ctx, runsScript, keys, append(args, runLists(query)...)...)
	if err != nil {
		return page, err
	}
	if len(reply) < 2 {
		return page, errReply
	}
	found, err := pairs(reply[2:])
	if err != nil {
		return page, err
	}
	for _, pair := range found {
		ref, at, err := cutPosition(query, text(pair[0]))
		if err != nil {
			return storage.RunPage{}, err
		}
		run, err := decodeRun(ref, at.id, pair[1])
		if err != nil {
			return storage.RunPage{}, err
		}
		if !query.Removed || len(query.Outcomes) == 0 || slices.Contains(query.Outcomes, run.Outcome) {
			page.Runs = append(page.Runs, run)
		}
	}
	if text(reply[0]) == "1" {
		_, at, err := cutPosition(query, text(reply[1]))
		if err != nil {
			return storage.RunPage{}, err
		}
		page.More, page.Next = true, at.RunPosition
	}
	return page, nil
}

// runLists are the lists from which a query selects; see lua/commit/runs.lua.
// The owed runs of a removed job are in one list, whatever their outcomes, so
// not all of it may be selected.
func runLists(query storage.RunQuery) []any {
	every := "a"
	if query.JobID != "" {
		every = "r"
	}
	outcomes := slices.Compact(slices.Sorted(slices.Values(query.Outcomes)))
	switch {
	case query.Removed && len(outcomes) == 0:
		return []any{"o" + nameBytes(string(storage.Open)), "w"}
	case len(outcomes) == 0:
		return []any{every}
	}
	var lists []any
	for _, outcome := range outcomes {
		if outcome == storage.Open || !query.Removed {
			lists = append(lists, "o"+nameBytes(string(outcome)))
		}
	}
	if query.Removed && outcomes[len(outcomes)-1] != storage.Open {
		lists = append(lists, "w")
	}
	return lists
}

// positionBytes writes where a list of runs continues: in ascending order the
// first position after the query's, in descending order the query's position
// itself.
func positionBytes(query storage.RunQuery) string {
	a := query.After
	switch {
	case query.JobID == "" && a.CreatedAt.IsZero() && a.JobID == "" && a.Number == 0:
		return ""
	case query.JobID != "" && a.Number == 0:
		return ""
	}
	number := intBytes(a.Number)
	if query.Ascending {
		number = after(number)
	}
	if query.JobID != "" {
		return number
	}
	return timeBytes(a.CreatedAt) + nameBytes(a.JobID) + number
}

// runPosition is the position of a run in a list, with the run's ID.
type runPosition struct {
	storage.RunPosition
	id string
}

// cutPosition reads a position that a script returned.
func cutPosition(query storage.RunQuery, position string) (ref storage.JobRef, at runPosition, err error) {
	ref = query.JobRef
	if query.JobID == "" {
		if len(position) < 8 {
			return ref, at, errMember
		}
		at.CreatedAt = timeOf(position[:8])
		if ref.JobID, position, err = cutName(position[8:]); err != nil {
			return ref, at, err
		}
	}
	if len(position) < 8 {
		return ref, at, errMember
	}
	at.JobID, at.Number, at.id = ref.JobID, intOf(position[:8]), position[8:]
	return ref, at, nil
}
