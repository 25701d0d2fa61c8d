package httpadapter_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// checkProblem checks that a problem is one that the document has, with its
// status, and one of the operation's.
func checkProblem(operation *openapi3.Operation, w *watched) error {
	var p struct{ Code string }
	if err := json.Unmarshal(w.text.Bytes(), &p); err != nil {
		return err
	}
	if status, ok := statuses()[p.Code]; !ok || status != w.status {
		return fmt.Errorf("the code %q is not described with the status %d", p.Code, w.status)
	}
	if listed := toStrings(operation.Extensions["x-problems"].([]any)); !slices.Contains(listed, p.Code) {
		return fmt.Errorf("the operation does not list the code %q", p.Code)
	}
	return nil
}

// statuses are those of all codes.
func statuses() map[string]int {
	found := map[string]int{}
	for _, row := range fullDescription().document.Extensions["x-problems"].([]any) {
		row := row.(object)
		found[row["code"].(string)] = int(row["status"].(float64))
	}
	return found
}

// What a path without such a method answers has a code of the table too.
func TestProblemOfNoOperation(t *testing.T) {
	a := newMemoryAPI(t)
	a.do(t, request{to: "PUT /workloads/jobs", status: http.StatusMethodNotAllowed, code: "method_not_allowed"})
	require.Equal(t, http.StatusMethodNotAllowed, statuses()["method_not_allowed"])
}

// Each code that the table explains is one that an operation lists, but for that of
// paths without such a method.
func TestProblemsAreListed(t *testing.T) {
	left := statuses()
	delete(left, "method_not_allowed")
	for _, path := range fullDescription().document.Paths.Map() {
		for _, operation := range path.Operations() {
			for _, code := range toStrings(operation.Extensions["x-problems"].([]any)) {
				delete(left, code)
			}
		}
	}
	require.Empty(t, left)
}
