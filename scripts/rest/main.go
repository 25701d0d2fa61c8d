// Command rest writes docs/rest.md, the reference of the REST API, to standard
// output. It is made from the OpenAPI document; the examples are asked of a real
// handler, with a clock and IDs that are the same every time.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/httpadapter"
)

func main() {
	if err := write(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "rest:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context) error {
	var d document
	if err := json.Unmarshal(httpadapter.OpenAPI(base, nil), &d); err != nil {
		return err
	}
	page := &page{document: &d}
	for path, methods := range d.Paths {
		for method, op := range methods {
			op.Method, op.Path = strings.ToUpper(method), path
			page.operations = append(page.operations, op)
		}
	}
	slices.SortFunc(page.operations, func(a, b *operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(methods[a.Method], methods[b.Method]))
	})
	for _, op := range page.operations {
		path, got, err := example(ctx, op)
		if err != nil {
			return fmt.Errorf("the example of %s: %w", op.Name, err)
		}
		if err := op.show(path, got); err != nil {
			return fmt.Errorf("the example of %s: %w", op.Name, err)
		}
	}
	refused, err := refusal(ctx)
	if err != nil {
		return err
	}
	page.ExampleProblem = refused
	return page.write(os.Stdout)
}

// methods are in the order in which a path has them.
var methods = map[string]int{"GET": 0, "POST": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}
