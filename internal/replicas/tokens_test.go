package replicas_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
)

// stored is every byte that is kept at a place.
func (p place) stored(t *testing.T) []byte {
	t.Helper()
	var all []byte
	if p.kind == onSQLite {
		files, err := filepath.Glob(p.at + "*")
		require.NoError(t, err)
		require.Len(t, files, 3, "the file, its log and its index")
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			all = append(all, content...)
		}
		return all
	}
	client := goredis.NewClient(&goredis.Options{Addr: p.at})
	defer client.Close()
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	for _, key := range keys {
		content, err := client.Dump(t.Context(), key).Result()
		require.NoError(t, err)
		all = append(append(all, key...), content...)
	}
	return all
}

// TestTokensStandNowhere looks for the token of a dispatch in all that is stored,
// before and after a report that used it: whoever reads a store's file, or a copy
// of it, can report on no run.
func TestTokensStandNowhere(t *testing.T) {
	for _, at := range []place{
		newPlace(t, onSQLite),
		{onRedis, redistest.Start(t, "rdbcompression no").Addr},
	} {
		t.Run(at.kind, func(t *testing.T) {
			store, closeStore, err := at.open(t.Context())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, closeStore()) })
			s := newSettler(t, store, crowdEpoch, jobs.RunOptions{})
			job := hourly(t, s.service, "job")
			run, err := s.service.CreateRun(t.Context(), actor, job.ID, jobs.NewRun{})
			require.NoError(t, err)
			_, err = s.scheduler.Tick(t.Context())
			require.NoError(t, err)
			given := s.engine.taken()
			require.Len(t, given, 1)
			for range 2 {
				stored := at.stored(t)
				require.True(t, bytes.Contains(stored, []byte(run.ID)), "what is stored can be read")
				require.False(t, bytes.Contains(stored, []byte(given[0].Token)))
				s.end(given)
			}
		})
	}
}
