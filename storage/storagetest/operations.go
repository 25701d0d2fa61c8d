package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var operationCases = []testCase{
	{
		name: "a repeated change takes effect once",
		why:  "a commit whose outcome is unknown is repeated; the second must not run the job twice",
		run: func(p *probe) {
			c := everything(p)
			p.commit(c)
			want := p.snapshot()
			for range 3 {
				p.commit(c)
			}
			p.same(want, p.snapshot(), "after the change was repeated")
		},
	},
	{
		name: "each kind of change takes effect once when it is repeated",
		why:  "the answer to any kind of change may be lost, so each kind may be repeated",
		run:  operationsOfEachKind,
	},
	{
		name: "a change is known again after the job has moved on",
		why:  "when the change is repeated, others may have edited the job; ErrStale would tell the caller that it was not made",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			c := p.editing(ref("job"), withDoc("first"), withGraph(0, true))
			p.commit(c)
			p.edit(ref("job"), withDoc("second"), withGraph(1, true))
			p.commit(c)
			require.Equal(p, "second", string(p.job(ref("job")).Doc))
			require.Equal(p, int64(2), p.graph(org))
			p.remove(ref("job"))
			p.commit(c)
			p.sweep()
			p.commit(c)
			p.gone(ref("job"))
		},
	},
	{
		name: "an applied operation does nothing, whatever else the change says",
		why:  "the operation ID alone names the decision; two documents of one decision may differ in their bytes",
		run: func(p *probe) {
			c := p.change(ref("job"))
			c.Job = newJob(ref("job"), "key")
			p.commit(c)
			p.create(ref("other"), "other")
			want := p.snapshot()
			stale := p.editing(ref("job"), withDoc("different"))
			stale.Job.Revision = 77
			other := p.editing(ref("other"), withDoc("different"))
			for _, different := range []storage.Change{stale, other} {
				different.OperationID = c.OperationID
				p.commit(different)
			}
			p.same(want, p.snapshot(), "after other changes under the same ID")
		},
	},
	{
		name: "an operation is remembered as long as promised",
		why:  "every layer above the store may retry, so a repeat may come minutes later",
		run:  operationsRetained,
	},
	{
		name: "operation IDs of organizations are independent",
		why:  "two organizations may use the same operation ID",
		run: func(p *probe) {
			for _, organization := range []string{"org-1", "org-2", "org"} {
				at := storage.JobRef{OrganizationID: organization, JobID: "job"}
				c := p.change(at)
				c.Job = newJob(at, "key")
				c.OperationID = "the same"
				p.commit(c)
				require.Equal(p, "key", p.job(at).Key)
			}
		},
	},
	{
		name: "operation IDs need not rise",
		why:  "the clocks of replicas differ, so a new operation ID may be lower than one that the store has seen",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for _, at := range []time.Time{minute(2), minute(1), minute(3), minute(2), instants[0], forever} {
				before := p.job(ref("job")).Revision
				c := p.editing(ref("job"))
				c.OperationID = storage.NewOperationID(at)
				p.commit(c)
				p.commit(c)
				require.Equal(p, before+1, p.job(ref("job")).Revision)
			}
		},
	},
	{
		name: "a new operation is a new decision",
		why:  "two people may make the same edit; with two operation IDs these are two changes",
		run: func(p *probe) {
			p.create(ref("job"), "key", withScopes("up"))
			c := p.change(ref("job"))
			c.Wake = &storage.Wake{At: minute(1), Scope: "up"}
			p.commit(c)
			c.OperationID += " " // differs in its last byte only
			p.commit(c)
			require.Equal(p, int64(3), p.job(ref("job")).Revision)
		},
	},
}

func operationsOfEachKind(p *probe) {
	twice := func(c storage.Change) {
		p.Helper()
		p.commit(c)
		want := p.snapshot()
		p.commit(c)
		p.same(want, p.snapshot(), "after %s was repeated", c.OperationID)
	}
	create := p.change(ref("job"))
	create.Job = newJob(ref("job"), "key")
	create.Job.Scopes = []string{"up"}
	twice(create)
	twice(p.editing(ref("job"), withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2))))
	report := p.change(ref("job"))
	report.PutRuns = []storage.RunRecord{p.run(ref("job"), runID(1))}
	report.Wake = &storage.Wake{At: minute(1), Scope: "up"}
	twice(report)
	retention := p.change(ref("job"))
	retention.RemoveRuns = []storage.RunGuard{{ID: runID(2), Revision: 1}}
	twice(retention)
	twice(p.removing(ref("job")))
	done := p.change(ref("job"))
	done.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: 1}
	done.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 2}}
	twice(done)
	hold := p.change(ref(""))
	hold.Organization = &storage.OrganizationRecord{OrganizationID: org, Doc: []byte("held")}
	hold.Events = []storage.EventRecord{{Doc: []byte("held")}}
	twice(hold)
}

// operationsRetained repeats an operation while later commits bring the time
// close to the end of the retention, with clocks that are not quite equal.
func operationsRetained(p *probe) {
	p.create(ref("job"), "key")
	p.create(ref("other"), "other")
	c := p.editing(ref("job"), withDoc("once"))
	c.At = minute(60)
	p.commit(c)
	offsets := []time.Duration{
		0, time.Second, -time.Second, time.Minute, 5 * time.Minute, 4 * time.Minute, 9 * time.Minute,
		storage.OperationRetention - time.Second, storage.OperationRetention - time.Microsecond,
	}
	for _, offset := range offsets {
		for range 5 {
			next := p.editing(ref("other"))
			next.At = c.At.Add(offset)
			p.commit(next)
		}
		p.commit(c)
		require.Equal(p, int64(2), p.job(ref("job")).Revision, "%v later", offset)
	}
}
