package redis

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// partsOf returns the parts of the commit script that a change needs.
func partsOf(c *storage.Change, move *move) part {
	var parts part
	add := func(needed bool, p part) {
		if needed {
			parts |= p
		}
	}
	runs := len(c.PutRuns)+len(c.RemoveRuns) > 0
	details := len(c.AddVersions)+len(c.PutVersionStates)+len(c.PutTicks) > 0 || c.PutDraft != nil || c.RemoveDraft || !c.TrimTicks.IsZero()
	switch {
	case c.Removes():
		parts = partRemove
	case c.Tombstone != nil:
		parts = partBury
	case c.Job == nil:
		add(runs || c.Wake != nil || c.Copied && c.JobID != "", partPresent)
	case c.Creates(c.Job.Revision):
		parts = partCreate
	default:
		parts = partPut
	}
	add(details, partDetails)
	add(runs, partRuns)
	add(len(c.Events) > 0 && !c.Copied, partEvents)
	add(len(c.Events) > 0 && c.Copied, partJournal)
	add(c.Organization != nil || c.RequireOrganization != nil || c.Graph != nil, partOrganization)
	add(len(c.RequireKeys) > 0 || c.ForbidScope != "", partGuards)
	add(c.Wake != nil && !c.Removes(), partWake)
	add(move != nil, partIndex)
	return parts
}

// changeArgs writes a change as arguments for a script of these parts, without
// the operation ID, which comes first. Each document is an argument of its own,
// and a copy: the client may still be sending it when the context has ended and
// the caller uses its slices again.
func changeArgs(c *storage.Change, parts part, layout string, move *move) []any {
	w := make(changeWriter, 0, 32)
	w.put(layout, nameBytes(c.OrganizationID), nameBytes(c.JobID))
	for _, section := range []struct {
		part  part
		write func(*storage.Change)
	}{
		{partCreate, w.create},
		{partPut, func(c *storage.Change) { w.replace(c, move) }},
		{partPresent, func(c *storage.Change) { w.put(flag(c.Copied)) }},
		{partRemove, func(c *storage.Change) {
			w.put(intBytes(c.Job.Revision), move.assumed(), encodeTombstone(c))
		}},
		{partBury, func(c *storage.Change) { w.put(intBytes(c.Tombstone.Revision), encodeTombstone(c)) }},
		{partDetails, w.details},
		{partRuns, w.runs},
		{partEvents, w.events},
		{partJournal, w.journal},
		{partOrganization, w.organization},
		{partGuards, w.guards},
		{partWake, w.wake},
		{partIndex, func(*storage.Change) { w.put(move.args()...) }},
	} {
		if parts&section.part != 0 {
			section.write(c)
		}
	}
	return w
}

// changeWriter is the arguments that were written so far.
type changeWriter []any

func (w *changeWriter) put(args ...any) { *w = append(*w, args...) }

func (w *changeWriter) create(c *storage.Change) {
	placement := placementOf(c.Job)
	indexed := placement.bytes()
	b := make([]byte, 0, headerLatest+8+len(c.Job.LatestRunID)+len(c.Job.State)+len(indexed))
	b = append(b, intBytes(c.Stored(c.Job.Revision))...)
	b = append(b, timeBytes(c.Job.WakeAt)...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(c.Job.Doc)))
	b = append(b, digest(indexed)...)
	b = appendName(b, c.Job.LatestRunID)
	b = appendName(b, string(c.Job.State))
	w.put(append(b, indexed...), timeBytes(c.Job.WakeAt), slices.Clone(c.Job.Doc))
}

// replace writes the parts of a job's header. The script takes the missing
// parts from the stored header.
func (w *changeWriter) replace(c *storage.Change, move *move) {
	j := c.Job
	placement := placementOf(j)
	indexed := placement.bytes()
	sum := digest(indexed)
	assumed := sum
	if move != nil {
		assumed = move.assumed()
	}
	var size, doc, state []byte
	if len(j.Doc) > 0 {
		size, doc = binary.BigEndian.AppendUint32(nil, uint32(len(j.Doc))), slices.Clone(j.Doc)
	}
	if len(j.State) > 0 {
		state = appendName(nil, string(j.State))
	}
	w.put(intBytes(j.Revision), intBytes(j.Revision+1), timeBytes(j.WakeAt), size, sum, assumed,
		appendName(nil, j.LatestRunID), state, indexed, doc)
}

func (w *changeWriter) details(c *storage.Change) {
	switch {
	case c.RemoveDraft:
		w.put("-")
	case c.PutDraft != nil:
		w.put(encodeVersion(c.PutDraft))
	default:
		w.put("")
	}
	w.put(len(c.AddVersions))
	for i := range c.AddVersions {
		w.put(intBytes(int64(c.AddVersions[i].Number)), encodeVersion(&c.AddVersions[i]))
	}
	w.put(len(c.PutVersionStates))
	for i := range c.PutVersionStates {
		w.put(intBytes(int64(c.PutVersionStates[i].Number)), appendName(nil, string(c.PutVersionStates[i].State)))
	}
	w.put(len(c.PutTicks))
	for i := range c.PutTicks {
		w.put(timeBytes(c.PutTicks[i].NominalAt), slices.Clone(c.PutTicks[i].Doc))
	}
	trim := ""
	if !c.TrimTicks.IsZero() {
		trim = timeBytes(ceiling(c.TrimTicks))
	}
	w.put(trim, storage.TrimAtOnce)
}

// encodeVersion writes a version or a draft: number, state, document.
func encodeVersion(r *storage.VersionRecord) []byte {
	b := make([]byte, 0, 12+len(r.State)+len(r.Doc))
	b = append(b, intBytes(int64(r.Number))...)
	b = appendName(b, string(r.State))
	return append(b, r.Doc...)
}

func (w *changeWriter) runs(c *storage.Change) {
	w.put(len(c.PutRuns))
	for i := range c.PutRuns {
		r := &c.PutRuns[i]
		expected := ""
		if !c.Creates(r.Revision) {
			expected = intBytes(r.Revision)
		}
		w.put(expected, r.ID, "o"+nameBytes(string(r.Outcome)), encodeRun(r, c.Stored(r.Revision)))
	}
	w.put(len(c.RemoveRuns))
	for _, guard := range c.RemoveRuns {
		w.put(guard.ID, intBytes(guard.Revision))
	}
}

func (w *changeWriter) events(c *storage.Change) {
	w.put(timeBytes(c.At), flag(c.JobID != ""), len(c.Events))
	for i := range c.Events {
		w.put(encodeEvent(c.At, c.JobID, c.Events[i].Doc))
	}
}

// journal writes copied events. Each has the number of its job among journaled.
func (w *changeWriter) journal(c *storage.Change) {
	numbers := map[string]int{}
	for i, id := range journaled(c) {
		numbers[id] = i + 1
	}
	w.put(intBytes(c.Events[0].Seq), intBytes(c.Events[0].Seq-1), timeBytes(c.Events[0].At), len(c.Events))
	for i := range c.Events {
		e := &c.Events[i]
		w.put(intBytes(e.Seq), numbers[e.JobID], encodeEvent(e.At, e.JobID, e.Doc))
	}
}

// journaled are the jobs of a change's copied events: sorted, each once.
func journaled(c *storage.Change) []string {
	if !c.Copied {
		return nil
	}
	var ids []string
	for _, e := range c.Events {
		if e.JobID != "" {
			ids = append(ids, e.JobID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (w *changeWriter) organization(c *storage.Change) {
	var expected, written, doc, graph, raised any = "", "", "", "", ""
	if c.RequireOrganization != nil {
		expected = intBytes(*c.RequireOrganization)
	}
	if o := c.Organization; o != nil && c.Copied {
		written, doc, raised = intBytes(o.Revision), slices.Clone(o.Doc), intBytes(o.Graph)
	} else if o != nil {
		revision := intBytes(o.Revision)
		if expected != "" && expected != revision {
			revision = intBytes(-1) // the record cannot have both revisions
		}
		expected, written, doc = revision, intBytes(o.Revision+1), slices.Clone(o.Doc)
	}
	if g := c.Graph; g != nil {
		graph = intBytes(g.Expect)
		if g.Raise {
			raised = intBytes(g.Expect + 1)
		}
	}
	w.put(expected, written, doc, graph, raised)
}

func (w *changeWriter) guards(c *storage.Change) {
	w.put(flag(c.ForbidScope != ""), len(c.RequireKeys))
	for _, guard := range c.RequireKeys {
		w.put(guard.Key, nameBytes(guard.JobID))
	}
}

func (w *changeWriter) wake(c *storage.Change) {
	w.put(timeBytes(c.Wake.At), flag(c.Job != nil && slices.Contains(c.Job.Scopes, c.Wake.Scope)), flag(c.Job != nil))
}

// largest is the largest argument that a server accepts by default, in bytes.
const largest = 512 << 20

// checkSize refuses an argument that no server accepts. A server would close
// the connection, without a reason.
func checkSize(args []any) error {
	for _, arg := range args {
		if b, ok := arg.([]byte); ok && len(b) >= largest {
			return fmt.Errorf("a record of %d bytes is too large", len(b))
		}
	}
	return nil
}

// flag is a yes or no as an argument of a script.
func flag(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}
