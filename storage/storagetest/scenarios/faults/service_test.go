package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

const (
	writers      = 4
	callsPerRun  = 2016
	checksPerRun = 4
)

// TestServiceOnAFaultyStore lets several actors work with a service whose
// store fails in 1 to 20 % of its calls, and looks at what is left: a short
// form by default, 100,000 calls when JOBLEDGER_TORTURE is set.
func TestServiceOnAFaultyStore(t *testing.T) {
	runs := 4
	if torture.On() {
		runs = 50
	}
	var calls int
	var total faultstore.Count
	for n := range runs {
		percent := 1 + n*19/(runs-1)
		t.Run(fmt.Sprintf("seed %d, %d percent", n+1, percent), func(t *testing.T) {
			w := newWorkload(uint64(n+1), float64(percent)/100)
			w.run(t)
			injected := w.store.Counts().Total()
			calls += w.book.calls
			total.Calls += injected.Calls
			total.Errors += injected.Errors
			total.LostReplies += injected.LostReplies
			total.Cancels += injected.Cancels
		})
	}
	t.Logf("%d calls of the service, %d of the store: %d errors, %d lost replies, %d cancelled", calls,
		total.Calls, total.Errors, total.LostReplies, total.Cancels)
}

// workload is a service on a faulty store, and what its callers were told.
type workload struct {
	seed    uint64
	store   *faultstore.Store
	clock   *clock
	service *jobs.Service
	// scheduler makes runs of due ticks; there is no engine to take them.
	scheduler *jobs.Scheduler
	book      *book
}

func newWorkload(seed uint64, rate float64) *workload {
	w := &workload{seed: seed, clock: &clock{}, book: newBook()}
	w.store = faultstore.New(memory.New(), faultstore.Plan{
		Seed:  seed,
		Rates: faultstore.Rates{Error: rate / 3, LostReply: rate / 3, Cancel: rate / 3},
	})
	w.service = jobs.NewService(w.store, &jobs.Options{
		Now:      w.clock.Now,
		Observer: func(_ context.Context, e jobs.Event) { w.book.told(e) },
	})
	w.scheduler = jobs.NewScheduler(w.service, nil, nil)
	return w
}

// run alternates between letting the actors work and looking at what is left.
func (w *workload) run(t *testing.T) {
	t.Helper()
	var actors []*actor
	for i := range writers {
		actors = append(actors, w.actor(i, teams.Actor{
			OrganizationID: organization, MemberID: fmt.Sprintf("M%d", i), AllTeams: teams.Admin,
		}))
	}
	actors = append(actors,
		w.actor(writers, teams.Actor{
			OrganizationID: organization, MemberID: "VIEWER", Teams: map[string]teams.Role{"T1": teams.Viewer},
		}),
		w.actor(writers+1, teams.Actor{OrganizationID: "OTHER", MemberID: "STRANGER", AllTeams: teams.Admin}))
	inspector := &inspector{workload: w, t: t, before: map[string][]versions.Version{}}
	for range checksPerRun {
		w.store.On()
		var all sync.WaitGroup
		for _, a := range actors {
			all.Go(func() {
				for range callsPerRun / checksPerRun / len(actors) {
					a.act(t.Context())
				}
			})
		}
		all.Go(func() { w.schedule(t.Context(), 36, 10*time.Second) })
		all.Wait()
		w.store.Off()
		w.schedule(t.Context(), 10, time.Minute) // in which everything that failed is tried again
		require.Empty(t, w.book.violations, "seed %d", w.seed)
		inspector.inspect()
	}
}

func (w *workload) actor(number int, who teams.Actor) *actor {
	return &actor{
		workload: w,
		number:   number,
		Actor:    who,
		random:   rand.New(rand.NewPCG(w.seed, uint64(number))),
		writes:   number < writers,
	}
}
