package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"

	"pushbench/plots/sample"
	"pushbench/results"
	"pushbench/results/example"
)

// forged is a line of it.
var forged = regexp.MustCompile(`(?m)^(# forged|BenchmarkForged|> forged|1\. forged|forged: yes|\| forged|` + "```" + `forged|forged$).*`)

// changed is r with every string in it as change has it.
func changed(r *results.Record, change func(path, s string) string) *results.Record {
	sample.Change(r, change)
	return r
}

// full is a record in which every string field says something.
func full() *results.Record {
	r := sample.Few()
	r.Partial = "interrupted"
	r.Provenance.Governor = "powersave"
	r.Scenarios[0].Proxy = &results.Proxy{Name: "nginx", Config: "tuned", About: "it forwards Upgrade", Version: "1.22.1", Text: "events {\n}\n"}
	r.Predictions = []results.Predicted{{Scenario: "live-feed", Variant: "sse", Metric: "age-sec", Formula: "1/2", Source: "a paper"}}
	for i := range r.Expectations {
		e := &r.Expectations[i]
		e.Reason, e.Variant, e.Point = "nothing was measured", "sse", "1"
		e.Transport, e.Settings = example.Variant(e.Variant)
	}
	r.Expectations = append(r.Expectations, results.Expectation{Scenario: "live-feed", Text: "p50-sec <= 1", Metric: "p50-sec", Held: true})
	r.NotRun = append(r.NotRun, results.NotRun{Scenario: "live-feed", Point: "7", Variant: "sse", Reason: "no descriptors"})
	for i, t := range r.Trials {
		t.Warnings = []results.Warning{{Code: "clock", Text: "The clock was stepped."}}
		if i%5 == 4 {
			t.Failed = "an event was missed"
		}
	}
	return r
}

// outputs is everything that a record is shown as, by name.
func outputs(t *testing.T, r *results.Record) map[string]string {
	t.Helper()
	figs := figures(t, r)
	var page, md, term, color, bench, answer, proofs bytes.Buffer
	if err := errors.Join(HTML(&page, r, figs), Markdown(&md, r, figs), Terminal(&term, r, TerminalOptions{}), Terminal(&color, r, TerminalOptions{Color: true}),
		results.WriteBenchmarks(&bench, r), Answer(&answer, r), Proof(&proofs, r)); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"report.html": page.String(), "report.md": md.String(), "terminal": term.String(), "bench.txt": bench.String(), "answer.md": answer.String(), "proof.md": proofs.String(),
		"terminal with color": regexp.MustCompile(`\x1b\[(0|1|31|38;5;\d+)m`).ReplaceAllString(color.String(), "")}
	for _, f := range figs {
		out[f.Name+".svg"] = string(f.SVG)
	}
	return out
}

// TestNothingActs writes every report of a record in which every string is
// hostile.
func TestNothingActs(t *testing.T) {
	names := regexp.MustCompile(`\.(Transport|Sweep|Kind|Metric|Verdict|Code)$`)
	for fact, change := range map[string]func(path, s string) string{
		"every string is hostile":     func(_, s string) string { return s + sample.Hostile },
		"every string begins hostile": func(_, s string) string { return sample.Hostile + s },
		"what the reports know they know": func(path, s string) string {
			return s + map[bool]string{false: sample.Hostile}[names.MatchString(path)]
		},
	} {
		t.Run(fact, func(t *testing.T) {
			r := changed(full(), change)
			for name, text := range outputs(t, r) {
				if !utf8.ValidString(text) {
					t.Errorf("%s is no UTF-8", name)
				}
				for _, c := range text {
					if c != '\n' && (c != '\t' || name != "report.html") && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
						t.Fatalf("%s has the character %U", name, c)
					}
				}
				switch {
				case name == "report.html":
					sample.CheckPage(t, []byte(text))
				case strings.HasSuffix(name, ".svg"):
					if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				case strings.HasSuffix(name, ".md"):
					text = withoutCode(t, name, text)
					checkMarkdown(t, name, text)
				case name == "bench.txt":
					checkBench(t, r, text)
				}
				if name == "report.html" {
					text = withoutOwnScript(t, text)
				}
				if at := forged.FindString(text); at != "" && name != "report.html" || strings.Contains(text, "<script") && !strings.HasPrefix(name, "terminal") && name != "bench.txt" {
					t.Errorf("%s has what the record forges: %s", name, at)
				}
			}
		})
	}
}

// withoutCode is a Markdown text without its blocks of code, in which nothing acts: the command that
// repeats the run, and the configuration of a proxy.
func withoutCode(t *testing.T, name, text string) string {
	t.Helper()
	var rest []string
	fence, blocks := "", 0
	for line := range strings.SplitSeq(text, "\n") {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
			blocks++
		case fence == "":
			rest = append(rest, line)
		case line == fence:
			fence = ""
		}
	}
	if fence != "" || blocks > 2 {
		t.Errorf("%s: %d blocks of code, the last until %q", name, blocks, fence)
	}
	return strings.Join(rest, "\n")
}

// checkMarkdown finds markup that no report writes, and tables whose rows are
// not as long as their heads.
func checkMarkdown(t *testing.T, name, text string) {
	t.Helper()
	pipes := regexp.MustCompile(`(^|[^\\])((\\\\)*)\|`)
	escaped := regexp.MustCompile(`\\.`)
	wide := 0
	for line := range strings.SplitSeq(text, "\n") {
		n := len(pipes.FindAllString(line, -1))
		if n > 0 && wide > 0 && n != wide {
			t.Errorf("%s: a row of %d fields in a table of %d: %.300s", name, n-1, wide-1, line)
		}
		wide = n
		bare := escaped.ReplaceAllString(line, "")
		if strings.Contains(bare, "](http") || strings.Contains(bare, "](java") || strings.Contains(bare, "`code`") {
			t.Errorf("%s: markup from the record: %.300s", name, line)
		}
	}
}

// checkBench reads what was written as benchstat does.
func checkBench(t *testing.T, r *results.Record, text string) {
	t.Helper()
	valid, found := 0, 0
	for _, trial := range r.Trials {
		if trial.Failed == "" {
			valid++
		}
	}
	read := benchfmt.NewReader(strings.NewReader(text), "bench.txt")
	for read.Scan() {
		switch rec := read.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Errorf("bench.txt: %v", rec)
		case *benchfmt.Result:
			found++
			if rec.GetConfig("forged") != "" || !strings.HasPrefix(rec.Name.String(), "Pushbench/") {
				t.Errorf("bench.txt: a forged result %s", rec.Name)
			}
		}
	}
	if err := read.Err(); !errors.Is(err, nil) && !errors.Is(err, io.EOF) {
		t.Errorf("bench.txt: %v", err)
	}
	if found != valid {
		t.Errorf("bench.txt has %d results of %d", found, valid)
	}
}

// TestLongTexts writes every report of a record whose texts are pages of a
// proxy, and of one whose names are.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("502 bad gateway ", 13_000)
	for fact, short := range map[string]*regexp.Regexp{
		"texts": regexp.MustCompile(`\.(Failed|Reason|Partial|Warnings\.Text|About)$`),
		"names": regexp.MustCompile(`\.(Variant|Host|CPU|Kernel|Commit|GoVersion|ID)$`),
	} {
		for name, text := range outputs(t, changed(full(), func(path, s string) string {
			if short.MatchString(path) {
				return s + long
			}
			return s
		})) {
			if name == "report.html" && len(text) > 3_000_000 {
				t.Errorf("%s: the page has %d bytes", fact, len(text))
			}
			for line := range strings.SplitSeq(text, "\n") {
				if len(line) > 2_500 && name != "report.html" && name != "bench.txt" && !strings.HasSuffix(name, ".svg") {
					t.Errorf("%s: %s has a line of %d bytes: %.200s", fact, name, len(line), line)
				}
				if len(line) > 20_000 && name == "bench.txt" {
					t.Errorf("%s: %s has a line of %d bytes: %.200s", fact, name, len(line), line)
				}
			}
		}
	}
}

// TestLongNames has figures whose files can be made.
func TestLongNames(t *testing.T) {
	r := changed(sample.Few(), func(path, s string) string {
		if strings.HasSuffix(path, ".Scenario") || strings.HasSuffix(path, ".Scenarios.Name") {
			return strings.Repeat("x", 300) + s
		}
		return s
	})
	names := map[string]bool{}
	for _, f := range figures(t, r) {
		if len(f.Name) > 200 || names[f.Name] {
			t.Errorf("the name of a figure has %d bytes, or is given twice: %s", len(f.Name), f.Name)
		}
		names[f.Name] = true
	}
}
