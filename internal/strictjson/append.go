package strictjson

import (
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendString appends a JSON string. It replaces bytes that are not UTF-8.
func AppendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f {
			b, _ = jsontext.AppendQuote(b, s)
			return b
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// AppendTexts appends an object whose values are strings, ordered by name.
func AppendTexts(b []byte, m map[string]string) []byte {
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, name), ':')
		b = AppendString(b, m[name])
	}
	return append(b, '}')
}
