package httpadapter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
)

// oneLine escapes line breaks, so that text from outside cannot begin a line of
// the log.
var oneLine = strings.NewReplacer("\r", `\r`, "\n", `\n`)

// logFailure logs the error behind an answer.
func (x *exchange) logFailure(p *problem, err error) {
	level := slog.LevelWarn
	switch {
	case p.status == http.StatusInternalServerError:
		level = slog.LevelError
	case errors.Is(err, context.Canceled): // the client is gone
		level = slog.LevelDebug
	}
	if p.cause != nil {
		err = p.cause
	}
	x.opts.Logger.LogAttrs(x.r.Context(), level, "jobledger: request failed",
		slog.String("route", x.routeName()),
		slog.String("code", p.code),
		slog.String("error", oneLine.Replace(err.Error())))
}

// routeName is the name of the operation. The path is not logged, because
// clients choose it.
func (x *exchange) routeName() string {
	if x.path.resource == nil {
		return "none"
	}
	if r := x.path.resource.route(x.r.Method); r != nil {
		return r.name
	}
	return "none"
}

// leave ends an exchange whose client does not read the rest of the answer. A
// HEAD has what it asked for. Any other client left or is too slow, and its
// connection is closed.
func (x *exchange) leave() {
	if x.r.Method != http.MethodHead {
		panic(http.ErrAbortHandler)
	}
}

// finish ends an exchange. It logs a panic and answers it with a 500. When the
// answer has already begun, it closes the connection, so that the client does
// not take half of an answer for all of it. [http.ErrAbortHandler] is not an
// error, and is passed on.
func (x *exchange) finish() {
	v := recover()
	if v == nil {
		x.release()
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	x.opts.Logger.LogAttrs(x.r.Context(), slog.LevelError, "jobledger: panic",
		slog.String("route", x.routeName()),
		slog.String("panic", oneLine.Replace(fmt.Sprint(v))),
		slog.String("stack", stack()))
	if x.started {
		panic(http.ErrAbortHandler)
	}
	x.out = reply{status: http.StatusInternalServerError, media: "application/problem+json", body: appendProblem(nil, &internalError)}
	x.send()
}

// stack is the call stack of a panic on one line, innermost call first.
func stack() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var b strings.Builder
	for {
		frame, more := frames.Next()
		fmt.Fprintf(&b, "%s:%d", frame.Function, frame.Line)
		if !more {
			return b.String()
		}
		b.WriteString(" < ")
	}
}
