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

// ErrOutcomeUnknown: the server may or may not have done what was asked. Read
// what is there before you ask again.
var ErrOutcomeUnknown = errors.New("it is not known whether the request took effect")

// Codes of a [Problem] that programs look for. There are more.
const (
	CodeNotFound       = "not_found"
	CodeForbidden      = "forbidden"
	CodeOutcomeUnknown = "outcome_unknown"
	CodeCursorLost     = "cursor_lost"
)

// Error says what is wrong, with each field at fault.
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

// Is reports whether the problem is one of this package's errors.
func (p *Problem) Is(target error) bool {
	return target == ErrOutcomeUnknown && p.Code == CodeOutcomeUnknown
}

// problemBytes is the most that is read of an error.
const problemBytes = 1 << 20

// problemOf reads an answer that is an error, and closes it. Of what is not a
// problem, such as a proxy's page, the status is told.
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
