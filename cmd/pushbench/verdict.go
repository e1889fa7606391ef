package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pushbench/plots/duel"
	"pushbench/results"
	"pushbench/results/gate"
)

// verdictStatuses is what every command that gives a verdict says about how it ends.
const verdictStatuses = `Exit status: 0 no regression; 1 a regression; 2 bad input, or the two do not compare;
3 void: the comparison cannot be believed, because the machine was not quiet. With
--strict the status is 1 also when it could not be told whether there is one.`

// acceptHelp says how a change for the worse is declared.
const acceptHelp = `A change for the worse that is intended is declared in the file ` + acceptFile + `, where it
is reviewed. Each line is METRIC or VARIANT:METRIC, a # and the reason:
  sse:data-B/event  # the id is longer, so that a client can resume
The change is shown with its reason, and fails nothing.

`

// verdictStatus is how a command ends that gave a verdict.
func verdictStatus(v gate.Verdict, strict bool) int {
	switch v {
	case gate.Better, gate.Same:
		return exitFine
	case gate.Worse:
		return exitFailed
	case gate.Inconclusive, gate.Unconfirmed:
		if strict {
			return exitFailed
		}
		return exitFine
	case gate.Void:
		return exitVoid
	}
	return exitUsage // no verdict is never the same as no regression
}

// verdictFlags are those of every command that gives a verdict: what it may take
// for granted, and where it is shown.
type verdictFlags struct {
	out         string
	junit       string
	summary     string
	comment     string
	annotations bool
	strict      bool
	accept      []string
	acceptFile  string
	intended    []intended // of that file
	json        bool
}

// flags adds them to cmd; byDefault says where the files go without --out.
func (o *verdictFlags) flags(cmd *cobra.Command, byDefault string) {
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "put compare.html, compare.md, compare.json and junit.xml into `DIR` (default: "+byDefault+")")
	f.BoolVar(&o.strict, "strict", false, "end with status 1 also when it could not be told whether there is a regression")
	f.StringSliceVar(&o.accept, "accept", nil, "a change of this `METRIC` for the worse is intended, or VARIANT:METRIC; may be repeated")
	f.StringVar(&o.acceptFile, "accept-file", acceptFile, "read intended changes from `FILE`, which need not be there by default")
	f.BoolVar(&o.json, "json", false, "print compare.json in place of the table")
	f.StringVar(&o.junit, "junit", "", "write JUnit XML to `FILE`, too")
	f.StringVar(&o.comment, "comment", "", "write a comment for a pull request to `FILE`: Markdown with a hidden first line to find it by")
	f.StringVar(&o.summary, "summary", "", "append Markdown to `FILE` (default: $GITHUB_STEP_SUMMARY, where that is set)")
	f.BoolVar(&o.annotations, "annotations", false, "write annotations for GitHub to stderr (default: where $GITHUB_ACTIONS is true)")
	mustComplete(cmd, "accept", completeMetrics)
}

// check completes the flags from the environment and refuses what cannot be meant,
// before anything is measured.
func (o *verdictFlags) check(cmd *cobra.Command) error {
	if !cmd.Flags().Changed("summary") {
		o.summary = os.Getenv("GITHUB_STEP_SUMMARY")
	}
	if !cmd.Flags().Changed("annotations") {
		o.annotations = os.Getenv("GITHUB_ACTIONS") == "true"
	}
	for _, accepted := range o.accept {
		if problem := unknownMetric(accepted); problem != "" {
			metric := accepted[strings.LastIndex(accepted, ":")+1:]
			hint := didYouMean(metric, judged(), "")
			if hint == "" {
				hint = "it is one of " + strings.Join(judged(), ", ")
			}
			return usage(hint, "--accept %s: %s", accepted, problem)
		}
	}
	for _, file := range []struct{ flag, path string }{{"junit", o.junit}, {"comment", o.comment}, {"summary", o.summary}} {
		if err := mustTakeFile("--"+file.flag, file.path); err != nil {
			return err
		}
	}
	if err := o.accepting(cmd.Flags().Changed("accept-file")); err != nil {
		return err
	}
	return mustTakeFiles(o.out)
}

// mustTakeFile refuses the path of a file that is a directory, or in none.
func mustTakeFile(flag, path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage(flag+" is the name of a file", "%s: %s is a directory", flag, path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usage("make it first", "%s: there is no directory %s", flag, filepath.Dir(path))
	}
	return nil
}

// judged are the metrics that can become worse.
func judged() []string {
	names := []string{gate.FailedTrials}
	for _, r := range gate.Rules() {
		names = append(names, r.Unit)
	}
	return names
}

// completeMetrics offers what --accept can be.
func completeMetrics(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return judged(), cobra.ShellCompDirectiveNoFileComp
}

// options are what the flags let a decision take into account.
func (o *verdictFlags) options() gate.Options {
	names := slices.Clone(o.accept)
	for _, a := range o.intended {
		if !slices.Contains(names, a.name) {
			names = append(names, a.name)
		}
	}
	return gate.Options{Accept: names}
}

// show writes the comparison wherever it was asked for, its files into dir unless
// that is empty, and returns how the command ends.
func (o *verdictFlags) show(cmd *cobra.Command, c *gate.Comparison, dir string) error {
	o.declare(c)
	unwritten := o.write(c, dir)
	if unwritten != nil {
		dir = ""
	}
	var verdict error
	if status := verdictStatus(c.Verdict, o.strict); status != exitFine {
		verdict = &exitError{status: status}
	}
	if o.annotations { // Note: GitHub reads both streams, and stdout may be JSON
		unwritten = errors.Join(unwritten, duel.Annotations(cmd.ErrOrStderr(), c))
	}
	stdout := cmd.OutOrStdout()
	if o.json {
		unwritten = errors.Join(unwritten, duel.JSON(stdout, c))
	} else {
		l := consoleOf(stdout)
		unwritten = errors.Join(unwritten, duel.Terminal(stdout, c, duel.Options{Color: l.color, Width: min(l.width, plainWidth), Dir: dir}))
	}
	if unwritten != nil {
		unwritten = usage("choose another place for it", "not all was written: %w", unwritten)
	}
	return together(unwritten, verdict)
}

// write makes the files.
func (o *verdictFlags) write(c *gate.Comparison, dir string) error {
	var all []error
	if dir != "" {
		all = append(all, duel.WriteAll(dir, c))
	}
	for _, file := range []struct {
		path  string
		text  func(io.Writer, *gate.Comparison) error
		write func(string, []byte) error
	}{
		{o.junit, duel.JUnit, results.WriteFile},
		{o.comment, duel.Comment, results.WriteFile},
		{o.summary, duel.Markdown, appendTo},
	} {
		if file.path == "" {
			continue
		}
		var text bytes.Buffer
		err := file.text(&text, c)
		if err == nil {
			err = file.write(file.path, text.Bytes())
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// appendTo adds to the file at path, which need not be there: other steps of a job
// write to its summary, too.
func appendTo(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
