// Package strictjson decodes JSON that people write. It refuses unknown and
// duplicate members, names in another case, invalid UTF-8, data after the
// value, and values of another type, and says where in the text the first fault
// is. It also writes JSON strings.
package strictjson

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how many levels of objects and arrays may be nested.
const MaxDepth = 64

// Error says what is wrong with a JSON text, and where.
type Error struct {
	// Path is the place of the fault, such as "config.libraries[2].whl"; empty
	// for the whole value.
	Path string
	// Rule is the rule that is broken there, such as "must be a string".
	Rule string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Rule
	}
	return e.Path + " " + e.Rule
}

// Decode decodes one JSON value into what into points to. An error is an
// [*Error].
func Decode(text []byte, into any) error {
	if err := checkDepth(text); err != nil {
		return err
	}
	if err := json.Unmarshal(text, into, json.RejectUnknownMembers(true)); err != nil {
		return describe(err)
	}
	return nil
}

// Compact returns one JSON value without the white space between its tokens.
// Names, strings and numbers are unchanged. An error is an [*Error].
func Compact(text []byte) ([]byte, error) {
	if err := checkDepth(text); err != nil {
		return nil, err
	}
	value := jsontext.Value(append([]byte(nil), text...))
	if err := value.Compact(jsontext.AllowDuplicateNames(false), jsontext.AllowInvalidUTF8(false)); err != nil {
		return nil, describe(err)
	}
	return value, nil
}

// checkDepth refuses text that is nested too deeply, before a recursive
// function reads it.
func checkDepth(text []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return &Error{Rule: fmt.Sprintf("must not nest deeper than %d levels", MaxDepth)}
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// describe turns an error of the JSON library into an [*Error]. It does not use
// the library's texts, which may change between versions.
func describe(err error) *Error {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return describeSyntactic(syntactic)
	}
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return describeIO(err)
	}
	e := &Error{Path: path(semantic.JSONPointer)}
	rule, ok := errors.AsType[*Error](semantic.Err)
	switch {
	case ok:
		e.Rule = rule.Rule
	case errors.Is(semantic.Err, json.ErrUnknownName):
		e.Rule = "is not a known member"
	case semantic.GoType != nil && semantic.JSONKind != 0:
		e.Rule = "must be " + kindName(semantic.GoType)
	default:
		e.Rule = "is not valid"
	}
	return e
}

func describeSyntactic(err *jsontext.SyntacticError) *Error {
	e := &Error{Path: path(err.JSONPointer)}
	switch {
	case errors.Is(err.Err, jsontext.ErrDuplicateName):
		e.Rule = "is given more than once"
	case errors.Is(err.Err, io.ErrUnexpectedEOF), errors.Is(err.Err, io.EOF):
		e.Rule = "is incomplete: the JSON value does not end"
	default:
		e.Rule = fmt.Sprintf("is not valid JSON in UTF-8 (at byte %d)", err.ByteOffset)
	}
	return e
}

func describeIO(err error) *Error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Error{Rule: "is incomplete: the JSON value does not end"}
	}
	return &Error{Rule: "is not one valid JSON value"}
}

// kindName names the JSON value from which a Go type is decoded.
func kindName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number in range"
	case reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "an array"
	}
	return "an object"
}

// path writes a JSON pointer as people write it, such as "a.b[2]".
func path(pointer jsontext.Pointer) string {
	var b strings.Builder
	for token := range pointer.Tokens() {
		switch {
		case isIndex(token):
			b.WriteString("[" + token + "]")
		case b.Len() == 0:
			b.WriteString(token)
		default:
			b.WriteString("." + token)
		}
	}
	return b.String()
}

func isIndex(token string) bool {
	for _, c := range token {
		if c < '0' || c > '9' {
			return false
		}
	}
	return token != ""
}

// Describe returns the error of reading from a [jsontext.Decoder] as an
// [*Error]. An error of the decoder's own reader is returned unchanged.
func Describe(err error) error {
	_, isSemantic := errors.AsType[*json.SemanticError](err)
	_, isSyntactic := errors.AsType[*jsontext.SyntacticError](err)
	if isSemantic || isSyntactic || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return describe(err)
	}
	return err
}
