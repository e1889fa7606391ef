package build

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WorkingTree is the reference of the files as they are, committed or not.
const WorkingTree = "."

// Dirty stands behind the commit of a working tree with changed files.
const Dirty = "+dirty"

// Open copies a revision of the repository that dir is in, and returns it as the
// source of the module in dir. The reference is anything that git takes for a
// commit; WorkingTree, or nothing, is the files as they are now, without those
// that git ignores: what is changed while a comparison runs is no part of it. The
// caller removes the copy with Close; the repository itself is only read. The
// error is an *Error when it says what a user can do.
func Open(ctx context.Context, dir, ref string) (*Source, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, hinted("start pushbench in a clone", "there is no directory %s", dir)
	}
	repo, err := repositoryOf(ctx, dir)
	if err != nil {
		return nil, err
	}
	if ref == "" {
		ref = WorkingTree
	}
	temp, err := os.MkdirTemp("", "pushbench-source-")
	if err != nil {
		return nil, err
	}
	s := &Source{Ref: ref, Package: DefaultPackage, Stamp: DefaultStamp, temp: temp}
	tree := filepath.Join(temp, "tree")
	s.module = filepath.Join(tree, filepath.FromSlash(repo.prefix))
	if ref == WorkingTree {
		s.Revision, err = repo.copyWorkingTree(ctx, tree)
	} else {
		s.Revision, err = repo.checkOut(ctx, ref, tree, filepath.Join(temp, "index"))
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// checkOut writes the files of a commit to tree.
//
// Note: a git worktree would do it, too, but leaves its entry in the repository
// when pushbench is killed, and runs hooks. With an index of our own git writes
// nothing into the repository at all.
func (r *repository) checkOut(ctx context.Context, ref, tree, index string) (string, error) {
	commit, err := r.commit(ctx, ref)
	if err != nil {
		return "", err
	}
	if commit == "" {
		return "", r.unknown(ctx, ref)
	}
	if err := os.Mkdir(tree, 0o777); err != nil {
		return "", err
	}
	env := []string{"GIT_DIR=" + r.git, "GIT_WORK_TREE=" + tree, "GIT_INDEX_FILE=" + index}
	_, err = git(ctx, tree, env, "read-tree", "-u", "--reset", "--no-sparse-checkout", "--no-recurse-submodules", commit)
	return commit, err
}

// unknown says that a reference is no commit here, and how it could become one.
func (r *repository) unknown(ctx context.Context, ref string) error {
	hint := "git fetch origin " + ref
	if at, err := r.commit(ctx, "origin/"+ref); err == nil && at != "" {
		hint = "did you mean origin/" + ref + "?"
	} else if r.shallow(ctx) {
		hint = "this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in the workflow"
	}
	return hinted(hint, "%s is not a commit here", ref)
}

// copyWorkingTree copies the files to tree, committed or not.
func (r *repository) copyWorkingTree(ctx context.Context, tree string) (string, error) {
	revision, err := r.commit(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	if revision == "" {
		return "", hinted("git commit first", "the repository in %s has no commit yet", r.top)
	}
	changed, err := r.dirty(ctx)
	if err != nil {
		return "", err
	}
	if changed {
		revision += Dirty
	}
	names, err := r.run(ctx, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(tree, filepath.FromSlash(r.prefix)), 0o777); err != nil {
		return "", err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		name = filepath.FromSlash(name)
		if err := copyFile(filepath.Join(r.top, name), filepath.Join(tree, name)); err != nil {
			return "", err
		}
	}
	return revision, nil
}

// copyFile copies a file or a symbolic link. What was deleted is not copied, nor
// another repository inside of this one.
func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !info.Mode().IsRegular():
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// short is a revision as sentences have it.
func short(revision string) string {
	commit, changed := strings.CutSuffix(revision, Dirty)
	if len(commit) > 10 {
		commit = commit[:10]
	}
	if changed {
		commit += Dirty
	}
	return commit
}
