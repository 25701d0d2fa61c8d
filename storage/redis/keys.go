package redis

import (
	"hash/fnv"
	"strconv"

	"github.com/jobledger/jobledger/jobs"
)

// partition holds the organizations that are hashed to it. All its keys share
// one hash tag, so that a cluster keeps them in one slot, and a script may use
// them together.
type partition struct {
	tag string
	// due and remains span the partition's organizations.
	due     string
	remains string
}

func newPartitions(prefix string, count int) []partition {
	all := make([]partition, count)
	for i := range all {
		tag := "{" + tagOf(prefix, i, count) + "}"
		all[i] = partition{tag: tag, due: tag + "due", remains: tag + "remains"}
	}
	return all
}

// partition returns the one of an organization. The hash is part of the stored
// format: another one would look for the organization in the wrong place.
func (s *Store) partition(organization string) *partition {
	h := fnv.New64a()
	h.Write([]byte(organization))
	return &s.partitions[h.Sum64()%uint64(len(s.partitions))]
}

// organizationKeys are the keys of one organization.
type organizationKeys struct {
	// records is a hash of everything that more than one job's readers need;
	// see jobs.lua and effects.lua for its fields.
	records string
	// index is where the jobs are, in every scope and order.
	index string
	// operations are the IDs of the changes that were made, by time.
	operations string
	// runs orders the runs of all jobs.
	runs string
}

func (p *partition) organization(id string) organizationKeys {
	return organizationKeys{
		records:    p.tag + "records:" + id,
		index:      p.tag + "index:" + id,
		operations: p.tag + "operations:" + id,
		runs:       p.tag + "runs:" + id,
	}
}

// jobKeys are the keys of what only the readers of one job need.
type jobKeys struct {
	// order orders the job's versions, runs and ticks.
	order string
	// detail is a hash of the job's versions, draft and ticks.
	detail string
}

func (p *partition) job(ref jobs.JobRef) jobKeys {
	// The length tells where one name ends and the other begins.
	name := strconv.Itoa(len(ref.OrganizationID)) + ":" + ref.OrganizationID + ":" + ref.JobID
	return jobKeys{order: p.tag + "order:" + name, detail: p.tag + "detail:" + name}
}

// The fields of the records hash.

func jobField(id string) string                   { return "j" + id }
func documentField(id string) string              { return "d" + id }
func tombstoneField(id string) string             { return "x" + id }
func runField(ref jobs.JobRef, run string) string { return "r" + nameBytes(ref.JobID) + run }

// The fields of the detail hash, which are the members of the order, too.

const draftField = "draft"

func versionField(number int) string { return "v" + intBytes(int64(number)) }
