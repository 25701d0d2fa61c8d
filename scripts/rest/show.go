package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// shown is the example of an operation as the page has it.
type shown struct {
	Request, Status, Headers, Answer string
}

// show makes the example's text.
func (op *operation) show(path string, got answer) error {
	var curl strings.Builder
	curl.WriteString("curl ")
	if op.Method != http.MethodGet {
		curl.WriteString("-X " + op.Method + " ")
	}
	url := "http://localhost:8080" + base + path
	if strings.ContainsAny(url, "?&") { // which a shell would read
		url = "'" + url + "'"
	}
	fmt.Fprintf(&curl, "%s \\\n  -H \"Authorization: Bearer $TOKEN\"", url)
	if header, sent := headers[op.Name]; sent {
		fmt.Fprintf(&curl, " \\\n  -H '%s: %s'", header[0], header[1])
	}
	if body := op.exampleBody(); body != "" {
		text, err := pretty([]byte(body))
		if err != nil {
			return err
		}
		fmt.Fprintf(&curl, " \\\n  -H 'Content-Type: application/json' \\\n  -d '%s'", text)
	}
	op.Example = shown{Request: curl.String(), Status: fmt.Sprint(got.status, " ", http.StatusText(got.status))}
	for _, name := range []string{"ETag", "Location"} {
		if value := got.header.Get(name); value != "" {
			op.Example.Headers += ", `" + name + ": " + value + "`"
		}
	}
	if len(got.body) == 0 {
		return nil
	}
	text, err := pretty(got.body)
	op.Example.Answer = text
	return err
}

// pretty writes JSON with one member a line; a value that fits stays in one.
func pretty(text []byte) (string, error) {
	var b strings.Builder
	err := appendPretty(&b, text, "")
	return b.String(), err
}

func appendPretty(b *strings.Builder, text []byte, indent string) error {
	const width = 100
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return err
	}
	text = compact.Bytes()
	if len(text)+len(indent) <= width || text[0] != '{' && text[0] != '[' {
		b.Write(text)
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return err
	}
	b.WriteByte(text[0])
	for n := 0; d.More(); n++ {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + indent + "  ")
		if text[0] == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%q: ", name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := appendPretty(b, value, indent+"  "); err != nil {
			return err
		}
	}
	b.WriteString("\n" + indent)
	b.WriteByte(text[len(text)-1])
	return nil
}
