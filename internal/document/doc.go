// Package document encodes and decodes the documents that stores keep. A
// document is a message in the wire format of Protocol Buffers, which a table
// of fields describes.
//
// The first field of a document is the number of its format. A document of
// another format is refused. A field that the table does not know was written
// by a newer version of this library. It is kept in its stored form, and
// written back.
package document

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Format is the format that this version reads and writes. It is raised for a
// change that older versions must not ignore.
const Format = 2

// Number is the number of a field in its message. It is never used for another
// field.
type Number = protowire.Number

// formatField is the field that holds the format. No table uses its number.
const formatField Number = 1

// The errors for documents that another version wrote.
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
