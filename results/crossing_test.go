package results

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sweepRecord is a record of one sweep over the event rate: for each variant
// and point the values of requests/event in its trials.
func sweepRecord(sweep string, lines map[string]map[float64][]int64) *Record {
	r := &Record{Scenarios: []Scenario{{Name: "s", Sweep: sweep, Variants: []string{"longpoll", "polling", "sse", "websocket", "tcp"}}}}
	for variant, line := range lines {
		for x, values := range line {
			for _, v := range values {
				t := &Trial{Scenario: "s", Sweep: sweep, Variant: variant, Point: fmt.Sprint(x),
					Load: Workload{Rate: x, Interval: x}, Deliveries: Deliveries{InWindow: 1}, Requests: HTTPCount{Sent: v}}
				if x == 0 {
					t.Point = ""
				}
				if x != 0 && sweep == "interval" {
					t.Variant += fmt.Sprintf("/interval=%gs", x)
				}
				t.Transport, t.Settings = splitVariant(t.Variant)
				r.Trials = append(r.Trials, t)
			}
		}
	}
	return r
}

func TestCrossings(t *testing.T) {
	for _, test := range []struct {
		name  string
		sweep string
		lines map[string]map[float64][]int64
		want  []string
	}{
		{"two lines cross between the points that were measured", "rate", map[string]map[float64][]int64{
			"polling": {1: {100}, 100: {100}},
			"sse":     {1: {10}, 100: {1000}},
		}, []string{"sse, then polling between 1 and 100"}},
		{"lines that keep their order do not cross", "rate", map[string]map[float64][]int64{
			"polling": {1: {100}, 10: {200}},
			"sse":     {1: {10}, 10: {20}},
		}, nil},
		{"points whose ranges overlap decide nothing", "rate", map[string]map[float64][]int64{
			"websocket": {1: {10, 12}, 10: {9, 13}, 100: {11, 12}},
			"sse":       {1: {11, 13}, 10: {8, 12}, 100: {10, 12}},
		}, nil},
		{"they do not hide a crossing either", "rate", map[string]map[float64][]int64{
			"websocket": {1: {10}, 10: {90, 110}, 100: {1000}},
			"sse":       {1: {100}, 10: {80, 120}, 100: {100}},
		}, []string{"websocket, then sse between 1 and 100"}},
		{"a hundredth of a difference may be chance in few trials", "rate", map[string]map[float64][]int64{
			"websocket": {1: {10_000}, 100: {10_020}},
			"sse":       {1: {10_010}, 100: {10_010}},
		}, nil},
		{"and is none in many", "rate", map[string]map[float64][]int64{
			"websocket": {1: slices.Repeat([]int64{10_000}, 6), 100: slices.Repeat([]int64{10_020}, 6)},
			"sse":       {1: slices.Repeat([]int64{10_010}, 6), 100: slices.Repeat([]int64{10_010}, 6)},
		}, []string{"websocket, then sse between 1 and 100"}},
		{"a variant may overtake and fall back", "rate", map[string]map[float64][]int64{
			"polling": {1: {100}, 100: {100}, 10000: {100}},
			"sse":     {1: {10}, 100: {1000}, 10000: {10}},
		}, []string{"sse, then polling between 1 and 100", "polling, then sse between 100 and 1e+04"}},
		{"a variant that the sweep leaves alone is a level line", "interval", map[string]map[float64][]int64{
			"polling": {1: {1000}, 100: {10}},
			"sse":     {0: {100}},
		}, []string{"sse, then polling between 1 and 100"}},
		{"the floor is no contender", "rate", map[string]map[float64][]int64{
			"polling": {1: {100}, 100: {100}},
			"tcp":     {1: {10}, 100: {1000}},
		}, nil},
		{"where one has no point, its neighbors count", "rate", map[string]map[float64][]int64{
			"polling": {1: {100}, 10: {100}, 100: {100}},
			"sse":     {1: {10}, 100: {1000}},
		}, []string{"sse, then polling between 1 and 100"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, c := range Crossings(sweepRecord(test.sweep, test.lines), "s", "requests/event") {
				got = append(got, fmt.Sprintf("%s, then %s between %.3g and %.3g", c.A, c.B, c.Before, c.After))
				if c.At != 0 || c.Value != 0 || c.AtBefore[0] >= c.AtBefore[1] || c.AtAfter[0] <= c.AtAfter[1] {
					t.Errorf("%+v", c)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	few := sweepRecord("rate", map[string]map[float64][]int64{"polling": {1: {1}, 100: {1}}, "sse": {1: {1}, 100: {1}}})
	for _, t := range few.Trials { // the generator's CPU time crosses as clearly as can be
		t.Generator.CPU = map[string]float64{"polling1": 9, "polling100": 1, "sse1": 1, "sse100": 9}[t.Transport+t.Point]
	}
	if got := Crossings(few, "s", "loadgen-cpu-sec/event"); got != nil {
		t.Errorf("times of one trial each have crossings: %v", got)
	}
}
