package redis_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// commitAll makes changes, some at a time.
func commitAll(t testing.TB, store storage.Store, changes []storage.Change) {
	t.Helper()
	var group sync.WaitGroup
	errs := make([]error, 8)
	for w := range errs {
		group.Go(func() {
			for n := w; n < len(changes) && errs[w] == nil; n += len(errs) {
				errs[w] = store.Commit(context.Background(), changes[n])
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

// requireSamePages holds the pages of a store to those of the memory store.
func requireSamePages(t *testing.T, store, model storage.Store, queries []storage.JobQuery) {
	t.Helper()
	for _, query := range queries {
		query.OrganizationID, query.Brief = "acme", true
		want, err := model.ListJobs(t.Context(), query)
		require.NoError(t, err)
		got, err := store.ListJobs(t.Context(), query)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got, cmpopts.EquateEmpty()), "%+v", query)
	}
}

// Each way to find what some teams may see finds the same: sets of one job and
// of thousands, scopes of few jobs and of more than one script walks over.
func TestVisibleJobs(t *testing.T) {
	store, model := open(t, redistest.Start(t).Client(t), nil), memory.New()
	var changes []storage.Change
	for n := range 4600 {
		change := creation(ref(fmt.Sprintf("job-%04d", n)))
		change.Job.CreatedAt = start.Add(time.Duration(n*271%4600/3) * time.Microsecond)
		change.Job.Key = "key-" + strconv.Itoa(n*37%4600)
		change.Job.TeamIDs = []string{"all"}
		if n%3 == 0 {
			change.Job.TeamIDs = append(change.Job.TeamIDs, "third")
		}
		if n%7 == 0 {
			change.Job.TeamIDs = append(change.Job.TeamIDs, "x"+strconv.Itoa(n%700))
		}
		if n%1000 == 5 {
			change.Job.TeamIDs = []string{"rare"}
		}
		change.Job.Scopes = []string{"most"}
		if n%10 == 0 {
			change.Job.Scopes = []string{"a tenth"}
		}
		if n%2000 == 5 {
			change.Job.Scopes = []string{"most", "rare"}
		}
		change.Job.KeyScopes = change.Job.Scopes[:1]
		changes = append(changes, change)
	}
	commitAll(t, store, changes)
	commitAll(t, model, changes)

	several := []string{"rare"}
	for n := 0; n < 700; n += 7 {
		several = append(several, "x"+strconv.Itoa(n))
	}
	var queries []storage.JobQuery
	for _, teams := range [][]string{{"all"}, {"third"}, {"rare"}, {"rare", "third"}, {"nobody"}, {"x0"}, several} {
		for _, scope := range []string{"", "most", "a tenth", "rare", "none"} {
			for i, offset := range []int{0, 3, 40, 1000, 4500} {
				query := storage.JobQuery{TeamIDs: teams, Scope: scope, Offset: offset, Limit: 20, Descending: i%2 == 0}
				if i%3 == 1 {
					query.Order = storage.ByKey
				}
				behind := query
				behind.After = &storage.JobPosition{CreatedAt: start.Add(time.Millisecond), Key: "key-2", JobID: "job-1000"}
				queries = append(queries, query, behind)
			}
		}
	}
	requireSamePages(t, store, model, queries)
}

// commands counts the commands that a server carries out for something, those
// of scripts included.
func commands(t *testing.T, client *goredis.Client, of func()) int {
	t.Helper()
	require.NoError(t, client.ConfigResetStat(t.Context()).Err())
	of()
	stats, err := client.InfoMap(t.Context(), "commandstats").Result()
	require.NoError(t, err)
	total := 0
	for _, stat := range stats["Commandstats"] {
		var calls int
		_, err := fmt.Sscanf(stat, "calls=%d,", &calls)
		require.NoError(t, err)
		total += calls
	}
	return total
}

// 1,000 jobs, each granted to 100 of 150 teams: a page costs a member of all of
// them about as much as an admin, whose page asks for no teams.
func TestManyGrantSets(t *testing.T) {
	client := redistest.Start(t).Client(t)
	store, model := open(t, client, nil), memory.New()
	var teams []string
	for n := range 150 {
		teams = append(teams, fmt.Sprintf("team-%03d", n))
	}
	steps := []int{1, 7, 11, 13, 17, 19, 23} // none has a divisor in common with 150
	var changes []storage.Change
	for n := range 1000 {
		change := creation(ref(fmt.Sprintf("job-%04d", n)))
		change.Job.CreatedAt = start.Add(time.Duration(n) * time.Microsecond)
		var granted []string
		for i := range 100 {
			granted = append(granted, teams[(i*steps[n/150]+n)%150])
		}
		slices.Sort(granted)
		change.Job.TeamIDs = granted
		changes = append(changes, change)
	}
	commitAll(t, store, changes)
	commitAll(t, model, changes)
	requireSamePages(t, store, model, []storage.JobQuery{
		{TeamIDs: teams, Limit: 100}, {TeamIDs: teams, Limit: 100, Offset: 900, Order: storage.ByKey},
		{TeamIDs: teams[:1], Limit: 100}, {TeamIDs: teams[7:9], Limit: 100, Descending: true},
	})

	page := func(query storage.JobQuery) func() {
		query.OrganizationID, query.Limit = "acme", 100
		return func() {
			page, err := store.ListJobs(t.Context(), query)
			require.NoError(t, err)
			require.Equal(t, 1000, page.Total)
			require.Len(t, page.Jobs, 100)
		}
	}
	admin, member := page(storage.JobQuery{AllTeams: true}), page(storage.JobQuery{TeamIDs: teams})
	member() // the teams of each set are read once
	began := time.Now()
	admin()
	middle := time.Now()
	member()
	t.Logf("a page takes an admin %v and a member of all teams %v", middle.Sub(began), time.Since(middle))
	few, many := commands(t, client, admin), commands(t, client, member)
	require.LessOrEqual(t, many, 3*few, "commands for a page of a member, and of an admin")
}

// beforeOnce does something before the first command that uses a key.
type beforeOnce struct {
	key string
	do  func()
	sync.Once
}

func (b *beforeOnce) DialHook(next goredis.DialHook) goredis.DialHook { return next }

func (b *beforeOnce) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

func (b *beforeOnce) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		for _, arg := range cmd.Args() {
			if key, ok := arg.(string); ok && strings.HasSuffix(key, b.key) {
				b.Do(b.do)
			}
		}
		return next(ctx, cmd)
	}
}

// A job that changes from one set of teams to another, both of which the caller
// sees, is never missed in between.
func TestVisibleWhileGrantsChange(t *testing.T) {
	server := redistest.Start(t)
	writer := open(t, server.Client(t), nil)
	change := creation(ref("job"))
	change.Job.TeamIDs = []string{"a"}
	require.NoError(t, writer.Commit(t.Context(), change))

	client := server.Client(t)
	client.AddHook(&beforeOnce{key: "grants:acme", do: func() {
		job, err := writer.Job(t.Context(), ref("job"))
		require.NoError(t, err)
		job.TeamIDs = []string{"a", "b"}
		require.NoError(t, writer.Commit(t.Context(), storage.Change{JobRef: ref("job"), OperationID: "grant", At: start, Job: &job}))
	}})
	reader := open(t, client, nil)
	page, err := reader.ListJobs(t.Context(), storage.JobQuery{OrganizationID: "acme", TeamIDs: []string{"a"}, Limit: 9})
	require.NoError(t, err)
	require.Equal(t, 1, page.Total)
	require.Len(t, page.Jobs, 1)
}
