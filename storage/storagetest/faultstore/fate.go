package faultstore

import (
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
	"time"
)

// fault is what befalls one call, beside a delay.
type fault int

const (
	none fault = iota
	failed
	lostReply
	cancelled
)

// fate is what becomes of one call.
type fate struct {
	fault fault
	delay time.Duration
	// look is, of a call that is cancelled, at which look at its context that
	// ends; unless late says how long after the store began to wait for it.
	look int64
	late time.Duration
}

// maxLate bounds how long a call goes on before it is cut off late. It is about
// as long as a database takes, so that many are cut off on the way.
const maxLate = time.Millisecond

// fateOf draws the fate of the nth call of a method. It draws the same numbers
// whatever the rates, so that one rate can be changed without moving the
// faults of the others.
func (p *Plan) fateOf(m Method, n int64) fate {
	random := rand.New(rand.NewPCG(p.Seed^hash(m), uint64(n)))
	which, whether, long, deep := random.Float64(), random.Float64(), random.Float64(), random.Uint64()
	async, late := random.IntN(3) == 0, random.Float64()
	rates := p.rates(m)
	f := fate{
		fault: rates.pick(which),
		// Half of the cancelled calls end at the first look, a quarter at the
		// second, and so on: stores that look rarely and often are both met.
		look: 1 + int64(bits.TrailingZeros64(deep)),
	}
	if async {
		f.late = time.Duration((1 - late) * float64(maxLate))
	}
	if whether < rates.Delay {
		f.delay = time.Duration((1 - long) * float64(p.MaxDelay))
	}
	return f
}

// pick returns the fault that a number from 0 to 1 stands for.
func (r Rates) pick(x float64) fault {
	switch {
	case x < r.Error:
		return failed
	case x < r.Error+r.LostReply:
		return lostReply
	case x < r.Error+r.LostReply+r.Cancel:
		return cancelled
	}
	return none
}

func hash(m Method) uint64 {
	h := fnv.New64a()
	h.Write([]byte(m)) // which never fails
	return h.Sum64()
}
