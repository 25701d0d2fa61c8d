package redis

import (
	"encoding"
	"errors"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// request is a command that the client sends once. A client that repeats it
// after a lost reply reports only how the last try failed: that the server
// could not be dialled, say, when an earlier try was carried out. The store
// repeats changes itself, and knows.
type request struct {
	*redis.Cmd
}

// NoRetry implements [redis.Cmder].
func (request) NoRetry() bool { return true }

// claim is an argument of a command that knows whether the command was sent.
// The client asks for its bytes when it writes the command to a connection,
// and no earlier. It is the first argument behind the keys, so that nothing
// that could be carried out is written before it.
type claim struct {
	value string
	state atomic.Int32
}

var _ encoding.BinaryMarshaler = (*claim)(nil)

const (
	unsent int32 = iota
	sent
	abandoned
)

var errAbandoned = errors.New("the caller has gone")

// MarshalBinary implements [encoding.BinaryMarshaler].
func (c *claim) MarshalBinary() ([]byte, error) {
	if !c.state.CompareAndSwap(unsent, sent) && c.state.Load() == abandoned {
		return nil, errAbandoned
	}
	return []byte(c.value), nil
}

// abandon forbids the command to be sent, and reports whether it never was.
func (c *claim) abandon() bool {
	return c.state.CompareAndSwap(unsent, abandoned) || c.state.Load() == abandoned
}
