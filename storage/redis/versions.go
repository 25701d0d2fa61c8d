package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// Draft implements [jobs.Store].
func (s *Store) Draft(ctx context.Context, ref jobs.JobRef) (jobs.VersionRecord, error) {
	found, err := s.detail(ctx, ref, draftField)
	if err != nil {
		return jobs.VersionRecord{}, fmt.Errorf("redis: draft of job %s: %w", ref.JobID, err)
	}
	return found, nil
}

// Version implements [jobs.Store].
func (s *Store) Version(ctx context.Context, ref jobs.JobRef, number int) (jobs.VersionRecord, error) {
	found, err := s.detail(ctx, ref, versionField(number))
	if err != nil {
		return jobs.VersionRecord{}, fmt.Errorf("redis: version %d of job %s: %w", number, ref.JobID, err)
	}
	return found, nil
}

func (s *Store) detail(ctx context.Context, ref jobs.JobRef, field string) (jobs.VersionRecord, error) {
	p := s.partition(ref.OrganizationID)
	keys := []string{p.organization(ref.OrganizationID).records, p.job(ref).detail}
	reply, err := s.read(ctx, detailScript, keys, jobField(ref.JobID), field)
	switch {
	case err != nil:
		return jobs.VersionRecord{}, err
	case reply == nil:
		return jobs.VersionRecord{}, jobs.ErrNotFound
	}
	return decodeVersion(ref, reply)
}

// ListVersions implements [jobs.Store].
func (s *Store) ListVersions(ctx context.Context, query jobs.VersionQuery) (jobs.VersionPage, error) {
	page := jobs.VersionPage{}
	total, found, err := s.details(ctx, query.JobRef, "[v", "(w", query.Offset, query.Limit, false)
	for i := 0; err == nil && i < len(found); i += 2 {
		var version jobs.VersionRecord
		version, err = decodeVersion(query.JobRef, found[i+1])
		page.Versions = append(page.Versions, version)
	}
	if err != nil {
		return jobs.VersionPage{}, fmt.Errorf("redis: list versions of job %s: %w", query.JobID, err)
	}
	page.Total = total
	return page, nil
}

// details reads a page of a job's details between two bounds of their fields:
// how many there are, then field and record of each in the page.
func (s *Store) details(
	ctx context.Context, ref jobs.JobRef, low, high string, offset, limit int, descending bool,
) (int, []any, error) {
	p := s.partition(ref.OrganizationID)
	j := p.job(ref)
	keys := []string{p.organization(ref.OrganizationID).records, j.detail, j.order}
	reply, err := s.readList(ctx, detailsScript, keys,
		jobField(ref.JobID), low, high, offset, limit, flag(descending))
	if err != nil {
		return 0, nil, err
	}
	if len(reply)%2 != 1 {
		return 0, nil, errReply
	}
	return count(reply[0]), reply[1:], nil
}
