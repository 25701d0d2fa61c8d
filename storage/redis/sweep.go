package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// Tombstone implements [storage.Store].
func (s *Store) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	found, err := s.tombstone(ctx, ref)
	if err != nil {
		return storage.TombstoneRecord{}, fmt.Errorf("redis: tombstone of job %s: %w", ref.JobID, err)
	}
	return found, nil
}

func (s *Store) tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	keys := []string{s.partition(ref.OrganizationID).tombstones()}
	reply, err := s.readList(ctx, fieldsScript, keys, nameBytes(ref.OrganizationID)+nameBytes(ref.JobID))
	switch {
	case err != nil:
		return storage.TombstoneRecord{}, err
	case len(reply) != 1:
		return storage.TombstoneRecord{}, errReply
	case reply[0] == nil:
		return storage.TombstoneRecord{}, storage.ErrNotFound
	}
	return decodeTombstone(ref, reply[0])
}

const (
	// sweepChunk is how many records one script erases at most. A server does
	// nothing else for these about 2 ms.
	sweepChunk = 200
	// sweepLook is how many removed jobs and journals of a partition are looked
	// up at once.
	sweepLook = 100
)

// Sweep implements [storage.Store]. Several sweeps can run at once, and share
// the work.
func (s *Store) Sweep(ctx context.Context, options storage.SweepOptions) (erased int, err error) {
	err = options.Validate()
	for more := true; err == nil && more && erased < options.Limit; {
		var n int
		n, more, err = s.sweep(ctx, options, options.Limit-erased)
		erased += n
	}
	if err != nil {
		return erased, fmt.Errorf("redis: sweep: %w", err)
	}
	return erased, nil
}

// sweep erases up to limit records of the next removed jobs and journals of
// each partition. More is true when there were any.
func (s *Store) sweep(ctx context.Context, options storage.SweepOptions, limit int) (erased int, more bool, err error) {
	before := ""
	if !options.EventsBefore.IsZero() {
		before = timeBytes(ceiling(options.EventsBefore))
	}
	replies, err := s.readPartitions(ctx, workScript, func(p *partition) []string {
		return []string{p.removed(), p.journals()}
	}, min(limit, sweepLook), before)
	if err != nil {
		return 0, false, err
	}
	at := 0
	for _, reply := range replies {
		for _, work := range reply {
			p := &s.partitions[at]
			at++
			lists := list(work)
			if len(lists) != 2 {
				return erased, false, errReply
			}
			n, found, err := s.sweepPartition(ctx, p, lists, options, limit-erased)
			erased, more = erased+n, more || found
			if err != nil {
				return erased, more, err
			}
		}
	}
	return erased, more, nil
}

// sweepPartition erases up to limit records of one partition.
func (s *Store) sweepPartition(
	ctx context.Context, p *partition, lists []any, options storage.SweepOptions, limit int,
) (erased int, more bool, err error) {
	chunks := func(chunk func(limit int) (int, bool, error)) error {
		more = true
		for done := false; err == nil && !done && erased < limit; {
			var n int
			n, done, err = chunk(min(limit-erased, sweepChunk))
			erased += n
		}
		return err
	}
	for _, name := range list(lists[0]) {
		err := chunks(func(limit int) (int, bool, error) { return s.sweepJob(ctx, p, text(name), limit) })
		if err != nil {
			return erased, more, err
		}
	}
	for _, member := range list(lists[1]) {
		err := chunks(func(limit int) (int, bool, error) {
			return s.trimJournal(ctx, p, text(member), options.EventsBefore, limit)
		})
		if err != nil {
			return erased, more, err
		}
	}
	return erased, more, nil
}

// sweepJob erases up to limit records of one removed job. It can be repeated
// after a lost reply: then it erases more, and at worst does not count some
// that were erased.
func (s *Store) sweepJob(ctx context.Context, p *partition, name string, limit int) (erased int, done bool, err error) {
	organization, rest, err1 := cutName(name)
	job, _, err2 := cutName(rest)
	if err1 != nil || err2 != nil {
		return 0, false, errMember
	}
	ref := storage.JobRef{OrganizationID: organization, JobID: job}
	keys := []string{
		p.records(organization), p.order(ref), p.runs(organization),
		p.due(storage.DueReady), p.due(storage.DueDeadlines), p.due(storage.DueDebts), p.due(storage.DueTombstones),
		p.tombstones(), p.removed(),
	}
	answer, err := s.erase(ctx, p, sweepScript, keys, nameBytes(organization), nameBytes(job), limit)
	if err != nil {
		return 0, false, err
	}
	reply := list(answer)
	if len(reply) != 2 {
		return 0, false, errReply
	}
	return count(reply[0]), text(reply[1]) == "1", nil
}

// erase is read for a script that erases. The script refuses to run in another
// layout.
func (s *Store) erase(ctx context.Context, p *partition, sc *script, keys []string, args ...any) (any, error) {
	reply, err := s.read(ctx, sc, append([]string{p.layout()}, keys...), append([]any{s.layout}, args...)...)
	if refusal, refused := reply.(string); err == nil && refused {
		return nil, s.verdict(refusal)
	}
	return reply, err
}
