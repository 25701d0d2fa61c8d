package storagetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var copiedCases = []testCase{
	{
		name: "copied records keep their revisions",
		why:  "after a move to another store, every read must give the same answer",
		run: func(p *probe) {
			p.copyJob()
			want := storage.OrganizationRecord{OrganizationID: org, Revision: 3, Graph: 8, Doc: []byte("held")}
			c := p.copied("")
			c.Organization, c.RequireOrganization = &want, new(int64(0))
			p.commit(c)
			p.same(want, p.organization(org), "the organization")

			job := p.job(ref("job"))
			require.Equal(p, int64(7), job.Revision)
			require.Equal(p, int64(5), job.LatestRun.Revision)
			require.Equal(p, int64(4), p.run(ref("job"), runID(1)).Revision)
			page, err := listVersions(p.ctx, p.store, storage.VersionQuery{JobRef: ref("job"), Limit: plenty})
			require.NoError(p, err)
			require.Equal(p, 3, page.Total)
			require.Len(p, page.Versions, 3)
			require.Len(p, p.ticks(storage.TickQuery{JobRef: ref("job"), Limit: plenty}), 2)
		},
	},
	{
		name: "copied records are written on like any other",
		why:  "if guards compare another revision than the one that reads return, the job can never be written again",
		run: func(p *probe) {
			p.copyJob()
			run := p.run(ref("job"), runID(1))
			run.Outcome = failed
			job := p.edit(ref("job"), withKey("other"), withRuns(newRun(ref("job"), 3)), withVersions(4), func(c *storage.Change) {
				c.PutRuns = append(c.PutRuns, run)
			})
			require.Equal(p, int64(8), job.Revision)
			require.Equal(p, int64(5), p.run(ref("job"), run.ID).Revision)
			p.remove(ref("job"))
			p.gone(ref("job"))
		},
	},
	{
		name: "copied records are new",
		why:  "a copy that starts again after a crash, or finds records of other writers, must overwrite nothing",
		run: func(p *probe) {
			again := p.copyJob()
			again.OperationID = "again"
			p.stale(again)
			c := p.copied("job")
			c.PutRuns = []storage.RunRecord{copiedRun(1, 4)}
			p.stale(c)
			c = p.copied("job")
			c.AddVersions = []storage.VersionRecord{version(ref("job"), 2)}
			p.stale(c)
			c = p.copied("missing")
			c.PutTicks = []storage.TickRecord{tick(ref("missing"), 1)}
			p.stale(c)
			p.remove(ref("job"))
			again.OperationID = "after it was removed"
			p.stale(again)
			c = p.copied("")
			c.Organization = &storage.OrganizationRecord{OrganizationID: org, Revision: 4}
			c.RequireOrganization = new(int64(1))
			p.stale(c)
		},
	},
	{
		name: "a copied journal goes on where the other ended",
		why:  "a reader of the journal remembers the last number that it has read; numbers must not change",
		run: func(p *probe) {
			p.create(ref("a"), "a")
			p.commit(p.copiedEvents(41, "a", "", "b", "a"))
			p.commit(p.copiedEvents(45, "b"))
			p.stale(p.copiedEvents(45, "a"))
			p.stale(p.copiedEvents(47, "a"))
			p.edit(ref("a"), withEvents("46 a"))
			page := p.events(storage.EventQuery{OrganizationID: org, Ascending: true, Limit: plenty})
			require.Equal(p, int64(41), page.Oldest)
			require.Equal(p, int64(46), page.Newest)
			require.Equal(p, []string{"41 a", "42 ", "43 b", "44 a", "45 b", "46 a"}, eventDocs(page))
			require.Equal(p, minute(43), page.Events[2].At)
			require.Equal(p, ref("b"), page.Events[2].JobRef)
			for id, want := range map[string][]string{"a": {"41 a", "44 a", "46 a"}, "b": {"43 b", "45 b"}} {
				page := p.events(storage.EventQuery{OrganizationID: org, JobID: id, Ascending: true, Limit: plenty})
				require.Equal(p, want, eventDocs(page))
			}
			require.NoError(p, sweepAll(p.ctx, p.store, storage.SweepOptions{Limit: 10, EventsBefore: minute(43)}))
			page = p.events(storage.EventQuery{OrganizationID: org, Ascending: true, Limit: plenty})
			require.Equal(p, int64(43), page.Oldest, "the oldest are erased by their own times")
		},
	},
	{
		name: "a copied tombstone keeps its revision",
		why:  "the cancels and cleanups of a removed job must be found in the new store, too",
		run: func(p *probe) {
			want := storage.TombstoneRecord{JobRef: ref("gone"), Revision: 6, WakeAt: minute(2), Doc: []byte("owed")}
			c := p.copied("gone")
			c.Job = newJob(ref("gone"), "gone")
			c.Job.Revision = 1
			owed := copiedRun(1, 9)
			owed.JobRef = ref("gone")
			c.PutRuns = []storage.RunRecord{owed}
			p.commit(c)
			c = p.copied("gone")
			job := p.job(ref("gone"))
			c.Job, c.Tombstone = &job, &want
			p.commit(c)
			p.gone(ref("gone"))
			p.sweep()
			p.same(want, p.tombstone(ref("gone")), "the tombstone")
			p.same([]storage.RunRecord{owed}, p.runs(storage.RunQuery{JobRef: ref("gone"), Removed: true, Limit: plenty}), "what it left")
			c = p.change(ref("gone"))
			c.Tombstone = &want
			c.RemoveRuns = []storage.RunGuard{{ID: owed.ID, Revision: 9}}
			p.commit(c)
			require.Equal(p, int64(7), p.tombstone(ref("gone")).Revision)
		},
	},
	{
		name: "a copied change that is wrong in itself is refused",
		why:  "a copied change writes only what was read from another store; anything else is a bug",
		run: func(p *probe) {
			for name, spoil := range map[string]func(*storage.Change){
				"a job of revision 0":          func(c *storage.Change) { c.Job.Revision = 0 },
				"a job without a document":     func(c *storage.Change) { c.Job.Doc = nil },
				"a run of revision 0":          func(c *storage.Change) { c.PutRuns[0].Revision = 0 },
				"a wake":                       func(c *storage.Change) { c.Wake = &storage.Wake{At: minute(1), Scope: "up"} },
				"a removed draft":              func(c *storage.Change) { c.PutDraft, c.RemoveDraft = nil, true },
				"a trimmed tick":               func(c *storage.Change) { c.TrimTicks = minute(1) },
				"a raised counter":             withGraph(0, true),
				"an event beside a job":        func(c *storage.Change) { c.Events = p.copiedEvents(1, "job").Events },
				"an event without a number":    func(c *storage.Change) { *c = p.copiedEvents(0, "job") },
				"an event without a time":      func(c *storage.Change) { *c = p.copiedEvents(1, "job"); c.Events[0].At = beyond },
				"another organization's event": func(c *storage.Change) { *c = p.copiedEvents(1, "job"); c.Events[0].OrganizationID = "other" },
				"a gap between events": func(c *storage.Change) {
					*c = p.copiedEvents(1, "job", "job")
					c.Events[1].Seq++
				},
			} {
				c := p.copyOf("job")
				spoil(&c)
				p.refused(c, name)
			}
		},
	},
}

// copied begins a copied change.
func (p *probe) copied(jobID string) storage.Change {
	c := p.change(ref(jobID))
	c.Copied = true
	return c
}

// copyOf returns a copied job with one of everything.
func (p *probe) copyOf(jobID string) storage.Change {
	c := p.copied(jobID)
	c.Job = newJob(ref(jobID), "key")
	c.Job.Revision = 7
	withTeams("blue")(&c)
	withScopes("key-east", "up")(&c)
	withVersions(1, 2)(&c)
	withDraft(4)(&c)
	c.PutRuns = []storage.RunRecord{copiedRun(1, 4)}
	c.Job.LatestRunID = runID(2)
	return c
}

// copyJob copies the job "job", in two changes, and returns the first.
func (p *probe) copyJob() storage.Change {
	p.Helper()
	first := p.copyOf("job")
	p.commit(first)
	rest := p.copied("job")
	rest.PutRuns = []storage.RunRecord{copiedRun(2, 5)}
	rest.AddVersions = []storage.VersionRecord{version(ref("job"), 3)}
	rest.PutTicks = []storage.TickRecord{tick(ref("job"), 1), tick(ref("job"), 2)}
	p.commit(rest)
	return first
}

func copiedRun(number int, revision int64) storage.RunRecord {
	run := newRun(ref("job"), number)
	run.Revision = revision
	return run
}

// copiedEvents returns a change that copies events of jobs, from a number on.
func (p *probe) copiedEvents(from int, jobIDs ...string) storage.Change {
	c := p.copied("")
	for i, id := range jobIDs {
		c.Events = append(c.Events, storage.EventRecord{
			JobRef: ref(id), Seq: int64(from + i), At: minute(from + i), Doc: fmt.Appendf(nil, "%d %s", from+i, id),
		})
	}
	return c
}

func eventDocs(page storage.EventPage) []string {
	var docs []string
	for _, e := range page.Events {
		docs = append(docs, string(e.Doc))
	}
	return docs
}
