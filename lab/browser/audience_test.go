//go:build linux

package browser

import (
	"slices"
	"testing"
	"time"
)

func TestLateness(t *testing.T) {
	zero := time.Unix(1000, 0)
	clock := pageClock{zero: zero}
	due := []time.Time{{}, zero.Add(time.Second), zero.Add(2 * time.Second)}
	for _, c := range []struct {
		fact    string
		arrived [][]float64
		due     []time.Time
		want    []float64
		wrong   string
	}{
		{"two clients, and an event that is not counted", [][]float64{{5, 1250, 2125}, {6, 1500, 2000}}, due, []float64{0, 0.125, 0.25, 0.5}, ""},
		{"one that has not come", [][]float64{{5, 1250, 2125}, {6, -1, 2000}}, due, nil, "5 of 6 events have come within 10s of the last one"},
		{"one that has not come, and is not counted", [][]float64{{-1, 1250, 2125}}, due, nil, "2 of 3 events have come within 10s of the last one"},
		{"none that counts", [][]float64{{5}}, due[:1], nil, "no event is counted"},
		{"nobody", nil, due, nil, "no event is counted"},
	} {
		got, err := lateness(c.arrived, c.due, clock)
		if !slices.Equal(got, c.want) || (err == nil) != (c.wrong == "") || err != nil && err.Error() != c.wrong {
			t.Errorf("%s: %v, %v", c.fact, got, err)
		}
	}
}
