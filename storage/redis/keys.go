package redis

import (
	"hash/fnv"
	"strconv"

	"github.com/jobledger/jobledger/storage"
)

// partition holds the organizations that are hashed to it. All its keys have
// one hash tag, so that a cluster keeps them in one slot and a script can use
// them together.
type partition struct {
	tag string
}

func newPartitions(prefix string, count int) []partition {
	all := make([]partition, count)
	for i := range all {
		all[i] = partition{tag: "{" + tagOf(prefix, i, count) + "}"}
	}
	return all
}

// partition returns the partition of an organization. The hash function is part
// of the stored layout: another one would not find the organizations.
func (s *Store) partition(organization string) *partition {
	h := fnv.New64a()
	h.Write([]byte(organization))
	return &s.partitions[h.Sum64()%uint64(len(s.partitions))]
}

// Keys of a partition.

// layout is the layout of the partition; see agree.
func (p *partition) layout() string { return p.tag + "layout" }

// due is what is due of one kind.
func (p *partition) due(kind storage.DueKind) string {
	return p.tag + "due:" + [...]string{"jobs", "ready", "deadlines", "debts", "tombstones"}[kind]
}

// tombstones is a hash of the tombstones.
func (p *partition) tombstones() string { return p.tag + "tombstones" }

// removed are the removed jobs that left something. The score is 1 when there
// is something to erase, and 0 when only runs are left that are open or owed.
func (p *partition) removed() string { return p.tag + "removed" }

// journals are the organizations whose journal can be trimmed, by the time of
// the oldest event.
func (p *partition) journals() string { return p.tag + "journals" }

// Keys of an organization.

// records is a hash of all records, and of what commits check. For its fields
// see fetch.lua, and events.lua, index.lua and organization.lua in lua/commit.
func (p *partition) records(organization string) string { return p.tag + "records:" + organization }

// operations are the IDs of the changes that were made, oldest first.
func (p *partition) operations(organization string) string {
	return p.tag + "operations:" + organization
}

// runs orders the runs of all jobs: once all of them, and once those of each
// outcome.
func (p *partition) runs(organization string) string { return p.tag + "runs:" + organization }

// sets is a hash of how many jobs each grant set has. grants is a hash of the
// teams of each set. members says which sets contain a team.
func (p *partition) sets(organization string) string    { return p.tag + "sets:" + organization }
func (p *partition) grants(organization string) string  { return p.tag + "grants:" + organization }
func (p *partition) members(organization string) string { return p.tag + "members:" + organization }

// scope orders the jobs that stand in a scope; see place.lua. The empty scope
// is that of all jobs.
func (p *partition) scope(organization, scope string) string {
	return p.tag + "scope:" + pair(organization, scope)
}

// Keys of a job.

func (p *partition) order(ref storage.JobRef) string {
	return p.tag + "order:" + pair(ref.OrganizationID, ref.JobID)
}

// pair writes two names. The length of the first says where it ends.
func pair(a, b string) string { return strconv.Itoa(len(a)) + ":" + a + ":" + b }

// Fields of the records hash.

func jobField(id string) string { return "j" + nameBytes(id) }

func runField(ref storage.JobRef, run string) string { return "r" + nameBytes(ref.JobID) + run }

func draftField(id string) string { return "w" + nameBytes(id) }

func versionField(ref storage.JobRef, number int) string {
	return "v" + nameBytes(ref.JobID) + intBytes(int64(number))
}

// countField begins the name of the field that counts the jobs of a grant set
// in a scope. The signature of the set follows.
func countField(scope string) string { return "n" + nameBytes(scope) }
