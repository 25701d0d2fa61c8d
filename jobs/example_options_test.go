package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// An engine of containers: a config is an image, and nothing else.
func ExampleOptions_checkConfig() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), &jobs.Options{
		CheckConfig: func(config json.RawMessage) (versions.JobType, error) {
			var c struct{ Image string }
			if err := json.Unmarshal(config, &c); err != nil || c.Image == "" {
				return "", versions.FieldErrors{{Field: "config.image", Detail: "must name an image"}}
			}
			return "container", nil
		},
	})
	for _, config := range []string{`{"image":"registry.example.com/etl:7"}`, `{"sql":{"source":"select 1"}}`} {
		job, err := service.CreateJob(ctx, actor, jobs.NewJob{
			Key: "nightly", TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(config)},
		})
		fmt.Printf("%q %v\n", job.Version.JobType, err)
	}
	// Output:
	// "container" <nil>
	// "" invalid input: config.image: must name an image
}

// An observer is told what happened, after its commit. It is told at most once:
// Service.Follow reads the journal at least once.
func ExampleOptions_observer() {
	ctx, ana := context.Background(), teams.Actor{OrganizationID: "acme", MemberID: "ana", AllTeams: teams.Admin}
	service := jobs.NewService(memory.New(), &jobs.Options{
		Observer: func(_ context.Context, e jobs.Event) {
			fmt.Println(e.Kind, e.JobKey, "by", e.Actor.MemberID, "version", e.ToVersion)
		},
	})
	job, _ := service.CreateJob(ctx, ana, jobs.NewJob{
		Key: "nightly", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	_, _ = service.PublishVersion(ctx, ana, job.ID, versions.Patch{TimeoutSeconds: new(600)})
	// Output:
	// job.created nightly by ana version 1
	// version.published nightly by ana version 2
}

// A rule of your own beside the roles: who maintains production is asked elsewhere.
func ExamplePolicy() {
	maintainers := map[string]bool{"ana": true}
	policy := func(_ context.Context, a jobs.Access) (bool, error) {
		isChange := a.Action != teams.View
		if a.Job != nil && strings.HasPrefix(a.Job.Key, "prod-") && isChange {
			return a.Allowed && maintainers[a.Actor.MemberID], nil
		}
		return a.Allowed, nil // as the roles say
	}
	ctx := context.Background()
	service := jobs.NewService(memory.New(), &jobs.Options{Policy: policy})
	ana := teams.Actor{OrganizationID: "acme", MemberID: "ana", AllTeams: teams.Admin}
	bob := teams.Actor{OrganizationID: "acme", MemberID: "bob", AllTeams: teams.Admin}
	for _, key := range []string{"prod-sales", "test-sales"} {
		job, _ := service.CreateJob(ctx, ana, jobs.NewJob{
			Key: key, TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
		})
		_, err := service.UpdateJob(ctx, bob, job.ID, jobs.JobPatch{Description: new("by bob")})
		fmt.Println(key, err)
	}
	// Output:
	// prod-sales jobs: forbidden: your role permits it, but a policy of this service does not
	// test-sales <nil>
}
