package versions

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxKey is the documented length of a job key, in characters.
const maxKey = 255

// IDRule is what [ValidID] asks for.
const IDRule = "must be 1 to 128 letters, digits and . _ : @ -"

var validID = regexp.MustCompile(`^[A-Za-z0-9._:@-]{1,128}$`)

// ValidID reports whether id is one that an embedder may bring: of an
// organization, member, team, cluster or query. Two dots, or one, are none:
// they could not be named in a path.
func ValidID(id string) bool { return validID.MatchString(id) && id != "." && id != ".." }

// CheckKey returns the rule that a job key breaks, and the empty string for a
// valid one: 1 to 255 characters, no control characters, no space at the ends.
func CheckKey(key string) string {
	switch {
	case !utf8.ValidString(key):
		return "must be valid UTF-8"
	case key == "" || utf8.RuneCountInString(key) > maxKey:
		return fmt.Sprintf("must be 1 to %d characters", maxKey)
	case strings.ContainsFunc(key, unicode.IsControl):
		return "must not hold control characters"
	case strings.TrimSpace(key) != key:
		return "must not begin or end with a space"
	}
	return ""
}
