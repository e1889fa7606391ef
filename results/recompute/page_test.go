package recompute

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// report is every line of a record's report. got are the lines of the page.
func (r *record) report(got []string) []string {
	p := r.Provenance
	all := []string{"# pushbench " + r.ID, fmt.Sprintf("%s on %s, %s, over %s, on %s.", count(len(r.Trials), "trial"),
		p.CPU, count(p.Cores, "core"), p.Path, r.Began.UTC().Format("2 January 2006, 15:04 UTC"))}
	all = append(all, r.alerts()...)
	all = append(all, r.claimed()...)
	all = append(all, "## Which transport should carry these events?")
	all = append(all, r.brief(true)...)
	all = append(all, r.others()...)
	all = append(all, r.audited(true)...)
	for _, s := range r.Scenarios {
		all = append(all, r.section(s, got[min(len(all), len(got)):])...)
	}
	all = append(all, r.estimated()...)
	all = append(all, r.met()...)
	all = append(all, r.defined(got)...)
	return append(all, r.again()...)
}

// page reads a file of the repository as lines.
func page(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile("../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return lines(string(data))
}

// quoted are the lines of a block of the README.
func quoted(t *testing.T, name string) []string {
	t.Helper()
	all := page(t, "../README.md")
	from, to := slices.Index(all, "<!-- "+name+" -->"), slices.Index(all, "<!-- /"+name+" -->")
	if from < 0 || to < from {
		t.Fatalf("the README has no block %s", name)
	}
	return all[from+1 : to]
}

// Every line of every committed report.
func TestReports(t *testing.T) {
	for _, run := range runs {
		r, got := load(t, run), page(t, run+"/report.md")
		for _, d := range differences(got, r.report(got)) {
			t.Errorf("%s/report.md: %s", run, d)
		}
		for _, d := range r.verdicts() {
			t.Errorf("%s: %s", run, d)
		}
	}
}

// blocks are the README's, each as it has to read.
func blocks(t *testing.T) map[string][]string {
	baseline, truth, reproduction := load(t, "baseline"), load(t, "truth"), load(t, "reproduction")
	all := map[string][]string{"baseline": baseline.brief(false), "truth": truth.audited(false),
		"reproduction": reproduction.counted(), "atlas": loadAll(t, "atlas").headline()}
	if committed() {
		all["claims"] = loadSayings(t).told(true)
	}
	return all
}

// Every line of the README that is made of a committed record.
func TestReadme(t *testing.T) {
	for name, want := range blocks(t) {
		for _, d := range differences(quoted(t, name), want) {
			t.Errorf("README.md, %s: %s", name, d)
		}
	}
}

// A wrong digit anywhere in a page is found: each is changed in turn, all others
// being right. Only prose that explains a metric is its own.
func TestWrongDigitsAreFound(t *testing.T) {
	pages := map[string][2][]string{}
	for name, want := range blocks(t) {
		pages["README.md, "+name] = [2][]string{quoted(t, name), want}
	}
	for _, run := range runs {
		got := page(t, run+"/report.md")
		pages[run+"/report.md"] = [2][]string{got, load(t, run).report(got)}
	}
	for name, p := range pages {
		got, want := p[0], p[1]
		if len(got) != len(want) {
			t.Errorf("%s: %d lines, want %d", name, len(got), len(want))
			continue
		}
		tried := 0
		for i, line := range got {
			e := expression(want[i])
			from, to := len(line), len(line) // of prose
			if before, _, ok := strings.Cut(want[i], prose); ok {
				from = len(before)
				if at := strings.LastIndex(line, " In this run "); at >= 0 {
					to = at
				}
			}
			for j := range line {
				if line[j] < '0' || line[j] > '9' || j >= from && j < to {
					continue
				}
				wrong := line[:j] + string('0'+(line[j]-'0'+5)%10) + line[j+1:]
				if tried++; e.MatchString(wrong) {
					t.Errorf("%s: nobody sees that this is wrong: %s", name, wrong)
				}
			}
		}
		if tried < 30 {
			t.Errorf("%s: only %d digits", name, tried)
		}
	}
}

// What is wrong in other ways than by a digit is found, too.
func TestWrongPagesAreFound(t *testing.T) {
	r, got := load(t, "baseline"), page(t, "baseline/report.md")
	for _, c := range []struct{ why, from, to string }{ // from is a regular expression
		{"a sign of doubt is missing", ` ⚠, `, ", "},
		{"a sign of doubt is too many", `(polling every 500 ms \| [\d.]+ ms)<br>`, "$1 ⚠<br>"},
		{"a winner is named where intervals overlap", `\| (SSE|WebSocket|long-polling)(?:, [^|;]*)? or [A-Za-z-]+ \|`, "| $1 |"},
		{"a condition is missing", `\| (polling every 500 ms), if events may be late \(99 % within [\d.]+ ms\) \|`, "| $1 |"},
		{"the second is another", `The next is SSE with`, "The next is long-polling with"},
		{"a unit is another", `(Bytes per event: [\d.]+) B\.`, "$1 kB."},
		{"an interval is left out", `([\d.]+ kB) \([\d.]+–[\d.]+ kB\)`, "$1"},
		{"the order is another", `(WebSocket [\d.]+ kB), (SSE [\d.]+ kB), long-polling`, "$2, $1, long-polling"},
		{"a warning is left out", `, [^,]*\(\d+ trials?\)\.`, "."},
	} {
		wrong, n, from := slices.Clone(got), 0, regexp.MustCompile(c.from)
		for i, line := range got {
			if n == 0 && from.MatchString(line) {
				wrong[i], n = from.ReplaceAllString(line, c.to), n+1
			}
		}
		if all := differences(wrong, r.report(wrong)); n == 0 || len(all) == 0 {
			t.Errorf("%s: nobody sees it, in %d lines", c.why, n)
		}
	}
	without := slices.Delete(slices.Clone(got), 10, 11)
	if len(differences(without, r.report(without))) == 0 {
		t.Errorf("nobody sees that %q is left out", got[10])
	}
}
