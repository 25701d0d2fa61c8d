package httpadapter_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/stretchr/testify/require"
)

// Times are RFC 3339 in UTC with six digits, as the standard library has them.
func TestTimes(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	for _, at := range []time.Time{
		time.Unix(0, 0),
		time.Unix(1<<31, 999_999_999),
		time.Date(1, 2, 3, 4, 5, 6, 7000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2026, 10, 25, 2, 30, 0, 120_000_000, paris),
		time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		want := `"` + at.UTC().Format("2006-01-02T15:04:05.000000Z") + `"`
		require.Equal(t, want, string(httpadapter.AppendTime(nil, at)))
	}
	require.Equal(t, "null", string(httpadapter.AppendTime(nil, time.Time{})))
}

// Strings are what encoding/json reads back, and always valid JSON in UTF-8.
func FuzzStrings(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\x00\x1f\x7f", "é\u2028<>&", "\xff", "a\xed\xa0\x80b", strings.Repeat("x", 300) + "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := httpadapter.AppendString(nil, s)
		require.True(t, utf8.Valid(text))
		var got string
		require.NoError(t, json.Unmarshal(text, &got))
		require.Equal(t, strings.Join(strings.Split(strings.ToValidUTF8(s, "\uFFFD"), "\uFFFD"), ""), strings.ReplaceAll(got, "\uFFFD", ""))
	})
}
