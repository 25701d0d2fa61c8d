package httpadapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tags follow what people edit.
func TestTags(t *testing.T) {
	a := newMemoryAPI(t)
	created := a.do(t, request{to: "POST /workloads/jobs", body: jobBody("job"), status: 201})
	job := "/workloads/jobs/" + created.object(t)["id"].(string)
	first := created.etag()
	require.Regexp(t, `^"[^"]+"$`, first)
	require.Equal(t, first, a.do(t, request{to: "GET " + job}).etag())

	unchanged := a.do(t, request{to: "PATCH " + job, body: `{"description":""}`, status: 200})
	require.Equal(t, first, unchanged.etag())
	second := a.do(t, request{to: "PATCH " + job, body: `{"description":"x"}`, status: 200}).etag()
	require.NotEqual(t, first, second)

	draft := a.do(t, request{to: "POST " + job + "/draft", status: 201}).etag()
	require.Equal(t, draft, a.do(t, request{to: "GET " + job + "/draft"}).etag())
	patched := a.do(t, request{to: "PATCH " + job + "/draft", body: `{"timeoutSeconds":9}`, status: 200}).etag()
	require.NotEqual(t, draft, patched)
	published := a.do(t, request{to: "POST " + job + "/draft/publish", header: map[string]string{"If-Match": patched}, status: 200}).etag()
	require.Equal(t, published, a.do(t, request{to: "GET " + job}).etag())

	one := a.do(t, request{to: "GET " + job + "/versions/1", status: 200}).etag()
	two := a.do(t, request{to: "GET " + job + "/versions/2", status: 200}).etag()
	require.Len(t, map[string]bool{one: true, two: true, published: true, patched: true}, 4)
	a.do(t, request{to: "GET " + job + "/versions/1", header: map[string]string{"If-None-Match": one}, status: 304})
	a.do(t, request{to: "PATCH " + job, body: `{}`, header: map[string]string{"If-Match": one}, status: 412})
}

// If-Match on every change.
func TestIfMatch(t *testing.T) {
	changes := []struct {
		to, body string
		draft    bool // the condition is about the draft, which is there
	}{
		{"PATCH %s", `{"status":"paused"}`, false},
		{"DELETE %s", "", false},
		{"POST %s/activate-version", `{"version":1}`, false},
		{"POST %s/versions", `{}`, false},
		{"POST %s/teams", `{"teamIds":["TEAMC"]}`, false},
		{"DELETE %s/teams/TEAMB", "", false},
		{"PATCH %s/draft", `{"timeoutSeconds":1}`, true},
		{"DELETE %s/draft", "", true},
		{"POST %s/draft/publish", "", true},
	}
	conditions := []struct {
		header string // TAG is the present one
		holds  bool
		status int
	}{
		{`TAG`, true, 0},
		{`*`, true, 0},
		{` * `, true, 0},
		{`"x", TAG ,"y"`, true, 0},
		{`, ,TAG,`, true, 0},
		{`W/TAG`, true, 0}, // a proxy that compresses makes this of it
		{`"x"`, false, 412},
		{`"x,y", W/"z"`, false, 412},
		{`"0"`, false, 412},
		{`"99999999999999999999"`, false, 412},
		{`"+1"`, false, 412},
		{`"é"`, false, 412},
		{``, false, 400},
		{`,`, false, 400},
		{`x`, false, 400},
		{`"x`, false, 400},
		{`"x" "y"`, false, 400},
		{`*, "x"`, false, 400},
		{`w/"x"`, false, 400},
		{`W/x`, false, 400},
		{`W/*`, false, 400},
	}
	for _, change := range changes {
		for _, condition := range conditions {
			t.Run(change.to+"/"+condition.header, func(t *testing.T) {
				a := newMemoryAPI(t)
				job := "/workloads/jobs/" + a.create(t, "job")
				tag := a.do(t, request{to: "GET " + job}).etag()
				if change.draft {
					tag = a.do(t, request{to: "POST " + job + "/draft", status: 201}).etag()
				}
				req := request{to: fmt.Sprintf(change.to, job), body: change.body, status: condition.status}
				req.header = map[string]string{"If-Match": strings.ReplaceAll(condition.header, "TAG", tag)}
				w := a.do(t, req)
				require.Equal(t, condition.holds, w.Code < 300, w.Body)
			})
		}
	}
}

// The tag of a job is not one of its draft, and without a draft none holds.
func TestIfMatchWithoutDraft(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	tag := a.do(t, request{to: "GET " + job}).etag()
	for _, header := range []string{tag, `"d1"`, "*"} {
		a.do(t, request{to: "POST " + job + "/draft", header: map[string]string{"If-Match": header}, status: 412})
	}
	a.do(t, request{to: "PATCH " + job + "/draft", body: "{}", header: map[string]string{"If-Match": "*"}, status: 404})
	draft := a.do(t, request{to: "POST " + job + "/draft", status: 201}).etag()
	a.do(t, request{to: "PATCH " + job + "/draft", body: "{}", header: map[string]string{"If-Match": tag}, status: 412})
	a.do(t, request{to: "PATCH " + job, body: "{}", header: map[string]string{"If-Match": draft}, status: 412})
	a.do(t, request{to: "POST " + job + "/draft", header: map[string]string{"If-Match": draft}, status: 409, code: "draft_exists"})
	a.do(t, request{to: "POST " + job + "/draft", header: map[string]string{"If-Match": "*"}, status: 409, code: "draft_exists"})
}

// Conditions of reads.
func TestConditionalReads(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	a.do(t, request{to: "POST " + job + "/draft", status: 201})
	for _, path := range []string{job, job + "/draft", job + "/versions/1"} {
		tag := a.do(t, request{to: "GET " + path, status: 200}).etag()
		for header, status := range map[string]int{tag: 304, "W/" + tag: 304, "*": 304, `"x",` + tag: 304, `"x"`: 200, "x": 400, "": 400} {
			for _, method := range []string{"GET ", "HEAD "} {
				w := a.do(t, request{to: method + path, header: map[string]string{"If-None-Match": header}, status: status})
				if status == 304 {
					require.Equal(t, tag, w.etag())
					require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
				}
			}
		}
		for header, status := range map[string]int{tag: 200, "W/" + tag: 200, "*": 200, `"x"`: 412, "x": 400} {
			a.do(t, request{to: "GET " + path, header: map[string]string{"If-Match": header}, status: status})
		}
	}
}

// Of many writers with the same tag, exactly one wins.
func TestOneWriterWins(t *testing.T) {
	const rounds, clients = 100, 32
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) {
			a := newAPI(t, s.open(t), nil)
			job := "/workloads/jobs/" + a.create(t, "job")
			for round := range rounds {
				tag := a.do(t, request{to: "GET " + job, status: 200}).etag()
				codes := make([]int, clients)
				var all sync.WaitGroup
				for n := range clients {
					all.Go(func() {
						r := newRequest(request{
							to:     "PATCH " + job,
							body:   fmt.Sprintf(`{"description":"%d by %d"}`, round, n),
							header: map[string]string{"If-Match": tag},
						})
						w := httptest.NewRecorder()
						a.ServeHTTP(w, r)
						codes[n] = w.Code
					})
				}
				all.Wait()
				count := map[int]int{}
				for _, code := range codes {
					count[code]++
				}
				require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: clients - 1}, count)
			}
			t.Logf("%d rounds of %d clients: one won each", rounds, clients)
		})
	}
}
