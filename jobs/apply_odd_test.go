package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A job that cannot be read is refused to whoever sees it, taken to others, and
// never pruned.
func TestApplyLeavesWhatCannotBeRead(t *testing.T) {
	allow := func(_ context.Context, a jobs.Access) (bool, error) { return a.Allowed, nil }
	for name, policy := range map[string]jobs.Policy{"roles": nil, "a policy": allow} {
		t.Run(name, func(t *testing.T) {
			w, s := newSpiedWorld(t, &jobs.Options{Policy: policy})
			bad := w.create("bad")
			w.create("good")
			s.show = func(ref storage.JobRef, doc []byte) []byte {
				if ref.JobID == bad.ID {
					return garbled()
				}
				return doc
			}
			for _, dry := range []bool{true, false} {
				got := w.apply(w.Actor, &jobs.ApplyOptions{DryRun: dry}, doc("bad", timeout(5)), doc("good"))
				require.Contains(t, got[0], "bad refused")
				require.Equal(t, "good unchanged", got[1])
				got = w.apply(w.Actor, &jobs.ApplyOptions{DryRun: dry, Prune: true}, doc("good"))
				for _, line := range got[1:] {
					require.Equal(t, "bad refused : the job exists, but its stored data cannot be read", line)
				}
			}
			require.Len(t, w.exported(w.Actor), 1, "and is not exported")
			s.show = nil
			require.Equal(t, bad.ID, w.byKey("bad").ID)
		})
	}
}

// What an export says is applied to another organization, and is then what that
// exports; where it came from nothing is changed.
func TestExportsRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(23, 1))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	for range 10 {
		w := newWorld(t, nil)
		var docs []jobs.NewJob
		for i := range 30 {
			d := doc(fmt.Sprintf("%s %02d", pick("job", "é", `"/~`), i), described(pick("", "text", "\u2028<&>")), timeout(random.IntN(3)))
			d.Config = sql(pick("select 1", `\u00e9`, `\/`))
			d.TeamIDs = []string{pick("T1", "T2"), "T3"}
			if random.IntN(2) == 0 {
				d.SourceConfig = []byte(`{"provider": "git", "url": "https://host/path"}`)
				d.CronExpression, d.CronTimezone, d.JitterSeconds = pick("@daily", "5 4 * * 1-5"), pick("", "Asia/Tokyo"), random.IntN(50)
				d.ConcurrencyPolicy, d.MaxConcurrentRuns = schedule.ConcurrencyPolicy(pick("", "allow", "replace")), random.IntN(4)
				d.MissedSchedulePolicy = schedule.MissedSchedulePolicy(pick("", "all", "skip"))
				d.Retry = versions.Retry{MaxAttempts: 1 + random.IntN(3), BackoffSeconds: random.IntN(100)}
				d.Parameters = map[string]string{"day": pick("", "x"), "a_b": "é"}
			}
			if random.IntN(3) == 0 {
				d.Status = jobs.Paused
				d.Labels = map[string]string{"team/x": pick("", "1", "é"), "a": "b"}
			}
			if d.Status == jobs.Paused && random.IntN(2) == 0 {
				d.PausedUntil = epoch.Add(time.Duration(1+random.IntN(1e9)) * time.Nanosecond * 1000)
			}
			if i > 0 && random.IntN(2) == 0 {
				d.DependsOn = []string{docs[random.IntN(i)].Key}
			}
			docs = append(docs, d)
		}
		random.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		for _, line := range w.apply(w.Actor, nil, docs...) {
			require.Contains(t, line, " created")
		}
		exported := w.exported(w.Actor)
		for _, line := range append(w.apply(w.Actor, nil, exported...), w.apply(w.Actor, nil, docs...)...) {
			require.Contains(t, line, " unchanged")
		}
		other := teams.System("ORG2")
		require.NoError(t, w.Apply(w.ctx, other, w.Export(w.ctx, w.Actor), nil, func(a jobs.Applied) error {
			require.Equal(t, jobs.ApplyCreated, a.Action, a)
			return nil
		}))
		require.Equal(t, exported, w.exported(other))

		// Changed in any way, the documents are what is there.
		for i := range exported {
			exported[i].TimeoutSeconds = random.IntN(2)
		}
		_ = w.apply(w.Actor, nil, exported...)
		require.Equal(t, exported, w.exported(w.Actor))
	}
}

// An error of visit, and of the store, ends it; what was visited is done, and the
// same may be applied again.
func TestApplyEndsInTheMiddle(t *testing.T) {
	w := newWorld(t, nil)
	stop := errors.New("enough")
	n := 0
	err := w.Apply(w.ctx, w.Actor, given(doc("a"), doc("b"), doc("c")), nil, func(jobs.Applied) error {
		if n++; n == 2 {
			return stop
		}
		return nil
	})
	require.ErrorIs(t, err, stop)
	require.Equal(t, []string{"a unchanged", "b unchanged", "c created"}, w.apply(w.Actor, nil, doc("a"), doc("b"), doc("c")))
}

// A chain of many jobs is ordered without recursion, whichever way it stands.
func TestApplyOrdersLongChains(t *testing.T) {
	w := newWorld(t, nil)
	const n = 3000
	var docs []jobs.NewJob
	for i := n; i > 0; i-- {
		docs = append(docs, doc(fmt.Sprintf("job-%05d", i), dependsOn(fmt.Sprintf("job-%05d", i-1))))
	}
	docs = append(docs, doc("job-00000"))
	got := w.apply(w.Actor, &jobs.ApplyOptions{DryRun: true}, docs...)
	require.Len(t, got, n+1)
	require.Equal(t, []string{"job-00000 created", "job-00001 created"}, got[:2])
}
