package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// readStates reads the states of the jobs. For jobs whose state does not show who
// waits for whom, it also reads some runs.
func (p *picture) readStates(ctx context.Context, nodes []*node) error {
	for chunk := range slices.Chunk(nodes, graphPage) {
		if err := p.read(ctx, chunk, storage.FindQuery{NoDoc: true}); err != nil {
			return err
		}
	}
	unclear := map[*node]bool{}
	for _, n := range nodes {
		if n.blocked && len(n.up) > 0 {
			unclear[n] = true
		}
		for _, up := range n.up {
			if latest := up.LatestRun; n.isJoin() && latest != nil && latest.Status != RunSucceeded && latest.Number > n.consumed[up.record.JobID].upTo {
				unclear[up] = true
			}
		}
	}
	some := slices.DeleteFunc(slices.Clone(nodes), func(n *node) bool { return !unclear[n] })
	for chunk := range slices.Chunk(some[:min(len(some), maxGraphRuns)], graphRuns) {
		if err := p.read(ctx, chunk, storage.FindQuery{NoDoc: true, OpenRuns: 10, RecentRuns: 10}); err != nil {
			return err
		}
	}
	return nil
}

// read reads the states of jobs. A job that cannot be read gets an empty state.
func (p *picture) read(ctx context.Context, nodes []*node, query storage.FindQuery) error {
	query.OrganizationID = p.actor.OrganizationID
	for _, n := range nodes {
		query.IDs = append(query.IDs, n.record.JobID)
	}
	found, err := p.s.store.FindJobs(ctx, query)
	if err != nil {
		return storeError("read the states of jobs", err)
	}
	for i := range found.Jobs {
		job := &found.Jobs[i]
		n := p.byID[job.JobID]
		n.ledger = ledger{}
		if err := errors.Join(n.decodeState(&job.JobRecord), n.latestErr); err != nil {
			p.s.unreadable.note(ctx, p.s.opts.Logger, job.JobRef, err)
		}
		n.open, n.recent = p.runsOf(ctx, job.OpenRuns), p.runsOf(ctx, job.RecentRuns)
		for _, scope := range job.Scopes {
			if status, ok := strings.CutPrefix(scope, statusScope); ok {
				n.Status = Status(status)
			}
		}
	}
	return nil
}

func (p *picture) runsOf(ctx context.Context, records []storage.RunRecord) (runs []*runLedger) {
	for _, record := range records {
		r, err := decodeRun(record)
		if err != nil {
			p.s.unreadable.note(ctx, p.s.opts.Logger, record.JobRef, err)
			continue
		}
		r.Results, r.StatusMessage = nil, ""
		runs = append(runs, &r)
	}
	return runs
}

// isJoin reports whether dependencies make the job's runs. Its state shows that: it
// is active, and no tick is to come.
func (n *node) isJoin() bool { return n.Status == Active && n.NextRunAt.IsZero() }

// waitsFor reports whether the job waits for a dependency.
func (n *node) waitsFor(up *node) bool {
	if waiting := find(n.open, func(r *runLedger) bool { return r.waitsFor == upstreamRuns }); waiting != nil {
		return upstreamState(&up.ledger, waiting.NominalAt) == schedule.UpstreamGoing
	}
	if !n.isJoin() || n.hasUnused(up) {
		return false
	}
	if latest := up.LatestRun; latest != nil && !latest.Status.Terminal() {
		return true
	}
	return slices.ContainsFunc(n.up, n.hasUnused) // another dependency has succeeded
}

// hasUnused reports whether a dependency has a success that the job has not used.
func (n *node) hasUnused(up *node) bool {
	used := n.consumed[up.record.JobID]
	unused := func(status RunStatus, number int64) bool {
		return status == RunSucceeded && (number > used.upTo || slices.Contains(used.open, number))
	}
	return up.LatestRun != nil && unused(up.LatestRun.Status, up.LatestRun.Number) ||
		slices.ContainsFunc(up.recent, func(r *runLedger) bool { return unused(r.Status, r.Number) })
}

// graph returns the picture as a [Graph].
func (p *picture) graph(nodes []*node) Graph {
	slices.SortFunc(nodes, func(a, b *node) int { return strings.Compare(a.record.Key, b.record.Key) })
	shown := make(map[*node]bool, len(nodes))
	g := Graph{Jobs: make([]Job, len(nodes)), Edges: []Dependency{}, Truncated: p.truncated}
	for i, n := range nodes {
		shown[n] = true
		g.Jobs[i] = Job{ID: n.record.JobID, OrganizationID: n.record.OrganizationID, Key: n.record.Key, Status: n.Status, LastOutcome: n.LastOutcome}
	}
	for _, n := range nodes {
		slices.SortFunc(n.up, func(a, b *node) int { return strings.Compare(a.record.Key, b.record.Key) })
		for _, up := range n.up {
			if shown[up] {
				g.Edges = append(g.Edges, Dependency{From: up.record.JobID, To: n.record.JobID, Waiting: n.waitsFor(up)})
			}
		}
	}
	return g
}
