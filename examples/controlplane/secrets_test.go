package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// No message repeats a password, whatever is wrong with the command line.
func TestNoMessageHoldsAPassword(t *testing.T) {
	// A password holds what breaks URLs; each part of it is as bad as all.
	passwords := []string{"zqx", "zqx/xqz", "zqx?xqz", "zqx@xqz", "zqx:xqz", "zqx#xqz", "zqx%xqz", "zqx xqz", "12/34xqz", "zqx&xqz=1", `zqx"xqz`, "zqx,xqz"}
	results := t.TempDir()
	t.Chdir(results)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // What could be meant is not begun.
	for _, password := range passwords {
		urls := []string{
			"redis://:" + password + "@127.0.0.1:1/0",
			"redis://me:" + password + "@127.0.0.1:1",
			"redis://" + password + "@127.0.0.1:1/zero",
			"redis://:" + password + "@127.0.0.1:x/0",
			"redis://:" + password + "@/0",
			"redis://127.0.0.1:1/0?colour=1&password=" + password,
			"redis+sentinel://127.0.0.1:1/m?password=" + password + "&db=x",
			"redis+sentinel://:" + password + "@127.0.0.1:1",
			"redis+cluster://:" + password + "@127.0.0.1:1/0",
			"redis:" + password + "@127.0.0.1:1",
			"rediss://:" + password + "@127.0.0.1:1/0",
			"redis//:" + password + "@127.0.0.1:1/0",
			"me:" + password + "@127.0.0.1:1",
			password + "@127.0.0.1:1",
		}
		for _, url := range urls {
			for _, args := range [][]string{
				{"-store", url}, {"-store=" + url}, {url}, {"-workers", url}, {"-max-time=" + url}, {"-data", url},
				{"-config", url}, {"-addr", url}, {"-base=" + url}, {"-stor", url}, {"-" + url},
			} {
				args := append([]string{"-store=memory", "-addr=127.0.0.1:0", "-results=" + results}, args...)
				var out strings.Builder
				if err := run(ctx, args, &out, &out); err != nil {
					out.WriteString(withoutArguments(err, args).Error())
				}
				for _, part := range []string{"zqx", "xqz"} {
					require.NotContains(t, out.String(), part, "%q", args)
				}
			}
		}
	}
}
