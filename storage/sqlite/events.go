package sqlite

import (
	"context"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// writeEvents appends the change's events to the journal. The newest event is
// never erased, so the next number follows from it.
func (s *session) writeEvents(c *storage.Change, at *subject) error {
	const insert = `
		INSERT INTO events (organization, seq, at, job_id, doc)
		VALUES (?1, 1 + coalesce((SELECT max(seq) FROM events WHERE organization = ?1), 0), ?2, ?3, ?4)`
	if c.Copied {
		return s.copyEvents(c, at)
	}
	for _, event := range c.Events {
		if _, err := s.exec(insert, at.organization.id, micros(c.At), c.JobID, event.Doc); err != nil {
			return err
		}
	}
	return nil
}

// copyEvents writes copied events unchanged, after the newest event of the
// journal.
func (s *session) copyEvents(c *storage.Change, at *subject) error {
	const insert = `
		INSERT INTO events (organization, seq, at, job_id, doc) SELECT ?1, ?2, ?3, ?4, ?5
		WHERE coalesce((SELECT max(seq) FROM events WHERE organization = ?1), ?2 - 1) = ?2 - 1`
	for _, event := range c.Events {
		if _, err := s.insert(insert, at.organization.id, event.Seq, micros(event.At), event.JobID, event.Doc); err != nil {
			return err
		}
	}
	return nil
}

// ListEvents implements [storage.Store].
func (s *Store) ListEvents(ctx context.Context, query storage.EventQuery) (page storage.EventPage, err error) {
	if err := query.Validate(); err != nil {
		return page, describe(ctx, err, "events of organization %s", query.OrganizationID)
	}
	limit := min(query.Limit, storage.MaxLimit)
	// There is one row even when the page is empty: it has the oldest and newest seq.
	list := `
		SELECT (SELECT min(seq) FROM events WHERE organization = o.id), (SELECT max(seq) FROM events WHERE organization = o.id),
			e.seq, e.at, e.job_id, e.doc
		FROM organizations o LEFT JOIN events e ON e.organization = o.id AND e.seq > ?2 AND e.seq < ?3 AND FILTER
		WHERE o.organization_id = ?1
		ORDER BY e.seq ORDER LIMIT ?4`
	args := []any{query.OrganizationID, query.After, query.Before, limit + 1}
	if query.Before == 0 {
		args[2] = afterAll
	}
	filter := "TRUE"
	if query.JobID != "" {
		filter, args = `e.job_id = ?5 AND e.job_id <> ''`, append(args, query.JobID)
	}
	_, order := direction(query.Ascending)
	list = strings.NewReplacer("FILTER", filter, "ORDER LIMIT", order+" LIMIT").Replace(list)
	var bytes budget
	err = s.readers.read().query(ctx, list, args, func(row scanner) error {
		page.More = len(page.Events) == limit || bytes.spent()
		if page.More {
			return errEnough
		}
		event := storage.EventRecord{JobRef: storage.JobRef{OrganizationID: query.OrganizationID}}
		err := row.Scan((*number)(&page.Oldest), (*number)(&page.Newest),
			(*number)(&event.Seq), (*instant)(&event.At), (*text)(&event.JobID), (*document)(&event.Doc))
		if err != nil || event.Seq == 0 {
			return err
		}
		page.Events = append(page.Events, event)
		bytes.add(event.Doc)
		return nil
	})
	if err != nil {
		return storage.EventPage{}, describe(ctx, err, "events of organization %s", query.OrganizationID)
	}
	return page, nil
}
