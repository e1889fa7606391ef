package pushtest

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

// The file in the package's documentation is one that compiles and runs.
func TestDocHasTheExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("examples/sse_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var quoted strings.Builder
	for line := range strings.Lines(string(example)) {
		if line == "\n" {
			quoted.WriteString("//\n")
			continue
		}
		quoted.WriteString("//\t" + line)
	}
	if !strings.Contains(string(doc), quoted.String()) {
		t.Errorf("doc.go does not have examples/sse_test.go as it is:\n%s", quoted.String())
	}
}

// The documentation lists all metrics, those that Run prints by itself first.
func TestDocHasTheMetrics(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(doc), "# Numbers")
	list, _, _ = strings.Cut(list, "# What fails")
	words := strings.Fields(list)
	for name := range Metrics() {
		if !slices.Contains(words, name) {
			t.Errorf("the documentation does not list %s", name)
		}
	}
	printed, _, _ := strings.Cut(list, "These can be named besides")
	for _, name := range usual {
		if !slices.Contains(strings.Fields(printed), name) {
			t.Errorf("the documentation does not say that %s is printed", name)
		}
	}
}

// Who imports pushtest into a test gets neither what draws reports nor what reads
// scenarios.
func TestNothingIsImportedThatDraws(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath", ".").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	ours := false
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct{ ImportPath string }
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		path := pkg.ImportPath
		ours = ours || path == "pushbench/loadgen"
		for _, no := range []string{"yaml", "pushbench/plots", "pushbench/scenarios", "pushbench/targets", "gonum.org", "golang.org/x/image", "spf13"} {
			if strings.Contains(path, no) {
				t.Errorf("it imports %s", path)
			}
		}
		if inside, is := strings.CutPrefix(path, "pushbench/lab"); is && inside != "/process" {
			t.Errorf("it imports %s", path)
		}
	}
	if !ours {
		t.Error("the list has no loadgen in it")
	}
}
