package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// Tombstone implements [jobs.Store].
func (s *Store) Tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	found, err := s.tombstone(ctx, ref)
	if err != nil {
		return jobs.TombstoneRecord{}, fmt.Errorf("redis: tombstone of job %s: %w", ref.JobID, err)
	}
	return found, nil
}

func (s *Store) tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	keys := []string{s.partition(ref.OrganizationID).organization(ref.OrganizationID).records}
	reply, err := s.readList(ctx, recordScript, keys, tombstoneField(ref.JobID))
	switch {
	case err != nil:
		return jobs.TombstoneRecord{}, err
	case len(reply) != 1:
		return jobs.TombstoneRecord{}, errReply
	case reply[0] == nil:
		return jobs.TombstoneRecord{}, jobs.ErrNotFound
	}
	return decodeTombstone(ref, reply[0])
}

const (
	// sweepChunk bounds what one script erases: a server does nothing else
	// meanwhile.
	sweepChunk = 500
	// sweepLook is how many removed jobs of a partition are looked up at once.
	sweepLook = 100
)

// Sweep implements [jobs.Store]. It goes from partition to partition; several
// may run at once, and share the work.
func (s *Store) Sweep(ctx context.Context, limit int) (erased int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("redis: sweep: %w", err)
	}
	for i := range s.partitions {
		for more := true; more && erased < limit; {
			var n int
			n, more, err = s.sweepPartition(ctx, &s.partitions[i], limit-erased)
			erased += n
			if err != nil {
				return erased, fmt.Errorf("redis: sweep: %w", err)
			}
		}
	}
	return erased, nil
}

// sweepPartition erases up to limit records of the next few removed jobs, and
// reports whether there were any.
func (s *Store) sweepPartition(ctx context.Context, p *partition, limit int) (erased int, more bool, err error) {
	names, err := s.readList(ctx, remainsScript, []string{p.remains}, min(limit, sweepLook))
	for _, name := range names {
		for done := false; err == nil && !done && erased < limit; {
			chunk := min(limit-erased, sweepChunk)
			var n int
			n, err = s.sweepJob(ctx, p, text(name), chunk)
			erased += n
			done = n < chunk
		}
	}
	return erased, len(names) > 0, err
}

// sweepJob erases up to limit records of one removed job. Repeating it erases
// more of the same, which is what it is for: so it may be sent again freely,
// and at worst a lost reply leaves some that were erased uncounted.
func (s *Store) sweepJob(ctx context.Context, p *partition, name string, limit int) (int, error) {
	organization, rest, err := cutName(name)
	if err != nil {
		return 0, err
	}
	job, _, err := cutName(rest)
	if err != nil {
		return 0, err
	}
	o, j := p.organization(organization), p.job(jobs.JobRef{OrganizationID: organization, JobID: job})
	keys := []string{o.records, p.due, p.remains, j.order, j.detail}
	reply, err := s.read(ctx, sweepScript, keys, nameBytes(organization), job, limit)
	return count(reply), err
}
