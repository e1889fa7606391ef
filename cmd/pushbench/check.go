package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pushbench/lab/check"
	"pushbench/lab/machine"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/servers/wire"
)

type checkOptions struct {
	target, publish string
	quick, json     bool
}

func newCheck() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Tell how a server behaves, before it is measured",
		Long: `Tell how a server behaves, before it is measured: whether events come in order,
what a client gets that comes late or comes back, what the server sends while there
are no events, how streams end, what an event costs on the wire, what happens to a
client that does not read, and how many clients the server holds at once.

  pass         the server works in a way that clients can live with
  fail         clients lose something, or get something that they do not expect
  not offered  the server does not do this
  not told     the check cannot tell, and the sentence says why

One fact needs more: what an EventSource does after the server has completed its
stream. The target file must say how to ask for such a stream (completes), Node.js
must be installed, and the environment variable PUSHBENCH_NPM must name a directory
in which npm's package eventsource is installed.

Exit status: 0 events come in order, each once; 1 on some transport they do not (a
fact named order fails), so that no measurement of it would be valid; 2 bad input, or
the server does not start.`,
		Example: `  pushbench check                          # pushbench's own servers
  pushbench check --target express         # one that comes with pushbench
  pushbench check --target ./mine.yaml     # your own
  pushbench check --target http://127.0.0.1:9000/events --publish 'POST /publish'
  pushbench check --target nchan --quick   # without the long waits
  pushbench check --target nchan --json | jq '.facts[] | select(.state == "fail")'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runCheck(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.target, "target", results.Builtin, "check `TARGET`: builtin, the name of a target, FILE.yaml, or the address of a server that is already running")
	f.StringVar(&o.publish, "publish", "", "the `REQUEST` that publishes to a --target that is an address, such as 'POST /publish' (default: the server has events of its own)")
	f.BoolVar(&o.quick, "quick", false, "leave out the facts that take a long wait or much data: silence, end, complete, idle, slow, streams, stop")
	f.BoolVar(&o.json, "json", false, "write the facts as JSON")
	mustComplete(cmd, "target", completeTargets)
	return cmd
}

// runCheck checks one target, and writes what was found out.
func runCheck(cmd *cobra.Command, o checkOptions) error {
	ctx, out, progress := cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	defer heed(ctx)()
	all, err := parseTargets([]string{o.target}, o.publish)
	switch {
	case err != nil:
		return err
	case len(all) != 1:
		return usage("pushbench check --target "+all[0].Name, "check looks at one target at a time, and --target names %d", len(all))
	}
	server, end, err := openCheck(ctx, all[0])
	if err != nil {
		return unready(err)
	}
	defer func() {
		if stopped := end(); stopped != nil && ctx.Err() == nil {
			say(progress, "%s did not stop as it should: %v", server.Name, stopped)
		}
	}()
	how := checkOf(o.quick, func(text string) { say(progress, "%s", text) })
	say(progress, "Checking %s at %s takes about %s.", server.Name, server.Address, span(check.Estimate(server, how)))
	found, err := check.Run(ctx, server, how)
	if err != nil {
		if ctx.Err() != nil {
			return &exitError{status: exitInterrupted}
		}
		return err
	}
	if o.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(checked{found, server.Address})
	} else {
		err = writeCheck(out, checked{found, server.Address})
	}
	if err == nil && len(check.Broken(found)) > 0 {
		err = &exitError{status: exitFailed}
	}
	return err
}

// checkOf is how to check, as far as this machine can.
func checkOf(quick bool, progress func(text string)) check.Options {
	const spare = 128 // descriptors, besides those of clients
	files := machine.OwnLimits().Files
	return check.Options{Quick: quick, Streams: int(max(1, min(check.Streams, files-min(files, spare)))), Progress: progress}
}

// A checked is what was found out about the server at an address.
type checked struct {
	*results.Check
	Address string `json:"address"`
}

// checkStates are the states in the order in which they are counted.
var checkStates = []results.State{results.Pass, results.Fail, results.NotOffered, results.NotTold}

// writeCheck writes the facts, a line or more each, then how many there are of each
// state, and on what numbers cannot rest.
func writeCheck(w io.Writer, t checked) error {
	l := consoleOf(w)
	paint := map[results.State]func(string) string{results.Pass: l.green, results.Fail: l.red, results.NotOffered: l.dim, results.NotTold: l.yellow}
	longest := 0
	for _, f := range t.Facts {
		longest = max(longest, len(f.Name))
	}
	indent := len("not offered") + 2 + longest + 2
	width := min(l.width, plainWidth) - indent
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", l.bold(safe.Line(fmt.Sprintf("%s at %s, in %s", t.Target, t.Address, wire.Duration(secondsOf(t.Seconds))))))
	for _, f := range t.Facts {
		fmt.Fprintf(&b, "%s  %-*s  %s\n", paint[f.State](fmt.Sprintf("%-11s", f.State)), longest, safe.Line(f.Name), wrap(safe.Line(f.Text), width, indent))
		if f.Known != "" {
			fmt.Fprintf(&b, "%s%s\n", strings.Repeat(" ", indent), l.dim(wrap("known: "+safe.Line(f.Known), width, indent)))
		}
	}
	fmt.Fprintf(&b, "\n%s.\n", counts(t.Check))
	if t.Quick {
		fmt.Fprintln(&b, "Without --quick there are more facts: silence, end, complete, idle, slow, streams, stop.")
	}
	for _, f := range check.Broken(t.Check) {
		transport, _, _ := strings.Cut(f.Name, "/")
		fmt.Fprintln(&b, l.red(safe.Line("No measurement of "+transport+" would be valid: "+f.Name+" fails.")))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// secondsOf is a time to a tenth of a second.
func secondsOf(s float64) time.Duration {
	return (time.Duration(s * float64(time.Second))).Round(100 * time.Millisecond)
}
