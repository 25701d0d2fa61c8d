package versions

import "strings"

// FieldError is one field that breaks one rule.
type FieldError struct {
	// Field is the documented name of the field, with a path into it where
	// that helps: "config.sql.source", "dependsOn[2]".
	Field string
	// Detail is the rule: "must be 1 to 8191 characters".
	Detail string
}

// Error returns the field and the rule.
func (e FieldError) Error() string { return e.Field + ": " + e.Detail }

// FieldErrors are all the rules that an input breaks; never empty as an error.
type FieldErrors []FieldError

// Error lists every field with its rule.
func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, f := range e {
		texts[i] = f.Error()
	}
	return "invalid input: " + strings.Join(texts, "; ")
}

// Add notes that a field breaks a rule.
func (e *FieldErrors) Add(field, detail string) {
	*e = append(*e, FieldError{Field: field, Detail: detail})
}

// Err returns e as an error: nil when nothing was added.
func (e FieldErrors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
