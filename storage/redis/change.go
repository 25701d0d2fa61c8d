package redis

import (
	"fmt"
	"math"

	"github.com/jobledger/jobledger/jobs"
)

// changeKeys are all keys that a change may read or write.
func (s *Store) changeKeys(ref jobs.JobRef) []string {
	p := s.partition(ref.OrganizationID)
	o, j := p.organization(ref.OrganizationID), p.job(ref)
	return []string{o.records, o.index, o.operations, o.runs, p.due, p.remains, j.order, j.detail}
}

// changeArgs writes a change for the commit script, all but the operation's ID,
// which is in front. Documents are arguments of their own, so that nothing ever
// takes them apart.
func changeArgs(c *jobs.Change) []any {
	w := make(changeWriter, 0, 32)
	w.put(remembered.Microseconds(), nameBytes(c.OrganizationID), c.JobID)
	w.job(c)
	w.put(len(c.AddVersions))
	for i := range c.AddVersions {
		w.put(intBytes(int64(c.AddVersions[i].Number)), encodeVersion(&c.AddVersions[i]))
	}
	switch {
	case c.RemoveDraft:
		w.put("-")
	case c.PutDraft != nil:
		w.put(encodeVersion(c.PutDraft))
	default:
		w.put("")
	}
	w.runs(c)
	w.ticks(c)
	w.put(len(c.RequireKeys))
	for _, guard := range c.RequireKeys {
		w.put(guard.Key, guard.JobID)
	}
	w.put(c.ForbidDependents)
	w.graph(c.Graph)
	w.wake(c.Wake)
	return w
}

// changeWriter is the arguments written so far.
type changeWriter []any

func (w *changeWriter) put(args ...any) { *w = append(*w, args...) }

func (w *changeWriter) job(c *jobs.Change) {
	switch {
	case c.Tombstone != nil && c.Tombstone.Revision == 0:
		w.put("remove", intBytes(c.Job.Revision), encodeTombstone(c.Tombstone))
	case c.Tombstone != nil:
		w.put("tombstone", intBytes(c.Tombstone.Revision), encodeTombstone(c.Tombstone))
	case c.Job != nil:
		// A copy, as all that is written: the client may still be sending it
		// when the context has ended and the caller has its slice back.
		doc := append([]byte{}, c.Job.Doc...)
		w.put("put", intBytes(c.Job.Revision), header(c.Job, c.Job.Revision+1), doc, c.Job.Key)
	default:
		w.put("")
	}
}

func (w *changeWriter) runs(c *jobs.Change) {
	w.put(len(c.PutRuns))
	for i := range c.PutRuns {
		r := &c.PutRuns[i]
		expected := ""
		if r.Revision != 0 {
			expected = intBytes(r.Revision)
		}
		w.put(expected, r.ID, string(r.Outcome), encodeRun(r))
	}
	w.put(len(c.RemoveRuns))
	for _, guard := range c.RemoveRuns {
		w.put(guard.ID, intBytes(guard.Revision))
	}
}

func (w *changeWriter) ticks(c *jobs.Change) {
	w.put(len(c.PutTicks))
	for i := range c.PutTicks {
		w.put(timeBytes(floor(c.PutTicks[i].NominalAt)), encodeTick(&c.PutTicks[i]))
	}
	w.put(c.KeepTicks)
}

func (w *changeWriter) graph(g *jobs.GraphGuard) {
	switch {
	case g == nil:
		w.put("", "")
	case g.Raise:
		w.put(intBytes(g.Expect), intBytes(g.Expect+1))
	default:
		w.put(intBytes(g.Expect), "")
	}
}

func (w *changeWriter) wake(wake *jobs.Wake) {
	if wake == nil {
		w.put("", "")
		return
	}
	whom := ""
	if wake.Self {
		whom += "s"
	}
	if wake.Dependents {
		whom += "d"
	}
	w.put(timeBytes(floor(wake.At)), whom)
}

// largest is the most that a server takes as one argument, by default.
const largest = 512 << 20

// checkSize refuses what no server would take, before it is sent: a server
// that meets it cuts the connection, which says nothing about why.
func checkSize(args []any) error {
	for _, arg := range args {
		if b, ok := arg.([]byte); ok && len(b) >= largest {
			return fmt.Errorf("a record of %d bytes is too large", len(b))
		}
	}
	if len(args) > math.MaxInt16*16 {
		return fmt.Errorf("a change of %d parts is too large", len(args))
	}
	return nil
}
