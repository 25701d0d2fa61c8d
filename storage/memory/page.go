package memory

import "github.com/jobledger/jobledger/storage"

// passedOver bounds how many records of removed jobs one call passes over.
const passedOver = 1000

// page collects the records that a list returns, until it is full.
type page[R any] struct {
	limit int
	size  int
	found []R
	// more is whether a record came that the page had no room for.
	more bool
}

func newPage[R any](limit int) *page[R] {
	return &page[R]{limit: min(limit, storage.MaxLimit)}
}

// add adds a record with so many bytes of documents. It reports false when the
// page is full already.
func (p *page[R]) add(record R, size int) bool {
	if len(p.found) >= p.limit || p.size >= storage.PageBytes {
		p.more = true
		return false
	}
	p.found = append(p.found, record)
	p.size += size
	return true
}
