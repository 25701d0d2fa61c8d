package versions

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxKey is the most characters of a job key. Source: the documented Jobs API.
const maxKey = 255

// IDRule describes the IDs that [ValidID] accepts.
const IDRule = "must be 1 to 128 letters, digits and . _ : @ -"

// IDPattern is [IDRule] as a regular expression.
const IDPattern = `^[A-Za-z0-9._:@-]{1,128}$`

var validID = regexp.MustCompile(IDPattern)

// ValidID reports whether an embedder may use id for an organization, a member,
// a team, a cluster or a query. See [IDRule]. The IDs "." and ".." are not
// valid, since a path cannot contain them.
func ValidID(id string) bool { return validID.MatchString(id) && id != "." && id != ".." }

// CheckKey returns the rule that a new job key breaks, or "" when the key is
// valid. A valid key has 1 to 255 visible characters, may have spaces between
// them, and is in Unicode's composed form (NFC). So two different keys never
// look the same because of invisible characters.
func CheckKey(key string) string {
	if !utf8.ValidString(key) {
		return "must be valid UTF-8"
	}
	if key == "" || utf8.RuneCountInString(key) > maxKey {
		return fmt.Sprintf("must be 1 to %d characters", maxKey)
	}
	for _, r := range key {
		switch {
		case unicode.IsControl(r):
			return "must not contain control characters"
		case unicode.IsSpace(r) && r != ' ':
			return fmt.Sprintf("must not contain spaces other than U+0020 (it contains U+%04X)", r)
		case isHidden(r):
			return fmt.Sprintf("must not contain characters that are invisible or change the direction of the text (it contains U+%04X)", r)
		}
	}
	switch {
	case strings.TrimSpace(key) != key:
		return "must not begin or end with a space"
	case !norm.NFC.IsNormalString(key):
		return "must be in Unicode's composed form, NFC: \u00e9 is one character, not e and an accent"
	}
	return ""
}

// isHidden reports whether a character is invisible: one that formats, joins or
// turns other characters, selects a variant, fills space, or is no character at
// all.
func isHidden(r rune) bool {
	const brailleBlank = '\u2800'
	return !unicode.IsPrint(r) || r == brailleBlank ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
