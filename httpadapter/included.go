package httpadapter

import (
	"errors"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// jobPage writes a normalized answer: first the items, which refer by ID, then
// each entity that they refer to, once. When a page is too long to be kept in
// memory, only its first part is kept. The other jobs are read again, one by
// one, when they are written.
type jobPage struct {
	x     *exchange
	items list[jobs.Job]
	first []jobs.Job
	rest  []reference
	// teams are the teams that the jobs are granted to, in the order of their
	// first appearance.
	teams []string
	seen  map[string]bool
}

// reference names a job, and the latest run that its item named.
type reference struct{ jobID, runID string }

func newJobPage(x *exchange) *jobPage {
	return &jobPage{x: x, items: list[jobs.Job]{x: x, element: itemMembers.element(&x.opts)}}
}

func (p *jobPage) part(part jobs.JobList) error {
	if p.items.opened {
		for i := range part.Jobs {
			p.rest = append(p.rest, reference{strings.Clone(part.Jobs[i].ID), strings.Clone(latestRunID(&part.Jobs[i]))})
		}
	} else {
		p.first = part.Jobs
	}
	p.noteTeams(part.Jobs)
	return p.items.part(part.Total, part.Jobs)
}

func (p *jobPage) noteTeams(shown []jobs.Job) {
	for i := range shown {
		for _, g := range shown[i].Grants {
			if p.seen[g.TeamID] {
				continue
			}
			if p.seen == nil {
				p.seen = make(map[string]bool)
			}
			id := strings.Clone(g.TeamID) // the string shares memory with the whole document
			p.seen[id] = true
			p.teams = append(p.teams, id)
		}
	}
}

// end writes the entities that the items refer to.
func (p *jobPage) end() error {
	p.items.end("]")
	return p.include()
}

// describe prepares the answer to a read of one job.
func (x *exchange) describe(job jobs.Job, tag string) error {
	if same, err := x.unchanged(tag); err != nil || same {
		return err
	}
	p := &jobPage{x: x, first: []jobs.Job{job}, teams: job.TeamIDs()}
	x.out.body = itemMembers.append(append(x.out.body, `{"item":`...), &job, &x.opts)
	return p.include()
}

// include writes the entities that the items refer to, and ends the answer.
func (p *jobPage) include() error {
	b := &p.x.out.body
	*b = append(*b, `,"included":{"jobs":[`...)
	if err := p.includeJobs(); err != nil {
		return err
	}
	*b = append(*b, `],"jobRuns":[`...)
	if err := p.includeRuns(); err != nil {
		return err
	}
	*b = append(*b, `],"teams":[`...)
	if err := p.includeTeams(); err != nil {
		return err
	}
	*b = append(*b, "]}}"...)
	return nil
}

func (p *jobPage) includeJobs() error {
	out := list[jobs.Job]{x: p.x, element: jobMembers.element(&p.x.opts)}
	if err := out.addAll(p.first); err != nil {
		return err
	}
	for _, ref := range p.rest {
		job, err := p.x.service.Job(p.x.r.Context(), p.x.actor, ref.jobID)
		if err := addAgain(&out, job, err); err != nil {
			return err
		}
	}
	return nil
}

func (p *jobPage) includeRuns() error {
	out := list[jobs.Run]{x: p.x, element: runMembers.element(&p.x.opts)}
	for i := range p.first {
		if run := p.first[i].LatestRun; run != nil {
			if err := out.add(run); err != nil {
				return err
			}
		}
	}
	for _, ref := range p.rest {
		if ref.runID == "" {
			continue
		}
		run, err := p.x.service.JobRun(p.x.r.Context(), p.x.actor, ref.jobID, ref.runID)
		if err := addAgain(&out, run, err); err != nil {
			return err
		}
	}
	return nil
}

// teamsAtOnce is how many teams the directory is asked about in one call.
const teamsAtOnce = 1000

func (p *jobPage) includeTeams() error {
	out := list[teams.Team]{x: p.x, element: teamMembers.element(&p.x.opts)}
	for ids := range slices.Chunk(p.teams, teamsAtOnce) {
		described, err := p.x.service.Teams(p.x.r.Context(), p.x.actor, ids)
		if err != nil {
			return err
		}
		if err := out.addAll(described); err != nil {
			return err
		}
	}
	return nil
}

// addAgain writes an item that was read a second time. The item existed when it
// was first written; when it does not exist any more, the answer fails.
func addAgain[T any](out *list[T], item T, err error) error {
	switch {
	case errors.Is(err, jobs.ErrNotFound):
		return &changed
	case err != nil:
		return err
	}
	return out.add(&item)
}
