package sqlite

import (
	"errors"

	"github.com/jobledger/jobledger/storage"
)

// errEnough ends a read whose page is full. It is not a failure.
var errEnough = errors.New("the page is full")

// budget counts the bytes of the documents on a page.
type budget int

func (b *budget) add(docs ...[]byte) {
	for _, doc := range docs {
		*b += budget(len(doc))
	}
}

// spent reports whether the page can take no further record.
func (b budget) spent() bool { return b >= storage.PageBytes }
