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

// Change is one difference between two definitions, as the API shows them.
type Change struct {
	// Path is a JSON pointer (RFC 6901) into the definition, such as
	// "/config/sql/source".
	Path string
	// From and To are JSON, as it was written: no number loses precision. Nil
	// is a member that is not there, which null is not.
	From, To json.RawMessage
}

// Bounds of what Changes returns of one field. What goes beyond is one change
// of the object or array that it is in.
const (
	maxChanges = 500
	maxPath    = 1 << 10 // bytes
)

// Changes returns what must be changed in a to say what b says, in the order of
// the documented fields and of the members' names; none when they say the same.
// Objects are compared member by member, and arrays of objects that are as long
// as each other element by element; other arrays change as a whole, since few
// people count elements. The order of members and the escapes of a text
// say nothing: definitions that [Diff] tells apart may have no changes. What is
// unknown to this version of the library is not compared.
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

// compare returns the changes from one JSON value to another; nil is none.
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

// compareObjects returns the changes of members. It is not ok when they cannot
// be told one by one.
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

// compareArrays returns the changes of elements. It is not ok when the arrays
// change as a whole.
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

// compareParts adds the changes of a member or an element. It is not ok when
// there are too many, or the path to them is too long.
func compareParts(changes []Change, path, name string, from, to *strictjson.Tree) ([]Change, bool) {
	below := path + "/" + pointerToken.Replace(name)
	tooLong := len(below) > maxPath
	if tooLong {
		below = "" // it is asked only whether anything changes
	}
	more := compare(below, from, to)
	if tooLong && len(more) > 0 || len(changes)+len(more) > maxChanges {
		return nil, false
	}
	return append(changes, more...), true
}

// pointerToken escapes what has a meaning in JSON pointers.
var pointerToken = strings.NewReplacer("~", "~0", "/", "~1")

// sameText reports whether two values are strings that differ in escapes only.
func sameText(a, b json.RawMessage) bool {
	var x, y string
	return a[0] == '"' && json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && x == y
}
