package versions

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/internal/strictjson"
)

// Change is one difference between two definitions, in the form that the API
// shows.
type Change struct {
	// Path is a JSON pointer (RFC 6901) into the definition, such as
	// "/config/sql/source".
	Path string
	// From and To are the values as JSON text, so that no number loses
	// precision. Nil means that the member is absent; a null is the text
	// "null".
	From, To json.RawMessage
}

// The most that Changes returns for one field. When there is more, the object or
// array that contains it is one change.
const (
	maxChanges = 500
	maxPath    = 1 << 10 // bytes
)

// Changes returns the differences from a to b, ordered by the documented fields
// and then by the members' names. It returns none when a and b mean the same.
//
// Objects are compared member by member. Arrays of objects that have equal
// lengths are compared element by element; other arrays are one change. The
// order of members and the escapes in a text make no difference, so [Diff] may
// name a field for which Changes returns nothing. Fields that this version of
// the library does not know are not compared.
func Changes(a, b Definition) []Change {
	var changes []Change
	for i := range fields {
		if f := &fields[i]; !f.same(&a, &b) {
			from, to := f.show(nil, &a), f.show(nil, &b)
			changes = append(changes, compare("/"+f.Name, strictjson.ReadTree(from), strictjson.ReadTree(to))...)
		}
	}
	return changes
}

// compare returns the changes from one JSON value to another; nil means absent.
func compare(path string, from, to *strictjson.Tree) []Change {
	whole := []Change{{path, from.Text(), to.Text()}}
	if from == nil || to == nil {
		return whole
	}
	if bytes.Equal(from.Raw, to.Raw) {
		return nil
	}
	var parts []Change
	ok := false
	switch {
	case from.Members != nil && to.Members != nil:
		parts, ok = compareObjects(path, from.Members, to.Members)
	case from.Elements != nil && to.Elements != nil:
		parts, ok = compareArrays(path, from.Elements, to.Elements)
	default:
		ok = sameText(from.Raw, to.Raw)
	}
	if !ok || len(parts) > maxChanges {
		return whole
	}
	return parts
}

// compareObjects returns the changes of the members. Ok is false when the
// objects must be one change.
func compareObjects(path string, from, to map[string]*strictjson.Tree) (changes []Change, ok bool) {
	names := slices.Collect(maps.Keys(from))
	for name := range to {
		if from[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if changes, ok = compareParts(changes, path, name, from[name], to[name]); !ok {
			return nil, false
		}
	}
	return changes, true
}

// compareArrays returns the changes of the elements. Ok is false when the
// arrays must be one change.
func compareArrays(path string, from, to []*strictjson.Tree) (changes []Change, ok bool) {
	if len(from) != len(to) {
		return nil, false
	}
	for i := range from {
		if changes, ok = compareParts(changes, path, strconv.Itoa(i), from[i], to[i]); !ok {
			return nil, false
		}
	}
	simple := slices.ContainsFunc(slices.Concat(from, to), func(v *strictjson.Tree) bool { return v.Members == nil })
	return changes, !simple || len(changes) == 0
}

// compareParts adds the changes of a member or an element. Ok is false when
// there are too many changes, or a path is too long.
func compareParts(changes []Change, path, name string, from, to *strictjson.Tree) ([]Change, bool) {
	below := path + "/" + pointerToken.Replace(name)
	tooLong := len(below) > maxPath
	if tooLong {
		below = "" // only whether anything changes is of interest
	}
	more := compare(below, from, to)
	if tooLong && len(more) > 0 || len(changes)+len(more) > maxChanges {
		return nil, false
	}
	return append(changes, more...), true
}

// pointerToken escapes the characters that have a meaning in JSON pointers.
var pointerToken = strings.NewReplacer("~", "~0", "/", "~1")

// sameText reports whether two values are strings that differ only in their
// escapes.
func sameText(a, b json.RawMessage) bool {
	var x, y string
	return a[0] == '"' && json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && x == y
}
