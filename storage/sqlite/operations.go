package sqlite

import (
	"errors"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// After every trimEvery commits, trimMost operations are looked at, and the old ones
// are forgotten. trimMost is larger, so that their number goes down.
const (
	trimEvery = 32
	trimMost  = 64
)

// clockRow selects the row that holds the store's own time.
const clockRow = ` operation_id = CAST(x'ffffffff' AS TEXT) AND organization = 0 `

// errRepeated means that the change was made before: what was written again
// must be undone, and Commit returns nil.
var errRepeated = errors.New("the change was applied before")

func (s *session) recordOperation(c *storage.Change, at *subject) error {
	const insert = `INSERT INTO operations (operation_id, organization, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`
	written, err := s.exec(insert, c.OperationID, at.organization.id, micros(c.At))
	if err == nil && written == 0 {
		err = errRepeated
	}
	return err
}

func (s *session) raiseClock(at time.Time) error {
	const raise = `UPDATE operations SET at = ?1 WHERE` + clockRow + `AND at < ?1`
	_, err := s.exec(raise, micros(at))
	return err
}

// unlessRepeated returns errRepeated when the change was made before, else the
// error with which it was refused.
func (s *session) unlessRepeated(c *storage.Change, at *subject, refused error) error {
	const find = `SELECT 1 FROM operations WHERE operation_id = ?1 AND organization = ?2`
	if !errors.Is(refused, storage.ErrStale) && !errors.Is(refused, storage.ErrInvalid) {
		return refused
	}
	var one int
	repeated, err := s.row(find, []any{c.OperationID, at.organization.id}, &one)
	switch {
	case err != nil:
		return err
	case repeated:
		return errRepeated
	}
	return refused
}

// trimOperations looks at the next operations in the order of their IDs, and
// starts again at the beginning after the last. It forgets those that are older
// than the retention before at. At must not be later than the time of any
// change recorded since: otherwise a clock that was wrong for a moment would
// erase what must be remembered.
func (s *session) trimOperations(at time.Time) error {
	const (
		next = `
			SELECT max(operation_id), count(*) FROM (
				SELECT operation_id FROM operations
				WHERE operation_id > ?1 AND organization > 0 ORDER BY operation_id LIMIT ?2)`
		trim = `
			DELETE FROM operations
			WHERE operation_id > ?1 AND operation_id <= ?2 AND organization > 0 AND at < ?3`
	)
	var last text
	var looked int
	if _, err := s.row(next, []any{s.trimmed, trimMost}, &last, &looked); err != nil {
		return err
	}
	from := s.trimmed
	s.trimmed = string(last)
	if looked < trimMost {
		s.trimmed = ""
	}
	if looked == 0 {
		return nil
	}
	_, err := s.exec(trim, from, string(last), micros(at.Add(-storage.OperationRetention)))
	return err
}
