package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// makeValue is what the Makefile says a variable is, on one line.
func makeValue(t *testing.T, name string) string {
	t.Helper()
	set := regexp.MustCompile(`(?m)^` + name + ` *:= ((?:.*\\\n)*.*)$`).FindSubmatch(makefile(t))
	if set == nil {
		t.Fatalf("the Makefile does not set %s", name)
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(set[1]), "\\\n", " "), "$$", "$")
}

// Packages that make test leaves to the plain compiler, without the race detector, start no
// goroutine, in their tests neither.
func TestCalmPackagesStartNoGoroutine(t *testing.T) {
	cmd := exec.Command("go", append([]string{"list", "-f", "{{.Dir}}"}, strings.Fields(makeValue(t, "CALM"))...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dirs := strings.Fields(string(out))
	if len(dirs) < 20 {
		t.Errorf("only %d packages: %q", len(dirs), dirs)
	}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no files, %v", dir, err)
		}
		for _, name := range files {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range file.Imports {
				if slices.Contains([]string{`"net/http/httptest"`, `"testing/synctest"`}, i.Path.Value) {
					t.Errorf("%s imports %s, which starts goroutines", name, i.Path.Value)
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if starts(n) {
					t.Errorf("%s starts a goroutine: take its package out of CALM in the Makefile", files.Position(n.Pos()))
				}
				return true
			})
		}
	}
}

// starts reports whether n starts a goroutine: itself, or by a method of a group or a test.
func starts(n ast.Node) bool {
	if _, ok := n.(*ast.GoStmt); ok {
		return true
	}
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	of, ok := call.Fun.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"Go", "Parallel", "RunParallel", "AfterFunc"}, of.Sel.Name)
}

// What makes test's choice of the command's tests has names of tests that there are.
func TestChosenTestsExist(t *testing.T) {
	for name, dirs := range map[string][]string{
		"COMPUTED": {"."}, "SCRIPTS": {"."},
		"LABS": {"../../lab", "../../lab/check"}, "CLIENTS": {"../../loadgen", "../../servers"},
	} {
		var tests []string
		for _, dir := range dirs {
			found, err := exec.Command("grep", "-hoE", "^func Test[A-Za-z0-9]+", "-r", dir, "--include=*_test.go").Output()
			if err != nil {
				t.Fatal(err)
			}
			tests = append(tests, strings.Fields(strings.ReplaceAll(string(found), "func Test", ""))...)
		}
		value, _, _ := strings.Cut(makeValue(t, name), ")")
		for one := range strings.SplitSeq(strings.TrimPrefix(value, "^Test("), "|") {
			if !slices.ContainsFunc(tests, regexp.MustCompile("^"+one+"$").MatchString) {
				t.Errorf("%s in the Makefile names Test%s, which there is not", name, one)
			}
		}
	}
}
