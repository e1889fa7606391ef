package duel

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/results/gate"
)

// The CPUs of both are named as the record has them: there may be others.
func TestHowNamesCPUs(t *testing.T) {
	for _, row := range []struct{ servers, generator, want string }{
		{"1", "0", "The servers ran on CPU 1, and the generator on CPU 0."},
		{"4-5", "2-3", "The servers ran on CPUs 4-5, and the generator on CPUs 2-3."},
		{"3", "0,2", "The servers ran on CPU 3, and the generator on CPUs 0,2."},
	} {
		c := &gate.Comparison{Interleaved: true, Blocks: 6, ServerCPUs: row.servers, GeneratorCPUs: row.generator}
		if got := how(c); !strings.Contains(got, row.want) {
			t.Errorf("%q does not say %q", got, row.want)
		}
	}
	if got := how(&gate.Comparison{Interleaved: true, Blocks: 6}); strings.Contains(got, "CPU") {
		t.Errorf("of shared CPUs it says %q", got)
	}
}

func TestPage(t *testing.T) {
	all := samples()
	all["many"] = many()
	for name, c := range all {
		var b bytes.Buffer
		if err := HTML(&b, c); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		sample.CheckPage(t, b.Bytes())
		if strings.Contains(page, "<script") || !strings.Contains(page, `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`) {
			t.Errorf("%s: the page has a script, or not the policy", name)
		}
		for _, f := range c.Findings {
			if !strings.Contains(page, f.Title) {
				t.Errorf("%s: the page does not name %s", name, f.Title)
			}
		}
		timed := 0
		for _, f := range c.Findings {
			if f.Gated && !f.Exact && !f.Unbounded {
				timed++
			}
		}
		if drawn := strings.Contains(page, "<svg "); drawn != (timed > 0) {
			t.Errorf("%s: a figure of %d numbers: %t", name, timed, drawn)
		}
		var again bytes.Buffer
		if err := HTML(&again, c); err != nil || again.String() != page {
			t.Errorf("%s: the page differs from one writing to the next: %v", name, err)
		}
	}
}

func TestPageFitsAPhone(t *testing.T) {
	ctx, open := sample.Browser(t)
	all := samples()
	all["long names"] = samples()["worse"]
	sample.Change(all["long names"], func(path, s string) string {
		if strings.HasSuffix(path, ".Verdict") {
			return s
		}
		return s + strings.Repeat("x", 200)
	})
	for name, c := range all {
		var b bytes.Buffer
		if err := HTML(&b, c); err != nil {
			t.Fatal(err)
		}
		open(b.Bytes())
		sample.CheckWidths(t, ctx, name)
	}
}

// What the gate decides in its own tests can be shown.
func TestComparisonsOfTheGate(t *testing.T) {
	files, err := filepath.Glob("../../results/gate/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no comparison of the gate: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c gate.Comparison
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		for name, said := range outputs(t, &c) {
			if strings.Contains(said, "NaN") || strings.Contains(said, "Inf") || strings.Contains(said, "!(") {
				t.Errorf("%s: %s has what is no number:\n%s", file, name, said)
			}
			if name == "compare.html" {
				sample.CheckPage(t, []byte(said))
			}
		}
		if line := Headline(&c); !strings.HasPrefix(line, string(c.Verdict)+": ") || !strings.Contains(line, " numbers") {
			t.Errorf("%s: %s", file, line)
		}
	}
}

func TestForestNamesEachNumber(t *testing.T) {
	f, err := forest(samples()["worse"])
	if err != nil {
		t.Fatal(err)
	}
	svg := string(f.SVG)
	for _, want := range []string{">polling every 500 ms in live-feed<", ">worse: +5.2 %<", ">+120 to +163 %<", ">inconclusive: +1.8 %<", "<title ", "<desc ", `role="img"`} {
		if !strings.Contains(strings.ReplaceAll(svg, "\u00a0", " "), want) {
			t.Errorf("the figure has no %s", want)
		}
	}
	if strings.Contains(svg, "bytes after opening") {
		t.Error("the figure has an exact number")
	}
	if len(f.Table.Rows) != 8 {
		t.Errorf("the table beside the figure has %d rows", len(f.Table.Rows))
	}
}

func TestTerminalFits(t *testing.T) {
	all := samples()
	all["many"] = many()
	for name, c := range all {
		for _, width := range []int{0, 60, 120} {
			var b bytes.Buffer
			if err := Terminal(&b, c, Options{Width: width, Dir: "results/duels/x"}); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "\x1b") {
				t.Errorf("%s: an escape sequence without color", name)
			}
			if width == 0 {
				width = 80
			}
			for line := range strings.SplitSeq(b.String(), "\n") {
				if text.Width(line) > width {
					t.Errorf("%s: %d columns of %d: %s", name, text.Width(line), width, line)
				}
			}
		}
	}
}

func TestComment(t *testing.T) {
	all := samples()
	all["many"] = many()
	all["a long command"] = comparison(gate.Same)
	all["a long command"].Reproduce = "pushbench duel " + strings.Repeat("x", 70_000)
	for name, c := range all {
		var comment, document bytes.Buffer
		if err := Comment(&comment, c); err != nil {
			t.Fatal(err)
		}
		if err := Markdown(&document, c); err != nil {
			t.Fatal(err)
		}
		said := comment.String()
		if !strings.HasPrefix(said, Marker+"\n") || len(said) >= commentBytes {
			t.Errorf("%s: a comment of %d bytes begins %.40q", name, len(said), said)
		}
		whole := said == Marker+"\n"+document.String()
		if whole == strings.Contains(said, "compare.md") {
			t.Errorf("%s: the comment is whole: %t, and says where the rest is: %t", name, whole, !whole)
		}
	}
}

func TestAnnotationsAreAsManyAsGitHubShows(t *testing.T) {
	var b bytes.Buffer
	if err := Annotations(&b, many()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != mostAnnotations || lines[9] != "::error title=pushbench::141 more: the job's summary has all." {
		t.Errorf("%d lines, the last one %q", len(lines), lines[len(lines)-1])
	}
}

func TestJUnitCounts(t *testing.T) {
	for _, c := range []struct {
		name                            string
		tests, failures, errors, skiped int
	}{
		{"same", 8, 0, 0, 0}, {"worse", 12, 3, 0, 1}, {"declared", 9, 0, 0, 0}, {"unconfirmed", 9, 0, 0, 0},
		{"void", 10, 0, 2, 0}, {"nothing", 1, 0, 1, 0}, {"few-blocks", 1, 0, 0, 1}, {"not-quiet", 2, 0, 2, 0}, {"separate", 4, 1, 0, 3},
	} {
		var b bytes.Buffer
		if err := JUnit(&b, samples()[c.name]); err != nil {
			t.Fatal(err)
		}
		var s suite
		if err := xml.Unmarshal(b.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if len(s.Cases) != c.tests || s.Tests != c.tests || s.Failures != c.failures || s.Errors != c.errors || s.Skipped != c.skiped {
			t.Errorf("%s: %d of %d tests, %d failures, %d errors, %d skipped", c.name, len(s.Cases), s.Tests, s.Failures, s.Errors, s.Skipped)
		}
	}
}

func TestWriteAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	c := samples()["worse"]
	if err := WriteAll(dir, c); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"compare.html", "compare.md", "junit.xml"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "compare.json"))
	if err != nil {
		t.Fatal(err)
	}
	var again gate.Comparison
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, &again); diff != "" {
		t.Errorf("compare.json is not the comparison (-want +got):\n%s", diff)
	}
	if err := WriteAll(filepath.Join(dir, "compare.md"), c); err == nil {
		t.Error("no error where the directory is a file")
	}
}
