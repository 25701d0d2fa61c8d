package versions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/versions"
)

// told writes changes as people read them: "path: from -> to".
func told(changes []versions.Change) (lines []string) {
	for _, c := range changes {
		from, to := string(c.From), string(c.To)
		if c.From == nil {
			from = "nothing"
		}
		if c.To == nil {
			to = "nothing"
		}
		lines = append(lines, c.Path+": "+from+" -> "+to)
	}
	return lines
}

func TestChangesOfConfig(t *testing.T) {
	for name, row := range map[string]struct {
		from, to string
		want     []string
	}{
		"nothing":             {`{"a":1}`, `{"a":1}`, nil},
		"a value":             {`{"sql":{"source":"select 1"}}`, `{"sql":{"source":"select 2"}}`, []string{`/config/sql/source: "select 1" -> "select 2"`}},
		"members":             {`{"a":1,"b":2}`, `{"b":3,"c":4}`, []string{`/config/a: 1 -> nothing`, `/config/b: 2 -> 3`, `/config/c: nothing -> 4`}},
		"null and absent":     {`{"a":null}`, `{"b":null}`, []string{`/config/a: null -> nothing`, `/config/b: nothing -> null`}},
		"another type":        {`{"a":{"b":1}}`, `{"a":[1]}`, []string{`/config/a: {"b":1} -> [1]`}},
		"numbers as text":     {`{"a":1,"b":0.1}`, `{"a":1.0,"b":0.10000000000000000001}`, []string{`/config/a: 1 -> 1.0`, `/config/b: 0.1 -> 0.10000000000000000001`}},
		"order of members":    {`{"a":1,"b":{"c":2,"d":3}}`, `{"b":{"d":3,"c":2},"a":1}`, nil},
		"escapes":             {`{"a":"\u00e9","\u0062":1}`, `{"a":"é","b":1}`, nil},
		"a list":              {`{"a":["x","y"]}`, `{"a":["z","x","y"]}`, []string{`/config/a: ["x","y"] -> ["z","x","y"]`}},
		"a list as long":      {`{"a":["x","y"]}`, `{"a":["x","z"]}`, []string{`/config/a: ["x","y"] -> ["x","z"]`}},
		"escapes in a list":   {`{"a":["\u0078",[]]}`, `{"a":["x",[]]}`, nil},
		"objects in a list":   {`{"a":[{"b":1},{"b":2,"c":3}]}`, `{"a":[{"b":1},{"b":4,"c":3}]}`, []string{`/config/a/1/b: 2 -> 4`}},
		"more objects":        {`{"a":[{"b":1}]}`, `{"a":[{"b":1},{}]}`, []string{`/config/a: [{"b":1}] -> [{"b":1},{}]`}},
		"a mixed list":        {`{"a":[{"b":1},2]}`, `{"a":[{"b":2},2]}`, []string{`/config/a: [{"b":1},2] -> [{"b":2},2]`}},
		"names with / and ~":  {`{"a/b":1,"~":{"":2}}`, `{"a/b":2,"~":{"":3}}`, []string{`/config/a~1b: 1 -> 2`, `/config/~0/: 2 -> 3`}},
		"names that look so":  {`{"~1":1,"0":1}`, `{"~1":2,"0":2}`, []string{`/config/0: 1 -> 2`, `/config/~01: 1 -> 2`}},
		"a member is emptied": {`{"a":{"b":1}}`, `{"a":{}}`, []string{`/config/a/b: 1 -> nothing`}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := versions.Definition{Config: json.RawMessage(row.from)}, versions.Definition{Config: json.RawMessage(row.to)}
			require.Equal(t, row.want, told(versions.Changes(a, b)))
		})
	}
}

func TestChangesOfEveryField(t *testing.T) {
	a := versions.Definition{ClusterID: "A", Config: json.RawMessage(`{}`), CronTimezone: "UTC", DependsOn: []string{"up"}}
	b := versions.Definition{
		ClusterID: "B", Description: `said "so"`, Config: json.RawMessage(`{"x":1}`), TimeoutSeconds: 5,
		SourceConfig: json.RawMessage(`{"url":"u"}`), DependsOn: []string{"other"}, CronExpression: "@daily", CronTimezone: "Europe/Berlin",
		ConcurrencyPolicy: "allow", MaxConcurrentRuns: 2, MissedSchedulePolicy: "all",
		Retry: versions.Retry{MaxAttempts: 3}, Parameters: map[string]string{"day": "", "b": "x"}, JitterSeconds: 1,
		Unknown: []byte("not compared"),
	}
	require.Equal(t, []string{
		`/clusterId: "A" -> "B"`, `/description: "" -> "said \"so\""`, `/config/x: nothing -> 1`, `/timeoutSeconds: 0 -> 5`,
		`/sourceConfig: null -> {"url":"u"}`, `/dependsOn/0/jobKey: "up" -> "other"`, `/cronExpression: null -> "@daily"`,
		`/cronTimezone: "UTC" -> "Europe/Berlin"`, `/concurrencyPolicy: "" -> "allow"`, `/maxConcurrentRuns: 0 -> 2`,
		`/missedSchedulePolicy: "" -> "all"`, `/retry: null -> {"maxAttempts":3,"backoffSeconds":0,"maxBackoffSeconds":0}`,
		`/parameters/b: nothing -> "x"`, `/parameters/day: nothing -> ""`, `/jitterSeconds: 0 -> 1`,
	}, told(versions.Changes(a, b)))
	require.Empty(t, versions.Changes(b, b))
	more := versions.Patch{Retry: new(versions.Retry{MaxAttempts: 4})}.Apply(b)
	require.Equal(t, []string{`/retry/maxAttempts: 3 -> 4`}, told(versions.Changes(b, more)))
}

// Whatever changes, what is told of it is not much longer than the definitions.
func TestChangesAreBounded(t *testing.T) {
	members := func(n int, value string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"member%d":%s`, i, value)
		}
		return "{" + b.String()[1:] + "}"
	}
	nest := func(inner string) string {
		return strings.Repeat(`{"a":`, 60) + inner + strings.Repeat("}", 60)
	}
	long := strings.Repeat("/", 600) // which is escaped
	for name, row := range map[string]struct {
		from, to string
		changes  int
		path     string // of the first
	}{
		"10,000 members":         {members(10000, "1"), members(10000, "2"), 1, "/config"},
		"500 members":            {members(500, "1"), members(500, "2"), 500, "/config/member0"},
		"501 members":            {members(501, "1"), members(501, "2"), 1, "/config"},
		"most in one":            {`{"a":{"b":` + members(501, "1") + `},"c":1}`, `{"a":{"b":` + members(501, "2") + `},"c":2}`, 2, "/config/a/b"},
		"many in all":            {`{"a":` + members(300, "1") + `,"b":` + members(300, "1") + `}`, `{"a":` + members(300, "2") + `,"b":` + members(300, "2") + `}`, 1, "/config"},
		"deep":                   {nest("1"), nest("2"), 1, "/config" + strings.Repeat("/a", 60)},
		"many and deep":          {nest(members(10000, "1")), nest(members(10000, "2")), 1, "/config" + strings.Repeat("/a", 60)},
		"a long name":            {`{"a":{"` + long + `":` + members(10, "1") + `}}`, `{"a":{"` + long + `":` + members(10, "2") + `}}`, 1, "/config/a"},
		"a long name, unchanged": {`{"` + long + `":{"a":1,"b":2},"c":1}`, `{"` + long + `":{"b":2,"a":1},"c":2}`, 1, "/config/c"},
		"no JSON":                {`{`, `{"`, 1, "/config"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := versions.Definition{Config: json.RawMessage(row.from)}, versions.Definition{Config: json.RawMessage(row.to)}
			changes := versions.Changes(a, b)
			require.Len(t, changes, row.changes)
			require.Equal(t, row.path, changes[0].Path)
		})
	}
}

// FuzzChanges: applying the changes to one config gives the other.
func FuzzChanges(f *testing.F) {
	f.Add(`{"a":[{"b":1}],"c":"\u00e9"}`, `{"a":[{"b":2}],"c":"é"}`)
	f.Add(`{"~1":{"/":[]}}`, `{"~1":{"/":[[],{}],"":null}}`)
	f.Add(`{"a":null}`, `{}`)
	f.Fuzz(func(t *testing.T, a, b string) {
		valid := versions.Validator{CheckConfig: func(json.RawMessage) (versions.JobType, error) { return "any", nil }}
		from, _, errA := valid.Validate(versions.Definition{ClusterID: "C", Config: json.RawMessage(a)})
		to, _, errB := valid.Validate(versions.Definition{ClusterID: "C", Config: json.RawMessage(b)})
		if errA != nil || errB != nil {
			return
		}
		whole := map[string]any{"config": decoded(t, from.Config)}
		changes := versions.Changes(from, to)
		for _, c := range changes {
			apply(t, whole, c)
		}
		require.Empty(t, cmp.Diff(map[string]any{"config": decoded(t, to.Config)}, whole), "%v", told(changes))
		require.Equal(t, cmp.Equal(decoded(t, from.Config), decoded(t, to.Config)), len(changes) == 0)
	})
}

func decoded(t *testing.T, text json.RawMessage) (v any) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

// apply makes a change to a document.
func apply(t *testing.T, document any, c versions.Change) {
	tokens := strings.Split(c.Path, "/")[1:]
	for i := range tokens {
		tokens[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(tokens[i])
	}
	last := len(tokens) - 1
	for _, token := range tokens[:last] {
		switch at := document.(type) {
		case map[string]any:
			require.Contains(t, at, token)
			document = at[token]
		case []any:
			n, err := strconv.Atoi(token)
			require.NoError(t, err)
			document = at[n]
		}
	}
	if list, ok := document.([]any); ok { // as an element of which too much changes
		n, err := strconv.Atoi(tokens[last])
		require.NoError(t, err)
		require.Equal(t, decoded(t, c.From), list[n])
		list[n] = decoded(t, c.To)
		return
	}
	object := document.(map[string]any)
	was, there := object[tokens[last]]
	require.Equal(t, there, c.From != nil)
	if there {
		require.Equal(t, decoded(t, c.From), was)
	}
	if delete(object, tokens[last]); c.To != nil {
		object[tokens[last]] = decoded(t, c.To)
	}
}

func ExampleChanges() {
	before := versions.Definition{Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)}
	after := versions.Patch{Config: new(json.RawMessage(`{"sql":{"source":"select 2"}}`)), CronExpression: new("@daily")}.Apply(before)
	for _, c := range versions.Changes(before, after) {
		fmt.Printf("%s: %s -> %s\n", c.Path, c.From, c.To)
	}
	// Output:
	// /config/sql/source: "select 1" -> "select 2"
	// /cronExpression: null -> "@daily"
}
