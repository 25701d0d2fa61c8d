package redis_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

// throughProxy returns a client of a server behind a proxy.
func throughProxy(t *testing.T, adjust func(*goredis.Options)) (*redistest.Proxy, *goredis.Client) {
	t.Helper()
	proxy := redistest.StartProxy(t, redistest.Start(t).Addr)
	options := &goredis.Options{Addr: proxy.Addr}
	if adjust != nil {
		adjust(options)
	}
	client := goredis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return proxy, client
}

// The reply to every change is lost, some of them several times in a row; each
// is made once.
func TestCutConnections(t *testing.T) {
	proxy, client := throughProxy(t, func(o *goredis.Options) { o.DialerRetries = 1 })
	store := open(t, client, nil)
	require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
	unknown := 0
	for n := 1; n <= torture.Figure(100, 1000); n++ {
		job, err := store.Job(t.Context(), ref("job"))
		require.NoError(t, err)
		change := edit(job, n)
		change.Graph = &storage.GraphGuard{Expect: int64(n - 1), Raise: true}
		cuts := 1
		if n%10 == 0 {
			cuts = 9 // a new connection begins with a reply of its own, which is cut, too
		}
		proxy.CutNext(cuts)
		err = store.Commit(t.Context(), change)
		proxy.CutNext(0)
		if err != nil {
			require.ErrorIs(t, err, storage.ErrOutcomeUnknown)
			unknown++
			require.NoError(t, store.Commit(t.Context(), change))
		}
		found, err := store.FindJobs(t.Context(), storage.FindQuery{OrganizationID: "acme", IDs: []string{"job"}})
		require.NoError(t, err)
		require.Equal(t, int64(n+1), found.Jobs[0].Revision, "a change was made twice")
		require.Equal(t, int64(n), found.Organization.Graph)
		requireWhole(t, found.Jobs[0].JobRecord)
	}
	t.Logf("%d commits whose connection was cut, each made once; %d of them unknown at first", torture.Figure(100, 1000), unknown)
}

// A client that gives up after one try says that it does not know, and why.
func TestLostReplyIsUnknown(t *testing.T) {
	proxy, client := throughProxy(t, nil)
	store := open(t, client, nil)
	proxy.CutNext(1000)
	err := store.Commit(t.Context(), creation(ref("job")))
	proxy.CutNext(0)
	require.ErrorIs(t, err, storage.ErrOutcomeUnknown)
	require.NotErrorIs(t, err, storage.ErrStale)
	require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
}

// The server hangs; the client would wait for it for minutes. What returns at
// all returns because its context ended.
func TestStalledServer(t *testing.T) {
	for _, honours := range []bool{false, true} {
		t.Run(fmt.Sprintf("ContextTimeoutEnabled=%v", honours), func(t *testing.T) {
			proxy, client := throughProxy(t, func(o *goredis.Options) {
				o.ReadTimeout, o.ContextTimeoutEnabled, o.MaxRetries = 10*time.Minute, honours, -1
			})
			store := open(t, client, nil)
			require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
			job, err := store.Job(t.Context(), ref("job"))
			require.NoError(t, err)

			end := proxy.Stall()
			late := time.Duration(0)
			for n := 1; n <= torture.Figure(4, 100); n++ {
				deadline := time.Now().Add(50 * time.Millisecond)
				ctx, cancel := context.WithDeadline(t.Context(), deadline)
				if n%2 == 0 {
					_, err = store.Job(ctx, ref("job"))
					require.NotErrorIs(t, err, storage.ErrOutcomeUnknown)
				} else {
					// The first is sent on a connection that was there. The others
					// want a new one, get none, and are known to be unsent.
					err = store.Commit(ctx, edit(job, 1))
					require.Equal(t, n == 1, errors.Is(err, storage.ErrOutcomeUnknown), "%d: %v", n, err)
				}
				late = max(late, time.Since(deadline))
				cancel()
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.NotErrorIs(t, err, storage.ErrNotFound)
			}
			end()
			t.Logf("at most %v late", late)

			require.NoError(t, store.Commit(t.Context(), edit(job, 1)))
			job, err = store.Job(t.Context(), ref("job"))
			require.NoError(t, err)
			require.Equal(t, int64(2), job.Revision)
		})
	}
}

// Nobody listens: nothing was sent, and nobody need doubt it.
func TestServerThatIsNotThere(t *testing.T) {
	server := redistest.Start(t)
	client := goredis.NewClient(&goredis.Options{Addr: server.Addr, MaxRetries: -1, DialerRetries: 1})
	t.Cleanup(func() { _ = client.Close() })
	store := open(t, client, nil)
	server.Kill()
	err := store.Commit(t.Context(), creation(ref("job")))
	require.Error(t, err)
	if _, err := store.Job(t.Context(), ref("job")); true {
		requireNoSentinel(t, err)
	}
	// The connections that the client had may have been broken unnoticed; by
	// now there are none.
	requireNoSentinel(t, store.Commit(t.Context(), creation(ref("job"))))
}

// The cache of scripts is emptied between any two commands.
func TestScriptFlush(t *testing.T) {
	client := redistest.Start(t).Client(t)
	store := open(t, client, nil)
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if err := client.ScriptFlush(context.Background()).Err(); err != nil {
				stopped <- err
				return
			}
		}
	}()
	require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
	for n := 1; n <= torture.Figure(300, 3400); n++ {
		job, err := store.Job(t.Context(), ref("job"))
		require.NoError(t, err)
		require.NoError(t, store.Commit(t.Context(), edit(job, n)))
		_, err = store.Due(t.Context(), storage.DueQuery{Until: start, Limit: 1})
		require.NoError(t, err)
	}
	close(stop)
	t.Logf("%d calls beside flushes, 0 errors", 3*torture.Figure(300, 3400))
	require.NoError(t, <-stopped)
}

// A server without memory refuses a change as a whole, goes on answering, and
// takes the same change when there is room.
func TestMemoryLimit(t *testing.T) {
	client := redistest.Start(t, "maxmemory 6mb", "maxmemory-policy noeviction").Client(t)
	store := open(t, client, nil)
	require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
	refused := 0
	for n := 1; n <= 2000 && refused < torture.Figure(20, 300); n++ {
		job, err := store.Job(t.Context(), ref("job"))
		require.NoError(t, err)
		requireWhole(t, job)
		change := edit(job, n)
		change.PutRuns[0].Doc, change.Job.Doc = pad(n), pad(n)
		err = store.Commit(t.Context(), change)
		if err == nil {
			continue
		}
		refused++
		require.True(t, goredis.IsOOMError(err), "%v", err)
		requireNoSentinel(t, err)
		after, err := store.Job(t.Context(), ref("job"))
		require.NoError(t, err)
		require.Equal(t, job, after, "a part of the change was made")
	}
	require.Positive(t, refused, "the server never ran out of memory")
	t.Logf("%d commits refused whole, none in part", refused)
	open(t, client, nil) // what is full can be opened, and read

	job, err := store.Job(t.Context(), ref("job"))
	require.NoError(t, err)
	require.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "0").Err())
	require.NoError(t, store.Commit(t.Context(), edit(job, 9999)))
}

// pad is a document of a few kilobytes with a number in it.
func pad(n int) []byte { return fmt.Appendf(nil, "%08192d", n) }

func requireNoSentinel(t testing.TB, err error) {
	t.Helper()
	require.Error(t, err)
	for _, sentinel := range []error{storage.ErrStale, storage.ErrNotFound, storage.ErrOutcomeUnknown} {
		require.NotErrorIs(t, err, sentinel)
	}
}

var _ storage.Store = (*redis.Store)(nil)
