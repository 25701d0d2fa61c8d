package storagetest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

func (m *model) Run(ctx context.Context, ref jobs.JobRef, runID string) (jobs.RunRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.RunRecord{}, err
	}
	defer leave()
	return first(m.runs[ref], copyRun, func(r jobs.RunRecord) bool { return r.ID == runID })
}

func (m *model) ListRuns(ctx context.Context, q jobs.RunQuery) ([]jobs.RunRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var all []jobs.RunRecord
	for ref, runs := range m.runs {
		if ref == q.JobRef || q.JobID == "" && ref.OrganizationID == q.OrganizationID {
			all = append(all, copyAll(runs, copyRun)...)
		}
	}
	order := func(a, b jobs.RunPosition) int { return directed(comparePositions(a, b, q.JobID), !q.Ascending) }
	all = slices.DeleteFunc(all, func(r jobs.RunRecord) bool {
		refused := len(q.Outcomes) > 0 && !slices.Contains(q.Outcomes, r.Outcome)
		return refused || q.After != (jobs.RunPosition{}) && order(position(r), q.After) <= 0
	})
	slices.SortFunc(all, func(a, b jobs.RunRecord) int { return order(position(a), position(b)) })
	return page(all, 0, q.Limit), nil
}

// position is where a run stands.
func position(r jobs.RunRecord) jobs.RunPosition {
	return jobs.RunPosition{CreatedAt: r.CreatedAt, JobID: r.JobID, Number: r.Number}
}

// comparePositions orders the runs of one job, or of an organization when
// jobID is empty.
func comparePositions(a, b jobs.RunPosition, jobID string) int {
	if jobID != "" {
		return cmp.Compare(a.Number, b.Number)
	}
	return cmp.Or(
		a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.JobID, b.JobID), cmp.Compare(a.Number, b.Number),
	)
}

// newestTicks returns the ticks, newest first.
func newestTicks(ticks []jobs.TickRecord) []jobs.TickRecord {
	newest := slices.Clone(ticks)
	slices.SortFunc(newest, func(a, b jobs.TickRecord) int { return b.NominalAt.Compare(a.NominalAt) })
	return newest
}

func (m *model) ListTicks(ctx context.Context, q jobs.TickQuery) ([]jobs.TickRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	all := newestTicks(copyAll(m.ticks[q.JobRef], copyTick))
	all = slices.DeleteFunc(all, func(t jobs.TickRecord) bool {
		return !q.Before.IsZero() && !t.NominalAt.Before(q.Before)
	})
	return page(all, 0, q.Limit), nil
}

func (m *model) Due(ctx context.Context, q jobs.DueQuery) (jobs.DuePage, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.DuePage{}, err
	}
	defer leave()
	var all []jobs.DueItem
	var next time.Time
	for _, item := range m.asleep() {
		switch {
		case item.WakeAt.IsZero():
		case item.WakeAt.After(q.Until):
			if next.IsZero() || item.WakeAt.Before(next) {
				next = item.WakeAt
			}
		case q.After == (jobs.DueItem{}) || compareDue(item, q.After) > 0:
			all = append(all, item)
		}
	}
	slices.SortFunc(all, compareDue)
	return jobs.DuePage{Items: page(all, 0, q.Limit), Next: next, Time: m.latest}, nil
}

// asleep returns all that could have a wake time.
func (m *model) asleep() []jobs.DueItem {
	var all []jobs.DueItem
	for ref, job := range m.jobs {
		all = append(all, jobs.DueItem{WakeAt: job.WakeAt, JobRef: ref, Kind: jobs.DueJob})
	}
	for ref, tombstone := range m.tombstones {
		all = append(all, jobs.DueItem{WakeAt: tombstone.WakeAt, JobRef: ref, Kind: jobs.DueTombstone})
	}
	for ref, runs := range m.runs {
		for _, r := range runs {
			all = append(all, jobs.DueItem{WakeAt: r.WakeAt, JobRef: ref, RunID: r.ID, Kind: jobs.DueRun})
		}
	}
	return all
}

// compareDue orders what is due.
func compareDue(a, b jobs.DueItem) int {
	return cmp.Or(
		a.WakeAt.Compare(b.WakeAt), cmp.Compare(a.OrganizationID, b.OrganizationID),
		cmp.Compare(a.JobID, b.JobID), cmp.Compare(a.RunID, b.RunID),
	)
}
