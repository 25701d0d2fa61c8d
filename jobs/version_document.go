package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

var versionDocument = document.New(func(v *versions.Version) *[]byte { return &v.Unknown },
	document.Count(2, func(v *versions.Version) *int { return &v.Number }),
	document.Count(3, func(v *versions.Version) *int { return &v.BasedOn }),
	document.Text(4, func(v *versions.Version) *versions.Status { return &v.Status }),
	document.Text(5, func(v *versions.Version) *versions.JobType { return &v.JobType }),
	document.Integer(6, func(v *versions.Version) *int64 { return &v.Edition }),
	document.Flag(7, func(v *versions.Version) *bool { return &v.FollowsJob }),
	document.Text(8, func(v *versions.Version) *string { return &v.MemberID }),
	document.Time(9, func(v *versions.Version) *time.Time { return &v.CreatedAt }),
	document.Text(10, func(v *versions.Version) *string { return &v.CreatedBy }),
	document.Time(11, func(v *versions.Version) *time.Time { return &v.UpdatedAt }),
	document.Text(12, func(v *versions.Version) *string { return &v.UpdatedBy }),
	document.One(13, definitionDocument, func(v *versions.Version) *versions.Definition { return &v.Definition }),
)

// definitionDocument is made from the table of a definition's fields.
var definitionDocument = document.New(func(d *versions.Definition) *[]byte { return &d.Unknown }, definitionFields(versions.Fields())...)

func definitionFields(table []versions.Field) []document.Field[versions.Definition] {
	fields := make([]document.Field[versions.Definition], len(table))
	for i := range table {
		f, n := &table[i], document.Number(table[i].Number)
		switch f.In(new(versions.Definition)).(type) {
		case *string:
			fields[i] = document.Text(n, in[string](f))
		case *int:
			fields[i] = document.Count(n, in[int](f))
		case *json.RawMessage:
			fields[i] = document.Bytes(n, in[json.RawMessage](f))
		case *[]string:
			fields[i] = document.Texts(n, in[[]string](f))
		case *map[string]string:
			fields[i] = document.Pairs(n, in[map[string]string](f))
		default:
			if f.Parts != nil {
				parts := document.New(f.Unknown, definitionFields(f.Parts)...)
				fields[i] = document.One(n, parts, func(d *versions.Definition) *versions.Definition { return d })
				continue
			}
			panic("jobs: no document can hold the field " + f.Name)
		}
	}
	return fields
}

func in[T any](f *versions.Field) func(*versions.Definition) *T {
	return func(d *versions.Definition) *T { return f.In(d).(*T) }
}

// versionRecord is a version's record for the store.
func versionRecord(ref storage.JobRef, v versions.Version) storage.VersionRecord {
	doc := versionDocument.Encode(&v, 256+len(v.Config)+len(v.SourceConfig)+len(v.Description))
	return storage.VersionRecord{JobRef: ref, Number: v.Number, Doc: doc}
}

func decodeVersion(r storage.VersionRecord) (versions.Version, error) {
	var v versions.Version
	if err := versionDocument.Decode(r.Doc, &v); err != nil {
		return v, fmt.Errorf("document of job %s, version %d: %w", r.JobID, r.Number, err)
	}
	return v, nil
}
