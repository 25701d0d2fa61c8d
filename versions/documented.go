package versions

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/jobledger/jobledger/internal/strictjson"
)

const maxSource = 8191

// documented is the config of the documented Jobs API. Its two maps take other
// members that have string values.
type documented struct {
	SQL *struct {
		Source  *string `json:"source"`
		QueryID *string `json:"queryId"`
	} `json:"sql"`
	Python *struct {
		Source          *string           `json:"source"`
		PackageName     *string           `json:"packageName"`
		EntryPoint      *string           `json:"entryPoint"`
		Parameters      [][]string        `json:"parameters"`
		NamedParameters map[string]string `json:"namedParameters"`
	} `json:"python"`
	Compute *struct {
		Driver *struct {
			InstanceType *string `json:"instanceType"`
			EBSConfig    *ebs    `json:"ebsConfig"`
		} `json:"driver"`
		Worker *struct {
			InstanceType *string `json:"instanceType"`
			EBSConfig    *ebs    `json:"ebsConfig"`
			MaxNodes     *int32  `json:"maxNodes"`
			CapacityType *string `json:"capacityType"`
		} `json:"worker"`
	} `json:"compute"`
	Lakesail *struct {
		ExecutionMode *string `json:"executionMode"`
		MaxRetries    *int32  `json:"maxRetries"`
		ImageURI      *string `json:"lakesailImageUri"`
		Libraries     []struct {
			PyPI *struct {
				Package *string `json:"package"`
				Repo    *string `json:"repo"`
			} `json:"pypi"`
			Requirements *struct {
				Source *string `json:"source"`
				URI    *string `json:"uri"`
			} `json:"requirements"`
			Whl *string `json:"whl"`
		} `json:"libraries"`
		More map[string]string `json:",embed"`
	} `json:"lakesail"`
}

type ebs struct {
	VolumeType          *string `json:"volumeType"`
	VolumeSize          *int32  `json:"volumeSize"`
	IOPS                *int32  `json:"iops"`
	Throughput          *int32  `json:"throughput"`
	DeleteOnTermination *bool   `json:"deleteOnTermination"`
}

// DocumentedConfig is a [CheckConfig] for SQL and Python jobs. The config has the
// form that the documented Jobs API gives it; docs/concepts.md says which API that
// is. It may have the keys sql, python, compute and lakesail, and needs sql or
// python. DocumentedConfig checks the keys in these objects, and their types. It
// refuses unknown keys; only lakesail and python.namedParameters, which are for the
// engine, take any key with a string value. The job type is
// [Python] when the config has python, else [SQL]. An error is a [FieldErrors].
func DocumentedConfig(config json.RawMessage) (JobType, error) {
	var c documented
	var errs FieldErrors
	if err := strictjson.Decode(config, &c); err != nil {
		addJSON(&errs, "config", err)
		return "", errs
	}
	if c.SQL == nil && c.Python == nil {
		errs.Add("config", "must have sql or python")
	}
	if c.SQL != nil {
		checkSQL(&errs, c.SQL.Source, c.SQL.QueryID)
	}
	if err := errs.Err(); err != nil {
		return "", err
	}
	if c.Python != nil {
		return Python, nil
	}
	return SQL, nil
}

func checkSQL(errs *FieldErrors, source, queryID *string) {
	if source == nil && queryID == nil {
		errs.Add("config.sql", "must have source or queryId")
	}
	if source != nil {
		if n := utf8.RuneCountInString(*source); n < 1 || n > maxSource {
			errs.Add("config.sql.source", fmt.Sprintf("must be 1 to %d characters", maxSource))
		}
	}
	if queryID != nil && !ValidID(*queryID) {
		errs.Add("config.sql.queryId", IDRule)
	}
}
