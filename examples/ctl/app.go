package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// app is one call of the command, with its input, its output and its flags.
type app struct {
	in          io.Reader
	out, errOut io.Writer
	env         func(string) string
	// terminal is true when out is a terminal.
	terminal bool

	server, token, tokenFile string
	format                   string

	api *client.ClientWithResponses
	// begun is set once the command line was accepted.
	begun bool
}

// defaultServer is where examples/controlplane listens.
const defaultServer = "http://127.0.0.1:8080/api/v1"

// run runs one command line, and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	code := a.codeOf(err)
	var ended *runError
	if !errors.As(err, &ended) {
		a.complain(err)
	}
	if code == exitUsage {
		a.note("Run ctl --help, or --help behind any command, to see what there is.")
	}
	return code
}

// root is the command with all others below it.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ctl",
		Short: "Work with the jobs of a control plane",
		Long: "ctl works with the jobs of a control plane: what there is, what ran, and why something did not.\n\n" +
			"A job is named by its key or its ID. Exit codes: " + exitCodes,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.begin(cmd) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.server, "server", "", "URL of the API ($JOBLEDGER_SERVER; "+defaultServer+" by default)")
	flags.StringVar(&a.token, "token", "", "bearer token ($JOBLEDGER_TOKEN); other users may see it in the list of processes")
	flags.StringVar(&a.tokenFile, "token-file", "", "file that holds the token")
	flags.StringVarP(&a.format, "output", "o", "text", "text, json or yaml")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json", "yaml"}, cobra.ShellCompDirectiveNoFileComp))
	root.AddCommand(
		a.jobsCommand(), a.runCommand(), a.runsCommand(), a.whyCommand(), a.applyCommand(), a.exportCommand(), a.backfillCommand(), a.eventsCommand(),
		a.holdCommand(), a.copyCommand(),
	)
	return root
}

// group makes a command that only has subcommands.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(below...)
	return cmd
}

// begin reads the flags that every command has.
func (a *app) begin(cmd *cobra.Command) error {
	if a.format != "text" && a.format != "json" && a.format != "yaml" {
		return fmt.Errorf("--output must be text, json or yaml, not %q", a.format)
	}
	if a.server == "" {
		a.server = a.env("JOBLEDGER_SERVER")
	}
	if a.server == "" {
		a.server = defaultServer
	}
	if a.token == "" {
		a.token = a.env("JOBLEDGER_TOKEN")
	}
	if a.tokenFile != "" {
		text, err := os.ReadFile(a.tokenFile)
		if err != nil {
			return fmt.Errorf("--token-file: %w", err)
		}
		a.token = strings.TrimSpace(string(text))
	}
	api, err := client.New(a.server, &client.Options{Token: a.token, UserAgent: "jobledger-ctl", HTTP: &http.Client{}})
	if err != nil {
		return fmt.Errorf("--server: %w", err)
	}
	if err := cmd.ValidateRequiredFlags(); err != nil {
		return err
	}
	a.api, a.begun = api, true
	return nil
}
