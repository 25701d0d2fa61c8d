package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// shelf is a service with a page of jobs of 1.5 KB.
func shelf(b *testing.B) (*jobs.Service, teams.Actor, string) {
	b.Helper()
	service, actor := jobs.NewService(memory.New(), nil), teams.System(org)
	var id string
	for i := range jobs.MaxPage {
		job, err := service.CreateJob(b.Context(), actor, jobs.NewJob{
			Key:     fmt.Sprintf("job-%03d", i),
			TeamIDs: []string{"T1", "T2"},
			Definition: versions.Definition{
				ClusterID: "C1", Description: "Daily ETL pipeline for sales data",
				Config: sql(strings.Repeat("x", 1100)), CronExpression: "0 2 * * *", CronTimezone: "America/New_York",
			},
		})
		require.NoError(b, err)
		id = job.ID
	}
	return service, actor, id
}

// BenchmarkDescribe reads one job; the target is 3 µs. Like the others it is run
// with: go test -run '^$' -bench . ./jobs.
func BenchmarkDescribe(b *testing.B) {
	service, actor, id := shelf(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := service.Job(b.Context(), actor, id)
		require.NoError(b, err)
	}
}

func BenchmarkListPage(b *testing.B) {
	service, actor, _ := shelf(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := service.ListJobs(b.Context(), actor, jobs.JobQuery{})
		require.NoError(b, err)
	}
}

func BenchmarkUpdate(b *testing.B) {
	service, actor, id := shelf(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_, err := service.UpdateJob(b.Context(), actor, id, jobs.JobPatch{Description: new(fmt.Sprint(i))})
		require.NoError(b, err)
	}
}
