package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// ledgerFiles are what is added to a path for the file, its log and its index.
var ledgerFiles = []string{"", "-wal", "-shm"}

// fates are what may become of a file under an open store.
var fates = []string{"kept", "removed", "replaced", "renamed", "linked"}

// ledger is a file with what is beside it, and where all of it is.
type ledger struct {
	path string
	were [3]fs.FileInfo
}

func ledgerAt(t *testing.T, path string) *ledger {
	l := &ledger{path: path}
	for i, suffix := range ledgerFiles {
		var err error
		l.were[i], err = os.Lstat(path + suffix)
		require.NoError(t, err)
	}
	return l
}

// away is where the files are renamed to.
func (l *ledger) away() string { return l.path + ".away" }

// befall has a fate befall one of the files.
func (l *ledger) befall(fate, suffix string) error {
	path, away := l.path+suffix, l.away()+suffix
	switch fate {
	case "kept":
		return nil
	case "removed":
		return os.Remove(path)
	}
	if err := os.Rename(path, away); err != nil {
		return err
	}
	switch fate {
	case "replaced":
		return os.WriteFile(path, nil, 0o600)
	case "linked":
		return os.Symlink(away, path)
	}
	return nil
}

// find returns where a file is that was at the path; empty when it is nowhere.
func (l *ledger) find(i int) string {
	for _, path := range []string{l.path, l.away()} {
		if now, err := os.Lstat(path + ledgerFiles[i]); err == nil && os.SameFile(now, l.were[i]) {
			return path + ledgerFiles[i]
		}
	}
	return ""
}

// reunite puts the file and its log beside each other again, as an operator may
// who did not mean to part them, and returns where. It is empty when there is no
// file.
func (l *ledger) reunite(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "again.db")
	for i, suffix := range ledgerFiles[:2] {
		if at := l.find(i); at != "" {
			require.NoError(t, os.Rename(at, path+suffix))
		} else if i == 0 {
			return ""
		}
	}
	return path
}

// missing returns how many of the first jobs are not in the file at a path.
func missing(t *testing.T, path string, jobs int) (lost int) {
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	for n := range jobs {
		if _, err := store.Job(t.Context(), benchJob(n).JobRef); err != nil {
			require.ErrorIs(t, err, storage.ErrNotFound)
			lost++
		}
	}
	require.NoError(t, store.Close())
	requireIntegrity(t, path)
	return lost
}

// TestMovedEveryWay has every combination of fates befall the file, its log and
// its index, before the first commit and between two. Nothing is acknowledged from
// then on. What was acknowledged is found by who opens the file where it is left;
// of a file that was taken from its log, by who puts them together again. It is
// lost to who takes the file away and removes the log beside it, or removes the
// file itself. A run of all tests tries one combination in four.
func TestMovedEveryWay(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	var tried, found, reunited, hopeless int
	for n := 1; n < len(fates)*len(fates)*len(fates); n++ {
		if torture.Figure(n%4, 0) != 0 {
			continue
		}
		three := [3]string{fates[n/25], fates[n/5%5], fates[n%5]}
		for _, before := range []int{0, 3} {
			path := filepath.Join(t.TempDir(), "jobs.db")
			store, err := sqlite.Open(t.Context(), path, nil)
			require.NoError(t, err)
			for n := range before {
				require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(n))))
			}
			l := ledgerAt(t, path)
			for i, suffix := range ledgerFiles {
				require.NoError(t, l.befall(three[i], suffix))
			}
			require.ErrorIs(t, store.Commit(t.Context(), changeOf(benchJob(before))), sqlite.ErrMoved, "%v", three)
			_, err = store.Job(t.Context(), benchJob(0).JobRef)
			require.ErrorIs(t, err, sqlite.ErrMoved, "%v", three)
			require.NoError(t, store.Close())
			tried++
			switch file, log := three[0], three[1]; {
			case file == "kept" || file == "linked":
				require.Zero(t, missing(t, path, before), "%v", three)
				found++
			case file == "removed" || log == "removed":
				hopeless++
			default:
				require.Zero(t, missing(t, l.reunite(t), before), "%v", three)
				reunited++
			}
		}
	}
	t.Logf("%d combinations refused: all acknowledged found in place in %d, by putting file and log together in %d; "+
		"%d in which whoever moved the file destroyed it, or its log", tried, found, reunited, hopeless)
}

// TestMovedAmidCommits takes the log or its index from under stores that are
// writing, or moves all three away one by one. What was acknowledged until the
// store said that the file had moved is found.
func TestMovedAmidCommits(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	var ways []func(l *ledger) error
	for _, suffix := range ledgerFiles[1:] {
		for _, fate := range fates[1:] {
			ways = append(ways, func(l *ledger) error { return l.befall(fate, suffix) })
		}
	}
	for _, order := range [][]string{{"", "-wal", "-shm"}, {"-wal", "-shm", ""}, {"-shm", "-wal", ""}} {
		ways = append(ways, func(l *ledger) (err error) {
			for _, suffix := range order {
				// A store that has noticed removes log and index as it closes.
				if failure := l.befall("renamed", suffix); !errors.Is(failure, fs.ErrNotExist) {
					err = errors.Join(err, failure)
				}
			}
			return err
		})
	}
	rounds, acknowledged := torture.Figure(len(ways), 20*len(ways)), 0
	for round := range rounds {
		acknowledged += moveAmidCommits(t, ways[round%len(ways)], 1+round/len(ways)%2)
	}
	t.Logf("%d files moved amid commits: %d acknowledged, 0 lost", rounds, acknowledged)
}

// moveAmidCommits has stores on one file write until it moves, and returns how
// many commits they acknowledged.
func moveAmidCommits(t *testing.T, move func(*ledger) error, stores int) int {
	path := filepath.Join(t.TempDir(), "jobs.db")
	const writers = 4
	var done [2 * writers][]int
	var total, next atomic.Int64
	var group sync.WaitGroup
	enough := make(chan struct{})
	after := 20 + rand.Int64N(200)
	for s := range stores {
		store, err := sqlite.Open(t.Context(), path, nil)
		require.NoError(t, err)
		defer store.Close()
		for w := range writers {
			group.Go(func() {
				for {
					n := int(next.Add(1))
					err := store.Commit(context.Background(), changeOf(benchJob(n)))
					if errors.Is(err, sqlite.ErrMoved) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					done[s*writers+w] = append(done[s*writers+w], n)
					if total.Add(1) == after {
						close(enough)
					}
				}
			})
		}
	}
	l := ledgerAt(t, path)
	<-enough
	require.NoError(t, move(l))
	group.Wait()
	for _, suffix := range ledgerFiles[1:] { // SQLite follows no link
		if info, err := os.Lstat(path + suffix); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			require.NoError(t, os.Remove(path+suffix))
		}
	}
	again, err := sqlite.Open(t.Context(), l.find(0), nil)
	require.NoError(t, err)
	defer again.Close()
	lost := 0
	for _, n := range slices.Concat(done[:]...) {
		if _, err := again.Job(t.Context(), benchJob(n).JobRef); err != nil {
			require.ErrorIs(t, err, storage.ErrNotFound)
			lost++
		}
	}
	require.Zero(t, lost, "acknowledged by %d stores, and lost", stores)
	return int(total.Load())
}
