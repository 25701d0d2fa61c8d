package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// rowsMost bounds the rows that one statement inserts, and so how many such
// statements there are.
const rowsMost = 16

// entry is a row of the table of entries.
type entry struct {
	list string
	at   int64
	name string
}

// entries are the rows by which lists find a job.
func (p *place) entries() []entry {
	rows := make([]entry, 0, 2+len(p.scopes)+len(p.keyScopes))
	rows = append(rows, entry{"c", p.createdAt, p.jobID}, entry{"k", 0, p.key})
	for _, scope := range p.scopes {
		rows = append(rows, entry{"c" + scope, p.createdAt, p.jobID})
	}
	for _, scope := range p.keyScopes {
		rows = append(rows, entry{"k" + scope, 0, p.key})
	}
	return rows
}

// addEntries lists a job. It is stale when another job has the key.
func (s *session) addEntries(p place, entries []entry) error {
	for rows := range slices.Chunk(entries, rowsMost) {
		args := []any{p.organization, p.job, p.grants}
		var values []string
		for _, row := range rows {
			args = append(args, row.list, row.at, row.name)
			values = append(values, `(?1, `+parameters(len(args)-2, len(args))+`, ?2, ?3)`)
		}
		// As in insertJob: FAIL needs no copies.
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

// removeEntries takes a job from lists.
func (s *session) removeEntries(p place, entries []entry) error {
	const remove = `DELETE FROM entries WHERE organization = ?1 AND list = ?2 AND at = ?3 AND name = ?4`
	for _, row := range entries {
		if _, err := s.exec(remove, p.organization, row.list, row.at, row.name); err != nil {
			return err
		}
	}
	return nil
}

// move takes a job from one place to another. All its rows hold its grants; when
// these stay, only the rows that differ are written.
func (s *session) move(before, after place) error {
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

// difference returns what is in one list only, of each.
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

// counted is a scope that a job is counted in, and whether it is listed there
// by key: 1, or 0.
type counted struct {
	scope string
	keyed int
}

// counted are the scopes that a job is counted in, that of all jobs included.
func (p *place) counted() []counted {
	scopes := make([]counted, 0, 1+len(p.scopes))
	scopes = append(scopes, counted{"", 1})
	for _, scope := range p.scopes {
		keyed := 0
		if slices.Contains(p.keyScopes, scope) {
			keyed = 1
		}
		scopes = append(scopes, counted{scope, keyed})
	}
	return scopes
}

// join counts a job in scopes.
func (s *session) join(p place, scopes []counted) error {
	for rows := range slices.Chunk(scopes, rowsMost) {
		args := []any{p.organization, p.grants}
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

// leave counts a job in scopes no more, and forgets a set of teams with its
// last job.
func (s *session) leave(p place, scopes []counted) error {
	const (
		which  = ` WHERE organization = ?1 AND scope = ?2 AND grants = ?3`
		last   = `DELETE FROM counts` + which + ` AND jobs = 1`
		count  = `UPDATE counts SET jobs = jobs - 1, keyed = keyed - ?4` + which
		forget = `DELETE FROM grants WHERE id = ?1`
	)
	for _, row := range scopes {
		removed, err := s.exec(last, p.organization, row.scope, p.grants)
		switch {
		case err != nil:
		case removed == 0:
			_, err = s.exec(count, p.organization, row.scope, p.grants, row.keyed)
		case row.scope == "":
			_, err = s.exec(forget, p.grants)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parameters names the parameters from a number to another.
func parameters(from, to int) string {
	var names []string
	for n := from; n <= to; n++ {
		names = append(names, "?"+strconv.Itoa(n))
	}
	return strings.Join(names, ", ")
}
