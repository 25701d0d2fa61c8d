package versions

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of parameters.
const (
	// MaxParameters is the most parameters of a definition.
	MaxParameters = 50
	// MaxParameterBytes is the most bytes of a value.
	MaxParameterBytes = 1 << 10
	// ParameterPattern matches the names that a parameter may have. Such a name
	// is valid as an environment variable and as a name in SQL, Python and
	// shells. It cannot be taken for an option of a command.
	ParameterPattern = `^[A-Za-z][A-Za-z0-9_]{0,62}$`
)

var parameterName = regexp.MustCompile(ParameterPattern)

// CheckParameters adds to errs the rules that parameters of a definition or a
// run break. There may be [MaxParameters]. Names match [ParameterPattern].
// Values are UTF-8 without U+0000, and have at most [MaxParameterBytes] bytes.
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
			errs.Add(field+"."+name, "must have a name of 1 to 63 letters, digits and _, the first a letter")
		case !utf8.ValidString(value):
			errs.Add(field+"."+name, "must be valid UTF-8")
		case strings.ContainsRune(value, 0):
			errs.Add(field+"."+name, "must not contain the character U+0000")
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
