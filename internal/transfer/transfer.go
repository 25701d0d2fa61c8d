// Package transfer copies an organization from one store to another.
package transfer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// ErrDiffers means that the target has a record that the source does not have,
// or that is different there.
var ErrDiffers = errors.New("the two stores differ")

// Progress says how far a copy is; see jobs.CopyProgress.
type Progress struct {
	Step      string
	Jobs      int
	TotalJobs int
	Written   int
}

// Copy copies an organization; see jobs.Copy.
func Copy(ctx context.Context, from, to storage.Store, organizationID string, report func(Progress)) error {
	c := &copier{from: from, to: to, organization: organizationID, report: report}
	return c.copy(ctx)
}

// copier reads all records of an organization in two stores at once.
type copier struct {
	from, to     storage.Store
	organization string
	// at is the time of the changes. It is the newest time that the source
	// knows, so that the target's own time does not get ahead of its data.
	at time.Time
	// With write, the records that the target lacks are written; otherwise
	// missing counts them.
	write   bool
	missing int

	report   func(Progress)
	progress Progress
}

func (c *copier) copy(ctx context.Context) error {
	page, err := c.from.Due(ctx, storage.DueQuery{Kind: storage.DueJobs, Until: time.Time{}.Add(time.Second), Limit: 1})
	if err != nil {
		return failed("read the time of the source", err)
	}
	if c.at = page.Time; c.at.IsZero() {
		c.at = time.Now()
	}
	for _, step := range []string{"look", "copy", "compare"} {
		c.write, c.missing = step == "copy", 0
		c.progress = Progress{Step: step, Written: c.progress.Written}
		if err := c.walk(ctx); err != nil {
			return err
		}
		if step == "look" && c.missing == 0 {
			return nil
		}
	}
	if c.missing > 0 {
		return fmt.Errorf("%w: the target still lacks %d records: meanwhile the source was changed, or the target erased old records", ErrDiffers, c.missing)
	}
	return nil
}

// walk reads everything once. The organization's record comes last.
func (c *copier) walk(ctx context.Context) error {
	for _, part := range []func(context.Context) error{c.jobs, c.tombstones, c.events, c.record} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// tell reports the progress.
func (c *copier) tell() { c.report(c.progress) }

// failed adds what was being done to a store's error.
func failed(doing string, err error) error { return fmt.Errorf("%s: %w", doing, err) }

// differs says which record of the target differs from the source.
func differs(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDiffers}, args...)...)
}

// record copies the organization's record, and its graph counter.
func (c *copier) record(ctx context.Context) error {
	query := storage.FindQuery{OrganizationID: c.organization}
	have, err := c.from.FindJobs(ctx, query)
	if err != nil {
		return failed("read the organization", err)
	}
	found, err := c.to.FindJobs(ctx, query)
	if err != nil {
		return failed("read the organization in the target", err)
	}
	wanted, there := have.Organization, found.Organization
	switch {
	case sameRecord(wanted, there):
		return nil
	case there.Revision != 0 || there.Graph != 0:
		return differs("the organization's record")
	}
	b := c.batch(storage.JobRef{OrganizationID: c.organization})
	b.change.Organization, b.change.RequireOrganization = &wanted, &there.Revision
	if err := b.added(ctx, len(wanted.Doc)); err != nil {
		return err
	}
	return b.flush(ctx)
}

// events copies the journal. An event that one store has erased because of its
// age need not be in the other.
func (c *copier) events(ctx context.Context) error {
	oldest := [2]int64{}
	for i, store := range []storage.Store{c.from, c.to} {
		page, err := store.ListEvents(ctx, storage.EventQuery{OrganizationID: c.organization, Limit: 1})
		if err != nil {
			return failed("read the journal", err)
		}
		oldest[i] = page.Oldest
	}
	b := c.batch(storage.JobRef{OrganizationID: c.organization})
	list := func(store storage.Store) stream[storage.EventRecord] { return eventsOf(ctx, store, c.organization) }
	err := merge(list(c.from), list(c.to), bySeq, func(wanted, there *storage.EventRecord) error {
		switch {
		case wanted == nil && there.Seq < oldest[0], there == nil && wanted.Seq < oldest[1]:
			return nil // erased
		case wanted == nil, there != nil && !sameRecord(*wanted, *there):
			return differs("event %d", there.Seq)
		case there != nil:
			return nil
		}
		b.change.Events = append(b.change.Events, *wanted)
		return b.added(ctx, len(wanted.Doc))
	})
	if err != nil {
		return err
	}
	return b.flush(ctx)
}
