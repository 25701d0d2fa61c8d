package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// toYAML writes a JSON text as YAML. Members keep their order, and numbers their
// digits; texts of several lines are written as such.
func toYAML(text []byte) ([]byte, error) {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	block(&node)
	return yaml.Dump(&node, yaml.WithV4Defaults(), yaml.WithLineWidth(-1))
}

// block makes a value be written in YAML style, not as in JSON.
func block(node *yaml.Node) {
	isText := node.Kind == yaml.ScalarNode && node.Style&yaml.DoubleQuotedStyle != 0
	node.Style = 0
	switch {
	case isText && strings.Contains(node.Value, "\n"):
		node.Style = yaml.LiteralStyle
	case isText && isNumber(node.Value):
		node.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range node.Content {
		block(child)
	}
}

// fromYAML reads the documents of a YAML text, each as JSON. An error names the
// line.
func fromYAML(text io.Reader) ([]json.RawMessage, error) {
	decoder := yaml.NewDecoder(text)
	var documents []json.RawMessage
	for {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		if err := (&jsonWriter{out: &out}).write(&node); err != nil {
			return nil, err
		}
		if out.String() != "null" { // an empty document
			documents = append(documents, out.Bytes())
		}
	}
}

// maxNodes is the most nodes that a document may have when its aliases are replaced.
const maxNodes = 5_000_000

// jsonWriter writes nodes as JSON.
type jsonWriter struct {
	out   *bytes.Buffer
	nodes int
}

func (w *jsonWriter) write(node *yaml.Node) error {
	if w.nodes++; w.nodes > maxNodes {
		return fmt.Errorf("line %d: the aliases unfold to too much", node.Line)
	}
	switch node.Kind {
	case yaml.DocumentNode:
		return w.write(node.Content[0])
	case yaml.AliasNode:
		return w.write(node.Alias)
	case yaml.MappingNode:
		return w.object(node)
	case yaml.SequenceNode:
		w.out.WriteByte('[')
		for i, child := range node.Content {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.write(child); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
		return nil
	}
	return w.scalar(node)
}

func (w *jsonWriter) object(node *yaml.Node) error {
	w.out.WriteByte('{')
	seen := map[string]bool{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
			return fmt.Errorf("line %d: a name must be a text", key.Line)
		case seen[key.Value]:
			return fmt.Errorf("line %d: %q stands here for the second time", key.Line, key.Value)
		case i > 0:
			w.out.WriteByte(',')
		}
		seen[key.Value] = true
		w.text(key.Value)
		w.out.WriteByte(':')
		if err := w.write(value); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

// isNumber reports whether a text is a number in JSON, of whatever size.
func isNumber(text string) bool {
	return text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') && json.Valid([]byte(text))
}

func (w *jsonWriter) scalar(node *yaml.Node) error {
	if node.Style == 0 && isNumber(node.Value) {
		w.out.WriteString(node.Value) // with all its digits
		return nil
	}
	switch node.Tag {
	case "!!null":
		w.out.WriteString("null")
	case "!!bool":
		w.out.WriteString(strings.ToLower(node.Value))
	case "!!int", "!!float":
		if number, ok := new(big.Int).SetString(node.Value, 0); ok {
			w.out.WriteString(number.String())
			return nil
		}
		number, err := strconv.ParseFloat(node.Value, 64)
		text, err2 := json.Marshal(number)
		if err != nil || err2 != nil {
			return fmt.Errorf("line %d: %s is no number that JSON knows", node.Line, node.Value)
		}
		w.out.Write(text)
	default:
		w.text(node.Value)
	}
	return nil
}

func (w *jsonWriter) text(text string) {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // every text can be written as JSON
	}
	w.out.Write(encoded)
}
