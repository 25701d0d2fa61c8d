package redis_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

func TestMain(m *testing.M) {
	// A client's pool that could not dial often enough tries once a second, and
	// sees only then that it was closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

var start = time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)

// open returns a store of the test's own on a server that others may use.
func open(t testing.TB, client goredis.UniversalClient, options *redis.Options) *redis.Store {
	t.Helper()
	if options == nil {
		options = &redis.Options{}
	}
	if options.Prefix == "" {
		options.Prefix = prefix(t)
	}
	store, err := redis.New(context.Background(), client, options)
	require.NoError(t, err)
	return store
}

// prefix names the keys of one test.
func prefix(t testing.TB) string { return strings.NewReplacer("{", "(", "}", ")").Replace(t.Name()) }

func ref(id string) storage.JobRef { return storage.JobRef{OrganizationID: "acme", JobID: id} }

// creation returns a change that creates a job.
func creation(ref storage.JobRef) storage.Change {
	return storage.Change{
		JobRef: ref, OperationID: "create " + ref.JobID, At: start,
		Job: &storage.JobRecord{JobRef: ref, Key: "key of " + ref.JobID, CreatedAt: start, Doc: []byte("0")},
	}
}

// edit returns the change that writes a number into a job, with a run of that
// number: so a change that was made twice, or by half, shows.
func edit(job storage.JobRecord, n int) storage.Change {
	id := fmt.Sprintf("run-%d", n)
	job.Doc = []byte(strconv.Itoa(n))
	job.LatestRunID = id
	run := storage.RunRecord{JobRef: job.JobRef, ID: id, Number: int64(n), CreatedAt: start, Doc: job.Doc}
	return storage.Change{
		JobRef: job.JobRef, OperationID: "edit " + strconv.Itoa(n), At: start,
		Job: &job, PutRuns: []storage.RunRecord{run},
	}
}

// requireWhole checks that a job and its latest run are of one change.
func requireWhole(t testing.TB, job storage.JobRecord) {
	t.Helper()
	if string(job.Doc) == "0" {
		require.Nil(t, job.LatestRun)
		return
	}
	require.NotNil(t, job.LatestRun, "job %s is torn", job.JobID)
	require.Equal(t, string(job.Doc), string(job.LatestRun.Doc), "job %s is torn", job.JobID)
}
