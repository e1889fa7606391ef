package atlas

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/example"
)

var update = flag.Bool("update", false, "write the golden files anew")

// drawn is the sample's page, drawn once for all tests that leave it as it is.
var drawn = sync.OnceValue(func() string {
	var b bytes.Buffer
	if err := HTML(&b, sample.Atlas()); err != nil {
		panic(err)
	}
	return b.String()
})

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer) error{
		"atlas.md":    func(b *bytes.Buffer) error { return Markdown(b, sample.Atlas()) },
		"headline.md": func(b *bytes.Buffer) error { return Headline(b, sample.Atlas()) },
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s (-want +got; go test ./plots/atlas -update writes it anew):\n%s", path, diff)
		}
	}
}

// TestWhole holds the page to say everything without its script.
func TestWhole(t *testing.T) {
	page := drawn()
	sample.CheckPage(t, []byte(page))
	before, _, _ := strings.Cut(page, "<script>")
	for fact, want := range map[string]string{
		"it loads nothing":                        "default-src &#39;none&#39;",
		"it says what it is":                      "<h1>3 servers over 4 transports, under the same load</h1>",
		"each transport is a section":             `<section id="websocket">`,
		"servers are in the order of their names": `aria-sort="ascending">server</th>`,
		"each server says what it is":             "A server that is much the same",
		"a number has its interval":               `<small>`,
		"all streams that were asked for":         "≥\u00a01,000",
		"a failed trial is named":                 "Client 3 received event 5 before event 4 of its topic.",
		"what failed is counted":                  "6 missed",
		"what is known is told with its reason":   "<em>Why: it takes what it cannot read as no cursor.</em>",
		"facts that say the same are one":         "polling/stale, sse/stale, websocket/stale",
		"what is not known is told apart":         "Other facts that fail",
		"what was not run says why":               "The target needs a program: install absent.",
		"what is not offered is counted":          "Not listed: 1 pair of a scenario",
		"a configuration is shown":                "start: slow {port}",
		"a version is shown":                      "Version: 1.2.3.",
		"a heartbeat is short":                    "every 15\u00a0s",
		"a check without waits says so":           "What takes a long wait or much data was left out.",
		"what is not comparable is said":          "This server keeps only the newest event.",
		"the limits are told":                     "There is no ranking.",
		"it can be made again":                    "make bin/pushbench",
		"what ⚠ stands for is told":               "Tasks waited for a CPU.",
		"a mark tells how many trials":            "⚠&nbsp;6/6</a>",
		"what could not be started has a row":     `absent</a><sup><a href="#why-1">1</a></sup>`,
	} {
		if !strings.Contains(before, want) {
			t.Errorf("%s: the page has no %s", fact, want)
		}
	}
	if strings.Contains(before, "A click on a head") && !strings.Contains(before, `<span id="numbers-how" hidden>`) {
		t.Error("without its script the page tells of a click")
	}
}

// TestNumbersSort holds every number of the table to have what it is sorted by.
func TestNumbersSort(t *testing.T) {
	_, table, _ := strings.Cut(drawn(), `<table id="numbers-table">`)
	table, _, _ = strings.Cut(table, "</table>")
	cells := regexp.MustCompile(`<td class="num"( data-value="([^"]*)" data-low="([^"]*)" data-high="([^"]*)")?>([^<]*)`).FindAllStringSubmatch(table, -1)
	if len(cells) < 50 {
		t.Fatalf("the table has %d numbers", len(cells))
	}
	for _, c := range cells {
		if has := c[1] != ""; has == (c[5] == "–") {
			t.Errorf("%q: sorted by %q", c[5], c[1])
		}
	}
	if !strings.Contains(table, `data-value="1000" data-low="1000" data-high="1000">≥`) {
		t.Error("streams are not sorted by their number")
	}
}

// TestNoRanking holds servers that overlap to be told apart nowhere.
func TestNoRanking(t *testing.T) {
	words := regexp.MustCompile(`(?i)\b(best|worst|fastest|slowest|winner|faster|slower than|beats|rank(?:ed|s)|first place)\b`)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"the page":     func(b *bytes.Buffer) error { return HTML(b, sample.Atlas()) },
		"the Markdown": func(b *bytes.Buffer) error { return Markdown(b, sample.Atlas()) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if at := words.FindString(b.String()); at != "" {
			t.Errorf("%s ranks: %q", name, at)
		}
	}
}

func TestApart(t *testing.T) {
	m, _ := results.MetricByUnit("p50-sec")
	all := func(bounds ...[3]float64) (out []told) {
		for i, b := range bounds {
			out = append(out, told{string(rune('a' + i)), results.Summary{N: 6, Lo: b[0], Center: b[1], Hi: b[2], Interval: true}})
		}
		return out
	}
	for _, c := range []struct {
		fact string
		all  []told
		want string
	}{
		{"two that overlap are not told apart", all([3]float64{1, 2, 3}, [3]float64{2, 3, 4}), "Time: the intervals of all 2 servers overlap, so the numbers show no difference."},
		{"two that do not are", all([3]float64{1, 2, 3}, [3]float64{4, 6, 8}), "Time: from 2.00 s (a) to 6.00 s (b), 3.0 times apart."},
		{"whose interval overlaps that of an end is named", all([3]float64{1, 2, 3}, [3]float64{2, 3, 4}, [3]float64{8, 10, 12}),
			"Time: from 2.00 s (a) to 10.0 s (c), 5.0 times apart. The interval of b overlaps that of a."},
		{"several are named together", all([3]float64{1, 2, 3}, [3]float64{8, 9, 10}, [3]float64{8, 9, 10}, [3]float64{8, 10, 12}),
			"Time: from 2.00 s (a) to 10.0 s (d), 5.0 times apart. The intervals of b and c overlap that of d."},
		{"many of them are counted", all([3]float64{1, 1, 2}, [3]float64{1, 1, 2}, [3]float64{1, 1, 2}, [3]float64{1, 1, 2}, [3]float64{1, 1, 2}, [3]float64{1, 1, 2}, [3]float64{5, 5, 6}),
			"Time: from 1.00 s (a) to 5.00 s (g), 5.0 times apart. The intervals of 5 more servers overlap that of a."},
		{"who overlaps both ends is named once", all([3]float64{1, 2, 3}, [3]float64{2, 4, 9}, [3]float64{8, 10, 12}),
			"Time: from 2.00 s (a) to 10.0 s (c), 5.0 times apart. The interval of b overlaps both."},
		{"the ends are those of the medians", all([3]float64{1, 2, 6}, [3]float64{3, 4, 5}, [3]float64{7, 8, 9}),
			"Time: from 2.00 s (a) to 8.00 s (c), 4.0 times apart. The interval of b overlaps that of a."},
		{"ends that overlap have no ratio", all([3]float64{1, 2, 6}, [3]float64{2, 2.5, 3}, [3]float64{4, 5, 6}, [3]float64{5, 7, 9}),
			"Time: from 2.00 s (a) to 7.00 s (d), whose intervals overlap. The intervals of b and c overlap that of a. The interval of c overlaps that of d."},
		{"a small difference is not told", all([3]float64{1, 1, 1.01}, [3]float64{1.02, 1.04, 1.04}), ""},
		{"one is compared with nobody", all([3]float64{1, 2, 3}), ""},
	} {
		if got := strings.ReplaceAll(apart(c.all, "time", m), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

func TestShort(t *testing.T) {
	fact := func(s results.State, figures ...any) *results.Fact {
		f := &results.Fact{State: s, Text: "A sentence.", Figures: map[string]float64{}}
		for i := 0; i < len(figures); i += 2 {
			f.Figures[figures[i].(string)] = figures[i+1].(float64)
		}
		return f
	}
	said := func(text string) *results.Fact {
		return &results.Fact{State: results.Fail, Text: text, Figures: map[string]float64{"grown-bytes": 1e6}}
	}
	for _, c := range []struct {
		thing string
		fact  *results.Fact
		want  string
	}{
		{"head", fact(results.Pass, "head-bytes", 184.0), "184 B"},
		{"resume", fact(results.Pass), "✓ gets all"},
		{"resume", fact(results.Fail), "✗ loses events"},
		{"resume", fact(results.NotOffered), "– no cursor"},
		{"resume", fact(results.NotTold), "? not told"},
		{"late", fact(results.Pass, "events", 0.0), "new only"},
		{"late", fact(results.Pass, "events", 41.0), "41 earlier"},
		{"stale", fact(results.Pass, "status", 400.0), "✓ refused, 400"},
		{"stale", fact(results.Fail), "✗ is not told"},
		{"silence", fact(results.Pass, "heartbeat-sec", 15.2), "✓ every 15 s"},
		{"silence", fact(results.Pass, "wait-sec", 26.0), "✓ answer after 26 s"},
		{"silence", fact(results.NotOffered), "– nothing"},
		{"end", fact(results.Pass), "lasts"},
		{"end", fact(results.Pass, "end-sec", 30.1), "after 30 s"},
		{"end", fact(results.Pass, "end-sec", 4.44), "after 4.4 s"},
		{"complete", fact(results.Pass, "retry-sec", 3.01), "✓ back after 3 s"},
		{"idle", fact(results.Fail, "idle-sec", 0.001), "✗ at once"},
		{"slow", fact(results.Fail, "sent-bytes", 1e6, "grown-bytes", 1e6), "✗ keeps all"},
		{"slow", fact(results.Fail, "sent-bytes", 1e6), "✗ all wait"},
		{"slow", said("The memory grows; the client gets 2 of 9 events when it reads again, and is not told that it has missed some."), "✗ drops, untold"},
		{"slow", said("The memory grows; the client gets 2 of 9 events when it reads again. The server keeps what the client does not read."), "✗ drops, untold"},
		{"slow", said("The memory grows; the client gets 2 of 9 events when it reads again, and is told: sorry. The server keeps it."), "✗ keeps all"},
		{"origin", fact(results.Pass, "status", 403.0), "✓ refused, 403"},
		{"origin", fact(results.Pass), "✓ not with cookies"},
		{"complete", fact(results.Pass), "✓ as asked"},
		{"slow", fact(results.Pass, "sent-bytes", 1e6, "grown-bytes", 1e4), "✓ keeps little"},
		{"compression", fact(results.Fail), "✗ holds events back"},
		{"chunks", fact(results.Pass), "✓ pass"}, // no column
	} {
		m := marked(c.fact, c.thing)
		if got := strings.TrimSpace(m.Sign + " " + strings.ReplaceAll(m.Word, "\u00a0", " ")); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.thing, c.fact.State, got, c.want)
		}
	}
}

// TestMarked holds a number to be marked from a quarter of its trials on, and every doubt to
// be listed.
func TestMarked(t *testing.T) {
	for _, c := range []struct {
		doubtful int
		mark     string
	}{{1, ""}, {2, " ⚠\u00a02/6"}, {6, " ⚠\u00a06/6"}} {
		r, left := sample.Atlas(), c.doubtful
		for _, trial := range r.Trials {
			trial.Warnings = nil
			if trial.Target == "slow" && trial.Transport == "websocket" && trial.Scenario == "live-feed" && left > 0 {
				trial.Warnings, left = []results.Warning{{Code: "slow-answers", Text: "it was sent late: that is in the latency"}}, left-1
			}
		}
		var b bytes.Buffer
		if err := Markdown(&b, r); err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(b.String(), "426\u00a0µs", "426 µs")
		for _, want := range []string{
			"| slow | 426 µs" + c.mark + "<br>",
			"- **slow-answers** in live-feed: It was sent late: that is in the latency. Concerns: WebSocket (slow), in " + text.Count(c.doubtful, "trial"),
			"In " + text.Number(float64(c.doubtful)) + " of 132\u00a0trials there is a reason to doubt",
		} {
			if !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), strings.ReplaceAll(want, "\u00a0", " ")) {
				t.Errorf("%d doubtful trials: it does not say %q", c.doubtful, want)
			}
		}
	}
}

func TestStreams(t *testing.T) {
	for _, c := range []struct {
		state       results.State
		held, asked float64
		want        string
	}{
		{results.Pass, 1000, 1000, "≥ 1,000"},
		{results.Fail, 4, 1000, "4 of 1,000"},
		{results.Pass, 800, 1000, "800 of 1,000"},
		{results.Fail, 3, 3, "3 of 3 tried: the target file allows no more"},
	} {
		s := sources{Record: &results.Record{Checks: []results.Check{{Target: "t", Facts: []results.Fact{
			{Name: "sse/streams", State: c.state, Figures: map[string]float64{"streams": c.held, "asked": c.asked}}}}}}, reasons: &reasons{}}
		got := s.streams("t", "sse", "")
		if line := strings.TrimSpace(strings.ReplaceAll(got.Text, "\u00a0", " ") + " " + got.Note); line != c.want || got.Raw != c.held {
			t.Errorf("%s with %v of %v: %q, want %q", c.state, c.held, c.asked, line, c.want)
		}
		if none := s.streams("absent", "sse", "It was not started."); none.Text != "–" || (*s.reasons)[none.Why-1] != "It was not started." {
			t.Errorf("what nobody knows is %+v", none)
		}
	}
}

// TestEdges writes the atlas of records that lack something.
func TestEdges(t *testing.T) {
	for fact, edit := range map[string]func(*results.Record){
		"no trials":         func(r *results.Record) { r.Trials = nil },
		"no checks":         func(r *results.Record) { r.Checks = nil },
		"no targets":        func(r *results.Record) { r.Targets = nil },
		"nothing":           func(r *results.Record) { *r = results.Record{} },
		"no scenarios":      func(r *results.Record) { r.Scenarios = nil },
		"one load":          func(r *results.Record) { r.Scenarios = r.Scenarios[:1] },
		"the floor, too":    func(r *results.Record) { *r = *sample.Few(); r.Checks = sample.Atlas().Checks },
		"all trials failed": func(r *results.Record) { failAll(r) },
		"one trial":         func(r *results.Record) { r.Trials = r.Trials[:1] },
		"two variants of a transport": func(r *results.Record) {
			for i, trial := range r.Trials {
				if trial.Transport == "sse" && i%2 == 0 {
					trial.Variant = "sse/tls"
					trial.Transport, trial.Settings = example.Variant(trial.Variant)
				}
			}
		},
		"a transport that is not known": func(r *results.Record) {
			for _, trial := range r.Trials {
				if trial.Transport == "sse" {
					trial.Transport = "carrier pigeon"
				}
			}
		},
	} {
		t.Run(fact, func(t *testing.T) {
			r := sample.Atlas()
			edit(r)
			var page, short, line bytes.Buffer
			if err := HTML(&page, r); err != nil {
				t.Fatal(err)
			}
			if err := Markdown(&short, r); err != nil {
				t.Fatal(err)
			}
			if err := Headline(&line, r); err != nil {
				t.Fatal(err)
			}
			sample.CheckPage(t, page.Bytes())
			for _, s := range []string{page.String(), short.String(), line.String()} {
				if at := regexp.MustCompile(`NaN|[+-]Inf|%!`).FindString(strings.ReplaceAll(s, sortScript, "")); at != "" {
					t.Errorf("there is %s in it", at)
				}
			}
		})
	}
}

func failAll(r *results.Record) {
	for _, t := range r.Trials {
		t.Failed = "it failed"
	}
}

func TestHas(t *testing.T) {
	r := sample.Atlas()
	alone := *r
	alone.Targets = r.Targets[:1]
	if !Has(r) || Has(&alone) || Has(sample.Few()) {
		t.Error("an atlas has several targets that were checked")
	}
}

func TestWriteAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := WriteAll(dir, sample.Atlas()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{PageName, MarkdownName} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Contains(b, []byte(text.Count(3, "server"))) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
