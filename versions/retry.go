package versions

import (
	"fmt"
	"time"
)

// Bounds of a [Retry].
const (
	// MaxAttempts bounds Retry.MaxAttempts.
	MaxAttempts = 100
	// MaxBackoffSeconds bounds both waits of a Retry: a day.
	MaxBackoffSeconds = 24 * 60 * 60

	// defaultMaxBackoff is an hour: a run that fails all night is tried often
	// enough, and what is down is not asked more often.
	defaultMaxBackoff = 60 * 60
)

// Retry says what follows a run that did not succeed. The zero value is none.
type Retry struct {
	// MaxAttempts is how many attempts there are in all, 1 to 100; the first
	// counts. 0 for no retry, and then the rest is 0 too.
	MaxAttempts int `json:"maxAttempts"`
	// BackoffSeconds is the wait before the second attempt, 0 to 86400. Each
	// later wait is twice the one before.
	BackoffSeconds int `json:"backoffSeconds"`
	// MaxBackoffSeconds is the longest wait, up to 86400 and not below
	// BackoffSeconds; by default an hour, or BackoffSeconds if that is longer.
	MaxBackoffSeconds int `json:"maxBackoffSeconds"`

	// Unknown is what Definition.Unknown is.
	Unknown []byte `json:"-"`
}

// Wait returns how long the attempt that follows the given one waits for its
// start; attempts are counted from 1.
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
