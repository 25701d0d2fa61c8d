package sqlite

import (
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// maxGroup is the most requests in one transaction. With so many, the sync is a
// small part of the cost of each, and the first should not wait longer.
const maxGroup = 64

// writer runs the requests of a queue on its session, in groups. The requests
// that wait while a group is synced make the next group.
type writer struct {
	queue      *queue
	session    *session
	at         *whereabouts
	background *checkpointer
	// abandon closes the readers, and moved is the reason: see lose.
	abandon func(error)
	moved   error
	// doubted is true when a commit of this round's group failed, but may be
	// found after a crash.
	doubted bool
	// untrimmed is how many operations were recorded since old ones were
	// trimmed.
	untrimmed int
	// turn is when the writer last let other processes write, began when it
	// last asked for the lock, and released when it last released it.
	turn, began, released time.Time
	// answered is how many requests the last round answered.
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

// rejoin waits for the callers that were just answered, since they may have
// more to write. Otherwise the next group is synced without them, and they wait
// for it. It waits for a small part of the time that the last group took.
func (w *writer) rejoin() {
	runtime.Gosched()
	patience := w.released.Sub(w.began) / 16
	for start := time.Now(); w.queue.length() < w.answered && time.Since(start) < patience; {
		runtime.Gosched()
	}
}

// round writes one group. It takes the requests only when it has the lock: so a
// request that is abandoned before was certainly not written.
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

// The ways to write a group. Few requests fail after they have written something,
// so few groups need savepoints, which cost a tenth more.
type manner int

const (
	together manner = iota // all in one transaction
	guarded                // each in a savepoint of it
	alone                  // in a transaction of its own
)

// turnLength is how long a writer that always has requests writes before it
// lets other processes write. It then waits longestPause, which costs it a
// hundredth of its time.
const turnLength = 100 * longestPause

// giveWay waits at the end of a turn until every process that polls for the
// lock has polled. Without this, the writer takes the lock again at once, and
// another process may wait for many seconds.
func (w *writer) giveWay() {
	now := time.Now()
	if now.Sub(w.released) >= longestPause { // there was nothing to write
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

// begin begins a transaction. It checks that the file is still the one that was
// opened, and has the same schema. When the connection is broken, it opens
// another.
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

// lose gives up a file that was moved. What was acknowledged may be only in the
// log that this process has open, so it is copied into the file: by a
// checkpoint while the log is in its place, otherwise by closing the file,
// where SQLite makes a checkpoint if no other process has it open.
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

// leaving makes the stores of this process give up a file one after the other.
// SQLite copies the log into the file at the last close, and when two stores
// close at the same moment, neither is the last.
var leaving sync.Mutex

// write runs a group in the transaction, ends the transaction, and answers
// every request. When the transaction was lost, it answers no request and
// returns false: the requests must be run again in the next manner.
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

// doubt returns the answer to a request that failed with err. When a commit of
// its group failed in doubt before, the outcome is unknown. Only a stale or
// invalid request is certain: it was so before, too, or another process has
// overwritten that commit.
func (w *writer) doubt(err error) error {
	switch {
	case err == nil || !w.doubted:
		return err
	case errors.Is(err, storage.ErrStale), errors.Is(err, storage.ErrInvalid), errors.Is(err, storage.ErrOutcomeUnknown):
		return err
	}
	return errors.Join(storage.ErrOutcomeUnknown, err)
}

// attempt runs one request. When it fails, what it wrote is undone. Lost is
// true when more than that was undone, or must be.
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

// doubtAll makes the outcome of all written requests unknown, when the file was
// found moved after the commit.
func doubtAll(results []error, moved error) {
	for i, err := range results {
		if err == nil {
			results[i] = errors.Join(storage.ErrOutcomeUnknown, moved)
		}
	}
}

// end commits the transaction. Before that it trims operations and raises the
// store's own time.
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

// earliest is the earliest time in a group. What was recorded longer before it
// than the retention is old for every change of the group.
func earliest(group []*request) (at time.Time) {
	for _, r := range group {
		if !r.at.IsZero() && (at.IsZero() || r.at.Before(at)) {
			at = r.at
		}
	}
	return at
}

// deliver gives all requests the same answer.
func deliver(group []*request, err error) {
	for _, r := range group {
		r.result <- err
	}
}
