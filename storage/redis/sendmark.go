package redis

import (
	"encoding"
	"errors"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// request is a command that the client must send only once. A client that
// repeats it after a lost reply reports only how the last try failed, such as
// that the server was unreachable, although an earlier try was executed. The
// store repeats changes itself, and keeps track.
type request struct {
	*redis.Cmd
}

// NoRetry implements [redis.Cmder].
func (request) NoRetry() bool { return true }

// sendMark is an argument of a command that records whether the command was
// sent. The client asks for the argument's bytes when it writes the command to
// a connection, and not earlier. It is the first argument after the keys, so
// nothing that a server could execute is written before it.
type sendMark struct {
	value string
	state atomic.Int32
}

var _ encoding.BinaryMarshaler = (*sendMark)(nil)

const (
	unsent int32 = iota
	sent
	abandoned
)

var errAbandoned = errors.New("the caller has left")

// MarshalBinary implements [encoding.BinaryMarshaler].
func (c *sendMark) MarshalBinary() ([]byte, error) {
	if !c.state.CompareAndSwap(unsent, sent) && c.state.Load() == abandoned {
		return nil, errAbandoned
	}
	return []byte(c.value), nil
}

// abandon forbids sending the command, and reports whether it was never sent.
func (c *sendMark) abandon() bool {
	return c.state.CompareAndSwap(unsent, abandoned) || c.state.Load() == abandoned
}
