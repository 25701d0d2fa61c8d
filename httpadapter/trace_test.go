package httpadapter_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// A report says where the engine is in a trace, by the standard headers. Whatever
// they hold, the report counts.
func TestAReportTakesTheTraceOfItsEngine(t *testing.T) {
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for name, tc := range map[string]struct {
		parents, states []string
		want            jobs.TraceContext
	}{
		"none":           {},
		"a parent":       {parents: []string{parent}, want: jobs.TraceContext{Parent: parent}},
		"with states":    {[]string{parent}, []string{"a=1", "b=2"}, jobs.TraceContext{Parent: parent, State: "a=1,b=2"}},
		"two parents":    {parents: []string{parent, parent}},
		"no parent":      {parents: []string{"<script>"}, states: []string{"a=1"}},
		"a long state":   {[]string{parent}, []string{strings.Repeat("a", 600)}, jobs.TraceContext{Parent: parent}},
		"a broken state": {[]string{parent}, []string{"a=\xff"}, jobs.TraceContext{Parent: parent}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []jobs.TraceContext
			w := newWorldOf(t, memory.New(), jobs.Options{Hooks: jobs.Hooks{Begin: func(ctx context.Context, o jobs.Operation) (context.Context, func(error)) {
				if o.Name == "report" {
					got = append(got, o.Trace)
				}
				return ctx, nil
			}}}, nil)
			job := "/workloads/jobs/" + w.create(t, "job")
			run := w.start(job)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, job+"/runs/"+run+"/report", strings.NewReader(`{"status":"running"}`))
			r.Header = http.Header{
				"Authorization": {"Bearer " + w.tokens()[run]}, "Content-Type": {"application/json"},
				"Traceparent": tc.parents, "Tracestate": tc.states,
			}
			answer := httptest.NewRecorder()
			w.ServeHTTP(answer, r)
			require.Equal(t, http.StatusOK, answer.Code, answer.Body)
			require.Equal(t, []jobs.TraceContext{tc.want}, got)
		})
	}
}
