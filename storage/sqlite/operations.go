package sqlite

import (
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Old operations are trimmed once in so many commits, and up to so many at a
// time: more than are added, so that a backlog goes down.
const (
	trimEvery = 32
	trimMost  = 64
)

// recordOperation remembers the change's operation, and reports whether it was
// applied before.
func (s *session) recordOperation(c *jobs.Change) (repeated bool, err error) {
	const insert = `
		INSERT INTO operations (organization_id, operation_id, at)
		VALUES (?1, ?2, ?3)
		ON CONFLICT DO NOTHING`
	added, err := s.exec(insert, c.OrganizationID, c.OperationID, micros(c.At))
	return added == 0, err
}

// trimOperations forgets the oldest operations of those that a change made at
// a time, and recorded after them, makes too old to be repeated. It must not
// be a later time than that of any change recorded since: a clock that jumped
// ahead, and back, would take the memory of the present.
func (s *session) trimOperations(at time.Time) error {
	const trim = `
		DELETE FROM operations
		WHERE (organization_id, operation_id) IN (
			SELECT organization_id, operation_id FROM operations
			WHERE at < ?1 ORDER BY at LIMIT ?2)`
	if at.IsZero() {
		return nil
	}
	_, err := s.exec(trim, micros(at.Add(-jobs.OperationRetention)), trimMost)
	return err
}
