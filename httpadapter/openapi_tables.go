package httpadapter

import "maps"

// The functions of this file make schemas of the tables of members.

// schemaOf is the schema of an object that answers show.
func schemaOf[T any](o origin, rows showing[T], opts *Options) member {
	var list []property
	for _, row := range rows {
		if row.origin.shownTo(opts) {
			list = append(list, property{row.name, marked(row.schema, o, row.origin), row.optional})
		}
	}
	return object(o, list...)
}

// bodySchema is the schema of an object that requests hold. What is only taken
// to be refused has no schema.
func bodySchema[T any](o origin, rows taking[T], opts *Options) member {
	var list []property
	for _, row := range rows {
		if row.origin.shownTo(opts) && row.schema != nil {
			list = append(list, property{row.name, marked(row.schema, o, row.origin), !row.required})
		}
	}
	return object(o, list...)
}

// marked says whose a member is, where that is not whose the object is.
func marked(schema member, object, of origin) member {
	if object.label() == of.label() {
		return schema
	}
	return by(of, maps.Clone(schema))
}
