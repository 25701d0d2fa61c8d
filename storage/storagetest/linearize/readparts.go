package linearize

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

type readDraft struct{ inJob }

func (r readDraft) String() string { return "Draft " + r.JobID }

func (r readDraft) ask(ctx context.Context, s jobs.Store) (string, error) {
	draft, err := s.Draft(ctx, r.ref())
	return describeVersion(draft), err
}

func (r readDraft) expect(o *organization) string {
	if j := o.live(r.JobID); j != nil && j.draft != nil {
		return describeVersion(*j.draft)
	}
	return notFound
}

type readVersion struct {
	inJob

	number int
}

func (r readVersion) String() string { return fmt.Sprintf("Version %s/%d", r.JobID, r.number) }

func (r readVersion) ask(ctx context.Context, s jobs.Store) (string, error) {
	v, err := s.Version(ctx, r.ref(), r.number)
	return describeVersion(v), err
}

func (r readVersion) expect(o *organization) string {
	if j := o.live(r.JobID); j != nil {
		if v, ok := j.versions[r.number]; ok {
			return describeVersion(v)
		}
	}
	return notFound
}

type listVersions struct{ inJob }

func (r listVersions) String() string { return "ListVersions " + r.JobID }

func (r listVersions) ask(ctx context.Context, s jobs.Store) (string, error) {
	page, err := s.ListVersions(ctx, jobs.VersionQuery{JobRef: r.ref(), Limit: pageSize})
	return describeVersions(page), err
}

func (r listVersions) expect(o *organization) string {
	var page jobs.VersionPage
	if j := o.live(r.JobID); j != nil {
		for _, v := range j.versions {
			page.Versions = append(page.Versions, v)
		}
	}
	page.Total = len(page.Versions)
	slices.SortFunc(page.Versions, func(a, b jobs.VersionRecord) int { return cmp.Compare(a.Number, b.Number) })
	return describeVersions(page)
}

func describeVersions(p jobs.VersionPage) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d in all", p.Total)
	for _, v := range p.Versions {
		text.WriteString("\n" + describeVersion(v))
	}
	return text.String()
}

type readRun struct {
	inJob

	id string
}

func (r readRun) String() string { return fmt.Sprintf("Run %s/%s", r.JobID, r.id) }

func (r readRun) ask(ctx context.Context, s jobs.Store) (string, error) {
	run, err := s.Run(ctx, r.ref(), r.id)
	return describeRun(run), err
}

func (r readRun) expect(o *organization) string {
	if j := o.live(r.JobID); j != nil {
		if run, ok := j.runs[r.id]; ok {
			return describeRun(run)
		}
	}
	return notFound
}

// listRuns lists a job's runs or, without a job, the organization's.
type listRuns struct{ inJob }

func (r listRuns) String() string { return "ListRuns " + r.JobID }

func (r listRuns) ask(ctx context.Context, s jobs.Store) (string, error) {
	runs, err := s.ListRuns(ctx, jobs.RunQuery{JobRef: r.ref(), Limit: pageSize})
	return describeRuns(runs), err
}

func (r listRuns) expect(o *organization) string {
	var runs []jobs.RunRecord
	for _, j := range o.ordered() {
		if r.JobID == "" || r.JobID == j.record.JobID {
			for _, run := range j.runs {
				runs = append(runs, run)
			}
		}
	}
	slices.SortFunc(runs, func(a, b jobs.RunRecord) int { // newest first
		if r.JobID == "" {
			return -cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.JobID, b.JobID), cmp.Compare(a.Number, b.Number))
		}
		return cmp.Compare(b.Number, a.Number)
	})
	return describeRuns(runs)
}

func describeRuns(runs []jobs.RunRecord) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d runs", len(runs))
	for _, r := range runs {
		text.WriteString("\n" + describeRun(r))
	}
	return text.String()
}

type readTombstone struct{ inJob }

func (r readTombstone) String() string { return "Tombstone " + r.JobID }

func (r readTombstone) ask(ctx context.Context, s jobs.Store) (string, error) {
	t, err := s.Tombstone(ctx, r.ref())
	return describeTombstone(t), err
}

func (r readTombstone) expect(o *organization) string {
	if j := o.jobs[r.JobID]; j != nil && j.tombstone != nil {
		return describeTombstone(*j.tombstone)
	}
	return notFound
}

func describeTombstone(t jobs.TombstoneRecord) string {
	return fmt.Sprintf("tombstone of %s@%d owed=%t %s", t.JobID, t.Revision, t.Owed, t.Doc)
}
