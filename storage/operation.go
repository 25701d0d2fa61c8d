package storage

import (
	"crypto/rand"
	"fmt"
	"time"
)

// NewOperationID returns a new ID for a decision made at a time. IDs rise with
// the time, and 80 of their bits are random.
func NewOperationID(at time.Time) string {
	// The offset makes the years 1 to 9999 positive.
	return fmt.Sprintf("%016x%s", at.UnixMicro()+1<<56, rand.Text()[:16])
}
