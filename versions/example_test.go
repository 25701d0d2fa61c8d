package versions_test

import (
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/versions"
)

func ExampleValidator_Validate() {
	_, _, err := versions.Validator{}.Validate(versions.Definition{
		ClusterID:      "main",
		Config:         json.RawMessage(`{"sql":{"source":"select 1","timeout":3}}`),
		CronExpression: "0 0 30 2 *",
	})
	for _, e := range err.(versions.FieldErrors) {
		fmt.Println(e.Field, e.Detail)
	}
	// Output:
	// config.sql.timeout is not a known member
	// cronExpression day-of-month: never fires: no month that it names has such a day
}

func ExampleDiff() {
	before := versions.Definition{ClusterID: "main", CronExpression: "@daily"}
	after := versions.Patch{CronExpression: new("@hourly")}.Apply(before)
	fmt.Println(versions.Diff(before, after))
	// Output: [cronExpression]
}

// A patch changes what it names. What it does not name keeps its value.
func ExamplePatch_Apply() {
	before := versions.Definition{ClusterID: "main", CronExpression: "0 2 * * *", TimeoutSeconds: 600}
	after := versions.Patch{CronExpression: new("0 3 * * *"), TimeoutSeconds: new(0)}.Apply(before)
	fmt.Println(after.ClusterID, after.CronExpression, after.TimeoutSeconds)
	// Output: main 0 3 * * * 0
}

// Each wait is twice as long as the one before it, up to the longest.
func ExampleRetry_Wait() {
	retry := versions.Retry{MaxAttempts: 5, BackoffSeconds: 60, MaxBackoffSeconds: 300}
	for attempt := 1; attempt < retry.MaxAttempts; attempt++ {
		fmt.Println("after attempt", attempt, "wait", retry.Wait(attempt))
	}
	// Output:
	// after attempt 1 wait 1m0s
	// after attempt 2 wait 2m0s
	// after attempt 3 wait 4m0s
	// after attempt 4 wait 5m0s
}

// A validator with a rule of its own for configs.
func ExampleCheckConfig() {
	validator := versions.Validator{CheckConfig: func(config json.RawMessage) (versions.JobType, error) {
		var c struct{ Image string }
		if err := json.Unmarshal(config, &c); err != nil || c.Image == "" {
			return "", versions.FieldErrors{{Field: "config.image", Detail: "must name an image"}}
		}
		return "container", nil
	}}
	full, kind, err := validator.Validate(versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"image":"etl:7"}`)})
	fmt.Println(kind, full.CronTimezone, full.ConcurrencyPolicy, err) // with the defaults

	_, _, err = validator.Validate(versions.Definition{ClusterID: "main", Config: json.RawMessage(`{}`)})
	fmt.Println(err)
	// Output:
	// container UTC skip <nil>
	// invalid input: config.image: must name an image
}
