package jobs

import (
	"context"
	"regexp"
	"strings"
)

// TraceContext is a place in a distributed trace, in the format of W3C Trace
// Context: https://www.w3.org/TR/trace-context/. The zero value is none. A value
// that is not valid counts as none, and is no error.
type TraceContext struct {
	// Parent is the traceparent: 55 characters.
	Parent string
	// State is the tracestate: at most 512 bytes of printable ASCII; empty for none.
	State string
}

var (
	traceparent = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-|$)`)
	tracestate  = regexp.MustCompile(`^[\x20-\x7e]{0,512}$`)
)

const traceparentLength = 55

// valid returns the context in the format of version 00, or the zero value if it is
// not valid. It drops a State that is not valid, as the standard requires.
func (t TraceContext) valid() TraceContext {
	p := t.Parent
	if len(p) < traceparentLength || !traceparent.MatchString(p) {
		return TraceContext{}
	}
	version, trace, span := p[:2], p[3:35], p[36:52]
	if version == "ff" || version == "00" && len(p) != traceparentLength ||
		strings.Trim(trace, "0") == "" || strings.Trim(span, "0") == "" {
		return TraceContext{}
	}
	if !tracestate.MatchString(t.State) {
		t.State = ""
	}
	return TraceContext{Parent: "00" + p[2:traceparentLength], State: strings.TrimSpace(t.State)}
}

// trace calls Hooks.Trace.
func (c *core) trace(ctx context.Context) (t TraceContext) {
	if c.opts.Hooks.Trace != nil {
		c.hook(ctx, "Trace", func() { t = c.opts.Hooks.Trace(ctx).valid() })
	}
	return t
}

// or returns this context, or other if this is none.
func (t TraceContext) or(other TraceContext) TraceContext {
	if t.Parent == "" {
		return other
	}
	return t
}
