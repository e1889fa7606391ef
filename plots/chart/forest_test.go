package chart

import (
	"strings"
	"testing"
)

// TestForest holds every text to stand within the figure and apart from the others,
// and names and values to be there.
func TestForest(t *testing.T) {
	long := strings.Repeat("a name of many words ", 9)
	f := Forest{Title: "changes", X: Ratio(-0.1, 0.1), Keys: [3]string{"change", "bar", "null arm"}, Changes: []Change{
		{Name: "CPU", Sub: "SSE", Ink: Up, Mid: 0.05, Lo: 0.04, Hi: 0.06, Bar: 0.02, Null: &Between{0, -0.01, 0.01}, Text: "worse: +5 %", Note: "+4 to +6 %"},
		{Name: "beyond", Sub: "the axis", Ink: Up, Mid: 2, Lo: 1, Hi: 3, Bar: 0.02, Text: "worse: +639 %", Note: "a lot"},
		{Name: "below", Sub: "the axis", Ink: Down, Mid: -2, Lo: -3, Hi: -1, Bar: 0.02, Text: "better: −86 %", Note: "less"},
		{Name: long, Sub: long, Ink: Open, Hollow: true, Mid: 0.01, Lo: -3, Hi: 3, Bar: 9, Text: long, Note: long},
	}}
	svg, err := SVG("id", "title", "description", f)
	if err != nil {
		t.Fatal(err)
	}
	wide, high, texts := textBoxes(t, svg)
	said := map[string]bool{}
	for i, a := range texts {
		said[a.text] = true
		if a.left < 0 || a.right > wide || a.bottom < 0 || a.top > high {
			t.Errorf("%q stands at %.0f..%.0f, %.0f..%.0f of %.0f by %.0f", a.text, a.left, a.right, a.bottom, a.top, wide, high)
		}
		for _, b := range texts[:i] {
			if a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top {
				t.Errorf("%q overlaps %q", a.text, b.text)
			}
		}
	}
	for _, want := range []string{"changes", "change", "bar", "null arm", "CPU", "SSE", "worse: +5 %", "+4 to +6 %", "worse: +639 %", "better: −86 %", "−5 %", "0", "+5 %"} {
		if !said[want] {
			t.Errorf("the figure does not say %q", want)
		}
	}
}
