package versions_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/versions"
)

// A field of a definition stands in three places: in Definition, in Patch, and
// in the table, which serves all else. None can be forgotten.
func TestEveryFieldStandsInTheTable(t *testing.T) {
	var d versions.Definition
	table := versions.Fields()
	structs, names, numbers := map[string]bool{}, map[string]bool{}, map[int32]bool{}
	for i := range table {
		f := &table[i]
		require.False(t, names[f.Name], f.Name)
		require.False(t, numbers[f.Number], "the number of %s is given twice", f.Name)
		names[f.Name], numbers[f.Number] = true, true

		var p versions.Patch
		require.NoError(t, f.Fill(&p, fillAny))
		patched := givenIn(p)
		require.Len(t, patched, 1, f.Name)
		require.Equal(t, patched[0], fieldAt(&d, f.In(&d)), "%s is patched in another field than it is read from", f.Name)
		structs[patched[0]] = true

		changed := p.Apply(d)
		require.Equal(t, []string{f.Name}, versions.Diff(d, changed))
		require.Equal(t, patched, givenIn(changed))
	}
	for field := range reflect.TypeFor[versions.Definition]().Fields() {
		require.True(t, structs[field.Name] || field.Name == "Unknown", "%s stands in no row of the table", field.Name)
	}
	require.Equal(t, len(table), reflect.TypeFor[versions.Patch]().NumField())
}

func TestAFieldThatCannotBeFilledStaysAsItWas(t *testing.T) {
	broken := errors.New("broken")
	for _, f := range versions.Fields() {
		var p versions.Patch
		require.ErrorIs(t, f.Fill(&p, func(any) error { return broken }), broken)
		require.Empty(t, givenIn(p))
	}
}

// A draft of a definition keeps what a newer version of the library wrote in it.
func TestPatchedDefinitionsKeepUnknownFields(t *testing.T) {
	d := versions.Definition{Unknown: []byte("later")}
	got := versions.Patch{ClusterID: new("C")}.Apply(d)
	require.Equal(t, []byte("later"), got.Unknown)
	got.Unknown[0] = 'L'
	require.Equal(t, []byte("later"), d.Unknown, "the result shares memory with the definition")
}

func fillAny(v any) error {
	switch v := v.(type) {
	case *json.RawMessage:
		*v = json.RawMessage(`{}`)
	case *[]string:
		*v = []string{"a"}
	case *int:
		*v = 1
	case *map[string]string:
		*v = map[string]string{"a": ""}
	case *versions.Retry:
		v.MaxAttempts = 1
	default:
		reflect.ValueOf(v).Elem().SetString("a")
	}
	return nil
}

// givenIn names the fields of a struct that are not zero.
func givenIn(of any) (names []string) {
	v := reflect.ValueOf(of)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			names = append(names, v.Type().Field(i).Name)
		}
	}
	return names
}

// fieldAt names the field of d that a pointer points to.
func fieldAt(d *versions.Definition, to any) string {
	v := reflect.ValueOf(d).Elem()
	for i := range v.NumField() {
		if v.Field(i).Addr().Pointer() == reflect.ValueOf(to).Pointer() {
			return v.Type().Field(i).Name
		}
	}
	return ""
}
