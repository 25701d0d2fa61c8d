package linearize

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

// pageSize is longer than any list of a history.
const pageSize = storage.MaxLimit

// reading returns a read that is a method of the store with one argument.
func reading[Q, A any](
	name, organization string, method func(storage.Store, context.Context, Q) (A, error), q Q,
) read {
	return read{name + " " + deep.Text(q), organization, func(ctx context.Context, s storage.Store) (any, error) {
		return method(s, ctx, q)
	}}
}

func readJob(ref storage.JobRef) read {
	return reading("Job", ref.OrganizationID, storage.Store.Job, ref)
}

func readVersion(ref storage.JobRef, number int) read {
	name := fmt.Sprintf("Version %s %d", ref.JobID, number)
	return read{name, ref.OrganizationID, func(ctx context.Context, s storage.Store) (any, error) {
		return s.Version(ctx, ref, number)
	}}
}

func readRun(ref storage.JobRef, id string) read {
	return read{"Run " + ref.JobID + " " + id, ref.OrganizationID, func(ctx context.Context, s storage.Store) (any, error) {
		return s.Run(ctx, ref, id)
	}}
}

// findJobs finds jobs, in the order of their IDs.
func findJobs(q storage.FindQuery) read {
	return read{"FindJobs " + deep.Text(q), q.OrganizationID, func(ctx context.Context, s storage.Store) (any, error) {
		list, err := s.FindJobs(ctx, q)
		slices.SortFunc(list.Jobs, func(a, b storage.FoundJob) int { return cmp.Compare(a.JobID, b.JobID) })
		return list, err
	}}
}

// listRuns reads one page. The store may end it before the limit and say where
// to go on; so much of the list is then compared.
func listRuns(q storage.RunQuery) read {
	var answered bool
	var end *storage.RunPosition
	ask := func(ctx context.Context, s storage.Store) (any, error) {
		page, err := s.ListRuns(ctx, q)
		if !answered && err == nil && page.More {
			end = &page.Next
		}
		answered = true
		if end != nil {
			page.Runs = slices.DeleteFunc(page.Runs, func(r storage.RunRecord) bool {
				return model.ComparePositions(model.Position(r), *end, q.JobID == "") < 0 // newest first
			})
		}
		return page.Runs, err
	}
	return read{"ListRuns " + deep.Text(q), q.OrganizationID, ask}
}

// aRead returns any read of a job or its organization.
func (c *client) aRead(ref storage.JobRef) read {
	r, organization, n := c.random, ref.OrganizationID, noteOf(c.known[ref])
	switch r.IntN(13) {
	case 0:
		return readJob(ref)
	case 1:
		return reading("Draft", organization, storage.Store.Draft, ref)
	case 2:
		return readVersion(ref, 1+r.IntN(n.version+1))
	case 3:
		return reading("ListVersions", organization, storage.Store.ListVersions, storage.VersionQuery{JobRef: ref, Limit: pageSize})
	case 4:
		return readRun(ref, runID(1+r.Int64N(n.run+1)))
	case 5, 6:
		return listRuns(c.runQuery(ref))
	case 7:
		return findJobs(storage.FindQuery{
			OrganizationID: organization, IDs: some(r, manyJobs), Keys: some(r, someKeys),
			Brief: r.IntN(4) == 0, OpenRuns: r.IntN(3), RecentRuns: r.IntN(3),
		})
	case 8:
		return reading("Tombstone", organization, storage.Store.Tombstone, ref)
	case 9:
		return reading("ListTicks", organization, storage.Store.ListTicks, storage.TickQuery{JobRef: ref, Limit: pageSize})
	case 10, 11:
		q := storage.EventQuery{OrganizationID: organization, JobID: pick(r, []string{"", ref.JobID}), Limit: 1 + r.IntN(9)}
		return reading("ListEvents", organization, storage.Store.ListEvents, q)
	}
	return reading("ListJobs", organization, storage.Store.ListJobs, jobQuery(r, organization))
}

func (c *client) runQuery(ref storage.JobRef) storage.RunQuery {
	q := storage.RunQuery{JobRef: ref, Limit: pageSize}
	switch c.random.IntN(4) {
	case 0, 1:
		q.JobID = ""
	case 2:
		q.Removed = true
	}
	if c.random.IntN(2) == 0 {
		q.Outcomes = []storage.Outcome{pick(c.random, outcomes)}
	}
	return q
}

func jobQuery(r *rand.Rand, organization string) storage.JobQuery {
	q := storage.JobQuery{OrganizationID: organization, Order: storage.ByKey, Limit: pageSize, TeamIDs: some(r, allTeams)}
	switch r.IntN(4) {
	case 0:
		q.AllTeams, q.Scope = true, pick(r, keyScopes)
	case 1:
		q.AllTeams, q.Scope, q.Order = true, after(pick(r, someKeys)), storage.ByCreation
	case 2:
		q.Scope, q.Order = pick(r, keyScopes), storage.ByCreation
	}
	return q
}
