package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var isolationCases = []testCase{
	{
		name: "organizations with the same names do not mix",
		why:  "two organizations may use the same IDs for jobs, keys, runs and teams; they must not see each other's",
		run: func(p *probe) {
			each := p.twins("org-1", "org-2")
			p.onlyOwn("org-1", each)
			p.onlyOwn("org-2", each)
		},
	},
	{
		name: "writes to one organization leave the other as it was",
		why:  "an index that leaves out the organization shows one organization's records to another",
		run:  isolatedWrites,
	},
	{
		name: "guards and wakes stop at the organization",
		why:  "jobs of another organization must not fulfil or break a guard, and must not be woken",
		run:  isolatedGuards,
	},
	{
		name: "names that run into each other do not mix",
		why:  "a backend that joins names with a separator may take two different names for the same",
		run:  isolatedNames,
	},
	{
		name: "an organization that is not there has nothing",
		why:  "for an organization without records, lists are empty and the counter is 0; that is no error",
		run: func(p *probe) {
			p.twins("org-1", "org-2")
			nobody := storage.JobRef{OrganizationID: "org", JobID: "job-a"}
			p.operation(nobody)
			s := p.snapshot()
			p.same(jobState{}, s.Jobs[nobody], "a job of it")
			p.same(organizationState{Record: storage.OrganizationRecord{OrganizationID: "org"}}, s.Organizations["org"], "the organization")
		},
	},
}

// twins fills organizations with jobs of the same names, and returns how
// many are in each.
func (p *probe) twins(organizations ...string) int {
	p.Helper()
	ids := []string{"job-a", "job-b"}
	for _, organization := range organizations {
		for _, id := range ids {
			p.full(storage.JobRef{OrganizationID: organization, JobID: id})
		}
	}
	return len(ids)
}

// onlyOwn checks that every read of an organization returns its own records.
func (p *probe) onlyOwn(organization string, total int) {
	p.Helper()
	own := func(ref storage.JobRef) {
		p.Helper()
		require.Equal(p, organization, ref.OrganizationID)
	}
	for _, q := range []storage.JobQuery{
		{AllTeams: true}, {TeamIDs: []string{"red"}}, {TeamIDs: []string{"blue", "red"}}, {AllTeams: true, Order: storage.ByKey},
		{AllTeams: true, Scope: "key-east"}, {AllTeams: true, Scope: "key-east", Order: storage.ByKey},
		{AllTeams: true, Scope: "up"}, {TeamIDs: []string{"red"}, Scope: "up"},
	} {
		q.OrganizationID, q.Limit = organization, plenty
		page := p.list(q)
		require.Equal(p, total, page.Total, "%+v", q)
		require.Len(p, page.Jobs, total, "%+v", q)
		for _, job := range page.Jobs {
			own(job.JobRef)
			own(p.latest(job).JobRef)
		}
	}
	found := p.find(storage.FindQuery{
		OrganizationID: organization, IDs: []string{"job-a"}, Keys: []string{"key of job-a", "key of job-b"},
	})
	require.Len(p, found.Jobs, total)
	for _, job := range found.Jobs {
		own(job.JobRef)
	}
	runs := p.runs(storage.RunQuery{JobRef: storage.JobRef{OrganizationID: organization}, Limit: plenty})
	require.Len(p, runs, 4*total)
	for _, run := range runs {
		own(run.JobRef)
	}
}

func isolatedWrites(p *probe) {
	p.twins("org-1", "org-2")
	state := func() (organizationState, jobState, []storage.DueItem) {
		p.Helper()
		s := p.snapshot()
		var due []storage.DueItem
		for _, kind := range dueKinds {
			for _, item := range s.Due[kind] {
				if item.OrganizationID == "org-2" {
					due = append(due, item)
				}
			}
		}
		return s.Organizations["org-2"], s.Jobs[storage.JobRef{OrganizationID: "org-2", JobID: "job-a"}], due
	}
	organization, job, due := state()
	unchanged := func(after string) {
		p.Helper()
		o, j, d := state()
		p.same(organization, o, "org-2 after %s", after)
		p.same(job, j, "job-a of org-2 after %s", after)
		p.same(due, d, "due of org-2 after %s", after)
	}
	p.edit(ref("job-a"), withKey("other"), withTeams("blue"), withScopes("key-west"), withVersions(3),
		withDraft(4), withTicks(3), withGraph(0, true), withEvents("edited"), trimmed(2))
	unchanged("an edit")
	run := p.run(ref("job-a"), runID(1))
	run.Outcome, run.ReadyAt, run.DeadlineAt, run.OwedAt = failed, minute(7), minute(7), minute(7)
	p.putRun(run)
	unchanged("a run's report")
	c := p.change(ref("job-a"))
	c.RemoveRuns = []storage.RunGuard{{ID: runID(2), Revision: 1}}
	p.commit(c)
	unchanged("a run's removal")
	c = p.change(ref(""))
	c.Organization = &storage.OrganizationRecord{OrganizationID: org, Doc: []byte("held")}
	p.commit(c)
	unchanged("the other's own record")
	p.remove(ref("job-a"))
	unchanged("a removal")
	p.sweep()
	unchanged("a sweep")
}

func isolatedGuards(p *probe) {
	foreign := func(id string) storage.JobRef { return storage.JobRef{OrganizationID: "org-2", JobID: id} }
	hold := p.change(foreign(""))
	hold.Organization = &storage.OrganizationRecord{OrganizationID: "org-2", Doc: []byte("held")}
	p.commit(hold)
	p.create(foreign("up"), "up", withGraph(0, true))
	p.create(foreign("down"), "down", withScopes("up", "up-1"))
	p.create(ref("up-1"), "up-1", withGraph(0, true))
	p.create(ref("down"), "down", withScopes("up-2"))

	p.stale(p.editing(ref("down"), func(c *storage.Change) { c.RequireKeys = []storage.KeyGuard{{Key: "up", JobID: "up"}} }))
	p.stale(p.editing(ref("down"), func(c *storage.Change) { c.RequireOrganization = new(int64(1)) }))
	p.edit(ref("down"), func(c *storage.Change) { c.ForbidScope, c.RequireOrganization = "up", new(int64(0)) })
	c := p.change(ref("up-1"))
	c.Wake = &storage.Wake{At: minute(1), Scope: "up"}
	p.commit(c)
	require.Equal(p, int64(1), p.job(foreign("down")).Revision, "woken from another organization")
	require.Empty(p, p.due(storage.DueQuery{Until: forever, Limit: 9}).Items)
	require.Equal(p, int64(1), p.graph(org))
	require.Equal(p, int64(1), p.graph("org-2"))
}

// isolatedNames stores jobs whose names, joined by this or that separator, are
// equal, or of which one is a pattern that matches another.
func isolatedNames(p *probe) {
	var refs []storage.JobRef
	for _, sep := range []string{":", "/", "|", ",", ".", "-", "#", "{", "}", " ", "\t", "\n", "%", "_", "*", "?", "\\", "'"} {
		refs = append(refs,
			storage.JobRef{OrganizationID: "a", JobID: "b" + sep + "c"},
			storage.JobRef{OrganizationID: "a" + sep + "b", JobID: "c"},
			storage.JobRef{OrganizationID: "a" + sep, JobID: "b"})
	}
	for _, at := range refs {
		run := newRun(at, 1)
		p.create(at, at.JobID, withTeams(at.JobID), withScopes("key-"+at.JobID, "scope-"+at.JobID), withEvents(at.JobID),
			withRuns(run), withVersions(1), withDoc(at.OrganizationID+"\x00"+at.JobID))
	}
	for _, at := range refs {
		job := p.job(at)
		require.Equal(p, at, job.JobRef)
		require.Equal(p, at.OrganizationID+"\x00"+at.JobID, string(job.Doc))
		require.Equal(p, int64(1), job.Revision)
		same := 0
		for _, other := range refs {
			if other.OrganizationID == at.OrganizationID {
				same++
			}
		}
		page := p.list(storage.JobQuery{OrganizationID: at.OrganizationID, AllTeams: true, Limit: plenty})
		require.Equal(p, same, page.Total, "jobs of %q", at.OrganizationID)
		page = p.list(storage.JobQuery{OrganizationID: at.OrganizationID, TeamIDs: []string{at.JobID}, Limit: plenty})
		require.Equal(p, 1, page.Total, "jobs granted to %q", at.JobID)
		for _, q := range []storage.JobQuery{
			{Scope: "scope-" + at.JobID}, {Scope: "key-" + at.JobID}, {Scope: "key-" + at.JobID, Order: storage.ByKey},
		} {
			q.OrganizationID, q.AllTeams, q.Limit = at.OrganizationID, true, plenty
			require.Equal(p, 1, p.list(q).Total, "jobs of %+v", q)
		}
		events := p.events(storage.EventQuery{OrganizationID: at.OrganizationID, JobID: at.JobID, Limit: plenty}).Events
		require.Len(p, events, 1, "events of %+v", at)
		require.Equal(p, at.JobID, string(events[0].Doc))
		runs := p.runs(storage.RunQuery{JobRef: at, Limit: plenty})
		require.Len(p, runs, 1, "runs of %+v", at)
		require.Equal(p, at, runs[0].JobRef)
	}
}
