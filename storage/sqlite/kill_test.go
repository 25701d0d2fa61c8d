package sqlite_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
)

// TestKill kills processes while they write, and looks for what they were
// told is written: one process at a time for half of the kills, and then four
// on one file.
func TestKill(t *testing.T) {
	kills := torture.Figure(24, 1000)
	for _, processes := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d processes", processes), func(t *testing.T) {
			t.Parallel() // most of it is waiting for processes
			rounds := kills * 12 / 25
			if processes > 1 {
				rounds = (kills - rounds) / processes
			}
			var path string
			for round := range rounds {
				if round%freshAfter == 0 {
					path = filepath.Join(t.TempDir(), "jobs.db")
				}
				acknowledged := killed(t, path, fmt.Sprint("round", round), processes)
				requireWhole(t, path, acknowledged)
			}
			t.Logf("%d processes killed, %d at a time: none lost an acknowledged commit, none left a torn one", rounds*processes, processes)
		})
	}
}

// freshAfter is how many rounds of kills one file goes through: checking all
// of a file that grew for longer would be most of the test.
const freshAfter = 10

// killed starts processes that write to the file, kills each at some moment of
// its writing, and returns the revisions that were acknowledged by then.
func killed(t *testing.T, path, prefix string, processes int) map[string]int64 {
	t.Helper()
	printed := make([]map[string]int64, processes)
	failures := make([]error, processes)
	together(processes, func(n int) {
		// After a few acknowledgements, and never at the same point.
		printed[n], failures[n] = killAfter(path, fmt.Sprint(prefix, "-", n), 1+(len(prefix)*31+n*17)%23)
	})
	acknowledged := make(map[string]int64)
	for n := range processes {
		require.NoError(t, failures[n])
		for id, revision := range printed[n] {
			acknowledged[id] = max(acknowledged[id], revision)
		}
	}
	return acknowledged
}

// killAfter runs a child until it has printed so many lines, kills it, and
// returns the last revision that it printed of each job.
func killAfter(path, prefix string, lines int) (map[string]int64, error) {
	child, complaint := newChild(writeUntilKilled, path, childPrefix+"="+prefix)
	output, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	printed := make(map[string]int64)
	reader := bufio.NewReader(output)
	for n := 0; ; n++ {
		if n == lines {
			_ = child.Process.Kill() // it may have ended: then it complains
		}
		line, err := reader.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // what follows the last line end was not said
		}
		if err != nil {
			return nil, err
		}
		var id string
		var revision int64
		if _, err := fmt.Sscan(line, &id, &revision); err != nil {
			return nil, err
		}
		printed[id] = max(printed[id], revision)
	}
	_ = child.Wait() // it was killed
	if complaint.Len() > 0 {
		return nil, errors.New(complaint.String())
	}
	return printed, nil
}
