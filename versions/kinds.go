package versions

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/jobledger/jobledger/internal/strictjson"
)

// The functions below complete the rows of the table. There is one for each type
// that a field may have.

func text[S ~string](f Field, of func(*Definition) *string, in func(*Patch) **S) Field {
	f.same = func(a, b *Definition) bool { return *of(a) == *of(b) }
	f.show = func(b []byte, d *Definition) []byte {
		if s := *of(d); s != "" || !f.Nullable {
			return strictjson.AppendString(b, s)
		}
		return append(b, null...)
	}
	return complete(f, of, in, func(s S) string { return string(s) }, func(s string) string { return s })
}

func count(f Field, of func(*Definition) *int, in func(*Patch) **int) Field {
	f.Most = cmp.Or(f.Most, MaxNumber)
	f = number(f, of)
	return complete(f, of, in, itself, itself)
}

func object(f Field, of func(*Definition) *json.RawMessage, in func(*Patch) **json.RawMessage) Field {
	f.same = func(a, b *Definition) bool { return bytes.Equal(*of(a), *of(b)) }
	f.show = func(b []byte, d *Definition) []byte {
		if raw := *of(d); len(raw) > 0 {
			return append(b, raw...)
		}
		return append(b, null...)
	}
	return complete(f, of, in, itself, slices.Clone)
}

func keys(f Field, of func(*Definition) *[]string, in func(*Patch) **[]string) Field {
	f.same = func(a, b *Definition) bool { return slices.Equal(*of(a), *of(b)) }
	f.show = func(b []byte, d *Definition) []byte {
		b = append(b, '[')
		for i, key := range *of(d) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(strictjson.AppendString(append(b, `{"jobKey":`...), key), '}')
		}
		return append(b, ']')
	}
	return complete(f, of, in, itself, slices.Clone)
}

func pairs(f Field, of func(*Definition) *map[string]string, in func(*Patch) **map[string]string) Field {
	f.same = func(a, b *Definition) bool { return maps.Equal(*of(a), *of(b)) }
	f.show = func(b []byte, d *Definition) []byte { return strictjson.AppendTexts(b, *of(d)) }
	return complete(f, of, in, itself, maps.Clone)
}

// record is an object whose members are numbers. What a newer version of this
// library wrote into it is kept until the object is replaced.
func record[T any](f Field, of func(*Definition) *T, in func(*Patch) **T, unknown func(*T) *[]byte, parts ...Field) Field {
	f.Parts = parts
	f.unknown = func(d *Definition) *[]byte { return unknown(of(d)) }
	f.same = func(a, b *Definition) bool {
		return !slices.ContainsFunc(parts, func(part Field) bool { return !part.same(a, b) })
	}
	f.show = func(b []byte, d *Definition) []byte {
		if f.IsZero(d) {
			return append(b, null...)
		}
		for i := range parts {
			b = append(b, "{,"[min(i, 1)])
			b = append(strictjson.AppendString(b, parts[i].Name), ':')
			b = parts[i].show(b, d)
		}
		return append(b, '}')
	}
	return complete(f, of, in, itself, func(v T) T {
		rest := unknown(&v)
		*rest = bytes.Clone(*rest)
		return v
	})
}

// number is a member of a record.
func number(f Field, of func(*Definition) *int) Field {
	f.in = func(d *Definition) any { return of(d) }
	f.same = func(a, b *Definition) bool { return *of(a) == *of(b) }
	f.show = func(b []byte, d *Definition) []byte { return strconv.AppendInt(b, int64(*of(d)), 10) }
	return f
}

const null = "null"

func itself[T any](v T) T { return v }

func complete[T, P any](f Field, of func(*Definition) *T, in func(*Patch) **P, from func(P) T, clone func(T) T) Field {
	f.in = func(d *Definition) any { return of(d) }
	f.clone = func(d *Definition) { *of(d) = clone(*of(d)) }
	f.apply = func(p *Patch, d *Definition) {
		if v := *in(p); v != nil {
			*of(d) = from(*v)
		}
	}
	f.fill = func(p *Patch, fill func(any) error) error {
		v := new(P)
		if err := fill(v); err != nil {
			return err
		}
		*in(p) = v
		return nil
	}
	return f
}
