package scenarios

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// races is how often each race is run.
const races = 12

var racing = []scenario{
	{
		name: "two publishes do not close a cycle together",
		why:  "each is right on the graph it saw; only one may be made on it",
		run: func(t *testing.T, store storage.Store) {
			one, two := newTeller(t, store), newTeller(t, store)
			for round := range races {
				a, b := fmt.Sprintf("a-%d", round), fmt.Sprintf("b-%d", round)
				jobA, jobB := one.begin(a), one.begin(b)
				errA, errB := both(
					func() error { return one.rely(jobA.ID, b) },
					func() error { return two.rely(jobB.ID, a) },
				)
				require.NotEqual(t, errA == nil, errB == nil, "exactly one is made: %v, %v", errA, errB)
				var fields versions.FieldErrors
				require.ErrorAs(t, errors.Join(errA, errB), &fields)
			}
		},
	},
	{
		name: "a rename racing a publish that depends on the key",
		why:  "whichever comes first, no active version may depend on a key that nobody has",
		run: func(t *testing.T, store storage.Store) {
			one, two := newTeller(t, store), newTeller(t, store)
			for round := range races {
				key := fmt.Sprintf("up-%d", round)
				up, down := one.begin(key), one.begin(fmt.Sprintf("down-%d", round))
				renamed, relied := both(
					func() error {
						_, err := one.UpdateJob(t.Context(), one.actor, up.ID, jobs.JobPatch{Key: new(key + "-renamed")})
						return err
					},
					func() error { return two.rely(down.ID, key) },
				)
				require.NotEqual(t, renamed == nil, relied == nil, "exactly one is made: %v, %v", renamed, relied)
			}
		},
	},
	{
		name: "a removal racing a publish that depends on the key",
		why:  "a job that others depend on is not removed, and nobody depends on one that is",
		run: func(t *testing.T, store storage.Store) {
			one, two := newTeller(t, store), newTeller(t, store)
			for round := range races {
				key := fmt.Sprintf("up-%d", round)
				up, down := one.begin(key), one.begin(fmt.Sprintf("down-%d", round))
				removed, relied := both(
					func() error { return one.DeleteJob(t.Context(), one.actor, up.ID) },
					func() error { return two.rely(down.ID, key) },
				)
				require.NotEqual(t, removed == nil, relied == nil, "exactly one is made: %v, %v", removed, relied)
			}
		},
	},
	{
		name: "two writers with one edition",
		why:  "of those who saw the same, exactly one may write on it",
		run: func(t *testing.T, store storage.Store) {
			one, two := newTeller(t, store), newTeller(t, store)
			job := one.begin("daily")
			for range races {
				seen := jobs.IfEdition(one.read(job.ID).Edition)
				write := func(s *teller, text string) func() error {
					return func() error {
						_, err := s.UpdateJob(t.Context(), s.actor, job.ID, jobs.JobPatch{Description: &text}, seen)
						return err
					}
				}
				before := one.read(job.ID).Description
				first, second := both(write(one, before+"1"), write(two, before+"2"))
				require.NotEqual(t, first == nil, second == nil, "exactly one is made: %v, %v", first, second)
				require.ErrorIs(t, errors.Join(first, second), jobs.ErrPrecondition)
			}
		},
	},
	{
		name: "publishing from two processes loses no version",
		why:  "numbers are given once, and each version is based on the one before",
		run: func(t *testing.T, store storage.Store) {
			one, two := newTeller(t, store), newTeller(t, store)
			job := one.begin("daily")
			for range races {
				first, second := both(func() error { return one.rely(job.ID) }, func() error { return two.rely(job.ID) })
				require.NoError(t, errors.Join(first, second))
			}
			list, err := one.ListVersions(t.Context(), one.actor, job.ID, jobs.PageOptions{})
			require.NoError(t, err)
			require.Equal(t, 1+2*races, list.Total)
			for i, v := range list.Versions {
				require.Equal(t, i+1, v.Number)
				require.Equal(t, i, v.BasedOn)
			}
		},
	},
}

// both does two things at once.
func both(a, b func() error) (errA, errB error) {
	var group sync.WaitGroup
	group.Go(func() { errA = a() })
	group.Go(func() { errB = b() })
	group.Wait()
	return errA, errB
}
