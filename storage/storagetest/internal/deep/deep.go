// Package deep copies, compares, overwrites and prints values of any shape, by
// reflection. The suite has records inside changes inside snapshots; so no type needs
// functions of its own.
//
// Three kinds of values are special: documents (byte slices), times, and nil slices
// and maps, which are equal to empty ones. Structs may have only exported fields.
package deep

import (
	"bytes"
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var timeType = reflect.TypeFor[time.Time]()

// Copy returns a value that shares nothing with the one given.
func Copy[V any](v V) V {
	return copied(v, func(at time.Time) time.Time { return at })
}

// Stored returns a copy as a store keeps it: with times in UTC, to the
// microsecond.
func Stored[V any](v V) V {
	return copied(v, func(at time.Time) time.Time { return at.UTC().Truncate(time.Microsecond) })
}

func copied[V any](v V, times func(time.Time) time.Time) V {
	copyInto(reflect.ValueOf(&v).Elem(), times)
	return v
}

// copyInto replaces all that v refers to by copies.
func copyInto(v reflect.Value, times func(time.Time) time.Time) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(times(v.Interface().(time.Time))))
			return
		}
		for i := range v.NumField() {
			copyInto(v.Field(i), times)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			to := reflect.New(v.Type().Elem())
			to.Elem().Set(v.Elem())
			copyInto(to.Elem(), times)
			v.Set(to)
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(to, v)
		v.Set(to)
		if !plain(v.Type().Elem().Kind()) {
			for i := range v.Len() {
				copyInto(v.Index(i), times)
			}
		}
	case reflect.Map:
		if v.IsNil() {
			return
		}
		to := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, key := range v.MapKeys() {
			to.SetMapIndex(key, changed(v.MapIndex(key), func(e reflect.Value) { copyInto(e, times) }))
		}
		v.Set(to)
	}
}

// plain reports whether a copy of a value of the kind shares nothing with it.
func plain(k reflect.Kind) bool { return k <= reflect.Complex128 || k == reflect.String }

// changed returns what a function makes of a value that cannot be set.
func changed(v reflect.Value, change func(reflect.Value)) reflect.Value {
	element := reflect.New(v.Type()).Elem()
	element.Set(v)
	change(element)
	return element
}

// Scribble overwrites everything that a value refers to: what it points to, the
// elements of its slices, and the rest of their arrays up to the capacity.
func Scribble(v any) { scribble(reflect.ValueOf(v), false) }

// scribble overwrites what v refers to and, when it may, v itself.
func scribble(v reflect.Value, itself bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			scribble(v.Elem(), true)
		}
	case reflect.Slice:
		all := v.Slice3(0, v.Len(), v.Len())
		if v.Type().Elem().Kind() == reflect.Uint8 {
			all = v.Slice(0, v.Cap())
		}
		for i := range all.Len() {
			scribble(all.Index(i), true)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			scribble(v.MapIndex(key), false)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			if itself {
				v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
			}
			return
		}
		for i := range v.NumField() {
			scribble(v.Field(i), itself)
		}
	case reflect.String:
		if itself {
			v.SetString("scribbled")
		}
	case reflect.Int, reflect.Int64:
		if itself {
			v.SetInt(-1)
		}
	case reflect.Uint8:
		if itself {
			v.SetUint('!')
		}
	}
}

// Diff says where two values differ; it is empty when they do not.
func Diff(want, got any) string {
	if equal(reflect.ValueOf(want), reflect.ValueOf(got)) {
		return "" // much faster, and nearly always so
	}
	notEmpty := func(a, b []byte) bool { return len(a)+len(b) > 0 }
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.FilterValues(notEmpty, cmp.Comparer(bytes.Equal)))
}

// equal reports whether two values are equal. It may report false for values in which
// Diff finds no difference, but never true for values that differ.
func equal(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Struct:
		if a.Type() == timeType {
			return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
		}
		for i := range a.NumField() {
			if !equal(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		return a.IsNil() && b.IsNil() || !a.IsNil() && !b.IsNil() && equal(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		if a.Type().Elem().Kind() == reflect.Uint8 {
			return bytes.Equal(a.Bytes(), b.Bytes())
		}
		for i := range a.Len() {
			if !equal(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, key := range a.MapKeys() {
			if !equal(a.MapIndex(key), b.MapIndex(key)) {
				return false
			}
		}
		return true
	default:
		return a.Comparable() && a.Equal(b)
	}
}
