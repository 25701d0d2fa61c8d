package storagetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

// NewModel returns the suite's own model, as a store to run the suite on.
func NewModel() storage.Store { return model.New() }

// Failures runs one case of the contract, named "group/name", on a store, and
// returns what it reported. None means that the case passed.
func Failures(t *testing.T, name string, store storage.Store) []string {
	t.Helper()
	for _, g := range contract {
		for _, c := range g.cases {
			if g.name+"/"+c.name == name {
				return record(t.Context(), func(r reporter) { c.check(r, store) })
			}
		}
	}
	t.Fatalf("there is no case %q", name)
	return nil
}

// FailuresDurable is Failures for the cases of RunDurable.
func FailuresDurable(t *testing.T, name string, store storage.Store, reopen func(storage.Store) storage.Store) []string {
	t.Helper()
	i := slices.IndexFunc(durableCases, func(c durableCase) bool { return c.name == name })
	if i < 0 {
		t.Fatalf("there is no durable case %q", name)
	}
	return record(t.Context(), func(r reporter) { durableCases[i].check(r, store, reopen) })
}

// Documented returns the name and the reason of every case.
func Documented() (names, whys []string) {
	for _, g := range contract {
		for _, c := range g.cases {
			names, whys = append(names, g.name+"/"+c.name), append(whys, c.why)
		}
	}
	for _, c := range durableCases {
		names, whys = append(names, "durable/"+c.name), append(whys, c.why)
	}
	return names, whys
}

// recorder is a reporter that keeps what it is told to itself.
type recorder struct {
	ctx context.Context

	mu       sync.Mutex
	failures []string
	failed   bool
}

// record runs a case in a goroutine of its own, which FailNow ends.
func record(ctx context.Context, run func(reporter)) []string {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &recorder{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(r)
	}()
	<-done
	return r.failures
}

func (r *recorder) Helper() {}

func (r *recorder) Logf(string, ...any) {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
	r.failures = append(r.failures, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (r *recorder) FailNow() {
	r.mu.Lock()
	r.failed = true
	r.mu.Unlock()
	runtime.Goexit()
}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

func (r *recorder) Context() context.Context { return r.ctx }
