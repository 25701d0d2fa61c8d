package linearize

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"github.com/anishathalye/porcupine"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
)

// moments is the clock of a history. It counts, so that of two calls it is
// always known whether one ended before the other began.
type moments struct{ last atomic.Int64 }

func (m *moments) next() int64 { return m.last.Add(1) }

// recorder makes the calls of one client, and writes them down.
type recorder struct {
	store  storage.Store
	clock  *moments
	client int
	random *rand.Rand
	allow  func(error) bool

	calls   []porcupine.Operation
	figures figures
}

// errUnexpected is an answer that the contract does not know.
var errUnexpected = errors.New("the store failed, although nothing was done to it")

// readAnswer is what a read returned: no value when nothing was found, and no
// text either when the store could not answer.
type readAnswer struct {
	value any
	text  string
}

// read makes a read.
func (r *recorder) read(ctx context.Context, what read) (readAnswer, error) {
	var value any
	got, err := r.record(call{read: what}, func() (answer, error) {
		var text string
		var err error
		value, text, err = what.text(ctx, r.store)
		return answer{text: text}, err
	})
	return readAnswer{value, got.text}, err
}

// commit makes a commit, and returns how it ended; nothing when the store
// could not make it.
func (r *recorder) commit(ctx context.Context, change *storage.Change) (outcome, error) {
	got, err := r.record(call{change: change}, func() (answer, error) {
		err := r.store.Commit(ctx, *change)
		switch {
		case err == nil:
			return answer{outcome: done}, nil
		case errors.Is(err, storage.ErrOutcomeUnknown):
			return answer{outcome: unknown}, nil
		case errors.Is(err, storage.ErrStale):
			return answer{outcome: stale}, nil
		}
		return answer{}, err
	})
	r.figures.commits++
	switch got.outcome {
	case unknown:
		r.figures.unknown++
	case stale:
		r.figures.stale++
	}
	return got.outcome, err
}

// record makes a call, and writes it down unless the store failed: a failed
// call has no effect, so that the model has nothing to say about it.
func (r *recorder) record(c call, do func() (answer, error)) (answer, error) {
	begin := r.clock.next()
	r.yield()
	got, err := do()
	r.yield()
	end := r.clock.next()
	r.figures.operations++
	if err != nil {
		r.figures.failed++
		if errors.Is(err, faultstore.ErrInjected) || r.allow != nil && r.allow(err) {
			return answer{}, nil
		}
		return answer{}, fmt.Errorf("%w: %s: %w", errUnexpected, c, err)
	}
	r.calls = append(r.calls, porcupine.Operation{ClientId: r.client, Input: c, Call: begin, Output: got, Return: end})
	return got, nil
}

// yield lets the other clients go first now and then, so that calls overlap
// even where they take no time.
func (r *recorder) yield() {
	for range r.random.IntN(4) {
		runtime.Gosched()
	}
}
