package chart

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		fact string
		at   []vg.Point
		want string
	}{
		{"apart each has its own", []vg.Point{{X: 0}, {X: 50}, {X: 50, Y: 30}}, "1 at 0,0; 2 at 50,0; 3 at 50,30"},
		{"on one spot they are one", []vg.Point{{X: 5}, {X: 5}, {X: 5}, {X: 5}}, "1–4 at 5,0"},
		{"neighbors stand in their middle", []vg.Point{{X: 4}, {X: 80}, {X: 8}}, "2 at 80,0; 1, 3 at 6,0"},
		{"a joined one takes a third that it would hide", []vg.Point{{X: 0}, {X: 12}, {X: 6}}, "1–3 at 6,0"},
		{"none", nil, ""},
	} {
		got := ""
		for i, m := range marks(c.at) {
			if i > 0 {
				got += "; "
			}
			got += fmt.Sprintf("%s at %g,%g", numbered(m.rings), m.at.X.Points(), m.at.Y.Points())
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.fact, got, c.want)
		}
	}
	var crowd []vg.Point
	for i := range 40 {
		crowd = append(crowd, vg.Point{X: vg.Length(i * 37 % 200), Y: vg.Length(i * 53 % 90)})
	}
	seen := 0
	all := marks(crowd)
	for i, m := range all {
		seen += len(m.rings)
		if slices.ContainsFunc(all[:i], m.hides) {
			t.Errorf("the mark %s hides another", numbered(m.rings))
		}
	}
	if seen != len(crowd) {
		t.Errorf("%d of %d rings are marked", seen, len(crowd))
	}
}
