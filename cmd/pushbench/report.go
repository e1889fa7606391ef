package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pushbench/results"
)

func newReport() *cobra.Command {
	return &cobra.Command{
		Use:   "report [RUN_DIR | run.json]",
		Short: "Write the report of a run again",
		Long: `Write the report of a run again, beside its record, and print the table: after
an update of pushbench, or for a record from another machine. Without an
argument, the newest run under ` + runsDir + `.`,
		Example: `  pushbench report
  pushbench report results/runs/20260102T030405Z
  pushbench report from-ci/run.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("pushbench report "+args[0], "report takes one run at a time")
			}
			path := ""
			if len(args) == 1 {
				path = args[0]
			} else {
				newest, err := newestRun(runsDir)
				if err != nil {
					return err
				}
				path = newest
			}
			record, err := results.Load(path)
			if errors.Is(err, fs.ErrNotExist) {
				return usage("give the directory of a run, or its run.json", "%s: no run there", path)
			}
			if err != nil {
				return err
			}
			dir := path
			if info, err := os.Stat(path); err == nil && !info.IsDir() {
				dir = filepath.Dir(path)
			}
			return present(record, dir, false, cmd.OutOrStdout())
		},
	}
}

// newestRun returns the directory of the newest run below dir. The names are
// times, so the last one is the newest.
func newestRun(dir string) (string, error) {
	runs, err := filepath.Glob(filepath.Join(dir, "*", "run.json"))
	if err != nil {
		return "", err
	}
	if len(runs) == 0 {
		return "", usage("pushbench run makes one", "no run under %s", dir)
	}
	return filepath.Dir(runs[len(runs)-1]), nil
}
