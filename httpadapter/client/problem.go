package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// ErrOutcomeUnknown means that the server may or may not have done what was
// asked. Read the present state before you repeat the request.
var ErrOutcomeUnknown = errors.New("it is not known whether the request took effect")

// Codes of a [Problem] that programs often check. The API has more.
const (
	CodeNotFound       = "not_found"
	CodeForbidden      = "forbidden"
	CodeOutcomeUnknown = "outcome_unknown"
	CodeCursorLost     = "cursor_lost"
)

// Error returns the detail, and each field at fault.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if p.Errors == nil {
		return text
	}
	for _, field := range *p.Errors {
		if !strings.Contains(text, field.Detail) {
			text += fmt.Sprintf("; %s: %s", field.Field, field.Detail)
		}
	}
	return text
}

// Is makes errors.Is(p, ErrOutcomeUnknown) true when the server does not know
// the outcome.
func (p *Problem) Is(target error) bool {
	return target == ErrOutcomeUnknown && p.Code == CodeOutcomeUnknown
}

// problemBytes is the most bytes that are read of an error.
const problemBytes = 1 << 20

// problemOf reads an error and closes its body. When it is not a problem of the
// API, such as a proxy's page, the result has the status.
func problemOf(res *http.Response) *Problem {
	body, _ := io.ReadAll(io.LimitReader(res.Body, problemBytes))
	_ = res.Body.Close()
	p := &Problem{}
	if strings.Contains(res.Header.Get("Content-Type"), "json") && json.Unmarshal(body, p) == nil && p.Code != "" {
		return p
	}
	title := http.StatusText(res.StatusCode)
	detail := fmt.Sprintf("the server answered %s", res.Status)
	if text := bytes.TrimSpace(body); len(text) > 0 && len(text) < 200 && !bytes.HasPrefix(text, []byte("<")) {
		detail += ": " + string(text)
	}
	return &Problem{Status: res.StatusCode, Title: title, Detail: detail, Message: detail, Type: "about:blank"}
}
