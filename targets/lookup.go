package targets

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pushbench/results/near"
	"pushbench/scenarios/strict"
)

//go:embed *.yaml
var files embed.FS

// BuiltinFile is the Path of an embedded target where there is no checkout.
const BuiltinFile = "built-in"

// Names returns the names of the embedded targets, in the order of the alphabet.
func Names() []string {
	all, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic(err) // the pattern is right
	}
	for i := range all {
		all[i] = strings.TrimSuffix(all[i], ".yaml")
	}
	return all
}

// Builtin returns the embedded targets in the order of Names.
func Builtin() ([]*File, error) {
	var all []*File
	for _, name := range Names() {
		f, err := embedded(name, true)
		if err != nil {
			return nil, fmt.Errorf("built-in target %s: %w", name, err)
		}
		all = append(all, f)
	}
	return all, nil
}

// Lookup returns the embedded target of that name or, where name is a path or ends with
// .yaml, that of a file.
func Lookup(name string) (*File, error) {
	if IsPath(name) {
		return Load(name)
	}
	return embedded(name, true)
}

// IsPath reports whether name is that of a file, and not that of an embedded target.
func IsPath(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// embedded reads an embedded target, which may be like another where like is true.
func embedded(name string, like bool) (*File, error) {
	text, err := fs.ReadFile(files, name+".yaml")
	if err != nil {
		return nil, unknown(name)
	}
	path, dir := BuiltinFile, checkout()
	if dir != "" {
		path = filepath.Join(dir, name+".yaml")
	}
	return parse(name, path, dir, text, like)
}

// unknown says what may have been meant.
func unknown(name string) error {
	if _, err := os.Stat(name + ".yaml"); err == nil {
		return fmt.Errorf("there is no target %s: did you mean the file ./%[2]s.yaml?", strict.Quote(name), name)
	}
	if w := near.Word(name, Names()); w != "" {
		return fmt.Errorf("there is no target %s: did you mean %q?", strict.Quote(name), w)
	}
	return fmt.Errorf("there is no target %s: those that come with pushbench are %s; a file of your own is named by its path, such as ./mine.yaml",
		strict.Quote(name), strings.Join(Names(), ", "))
}

// checkout is the directory targets of the checkout that this process or its program is
// in, or nothing. The programs of the embedded targets are there.
func checkout() string {
	var from []string
	if dir, err := os.Getwd(); err == nil {
		from = append(from, dir)
	}
	if program, err := os.Executable(); err == nil {
		from = append(from, filepath.Dir(program))
	}
	for _, dir := range from {
		for {
			mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err == nil && strings.HasPrefix(string(mod), "module pushbench\n") {
				return filepath.Join(dir, "targets")
			}
			up := filepath.Dir(dir)
			if up == dir {
				break
			}
			dir = up
		}
	}
	return ""
}

// Startable says why the processes of f cannot be started here, or returns nil: where
// pushbench runs outside its checkout, the programs of the embedded targets are not there.
func (f *File) Startable() error {
	for _, p := range []*Process{&f.Server, f.Proxy} {
		if p != nil && !p.Runs() && p.Directory == "" && p.Command[0] != Own {
			return errors.New("the program of target " + f.Name + " is in pushbench's repository: run pushbench in a checkout of it")
		}
	}
	return nil
}
