package versions

import (
	"fmt"
	"time"
)

// The limits of a [Retry].
const (
	// MaxAttempts is the largest Retry.MaxAttempts.
	MaxAttempts = 100
	// MaxBackoffSeconds is the largest value of both waits of a Retry: a day.
	MaxBackoffSeconds = 24 * 60 * 60

	// defaultMaxBackoff is an hour: often enough for a run that fails all
	// night, and seldom enough for a system that is down.
	defaultMaxBackoff = 60 * 60
)

// Retry says how often a run that failed, was lost or timed out is repeated.
// The zero value repeats none.
type Retry struct {
	// MaxAttempts is the most attempts, including the first: 1 to 100. 0 means
	// no retry, and then the other fields must be 0, too.
	MaxAttempts int `json:"maxAttempts"`
	// BackoffSeconds is the wait before the second attempt: 0 to 86400. Each
	// later wait is twice as long.
	BackoffSeconds int `json:"backoffSeconds"`
	// MaxBackoffSeconds is the longest wait: BackoffSeconds to 86400. The
	// default is 3600, or BackoffSeconds if that is longer.
	MaxBackoffSeconds int `json:"maxBackoffSeconds"`

	// Unknown holds what a newer version of this library wrote, like
	// Definition.Unknown.
	Unknown []byte `json:"-"`
}

// Wait returns how long an attempt waits before it starts. After is the number
// of the attempt before it, from 1.
func (r Retry) Wait(after int) time.Duration {
	wait := r.BackoffSeconds
	for i := 1; i < after && wait < r.MaxBackoffSeconds; i++ {
		wait *= 2
	}
	return time.Duration(min(wait, r.MaxBackoffSeconds)) * time.Second
}

func (r Retry) withDefaults() Retry {
	if r.MaxAttempts != 0 && r.MaxBackoffSeconds == 0 {
		r.MaxBackoffSeconds = min(max(r.BackoffSeconds, defaultMaxBackoff), MaxBackoffSeconds)
	}
	return r
}

func checkRetry(f *Field, errs *FieldErrors, d *Definition) {
	if f.IsZero(d) {
		return
	}
	within := true
	for i := range f.Parts {
		part := &f.Parts[i]
		if n := *part.in(d).(*int); n < part.Least || n > part.Most {
			errs.Add(f.Name+"."+part.Name, fmt.Sprintf("must be %d to %d", part.Least, part.Most))
			within = false
		}
	}
	if r := d.Retry; within && r.MaxBackoffSeconds < r.BackoffSeconds {
		errs.Add(f.Name+".maxBackoffSeconds", fmt.Sprintf("must not be below backoffSeconds, which is %d", r.BackoffSeconds))
	}
}
