package jobs

import (
	"context"
	"regexp"
	"strings"
)

// TraceContext is a place in a distributed trace, as W3C Trace Context writes it:
// https://www.w3.org/TR/trace-context/. The zero value is none. What is not valid
// counts as none: it is an error of nobody's request.
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

// valid is the context if it is one, as version 00 writes it, and else none. A
// state that is not valid is left out, as the standard has it.
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

// trace is where a context is in a trace, by the embedder's hook.
func (c *core) trace(ctx context.Context) (t TraceContext) {
	if c.opts.Hooks.Trace != nil {
		c.hook(ctx, "Trace", func() { t = c.opts.Hooks.Trace(ctx).valid() })
	}
	return t
}

// or is this context, or another one where this is none.
func (t TraceContext) or(other TraceContext) TraceContext {
	if t.Parent == "" {
		return other
	}
	return t
}
