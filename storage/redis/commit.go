package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
)

// remembered is how long an operation ID is kept, by the server's clock. It is
// longer than promised, since the clocks of writers, of the server, and of the
// replica that succeeds it may differ.
const remembered = 3 * storage.OperationRetention

// Commit implements [storage.Store]. It is one script in one round trip, or two
// for a change that moves the job in the index. When a reply is lost, or the
// server cannot accept changes at the moment, it sends the same operation
// again, at most 4 times in all. When the outcome is still unknown, the error
// is [storage.ErrOutcomeUnknown] joined with the reason.
func (s *Store) Commit(ctx context.Context, change storage.Change) error {
	if err := s.commit(ctx, &change); err != nil {
		return fmt.Errorf("redis: commit job %s: %w", change.JobID, err)
	}
	return nil
}

func (s *Store) commit(ctx context.Context, change *storage.Change) error {
	if err := change.Validate(); err != nil {
		return err
	}
	move := newMove(change)
	for {
		reply, err := s.submitMoved(ctx, change, move)
		if err != nil {
			return err
		}
		header, moves := movedFrom(reply)
		if !moves {
			return s.verdict(text(reply))
		}
		// Each revision of a job has one header. The next try finds this header, or
		// another revision, and then the change is stale.
		if move, err = moveFrom(change, header); err != nil {
			return err
		}
	}
}

func (s *Store) submitMoved(ctx context.Context, change *storage.Change, move *move) (any, error) {
	parts := partsOf(change, move)
	args := changeArgs(change, parts, s.layout, move)
	if err := checkSize(args); err != nil {
		return nil, err
	}
	var scopes []string
	if move != nil {
		scopes = move.scopes
	}
	sc := commitScriptOf(parts)
	return s.submit(ctx, sc.script, change.OperationID, s.changeKeys(change, sc.keys, scopes), args)
}

// movedFrom reads the reply to a change that moves the job in the index, or may
// move it: the stored header.
func movedFrom(reply any) (header string, moves bool) {
	pair, ok := reply.([]any)
	if !ok || len(pair) != 2 {
		return "", false
	}
	return text(pair[1]), true
}

// verdict reads the reply of the commit script.
func (s *Store) verdict(reply string) error {
	kind, why, _ := strings.Cut(reply, ": ")
	switch kind {
	case "ok", "done":
		return nil
	case "stale":
		return fmt.Errorf("%s: %w", why, storage.ErrStale)
	case "wrong":
		return wrong(why)
	case "layout":
		return s.checkLayout(why)
	}
	return errReply
}

// wrong is the error for a change that no state allows.
func wrong(why string) error { return fmt.Errorf("%s: %w", why, storage.ErrInvalid) }

// tries is how often a change is sent at most.
const tries = 4

// submit sends a change until the server answers, at most tries times.
func (s *Store) submit(ctx context.Context, sc *script, operation string, keys []string, args []any) (any, error) {
	var doubt error
	pause := 8 * time.Millisecond
	for try := 1; ; try++ {
		reply, fate, err := s.send(ctx, sc, operation, keys, args)
		if err == nil {
			return reply, nil
		}
		if fate == maybeApplied {
			doubt = err
		}
		if fate == refused || try == tries || ctx.Err() != nil || !s.pause(ctx, &pause) {
			if doubt == nil {
				return nil, withContext(ctx, err)
			}
			return nil, errors.Join(storage.ErrOutcomeUnknown, withContext(ctx, err))
		}
	}
}

// pause waits before the next try, twice as long each time. Meanwhile a cluster
// client looks for the masters again. It returns false when the context has
// ended.
func (s *Store) pause(ctx context.Context, pause *time.Duration) bool {
	if cluster, ok := s.client.(interface{ ReloadState(context.Context) }); ok {
		cluster.ReloadState(ctx)
	}
	timer := time.NewTimer(*pause)
	defer timer.Stop()
	*pause *= 2
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// fate is what is known of a change that got no answer.
type fate int

const (
	// refused: nothing was written, and trying again soon does not help.
	refused fate = iota
	// postponed: nothing was written, and the next try may succeed.
	postponed
	// maybeApplied: the change was sent, and no answer came.
	maybeApplied
)

// send sends a change once. When the server does not have the script, it sends
// the change again with the script's source.
func (s *Store) send(ctx context.Context, sc *script, operation string, keys []string, args []any) (any, fate, error) {
	reply, fate, err := s.sendOnce(ctx, sc.args(false, keys, nil), operation, args)
	if missing(err) {
		return s.sendOnce(ctx, sc.args(true, keys, nil), operation, args)
	}
	return reply, fate, err
}

func (s *Store) sendOnce(ctx context.Context, command []any, operation string, args []any) (any, fate, error) {
	c := &sendMark{value: operation}
	cmd := redis.NewCmd(ctx, append(append(command, c), args...)...)
	reply, err := await(ctx, func() (any, error) {
		err := s.client.Process(ctx, request{cmd})
		return cmd.Val(), err
	})
	return reply, fateOf(c, err), err
}

// fateOf decides what a failed try means. The sendMark says whether the change
// was sent.
func fateOf(c *sendMark, err error) fate {
	if err == nil {
		return refused
	}
	if c.abandon() {
		return postponed
	}
	for _, code := range refusals {
		if redis.HasErrorPrefix(err, code) {
			return refused
		}
	}
	for _, code := range postponements {
		if redis.HasErrorPrefix(err, code) {
			return postponed
		}
	}
	return maybeApplied
}

// The error replies that a server gives before it runs a script. After any other
// error, such as one of the script itself, the outcome is unknown.
var (
	refusals = []string{
		"OOM", "MISCONF", "NOREPLICAS", "NOAUTH", "WRONGPASS", "DENIED", "CROSSSLOT", "NOSCRIPT",
	}
	postponements = []string{
		"LOADING", "READONLY", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "MOVED", "ASK", "BUSY",
		"max number of clients reached",
	}
)

var errReply = errors.New("the server's reply cannot be read")
