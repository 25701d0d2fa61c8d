package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatProgramsWroteCannotDriveTheTerminal(t *testing.T) {
	var out strings.Builder
	text := "\x1b[31mred\x1b[39m \x1b]0;title\a \x1b[2J \r \u009b1m \u202ereversed\n\tü"
	n, err := printable{&out}.Write([]byte(text))
	require.NoError(t, err)
	require.Equal(t, len(text), n)
	require.Equal(t, "\x1b[31mred\x1b[39m \ufffd]0;title\ufffd \ufffd[2J \ufffd \ufffd1m \ufffdreversed\n\tü", out.String())
}
