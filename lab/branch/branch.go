// Package branch keeps files on a git branch of their own.
//
// The branch shares no commit with the others. It is read and written in git's
// object store alone: no working tree and no index is touched, so that neither a
// checkout under way nor uncommitted work is disturbed, and a bare clone will do.
package branch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Branch is a branch in a repository. Several processes may update it at a
// time.
type Branch struct {
	Name string // without refs/heads/
	dir  string
}

// Open returns the branch of that name in the repository that dir belongs to. The
// branch need not exist. It must not be checked out: its files would change
// behind the working tree's back.
func Open(ctx context.Context, dir, name string) (*Branch, error) {
	b := &Branch{Name: name, dir: dir}
	if _, err := b.git(ctx, nil, "rev-parse", "--git-dir"); err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return nil, fmt.Errorf("%s is not in a git repository", dir)
		}
		return nil, err
	}
	if _, err := b.git(ctx, nil, "check-ref-format", b.ref()); err != nil {
		return nil, fmt.Errorf("%q cannot be the name of a branch", name)
	}
	trees, err := b.git(ctx, nil, "worktree", "list", "--porcelain")
	if err != nil {
		return nil, err
	}
	if slices.Contains(strings.Split(trees, "\n"), "branch "+b.ref()) {
		return nil, fmt.Errorf("branch %s is checked out: its files would change behind the working tree's back", name)
	}
	return b, nil
}

func (b *Branch) ref() string { return "refs/heads/" + b.Name }

// Read returns the contents of a file at the top of the branch. Where there is no
// such file, or no branch, the error is fs.ErrNotExist.
func (b *Branch) Read(ctx context.Context, file string) ([]byte, error) {
	tip, err := b.tip(ctx)
	if err != nil {
		return nil, err
	}
	all, err := b.entries(ctx, tip)
	if err != nil {
		return nil, err
	}
	return b.read(ctx, all, file)
}

// attempts is how often an update begins anew because somebody else was faster.
const attempts = 100

// Update replaces the contents of a file at the top of the branch by what edit
// makes of them, as a commit with the message. Other files of the branch stay.
// Without the branch or the file, edit gets nil. When somebody else updates the
// branch in the meantime, edit is called again, with the new contents. An error of
// edit ends it.
func (b *Branch) Update(ctx context.Context, file, message string, edit func(old []byte) ([]byte, error)) error {
	for range attempts {
		tip, err := b.tip(ctx)
		if err != nil {
			return err
		}
		all, err := b.entries(ctx, tip)
		if err != nil {
			return err
		}
		old, err := b.read(ctx, all, file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		data, err := edit(old)
		if err != nil {
			return err
		}
		commit, err := b.commit(ctx, tip, all, file, data, message)
		if err != nil {
			return err
		}
		if tip == "" {
			tip = strings.Repeat("0", len(commit)) // there must be none
		}
		_, refused := b.git(ctx, nil, "update-ref", "-m", message, b.ref(), commit, tip)
		if refused == nil {
			return nil
		}
		if now, err := b.tip(ctx); err != nil || now == strings.TrimLeft(tip, "0") {
			return errors.Join(refused, err) // nobody was faster: it is something else
		}
	}
	return fmt.Errorf("branch %s: somebody else was faster %d times", b.Name, attempts)
}

// tip is the commit of the branch; empty when there is none.
func (b *Branch) tip(ctx context.Context) (string, error) {
	out, err := b.git(ctx, nil, "for-each-ref", "--format=%(refname) %(objectname)", b.ref())
	for line := range strings.Lines(out) { // those below the name, too
		if object, ok := strings.CutPrefix(line, b.ref()+" "); ok {
			return strings.TrimSpace(object), err
		}
	}
	return "", err
}

// An entry is a line of a tree.
type entry struct{ mode, kind, object, name string }

// entries lists the tree of a commit, which may be empty.
func (b *Branch) entries(ctx context.Context, commit string) (all []entry, err error) {
	if commit == "" {
		return nil, nil
	}
	out, err := b.git(ctx, nil, "ls-tree", "-z", commit)
	if err != nil {
		return nil, err
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		about, name, _ := strings.Cut(line, "\t")
		if f := strings.Fields(about); len(f) == 3 {
			all = append(all, entry{f[0], f[1], f[2], name})
		}
	}
	return all, nil
}

func (b *Branch) read(ctx context.Context, all []entry, file string) ([]byte, error) {
	i := slices.IndexFunc(all, func(e entry) bool { return e.name == file })
	if i < 0 {
		return nil, fmt.Errorf("%s:%s: %w", b.Name, file, fs.ErrNotExist)
	}
	if all[i].kind != "blob" {
		return nil, fmt.Errorf("%s:%s is no file", b.Name, file)
	}
	out, err := b.git(ctx, nil, "cat-file", "blob", all[i].object)
	return []byte(out), err
}

// commit makes a commit on top of tip, of these entries with the file replaced.
func (b *Branch) commit(ctx context.Context, tip string, all []entry, file string, data []byte,
	message string) (string, error) {
	object, err := b.git(ctx, data, "hash-object", "-w", "--stdin")
	if err != nil {
		return "", err
	}
	var tree strings.Builder
	for _, e := range append(slices.DeleteFunc(slices.Clone(all), func(e entry) bool { return e.name == file }),
		entry{"100644", "blob", strings.TrimSpace(object), file}) {
		fmt.Fprintf(&tree, "%s %s %s\t%s\x00", e.mode, e.kind, e.object, e.name)
	}
	hash, err := b.git(ctx, []byte(tree.String()), "mktree", "-z")
	if err != nil {
		return "", err
	}
	args := []string{"commit-tree", strings.TrimSpace(hash), "-m", message}
	if tip != "" {
		args = append(args, "-p", tip)
	}
	if _, err := b.git(ctx, nil, "var", "GIT_COMMITTER_IDENT"); err != nil { // a machine of CI has no user
		args = append([]string{"-c", "user.name=pushbench", "-c", "user.email=pushbench@localhost"}, args...)
	}
	out, err := b.git(ctx, nil, args...)
	return strings.TrimSpace(out), err
}

// A Commit is what a repository knows of a commit.
type Commit struct {
	Parent    string    // hash of the first one; empty: it has none, or the clone is shallow
	Committed time.Time // UTC
}

// About looks up a commit in the repository that dir belongs to. It is false where
// dir is in none, or the repository does not have the commit.
func About(ctx context.Context, dir, hash string) (Commit, bool) {
	b := &Branch{dir: filepath.Clean(dir)}
	out, err := b.git(ctx, nil, "show", "-s", "--format=%ct %P", hash+"^{commit}", "--")
	if err != nil {
		return Commit{}, false
	}
	f := strings.Fields(out)
	if len(f) == 0 {
		return Commit{}, false
	}
	seconds, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil {
		return Commit{}, false
	}
	c := Commit{Committed: time.Unix(seconds, 0).UTC()}
	if len(f) > 1 {
		c.Parent = f[1]
	}
	return c, true
}
