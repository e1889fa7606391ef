package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is the direction of imports in this module: each package and all
// of the module that it may import. So the load generator cannot reach into a
// server, a server cannot know that it is measured, and results and plots work
// on a record from any machine with no network code linked in.
var mayImport = map[string][]string{
	"servers/wire":        {},
	"servers/certificate": {},
	"servers":             {"servers/wire", "servers/certificate"},
	"servers/null":        {"servers/wire", "servers/certificate"},
	"results/safe":        {},
	"results":             {"results/safe"},
	"results/model":       {"results"},
	"results/recompute":   {},
	"results/claims":      {"results", "results/model"},
	"loadgen/parse":       {"servers/wire", "results/safe"},
	"loadgen/account":     {"servers/wire", "results", "loadgen/clock", "loadgen/parse"},
	"loadgen/clock":       {},
	"loadgen/ledger":      {"results"},
	"loadgen":             {"servers/wire", "results", "loadgen/account", "loadgen/clock", "loadgen/ledger", "loadgen/parse"},
	"scenarios/path":      {},
	"scenarios/machine":   {},
	"scenarios/process":   {"servers/wire"},
	"scenarios/capture":   {"servers/wire"},
	"scenarios/exchange":  {"servers/wire"},
	"scenarios/audit":     {"servers/wire", "results", "scenarios/capture"},
	"scenarios":           {"servers/wire", "results", "results/model", "loadgen", "scenarios/machine", "scenarios/path", "scenarios/process", "scenarios/capture", "scenarios/audit"},
	"plots":               {"results", "results/model", "results/safe", "plots/chart", "plots/look", "plots/proof", "plots/screen", "plots/table", "plots/words"},
	"plots/chart":         {"results/safe"},
	"plots/look":          {"results", "plots/chart", "plots/words"},
	"plots/proof":         {"results", "results/safe", "plots/look", "plots/screen", "plots/table", "plots/words"},
	"plots/screen":        {"results/safe"},
	"plots/table":         {"results/safe"},
	"plots/words":         {"results", "results/safe"},
	"cmd/pushbench":       {"servers/wire", "servers", "servers/null", "results", "results/claims", "results/safe", "loadgen", "scenarios", "scenarios/machine", "scenarios/path", "scenarios/process", "scenarios/exchange", "plots"},
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
