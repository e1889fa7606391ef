package history

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/results/gate"
	"pushbench/results/history"
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
		t.Errorf("%s (-want +got; go test ./plots/history -update writes it anew):\n%s", path, diff)
	}
}

func commit(i int) string { return fmt.Sprintf("%08x%032x", 0x3be4d06*(i+7)&0xffffffff, i) }

// example is a history in which everything happens: changes for the better and for
// the worse, one of them accepted, another machine, another anchor, a byte more, a
// void line, a number that most commits do not have.
func example() *history.History {
	random := rand.New(rand.NewPCG(1, 1))
	var log history.Log
	for i := range 48 {
		l := history.Line{
			Schema: history.Schema, Commit: commit(i), Added: time.Date(2026, 3, 1+i, 2, 0, 0, 0, time.UTC), Anchor: commit(-1), Blocks: 12, Seed: 1,
			Class: history.Class{CPU: "Example CPU", Cores: 2, Kernel: "6.1.0", Go: "go1.26.8"},
		}
		if i >= 12 && i < 30 {
			l.Class.Kernel = "6.2.0"
		}
		if i >= 40 {
			l.Anchor = commit(39)
		}
		timed := func(variant, metric, title, kind string, anchor, change, sd float64) {
			r := change + sd*random.NormFloat64()
			l.Values = append(l.Values, history.Value{Cell: history.Cell{Scenario: "live-feed", Variant: variant, Transport: variant}, Metric: metric, Title: title, Kind: kind, N: 12,
				Anchor: anchor, Head: anchor * math.Exp(r), Change: r, Lo: r - 2*sd, Hi: r + 2*sd})
		}
		exact := func(variant, metric, title string, head, anchor float64) {
			l.Values = append(l.Values, history.Value{Cell: history.Cell{Scenario: "live-feed", Variant: variant, Transport: variant}, Metric: metric, Title: title, Kind: "bytes", Exact: true, Head: head, Anchor: anchor})
		}
		cpu := 0.0
		if i >= 20 && i < 40 {
			cpu = 0.055
		}
		memory := 0.0
		if i >= 30 {
			memory = -0.08
		}
		framing := 21.0
		if i >= 25 {
			framing++
		}
		timed("sse", "server-cpu-sec/event", "server CPU per event", "sec", 39.3e-6, cpu, 0.008)
		timed("sse", "p50-sec", "median event latency", "sec", 270e-6, 0, 0.03)
		exact("sse", "framing-in-B/event", "framing to the client per event", framing, 21)
		exact("sse", "payload-in-B/event", "payload per event", 128, 128)
		timed("websocket", "heap-B/conn", "heap per connection", "bytes", 9e3, memory, 0.004)
		if i >= 44 {
			timed("websocket", "server-allocs/event", "allocations per event", "count", 3, 0, 0.001)
		}
		if i == 5 {
			for j := range l.Values {
				l.Values[j].Void = "the machine was not quiet"
			}
		}
		log.Lines = append(log.Lines, l)
	}
	log.Cut = len(log.Lines) + 1
	return history.New(log, []history.Acceptance{
		{Commit: commit(25), Metric: "framing-in-B/event", By: "Ada", Why: "ids have one more digit"},
		{Commit: commit(3), Metric: "p50-sec", By: "Bob", Why: "no reason", Line: 6},
	})
}

func TestGolden(t *testing.T) {
	h := example()
	for name, write := range map[string]func(*bytes.Buffer) error{
		"history.md":          func(b *bytes.Buffer) error { return Markdown(b, h) },
		"terminal.txt":        func(b *bytes.Buffer) error { return Terminal(b, h, TerminalOptions{}) },
		"terminal-color.txt":  func(b *bytes.Buffer) error { return Terminal(b, h, TerminalOptions{Color: true, Width: 100}) },
		"terminal-narrow.txt": func(b *bytes.Buffer) error { return Terminal(b, h, TerminalOptions{Width: 50}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
		if width := map[string]int{"terminal.txt": 80, "terminal-narrow.txt": 50}[name]; width > 0 {
			for _, line := range strings.Split(b.String(), "\n") {
				if n := len([]rune(line)); n > width {
					t.Errorf("%s: %d columns: %s", name, n, line)
				}
			}
		}
	}
}

// A number that only scatters otherwise is neither worse nor better, and another load
// is told where it begins.
func TestScatterAndLoads(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	var log history.Log
	for i := range 80 {
		sd := 0.002
		if i >= 40 {
			sd = 0.03
		}
		v := history.Value{Cell: history.Cell{Scenario: "live-feed", Variant: "sse"}, Metric: "p50-sec", Title: "median event latency", Kind: "sec",
			N: 12, Anchor: 1e-4, Head: 1e-4, Change: sd * random.NormFloat64()}
		l := history.Line{Schema: history.Schema, Commit: commit(i), Anchor: commit(99), Values: []history.Value{v}}
		if i >= 76 {
			l.Loads = []gate.Load{{Scenario: "live-feed", Hash: "another"}}
		}
		log.Lines = append(log.Lines, l)
	}
	h := history.New(log, nil)
	var page, short, screen bytes.Buffer
	if err := errors.Join(HTML(&page, h), Markdown(&short, h), Terminal(&screen, h, TerminalOptions{Width: 200})); err != nil {
		t.Fatal(err)
	}
	const headline = "1 change in 80 commits: 1 of how a number scatters."
	for _, c := range []struct{ name, text, want string }{
		{"page", page.String(), headline},
		{"page", page.String(), ">Scatter</a> Median event latency of sse in live-feed scatters more at "},
		{"page", page.String(), "and its level is not known to be another one"},
		{"page", page.String(), "The load is another one from here on."},
		{"page", page.String(), "another load"},
		{"Markdown", short.String(), "- **Scatter**: Median event latency"},
		{"terminal", screen.String(), headline},
	} {
		if !strings.Contains(c.text, c.want) {
			t.Errorf("the %s does not say %q:\n%.3000s", c.name, c.want, c.text)
		}
	}
	if strings.Contains(page.String(), `class="alarming"`) || strings.Contains(page.String(), `class="good"`) || strings.Contains(screen.String(), "✓") {
		t.Error("it is told as worse, better or accepted")
	}
}
