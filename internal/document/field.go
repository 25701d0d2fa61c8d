package document

import (
	"maps"
	"slices"
	"time"
)

// The functions below make fields. At returns a pointer to the field in a value.

// Text is a field that holds a text.
func Text[T any, S ~string](n Number, at func(*T) *S) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			if s := *at(v); s != "" {
				e.text(n, string(s))
			}
		},
		func(d *decoder, v *T) { *at(v) = S(d.text()) },
	}
}

// Texts is a field that holds a list of texts.
func Texts[T any, S ~string](n Number, at func(*T) *[]S) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			for _, s := range *at(v) {
				e.text(n, string(s))
			}
		},
		func(d *decoder, v *T) { *at(v) = append(*at(v), S(d.text())) },
	}
}

// Bytes is a field that holds bytes.
func Bytes[T any, B ~[]byte](n Number, at func(*T) *B) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			if b := *at(v); len(b) > 0 {
				e.bytes(n, b)
			}
		},
		func(d *decoder, v *T) { *at(v) = d.bytes() },
	}
}

// Integer is a field that holds a whole number.
func Integer[T any](n Number, at func(*T) *int64) Field[T] {
	return number(n, at, func(v int64) int64 { return v }, (*decoder).integer)
}

// Integers is a field that holds a list of whole numbers.
func Integers[T any](n Number, at func(*T) *[]int64) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			for _, i := range *at(v) {
				e.number(n, i)
			}
		},
		func(d *decoder, v *T) { *at(v) = append(*at(v), d.integer()) },
	}
}

// Count is a field that holds a number from 0 to the largest int32.
func Count[T any](n Number, at func(*T) *int) Field[T] {
	return number(n, at, func(v int) int64 { return int64(v) }, (*decoder).count)
}

// Flag is a field that holds true or false.
func Flag[T any](n Number, at func(*T) *bool) Field[T] {
	return number(n, at,
		func(v bool) int64 {
			if v {
				return 1
			}
			return 0
		},
		func(d *decoder) bool { return d.integer() == 1 })
}

// Duration is a field that holds a duration in whole microseconds.
func Duration[T any](n Number, at func(*T) *time.Duration) Field[T] {
	return number(n, at, time.Duration.Microseconds,
		func(d *decoder) time.Duration { return time.Duration(d.integer()) * time.Microsecond })
}

func number[T, V any](n Number, at func(*T) *V, to func(V) int64, from func(*decoder) V) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			if i := to(*at(v)); i != 0 {
				e.number(n, i)
			}
		},
		func(d *decoder, v *T) { *at(v) = from(d) },
	}
}

// Time is a field that holds a time in whole microseconds. It is read in UTC.
// The zero time is not written.
func Time[T any](n Number, at func(*T) *time.Time) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			if t := *at(v); !t.IsZero() {
				e.number(n, t.UnixMicro())
			}
		},
		func(d *decoder, v *T) {
			if i := d.integer(); d.err == nil {
				*at(v) = time.UnixMicro(i).UTC()
			}
		},
	}
}

// One is a field that holds a message. A message without fields is not written.
func One[T, M any](n Number, m *Message[M], at func(*T) *M) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			before, start := len(e.doc), e.begin(n)
			if m.write(e, at(v)); len(e.doc) > start {
				e.end(start)
			} else {
				e.doc = e.doc[:before]
			}
		},
		func(d *decoder, v *T) { takeMessage(d, m, at(v)) },
	}
}

// Many is a field that holds messages. Each calls put for each message to
// write. Add is called for each message that was read.
func Many[T, M any](n Number, m *Message[M], each func(v *T, put func(*M)), add func(*T, M)) Field[T] {
	return Field[T]{n,
		func(e *encoder, v *T) {
			each(v, func(inner *M) { putMessage(e, n, m, inner) })
		},
		func(d *decoder, v *T) {
			var inner M
			takeMessage(d, m, &inner)
			add(v, inner)
		},
	}
}

// Pairs is a field that holds a map, written in the order of its names.
func Pairs[T any](n Number, at func(*T) *map[string]string) Field[T] {
	return Many(n, pairs,
		func(v *T, put func(*pair)) {
			m := *at(v)
			for _, name := range slices.Sorted(maps.Keys(m)) {
				put(&pair{name, m[name]})
			}
		},
		func(v *T, p pair) {
			m := at(v)
			if *m == nil {
				*m = make(map[string]string)
			}
			(*m)[p.name] = p.value
		})
}

type pair struct{ name, value string }

var pairs = New(nil,
	Text(2, func(p *pair) *string { return &p.name }),
	Text(3, func(p *pair) *string { return &p.value }))

func putMessage[M any](e *encoder, n Number, m *Message[M], v *M) {
	start := e.begin(n)
	m.write(e, v)
	e.end(start)
}

func takeMessage[M any](d *decoder, m *Message[M], v *M) {
	if outer, ok := d.enter(); ok {
		m.read(d, v)
		d.leave(outer)
	}
}
