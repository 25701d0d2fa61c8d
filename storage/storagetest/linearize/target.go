package linearize

import (
	"fmt"
	"math/rand/v2"

	"github.com/jobledger/jobledger/storage"
)

// callsPerOrganization is for how many calls the clients stay in one
// organization. More calls make the search for an order longer, and a failing
// history harder to read.
const callsPerOrganization = 125

// target is the organization with this number, which the clients now use.
type target int

func (t target) organization() string { return fmt.Sprintf("org-%03d", int(t)) }

// single reports whether the organization has one job only.
func (t target) single() bool { return t%2 == 0 }

var (
	manyJobs = []string{"JOB1", "JOB2", "JOB3", "JOB4", "JOB5"}
	someKeys = []string{"alpha", "beta", "gamma", "delta"}
	allTeams = []string{"blue", "green", "red"}
	// keyScopes are listed by key, too.
	keyScopes = []string{"east", "west"}
)

// job returns one of the organization's jobs.
func (t target) job(r *rand.Rand) storage.JobRef {
	id := manyJobs[0]
	if !t.single() {
		id = pick(r, manyJobs)
	}
	return storage.JobRef{OrganizationID: t.organization(), JobID: id}
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// some returns a few of all, in their order.
func some(r *rand.Rand, all []string) []string {
	var chosen []string
	for _, one := range all {
		if r.IntN(2) == 0 {
			chosen = append(chosen, one)
		}
	}
	return chosen
}
