package page

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/figure"
	"pushbench/results"
	"pushbench/results/example"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; go test ./plots/page -update writes it anew):\n%s", path, diff)
	}
}

func TestTerminalGolden(t *testing.T) {
	for name, o := range map[string]TerminalOptions{
		"terminal.txt":        {},
		"terminal-color.txt":  {Color: true},
		"terminal-narrow.txt": {Width: 60},
	} {
		var buf bytes.Buffer
		if err := Terminal(&buf, example.Record(), o); err != nil {
			t.Fatal(err)
		}
		golden(t, name, buf.Bytes())
	}
}

func TestMarkdownGolden(t *testing.T) {
	r, figs := drawn()
	var buf bytes.Buffer
	if err := Markdown(&buf, r, figs); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.md", buf.Bytes())
}

// drawn is the example with its figures, drawn once for all tests that leave
// it as it is.
var drawn = sync.OnceValues(func() (*results.Record, []figure.Figure) {
	r := example.Record()
	figs, err := figure.All(r)
	if err != nil {
		panic(err)
	}
	return r, figs
})

// figures draws the figures of r, without PNG.
func figures(t *testing.T, r *results.Record) []figure.Figure {
	t.Helper()
	figs, err := figure.Sketch(r)
	if err != nil {
		t.Fatal(err)
	}
	return figs
}
