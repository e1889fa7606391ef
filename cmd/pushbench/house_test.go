package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayImport is the direction of imports in this module: each package and all
// of the module that it may import. So the load generator cannot reach into a
// server, a server cannot know that it is measured, and results and plots work
// on a record from any machine with no network code linked in.
var mayImport = map[string][]string{
	"servers/wire":            {},
	"servers/certificate":     {},
	"servers/backplane":       {},
	"servers/backplane/redis": {"servers/backplane"},
	"servers/backplane/nats":  {"servers/backplane"},
	"servers":                 {"servers/wire", "servers/certificate", "servers/backplane"},
	"servers/null":            {"servers/wire", "servers/certificate"},
	"results/safe":            {},
	"results/near":            {},
	"results":                 {"results/near", "results/safe"},
	"results/model":           {"results"},
	"results/estimate":        {"results", "results/model"},
	"results/rank":            {},
	"results/scale":           {"results"},
	"results/capacity":        {"results"},
	"results/verdict":         {"results", "results/rank"},
	"results/gate":            {"results", "results/rank"},
	"results/history":         {"results", "results/gate", "results/rank"},
	"results/power":           {"results", "results/gate", "results/rank"},
	"results/recompute":       {},
	"results/published":       {"results", "results/model"},
	"loadgen/parse":           {"servers/wire", "results/safe"},
	"loadgen/account":         {"servers/wire", "results", "loadgen/clock", "loadgen/parse"},
	"loadgen/clock":           {},
	"loadgen/dialect":         {},
	"loadgen/ledger":          {"results"},
	"loadgen":                 {"servers/wire", "results", "loadgen/account", "loadgen/clock", "loadgen/dialect", "loadgen/ledger", "loadgen/parse"},
	"results/example":         {"results", "servers/wire", "loadgen"}, // imported by tests only
	"pushtest":                {"servers/wire", "results", "loadgen", "loadgen/dialect", "lab/process"},
	"pushtest/examples":       {}, // their tests import pushtest
	"scenarios/link":          {},
	"scenarios/front":         {},
	"scenarios/strict":        {"servers/wire", "results/near"},
	"targets":                 {"servers/wire", "results", "results/near", "loadgen/dialect", "scenarios/strict"},
	"scenarios":               {"servers/wire", "results", "results/near", "scenarios/front", "scenarios/link", "scenarios/strict"},
	"scenarios/claim":         {"servers/wire", "results", "results/near", "results/verdict", "scenarios", "scenarios/strict"},
	"lab/machine":             {},
	"lab/path":                {"scenarios/link"},
	"lab/process":             {"servers/wire"},
	"lab/browser":             {"servers/wire", "servers/certificate", "results", "lab/process"},
	"lab/broker":              {"servers/wire", "scenarios", "lab/process"},
	"lab/proxy":               {"servers/wire", "servers/certificate", "scenarios/front", "lab/process"},
	"lab/target":              {"servers/wire", "results", "results/safe", "loadgen/dialect", "targets", "lab/process"},
	"lab/check":               {"servers/wire", "results", "loadgen/dialect", "loadgen/parse"},
	"lab/build":               {},
	"lab/capture":             {"servers/wire"},
	"lab/audit":               {"servers/wire", "results", "lab/capture"},
	"lab":                     {"servers/wire", "results", "results/capacity", "results/model", "loadgen", "scenarios", "scenarios/front", "scenarios/link", "targets", "lab/check", "lab/target", "lab/machine", "lab/path", "lab/process", "lab/proxy", "lab/capture", "lab/audit", "lab/broker"},
	"lab/agents":              {"servers/wire", "results", "loadgen", "loadgen/account", "loadgen/clock", "lab/process"},
	"lab/duel":                {"servers/wire", "results", "results/gate", "results/power", "results/safe", "scenarios", "scenarios/strict", "targets", "lab", "lab/build", "lab/target"},
	"lab/branch":              {"lab/build"},
	"lab/reproduce":           {"servers/wire", "results", "results/published", "loadgen/ledger", "lab/process"},
	"lab/experiment":          {"servers/wire", "results", "scenarios/front", "loadgen", "loadgen/ledger", "lab/browser", "lab/process", "lab/proxy"},
	"plots/chart":             {"results/safe"},
	"plots/text":              {"results", "results/safe"},
	"plots/view":              {"results", "plots/chart", "plots/text"},
	"plots/figure":            {"results", "results/estimate", "results/model", "plots/chart", "plots/text", "plots/view"},
	"plots/reading":           {"results", "results/model", "plots/chart", "plots/text", "plots/view"},
	"plots/proof":             {"results", "results/safe", "plots/text", "plots/view"},
	"plots/sheet":             {"results/safe", "plots/text", "plots/view"},
	"plots/page":              {"results", "results/estimate", "results/model", "results/safe", "plots/figure", "plots/proof", "plots/reading", "plots/sheet", "plots/text", "plots/view"},
	"plots/atlas":             {"results", "results/safe", "plots/chart", "plots/figure", "plots/proof", "plots/reading", "plots/sheet", "plots/text", "plots/view"},
	"plots/claims":            {"results", "results/safe", "results/verdict", "plots/chart", "plots/figure", "plots/proof", "plots/reading", "plots/sheet", "plots/text", "plots/view"},
	"plots/cost":              {"plots/chart", "plots/text", "plots/view"}, // read by a test alone
	"plots/capacity":          {"results", "results/capacity", "results/safe", "plots/proof", "plots/sheet", "plots/text", "plots/view"},
	"plots/history":           {"results", "results/history", "results/safe", "plots/chart", "plots/sheet", "plots/text", "plots/view"},
	"plots/duel":              {"results", "results/gate", "results/safe", "plots/chart", "plots/sheet", "plots/text", "plots/view"},
	"plots/power":             {"results", "results/gate", "results/power", "results/safe", "plots/chart", "plots/text"},
	"plots/sample":            {"results", "results/example"}, // for tests alone
	"cmd/pushbench":           {"servers/wire", "servers", "servers/null", "results", "results/capacity", "results/published", "results/estimate", "results/gate", "results/history", "results/near", "results/power", "results/rank", "results/safe", "results/scale", "results/verdict", "loadgen", "loadgen/ledger", "scenarios", "scenarios/claim", "scenarios/front", "scenarios/strict", "targets", "lab", "lab/agents", "lab/branch", "lab/browser", "lab/build", "lab/check", "lab/duel", "lab/experiment", "lab/target", "lab/machine", "lab/path", "lab/process", "lab/proxy", "lab/reproduce", "plots/atlas", "plots/capacity", "plots/claims", "plots/duel", "plots/history", "plots/page", "plots/power", "plots/text", "plots/view", "servers/backplane", "servers/backplane/nats", "servers/backplane/redis", "lab/broker"},
}

// What measures needs Linux and says so; records are read and drawn anywhere.
func TestBuildsOnOtherSystems(t *testing.T) {
	if testing.Short() {
		t.Skip("the standard library is compiled for two other systems")
	}
	for _, system := range []string{"darwin", "windows"} {
		cmd := exec.CommandContext(t.Context(), "go", "build", "./...")
		cmd.Dir = "../.."
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("for %s: %v\n%s", system, err, out)
		}
	}
}

func TestImportsFollowTheTable(t *testing.T) {
	const module = "pushbench"
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	found := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(pkg.ImportPath, module+"/")
		may, known := mayImport[name]
		if !known {
			t.Errorf("package %s is not in the table of imports", name)
			continue
		}
		found++
		for _, path := range pkg.Imports {
			if of, inside := strings.CutPrefix(path, module+"/"); inside && !slices.Contains(may, of) {
				t.Errorf("package %s imports %s; it may import only %q", name, of, may)
			}
		}
	}
	if found != len(mayImport) {
		t.Errorf("found %d packages of the %d in the table", found, len(mayImport))
	}
}

// Test data is no part of the product.
func TestExampleIsNotLinked(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", ".")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "pushbench/results") || slices.Contains(deps, "pushbench/results/example") {
		t.Error("the command links results/example, which is for tests")
	}
}

// A variant's settings are data wherever they are used: nobody else takes its
// name apart.
func TestNobodyParsesAVariant(t *testing.T) {
	may := []string{"servers/wire/variant.go", "results/layout1.go"}
	named := func(n ast.Node) (found bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && strings.EqualFold(id.Name, "variant")
			return !found
		})
		return found
	}
	whole := []string{"Join", "Fields"} // of several names, or of text with a name in it
	calls := 0
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		name, err := filepath.Rel("../..", path)
		if err != nil || slices.Contains(may, filepath.ToSlash(name)) {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := f.X.(*ast.Ident); !ok || pkg.Name != "strings" || slices.Contains(whole, f.Sel.Name) {
				return true
			}
			calls++
			if slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return named(arg) }) {
				t.Errorf("%s: a variant's name is text here; its settings are in Settings", fset.Position(call.Pos()))
			}
			return true
		})
		return nil
	})
	if err != nil || calls < 100 {
		t.Errorf("%d calls were looked at, %v", calls, err)
	}
}
