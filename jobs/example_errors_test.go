package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// What a caller does about an error.
func Example_errors() {
	advice := func(err error) string {
		var fields versions.FieldErrors
		var conflict *jobs.ConflictError
		switch {
		case err == nil:
			return "done"
		case errors.As(err, &fields):
			return "correct " + fields[0].Field
		case errors.As(err, &conflict):
			return "the job does not allow it: " + string(conflict.Conflict)
		case errors.Is(err, jobs.ErrNotFound):
			return "it is not there, or not yours to see"
		case errors.Is(err, jobs.ErrForbidden):
			return "ask an admin"
		case errors.Is(err, jobs.ErrPrecondition):
			return "read again, somebody was faster"
		case errors.Is(err, jobs.ErrBusy), errors.Is(err, jobs.ErrUnavailable):
			return "nothing was written: call again"
		case errors.Is(err, jobs.ErrOutcomeUnknown):
			return "read what is there before you call again"
		}
		return "tell the operator"
	}

	ctx, service := context.Background(), jobs.NewService(memory.New(), nil)
	ana := teams.Actor{OrganizationID: "acme", MemberID: "ana", Teams: map[string]teams.Role{"data": teams.Admin}}
	bob := teams.Actor{OrganizationID: "acme", MemberID: "bob", Teams: map[string]teams.Role{"data": teams.Viewer}}
	eve := teams.Actor{OrganizationID: "acme", MemberID: "eve", Teams: map[string]teams.Role{"ml": teams.Admin}}
	sales := jobs.NewJob{
		Key: "sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	}
	job, err := service.CreateJob(ctx, ana, sales)
	fmt.Println("create:", advice(err))
	_, err = service.CreateJob(ctx, ana, sales)
	fmt.Println("create again:", advice(err))
	_, err = service.PublishVersion(ctx, ana, job.ID, versions.Patch{CronExpression: new("61 * * * *")})
	fmt.Println("publish:", advice(err))
	_, err = service.UpdateJob(ctx, ana, job.ID, jobs.JobPatch{Description: new("mine")}, jobs.IfEdition(job.Edition+1))
	fmt.Println("update:", advice(err))
	fmt.Println("a viewer deletes:", advice(service.DeleteJob(ctx, bob, job.ID)))
	fmt.Println("another team deletes:", advice(service.DeleteJob(ctx, eve, job.ID)))
	// Output:
	// create: done
	// create again: the job does not allow it: job_key_taken
	// publish: correct cronExpression
	// update: read again, somebody was faster
	// a viewer deletes: ask an admin
	// another team deletes: it is not there, or not yours to see
}

// A job on which others depend is not deleted. The error names those of them that
// the caller may see.
func ExampleConflictError() {
	ctx, actor, service := context.Background(), teams.System("acme"), jobs.NewService(memory.New(), nil)
	config := json.RawMessage(`{"sql":{"source":"select 1"}}`)
	orders, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "orders", TeamIDs: []string{"data"}, Definition: versions.Definition{ClusterID: "main", Config: config},
	})
	for _, key := range []string{"report", "invoices"} {
		_, _ = service.CreateJob(ctx, actor, jobs.NewJob{
			Key: key, TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: config, DependsOn: []string{"orders"}},
		})
	}
	var conflict *jobs.ConflictError
	if err := service.DeleteJob(ctx, actor, orders.ID); errors.As(err, &conflict) {
		fmt.Println(conflict.Conflict, conflict.JobKeys)
	}
	// Output: has_dependents [invoices report]
}

// A team sees a job once it has a grant, and no longer when the grant is revoked.
func ExampleService_GrantTeams() {
	ctx, actor, service := context.Background(), teams.System("acme"), jobs.NewService(memory.New(), nil)
	eve := teams.Actor{OrganizationID: "acme", MemberID: "eve", Teams: map[string]teams.Role{"finance": teams.Viewer}}
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	_, err := service.Job(ctx, eve, job.ID)
	fmt.Println(errors.Is(err, jobs.ErrNotFound))

	_, _ = service.GrantTeams(ctx, actor, job.ID, []string{"finance"})
	seen, err := service.Job(ctx, eve, job.ID)
	fmt.Println(seen.Key, seen.Permissions, err)

	_ = service.RevokeTeam(ctx, actor, job.ID, "finance")
	_, err = service.Job(ctx, eve, job.ID)
	fmt.Println(errors.Is(err, jobs.ErrNotFound))
	// Output:
	// true
	// sales [view] <nil>
	// true
}

// An organization is moved to another store. Its services and schedulers are stopped
// meanwhile.
func ExampleCopy() {
	ctx, actor := context.Background(), teams.System("acme")
	from, to := memory.New(), memory.New() // to may be SQLite, or Redis
	job, _ := jobs.NewService(from, nil).CreateJob(ctx, actor, jobs.NewJob{
		Key: "sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	fmt.Println(jobs.Copy(ctx, from, to, "acme", nil))

	moved, err := jobs.NewService(to, nil).Job(ctx, actor, job.ID)
	fmt.Println(moved.Key, moved.CreatedAt.Equal(job.CreatedAt), moved.Edition == job.Edition, err)
	// Output:
	// <nil>
	// sales true true <nil>
}
