// Command notrun reads what "go test -json" wrote and says which tests did not
// run: a line for each reason, with how many tests of which packages.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// event is a line of "go test -json"; it has only the fields that are used here.
type event struct{ Action, Package, Test, Output string }

// place is where a test says that it is skipped.
var place = regexp.MustCompile(`^\s*\S+\.go:\d+: (.*)`)

// module is left out of the names of packages.
const module = "github.com/jobledger/jobledger/"

func main() {
	skipped, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "notrun:", err)
		os.Exit(1)
	}
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		var where []string
		count := 0
		for _, name := range slices.Sorted(maps.Keys(skipped[reason])) {
			n := skipped[reason][name]
			count += n
			where = append(where, fmt.Sprintf("%s %d", name, n))
		}
		fmt.Printf("not run: %d tests (%s): %s\n", count, strings.Join(where, ", "), reason)
	}
}

// read counts the skipped tests by reason and package. Of a test with skipped
// subtests, only the subtests count.
func read(r io.Reader) (map[string]map[string]int, error) {
	skipped, reasons := map[string]map[string]int{}, map[string]string{}
	for lines := json.NewDecoder(r); ; {
		var e event
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			return skipped, nil
		} else if err != nil {
			return nil, err
		}
		test := e.Package + " " + e.Test
		if said := place.FindStringSubmatch(e.Output); said != nil {
			reasons[test] = said[1] // the last thing that it says
		}
		if e.Action != "skip" || e.Test == "" {
			continue
		}
		reason := reasons[test]
		if skipped[reason] == nil {
			skipped[reason] = map[string]int{}
		}
		skipped[reason][strings.TrimPrefix(e.Package, module)]++
	}
}
