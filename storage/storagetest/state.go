package storagetest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var stateCases = []testCase{
	{
		name: "a change that gives no document leaves it",
		why: "each tick writes what the scheduler keeps; it must neither rewrite a large config, nor put back one that it read " +
			"before somebody edited it",
		run: func(p *probe) {
			p.create(ref("job"), "key", p.documents("doc 1", "state 1"))
			p.jobDocuments("doc 1", "state 1")
			for _, each := range []struct{ doc, state, wantDoc, wantState string }{
				{"", "state 2", "doc 1", "state 2"},
				{"doc 3", "", "doc 3", "state 2"},
				{"", "", "doc 3", "state 2"},
				{"doc 4", "state 4", "doc 4", "state 4"},
				{"", "s", "doc 4", "s"},
				{"d", "", "d", "s"},
			} {
				p.edit(ref("job"), p.documents(each.doc, each.state))
				p.jobDocuments(each.wantDoc, each.wantState)
			}
			require.Equal(p, int64(7), p.job(ref("job")).Revision, "a change without documents is a write all the same")
		},
	},
	{
		name: "a new job needs no state",
		why:  "for a job that has not run, the scheduler has no state",
		run: func(p *probe) {
			p.create(ref("job"), "key", p.documents("doc", ""))
			p.jobDocuments("doc", "")
			p.edit(ref("job"), p.documents("", "state"))
			p.jobDocuments("doc", "state")
		},
	},
	{
		name: "a wake and a run leave both documents",
		why:  "a wake or a report has not read the documents, so it must not change them",
		run: func(p *probe) {
			p.create(ref("job"), "key", p.documents("doc", "state"), withScopes("up"))
			c := p.change(ref("job"))
			c.Wake = &storage.Wake{At: minute(1), Scope: "up"}
			p.commit(c)
			p.edit(ref("job"), p.documents("", ""), withRuns(newRun(ref("job"), 1)))
			p.jobDocuments("doc", "state")
		},
	},
	{
		name: "a large document is left by many small writes",
		why:  "a store that keeps the two documents apart must still return the one that was not written",
		run: func(p *probe) {
			large := strings.Repeat("large ", 50_000)
			p.create(ref("job"), "key", p.documents(large, "0"))
			for n := 1; n <= 10; n++ {
				p.edit(ref("job"), p.documents("", runID(n)), withKey(runID(n)), withWakeAt(minute(n)))
				p.jobDocuments(large, runID(n))
			}
		},
	},
}

// documents gives a change two documents, as they are.
func (*probe) documents(doc, state string) func(*storage.Change) {
	return func(c *storage.Change) { c.Job.Doc, c.Job.State = []byte(doc), []byte(state) }
}

// jobDocuments compares the documents of the job "job", by every read of it.
func (p *probe) jobDocuments(doc, state string) {
	p.Helper()
	listed := p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 1}).Jobs
	found := p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"job"}}).Jobs
	require.Len(p, listed, 1)
	require.Len(p, found, 1)
	for _, job := range []storage.JobRecord{p.job(ref("job")), listed[0], found[0].JobRecord} {
		require.Equal(p, doc, string(job.Doc))
		require.Equal(p, state, string(job.State))
	}
}
