package storagetest

import (
	"bytes"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var documentCases = []testCase{
	{
		name: "documents come back byte for byte",
		why: "a store that reads a document and writes it anew loses what it does not understand: " +
			"an empty list becomes an object, a large number a rounded one",
		run: func(p *probe) {
			for i, doc := range documents() {
				p.documentEverywhere(ref(runID(i)), doc.name, doc.bytes)
			}
		},
	},
	{
		name: "documents of many kinds replace each other",
		why:  "a shorter document must not keep the tail of the longer one before",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for _, doc := range documents() {
				if len(doc.bytes) > 0 {
					got := p.edit(ref("job"), withDoc(string(doc.bytes)))
					require.True(p, bytes.Equal(doc.bytes, got.Doc), doc.name)
				}
			}
		},
	},
}

// document is one that some encoding, column type or script gets wrong.
type document struct {
	name  string
	bytes []byte
}

func documents() []document {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return []document{
		{"none", nil},
		{"empty", []byte{}},
		{"an empty list", []byte(`[]`)},
		{"an empty object", []byte(`{}`)},
		{"nested empty lists", []byte(`{"a":[],"b":{},"c":[[],{}]}`)},
		{"null", []byte(`null`)},
		{"large integers", []byte(`{"n":9007199254740993,"m":-9223372036854775808,"f":1e400,"z":-0.0}`)},
		{"spaces and doubled fields", []byte("  { \"b\" : 1,\r\n\t\"b\":2, \"a\":3 }\n\n")},
		{"escapes", []byte(`"\u0000\/\ud800<>&` + "\u2028" + `"`)},
		{"digits", []byte(`0123`)},
		{"not JSON", []byte(`{"open":`)},
		{"quotes", []byte(`'; DROP TABLE jobs; --"%s%d\`)},
		{"NUL bytes", []byte("\x00a\x00\x00")},
		{"invalid UTF-8", []byte("\xff\xfe\xc3\x28\xed\xa0\x80")},
		{"a byte order mark", []byte("\xef\xbb\xbf{}")},
		{"every byte", all},
		{"256 KiB", bytes.Repeat(all, 1024)},
	}
}

// documentEverywhere stores a document in every record that has one.
func (p *probe) documentEverywhere(ref storage.JobRef, name string, doc []byte) {
	p.Helper()
	run, v, t := newRun(ref, 1), version(ref, 1), tick(ref, 1)
	run.Doc, v.Doc, t.Doc = doc, doc, doc
	draft := v
	draft.Number, v.State = 2, doc
	p.create(ref, ref.JobID, withRuns(run), func(c *storage.Change) {
		c.AddVersions, c.PutDraft, c.PutTicks = []storage.VersionRecord{v}, &draft, []storage.TickRecord{t}
	})

	got := map[string][]byte{}
	got["latest run"], got["run"] = p.latest(p.job(ref)).Doc, p.run(ref, run.ID).Doc
	if len(doc) > 0 { // a job that is given none keeps the one that it had
		job := p.edit(ref, func(c *storage.Change) { c.Job.Doc, c.Job.State = doc, doc })
		got["job"], got["state"] = job.Doc, job.State
	}
	readVersion, err := p.store.Version(p.ctx, ref, 1)
	require.NoError(p, err, name)
	readDraft, err := p.store.Draft(p.ctx, ref)
	require.NoError(p, err, name)
	got["version"], got["draft"], got["version's state"] = readVersion.Doc, readDraft.Doc, readVersion.State
	ticks := p.ticks(storage.TickQuery{JobRef: ref, Limit: 1})
	require.Len(p, ticks, 1, name)
	got["tick"] = ticks[0].Doc

	c := p.removing(ref)
	c.Tombstone.Doc = doc
	c.Events = []storage.EventRecord{{Doc: doc}}
	c.Organization = &storage.OrganizationRecord{OrganizationID: org, Revision: p.organization(org).Revision, Doc: doc}
	p.commit(c)
	got["tombstone"] = p.tombstone(ref).Doc
	got["event"] = p.events(storage.EventQuery{OrganizationID: org, JobID: ref.JobID, Limit: 1}).Events[0].Doc
	got["organization"] = p.organization(org).Doc
	got["run that was left"] = p.runs(storage.RunQuery{JobRef: ref, Removed: true, Limit: 1})[0].Doc
	for where, b := range got {
		require.True(p, bytes.Equal(doc, b), "%s of a %s: %d bytes went in, %d came out", name, where, len(doc), len(b))
	}
}
