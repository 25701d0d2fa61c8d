package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// What the machine says of its files is for the log; members read plain words.
func TestMembersReadNoPaths(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "results")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600)) // no folder
	for _, test := range []struct {
		name, results string
		remove        bool
		says, logs    string
	}{
		{"no folder of results", blocked, false, noResults, blocked},
		{"the database is gone", t.TempDir(), true, "the control plane could not open the database; its log says why", "unable to open database file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			data := people(t)
			r, err := newRunner(t.Context(), runSettings{longest: defaultLongest, limits: defaultLimits, data: data, results: test.results},
				slog.New(slog.NewTextHandler(&log, nil)))
			require.NoError(t, err)
			if test.remove {
				require.NoError(t, os.Remove(data))
			}
			_, err = r.run(t.Context(), jobs.Dispatch{
				Run:     jobs.Run{OrganizationID: "acme", JobID: "J1", ID: "R1"},
				Version: versions.Version{Definition: versions.Definition{Config: json.RawMessage(sqlConfig("select 1"))}},
			})
			require.EqualError(t, err, test.says)
			require.Contains(t, log.String(), test.logs)
			require.Contains(t, log.String(), "run=R1")
		})
	}
}
