package storage

import (
	"crypto/rand"
	"fmt"
	"time"
)

// NewOperationID returns a new ID for a decision that is made at the given
// time. A later time gives a greater ID. 80 bits of an ID are random.
func NewOperationID(at time.Time) string {
	// The offset makes the years 1 to 9999 positive.
	return fmt.Sprintf("%016x%s", at.UnixMicro()+1<<56, rand.Text()[:16])
}
