package memory_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/stretchr/testify/require"
)

// TestListsAgreeWithScan holds the indexes to a plain look through all jobs,
// while grants, clusters, dependencies and keys change and jobs come and go.
func TestListsAgreeWithScan(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	l := newLedger(t)
	written := make(map[string]storage.JobRecord)
	for round := range 40 {
		for range 25 {
			r := randomJob(random)
			if old, ok := written[r.JobID]; ok {
				r.CreatedAt = old.CreatedAt
			}
			l.record(r)
			written[r.JobID] = r
		}
		if round%4 == 3 {
			removeAny(l, written)
		}
		for range 40 {
			query := randomQuery(random)
			page, err := l.ListJobs(t.Context(), query)
			require.NoError(t, err)
			want, total := scan(written, query)
			require.Equal(t, total, page.Total, "%+v", query)
			require.Equal(t, want, jobIDs(page.Jobs), "%+v", query)
		}
	}
}

func removeAny(l *ledger, written map[string]storage.JobRecord) {
	l.t.Helper()
	for id, r := range written {
		current, err := l.Job(l.t.Context(), ref(id))
		require.NoError(l.t, err)
		r.Revision = current.Revision
		l.commit(id, storage.Change{Job: &r, Tombstone: &storage.TombstoneRecord{JobRef: ref(id)}})
		_, err = l.Sweep(l.t.Context(), storage.SweepOptions{Limit: 10})
		require.NoError(l.t, err)
		delete(written, id)
		return
	}
}

func randomJob(random *rand.Rand) storage.JobRecord {
	id := fmt.Sprintf("job-%03d", random.IntN(300))
	scopes := some(random, "east", "plain", "west")
	teams := some(random, "a", "ab", "b", "c")
	if random.IntN(60) == 0 {
		teams = []string{"few"}
	}
	return storage.JobRecord{
		JobRef:    ref(id),
		Key:       fmt.Sprintf("%c-%s", 'a'+rune(random.IntN(5)), id),
		CreatedAt: start.Add(time.Duration(random.IntN(20)) * time.Second),
		TeamIDs:   teams,
		Scopes:    scopes,
		KeyScopes: slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return scope == "plain" }),
		Doc:       []byte("{}"),
	}
}

func randomQuery(random *rand.Rand) storage.JobQuery {
	teams := some(random, "a", "ab", "b", "c", "nobody")
	if random.IntN(4) == 0 {
		teams = []string{"few"}
	}
	return storage.JobQuery{
		OrganizationID: "acme",
		AllTeams:       random.IntN(3) == 0,
		TeamIDs:        teams,
		Scope:          cmp.Or(some(random, "east", "plain", "west")...),
		Order:          storage.JobOrder(random.IntN(2)),
		Descending:     random.IntN(2) == 0,
		Offset:         random.IntN(60) * random.IntN(2),
		Limit:          random.IntN(50),
	}
}

// some returns some of the strings, in their order.
func some(random *rand.Rand, of ...string) []string {
	var out []string
	for _, s := range of {
		if random.IntN(2) == 0 {
			out = append(out, s)
		}
	}
	return out
}

// scan answers a query the slow way.
func scan(written map[string]storage.JobRecord, query storage.JobQuery) ([]string, int) {
	var selected []storage.JobRecord
	for _, r := range written {
		visible := query.AllTeams || slices.ContainsFunc(query.TeamIDs, func(team string) bool {
			return slices.Contains(r.TeamIDs, team)
		})
		if visible &&
			(query.Scope == "" || slices.Contains(r.Scopes, query.Scope)) &&
			(query.Scope != "plain" || query.Order == storage.ByCreation) {
			selected = append(selected, r)
		}
	}
	slices.SortFunc(selected, func(a, b storage.JobRecord) int {
		order := cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.JobID, b.JobID))
		if query.Order == storage.ByKey {
			order = cmp.Compare(a.Key, b.Key)
		}
		if query.Descending {
			return -order
		}
		return order
	})
	total := len(selected)
	selected = selected[min(query.Offset, total):]
	return jobIDs(selected[:min(query.Limit, len(selected))]), total
}

func jobIDs(records []storage.JobRecord) []string {
	ids := make([]string, 0, len(records))
	for _, r := range records {
		ids = append(ids, r.JobID)
	}
	return ids
}
