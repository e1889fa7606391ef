package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"pushbench/lab/build"
	"pushbench/lab/duel"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/targets"
)

// workflowFile is where init-ci writes, from the top of the repository.
const workflowFile = ".github/workflows/pushbench.yml"

//go:embed initci.yml
var workflowText string

// workflowTemplate is the workflow. GitHub's own expressions are in braces.
var workflowTemplate = template.Must(template.New("workflow").Delims("[[", "]]").Parse(workflowText))

type initOptions struct {
	target, from  string
	force, stdout bool
}

// newInitCI returns `pushbench init-ci`.
func newInitCI() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init-ci",
		Short: "Write a workflow that gates the pull requests of your repository",
		Long: `Write a workflow that gates the pull requests of your repository: ` + workflowFile + `,
for GitHub Actions. The workflow compares each pull request with its base, by
"pushbench duel --target FILE". A second runner measures again what is worse. The
result is a summary, one comment, and the reports as artifacts.

FILE is a target file in your repository. It says how to start your server, and has
{port} in place of the port. The README describes target files.

pushbench has no public address yet that "go install" could use. The workflow builds
it from source, from the GitHub repository that --from names. Without --from you fill
in the name yourself. Until then the workflow fails.`,
		Example: `  pushbench init-ci --target server.yaml
  pushbench init-ci --target server.yaml --from OWNER/pushbench
  pushbench init-ci --target server.yaml --stdout   # only show it`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&o.target, "target", "", "the target `FILE` in your repository")
	f.StringVar(&o.from, "from", "", "the GitHub repository with the source of pushbench, as `OWNER/NAME`")
	f.BoolVar(&o.force, "force", false, "replace a workflow that is there")
	f.BoolVar(&o.stdout, "stdout", false, "write it to standard output, and no file")
	return cmd
}

func (o initOptions) run(cmd *cobra.Command) error {
	switch {
	case o.target == "":
		return usage("pushbench init-ci --target server.yaml", "--target is missing: the file that says how your server is started")
	case o.from != "" && !repositoryForm.MatchString(o.from):
		return usage("such as --from OWNER/pushbench", "--from must be OWNER/NAME, not %q", o.from)
	case o.force && o.stdout:
		return usage("use one of them", "--force cannot be used with --stdout")
	}
	f, err := targets.Load(o.target)
	if errors.Is(err, fs.ErrNotExist) {
		return usage("write it first: the README shows one of four lines", "%s: no such file", o.target)
	}
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	if err := duel.Suited(f); err != nil {
		return unbuilt(ctx, err)
	}
	top, directory, err := build.Place(ctx, filepath.Dir(o.target))
	if err != nil {
		return unbuilt(ctx, err)
	}
	file := path.Join(directory, filepath.Base(o.target))
	text, err := workflowOf(f, file, o.from)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if o.stdout {
		return printText(out, text)
	}
	to := filepath.Join(top, filepath.FromSlash(workflowFile))
	if _, err := os.Lstat(to); err == nil && !o.force {
		return usage("--force replaces it, --stdout shows what would be written", "%s is there already", safe.Line(to))
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	if err := results.WriteFile(to, []byte(text)); err != nil {
		return err
	}
	return printText(out, next(workflowFile, file, o.from))
}

// repositoryForm is how GitHub names a repository.
var repositoryForm = regexp.MustCompile(`^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$`)

// plainPath is a path that means itself in a workflow, whatever reads it.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9._/@+ -]+$`)

// workflowOf is the workflow for the server of f, which is at a path from the top of its
// repository. pushbench is built from a repository; empty: its user fills it in.
func workflowOf(f *targets.File, file, from string) (string, error) {
	if !plainPath.MatchString(file) {
		return "", usage("letters, digits, spaces and . _ / @ + - can be in it", "the path %s cannot be written into a workflow", safe.Quoted(file, 200))
	}
	var text bytes.Buffer
	err := workflowTemplate.Execute(&text, struct{ File, From, Commit, Duel, Packages string }{
		File: file, From: from, Commit: pinned(),
		Duel: safe.Command(".pushbench/bin/pushbench", "duel", "--target", file, "git:HEAD^1", "git:HEAD", "--out", "results/duels/gate",
			"--summary=", "--annotations=false"),
		Packages: safe.Command(f.Install.Debian...),
	})
	return text.String(), err
}

// pinned is the commit of this program, or nothing where it is that of no commit.
func pinned() string {
	if strings.HasSuffix(commit, build.Dirty) {
		return ""
	}
	return commit
}

// next says what to do with the workflow that was written.
func next(written, file, from string) string {
	source := "The workflow builds pushbench from " + from
	if from == "" {
		source = "Fill in PUSHBENCH_REPOSITORY in the workflow: the GitHub repository with the source of\n   pushbench, as OWNER/NAME. The workflow builds it"
	}
	switch commit := pinned(); commit {
	case "":
		source += ",\n   from its default branch: PUSHBENCH_COMMIT pins it."
	default:
		source += ",\n   at commit " + commit + ", which is that of this pushbench."
	}
	return fmt.Sprintf(`%s is written. What to do next, at the top of your repository:

1. Check that the server can be measured, and try the gate:
     pushbench check --target %[2]s
     pushbench duel --target %[2]s git:HEAD~1 git:HEAD
   Reports go to results/: add this directory to .gitignore.
2. %[3]s
   A repository that is not public needs a token in the steps that check it out.
3. If the server needs more than the runner has and the target file installs, add a step
   to the jobs measure and again, below the comment "What the server needs".
4. Commit the workflow and %[2]s, and merge both. The gate needs that file in
   the base and in the head, so the pull request that adds the file fails.
5. Require the check "verdict" in the rules of your main branch.
`, written, safe.Word(file), source)
}
