package faults_test

import (
	"context"
	"encoding/json"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// tokenOf returns the token in a config.
func tokenOf(v versions.Version) string {
	var c struct{ SQL struct{ Source string } }
	if err := json.Unmarshal(v.Config, &c); err != nil {
		return err.Error()
	}
	return c.SQL.Source
}

func (a *actor) createDraft(ctx context.Context, jobID, token string) {
	draft, err := a.service.CreateDraft(ctx, a.Actor, jobID, jobs.NewDraft{Patch: a.patch(token)})
	a.note("create a draft", token, err, func(o outcome, b *book) {
		if o == acknowledged {
			b.edition(jobID, draft.Edition, token)
			b.number(jobID, draft.Number, token)
			b.done[jobs.DraftCreated]++
		}
	})
}

func (a *actor) updateDraft(ctx context.Context, jobID, token string) {
	draft, err := a.service.UpdateDraft(ctx, a.Actor, jobID, a.patch(token))
	a.note("update a draft", token, err, func(o outcome, b *book) {
		if o == acknowledged {
			b.edition(jobID, draft.Edition, token)
			b.done[jobs.DraftUpdated]++
		}
	})
}

func (a *actor) discardDraft(ctx context.Context, jobID, _ string) {
	err := a.service.DiscardDraft(ctx, a.Actor, jobID)
	a.note("discard a draft", "", err, func(o outcome, b *book) {
		if o != refused {
			b.job(jobID).discards++
		}
		if o == acknowledged {
			b.done[jobs.DraftDiscarded]++
		}
	})
}

func (a *actor) publishDraft(ctx context.Context, jobID, _ string) {
	job, err := a.service.PublishDraft(ctx, a.Actor, jobID)
	a.note("publish a draft", "", err, func(o outcome, b *book) {
		if o == acknowledged {
			b.edition(jobID, job.Edition, tokenOf(job.Version)+" published")
			b.job(jobID).published[job.CurrentVersion] = tokenOf(job.Version)
			b.done[jobs.VersionPublished]++
		}
	})
}

func (a *actor) publish(ctx context.Context, jobID, token string) {
	v, err := a.service.PublishVersion(ctx, a.Actor, jobID, a.patch(token))
	a.note("publish a version", token, err, func(o outcome, b *book) {
		if o == acknowledged {
			b.edition(jobID, v.Edition, token)
			b.number(jobID, v.Number, token)
			b.job(jobID).published[v.Number] = token
			b.done[jobs.VersionPublished]++
		}
	})
}

func (a *actor) activate(ctx context.Context, jobID, _ string) {
	_, err := a.service.ActivateVersion(ctx, a.Actor, jobID, 1+a.random.IntN(4))
	a.note("activate a version", "", err, func(outcome, *book) {})
}

// read makes any read; only that it ends well or in a documented way counts.
func (a *actor) read(ctx context.Context, jobID string) {
	var err error
	switch a.random.IntN(5) {
	case 0:
		_, err = a.service.Job(ctx, a.Actor, jobID)
	case 1:
		_, err = a.service.Draft(ctx, a.Actor, jobID)
	case 2:
		_, err = a.service.ListVersions(ctx, a.Actor, jobID, jobs.PageOptions{})
	case 3:
		_, err = a.service.JobVersion(ctx, a.Actor, jobID, 1)
	case 4:
		_, err = a.service.ListJobs(ctx, a.Actor, jobs.JobQuery{})
	}
	a.book.note(a.MemberID+" read", "", err, nil)
}
