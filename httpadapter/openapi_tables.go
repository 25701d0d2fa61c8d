package httpadapter

import "maps"

// The functions of this file make schemas of the tables of members.

// schemaOf is the schema of an object in answers.
func schemaOf[T any](o origin, rows showing[T], opts *Options) member {
	var list []property
	for _, row := range rows {
		if row.origin.shownTo(opts) {
			list = append(list, property{row.name, marked(row.schema, o, row.origin), row.optional})
		}
	}
	return object(o, list...)
}

// bodySchema is the schema of an object in requests. Members without a schema,
// which are always refused, are left out.
func bodySchema[T any](o origin, rows taking[T], opts *Options) member {
	var list []property
	for _, row := range rows {
		if row.origin.shownTo(opts) && row.schema != nil {
			list = append(list, property{row.name, marked(row.schema, o, row.origin), !row.required})
		}
	}
	return object(o, list...)
}

// marked adds x-source to the schema of a member, when the member's origin
// differs from its object's.
func marked(schema member, object, of origin) member {
	if object.label() == of.label() {
		return schema
	}
	return by(of, maps.Clone(schema))
}
