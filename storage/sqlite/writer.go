package sqlite

import (
	"errors"
	"runtime"
	"time"
)

// maxGroup bounds how many requests share a transaction: by then the sync is a
// small part of what each costs, and the first should not wait for more.
const maxGroup = 64

// writer runs the requests of a queue on its session, in groups: those that
// wait while one group is synced make the next.
type writer struct {
	queue   *queue
	session *session
	place   *place
	// untrimmed counts the operations recorded since old ones were trimmed.
	untrimmed int
	// turn is when the writer last let other processes go first, and released
	// when it last let go of the lock.
	turn, released time.Time
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
			// Those that were just answered may have more to write: let them
			// join.
			runtime.Gosched()
			w.round()
		}
	}
}

// round writes one group. The group is taken only once the lock is: what its
// callers give up during the wait is then known not to be written.
func (w *writer) round() {
	w.giveWay()
	defer func() { w.released = time.Now() }()
	early := w.queue.length()
	if err := w.place.check(); err != nil {
		deliver(w.queue.take(early), err)
		return
	}
	if err := w.begin(); err != nil {
		deliver(w.queue.take(early), err)
		return
	}
	group := w.queue.take(maxGroup)
	if len(group) == 0 {
		w.session.rollback()
		return
	}
	if w.write(group) {
		return
	}
	for _, r := range group {
		if err := w.begin(); err != nil {
			deliver([]*request{r}, err)
			continue
		}
		w.write([]*request{r})
	}
}

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

// begin is the session's, with another connection if this one is broken.
func (w *writer) begin() error {
	err := w.session.begin(w.queue.closing)
	if err != nil && !errors.Is(err, errStopped) && !busy(err) {
		if err := w.session.renew(); err != nil {
			return err
		}
		err = w.session.begin(w.queue.closing)
	}
	if errors.Is(err, errStopped) {
		return ErrClosed
	}
	return err
}

// write runs a group in the transaction that was begun, ends it, and answers
// every request. It answers none, and returns false, when the transaction was
// lost and the requests must be run again, each by itself.
func (w *writer) write(group []*request) bool {
	alone := len(group) == 1
	results := make([]error, len(group))
	written := 0
	for i, r := range group {
		lost, err := w.attempt(r, alone)
		if lost && !alone {
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
		if !alone {
			return false
		}
		results[0] = commitError(err)
	}
	for i, r := range group {
		r.result <- results[i]
	}
	return true
}

// attempt runs one request; should it fail, what it wrote is undone, and lost
// tells whether more than that was.
func (w *writer) attempt(r *request, alone bool) (lost bool, err error) {
	if alone {
		return false, r.run(w.session)
	}
	if _, err := w.session.exec(savepoint); err != nil {
		return true, err
	}
	if err := r.run(w.session); err != nil {
		if spoilsTransaction(err) {
			return true, err
		}
		if _, undo := w.session.exec(rollbackTo); undo != nil {
			return true, err
		}
		_, undo := w.session.exec(release)
		return undo != nil, err
	}
	_, err = w.session.exec(release)
	return err != nil, err
}

// end commits the transaction, after the upkeep that is due with it.
func (w *writer) end(group []*request) error {
	w.untrimmed += len(group)
	if w.untrimmed >= trimEvery {
		if err := w.session.trimOperations(earliest(group)); err != nil {
			return err
		}
		w.untrimmed = 0
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
