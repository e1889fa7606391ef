package duel

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results/gate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// told is everything that a comparison is shown as but for the page, one below the
// other.
func told(t *testing.T, c *gate.Comparison) []byte {
	t.Helper()
	var b bytes.Buffer
	part := func(name string, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if name != "" {
			fmt.Fprintf(&b, "\n-- %s --\n", name)
		}
	}
	fmt.Fprintf(&b, "-- headline --\n%s\n", Headline(c))
	part("terminal", nil)
	part("compare.md", Terminal(&b, c, Options{Dir: "results/duels/20261126-140000"}))
	part("junit.xml", Markdown(&b, c))
	part("annotations", JUnit(&b, c))
	part("", Annotations(&b, c))
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for name, c := range samples() {
		golden(t, name+".txt", told(t, c))
	}
}

func TestColorGolden(t *testing.T) {
	var b bytes.Buffer
	if err := Terminal(&b, samples()["worse"], Options{Color: true, Width: 100}); err != nil {
		t.Fatal(err)
	}
	golden(t, "color.txt", b.Bytes())
}

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
		t.Errorf("%s (-want +got; go test ./plots/duel -update writes it anew):\n%s", path, diff)
	}
}
