package versions

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of parameters.
const (
	// MaxParameters is how many parameters a definition may have.
	MaxParameters = 50
	// MaxParameterBytes is how long the value of one may be.
	MaxParameterBytes = 1 << 10
	// ParameterPattern is what a parameter may be named. Such a name can be an
	// environment variable, and a name in SQL, Python and shells; it is never
	// an option of a command.
	ParameterPattern = `^[A-Za-z][A-Za-z0-9_]{0,62}$`
)

var parameterName = regexp.MustCompile(ParameterPattern)

// CheckParameters notes the rules that the parameters of a definition, or of a
// run, break.
func CheckParameters(errs *FieldErrors, parameters map[string]string) {
	const field = "parameters"
	if len(parameters) > MaxParameters {
		errs.Add(field, fmt.Sprintf("must be at most %d", MaxParameters))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		value := parameters[name]
		switch {
		case name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 255:
			errs.Add(field, "must have names of 1 to 63 letters, digits and _, the first a letter")
		case !parameterName.MatchString(name):
			errs.Add(field+"."+name, "must be named by 1 to 63 letters, digits and _, the first a letter")
		case !utf8.ValidString(value):
			errs.Add(field+"."+name, "must be valid UTF-8")
		case strings.ContainsRune(value, 0):
			errs.Add(field+"."+name, "must not hold the character U+0000")
		case len(value) > MaxParameterBytes:
			errs.Add(field+"."+name, fmt.Sprintf("must be at most %d bytes", MaxParameterBytes))
		}
	}
}

func checkParameters(f *Field, errs *FieldErrors, d *Definition) {
	p := f.in(d).(*map[string]string)
	CheckParameters(errs, *p)
	if len(*p) == 0 {
		*p = nil
	}
}
