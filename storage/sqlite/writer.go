package sqlite

import (
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// maxGroup bounds how many requests share a transaction: by then the sync is a
// small part of what each costs, and the first should not wait for more.
const maxGroup = 64

// writer runs the requests of a queue on its session, in groups: those that
// wait while one group is synced make the next.
type writer struct {
	queue   *queue
	session *session
	at      *whereabouts
	// background brings the log into the file.
	background *checkpointer
	// abandon closes what reads, and moved is why: see lose.
	abandon func(error)
	moved   error
	// doubted is whether a commit of the round's group may be found after a crash,
	// although it failed.
	doubted bool
	// untrimmed counts the operations recorded since old ones were trimmed.
	untrimmed int
	// turn is when the writer last let other processes go first, began when it
	// last wanted the lock, and released when it last let go of it.
	turn, began, released time.Time
	// answered is how many requests it answered last.
	answered int
	// done is closed when the writer has stopped.
	done chan struct{}
}

// loop writes until the queue is closed.
func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case <-w.queue.closing:
			deliver(w.queue.take(w.queue.length()), ErrClosed)
			return
		case <-w.queue.filled:
			w.rejoin()
			w.round()
			if w.moved == nil {
				w.tendLog()
			}
		}
	}
}

// rejoin lets those that were just answered ask again, for they may have more to
// write: a group that they miss is synced without them, and they wait for it. It
// waits for a small part of what the last group took.
func (w *writer) rejoin() {
	runtime.Gosched()
	patience := w.released.Sub(w.began) / 16
	for start := time.Now(); w.queue.length() < w.answered && time.Since(start) < patience; {
		runtime.Gosched()
	}
}

// round writes one group. The group is taken only once the lock is: what its
// callers give up during the wait is then known not to be written.
func (w *writer) round() {
	w.giveWay()
	w.began = time.Now()
	defer func() { w.released = time.Now() }()
	w.doubted = false
	early := w.queue.length()
	if err := w.begin(); err != nil {
		deliver(w.queue.take(early), err)
		return
	}
	group := w.queue.take(maxGroup)
	if len(group) == 0 {
		w.session.rollback()
		return
	}
	if len(group) == 1 {
		w.write(group, alone)
		return
	}
	if w.write(group, together) {
		return
	}
	if err := w.begin(); err != nil {
		deliver(group, w.doubt(err))
		return
	}
	if w.write(group, guarded) {
		return
	}
	for _, r := range group {
		if err := w.begin(); err != nil {
			deliver([]*request{r}, w.doubt(err))
			continue
		}
		w.write([]*request{r}, alone)
	}
}

// The ways to write a group. Few requests fail after they have written
// something, and few groups need savepoints, which cost a tenth.
type manner int

const (
	together manner = iota // all in one transaction
	guarded                // each in a savepoint of it
	alone                  // in a transaction of its own
)

// turnLength is how long a writer that never runs out of requests writes
// before other processes are let in: leaving the lock for the longest pause
// between two polls costs it a hundredth of its time.
const turnLength = 100 * longestPause

// giveWay leaves the lock, at the end of a turn, for as long as it takes every
// process that polls for it to poll. Without that the writer takes the lock
// again in the moment that it lets go, and another may wait for many seconds.
func (w *writer) giveWay() {
	now := time.Now()
	if now.Sub(w.released) >= longestPause { // it had nothing to write
		w.turn = now
	}
	if now.Sub(w.turn) < turnLength {
		return
	}
	timer := time.NewTimer(longestPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.queue.closing:
	}
	w.turn = time.Now()
}

// begin begins a transaction on the file that was opened, in the layout that it
// had then, with another connection if this one is broken.
func (w *writer) begin() error {
	if w.moved != nil {
		return w.moved
	}
	err := w.session.begin(w.queue.closing)
	if errors.Is(err, errStopped) {
		return ErrClosed
	}
	if moved := w.at.check(); moved != nil {
		return w.lose(moved)
	}
	if err != nil && !busy(err) {
		if err := w.session.renew(); err != nil {
			return err
		}
		err = w.session.begin(w.queue.closing)
	}
	if err != nil {
		return err
	}
	if err := checkSchema(w.session); err != nil {
		w.session.rollback()
		return err
	}
	return nil
}

// lose gives a file up that was moved. What was acknowledged is still in the
// log that this process has open, if nowhere else. So it is brought into the
// file: by a checkpoint while the log is in its place, and otherwise by closing
// the file, at which SQLite makes one if no other process has it open.
func (w *writer) lose(moved error) error {
	w.moved = moved
	w.session.rollback()
	if w.at.hasLog() {
		_, _ = w.session.exec("PRAGMA wal_checkpoint(FULL)")
	}
	leaving.Lock()
	defer leaving.Unlock()
	w.abandon(moved)
	_ = w.session.close()
	_ = w.session.db.Close()
	return moved
}

// leaving has the stores of this process give a file up one after the other. SQLite
// brings the log into the file at the last close, and of two that close at the same
// moment neither is the last.
var leaving sync.Mutex

// write runs a group in the transaction that was begun, ends it, and answers
// every request. It answers none, and returns false, when the transaction was
// lost and the requests must be run again, in the next manner.
func (w *writer) write(group []*request, how manner) bool {
	results := make([]error, len(group))
	written := 0
	w.session.latest = time.Time{}
	for i, r := range group {
		lost, err := w.attempt(r, how)
		if lost && how != alone {
			w.session.rollback()
			return false
		}
		if results[i] = err; err == nil {
			written++
		}
	}
	if written == 0 {
		w.session.rollback()
	} else if err := w.end(group); err != nil {
		w.session.rollback()
		err = commitError(err)
		w.doubted = w.doubted || errors.Is(err, storage.ErrOutcomeUnknown)
		if how != alone {
			return false
		}
		results[0] = err
	} else if moved := w.at.check(); moved != nil {
		doubtAll(results, w.lose(moved))
	}
	for i, r := range group {
		if errors.Is(results[i], errRepeated) {
			results[i] = nil
		}
		r.result <- w.doubt(results[i])
	}
	w.answered = len(group)
	return true
}

// doubt is the answer to a request that failed with err, when a commit of its
// group may have failed in doubt before. What is stale now was stale then, or
// another process has written over that commit since.
func (w *writer) doubt(err error) error {
	switch {
	case err == nil || !w.doubted:
		return err
	case errors.Is(err, storage.ErrStale), errors.Is(err, storage.ErrInvalid), errors.Is(err, storage.ErrOutcomeUnknown):
		return err
	}
	return errors.Join(storage.ErrOutcomeUnknown, err)
}

// attempt runs one request; should it fail, what it wrote is undone, and lost
// tells whether more than that was, or is to be.
func (w *writer) attempt(r *request, how manner) (lost bool, err error) {
	s := w.session
	if how == guarded {
		if _, err := s.exec(savepoint); err != nil {
			return true, err
		}
	}
	s.wrote = false
	err = r.run(s)
	switch {
	case how == alone:
		return err != nil, err
	case err != nil && spoilsTransaction(err):
		return true, err
	case how == together:
		return err != nil && s.wrote, err
	case err != nil:
		if _, undo := s.exec(rollbackTo); undo != nil {
			return true, err
		}
	}
	if _, failure := s.exec(release); failure != nil {
		return true, failure
	}
	return false, err
}

// doubtAll is the answer to all that was written when the file was found moved
// behind it.
func doubtAll(results []error, moved error) {
	for i, err := range results {
		if err == nil {
			results[i] = errors.Join(storage.ErrOutcomeUnknown, moved)
		}
	}
}

// end commits the transaction, after the upkeep that is due with it.
func (w *writer) end(group []*request) error {
	w.untrimmed += len(group)
	if at := earliest(group); w.untrimmed >= trimEvery && !at.IsZero() {
		if err := w.session.trimOperations(at); err != nil {
			return err
		}
		w.untrimmed = 0
	}
	if at := w.session.latest; !at.IsZero() {
		if err := w.session.raiseClock(at); err != nil {
			return err
		}
	}
	_, err := w.session.exec(commit)
	return err
}

// earliest is the first time in a group: whatever is recorded before the group
// and stands earlier by more than the retention is old for each of its changes.
func earliest(group []*request) (at time.Time) {
	for _, r := range group {
		if !r.at.IsZero() && (at.IsZero() || r.at.Before(at)) {
			at = r.at
		}
	}
	return at
}

// deliver answers all requests alike.
func deliver(group []*request, err error) {
	for _, r := range group {
		r.result <- err
	}
}
