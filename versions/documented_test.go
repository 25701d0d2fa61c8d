package versions_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/versions"
)

// example is the config of the documented request examples.
const example = `{
  "sql": {"source": "string", "queryId": "Q1R2S3T4U5"},
  "python": {"source": "string", "packageName": "string", "entryPoint": "string",
    "parameters": [["--name=job", "one", "two"]], "namedParameters": {"additionalProperties": "string"}},
  "compute": {
    "driver": {"instanceType": "c8g.2xlarge", "ebsConfig": {"volumeType": "gp3", "volumeSize": 100, "iops": 3000, "throughput": 125, "deleteOnTermination": true}},
    "worker": {"instanceType": "c8g.4xlarge", "ebsConfig": {"volumeType": "gp3", "volumeSize": 100, "iops": 3000, "throughput": 125, "deleteOnTermination": true}, "maxNodes": 4, "capacityType": "on-demand"}},
  "lakesail": {"executionMode": "standalone", "maxRetries": 3, "lakesailImageUri": "string",
    "libraries": [{"pypi": {"package": "string", "repo": "string"}, "requirements": {"source": "string", "uri": "string"}, "whl": "string"}],
    "additionalProperties": "string"}
}`

func TestDocumentedConfigAccepts(t *testing.T) {
	for name, tc := range map[string]struct {
		config  string
		jobType versions.JobType
	}{
		"the documented example": {example, versions.Python},
		"inline SQL":             {`{"sql":{"source":"select 1"}}`, versions.SQL},
		"a saved query":          {`{"sql":{"queryId":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}}`, versions.SQL},
		"python":                 {`{"python":{"source":"print(1)"}}`, versions.Python},
		"null is absent":         {`{"sql":{"source":"x"},"python":null}`, versions.SQL},
		"open maps":              {`{"python":{"namedParameters":{"any key":"v"}},"lakesail":{"spark.x":"1"}}`, versions.Python},
		"longest source":         {`{"sql":{"source":"` + strings.Repeat("é", 8191) + `"}}`, versions.SQL},
	} {
		t.Run(name, func(t *testing.T) {
			jobType, err := versions.DocumentedConfig(json.RawMessage(tc.config))
			require.NoError(t, err)
			require.Equal(t, tc.jobType, jobType)
		})
	}
}

func TestDocumentedConfigRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ config, field, detail string }{
		"nothing to run":         {`{}`, "config", "must have sql or python"},
		"only compute":           {`{"compute":{}}`, "config", "must have sql or python"},
		"empty sql":              {`{"sql":{}}`, "config.sql", "must have source or queryId"},
		"empty source":           {`{"sql":{"source":""}}`, "config.sql.source", "must be 1 to 8191 characters"},
		"long source":            {`{"sql":{"source":"` + strings.Repeat("x", 8192) + `"}}`, "config.sql.source", "must be 1 to 8191 characters"},
		"malformed query":        {`{"sql":{"queryId":"a b"}}`, "config.sql.queryId", versions.IDRule},
		"unknown key":            {`{"sql":{"source":"x"},"shell":{}}`, "config.shell", "is not a known member"},
		"key in another case":    {`{"SQL":{"source":"x"}}`, "config.SQL", "is not a known member"},
		"nested unknown key":     {`{"python":{"libs":[]}}`, "config.python.libs", "is not a known member"},
		"number for a string":    {`{"python":{"source":1}}`, "config.python.source", "must be a string"},
		"string for a number":    {`{"python":{},"lakesail":{"maxRetries":"3"}}`, "config.lakesail.maxRetries", "must be a whole number in range"},
		"fraction":               {`{"python":{},"lakesail":{"maxRetries":1.5}}`, "config.lakesail.maxRetries", "must be a whole number in range"},
		"flat parameters":        {`{"python":{"parameters":["a"]}}`, "config.python.parameters[0]", "must be an array"},
		"parameter not a string": {`{"python":{"parameters":[["a",1]]}}`, "config.python.parameters[0][1]", "must be a string"},
		"named not a string":     {`{"python":{"namedParameters":{"a":1}}}`, "config.python.namedParameters.a", "must be a string"},
		"open map not a string":  {`{"python":{},"lakesail":{"extra":{}}}`, "config.lakesail.extra", "must be a string"},
		"string for a flag":      {`{"python":{},"compute":{"driver":{"ebsConfig":{"deleteOnTermination":"yes"}}}}`, "config.compute.driver.ebsConfig.deleteOnTermination", "must be true or false"},
		"array for an object":    {`{"python":[]}`, "config.python", "must be an object"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := versions.DocumentedConfig(json.RawMessage(tc.config))
			var errs versions.FieldErrors
			require.ErrorAs(t, err, &errs)
			require.Equal(t, versions.FieldErrors{{Field: tc.field, Detail: tc.detail}}, errs)
		})
	}
}
