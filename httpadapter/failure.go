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

// oneLine keeps what others wrote from beginning a line of the log.
var oneLine = strings.NewReplacer("\r", `\r`, "\n", `\n`)

// logFailure tells the log, once, what the client is not told.
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

// routeName is the operation asked for; never the path, which clients choose.
func (x *exchange) routeName() string {
	if x.place.resource == nil {
		return "none"
	}
	if r := x.place.resource.route(x.r.Method); r != nil {
		return r.name
	}
	return "none"
}

// leave ends an exchange whose answer nobody reads on: a HEAD has all that it
// asked for, any other client is gone or takes too long.
func (x *exchange) leave() {
	if x.r.Method != http.MethodHead {
		panic(http.ErrAbortHandler)
	}
}

// finish ends an exchange. A panic becomes a 500 with nothing in it, and is
// logged; one that comes while the answer is being written ends the
// connection, since half of an answer must not pass for a whole one.
// [http.ErrAbortHandler] is not an error, and goes on.
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

// stack is where the panic came from, innermost first, on one line.
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
