package power

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/text"
	"pushbench/results/gate"
	"pushbench/results/power"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; go test ./plots/power -update writes it anew):\n%s", path, diff)
	}
}

func TestReportGolden(t *testing.T) {
	table := sample(t)
	var page bytes.Buffer
	if err := Markdown(&page, table); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.md", page.Bytes())
	if !strings.Contains(page.String(), ReadmeBlock(table)) {
		t.Error("the report does not begin with what the README quotes")
	}
}

func TestReadmeBlockIsSmall(t *testing.T) {
	table := sample(t)
	block := ReadmeBlock(table)
	if rows := strings.Count(block, "\n| "); rows != 1+2+3 {
		t.Errorf("%d rows, want a head, two of alarms and one for each of 3 changes:\n%s", rows, block)
	}
	for _, want := range []string{"at most 1\u00a0%", "at least 95\u00a0%", "least of 2 cells", "takes 368 runs without any",
		"Example CPU, 2 cores, kernel 6.1, go1.26", "in 4 sessions", "2 runs of at most 18 blocks in each of 3 cells",
		"**Not calibrated**: 3 of 3 cells have fewer than 6 runs", "+5\u00a0% (least of 2 cells: websocket) | 4.76\u00a0% |",
	} {
		if !strings.Contains(block, want) {
			t.Errorf("it does not say %q:\n%s", want, block)
		}
	}
}

// The cells that the gate judges and nobody measured are named first.
func TestUnmeasured(t *testing.T) {
	own := *sample(t)
	if got := unmeasured(&own); got != "" {
		t.Errorf("of none it says %q", got)
	}
	own.Missing = []gate.Cell{{Scenario: "gate", Variant: "websocket/tls"}, {Scenario: "gate-polling", Variant: "longpoll"}}
	const want = "**Never measured**: gate websocket/tls, gate-polling longpoll. What is said of all cells together leaves them out.\n\n"
	if got := ReadmeBlock(&own); !strings.HasPrefix(got, want) {
		t.Errorf("it begins with %.200q", got)
	}
}

// A cell whose bars come from few runs is no calibrated one.
func TestFewRuns(t *testing.T) {
	known := func(variant string, runs int) gate.Known { return gate.Known{Variant: variant, Runs: runs} }
	for _, c := range []struct {
		known []gate.Known
		want  string
	}{
		{[]gate.Known{known("a", 10), known("b", 11)}, ""},
		{[]gate.Known{known("a", 5), known("b", 11), known("a", 12)}, "**1 of 2 cells has fewer than 6 runs** to know its bars from, and the least has 5"},
		{[]gate.Known{known("a", 5)}, "2 of 2 cells have fewer than 6 runs to know their bars from, and the least has 0"},
	} {
		got := few(&power.Table{Cells: []gate.Cell{{Variant: "a"}, {Variant: "b"}}, Known: c.known})
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%v: %q, want %q", c.known, got, c.want)
		}
	}
}

func TestSizesThatWereAskedFor(t *testing.T) {
	for _, c := range []struct {
		d    power.Detection
		want string
	}{
		{power.Detection{Asked: 0.05, AskedLo: 0.05, AskedHi: 0.05}, "+5\u00a0%"},
		{power.Detection{Asked: 0.05, AskedLo: 0.0481, AskedHi: 0.052}, "+4.81 to 5.2\u00a0%"},
		{power.Detection{Asked: 1, AskedLo: 1, AskedHi: 1, Exact: true, Kind: "bytes"}, "+1\u00a0B"},
	} {
		if got := asked(c.d); got != c.want {
			t.Errorf("%+v: %q, want %q", c.d, got, c.want)
		}
	}
}

func TestLeastTellsTheWorstCell(t *testing.T) {
	of := func(variant string, k int) power.Detection {
		return power.Detection{Arm: "cpu-5", Metric: "x", Cell: gate.Cell{Variant: variant}, Before: power.Share{K: 9, N: 9}, After: power.Share{K: k, N: 9}}
	}
	got := least([]power.Detection{of("a", 9), of("b", 7), of("c", 8)})
	if len(got) != 1 || got[0].Cell.Variant != "b" || got[0].cells != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		s        power.Share
		of, both string
	}{
		{power.Share{}, "–", "–"},
		{power.Share{K: 39, N: 40, Lo: 0.8684, Hi: 0.99937}, "97.5\u00a0% (39 of 40)", "86.8 to 99.9\u00a0%"},
		{power.Share{K: 40, N: 40, Lo: 0.912, Hi: 1}, "100\u00a0% (40 of 40)", "91.2 to 100\u00a0%"},
		{power.Share{K: 9999, N: 10000, Lo: 0.9994, Hi: 0.99999}, "99.9\u00a0% (9999 of 10000)", "99.9 to 99.9\u00a0%"},
		{power.Share{K: 1, N: 10000, Lo: 0.0000025, Hi: 0.000557}, "0.1\u00a0% (1 of 10000)", "0.1 to 0.1\u00a0%"},
	} {
		if of, both := ofRuns(c.s), interval(c.s); of != c.of || both != c.both {
			t.Errorf("%+v is %q and %q, want %q and %q", c.s, of, both, c.of, c.both)
		}
	}
}

func TestWithoutRuns(t *testing.T) {
	table := power.Evaluate(nil, power.Options{})
	dir := t.TempDir()
	if err := WriteAll(dir, table); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "A run takes 18 blocks of every cell in one session, and there are 0 at most: that says nothing yet."
	if !strings.Contains(string(page), "**"+want+"**") || !strings.Contains(ReadmeBlock(table), want) {
		t.Errorf("it does not say why there is nothing:\n%s", page)
	}
	if _, err := os.Stat(filepath.Join(dir, "figures", FigureName+".svg")); err == nil {
		t.Error("there is a figure of nothing")
	}
}

func TestFigure(t *testing.T) {
	table := sample(t)
	dir := t.TempDir()
	for range 2 { // a second time over the first
		if err := WriteAll(dir, table); err != nil {
			t.Fatal(err)
		}
	}
	svg, err := os.ReadFile(filepath.Join(dir, "figures", FigureName+".svg"))
	if err != nil {
		t.Fatal(err)
	}
	again, png, ok, err := Figure(table)
	if err != nil || !ok || !bytes.Equal(again, svg) || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("another figure of the same table: %v, %v", ok, err)
	}
	for _, want := range []string{"Server CPU per delivered event", "Median event latency", "heap per held connection, websocket: the goal is reached at 2\u00a0%", "size of the slow-down"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the figure does not have %q", want)
		}
	}
}

// What a file of blocks calls things is shown as it is.
func TestHostileNames(t *testing.T) {
	own := *sample(t)
	table := &own
	table.Sessions, table.Cells = slices.Clone(table.Sessions), slices.Clone(table.Cells)
	table.Detections, table.Curves = slices.Clone(table.Detections), slices.Clone(table.Curves)
	const evil = "<script>|\x1b[31m[x](javascript:1)`"
	table.Sessions[0].CPU, table.Sessions[0].Scenario.Name = evil, evil
	table.Detections[0].Inject, table.Detections[0].Title = []string{evil}, evil
	for i := range table.Cells {
		table.Cells[i].Scenario = evil + text.Number(float64(i))
	}
	table.Curves[0].Title, table.Curves[0].Cell.Scenario = evil, evil
	table.Sessions[0].Ignored = evil
	var page bytes.Buffer
	if err := Markdown(&page, table); err != nil {
		t.Fatal(err)
	}
	svg, _, _, err := Figure(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script>", "\x1b", "[x](j"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, bad := range []string{"<script>", "\x1b"} {
		if strings.Contains(string(svg), bad) {
			t.Errorf("the figure has %q", bad)
		}
	}
}
