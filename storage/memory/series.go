package memory

import (
	"cmp"
	"slices"
)

// series keeps records in the order of a number that mostly rises. Adding at
// the end and removing at the beginning cost the same, however many records
// there are. Inserting in between moves the records after it. The zero value is
// empty.
type series[R any] struct {
	entries []entry[R]
}

type entry[R any] struct {
	number int64
	record *R
}

// find returns the index of a number, or the index where it would be inserted.
func (s *series[R]) find(number int64) (i int, found bool) {
	if end := len(s.entries); end == 0 || s.entries[end-1].number < number {
		return end, false
	}
	return slices.BinarySearchFunc(s.entries, number, func(e entry[R], number int64) int { return cmp.Compare(e.number, number) })
}

// set adds or replaces the record of a number.
func (s *series[R]) set(number int64, record *R) {
	i, found := s.find(number)
	if found {
		s.entries[i].record = record
		return
	}
	s.entries = slices.Insert(s.entries, i, entry[R]{number, record})
}

// get returns the record of a number, or nil.
func (s *series[R]) get(number int64) *R {
	if i, found := s.find(number); found {
		return s.entries[i].record
	}
	return nil
}

// first returns the record with the lowest number, or nil.
func (s *series[R]) first() *R {
	if len(s.entries) == 0 {
		return nil
	}
	return s.entries[0].record
}

// pop removes the first record, and reports whether there was one.
func (s *series[R]) pop() bool {
	if len(s.entries) == 0 {
		return false
	}
	s.entries[0].record = nil
	if s.entries = s.entries[1:]; len(s.entries) == 0 {
		s.entries = nil
	}
	return true
}

// ascend visits the records from a number upwards, and descend those from it
// downwards, until visit returns false.
func (s *series[R]) ascend(from int64, visit func(*R) bool) {
	i, _ := s.find(from)
	for ; i < len(s.entries) && visit(s.entries[i].record); i++ {
	}
}

func (s *series[R]) descend(from int64, visit func(*R) bool) {
	i, found := s.find(from)
	if !found {
		i--
	}
	for ; i >= 0 && visit(s.entries[i].record); i-- {
	}
}
