package history

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pushbench/results/gate"
)

// The count of a window and that of a whole trial are two numbers.
func TestWindowsAndWholeTrialsDoNotMix(t *testing.T) {
	ls := lines(8, flat, always(253))
	for i := range ls {
		if i%2 == 1 {
			ls[i].Values[1].Whole, ls[i].Values[1].Head = true, 251
		}
	}
	both := ls[0].Values[1]
	both.Whole, both.Head = true, 251
	ls[0].Values = append(ls[0].Values, both)
	if p := ls[0].problem(); p.msg != "" {
		t.Errorf("a line cannot have both: %+v", p)
	}
	h := New(Log{Lines: ls}, nil)
	var got []string
	for _, s := range h.Series {
		got = append(got, fmt.Sprintf("%s %v %d %d", s.Metric, s.Whole, len(s.Points), len(s.Changes)))
	}
	if want := []string{"server-cpu-sec/event false 8 0", "bytes false 4 0", "bytes true 5 0"}; !slices.Equal(got, want) {
		t.Errorf("series %q, want %q", got, want)
	}
}

func TestAnotherLoadIsABreak(t *testing.T) {
	ls := lines(6, flat, always(253))
	for i := range ls[3:] {
		ls[3+i].Loads = []gate.Load{{Scenario: "feed", Hash: "another"}}
	}
	for _, s := range New(Log{Lines: ls}, nil).Series {
		if !reflect.DeepEqual(s.Breaks, []Break{{At: 3, Load: true}}) || !reflect.DeepEqual(s.Stretches(), [][2]int{{0, 3}, {3, 6}}) {
			t.Errorf("%s: breaks %+v, stretches %v", s.Metric, s.Breaks, s.Stretches())
		}
	}
}

// To scatter otherwise is neither worse nor better.
func TestScatter(t *testing.T) {
	for _, c := range []struct {
		fact          string
		before, after float64 // standard deviations
		step          float64
		want          Scatter
		worse         bool
	}{
		{"wider around the same level", 0.002, 0.04, 0, More, false},
		{"narrower around the same level", 0.04, 0.002, 0, Less, false},
		{"a level that rises is worse, however it scatters", 0.002, 0.02, 0.08, "", true},
	} {
		ls := lines(80, flat, always(253))
		xs := append(noise(3, 40, c.before, flat), noise(4, 40, c.after, always(c.step))...)
		for i, x := range xs {
			v := &ls[i].Values[0]
			v.Change, v.Lo, v.Hi = x, x-0.02, x+0.02
		}
		found := New(Log{Lines: ls}, nil).Series[0].Changes
		if len(found) != 1 || found[0].Scatter != c.want || found[0].Worse != c.worse {
			t.Errorf("%s: %+v", c.fact, found)
		}
	}
}
