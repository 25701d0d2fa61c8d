package versions

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxKey is the documented length of a job key, in characters.
const maxKey = 255

// IDRule is what [ValidID] asks for.
const IDRule = "must be 1 to 128 letters, digits and . _ : @ -"

// IDPattern is [IDRule] as a regular expression.
const IDPattern = `^[A-Za-z0-9._:@-]{1,128}$`

var validID = regexp.MustCompile(IDPattern)

// ValidID reports whether id is one that an embedder may bring: of an
// organization, member, team, cluster or query. Two dots, or one, are none:
// they could not be named in a path.
func ValidID(id string) bool { return validID.MatchString(id) && id != "." && id != ".." }

// CheckKey returns the rule that a new job key breaks, and the empty string for
// a valid one: 1 to 255 characters that can be seen, spaces between them, in
// Unicode's composed form (NFC). So no two keys differ only in what nobody sees.
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
			return "must not hold control characters"
		case unicode.IsSpace(r) && r != ' ':
			return fmt.Sprintf("must not hold spaces but the common one (it holds U+%04X)", r)
		case isHidden(r):
			return fmt.Sprintf("must not hold characters that cannot be seen or that turn the direction of the text (it holds U+%04X)", r)
		}
	}
	switch {
	case strings.TrimSpace(key) != key:
		return "must not begin or end with a space"
	case !norm.NFC.IsNormalString(key):
		return "must be in Unicode's composed form, NFC: \u00e9 as one character, not as e and an accent"
	}
	return ""
}

// isHidden reports whether a character shows nothing of its own: what formats,
// joins or turns others, what selects a variant, fillers, and what stands for
// no character at all.
func isHidden(r rune) bool {
	const brailleBlank = '\u2800'
	return !unicode.IsPrint(r) || r == brailleBlank ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
