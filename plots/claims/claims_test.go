package claims

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/sample"
	"pushbench/results"
)

var update = flag.Bool("update", false, "write the golden files anew")

// drawn is the sample's page, drawn once for all tests that leave it as it is.
var drawn = sync.OnceValue(func() string {
	var b bytes.Buffer
	if err := HTML(&b, sample.Claims()); err != nil {
		panic(err)
	}
	return b.String()
})

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer) error{
		"claims.md":    func(b *bytes.Buffer) error { return Markdown(b, sample.Claims()) },
		"brief.md":     func(b *bytes.Buffer) error { return Brief(b, sample.Claims()) },
		"terminal.txt": func(b *bytes.Buffer) error { return Terminal(b, sample.Claims(), TerminalOptions{Width: 80}) },
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
			t.Errorf("%s (-want +got; go test ./plots/claims -update writes it anew):\n%s", path, diff)
		}
	}
}

// TestWhole holds the page to say everything that somebody needs who has never seen the project.
func TestWhole(t *testing.T) {
	page := drawn()
	sample.CheckPage(t, []byte(page))
	for fact, want := range map[string]string{
		"it loads nothing":                      "default-src &#39;none&#39;",
		"it says what it is":                    "<h1>8 statements about polling",
		"the verdicts are counted":              "✓\u00a0",
		"each statement is a section":           `<section id="claim-8" class="claim">`,
		"the table leads to each":               `<a href="#claim-3">3. Long-polling is late with many events.</a>`,
		"a verdict has a sign":                  `<span class="word good">✓ holds</span>`,
		"what was asked is told in numbers":     "Median event latency of SSE is at most 0.1 times that of polling every 500",
		"a bound, too":                          "Median event latency of SSE is at most 5.00",
		"two metrics are told apart":            "times the first request of SSE over TLS",
		"a ratio has its interval":              "ratio and 95 % interval",
		"what it depends on is named":           "It came true: “",
		"bytes are explained by kind":           "SSE, server to client",
		"a failed trial is a result":            "426 Upgrade Required",
		"what was not observed says why":        "The program is not installed.",
		"what cannot be measured says why":      "No browser takes it any more.",
		"it tells where it may be otherwise":    "Over a network everything is later.",
		"it says how to repeat one":             "<code>pushbench claims at-once</code>",
		"and why it takes long":                 "It takes more than a minute: It has many points.",
		"controls stand apart":                  "<h3>Controls, which show that the setup can tell</h3>",
		"so does what does not decide":          "<h3>Asked beside it, which does not decide</h3>",
		"a bound has all its digits":            "at most 1.001 times",
		"what marks a number is named":          "few-events (1 trial): Only 10 events fell into the window",
		"scenarios are shown as they were run":  "<summary>The load live-feed</summary>",
		"claims are shown as they were written": "number: at-once",
		"it can be made again":                  "make bin/pushbench",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s: the page has no %s", fact, want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the page has a script")
	}
}

// What a criterion asks about is no fault of the run.
func TestFailuresThatAreAskedAboutAreNoAlert(t *testing.T) {
	r := sample.Claims()
	if strings.Contains(drawn(), "trials failed (in") {
		t.Error("the page complains of trials that were to fail")
	}
	r.Statements = r.Statements[:1]
	var b bytes.Buffer
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `<li class="alert">`) {
		t.Error("the page is silent about trials that failed")
	}
}

// A control that does not come true is told with the verdict, wherever that stands alone.
func TestUncontrolled(t *testing.T) {
	r := sample.Claims()
	r.Statements = r.Statements[:1]
	r.Statements[0].Criterion[2].Kind = results.FailsAt
	var page, short, text bytes.Buffer
	for _, err := range []error{HTML(&page, r), Brief(&short, r), Terminal(&text, r, TerminalOptions{Width: 200})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range map[string]string{"page": page.String(), "README": short.String(), "terminal": text.String()} {
		if !strings.Contains(s, "A control did not come true: “Every event comes”.") || !strings.Contains(s, "not decided") {
			t.Errorf("the %s does not say so:\n%s", name, s)
		}
	}
	if strings.Contains(page.String(), "trials would decide it") {
		t.Error("no number of trials helps against a control")
	}
}

// A record without a trial has claims that nothing could measure.
func TestNothingMeasured(t *testing.T) {
	r := &results.Record{Statements: sample.Claims().Statements}
	for i := range r.Statements {
		r.Statements[i].Scenarios = nil
	}
	var page, short, text bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&short, r); err != nil {
		t.Fatal(err)
	}
	if err := Terminal(&text, r, TerminalOptions{Width: 80}); err != nil {
		t.Fatal(err)
	}
	sample.CheckPage(t, page.Bytes())
	for name, s := range map[string]string{"page": page.String(), "Markdown": short.String(), "terminal": text.String()} {
		if !strings.Contains(s, "–\u00a08\u00a0not tested") && !strings.Contains(s, "– 8 not tested") {
			t.Errorf("the %s counts something else", name)
		}
	}
}

func TestHas(t *testing.T) {
	if Has(&results.Record{}) || !Has(sample.Claims()) {
		t.Error("a record with statements has claims, and no other")
	}
}
