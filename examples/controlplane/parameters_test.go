package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/needs"
)

// hostile are values that would do harm as a part of statements or of a shell's
// line, or that look like options.
var hostile = []string{
	`'; drop table people; --`, `" or 1=1 --`, "--help", "-c import os", "$(id)", "`id`", "a\nb", `\`, "%s", ":name", "é🙂", "",
}

// runWith runs a job by hand with parameters, to its end.
func (s *World) runWith(path string, parameters map[string]string) map[string]any {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"parameters": parameters})
	require.NoError(s.t, err)
	run := path + "/runs/" + s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/runs", string(body))["id"].(string)
	return s.await("tok-auditor", run, "ended", func(run map[string]any) bool {
		s.tick()
		return terminal(run["status"])
	})
}

func TestStatementsReadParametersAsValues(t *testing.T) {
	s := tell(t, "memory", runSettings{longest: defaultLongest, limits: defaultLimits, data: people(t)})
	path := s.create(sqlConfig(`select 1 where :name is null; select hex(:name) as a, hex(@other) as b, count(*) as n from people`),
		`,"parameters":{"name":"","other":"x","unused":"","LD_PRELOAD":"/nowhere"}`)
	for _, value := range hostile {
		run := s.runWith(path, map[string]string{"name": value})
		require.Equal(t, fmt.Sprintf("a,b,n\n%s,78,3\n", cell(fmt.Sprintf("%X", value))), s.output(run))
	}
	require.Equal(t, "failed", s.runWith(s.createNamed("other", sqlConfig("select :name"), ""), nil)["status"], "it has no such parameter")
}

// cell is a text as the CSV has it.
func cell(text string) string {
	if text == "" {
		return `""`
	}
	return text
}

func TestProgramsReadParametersAsOptions(t *testing.T) {
	s := tell(t, "memory", runSettings{longest: defaultLongest, limits: defaultLimits, python: true})
	path := s.create(pythonConfig(`
import os, sys
print([a.encode() for a in sys.argv[1:]], "LD_PRELOAD" in os.environ, "PYTHONPATH" in os.environ)`,
		`,"parameters":[["first"]],"namedParameters":{"day":"config","kept":"1"}`),
		`,"parameters":{"day":"default","LD_PRELOAD":"/nowhere.so","PYTHONPATH":"/nowhere"}`)
	needs.Program(t, "python3")
	for _, value := range hostile {
		run := s.runWith(path, map[string]string{"day": value})
		printed := s.output(run)
		require.Contains(t, printed, "[b'first', b'--LD_PRELOAD=/nowhere.so', b'--PYTHONPATH=/nowhere', ")
		require.True(t, strings.HasSuffix(printed, ", b'--kept=1'] False False\n"), printed)
		require.NotContains(t, printed, "config", "the run's come first")
	}
	require.Contains(t, s.output(s.runWith(path, map[string]string{"day": "--help"})), "b'--day=--help'")
}
