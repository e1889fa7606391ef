package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pushbench/plots/history"
	"pushbench/plots/page"
	"pushbench/results"
	"pushbench/results/safe"
)

func newReport() *cobra.Command {
	var out, past string
	cmd := &cobra.Command{
		Use:   "report [RUN_DIR | run.json]",
		Short: "Write the report of a run again",
		Long: `Write the report of a run again, beside its record, and print it. Use it after an
update of pushbench, or for a record from another machine. Without an argument it
takes that of the runs under ` + runsDir + ` which began last.`,
		Example: `  pushbench report
  pushbench report results/runs/20260102T030405Z
  pushbench report from-ci/run.json --out /tmp/from-ci
  pushbench report from-ci --history nightly   # with the page of a history beside it
  ssh ci cat run.json | pushbench report /dev/stdin --out from-ci`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(safe.Command("pushbench", "report", args[0]), "report takes one run at a time")
			}
			path := ""
			if len(args) == 1 {
				path = args[0]
			} else {
				newest, err := newestRun(runsDir, cmd.ErrOrStderr())
				if err != nil {
					return err
				}
				path = newest
			}
			dir, err := placeOf(cmd, path, out)
			if err != nil {
				return err
			}
			record, err := load(path)
			if err != nil {
				return err
			}
			o := page.Options{}
			if cmd.Flags().Changed("history") {
				if err := historyBeside(cmd.Context(), past, dir); err != nil {
					return err
				}
				o.History = history.PageName
			}
			return present(record, path, dir, o, false, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "put the report into `DIR` (default: beside the record)")
	cmd.Flags().StringVar(&past, "history", "", "write the page of the history in `DIR` beside the report, and link it")
	return cmd
}

// load reads the record of a run that was named on the command line.
func load(path string) (*results.Record, error) {
	record, err := results.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("give the directory of a run, or its run.json", "%s: no run there", path)
	}
	return record, err
}

// placeOf is where cmd puts what it writes about the record at path: out, or where
// the record lies. Beside a device or a pipe there is no place, and in the
// directory of another run none either.
func placeOf(cmd *cobra.Command, path, out string) (string, error) {
	if path == "" {
		return "", usage("give the directory of a run, or its run.json; without an argument it is the newest", "the name of the run is empty")
	}
	if err := mustTakeFiles(out); err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", usage("give the directory of a run, or its run.json", "%s: no run there", path)
	}
	if err != nil {
		return "", err
	}
	if out != "" {
		return out, mustHoldNoOther(out, path)
	}
	if info.IsDir() {
		return path, nil
	}
	if dir := filepath.Dir(path); info.Mode().IsRegular() && !ofKernel(dir) {
		return dir, nil
	}
	return "", usage(safe.Command(cmd.Root().Name(), cmd.Name(), path, "--out")+" DIR", "%s is not a file in a directory: --out must say where the report goes", path)
}

// ofKernel reports whether a directory is one in which only the kernel makes
// files (hier(7)); /dev/stdin may lead to any file, but lies there.
func ofKernel(dir string) bool {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	for _, top := range []string{"/dev", "/proc", "/sys"} {
		if dir == top || strings.HasPrefix(dir, top+"/") && !strings.HasPrefix(dir, "/dev/shm") {
			return true
		}
	}
	return false
}

// mustHoldNoOther refuses a directory with the record of another run.
func mustHoldNoOther(dir, path string) error {
	there, err := os.Stat(filepath.Join(dir, results.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, results.FileName)
	}
	if this, err := os.Stat(path); err == nil && os.SameFile(this, there) {
		return nil
	}
	return usage("choose another --out", "%s holds another run", dir)
}
