package memory

import "github.com/jobledger/jobledger/storage"

// passedOver is the most records of removed jobs that one call passes over.
const passedOver = 1000

// page collects the records of a list until it is full.
type page[R any] struct {
	limit int
	size  int
	found []R
	// more is true when a record came that did not fit.
	more bool
}

func newPage[R any](limit int) *page[R] {
	return &page[R]{limit: min(limit, storage.MaxLimit)}
}

// add adds a record with size bytes of documents. It returns false when the
// page is already full.
func (p *page[R]) add(record R, size int) bool {
	if len(p.found) >= p.limit || p.size >= storage.PageBytes {
		p.more = true
		return false
	}
	p.found = append(p.found, record)
	p.size += size
	return true
}
