package transfer

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/jobledger/jobledger/storage"
)

const (
	// copyRecords and copyBytes limit what one change copies.
	copyRecords = 500
	copyBytes   = 1 << 20
	// repeats is how often a change whose outcome is unknown is made again.
	repeats = 3
)

// batch collects records of one job or of the organization, and commits up to
// copyRecords of them at once.
type batch struct {
	*copier
	change         storage.Change
	records, bytes int
}

func (c *copier) batch(ref storage.JobRef) *batch {
	return &batch{copier: c, change: storage.Change{JobRef: ref}}
}

// added counts a record that was added to the change, with the bytes of its
// documents. It commits the change when it is full.
func (b *batch) added(ctx context.Context, bytes int) error {
	b.missing++
	b.records++
	b.bytes += bytes
	if b.records < copyRecords && b.bytes < copyBytes {
		return nil
	}
	return b.flush(ctx)
}

// flush commits what was added. When nothing is to be written, it only empties
// the batch.
func (b *batch) flush(ctx context.Context) error {
	change, records := b.change, b.records
	b.change, b.records, b.bytes = storage.Change{JobRef: change.JobRef}, 0, 0
	if records == 0 || !b.write {
		return nil
	}
	change.OperationID, change.At, change.Copied = storage.NewOperationID(b.at), b.at, true
	err := b.to.Commit(ctx, change)
	for n := 0; n < repeats && errors.Is(err, storage.ErrOutcomeUnknown) && ctx.Err() == nil; n++ {
		err = b.to.Commit(ctx, change)
	}
	if errors.Is(err, storage.ErrStale) {
		return differs("another writer changed job %s meanwhile: %w", change.JobID, err)
	}
	if err != nil {
		return failed("write to the target", err)
	}
	b.progress.Written += records
	b.tell()
	return nil
}

// sameRecord reports whether two records are equal. An empty slice equals nil,
// and times are compared as instants.
func sameRecord[R any](a, b R) bool { return sameValue(reflect.ValueOf(a), reflect.ValueOf(b)) }

func sameValue(a, b reflect.Value) bool {
	switch {
	case a.Type() == reflect.TypeFor[time.Time]():
		return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
	case a.Type() == reflect.TypeFor[[]byte]():
		return bytes.Equal(a.Bytes(), b.Bytes())
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case a.Kind() == reflect.Slice:
		for i := range min(a.Len(), b.Len()) {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return a.Len() == b.Len()
	}
	return a.Equal(b)
}
