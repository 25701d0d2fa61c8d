package bench_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// BenchmarkManyTeams reads a page of 100 of 1,000 jobs, each of which is granted
// to 100 of 150 teams, others for each: as a member of 100 teams, beside an
// admin who sees all.
//
//	go test -run '^$' -bench BenchmarkManyTeams -benchtime 20x
func BenchmarkManyTeams(b *testing.B) {
	eachStore(b, func(b *testing.B, s backend) {
		w, random := newWorld(b, s, jobs.RunOptions{}), rand.New(rand.NewPCG(1, 2))
		grants := func() []string {
			ids := make([]string, 100)
			for i, n := range random.Perm(150)[:100] {
				ids[i] = fmt.Sprintf("T%03d", n)
			}
			slices.Sort(ids)
			return ids
		}
		for i := range 1000 {
			job := newJob(i, never)
			job.TeamIDs = grants()
			if _, err := w.add(job); err != nil {
				b.Fatal(err)
			}
		}
		member := teams.Actor{OrganizationID: "bench", MemberID: "M1", Teams: map[string]teams.Role{}}
		for _, id := range grants() {
			member.Teams[id] = teams.Viewer
		}
		took := inTurns(b, 10,
			oneByOne(func(int) error { return w.list(member, jobs.JobQuery{}) }),
			oneByOne(func(int) error { return w.list(w.actor, jobs.JobQuery{}) }))
		atMost(10).report(b, "us", micros(took[0]), micros(took[1]))
	})
}
