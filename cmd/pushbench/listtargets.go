package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"pushbench/results"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// printTarget prints the file of a target.
func printTarget(w io.Writer, name string) error {
	if name == results.Builtin {
		return usage("pushbench list --targets shows the targets that have one", "%s stands for pushbench's own servers, which have no target file", name)
	}
	f, err := findTarget(name, "")
	if err != nil {
		return err
	}
	return printText(w, f.Text)
}

func listTargets(w io.Writer) error {
	all, err := targets.Builtin()
	if err != nil {
		return err
	}
	l := consoleOf(w)
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tab, "TARGET\tTRANSPORTS\tDEBIAN PACKAGES")
	fmt.Fprintf(tab, "%s\t%s\t\n", results.Builtin, strings.Join(transportNames(), " "))
	name := len(results.Builtin)
	for _, f := range all {
		name = max(name, len(f.Name))
		fmt.Fprintf(tab, "%s\t%s\t%s\n", f.Name, strings.Join(offered(f), " "), brief(f.Install.Debian))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	about := func(of, text string) {
		fmt.Fprintf(w, "%-*s  %s\n", name, of, wrap(text, min(l.width, plainWidth)-name-3, name+2))
	}
	about(results.Builtin, "pushbench's own servers")
	for _, f := range all {
		text := f.About
		if f.Untested != "" {
			text += " (untested: " + f.Untested + ")"
		}
		about(f.Name, text)
	}
	_, err = fmt.Fprintln(w, "\npushbench list --targets TARGET prints its file; pushbench run --target TARGET measures it.")
	return err
}

// offered are the transports that a target has.
func offered(f *targets.File) (all []string) {
	d := &f.Dialect
	for _, t := range []struct {
		name wire.Transport
		has  bool
	}{{wire.Polling, d.Polling != nil}, {wire.LongPoll, d.LongPoll != nil}, {wire.SSE, d.SSE != nil}, {wire.WebSocket, d.WebSocket != nil}} {
		if t.has {
			all = append(all, string(t.name))
		}
	}
	return all
}

// brief names some packages or, of many, the first and how many more there are.
func brief(packages []string) string {
	const most = 40 // characters
	all := strings.Join(packages, " ")
	if len(all) <= most {
		return all
	}
	return fmt.Sprintf("%s and %d more", packages[0], len(packages)-1)
}
