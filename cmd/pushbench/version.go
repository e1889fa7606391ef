package main

import (
	"fmt"
	"pushbench/lab"
	"slices"

	"github.com/spf13/cobra"
)

// version is of pushbench; a release sets it with -ldflags "-X main.version=…".
// commit is for builds that the go command does not stamp, or stamps with more
// than the program's own files: -ldflags "-X main.commit=…".
var (
	version = "devel"
	commit  = ""
)

// newVersion returns `pushbench version`, executed as line.
func newVersion(line []string) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit, Go and the modules built in",
		Long: `Print the version, the commit, Go and the modules built in: what a record
says about the program that made it.`,
		Example: `  pushbench version`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			p := lab.Collect(version, commit, line)
			fmt.Fprintf(out, "pushbench %s\ncommit    %s\ngo        %s %s\nmodules\n", p.Version, p.Commit, p.GoVersion, p.OS)
			paths := make([]string, 0, len(p.Modules))
			for path := range p.Modules {
				paths = append(paths, path)
			}
			slices.Sort(paths)
			for _, path := range paths {
				fmt.Fprintf(out, "  %s %s\n", path, p.Modules[path])
			}
			return nil
		},
	}
}
