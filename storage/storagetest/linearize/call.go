package linearize

import (
	"context"
	"errors"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

// call is what a client asked of the store: a commit, or a read.
type call struct {
	change *storage.Change
	// repeated: the history has another commit of the same operation.
	repeated bool
	read     read
}

// organization is the one that the call is about.
func (c call) organization() string {
	if c.change == nil {
		return c.read.organization
	}
	return c.change.OrganizationID
}

func (c call) String() string {
	if c.change == nil {
		return c.read.name
	}
	return "Commit " + deep.Text(*c.change)
}

// read is a call that changes nothing.
type read struct {
	// name says what is asked for.
	name         string
	organization string
	// ask asks the store or, once it has answered, the model.
	ask func(ctx context.Context, s storage.Store) (any, error)
}

// text asks a store, and returns the answer, and the answer as text.
func (r read) text(ctx context.Context, s storage.Store) (got any, text string, err error) {
	got, err = r.ask(ctx, s)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, "not found", nil
	case err != nil:
		return nil, "", err
	}
	return got, deep.Text(got), nil
}

// answer is what came back.
type answer struct {
	outcome outcome
	// text is what a read returned.
	text string
}

// outcome is how a commit ended, as far as its client knows.
type outcome string

const (
	done    outcome = "ok"
	stale   outcome = "stale"
	unknown outcome = "unknown"
)

func (a answer) String() string {
	if a.text != "" {
		return a.text
	}
	return string(a.outcome)
}
