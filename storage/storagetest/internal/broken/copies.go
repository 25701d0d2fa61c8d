package broken

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

var copies = []Store{
	{"raises the revisions of copied records", copying(func(c *storage.Change) {
		if c.Job != nil && !c.Removes() {
			c.Job = new(*c.Job)
			c.Job.Revision++
		}
	}), []string{"copied/copied records keep their revisions"}},
	{"raises the revision of a copied organization", copying(func(c *storage.Change) {
		if c.Organization != nil {
			c.Organization = new(*c.Organization)
			c.Organization.Revision++
		}
	}), []string{"copied/copied records keep their revisions"}},
	{"raises the revision of a copied tombstone", copying(func(c *storage.Change) {
		if c.Tombstone != nil {
			c.Tombstone = new(*c.Tombstone)
			c.Tombstone.Revision++
		}
	}), []string{"copied/a copied tombstone keeps its revision"}},
	{"gives copied events its own time", copying(func(c *storage.Change) {
		for i := range c.Events {
			c.Events[i].At = c.At
		}
	}), []string{"copied/a copied journal goes on where the other ended"}},
	{"forgets to guard a copied organization", copying(func(c *storage.Change) { c.RequireOrganization = nil }), []string{
		"copied/copied records are new",
	}},
}

// copying returns a way to break a store that changes each copied change.
func copying(spoil func(*storage.Change)) func(storage.Store) storage.Store {
	return twist(twisted{commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
		if c.Copied {
			spoil(&c)
		}
		return s.Commit(ctx, c)
	}})
}
