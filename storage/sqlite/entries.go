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
func (s *session) addEntries(p place) error {
	for rows := range slices.Chunk(p.entries(), rowsMost) {
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

// removeEntries takes a job from its lists.
func (s *session) removeEntries(p place) error {
	const remove = `DELETE FROM entries WHERE organization = ?1 AND list = ?2 AND at = ?3 AND name = ?4`
	for _, row := range p.entries() {
		if _, err := s.exec(remove, p.organization, row.list, row.at, row.name); err != nil {
			return err
		}
	}
	return nil
}

// move takes a job from one place to another.
func (s *session) move(before, after place) error {
	for _, step := range []func() error{
		func() error { return s.removeEntries(before) },
		func() error { return s.addEntries(after) },
		func() error { return s.join(after) },
		func() error { return s.leave(before) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// counted are the scopes that a job is counted in, that of all jobs included,
// and whether each lists it by key.
func (p *place) counted() (scopes []string, keyed []int) {
	scopes, keyed = []string{""}, []int{1}
	for _, scope := range p.scopes {
		in := 0
		if slices.Contains(p.keyScopes, scope) {
			in = 1
		}
		scopes, keyed = append(scopes, scope), append(keyed, in)
	}
	return scopes, keyed
}

// join counts a job in its scopes.
func (s *session) join(p place) error {
	scopes, keyed := p.counted()
	for rows := range slices.Chunk(scopes, rowsMost) {
		args := []any{p.organization, p.grants}
		var values []string
		for i, scope := range rows {
			args = append(args, scope, keyed[i])
			values = append(values, `(?1, ?`+strconv.Itoa(len(args)-1)+`, ?2, 1, ?`+strconv.Itoa(len(args))+`)`)
		}
		keyed = keyed[len(rows):]
		count := `INSERT INTO counts (organization, scope, grants, jobs, keyed) VALUES ` + strings.Join(values, ", ") +
			` ON CONFLICT DO UPDATE SET jobs = jobs + 1, keyed = keyed + excluded.keyed`
		if _, err := s.exec(count, args...); err != nil {
			return err
		}
	}
	return nil
}

// leave counts a job no more, and forgets a set of teams with its last job.
func (s *session) leave(p place) error {
	const (
		which  = ` WHERE organization = ?1 AND scope = ?2 AND grants = ?3`
		last   = `DELETE FROM counts` + which + ` AND jobs = 1`
		count  = `UPDATE counts SET jobs = jobs - 1, keyed = keyed - ?4` + which
		forget = `DELETE FROM grants WHERE id = ?1`
	)
	scopes, keyed := p.counted()
	for i, scope := range scopes {
		removed, err := s.exec(last, p.organization, scope, p.grants)
		switch {
		case err != nil:
		case removed == 0:
			_, err = s.exec(count, p.organization, scope, p.grants, keyed[i])
		case scope == "":
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
