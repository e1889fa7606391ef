package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pushbench/lab/branch"
	drawn "pushbench/plots/history"
	"pushbench/results/history"
	"pushbench/results/safe"
)

// historyBranch is where a history is kept unless somebody says otherwise.
const historyBranch = "pushbench-history"

func newHistory() *cobra.Command {
	var name, add, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "history [DIR]",
		Short: "Show how each number moved from commit to commit",
		Long: `Show how each number moved from commit to commit, with intervals and change points.
The history is a file in DIR, or on a git branch of its own; without DIR it is the
branch ` + historyBranch + ` of the repository here. Working tree and index of
the repository are not touched. --add appends the line of a commit: a comparison in
which the commit is head and base is the anchor, a commit that stays the same from
line to line.

accepted.yaml beside the history lists the changes that were reviewed and are kept:
entries with commit, metric, cell, by and why. The page has the names of metrics and
cells.`,
		Example: `  pushbench history                                 # of the branch ` + historyBranch + `
  pushbench history --add compare.json              # append a commit, and show all
  pushbench history --git-branch numbers --out /tmp/history
  pushbench history nightly --json                  # of the folder nightly`,
		RunE: func(cmd *cobra.Command, args []string) error {
			place, err := historyPlace(cmd, args, name)
			if err != nil {
				return err
			}
			if err := mustTakeFiles(out); err != nil {
				return err
			}
			if cmd.Flags().Changed("add") {
				if err := place.add(cmd.Context(), add); err != nil {
					return err
				}
			}
			h, err := place.load(cmd.Context())
			if err != nil {
				return err
			}
			return showHistory(cmd, h, place, out, asJSON)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "git-branch", historyBranch, "use the history on the branch `NAME` of the repository here")
	f.StringVar(&add, "add", "", "append the commit that `COMPARE.json` compares with the anchor")
	f.StringVar(&out, "out", "", "write "+drawn.PageName+" and "+drawn.MarkdownName+" into `DIR` (default: beside the history; of a branch, nowhere)")
	f.BoolVar(&asJSON, "json", false, "write JSON instead of the table, and files only with --out")
	mustComplete(cmd, "add", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return []cobra.Completion{"json"}, cobra.ShellCompDirectiveFilterFileExt
	})
	return cmd
}

// A historyAt is where a history lies: in a folder or on a branch.
type historyAt struct {
	dir    string         // empty: it is on the branch
	branch *branch.Branch // nil: it is in the folder
}

// historyPlace is the place that arguments and flags name.
func historyPlace(cmd *cobra.Command, args []string, name string) (historyAt, error) {
	switch {
	case len(args) > 1:
		return historyAt{}, usage(safe.Command("pushbench", "history", args[0]), "history shows one folder at a time")
	case len(args) == 1 && cmd.Flags().Changed("git-branch"):
		return historyAt{}, usage("pushbench history --help",
			"a history is in a folder or on a branch: give DIR or --git-branch")
	case len(args) == 1 && args[0] == "":
		return historyAt{}, usage("pushbench history --help", "the name of the folder is empty")
	case len(args) == 1:
		return historyAt{dir: args[0]}, nil
	}
	b, err := branch.Open(cmd.Context(), ".", name)
	if err != nil {
		return historyAt{}, usage("pushbench history DIR shows a history in a folder", "%w", err)
	}
	return historyAt{branch: b}, nil
}

// add appends the line of the comparison at path.
func (at historyAt) add(ctx context.Context, path string) error {
	c, err := history.LoadComparison(path)
	if errors.Is(err, fs.ErrNotExist) {
		return usage("--add takes the compare.json that a comparison wrote", "%s: no comparison there", path)
	}
	if err != nil {
		return err
	}
	l, err := history.From(c)
	if err != nil {
		return usage("a history holds commits, each measured side by side with the anchor", "%s: %w", path, err)
	}
	l.Added = time.Now().UTC().Truncate(time.Second)
	if about, ok := branch.About(ctx, ".", l.Commit); ok {
		l.Parent, l.Committed = about.Parent, about.Committed
	}
	if at.branch == nil {
		return noRoom(history.Append(at.dir, l))
	}
	extend := func(old []byte) ([]byte, error) {
		return history.Extend(at.branch.Name+":"+history.FileName, old, l)
	}
	return at.branch.Update(ctx, history.FileName, "history: "+history.Short(l.Commit), extend)
}

// load reads the history.
func (at historyAt) load(ctx context.Context) (*history.History, error) {
	if at.branch == nil {
		log, accepted, err := history.Load(at.dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usage(safe.Command("pushbench", "history", at.dir, "--add")+" COMPARE.json begins one",
				"%s: no history there", at.dir)
		}
		return history.New(log, accepted), err
	}
	file := func(name string) string { return at.branch.Name + ":" + name }
	data, err := at.branch.Read(ctx, history.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(fmt.Sprintf("git fetch origin %[1]s:%[1]s brings one; pushbench history --add COMPARE.json begins one", at.branch.Name),
			"no history on branch %s", at.branch.Name)
	}
	if err != nil {
		return nil, err
	}
	log, err := history.Parse(file(history.FileName), data)
	if err != nil {
		return nil, err
	}
	if data, err = at.branch.Read(ctx, history.AcceptedName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	accepted, err := history.ParseAccepted(file(history.AcceptedName), data)
	return history.New(log, accepted), err
}

// showHistory writes the files, then the table or JSON to stdout.
func showHistory(cmd *cobra.Command, h *history.History, at historyAt, out string, asJSON bool) error {
	if out == "" && !asJSON {
		out = at.dir
	}
	var unwritten error
	if out != "" {
		unwritten = noRoom(drawn.WriteAll(out, h))
	}
	w := cmd.OutOrStdout()
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return errors.Join(enc.Encode(h), unwritten)
	}
	l := consoleOf(w)
	err := drawn.Terminal(w, h, drawn.TerminalOptions{Color: l.color, Width: min(l.width, plainWidth)})
	if unwritten != nil {
		return unwritten
	}
	if err == nil && out != "" {
		_, err = fmt.Fprintf(w, "\n%s\n", safe.Line(filepath.Join(out, drawn.PageName)))
	}
	return err
}

// historyBeside writes the page of the history in the folder from into the folder
// of a report.
func historyBeside(ctx context.Context, from, dir string) error {
	if from == "" {
		return usage("--history is the folder of a history", "the name of the folder is empty")
	}
	h, err := historyAt{dir: from}.load(ctx)
	if err != nil {
		return err
	}
	return noRoom(drawn.WriteAll(dir, h))
}
