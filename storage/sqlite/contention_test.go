package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
)

// TestContention writes to one file from 8 goroutines and 4 other processes:
// they wait for each other, and none is ever told that the file is busy.
func TestContention(t *testing.T) {
	const goroutines, processes = 8, 4
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	// Half of the commits are made here, and half elsewhere.
	commits := torture.Figure(480, 20_160)
	here, there := commits/2/goroutines, commits/2/processes/childWriters/chain
	failures := make([]error, goroutines+processes)
	together(goroutines+processes, func(n int) {
		if n >= goroutines {
			child, complaint := newChild(writeSome, path, fmt.Sprint(childPrefix, "=process", n), fmt.Sprint(childJobs, "=", there))
			if err := child.Run(); err != nil {
				failures[n] = errors.Join(err, errors.New(complaint.String()))
			}
			return
		}
		for i := range here {
			failures[n] = errors.Join(failures[n], store.Commit(context.Background(), changeOf(benchJob(n*here+i))))
		}
	})
	for _, err := range failures {
		require.NoError(t, err)
	}
	page, err := store.ListJobs(t.Context(), storage.JobQuery{OrganizationID: "org", AllTeams: true})
	require.NoError(t, err)
	require.Equal(t, goroutines*here+processes*childWriters*there, page.Total)
	requireIntegrity(t, path)
	t.Logf("%d commits of %d goroutines and %d processes", goroutines*here+processes*childWriters*there*chain, goroutines, processes)
}
