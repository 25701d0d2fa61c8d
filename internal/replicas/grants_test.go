package replicas_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// TestAMembersPageCostsItsLength lists jobs that are each granted to two thirds of
// the teams, no two to the same: 60 jobs in a run of all tests, and 1,000 granted
// to 100 of 150 teams in full. A page takes a member as many reads as an
// administrator; what a read costs the stores count themselves. How long it took is
// logged, and not judged.
func TestAMembersPageCostsItsLength(t *testing.T) {
	count, all := 60, 15
	if torture.On() {
		count, all = 1000, 150
	}
	var ids []string
	for n := range all {
		ids = append(ids, fmt.Sprintf("TEAM%03d", n))
	}
	coprime := []int{1, 7, 11, 13, 17, 19, 23} // to the number of teams
	onEachStore(t, func(t *testing.T, w *watch) {
		c := newCrowd(t, w)
		for n := range count {
			granted := make([]string, all*2/3)
			for i := range granted {
				granted[i] = ids[(i*coprime[n/all%len(coprime)]+n)%all]
			}
			c.create(fmt.Sprint("job-", n), granted...)
			c.clock.Advance(time.Microsecond)
		}
		page := func(who teams.Actor, query jobs.JobQuery) (reads int, took time.Duration) {
			query.Page = jobs.PageOptions{Number: 1, Limit: 50}
			var each []time.Duration
			for range 20 {
				w.seen()
				began := time.Now()
				list, err := c.service.ListJobs(t.Context(), who, query)
				each = append(each, time.Since(began))
				require.NoError(t, err)
				require.Len(t, list.Jobs, 50)
				reads = 0
				for _, calls := range w.seen() {
					reads += calls.count
				}
			}
			slices.Sort(each)
			return reads, each[len(each)/2]
		}
		for name, query := range map[string]jobs.JobQuery{"all": {}, "of a cluster, by key": {ClusterID: "C1", SortByKey: true}} {
			adminReads, adminTook := page(actor, query)
			memberReads, memberTook := page(member(ids...), query)
			require.Equal(t, adminReads, memberReads)
			require.LessOrEqual(t, memberReads, 3)
			t.Logf("50 of %d jobs, %s: %d reads; an administrator %v, a member of %d teams %v", count, name, memberReads, adminTook, all, memberTook)
		}
	})
}
