package reading

import (
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/results"
)

// TestFitComparesSeveral holds the table that decides to judge by comparison
// alone.
func TestFitComparesSeveral(t *testing.T) {
	for _, c := range []struct {
		fact string
		keep func(*results.Trial) bool
		rows int
		fits string // in the last column of SSE; empty: there is no such column
		not  string
	}{
		{"several are compared", func(*results.Trial) bool { return true }, 4, "Events that must arrive at once", "nothing"},
		{"one is compared with nothing", func(t *results.Trial) bool { return t.Transport == "sse" }, 1, "", ""},
		{"nor is one beside the floor", func(t *results.Trial) bool { return t.Transport == "sse" || t.Transport == "tcp" }, 1, "", ""},
		{"the only one that was held has not the least memory", func(t *results.Trial) bool {
			if t.Variant != "sse" {
				t.Connection.Held = results.Held{}
			}
			return true
		}, 4, "Events that must arrive at once", "little memory"},
	} {
		r := sample.Few()
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return !c.keep(t) })
		got, _ := Decision(r)
		if len(got.Rows) != c.rows {
			t.Errorf("%s: %d rows, want %d", c.fact, len(got.Rows), c.rows)
		}
		judged := strings.HasPrefix(got.Columns[len(got.Columns)-1].Title, "good for")
		if judged != (c.fits != "") {
			t.Errorf("%s: the last column is %q", c.fact, got.Columns[len(got.Columns)-1].Title)
		}
		for _, row := range got.Rows {
			if len(row) != len(got.Columns) {
				t.Errorf("%s: a row of %d fields under %d heads", c.fact, len(row), len(got.Columns))
			}
			if last := row[len(row)-1].Text; row[0].Transport == "sse" && judged && (!strings.Contains(last, c.fits) || strings.Contains(last, c.not)) {
				t.Errorf("%s: SSE is good for %q", c.fact, last)
			}
		}
	}
}
