package versions

import "strings"

// FieldError says that a field breaks a rule.
type FieldError struct {
	// Field is the documented name of the field. It may have a path into the
	// field, as in "config.sql.source" and "dependsOn[2].jobKey".
	Field string
	// Detail is the rule, such as "must be 1 to 8191 characters".
	Detail string
}

func (e FieldError) Error() string { return e.Field + ": " + e.Detail }

// FieldErrors are all the rules that an input breaks. [FieldErrors.Err] returns nil
// when there are none.
type FieldErrors []FieldError

// Error lists all fields, each with its rule.
func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, f := range e {
		texts[i] = f.Error()
	}
	return "invalid input: " + strings.Join(texts, "; ")
}

// Add records that a field breaks a rule.
func (e *FieldErrors) Add(field, detail string) {
	*e = append(*e, FieldError{Field: field, Detail: detail})
}

// Err returns e as an error, or nil when e is empty.
func (e FieldErrors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
