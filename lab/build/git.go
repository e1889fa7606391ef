package build

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A repository is where git keeps the revisions.
type repository struct {
	top    string // of the working tree
	git    string // git's directory
	prefix string // of the directory that was asked for, relative to top; slashes
}

// repositoryOf finds the repository that dir is in.
func repositoryOf(ctx context.Context, dir string) (*repository, error) {
	out, err := git(ctx, dir, nil, "rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix")
	if err != nil {
		return nil, err
	}
	lines := strings.SplitN(strings.TrimSuffix(out, "\n"), "\n", 3)
	if len(lines) < 2 {
		return nil, hinted("start pushbench in a clone that git can read", "git does not say where the repository of %s is", dir)
	}
	r := &repository{top: lines[0], git: lines[1]}
	if len(lines) == 3 {
		r.prefix = lines[2]
	}
	return r, nil
}

func (r *repository) run(ctx context.Context, arguments ...string) (string, error) {
	return git(ctx, r.top, nil, arguments...)
}

// commit is what a reference stands for; empty: nothing here.
func (r *repository) commit(ctx context.Context, ref string) (string, error) {
	if strings.HasPrefix(ref, "-") { // git would take it for an option
		return "", nil
	}
	out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", ref+"^{commit}")
	if err != nil && ctx.Err() == nil {
		return "", nil
	}
	return strings.TrimSpace(out), err
}

// Place returns the top of the working tree that dir is in, and where dir is from there,
// with slashes; empty: it is the top. The error is an *Error when it says what a user can do.
func Place(ctx context.Context, dir string) (top, from string, err error) {
	r, err := repositoryOf(ctx, dir)
	if err != nil {
		return "", "", err
	}
	return r.top, r.prefix, nil
}

// shallow reports whether the clone has not all of the history.
func (r *repository) shallow(ctx context.Context) bool {
	out, err := r.run(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(out) == "true"
}

// apart are the files that are kept with the program and are none of it, as
// pathspecs: what is written about it, and the committed runs. The Makefile has
// the same list.
var apart = []string{
	":(top,exclude)*.md", ":(top,exclude)results/baseline", ":(top,exclude)results/truth", ":(top,exclude)results/reproduction",
	":(top,exclude)results/calibration",
	":(top,exclude)results/atlas", ":(top,exclude)results/claims",
	":(top,exclude)results/subscribers", ":(top,exclude)results/cost",
}

// dirty reports whether a file of the program was changed since the last commit.
func (r *repository) dirty(ctx context.Context) (bool, error) {
	out, err := r.run(ctx, append([]string{"status", "--porcelain", "--untracked-files=normal", "--", ":/"}, apart...)...)
	return out != "", err
}

// ours are the variables that point git elsewhere than at the directory it is
// started in: a hook has them set.
var ours = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"}

// GitEnviron is the environment of this process without what points git elsewhere than
// at the directory that it is started in. The caller owns the slice.
func GitEnviron() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(ours, name)
	})
}

// git executes git in dir and returns what it wrote. It asks nobody for a password,
// changes no index, starts no daemon and runs no hook.
func git(ctx context.Context, dir string, env []string, arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false"}, arguments...)...)
	cmd.Dir = dir
	cmd.Env = append(GitEnviron(), "PWD="+dir, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0")
	cmd.Env = append(cmd.Env, env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptedWithin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	switch {
	case err == nil:
		return stdout.String(), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return "", gitProblem(dir, arguments[0], stderr.String(), err)
}

// gitProblem says why git has not done what it was asked for.
func gitProblem(dir, command, text string, err error) error {
	switch {
	case missing(err):
		return hinted("install git, or give the path of a program that is built already", "there is no git here to read revisions with")
	case strings.Contains(text, "dubious ownership"):
		return hinted("git config --global --add safe.directory "+dir, "git does not trust %s: another user owns it", dir)
	case strings.Contains(text, "not a git repository"):
		return hinted("start pushbench in a clone, or give the path of a program that is built already", "%s is not in a git repository", dir)
	case strings.Contains(text, "must be run in a work tree"):
		return hinted("git clone it, and start pushbench in the clone", "%s is a bare repository: it has no working tree", dir)
	}
	e := hinted("git "+command+" in "+dir+" tells more", "git %s failed", command)
	e.Output = ending(text, outputKept)
	if e.Output == "" {
		e.Output = err.Error()
	}
	return e
}
