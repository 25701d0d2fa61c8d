package httpadapter_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Our fields of a definition are created, drafted, published and shown like the
// documented ones.
func TestOurFieldsOfADefinition(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		shown := func(o object) []any { return []any{o["retry"], o["parameters"], o["jitterSeconds"]} }
		body := `{"retry":{"maxAttempts":3,"backoffSeconds":10},"parameters":{"day":"'; drop table jobs; --","b":"","a":"\u00e9"},"jitterSeconds":5,`
		created := w.do(t, request{to: "POST /workloads/jobs", body: strings.Replace(jobBody("job"), "{", body, 1), status: 201})
		want := []any{
			object{"maxAttempts": n("3"), "backoffSeconds": n("10"), "maxBackoffSeconds": n("3600")},
			object{"day": "'; drop table jobs; --", "a": "é", "b": ""}, n("5"),
		}
		require.Equal(t, want, shown(created.object(t)))
		require.Contains(t, created.Body.String(), `"retry":{"maxAttempts":3,"backoffSeconds":10,"maxBackoffSeconds":3600},"parameters":{"a":"é","b":"","day":`)
		job := "/workloads/jobs/" + created.object(t)["id"].(string)

		draft := w.do(t, request{to: "POST " + job + "/draft", status: 201}).object(t)
		require.Equal(t, want, shown(draft))
		for _, row := range []struct {
			body string
			want []any
		}{
			{`{"retry":{"maxAttempts":1}}`, []any{object{"maxAttempts": n("1"), "backoffSeconds": n("0"), "maxBackoffSeconds": n("3600")}, want[1], want[2]}},
			{`{"retry":null}`, []any{nil, want[1], want[2]}},
			{`{"parameters":{"c":"d"}}`, []any{nil, object{"c": "d"}, want[2]}},
			{`{"parameters":{}}`, []any{nil, object{}, want[2]}},
			{`{"parameters":null,"jitterSeconds":null}`, []any{nil, object{}, n("0")}},
		} {
			require.Equal(t, row.want, shown(w.do(t, request{name: row.body, to: "PATCH " + job + "/draft", body: row.body, status: 200}).object(t)))
		}
		w.do(t, request{to: "POST " + job + "/draft/publish", status: 200})
		require.Equal(t, []any{nil, object{}, n("0")}, shown(w.do(t, request{to: "GET " + job, status: 200}).shown(t)))
		require.Equal(t, want, shown(w.do(t, request{to: "GET " + job + "/versions/1", status: 200}).shown(t)))
	})
}

func TestFaultsOfOurFields(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	for _, row := range []request{
		{body: `{"retry":{}}`, code: "malformed_body", fields: []string{"retry.maxAttempts"}},
		{body: `{"retry":{"maxAttempts":0}}`, code: "malformed_body", fields: []string{"retry.maxAttempts"}},
		{body: `{"retry":{"maxAttempts":null}}`, code: "malformed_body", fields: []string{"retry.maxAttempts"}},
		{body: `{"retry":{"maxAttempts":2,"tries":1}}`, code: "malformed_body", fields: []string{"retry.tries"}},
		{body: `{"retry":{"maxAttempts":2,"MaxAttempts":1}}`, code: "malformed_body", fields: []string{"retry.MaxAttempts"}},
		{body: `{"retry":{"maxAttempts":2,"Unknown":"AAAA"}}`, code: "malformed_body", fields: []string{"retry.Unknown"}},
		{body: `{"retry":{"maxAttempts":2.5}}`, code: "malformed_body", fields: []string{"retry.maxAttempts"}},
		{body: `{"retry":[]}`, code: "malformed_body", fields: []string{"retry"}},
		{body: `{"retry":{"backoffSeconds":5}}`, code: "invalid", fields: []string{"retry.maxAttempts"}},
		{body: `{"retry":{"maxAttempts":101,"backoffSeconds":-1,"maxBackoffSeconds":86401}}`, code: "invalid",
			fields: []string{"retry.maxAttempts", "retry.backoffSeconds", "retry.maxBackoffSeconds"}},
		{body: `{"parameters":{"a":null}}`, code: "malformed_body", fields: []string{"parameters.a"}},
		{body: `{"parameters":{"a":1}}`, code: "malformed_body", fields: []string{"parameters.a"}},
		{body: `{"parameters":{"a":"","a":""}}`, code: "malformed_body", fields: []string{"parameters.a"}},
		{body: `{"parameters":["a"]}`, code: "malformed_body", fields: []string{"parameters"}},
		{body: `{"parameters":{"-o":"","__proto__":"","":""}}`, code: "invalid", fields: []string{"parameters", "parameters.-o", "parameters.__proto__"}},
		{body: `{"jitterSeconds":60,"cronExpression":"* * * * *"}`, code: "invalid", fields: []string{"jitterSeconds"}},
		{body: `{"jitterSeconds":"1"}`, code: "malformed_body", fields: []string{"jitterSeconds"}},
	} {
		row.to, row.name, row.status = "POST "+job+"/draft", row.body, 400
		a.do(t, row)
	}
}
