package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Plans returns how SQLite runs each query that the store has read with so
// far: every step of it, by query.
func (s *Store) Plans(ctx context.Context) (map[string]string, error) {
	s.readers.mu.RLock()
	defer s.readers.mu.RUnlock()
	plans := make(map[string]string)
	for query := range s.readers.statements {
		plan, err := s.plan(ctx, query)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", query, err)
		}
		plans[query] = plan
	}
	return plans, nil
}

func (s *Store) plan(ctx context.Context, query string) (string, error) {
	args := make([]any, 1100) // no query has more parameters
	rows, err := s.readers.db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return "", err
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, "\n"), rows.Err()
}

// Waiting is how many commits and sweeps wait for the writer.
func (s *Store) Waiting() int { return s.queue.length() }

// Block holds up the writer within the transaction of a group: it closes
// entered, and waits for release.
func (s *Store) Block(ctx context.Context, entered, release chan struct{}) error {
	return s.queue.submit(ctx, time.Time{}, func(*session) error {
		close(entered)
		<-release
		return nil
	})
}

// LimitPages makes the writer's disk full at so many pages more than there
// are, or, at 0, gives it room again.
func (s *Store) LimitPages(ctx context.Context, more int64) error {
	return s.queue.submit(ctx, time.Time{}, func(session *session) error {
		limit := int64(1 << 30)
		if more > 0 {
			if _, err := session.row("PRAGMA page_count", nil, &limit); err != nil {
				return err
			}
			limit += more
		}
		_, err := session.row(fmt.Sprintf("PRAGMA max_page_count = %d", limit), nil, &limit)
		return err
	})
}

// ReaderPragmas reads pragmas on every connection of the pool at once.
func (s *Store) ReaderPragmas(ctx context.Context, names ...string) (all []map[string]string, err error) {
	for range s.readers.db.Stats().MaxOpenConnections {
		conn, err := s.readers.db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		values := make(map[string]string)
		for _, name := range names {
			var value string
			if err := conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value); err != nil {
				return nil, err
			}
			values[name] = value
		}
		all = append(all, values)
	}
	return all, nil
}

// WriterPragmas reads pragmas on the connection that writes.
func (s *Store) WriterPragmas(ctx context.Context, names ...string) (map[string]string, error) {
	values := make(map[string]string)
	err := s.queue.submit(ctx, time.Time{}, func(session *session) error {
		for _, name := range names {
			var value string
			if _, err := session.row("PRAGMA "+name, nil, &value); err != nil {
				return err
			}
			values[name] = value
		}
		return nil
	})
	return values, err
}

// BreakWriter leaves the writer's connection in a transaction, so that it can
// begin none. The writer must be idle.
func (s *Store) BreakWriter(ctx context.Context) error {
	_, err := s.writer.session.conn.ExecContext(ctx, "BEGIN")
	return err
}

// Reading is how many connections are in use by reads.
func (s *Store) Reading() int { return s.readers.db.Stats().InUse }
