package redis

import (
	"context"
	"fmt"
	"math"

	"github.com/jobledger/jobledger/storage"
)

// Draft implements [storage.Store].
func (s *Store) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	found, err := s.version(ctx, ref, draftField(ref.JobID))
	if err != nil {
		return storage.VersionRecord{}, fmt.Errorf("redis: draft of job %s: %w", ref.JobID, err)
	}
	return found, nil
}

// Version implements [storage.Store].
func (s *Store) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	found, err := s.version(ctx, ref, versionField(ref, number))
	if err != nil {
		return storage.VersionRecord{}, fmt.Errorf("redis: version %d of job %s: %w", number, ref.JobID, err)
	}
	return found, nil
}

func (s *Store) version(ctx context.Context, ref storage.JobRef, field string) (storage.VersionRecord, error) {
	value, err := s.ofJob(ctx, ref, field)
	if err != nil {
		return storage.VersionRecord{}, err
	}
	return decodeVersion(ref, value)
}

func decodeVersion(ref storage.JobRef, value any) (storage.VersionRecord, error) {
	d := newDecoder(value)
	number := d.int()
	if number < math.MinInt || number > math.MaxInt {
		return storage.VersionRecord{}, fmt.Errorf("version number %d is too large for this machine", number)
	}
	v := storage.VersionRecord{JobRef: ref, Number: int(number), State: document(d.name())}
	v.Doc = document(d.rest)
	return v, d.err
}

// ListVersions implements [storage.Store].
func (s *Store) ListVersions(ctx context.Context, query storage.VersionQuery) (storage.VersionPage, error) {
	page, err := s.listVersions(ctx, query)
	if err != nil {
		return storage.VersionPage{}, fmt.Errorf("redis: list versions of job %s: %w", query.JobID, err)
	}
	return page, nil
}

func (s *Store) listVersions(ctx context.Context, query storage.VersionQuery) (storage.VersionPage, error) {
	page := storage.VersionPage{}
	if err := query.Validate(); err != nil {
		return page, err
	}
	found, err := s.details(ctx, query.JobRef, "[v", "(w", query.Offset, query.Limit, false)
	if err != nil {
		return page, err
	}
	for _, pair := range found.pairs {
		version, err := decodeVersion(query.JobRef, pair[1])
		if err != nil {
			return storage.VersionPage{}, err
		}
		page.Versions = append(page.Versions, version)
	}
	page.Total = found.total
	page.More = query.Offset+len(page.Versions) < page.Total
	return page, nil
}

// details are a page of a job's versions or ticks: the position and the
// document of each.
type details struct {
	total int
	more  bool
	pairs [][2]any
}

// details reads the versions or ticks of a job between two positions.
func (s *Store) details(
	ctx context.Context, ref storage.JobRef, low, high string, offset, limit int, descending bool,
) (details, error) {
	p := s.partition(ref.OrganizationID)
	keys := []string{p.records(ref.OrganizationID), p.order(ref)}
	reply, err := s.readList(ctx, detailsScript, keys, nameBytes(ref.JobID), low, high,
		offset, min(limit, storage.MaxLimit), flag(descending), storage.PageBytes)
	if err != nil {
		return details{}, err
	}
	if len(reply) < 2 {
		return details{}, errReply
	}
	found := details{total: count(reply[0]), more: text(reply[1]) == "1"}
	found.pairs, err = pairs(reply[2:])
	return found, err
}

// pairs reads the rest of a reply: the name of a record, and the record, in
// turn.
func pairs(reply []any) ([][2]any, error) {
	if len(reply)%2 != 0 {
		return nil, errReply
	}
	all := make([][2]any, 0, len(reply)/2)
	for i := 0; i < len(reply); i += 2 {
		all = append(all, [2]any{reply[i], reply[i+1]})
	}
	return all, nil
}
