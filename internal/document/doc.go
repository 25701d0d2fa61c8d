// Package document is the codec of the documents that stores keep: messages in
// the wire format of Protocol Buffers, each described by a table of its fields.
//
// The first field of a document is the number of its format. A document of
// another format is refused. A field that a table does not know, because a
// newer version of this library wrote it, is kept as it came and written back.
package document

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Format is the number of the format that this version reads and writes. It is
// raised for what an older version must not miss.
const Format = 2

// Number is the number of a field in its message. It is never used for
// anything else again.
type Number = protowire.Number

// formatField is the number of the field that holds the format. No table uses it.
const formatField Number = 1

// Errors of documents that another version wrote.
var (
	ErrNewer = errors.New("was written by a newer version of this library")
	ErrOlder = errors.New("was written by an earlier commit of this library, before its first release")
)

var errEmpty = errors.New("the document is empty")

func checkFormat(n int64) error {
	switch {
	case n > Format:
		return fmt.Errorf("format %d %w; this one knows %d", n, ErrNewer, Format)
	case n < Format:
		return fmt.Errorf("format %d %w; this one knows %d", n, ErrOlder, Format)
	}
	return nil
}
