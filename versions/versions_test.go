package versions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// valid is a definition that nothing is wrong with.
func valid() versions.Definition {
	return versions.Definition{
		ClusterID: "CLUSTER1",
		Config:    json.RawMessage(`{"sql":{"source":"select 1"}}`),
	}
}

func TestValidateFillsInDefaults(t *testing.T) {
	d := valid()
	d.Config = json.RawMessage(` { "sql" : { "source" : "select 1.50 " } } `)
	d.SourceConfig = json.RawMessage(` null `)

	got, jobType, err := versions.Validator{}.Validate(d)

	require.NoError(t, err)
	require.Equal(t, versions.SQL, jobType)
	want := versions.Definition{
		ClusterID:            "CLUSTER1",
		Config:               json.RawMessage(`{"sql":{"source":"select 1.50 "}}`),
		CronTimezone:         "UTC",
		ConcurrencyPolicy:    schedule.ConcurrencySkip,
		MaxConcurrentRuns:    1,
		MissedSchedulePolicy: schedule.MissedLatest,
	}
	require.Empty(t, cmp.Diff(want, got))
}

func TestValidateKeepsNumbersAsTheyWereWritten(t *testing.T) {
	const config = `{"n":12345678901234567890.123456789012345,"e":1E+3,"list":[],"object":{}}`
	d := valid()
	d.Config = json.RawMessage(config)
	anything := versions.Validator{CheckConfig: func(json.RawMessage) (versions.JobType, error) { return "shell", nil }}

	got, jobType, err := anything.Validate(d)

	require.NoError(t, err)
	require.Equal(t, versions.JobType("shell"), jobType)
	require.Equal(t, config, string(got.Config))
}

func TestValidateNamesTheFieldAndTheRule(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	for name, tc := range map[string]struct {
		change func(*versions.Definition)
		field  string
		detail string
	}{
		"no cluster":            {func(d *versions.Definition) { d.ClusterID = "" }, "clusterId", "is required"},
		"malformed cluster":     {func(d *versions.Definition) { d.ClusterID = "a b" }, "clusterId", versions.IDRule},
		"long description":      {func(d *versions.Definition) { d.Description = long(1024) }, "description", "must be at most 1023 characters"},
		"description not UTF-8": {func(d *versions.Definition) { d.Description = "\xff" }, "description", "must be valid UTF-8"},
		"no config":             {func(d *versions.Definition) { d.Config = nil }, "config", "is required"},
		"null config":           {func(d *versions.Definition) { d.Config = json.RawMessage("null") }, "config", "is required"},
		"config is an array":    {func(d *versions.Definition) { d.Config = json.RawMessage("[]") }, "config", "must be an object"},
		"config cut short":      {func(d *versions.Definition) { d.Config = json.RawMessage(`{"sql":`) }, "config.sql", "is incomplete: the JSON value does not end"},
		"config duplicate":      {func(d *versions.Definition) { d.Config = json.RawMessage(`{"sql":{},"sql":{}}`) }, "config.sql", "is given more than once"},
		"config too large": {func(d *versions.Definition) {
			d.Config = json.RawMessage(`{"a":"` + strings.Repeat("x", 256<<10) + `"}`)
		}, "config", "must be at most 262144 bytes"},
		"config too deep":       {func(d *versions.Definition) { d.Config = json.RawMessage(strings.Repeat("[", 100)) }, "config", "must not nest deeper than 64 levels"},
		"negative timeout":      {func(d *versions.Definition) { d.TimeoutSeconds = -1 }, "timeoutSeconds", "must be 0 to 2147483647"},
		"negative maximum":      {func(d *versions.Definition) { d.MaxConcurrentRuns = -1 }, "maxConcurrentRuns", "must be 0 to 2147483647"},
		"unknown concurrency":   {func(d *versions.Definition) { d.ConcurrencyPolicy = "Skip" }, "concurrencyPolicy", "must be one of skip, allow, replace"},
		"unknown missed policy": {func(d *versions.Definition) { d.MissedSchedulePolicy = "none" }, "missedSchedulePolicy", "must be one of latest, skip, all"},
		"source is a string":    {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`"x"`) }, "sourceConfig", "must be an object"},
		"source unknown key":    {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`{"URL":"x"}`) }, "sourceConfig.URL", "is not a known member"},
		"source wrong type":     {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`{"reference":{"value":1}}`) }, "sourceConfig.reference.value", "must be a string"},
		"source too large": {func(d *versions.Definition) {
			d.SourceConfig = json.RawMessage(`{"url":"` + strings.Repeat("x", 8<<10) + `"}`)
		}, "sourceConfig", "must be at most 8192 bytes"},
		"source with password":   {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`{"url":"https://u:p@h/x"}`) }, "sourceConfig.url", "must not contain credentials"},
		"source with token":      {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`{"url":"https://ghp_token@h/x"}`) }, "sourceConfig.url", "must not contain credentials"},
		"source with ssh secret": {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`{"url":"ssh://git:p@h/x"}`) }, "sourceConfig.url", "must not contain credentials"},
		"source without scheme":  {func(d *versions.Definition) { d.SourceConfig = json.RawMessage(`{"url":"user:token@github.com/o/r"}`) }, "sourceConfig.url", "must not contain credentials"},
		"depends on a bad key":   {func(d *versions.Definition) { d.DependsOn = []string{"a", ""} }, "dependsOn[1].jobKey", "must be 1 to 255 characters"},
		"depends twice":          {func(d *versions.Definition) { d.DependsOn = []string{"a", "a"} }, "dependsOn[1].jobKey", "repeats a key of the list"},
		"depends on many":        {func(d *versions.Definition) { d.DependsOn = make([]string, 101) }, "dependsOn", "must name at most 100 jobs"},
		"bad minute":             {func(d *versions.Definition) { d.CronExpression = "61 * * * *" }, "cronExpression", "minute: "},
		"bad zone":               {func(d *versions.Definition) { d.CronTimezone = "Mars/Olympus" }, "cronTimezone", ""},
		"no attempts":            {func(d *versions.Definition) { d.Retry.BackoffSeconds = 5 }, "retry.maxAttempts", "must be 1 to 100"},
		"many attempts":          {func(d *versions.Definition) { d.Retry.MaxAttempts = 101 }, "retry.maxAttempts", "must be 1 to 100"},
		"negative attempts":      {func(d *versions.Definition) { d.Retry.MaxAttempts = -1 }, "retry.maxAttempts", "must be 1 to 100"},
		"long wait": {func(d *versions.Definition) {
			d.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 86401, MaxBackoffSeconds: 86400}
		}, "retry.backoffSeconds", "must be 0 to 86400"},
		"long longest wait": {func(d *versions.Definition) { d.Retry = versions.Retry{MaxAttempts: 2, MaxBackoffSeconds: 86401} }, "retry.maxBackoffSeconds", "must be 0 to 86400"},
		"longest wait too short": {func(d *versions.Definition) {
			d.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 60, MaxBackoffSeconds: 59}
		}, "retry.maxBackoffSeconds", "must not be below backoffSeconds, which is 60"},
		"an option as parameter": {func(d *versions.Definition) { d.Parameters = map[string]string{"--force": ""} }, "parameters.--force", "the first a letter"},
		"a long parameter name":  {func(d *versions.Definition) { d.Parameters = map[string]string{long(300): ""} }, "parameters", "the first a letter"},
		"a long parameter":       {func(d *versions.Definition) { d.Parameters = map[string]string{"a": long(513)} }, "parameters.a", "must be at most 1024 bytes"},
		"a parameter with NUL":   {func(d *versions.Definition) { d.Parameters = map[string]string{"a": "\x00"} }, "parameters.a", "must not contain the character U+0000"},
		"a parameter not UTF-8":  {func(d *versions.Definition) { d.Parameters = map[string]string{"a": "\xff"} }, "parameters.a", "must be valid UTF-8"},
		"many parameters":        {func(d *versions.Definition) { d.Parameters = parameters(51) }, "parameters", "must be at most 50"},
		"negative jitter":        {func(d *versions.Definition) { d.JitterSeconds = -1 }, "jitterSeconds", "must be 0 to 3600"},
		"long jitter":            {func(d *versions.Definition) { d.JitterSeconds = 3601 }, "jitterSeconds", "must be 0 to 3600"},
		"jitter of an interval":  {func(d *versions.Definition) { d.JitterSeconds, d.CronExpression = 60, "* * * * *" }, "jitterSeconds", "which is 60 seconds"},
		"jitter and a moved clock": {func(d *versions.Definition) {
			d.JitterSeconds, d.CronExpression, d.CronTimezone = 1800, "30 2,3 * * *", "Europe/Berlin"
		}, "jitterSeconds", "which is 1800 seconds"},
		"Local zone": {func(d *versions.Definition) { d.CronExpression, d.CronTimezone = "@daily", "Local" }, "cronTimezone", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := valid()
			tc.change(&d)

			_, _, err := versions.Validator{}.Validate(d)

			var errs versions.FieldErrors
			require.ErrorAs(t, err, &errs)
			require.Len(t, errs, 1, "%v", errs)
			require.Equal(t, tc.field, errs[0].Field)
			require.Contains(t, errs[0].Detail, tc.detail)
		})
	}
}

// parameters are so many.
func parameters(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprint("p", i)] = "select 1; -- '"
	}
	return m
}

func TestValidateAcceptsOurFieldsAtTheirBounds(t *testing.T) {
	for _, row := range []struct{ given, want versions.Definition }{
		{versions.Definition{Retry: versions.Retry{MaxAttempts: 1}}, versions.Definition{Retry: versions.Retry{MaxAttempts: 1, MaxBackoffSeconds: 3600}}},
		{versions.Definition{Retry: versions.Retry{MaxAttempts: 100, BackoffSeconds: 86400}}, versions.Definition{Retry: versions.Retry{MaxAttempts: 100, BackoffSeconds: 86400, MaxBackoffSeconds: 86400}}},
		{versions.Definition{Retry: versions.Retry{MaxAttempts: 3, BackoffSeconds: 5, MaxBackoffSeconds: 5}}, versions.Definition{Retry: versions.Retry{MaxAttempts: 3, BackoffSeconds: 5, MaxBackoffSeconds: 5}}},
		{versions.Definition{Parameters: map[string]string{}}, versions.Definition{}},
		{versions.Definition{Parameters: parameters(50)}, versions.Definition{Parameters: parameters(50)}},
		{versions.Definition{Parameters: map[string]string{"A" + strings.Repeat("_", 62): strings.Repeat("x", 1024)}}, versions.Definition{Parameters: map[string]string{"A" + strings.Repeat("_", 62): strings.Repeat("x", 1024)}}},
		{versions.Definition{JitterSeconds: 3600}, versions.Definition{JitterSeconds: 3600}}, // without a schedule
		{versions.Definition{JitterSeconds: 59, CronExpression: "* * * * *"}, versions.Definition{JitterSeconds: 59, CronExpression: "* * * * *"}},
	} {
		d := valid()
		d.Retry, d.Parameters, d.JitterSeconds, d.CronExpression = row.given.Retry, row.given.Parameters, row.given.JitterSeconds, row.given.CronExpression
		got, _, err := versions.Validator{}.Validate(d)
		require.NoError(t, err)
		want := versions.Definition{Retry: got.Retry, Parameters: got.Parameters, JitterSeconds: got.JitterSeconds, CronExpression: got.CronExpression}
		require.Empty(t, cmp.Diff(row.want, want))
	}
}

func TestRetryWaits(t *testing.T) {
	wait := func(r versions.Retry) (seconds []int) {
		for after := range 5 {
			seconds = append(seconds, int(r.Wait(after+1).Seconds()))
		}
		return seconds
	}
	require.Equal(t, []int{10, 20, 40, 50, 50}, wait(versions.Retry{MaxAttempts: 9, BackoffSeconds: 10, MaxBackoffSeconds: 50}))
	require.Equal(t, []int{0, 0, 0, 0, 0}, wait(versions.Retry{MaxAttempts: 9, MaxBackoffSeconds: 3600}))
	require.Equal(t, 24*time.Hour, versions.Retry{MaxAttempts: 100, BackoffSeconds: 86400, MaxBackoffSeconds: 86400}.Wait(99))
	require.Equal(t, time.Hour, versions.Retry{MaxAttempts: 100, BackoffSeconds: 1, MaxBackoffSeconds: 3600}.Wait(99))
}

func TestValidateNamesEveryBrokenRule(t *testing.T) {
	_, _, err := versions.Validator{}.Validate(versions.Definition{TimeoutSeconds: -1, MaxConcurrentRuns: -1})

	require.EqualError(t, err, "invalid input: clusterId: is required; timeoutSeconds: must be 0 to 2147483647; "+
		"maxConcurrentRuns: must be 0 to 2147483647; config: is required")
}

func TestValidateAcceptsSourceURLs(t *testing.T) {
	for _, url := range []string{"https://github.com/acme/x.git", "ssh://git@github.com/acme/x", "git@github.com:acme/x.git", ""} {
		d := valid()
		d.SourceConfig = json.RawMessage(`{"url":"` + url + `"}`)
		_, _, err := versions.Validator{}.Validate(d)
		require.NoError(t, err, url)
	}
}

func TestCheckKey(t *testing.T) {
	const (
		length  = "must be 1 to 255 characters"
		control = "must not contain control characters"
		ends    = "must not begin or end with a space"
		space   = "must not contain spaces other than U+0020 (it contains U+"
		hidden  = "must not contain characters that are invisible or change the direction of the text (it contains U+"
		form    = "must be in Unicode's composed form, NFC"
	)
	for key, rule := range map[string]string{
		"daily-sales-etl":        "",
		"a b":                    "",
		strings.Repeat("é", 255): "",
		"日次売上 ✓ שלום مرحبا ไทย":  "",
		"देवनागरी":               "",
		"":                       length,
		strings.Repeat("é", 256): length,
		" a":                     ends,
		"a ":                     ends,
		"a\nb":                   control,
		"a\u0085b":               control,
		"\xff":                   "must be valid UTF-8",
		"a\u00a0b":               space + "00A0)",
		"a\u2009b":               space + "2009)",
		"a\u3000b":               space + "3000)",
		"a\u2028b":               space + "2028)",
		"a\u200bb":               hidden + "200B)",
		"a\u200db":               hidden + "200D)",
		"a\u00adb":               hidden + "00AD)",
		"a\u202eb":               hidden + "202E)",
		"a\u2066b":               hidden + "2066)",
		"a\u061cb":               hidden + "061C)",
		"\ufeffa":                hidden + "FEFF)",
		"a\ufe0f":                hidden + "FE0F)",
		"a\U000e0100":            hidden + "E0100)",
		"a\U000e0041":            hidden + "E0041)",
		"a\u034f":                hidden + "034F)",
		"a\u3164b":               hidden + "3164)",
		"a\u115fb":               hidden + "115F)",
		"a\u2800b":               hidden + "2800)",
		"a\ue000b":               hidden + "E000)",
		"a\ufffeb":               hidden + "FFFE)",
		"e\u0301":                form,
		"\u212b":                 form, // the sign for angstrom, which is Å
		"\u1112\u1161":           form,
	} {
		if got := versions.CheckKey(key); rule == "" {
			require.Empty(t, got, "%q", key)
		} else {
			require.True(t, strings.HasPrefix(got, rule), "%q: %s", key, got)
		}
	}
}

func TestPatchAndDiff(t *testing.T) {
	d := valid()
	d.DependsOn = []string{"a"}
	d.CronExpression = "@daily"
	patch := versions.Patch{
		ClusterID:      new("CLUSTER2"),
		CronExpression: new(""),
		DependsOn:      new([]string{"b"}),
		SourceConfig:   new(json.RawMessage(`{"url":"x"}`)),
	}

	got := patch.Apply(d)

	want := d.Clone()
	want.ClusterID, want.CronExpression, want.DependsOn = "CLUSTER2", "", []string{"b"}
	want.SourceConfig = json.RawMessage(`{"url":"x"}`)
	require.Empty(t, cmp.Diff(want, got))
	require.Equal(t, []string{"clusterId", "sourceConfig", "dependsOn", "cronExpression"}, versions.Diff(d, got))
	require.Empty(t, versions.Diff(d, d))
	require.Empty(t, versions.Diff(d, versions.Patch{}.Apply(d)))

	(*patch.DependsOn)[0] = "changed"
	require.Equal(t, []string{"b"}, got.DependsOn, "the result shares memory with the patch")
}
