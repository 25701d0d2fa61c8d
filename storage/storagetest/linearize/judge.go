package linearize

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// verdict is what the checker found.
type verdict string

const (
	legal   verdict = "linearizable"
	illegal verdict = "no order of the calls explains the answers"
	tooLong verdict = "the search for an order took too long"
)

// result is what became of one history.
type result struct {
	figures
	verdict verdict
	// organization is the first one that is not linearizable.
	organization string
	calls        []porcupine.Operation
}

// judge looks for an order in the calls of each organization.
func judge(h history, timeout time.Duration) result {
	r := result{figures: h.figures, verdict: legal}
	for _, organization := range slices.Sorted(maps.Keys(h.calls)) {
		calls := h.calls[organization]
		switch porcupine.CheckOperationsTimeout(porcupineModel(organization), calls, timeout) {
		case porcupine.Ok:
			r.figures.legal++
			continue
		case porcupine.Illegal:
			r.figures.illegal++
			r.verdict = illegal
		case porcupine.Unknown:
			r.figures.tooLong++
			r.verdict = tooLong
		}
		r.organization, r.calls = organization, calls
		return r
	}
	return r
}

// drawTimeout bounds the second search, which is for what to draw.
const drawTimeout = 20 * time.Second

// draw draws the history that is not linearizable, and returns the file's name.
func (r result) draw(t *testing.T, directory string) string {
	t.Helper()
	file, err := os.CreateTemp(directory, "history-*.html")
	require.NoError(t, err)
	model := porcupineModel(r.organization)
	_, partial := porcupine.CheckOperationsVerbose(model, r.calls, drawTimeout)
	require.NoError(t, porcupine.Visualize(model, partial, file))
	require.NoError(t, file.Close())
	return file.Name()
}

// artifacts is where files outlive the test: the directory that -artifacts
// asks for or, as t.ArtifactDir is otherwise removed, the system's own.
func artifacts(t *testing.T) string {
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		return t.ArtifactDir()
	}
	return os.TempDir()
}

// figures count what was recorded, and what was found.
type figures struct {
	operations, commits, stale, unknown, failed int
	legal, illegal, tooLong                     int
}

func (f *figures) add(g figures) {
	f.operations += g.operations
	f.commits += g.commits
	f.stale += g.stale
	f.unknown += g.unknown
	f.failed += g.failed
	f.legal += g.legal
	f.illegal += g.illegal
	f.tooLong += g.tooLong
}

func (f figures) String() string {
	return fmt.Sprintf("%d operations (%d commits: %d stale, %d of unknown outcome; %d calls failed): "+
		"%d organizations linearizable, %d not, %d not known",
		f.operations, f.commits, f.stale, f.unknown, f.failed, f.legal, f.illegal, f.tooLong)
}
