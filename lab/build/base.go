package build

import (
	"context"
	"strings"
)

// defaultBranches are where others' work comes together, the most certain first.
var defaultBranches = []string{"origin/HEAD", "origin/main", "origin/master", "main", "master"}

// MergeBase chooses what the working tree in dir is compared with unless somebody
// says otherwise: the commit at which HEAD left the default branch. On the default
// branch itself it is HEAD when files were changed, else the commit before HEAD.
// The second result says in words which was taken. The error is an *Error when it
// says what a user can do.
func MergeBase(ctx context.Context, dir string) (ref, how string, err error) {
	repo, err := repositoryOf(ctx, dir)
	if err != nil {
		return "", "", err
	}
	head, err := repo.commit(ctx, "HEAD")
	if err != nil {
		return "", "", err
	}
	if head == "" {
		return "", "", hinted("git commit first", "the repository in %s has no commit yet", repo.top)
	}
	base, branch, err := repo.leftAt(ctx)
	if err != nil {
		return "", "", err
	}
	if base != head {
		return base, "the commit at which this branch left " + branch, nil
	}
	changed, err := repo.dirty(ctx)
	if err != nil {
		return "", "", err
	}
	if changed {
		return head, "the last commit, because files were changed since", nil
	}
	before, err := repo.commit(ctx, "HEAD~1")
	if err != nil {
		return "", "", err
	}
	if before == "" {
		if repo.shallow(ctx) {
			return "", "", tooShallow("this clone does not have the commit before HEAD")
		}
		return "", "", hinted("say what to compare with: BASE=REF", "HEAD is the first commit: there is none before it to compare with")
	}
	return before, "the commit before the last one, because nothing was changed since and HEAD is part of " + branch, nil
}

// leftAt is the commit at which HEAD left the default branch, and that branch.
func (r *repository) leftAt(ctx context.Context) (commit, branch string, err error) {
	found := ""
	for _, branch := range defaultBranches {
		there, err := r.commit(ctx, branch)
		if err != nil {
			return "", "", err
		}
		if there == "" {
			continue
		}
		if name, err := r.run(ctx, "rev-parse", "--abbrev-ref", branch); err == nil {
			branch = strings.TrimSpace(name) // origin/HEAD is origin/main
		}
		if found == "" {
			found = branch
		}
		out, err := r.run(ctx, "merge-base", "HEAD", there)
		switch {
		case err == nil:
			return strings.TrimSpace(out), branch, nil
		case ctx.Err() != nil:
			return "", "", ctx.Err()
		case r.shallow(ctx):
			return "", "", tooShallow("this clone does not have the commit at which HEAD left " + branch)
		}
	}
	if found != "" {
		return "", "", hinted("say what to compare with: BASE=REF", "HEAD and %s have no commit in common", found)
	}
	return "", "", hinted("say what to compare with: BASE=REF", "there is no default branch here: none of %s", strings.Join(defaultBranches, ", "))
}

func tooShallow(problem string) *Error {
	return hinted("this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in the workflow", "%s", problem)
}
