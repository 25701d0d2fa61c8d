package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var copyCases = []testCase{
	{
		name: "what was committed is the store's own",
		why:  "a caller that reuses a buffer would write into the ledger",
		run:  copiedIn,
	},
	{
		name: "what was read is the reader's own",
		why:  "a caller that sorts or patches what it read would change what the next one reads",
		run:  copiedOut,
	},
	{
		name: "two reads share nothing",
		why:  "two goroutines that read one job must not race on its bytes",
		run: func(p *probe) {
			p.commit(everything(p))
			first, second := p.snapshot(), p.snapshot()
			want := copySnapshot(second)
			spoil(first)
			p.same(want, second, "an earlier read, after the one before it was overwritten")
		},
	},
}

func copiedIn(p *probe) {
	c := everything(p)
	c.Job.DependsOn = []string{"up-a", "up-b"}
	kept := copyChange(c)
	p.commit(c)
	want := copySnapshot(p.snapshot())

	spoilJob(c.Job)
	scribble(c.PutDraft.Doc)
	for _, v := range c.AddVersions {
		scribble(v.Doc)
	}
	for i := range c.PutRuns {
		scribble(c.PutRuns[i].Doc)
		c.PutRuns[i].Outcome = jobs.OutcomeFailed
	}
	for _, t := range c.PutTicks {
		scribble(t.Doc)
	}
	p.same(want, p.snapshot(), "read after the change was overwritten")
	require.Equal(p, kept.Job.TeamIDs, p.job(ref("job")).TeamIDs)

	removal := p.removing(ref("job"), true)
	doc := string(removal.Tombstone.Doc)
	p.commit(removal)
	scribble(removal.Tombstone.Doc)
	tombstone, err := p.store.Tombstone(p.ctx, ref("job"))
	require.NoError(p, err)
	require.Equal(p, doc, string(tombstone.Doc))
}

func copiedOut(p *probe) {
	p.commit(everything(p))
	p.create(ref("gone"), "gone")
	p.remove(ref("gone"), true)
	want := copySnapshot(p.snapshot())
	for range 2 {
		spoil(p.snapshot())
		p.same(want, p.snapshot(), "read after a read was overwritten")
	}
}

// spoil overwrites everything that a snapshot holds.
func spoil(s snapshot) {
	for _, o := range s.Organizations {
		for i := range o.ByCreation {
			spoilJob(&o.ByCreation[i])
			spoilJob(&o.ByKey[i])
		}
		spoilRuns(o.Runs)
	}
	for i := range s.Due {
		s.Due[i] = jobs.DueItem{}
	}
	for _, j := range s.Jobs {
		spoilState(j)
	}
}

func spoilState(s jobState) {
	if s.Job != nil {
		spoilJob(s.Job)
	}
	if s.Draft != nil {
		scribble(s.Draft.Doc)
	}
	if s.Tombstone != nil {
		scribble(s.Tombstone.Doc)
	}
	for i := range s.Found {
		spoilJob(&s.Found[i])
	}
	for i := range s.Listed {
		scribble(s.Listed[i].Doc)
		s.Listed[i].Number = -1
	}
	for _, v := range s.Versions {
		scribble(v.Doc)
	}
	for i := range s.Ticks {
		scribble(s.Ticks[i].Doc)
		s.Ticks[i].NominalAt = forever
	}
	spoilRuns(s.Runs)
	spoilRuns(s.ByID)
}

func spoilJob(j *jobs.JobRecord) {
	scribble(j.Doc)
	for i := range j.TeamIDs {
		j.TeamIDs[i] = "spoiled"
	}
	for i := range j.DependsOn {
		j.DependsOn[i] = "spoiled"
	}
	if j.LatestRun != nil {
		scribble(j.LatestRun.Doc)
		j.LatestRun.Outcome = "spoiled"
		j.LatestRun.Number = -1
	}
	j.Key, j.Revision = "spoiled", -1
}

func spoilRuns(runs []jobs.RunRecord) {
	for i := range runs {
		scribble(runs[i].Doc)
		runs[i].Outcome = "spoiled"
	}
}

// scribble overwrites a document, and what lies behind it in its array.
func scribble(doc []byte) {
	for i := range doc {
		doc[i] = '!'
	}
	_ = append(doc, "!!!"...)
}
