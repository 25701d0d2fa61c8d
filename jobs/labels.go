package jobs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jobledger/jobledger/versions"
)

const (
	// maxLabels is the most labels of a job.
	maxLabels = 16
	// maxLabelValue is the most characters of a label's value.
	maxLabelValue = 63
)

// labelName matches a valid name of a label.
var labelName = regexp.MustCompile(`^[a-z0-9._/-]{1,63}$`)

// labelNameRule is the text of the rule that labelName checks.
const labelNameRule = "must be named by 1 to 63 characters of a-z, 0-9 and . _ / -"

// checkLabels adds an error for each rule that the labels break.
func checkLabels(errs *versions.FieldErrors, labels map[string]string) {
	if len(labels) > maxLabels {
		errs.Add("labels", fmt.Sprintf("must be at most %d labels", maxLabels))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		switch rule := labelValueRule(labels[name]); {
		case !labelName.MatchString(name):
			errs.Add("labels", labelNameRule+fmt.Sprintf(" (%q is not)", clip(name, maxLabelValue)))
		case rule != "":
			errs.Add("labels."+name, rule)
		}
	}
}

// labelValueRule returns the rule that a label's value breaks; empty for none. A
// value may be empty. Its characters are those of a job key.
func labelValueRule(value string) string {
	switch {
	case value == "":
		return ""
	case utf8.RuneCountInString(value) > maxLabelValue:
		return fmt.Sprintf("must be at most %d characters", maxLabelValue)
	}
	return versions.CheckKey(value)
}

// checkLabelFilter checks a filter of the form name=value.
func checkLabelFilter(errs *versions.FieldErrors, filter string) {
	name, value, found := strings.Cut(filter, "=")
	switch rule := labelValueRule(value); {
	case !found:
		errs.Add("label", "must be name=value")
	case !labelName.MatchString(name):
		errs.Add("label", labelNameRule)
	case rule != "":
		errs.Add("label", rule)
	}
}
