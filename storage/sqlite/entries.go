package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// rowsMost is the most rows that one statement inserts. It limits how many
// different statements there are.
const rowsMost = 16

// entry is a row of the table of entries, by which lists find a job.
type entry struct {
	list string
	at   int64
	name string
}

// entries are the rows by which lists find a job.
func (l *listing) entries() []entry {
	rows := make([]entry, 0, 2+len(l.scopes)+len(l.keyScopes))
	rows = append(rows, entry{"c", l.createdAt, l.jobID}, entry{"k", 0, l.key})
	for _, scope := range l.scopes {
		rows = append(rows, entry{"c" + scope, l.createdAt, l.jobID})
	}
	for _, scope := range l.keyScopes {
		rows = append(rows, entry{"k" + scope, 0, l.key})
	}
	return rows
}

// addEntries adds a job to lists. The change is stale when another job has the
// key.
func (s *session) addEntries(l listing, entries []entry) error {
	for rows := range slices.Chunk(entries, rowsMost) {
		args := []any{l.organization, l.job, l.grants}
		var values []string
		for _, row := range rows {
			args = append(args, row.list, row.at, row.name)
			values = append(values, `(?1, `+parameters(len(args)-2, len(args))+`, ?2, ?3)`)
		}
		// As in insertJob: with FAIL, SQLite keeps no copies of pages.
		insert := `INSERT OR FAIL INTO entries (organization, list, at, name, job, grants) VALUES ` +
			strings.Join(values, ", ") + ` ON CONFLICT DO NOTHING`
		added, err := s.exec(insert, args...)
		if err != nil {
			return err
		}
		if added < int64(len(rows)) {
			return storage.ErrStale
		}
	}
	return nil
}

// removeEntries removes a job from lists.
func (s *session) removeEntries(l listing, entries []entry) error {
	const remove = `DELETE FROM entries WHERE organization = ?1 AND list = ?2 AND at = ?3 AND name = ?4`
	for _, row := range entries {
		if _, err := s.exec(remove, l.organization, row.list, row.at, row.name); err != nil {
			return err
		}
	}
	return nil
}

// move changes the listing of a job. All its rows contain the job's set of
// teams. When the set stays the same, only rows that differ are written.
func (s *session) move(before, after listing) error {
	old, added := before.entries(), after.entries()
	left, joined := before.counted(), after.counted()
	if before.grants == after.grants {
		old, added = difference(old, added)
		left, joined = difference(left, joined)
	}
	for _, step := range []func() error{
		func() error { return s.removeEntries(before, old) },
		func() error { return s.addEntries(after, added) },
		func() error { return s.join(after, joined) },
		func() error { return s.leave(before, left) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// difference returns the values that are only in a, and those that are only in
// b.
func difference[T comparable](a, b []T) (onlyA, onlyB []T) {
	without := func(list, other []T) []T {
		drop := make(map[T]bool, len(other))
		for _, v := range other {
			drop[v] = true
		}
		return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return drop[v] })
	}
	return without(a, b), without(b, a)
}

// counted is a scope in which a job is counted. keyed is 1 when the job is
// listed there by key, else 0.
type counted struct {
	scope string
	keyed int
}

// counted are the scopes in which a job is counted, including the scope of all
// jobs.
func (l *listing) counted() []counted {
	scopes := make([]counted, 0, 1+len(l.scopes))
	scopes = append(scopes, counted{"", 1})
	for _, scope := range l.scopes {
		keyed := 0
		if slices.Contains(l.keyScopes, scope) {
			keyed = 1
		}
		scopes = append(scopes, counted{scope, keyed})
	}
	return scopes
}

// join adds a job to the counts of scopes.
func (s *session) join(l listing, scopes []counted) error {
	for rows := range slices.Chunk(scopes, rowsMost) {
		args := []any{l.organization, l.grants}
		var values []string
		for _, row := range rows {
			args = append(args, row.scope, row.keyed)
			values = append(values, `(?1, ?`+strconv.Itoa(len(args)-1)+`, ?2, 1, ?`+strconv.Itoa(len(args))+`)`)
		}
		count := `INSERT INTO counts (organization, scope, grants, jobs, keyed) VALUES ` + strings.Join(values, ", ") +
			` ON CONFLICT DO UPDATE SET jobs = jobs + 1, keyed = keyed + excluded.keyed`
		if _, err := s.exec(count, args...); err != nil {
			return err
		}
	}
	return nil
}

// leave removes a job from the counts of scopes. A set of teams without jobs is
// removed.
func (s *session) leave(l listing, scopes []counted) error {
	const (
		which  = ` WHERE organization = ?1 AND scope = ?2 AND grants = ?3`
		last   = `DELETE FROM counts` + which + ` AND jobs = 1`
		count  = `UPDATE counts SET jobs = jobs - 1, keyed = keyed - ?4` + which
		forget = `DELETE FROM grants WHERE id = ?1`
	)
	for _, row := range scopes {
		removed, err := s.exec(last, l.organization, row.scope, l.grants)
		switch {
		case err != nil:
		case removed == 0:
			_, err = s.exec(count, l.organization, row.scope, l.grants, row.keyed)
		case row.scope == "":
			_, err = s.exec(forget, l.grants)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parameters are the names of SQL parameters from one number to another.
func parameters(from, to int) string {
	var names []string
	for n := from; n <= to; n++ {
		names = append(names, "?"+strconv.Itoa(n))
	}
	return strings.Join(names, ", ")
}
