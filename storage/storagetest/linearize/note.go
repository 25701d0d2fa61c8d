package linearize

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// note is what a client keeps in a job's document: the highest numbers given,
// as a service does.
type note struct {
	version int
	run     int64
	// draft is the draft's number; 0 without one.
	draft int
	// by is the operation that wrote it, so that no two documents are the same.
	by string
}

// noteOf reads a job's document; one that does not exist has none.
func noteOf(job storage.JobRecord) note {
	parts := strings.Fields(string(job.Doc))
	if len(parts) != 4 {
		return note{}
	}
	version, _ := strconv.Atoi(parts[0])
	run, _ := strconv.ParseInt(parts[1], 10, 64)
	draft, _ := strconv.Atoi(parts[2])
	return note{version, run, draft, parts[3]}
}

func (n note) doc() []byte { return fmt.Appendf(nil, "%d %d %d %s", n.version, n.run, n.draft, n.by) }

func runID(number int64) string { return "run-" + strconv.FormatInt(number, 10) }
