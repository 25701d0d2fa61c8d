package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

const organization = "ACME"

var keys = []string{"a", "b", "c", "d", "e", "f", "g", "h"}

// actor asks a service for one thing after the other.
type actor struct {
	*workload
	teams.Actor

	number int
	random *rand.Rand
	asked  int
	// writes is whether the actor may do what it asks for.
	writes bool
}

// act asks for one thing. A few callers go away meanwhile.
func (a *actor) act(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if a.random.IntN(20) == 0 {
		go cancel()
	}
	a.asked++
	token := fmt.Sprintf("t-%d-%d", a.number, a.asked)
	jobID := a.someJob()
	switch {
	case a.writes && (jobID == "" || a.random.IntN(10) == 0):
		a.create(ctx, token)
		return
	case jobID == "" || a.random.IntN(5) == 0:
		a.read(ctx, jobID)
		return
	}
	asks := []func(context.Context, string, string){
		a.update, a.update, a.rename, a.createDraft, a.createDraft, a.createDraft, a.updateDraft, a.updateDraft,
		a.discardDraft, a.publishDraft, a.publishDraft, a.publishDraft, a.publish, a.publish, a.publish,
		a.activate, a.activate, a.grant, a.revoke,
		a.createRun, a.createRun, a.createRun, a.cancelRun, a.deleteRun,
	}
	if a.random.IntN(25) == 0 {
		asks = append(asks[:0], a.remove)
	}
	asks[a.random.IntN(len(asks))](ctx, jobID, token)
}

// someJob returns a job that was there, or an empty string.
func (a *actor) someJob() string {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	var ids []string
	for id, j := range a.book.jobs {
		if j.deleted != acknowledged {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	slices.Sort(ids)
	return ids[a.random.IntN(len(ids))]
}

// note writes down how a call ended. What an actor that may not do was done is
// a violation.
func (a *actor) note(doing, token string, err error, more func(o outcome, b *book)) {
	a.book.note(a.MemberID+" "+doing, token, err, func(o outcome) {
		if !a.writes && o != refused {
			a.book.violate("%s may %s: %v", a.MemberID, doing, err)
		}
		more(o, a.book)
	})
}

func config(token string) json.RawMessage {
	return json.RawMessage(`{"sql":{"source":"` + token + `"}}`)
}

func (a *actor) patch(token string) versions.Patch {
	p := versions.Patch{Config: new(config(token))}
	if a.random.IntN(3) == 0 {
		p.DependsOn = new(a.someKeys())
	}
	return p
}

func (a *actor) someKeys() []string {
	return slices.DeleteFunc(slices.Clone(keys), func(string) bool { return a.random.IntN(5) > 0 })
}

func (a *actor) create(ctx context.Context, token string) {
	job, err := a.service.CreateJob(ctx, a.Actor, jobs.NewJob{
		Key:     keys[a.random.IntN(len(keys))],
		TeamIDs: []string{"T1"},
		Definition: versions.Definition{
			ClusterID: "C1", Description: token, Config: config(token), CronExpression: "*/5 * * * *",
		},
	})
	a.note("create a job", token, err, func(o outcome, b *book) {
		if o == acknowledged {
			j := b.job(job.ID)
			j.created, j.published[1] = true, token
			b.edition(job.ID, job.Edition, token)
			b.number(job.ID, 1, token)
			b.done[jobs.JobCreated]++
		}
	})
}

func (a *actor) remove(ctx context.Context, jobID, _ string) {
	err := a.service.DeleteJob(ctx, a.Actor, jobID)
	a.note("delete a job", "", err, func(o outcome, b *book) {
		switch j := b.job(jobID); {
		case o == acknowledged:
			j.deleted = o
			b.done[jobs.JobDeleted]++
		case o == inDoubt && j.deleted == refused:
			j.deleted = o
		}
	})
}

func (a *actor) update(ctx context.Context, jobID, token string) {
	patch := jobs.JobPatch{Description: new(token)}
	if a.random.IntN(4) == 0 {
		patch.Status = new([]jobs.Status{jobs.Active, jobs.Paused}[a.random.IntN(2)])
	}
	job, err := a.service.UpdateJob(ctx, a.Actor, jobID, patch)
	a.note("update a job", token, err, func(o outcome, b *book) {
		if o == acknowledged {
			b.edition(jobID, job.Edition, token)
			b.job(jobID).updates[job.Edition] = true
			b.done[jobs.JobUpdated]++
		}
	})
}

func (a *actor) rename(ctx context.Context, jobID, token string) {
	job, err := a.service.UpdateJob(ctx, a.Actor, jobID, jobs.JobPatch{
		Description: new(token), Key: new(keys[a.random.IntN(len(keys))]),
	})
	a.note("rename a job", token, err, func(o outcome, b *book) {
		if o == acknowledged {
			b.edition(jobID, job.Edition, token)
			b.job(jobID).updates[job.Edition] = true
			b.done[jobs.JobUpdated]++
		}
	})
}

// team is granted and revoked by this actor alone.
func (a *actor) team() string { return fmt.Sprintf("G%d", a.number) }

func (a *actor) grant(ctx context.Context, jobID, _ string) {
	_, err := a.service.GrantTeams(ctx, a.Actor, jobID, []string{a.team()})
	a.note("grant a job", "", err, func(o outcome, b *book) { b.job(jobID).register(a.team(), true, o) })
}

func (a *actor) revoke(ctx context.Context, jobID, _ string) {
	err := a.service.RevokeTeam(ctx, a.Actor, jobID, a.team())
	a.note("revoke a job", "", err, func(o outcome, b *book) { b.job(jobID).register(a.team(), false, o) })
}

// register notes that a team has a job now, or no longer, or perhaps.
func (j *told) register(team string, granted bool, o outcome) {
	switch o {
	case acknowledged:
		j.granted[team] = []bool{granted}
	case inDoubt:
		if len(j.granted[team]) == 0 {
			j.granted[team] = []bool{false}
		}
		j.granted[team] = append(j.granted[team], granted)
	}
}
