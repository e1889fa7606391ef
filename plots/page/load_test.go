package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/sheet"
	"pushbench/results"
	"pushbench/results/estimate"
	"pushbench/results/example"
)

var ownData = regexp.MustCompile(`(?s)<script type="application/json" id="your-load-basis">(.*?)</script>\n`)

// withoutOwnScript is a page without its data and the script that it has in
// every report. The data is JSON of ASCII, and the page's policy is that script's.
func withoutOwnScript(t *testing.T, page string) string {
	t.Helper()
	if !strings.Contains(page, `<meta http-equiv="Content-Security-Policy" content="`+html.EscapeString(sheet.Policy(loadScript))+`">`) && !strings.Contains(html.UnescapeString(page), `content="`+sheet.Policy(loadScript)+`">`) {
		t.Error("the page does not say its policy")
	}
	data := ownData.FindStringSubmatch(page)
	if data == nil {
		return page
	}
	var b estimate.Basis
	if err := json.Unmarshal([]byte(data[1]), &b); err != nil {
		t.Errorf("the page's data: %v", err)
	}
	if strings.ContainsFunc(data[1], func(r rune) bool { return r < ' ' || r >= 0x7f || r == '<' }) {
		t.Error("the page's data could act")
	}
	own := "<script>" + loadScript + "</script>\n"
	if strings.Count(page, own) != 1 {
		t.Error("the page does not have its script as it is")
	}
	return strings.Replace(ownData.ReplaceAllLiteralString(page, ""), own, "", 1)
}

// Without script the page says what a load costs, and the form is not there.
func TestYourLoadWithoutScript(t *testing.T) {
	r, figs := drawn()
	var page bytes.Buffer
	if err := HTML(&page, r, figs); err != nil {
		t.Fatal(err)
	}
	text := withoutOwnScript(t, page.String())
	for _, want := range []string{`<form id="your-load-form" hidden>`, `<section id="your-load">`, `href="#your-load"`, `id="figure-your-load-map"`, "server cores"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	forged := example.Record()
	forged.Scenarios[0].Name = "your load"
	page.Reset()
	if err := HTML(&page, forged, figs); err != nil {
		t.Fatal(err)
	}
	sample.CheckPage(t, page.Bytes()) // with the map once
	page.Reset()
	if err := HTML(&page, &results.Record{}, nil); err != nil || strings.Contains(page.String(), "your-load-form") {
		t.Errorf("a record without a trial has a form: %v", err)
	}
}

// testedLoads are within what was measured and far beyond it.
func testedLoads() (all []estimate.Load) {
	for _, clients := range []int{1, 100, 400, 10_000, 1_000_000} {
		for _, rate := range []float64{0, 0.001, 0.5, 2, 25, 100, 4000} {
			for _, payload := range []int{1, 128, 126, 3000, 65_536} {
				for i, interval := range []float64{0.05, 0.5, 60} {
					all = append(all, estimate.Load{Clients: clients, Topics: min(clients, []int{1, 10, 300}[i]), Rate: rate, Payload: payload, Interval: interval})
				}
			}
		}
	}
	return all
}

// TestScriptAgrees runs the page's script under Node.js: its numbers are those
// of results/estimate.
func TestScriptAgrees(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("the page's script is not tested without Node.js: %v", err)
	}
	baseline, err := results.Load("../../results/baseline")
	if err != nil {
		t.Fatal(err)
	}
	few := example.Record()
	alone, renamed := *baseline, *baseline // one transport; another target
	alone.Trials = slices.DeleteFunc(slices.Clone(baseline.Trials), func(x *results.Trial) bool { return x.Transport != "sse" })
	renamed.Trials = nil
	for _, x := range baseline.Trials {
		other := *x
		other.Target = "mine"
		renamed.Trials = append(renamed.Trials, &other)
	}
	for name, r := range map[string]*results.Record{"baseline": baseline, "example": few, "one transport": &alone, "another target": &renamed} {
		b, loads := estimate.From(r), testedLoads()
		given, err := json.Marshal(map[string]any{"basis": b, "loads": loads})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		script := filepath.Join(dir, "load.js")
		run := loadScript + "\nconst given = JSON.parse(require('fs').readFileSync(0));\nconsole.log(JSON.stringify(given.loads.map(l => { const all = estimate(given.basis, l); return {all, said: remarks(all, n => n.beyond || [], i => all[i].transport)}; })));\n"
		if err := os.WriteFile(script, []byte(run), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), node, script)
		cmd.Stdin = bytes.NewReader(given)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, &stderr)
		}
		type number struct {
			Value, Lo, Hi  float64
			Beyond, Doubts []string
			Missing        string
		}
		var got []struct {
			All []struct {
				Transport                      string
				Bytes, Cores, Memory, P50, P99 number
			}
			Said []string
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		for i, l := range loads {
			want := b.For(l)
			if len(got[i].All) != len(want) {
				t.Fatalf("%d transports, want %d", len(got[i].All), len(want))
			}
			if said := estimate.Remarks(want, estimate.Beyond, func(transport string) string { return transport }); !sameTexts(got[i].Said, said) {
				t.Fatalf("%s, %+v: the script says %q, want %q", name, l, got[i].Said, said)
			}
			for j, w := range want {
				g := got[i].All[j]
				for what, pair := range map[string]struct {
					got  number
					want estimate.Number
				}{"bytes": {g.Bytes, w.Bytes}, "cores": {g.Cores, w.Cores}, "memory": {g.Memory, w.Memory}, "p50": {g.P50, w.P50}, "p99": {g.P99, w.P99}} {
					n := number{pair.want.Value, pair.want.Lo, pair.want.Hi, pair.want.Beyond, pair.want.Doubts, pair.want.Missing}
					if !same(pair.got.Value, n.Value) || !same(pair.got.Lo, n.Lo) || !same(pair.got.Hi, n.Hi) || pair.got.Missing != n.Missing ||
						fmt.Sprint(pair.got.Doubts) != fmt.Sprint(n.Doubts) || !sameTexts(pair.got.Beyond, n.Beyond) {
						t.Fatalf("%s, %+v, %s, %s: the script has %+v, want %+v", name, l, w.Transport, what, pair.got, n)
					}
				}
			}
		}
	}
}

func same(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// sameTexts compares what is said; of a number below a thousandth, which both
// languages write in their own ways, only how often.
func sameTexts(a, b []string) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b) || strings.Contains(strings.Join(b, ""), "e-"))
}
