package power

import (
	"bytes"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/power"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sampleFile is a small calibration that was made up, with everything that one can
// have. results/recompute reads it, too.
const sampleFile = "testdata/" + power.FileName

// sample is the table of the file.
func sample(t testing.TB) *power.Table {
	t.Helper()
	if *update {
		writeSample(t)
	}
	log, err := power.Read(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	return power.Evaluate(log.Sessions, power.Options{BlocksPerRun: 12})
}

func writeSample(t testing.TB) {
	t.Helper()
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sampleFile, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := power.Open(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	s := power.NewSession()
	s.Began, s.Seed, s.Layouts = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 7, 24
	s.Provenance = results.Provenance{CPU: "Example CPU", Cores: 2, Kernel: "6.1", GoVersion: "go1.26", OS: "linux/amd64", Commit: strings.Repeat("ab", 20)}
	s.Scenario = power.Scenario{Name: "gate", Hash: "abc", Text: "clients: 100\n"}
	s.Variants = []string{"sse", "websocket"}
	s.Arms = []power.Arm{{Name: power.Base}, {Name: power.Again}, {Name: power.Same},
		{Name: "cpu-5", Inject: []string{"cpu=500ns"}, Effects: []power.Effect{{Metric: "server-cpu-sec/event", Size: 0.05}}},
		{Name: "rest", Inject: []string{"bytes=1", "memory=900"}, Effects: []power.Effect{{Metric: "data-B/event", Size: 1, Exact: true}, {Metric: "heap-B/conn", Size: 0.1}}}}
	random := rand.New(rand.NewPCG(1, 2))
	writeSession(t, w, s, 12*3+2, random)
	s.Variants, s.Arms, s.Seed = []string{"longpoll"}, s.Arms[:3], 8
	writeSession(t, w, s, 12*2, random)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeSession(t testing.TB, w *power.Writer, s power.Session, rounds int, random *rand.Rand) {
	t.Helper()
	if err := w.Begin(s); err != nil {
		t.Fatal(err)
	}
	for number := 1; number <= rounds; number++ {
		for _, variant := range s.Variants {
			if err := w.Append(madeUp(s, number, variant, random)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// madeUp is a block in which segments vary, one trial failed and one was noisy, and
// the third base takes more CPU in the second run of SSE.
func madeUp(s power.Session, number int, variant string, random *rand.Rand) gate.Block {
	b := gate.Block{Scenario: s.Scenario.Name, Variant: variant, Number: number, Arms: map[string]gate.Sample{}}
	job := math.Exp(0.1 * random.NormFloat64())
	usual := map[string]float64{"p50-sec": 2e-4, "age-sec": 9e-3, "server-cpu-sec/event": 1e-5, "open-sec": 2e-4, "server-cpu-sec/conn": 1e-4,
		"heap-B/conn": 9000, "stacks-B/conn": 8192, "server-syscalls/event": 1.02, "server-allocs/event": 3.1}
	for _, a := range s.Arms {
		x := gate.Sample{Values: map[string]float64{}, Counts: map[string]gate.Count{}, Whole: map[string]gate.Count{}}
		for _, unit := range s.Values {
			x.Values[unit] = usual[unit] * job * math.Exp(0.015*random.NormFloat64())
		}
		x.Values["heap-B/conn"] = 9000 * math.Exp(0.002*random.NormFloat64())
		size := int64(200)
		switch {
		case a.Name == "cpu-5":
			x.Values["server-cpu-sec/event"] *= 1.05
		case a.Name == "rest":
			x.Values["heap-B/conn"] *= 1.1
			size++
		case a.Name == power.Same && variant == "sse" && number > 12 && number <= 24:
			x.Values["server-cpu-sec/event"] *= 1.1
		case a.Name == power.Again && number == 5:
			x.Noise = "the machine's cores were busy"
		}
		x.Counts["data-B/event"] = gate.Count{N: 18000 * size, Of: 18000}
		x.Whole["data-B/event"] = gate.Count{N: 20000 * size, Of: 20000}
		x.Counts["segments/event"] = gate.Count{N: 36000 + random.Int64N(300), Of: 18000}
		x.Whole["segments/event"] = gate.Count{N: 40000 + random.Int64N(300), Of: 20000}
		x.Counts["handshake-data-B/conn"] = gate.Count{N: 100 * 500, Of: 100}
		x.Counts["missed-events"] = gate.Count{N: 0, Of: 1}
		if a.Name == "rest" && number == 7 {
			x = gate.Sample{Failed: "a client missed an event"}
		}
		b.Arms[a.Name] = x
	}
	return b
}

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
	if rows := strings.Count(block, "\n| "); rows != 1+3 {
		t.Errorf("%d rows, want one of alarms and one for each of 3 changes:\n%s", rows, block)
	}
	for _, want := range []string{"at most 1\u00a0%", "at least 95\u00a0%", "least of 2 cells", "takes 368 runs without any", "Example CPU, 2 cores, kernel 6.1, go1.26", "in 2 sessions", "2 runs of 12 blocks in each of 3 cells"} {
		if !strings.Contains(block, want) {
			t.Errorf("it does not say %q:\n%s", want, block)
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
	table := power.Evaluate(nil, power.Options{BlocksPerRun: 12})
	dir := t.TempDir()
	if err := WriteAll(dir, table); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "A run takes 12 blocks of every cell in one session, and there are 0 at most: that says nothing yet."
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
	table := sample(t)
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
