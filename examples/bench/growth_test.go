package bench_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// BenchmarkGrowth measures what operations cost among many jobs beside what
// they cost among few: all stores are filled first, and then take turns. The
// figure of each size has that of the smallest as its floor.
//
//	go test -run '^$' -bench BenchmarkGrowth -benchtime 20x -sizes 1000,100000,1000000
func BenchmarkGrowth(b *testing.B) {
	sizes := growthSizes(b)
	for name := range strings.SplitSeq(*flagStores, ",") {
		b.Run(name, func(b *testing.B) {
			worlds := make([]*World, len(sizes))
			for i, size := range sizes {
				worlds[i] = newWorld(b, open(b, name), jobs.RunOptions{})
				worlds[i].ids = worlds[i].fill(0, size, always(never))
			}
			runtime.GC() // of what filling left behind
			for _, op := range growing {
				b.Run(op.name, func(b *testing.B) {
					contenders := make([]work, len(worlds))
					for i, w := range worlds {
						contenders[i] = oneByOne(func(n int) error { return op.do(w, n) })
					}
					took := inTurns(b, 20, contenders...)
					reportGrowth(b, sizes, took)
				})
			}
		})
	}
}

// reportGrowth reports the largest beside the smallest, and all in between.
func reportGrowth(b *testing.B, sizes []int, took []time.Duration) {
	for i, size := range sizes {
		b.ReportMetric(micros(took[i]), fmt.Sprintf("us-of-%d", size))
	}
	atMost(1.5).report(b, "us", micros(took[len(took)-1]), micros(took[0]))
}

// most is the largest of the sizes, or a number if that is smaller.
func most(b *testing.B, number int) int { return min(slices.Max(growthSizes(b)), number) }

func growthSizes(b *testing.B) []int {
	var sizes []int
	for text := range strings.SplitSeq(*flagSizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1000 {
			b.Fatalf("-sizes %q: numbers from 1000 on, with commas", *flagSizes)
		}
		sizes = append(sizes, size)
	}
	return sizes
}

// ctx is that of what is measured: nothing ends it.
var ctx = context.Background()

// visitor is a member who sees three of the ten teams of a world.
var visitor = teams.Actor{OrganizationID: "bench", MemberID: "M1", Teams: map[string]teams.Role{
	"T7": teams.Viewer, "T8": teams.Viewer, "T9": teams.Contributor,
}}

// growing are the operations that should not grow with the number of jobs.
var growing = []struct {
	name string
	do   func(w *World, i int) error
}{
	{"create", (*World).create},
	{"describe", func(w *World, i int) error { _, err := w.Job(ctx, w.actor, w.job(i)); return err }},
	{"update", (*World).update},
	{"publish", (*World).publish},
	{"page/all", func(w *World, _ int) error { return w.list(w.actor, jobs.JobQuery{}) }},
	{"page/by-key", func(w *World, _ int) error { return w.list(w.actor, jobs.JobQuery{SortByKey: true, Descending: true}) }},
	{"page/team", func(w *World, i int) error { return w.list(w.actor, jobs.JobQuery{TeamID: fmt.Sprint("T", i%10)}) }},
	{"page/cluster", func(w *World, i int) error {
		return w.list(w.actor, jobs.JobQuery{ClusterID: fmt.Sprint("C", i%10), SortByKey: true})
	}},
	{"page/member", func(w *World, _ int) error { return w.list(visitor, jobs.JobQuery{}) }},
	{"page/member-cluster", func(w *World, i int) error { return w.list(visitor, jobs.JobQuery{ClusterID: fmt.Sprint("C", i%10)}) }},
	{"page/status", func(w *World, _ int) error {
		return w.list(w.actor, jobs.JobQuery{Status: jobs.Paused, SortByKey: true})
	}},
	{"page/label", func(w *World, i int) error { return w.list(w.actor, jobs.JobQuery{Label: fmt.Sprint("shard=", i%10)}) }},
	{"page/team-status", func(w *World, _ int) error {
		return w.few(w.actor, jobs.JobQuery{TeamID: "T7", Status: jobs.Paused}, 10)
	}},
	{"page/member-status", func(w *World, _ int) error { return w.few(visitor, jobs.JobQuery{Status: jobs.Paused}, 30) }},
	{"page/member-label", func(w *World, i int) error {
		return w.few(visitor, jobs.JobQuery{Label: fmt.Sprint("shard=", i%10)}, 30)
	}},
	{"page/key", func(w *World, i int) error {
		return w.few(visitor, jobs.JobQuery{Key: fmt.Sprintf("job-%08d", i%100*10+7)}, 1)
	}},
	{"page/prefix", func(w *World, i int) error {
		return w.list(w.actor, jobs.JobQuery{KeyPrefix: fmt.Sprintf("job-%06d", i%10)})
	}},
	{"page/recent-runs", func(w *World, _ int) error { return w.list(w.actor, jobs.JobQuery{RecentRuns: true}) }},
	{"page/versions", func(w *World, i int) error {
		_, err := w.ListVersions(ctx, w.actor, w.job(i), jobs.PageOptions{})
		return err
	}},
	{"page/runs", func(w *World, i int) error { _, err := w.ListRuns(ctx, w.actor, w.job(i), jobs.RunQuery{}); return err }},
	{"page/ticks", func(w *World, i int) error {
		_, err := w.ListTicks(ctx, w.actor, w.job(i), jobs.TickQuery{})
		return err
	}},
	{"page/my-runs", func(w *World, _ int) error { _, err := w.ListMyRuns(ctx, visitor, jobs.RunQuery{}); return err }},
	{"due", func(w *World, _ int) error {
		for _, kind := range []storage.DueKind{storage.DueJobs, storage.DueReady, storage.DueDeadlines, storage.DueDebts, storage.DueTombstones} {
			if _, err := w.store.Due(ctx, storage.DueQuery{Kind: kind, Until: epoch, Limit: 100}); err != nil {
				return err
			}
		}
		return nil
	}},
}

// list reads a page of 100 jobs, or of 30 where the fewest jobs have no more: what
// is returned does not grow.
func (w *World) list(actor teams.Actor, query jobs.JobQuery) error {
	if query.ClusterID != "" && len(actor.Teams) > 0 {
		return w.few(actor, query, 30)
	}
	return w.few(actor, query, 100)
}

// few reads a page of so many jobs.
func (w *World) few(actor teams.Actor, query jobs.JobQuery, limit int) error {
	query.Page.Limit = limit
	list, err := w.ListJobs(ctx, actor, query)
	if err == nil && len(list.Jobs) != query.Page.Limit {
		err = fmt.Errorf("%d jobs on a page", len(list.Jobs))
	}
	return err
}
