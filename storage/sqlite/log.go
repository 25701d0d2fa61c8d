package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The sizes in https://www.sqlite.org/fileformat2.html#the_write_ahead_log, and the
// number that a log begins with. Its last bit says how checksums are made.
const (
	logHeader   = 32
	frameHeader = 24
	logMagic    = 0x377f0682
	pageMost    = 1 << 16
)

// firstPage finds the newest committed copy of the database's first page in a
// log, or nil. The log ends where a checksum is wrong.
func firstPage(log io.Reader) (page []byte, err error) {
	in := bufio.NewReaderSize(log, pageMost)
	head := make([]byte, logHeader)
	if whole, err := fill(in, head); !whole {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[8:])
	if magic := binary.BigEndian.Uint32(head); magic&^1 != logMagic || size < 512 || size > pageMost {
		return nil, nil
	}
	var sum checksum
	sum.order = binary.LittleEndian
	if head[3]&1 == 1 {
		sum.order = binary.BigEndian
	}
	sum.add(head[:24])
	if !sum.is(head[24:]) {
		return nil, nil
	}
	frame := make([]byte, frameHeader+size)
	var written []byte
	for {
		if whole, err := fill(in, frame); !whole {
			return page, err
		}
		sum.add(frame[:8])
		sum.add(frame[frameHeader:])
		if string(frame[8:16]) != string(head[16:24]) || !sum.is(frame[16:]) {
			return page, nil
		}
		if binary.BigEndian.Uint32(frame) == 1 {
			written = append([]byte(nil), frame[frameHeader:]...)
		}
		if binary.BigEndian.Uint32(frame[4:]) != 0 { // this frame commits all frames before it
			page = written
		}
	}
}

// fill reads until room is full, and reports whether there was enough to read.
func fill(in io.Reader, room []byte) (whole bool, err error) {
	_, err = io.ReadFull(in, room)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return err == nil, err
}

// checksum is the checksum of a log, from its beginning.
type checksum struct {
	order binary.ByteOrder
	a, b  uint32
}

func (c *checksum) add(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		c.a += c.order.Uint32(data) + c.b
		c.b += c.order.Uint32(data[4:]) + c.a
	}
}

// is reports whether c equals the checksum that was written.
func (c *checksum) is(written []byte) bool {
	return binary.BigEndian.Uint32(written) == c.a && binary.BigEndian.Uint32(written[4:]) == c.b
}
