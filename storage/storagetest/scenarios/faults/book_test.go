package faults_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// outcome is what a caller knows of a change after it asked for it.
type outcome int

const (
	acknowledged outcome = iota
	refused
	inDoubt
)

// outcomeOf judges an error, and whether it is one that the service documents.
func outcomeOf(err error) (outcome, bool) {
	if err == nil {
		return acknowledged, true
	}
	var conflict *jobs.ConflictError
	_, fields := errors.AsType[versions.FieldErrors](err)
	interrupted := errors.Is(err, context.Canceled)
	documented := fields || errors.As(err, &conflict) || interrupted || slices.ContainsFunc([]error{
		jobs.ErrNotFound, jobs.ErrForbidden, jobs.ErrNoDraft, jobs.ErrBusy, jobs.ErrUnavailable, jobs.ErrOutcomeUnknown,
	}, func(target error) bool { return errors.Is(err, target) })
	if errors.Is(err, storage.ErrStale) || errors.Is(err, teams.ErrUnauthenticated) {
		documented = false
	}
	if errors.Is(err, jobs.ErrOutcomeUnknown) {
		return inDoubt, documented
	}
	if errors.Is(err, faultstore.ErrInjected) && !interrupted && !errors.Is(err, jobs.ErrUnavailable) {
		documented = false
	}
	return refused, documented
}

// book is what the callers of a service were told. Every change that is asked
// for writes a token of its own, by which its traces are known.
type book struct {
	mu         sync.Mutex
	calls      int
	violations []string
	outcomes   map[string]outcome
	errs       map[string]error
	jobs       map[string]*told
	// done counts acknowledged changes by the event that tells of them, and
	// events counts those that were told.
	done, events map[jobs.EventKind]int
}

// told is what the callers were told of one job.
type told struct {
	created bool
	// deleted is the best that is known of its deletion; refused for none.
	deleted outcome
	// editions are the tokens of acknowledged edits.
	editions map[int64]string
	// updates are those editions of them that gave the job a description.
	updates map[int64]bool
	// numbers are the tokens that the numbers of versions were first given for.
	numbers map[int]string
	// published are the tokens of acknowledged versions.
	published map[int]string
	// discards counts the drafts that were, or may have been, discarded.
	discards int
	// granted are, by team, the possible answers to whether it has the job.
	granted map[string][]bool
	// runs are those acknowledged and not deleted; runsInDoubt counts further
	// ones that may be there.
	runs, runsDeleted map[string]bool
	runsInDoubt       int
}

func newBook() *book {
	return &book{
		outcomes: map[string]outcome{}, errs: map[string]error{}, jobs: map[string]*told{},
		done: map[jobs.EventKind]int{}, events: map[jobs.EventKind]int{},
	}
}

func (b *book) told(e jobs.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.Actor.MemberID != teams.SystemMemberID { // the scheduler's, and the inspector's
		b.events[e.Kind]++
	}
}

// allTold is whether the observer was told of at least as many changes as were
// acknowledged, of each kind.
func (b *book) allTold() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for kind, done := range b.done {
		if b.events[kind] < done {
			return false
		}
	}
	return true
}

// note writes down how a call ended, and lets more be said about the job while
// nobody else does.
func (b *book) note(doing, token string, err error, more func(outcome)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	o, documented := outcomeOf(err)
	if !documented {
		b.violate("%s: an error that is not documented: %v", doing, err)
	}
	if token != "" {
		b.outcomes[token], b.errs[token] = o, err
	}
	if more != nil {
		more(o)
	}
}

func (b *book) violate(format string, args ...any) {
	b.violations = append(b.violations, fmt.Sprintf(format, args...))
}

// job returns what is told of a job.
func (b *book) job(id string) *told {
	if b.jobs[id] == nil {
		b.jobs[id] = &told{
			deleted: refused, editions: map[int64]string{}, updates: map[int64]bool{},
			numbers: map[int]string{}, published: map[int]string{}, granted: map[string][]bool{},
			runs: map[string]bool{}, runsDeleted: map[string]bool{},
		}
	}
	return b.jobs[id]
}

// edition notes an acknowledged edit; two of them never have the same edition.
func (b *book) edition(jobID string, edition int64, token string) {
	j := b.job(jobID)
	if other, taken := j.editions[edition]; taken {
		b.violate("job %s: %s and %s were both told edition %d", jobID, other, token, edition)
	}
	j.editions[edition] = token
}

// number notes an acknowledged number; none is given twice.
func (b *book) number(jobID string, number int, token string) {
	j := b.job(jobID)
	if other, taken := j.numbers[number]; taken {
		b.violate("job %s: %s and %s were both told number %d", jobID, other, token, number)
	}
	j.numbers[number] = token
}
