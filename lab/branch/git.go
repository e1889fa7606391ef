package branch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"pushbench/lab/build"
)

// git runs git in the branch's repository, with input on its stdin, and returns
// what it wrote to stdout. The error is what git says itself.
func (b *Branch) git(ctx context.Context, input []byte, args ...string) (string, error) {
	// Others may hold the lock of the branch for a moment: git waits for them.
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", b.dir, "-c", "core.filesRefLockTimeout=10000"}, args...)...)
	cmd.Env = append(build.GitEnviron(), "LC_ALL=C")
	cmd.Stdin = bytes.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("git is not installed")
	case errors.As(err, &exit):
		said := strings.TrimSpace(stderr.String())
		if said == "" {
			said = exit.String()
		}
		return "", fmt.Errorf("git %s: %s", args[0], strings.TrimPrefix(said, "fatal: "))
	}
	return stdout.String(), err
}
