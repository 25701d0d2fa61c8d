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
