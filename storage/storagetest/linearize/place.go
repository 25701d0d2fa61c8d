package linearize

import (
	"fmt"
	"math/rand/v2"

	"github.com/jobledger/jobledger/storage"
)

// callsPerOrganization is for how many calls the clients stay together in one
// organization. The search for an order grows with it, and so does what a
// history may have behind it when something goes wrong.
const callsPerOrganization = 125

// place is where the clients work: the organization of this number.
type place int

func (p place) organization() string { return fmt.Sprintf("org-%03d", int(p)) }

// single reports whether the organization has one job only.
func (p place) single() bool { return p%2 == 0 }

var (
	manyJobs = []string{"JOB1", "JOB2", "JOB3", "JOB4", "JOB5"}
	someKeys = []string{"alpha", "beta", "gamma", "delta"}
	allTeams = []string{"blue", "green", "red"}
	// keyScopes are listed by key, too.
	keyScopes = []string{"east", "west"}
)

// job returns one of the organization's jobs.
func (p place) job(r *rand.Rand) storage.JobRef {
	id := manyJobs[0]
	if !p.single() {
		id = pick(r, manyJobs)
	}
	return storage.JobRef{OrganizationID: p.organization(), JobID: id}
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
