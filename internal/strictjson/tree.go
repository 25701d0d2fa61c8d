package strictjson

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Tree is a JSON value with its parts. Members is not nil for an object, and
// Elements is not nil for an array.
type Tree struct {
	Raw      []byte
	Members  map[string]*Tree
	Elements []*Tree
}

// Text returns the value as it was written; nil for a nil tree.
func (t *Tree) Text() []byte {
	if t == nil {
		return nil
	}
	return t.Raw
}

// ReadTree reads a JSON value. For text that is not JSON, it returns a tree
// without parts.
func ReadTree(text []byte) *Tree {
	d := jsontext.NewDecoder(bytes.NewBuffer(text))
	t, err := readPart(d, text)
	if err != nil {
		return &Tree{Raw: text}
	}
	return t
}

func readPart(d *jsontext.Decoder, text []byte) (*Tree, error) {
	t := &Tree{}
	kind := d.PeekKind()
	if kind != '{' && kind != '[' {
		value, err := d.ReadValue()
		end := int(d.InputOffset())
		t.Raw = text[end-len(value) : end]
		return t, err
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	start := d.InputOffset() - 1
	if kind == '{' {
		t.Members = make(map[string]*Tree)
	} else {
		t.Elements = []*Tree{}
	}
	for d.PeekKind() != '}' && d.PeekKind() != ']' {
		name := ""
		if kind == '{' {
			token, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			name = token.String()
		}
		part, err := readPart(d, text)
		switch {
		case err != nil:
			return nil, err
		case kind == '{':
			t.Members[name] = part
		default:
			t.Elements = append(t.Elements, part)
		}
	}
	_, err := d.ReadToken()
	t.Raw = text[start:d.InputOffset()]
	return t, err
}
