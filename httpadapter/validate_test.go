package httpadapter_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
)

// description is an OpenAPI document as kin-openapi loads it, with its schemas
// compiled. Kin-openapi compiles a schema for each value anew, which is too slow
// for all answers of all tests: it is asked once for each schema, and the
// compiled one, by the library that kin-openapi uses, always.
type description struct {
	document *openapi3.T
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

var (
	fullDescription       = sync.OnceValue(func() *description { return describe(nil) })
	documentedDescription = sync.OnceValue(func() *description { return describe(&httpadapter.Options{DocumentedOnly: true}) })
)

func describe(opts *httpadapter.Options) *description {
	text := httpadapter.OpenAPI("/", opts)
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		panic(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(documentURL, value); err != nil {
		panic(err)
	}
	return &description{document: document, compiler: compiler, compiled: map[string]*jsonschema.Schema{}}
}

const documentURL = "https://example.com/openapi.json"

// The document is valid by itself.
func TestOpenAPIIsValid(t *testing.T) {
	for _, d := range []*description{fullDescription(), documentedDescription()} {
		require.NoError(t, d.document.Validate(t.Context()))
	}
}

// validate checks a JSON text against the schema of its media type. A text that
// has no schema is an error.
func (d *description) validate(text []byte, media string, content openapi3.Content) error {
	media, _, err := mime.ParseMediaType(media)
	if err != nil {
		return err
	}
	described := content[media]
	if described == nil || described.Schema == nil {
		return fmt.Errorf("%s is not described", media)
	}
	if media == "text/event-stream" {
		return d.validateStream(text)
	}
	name := described.Schema.Ref
	if all := described.Schema.Value.AllOf; len(all) == 1 {
		name = all[0].Ref
	}
	return d.validateAs(text, name, described.Schema.Value)
}

// validateStream checks each event of a stream.
func (d *description) validateStream(text []byte) error {
	for line := range bytes.Lines(text) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			if err := d.validateAs(data, "#/components/schemas/Event", d.document.Components.Schemas["Event"].Value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *description) validateAs(text []byte, name string, byKin *openapi3.Schema) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	schema, isNew, err := d.schema(name)
	if err != nil {
		return err
	}
	if isNew {
		if err := byKin.VisitJSON(value, openapi3.EnableJSONSchema2020(), openapi3.MultiErrors()); err != nil {
			return err
		}
	}
	return schema.Validate(value)
}

func (d *description) schema(ref string) (schema *jsonschema.Schema, isNew bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if schema = d.compiled[ref]; schema != nil {
		return schema, false, nil
	}
	if ref == "" {
		return nil, false, errors.New("the schema has no name")
	}
	schema, err = d.compiler.Compile(documentURL + ref)
	d.compiled[ref] = schema
	return schema, true, err
}

// checked is a handler whose answers, and the requests that it accepts, are held
// against the OpenAPI document.
type checked struct {
	http.Handler
	t    testing.TB
	opts *httpadapter.Options
}

// newHandler is [httpadapter.New] with every answer checked.
func newHandler(t testing.TB, h http.Handler, opts *httpadapter.Options) http.Handler {
	if _, isTest := t.(*testing.T); !isTest {
		return h // what is measured is the handler
	}
	return &checked{h, t, opts}
}

// unchecked is the handler alone, for tests of what it costs.
func unchecked(h http.Handler) http.Handler { return h.(*checked).Handler }

func (c *checked) description() *description {
	if c.opts != nil && c.opts.DocumentedOnly {
		return documentedDescription()
	}
	return fullDescription()
}

// tooLong is what an answer or a body must not exceed to be looked at.
const tooLong = 4 << 20

// ServeHTTP implements [http.Handler].
func (c *checked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given := &copied{ReadCloser: r.Body}
	asked := *r
	if r.Body != nil && r.Body != http.NoBody {
		asked.Body = given
	}
	seen := &watched{ResponseWriter: w}
	c.Handler.ServeHTTP(seen, &asked)
	if err := c.check(&asked, given.text.Bytes(), seen); err != nil {
		c.t.Errorf("%s %s, answered %d: %v\n%.2000s", r.Method, r.URL, seen.status, err, seen.text.String())
	}
}

func (c *checked) check(r *http.Request, body []byte, w *watched) error {
	d := c.description()
	pattern, known := httpadapter.Locate(c.Handler, r)
	var operation *openapi3.Operation
	if method := r.Method; known {
		if method == http.MethodHead {
			method = http.MethodGet
		}
		operation = d.document.Paths.Find(pattern).GetOperation(method)
	}
	if operation == nil {
		if w.status >= 400 && r.Method == http.MethodHead {
			return nil
		}
		if w.status == http.StatusNoContent && r.Method == http.MethodOptions {
			return nil
		}
		if w.status < 400 {
			return errors.New("the operation is not described")
		}
		return d.validate(w.text.Bytes(), w.Header().Get("Content-Type"), openapi3.Content{"application/problem+json": &openapi3.MediaType{
			Schema: &openapi3.SchemaRef{Ref: "#/components/schemas/Problem", Value: d.document.Components.Schemas["Problem"].Value},
		}})
	}
	return errors.Join(d.checkAnswer(r, operation, w), d.checkRequest(r, operation, body, w.status))
}

func (d *description) checkAnswer(r *http.Request, operation *openapi3.Operation, w *watched) error {
	response := operation.Responses.Value(strconv.Itoa(w.status))
	switch {
	case w.status == http.StatusNotModified:
		response = nil
	case response == nil && w.status < 400:
		return errors.New("the status is not described")
	case response == nil:
		response = operation.Responses.Default()
	default:
		for _, name := range []string{"Etag", "Location"} {
			if _, described := response.Value.Headers[name]; described != (w.Header().Get(name) != "") {
				return fmt.Errorf("the header %s is described: %v", name, described)
			}
		}
	}
	if r.Method == http.MethodHead || response == nil || len(response.Value.Content) == 0 && w.text.Len() == 0 || w.text.Len() > tooLong {
		return nil
	}
	if err := d.validate(w.text.Bytes(), w.Header().Get("Content-Type"), response.Value.Content); err != nil || w.status < 400 {
		return err
	}
	return checkProblem(operation, w)
}

// checkRequest checks what was accepted: it must be what is described.
func (d *description) checkRequest(r *http.Request, operation *openapi3.Operation, body []byte, status int) error {
	if status >= 400 {
		return nil
	}
	for name := range r.URL.Query() {
		if operation.Parameters.GetByInAndName("query", name) == nil {
			return fmt.Errorf("the parameter %s is not described", name)
		}
	}
	if len(bytes.TrimSpace(body)) == 0 || len(body) > tooLong {
		return nil
	}
	if operation.RequestBody == nil {
		return nil // it is not read
	}
	if err := d.validate(body, "application/json", operation.RequestBody.Value.Content); err != nil {
		return fmt.Errorf("the request: %w\n%.2000s", err, body)
	}
	return nil
}

// copied keeps what was read of a body.
type copied struct {
	io.ReadCloser
	text bytes.Buffer
}

func (c *copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.text.Len() <= tooLong {
		c.text.Write(p[:n])
	}
	return n, err
}

// watched keeps what was answered.
type watched struct {
	http.ResponseWriter
	status int
	text   bytes.Buffer
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	if w.text.Len() <= tooLong {
		w.text.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the server.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
