package httpadapter

import (
	"encoding/json"
	"fmt"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/versions"
)

// definitionFields is the one table of what a version defines.
var definitionFields = versions.Fields()

// definition is the documented body that describes a version.
type definition struct{ given versions.Patch }

// patch returns what the body changes.
func (d *definition) patch() versions.Patch { return d.given }

// UnmarshalJSONFrom implements the JSON library's UnmarshalerFrom.
func (d *definition) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readMembers(dec, func(name string) error { return d.readMember(dec, name) })
}

// readMember reads the member of that name. Null is the zero value: it clears
// what may be cleared, and breaks the rule of what is required.
func (d *definition) readMember(dec *jsontext.Decoder, name string) error {
	at := slices.IndexFunc(definitionFields, func(f versions.Field) bool { return f.Name == name })
	if at < 0 {
		return errUnknownMember(dec)
	}
	f, kind := &definitionFields[at], dec.PeekKind()
	err := f.Fill(&d.given, func(value any) error {
		switch value := value.(type) {
		case *[]string:
			return readDependencies(dec, value)
		case *map[string]string:
			return readPairs(dec, value)
		case *json.RawMessage:
			return jsonv2.UnmarshalDecode(dec, (*jsontext.Value)(value))
		}
		return jsonv2.UnmarshalDecode(dec, value)
	})
	if err == nil && kind == '{' && f.Parts != nil {
		return checkParts(dec, f, d.given.Definition())
	}
	return err
}

// checkParts refuses an object that holds nothing: null says that.
func checkParts(dec *jsontext.Decoder, f *versions.Field, given versions.Definition) error {
	if !f.IsZero(&given) {
		return nil
	}
	part := f.Parts[slices.IndexFunc(f.Parts, func(part versions.Field) bool { return part.Required })]
	return &jsonv2.SemanticError{
		JSONPointer: dec.StackPointer().AppendToken(part.Name),
		Err:         &strictjson.Error{Rule: fmt.Sprintf("must be %d to %d", part.Least, part.Most)},
	}
}

// readDependencies reads a list of objects that name jobs.
func readDependencies(dec *jsontext.Decoder, keys *[]string) error {
	var list []struct {
		JobKey string `json:"jobKey"`
	}
	if err := jsonv2.UnmarshalDecode(dec, &list); err != nil {
		return err
	}
	*keys = make([]string, len(list))
	for i := range list {
		(*keys)[i] = list[i].JobKey
	}
	return nil
}

// bookkeeping are the documented members of jobs and versions that nobody
// edits. A PATCH may hold them, so that an answer can be edited and sent back.
var bookkeeping = []string{
	"id", "jobId", "memberId", "jobType", "currentVersion", "draftVersion", "basedOnVersion",
	"createdAt", "createdBy", "updatedAt", "updatedBy", "nextRunAt", "lastScheduledAt",
}

// draftBookkeeping adds what is bookkeeping of a draft only.
var draftBookkeeping = append(slices.Clip(bookkeeping), "status", "version")

// draftPatch is the body of PATCH draft.
type draftPatch struct{ definition }

// UnmarshalJSONFrom implements the JSON library's UnmarshalerFrom.
func (p *draftPatch) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readMembers(dec, func(name string) error {
		if slices.Contains(draftBookkeeping, name) {
			return dec.SkipValue()
		}
		return p.readMember(dec, name)
	})
}
