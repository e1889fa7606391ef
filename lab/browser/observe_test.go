//go:build linux

package browser

import (
	"context"
	"errors"
	"reflect"
	"regexp"
	"testing"

	"pushbench/results"
)

// What a repetition has not measured is left out, with the reason of the first time.
func TestRepeat(t *testing.T) {
	s := &sheet{of: Chromium}
	s.want("first", "count", "one of %d", 2)
	s.want("second", "sec", "the other")
	s.want("third", "sec", "what cannot happen")
	times := 0
	s.repeat(t.Context(), Options{Repeat: 3}, 0, func(context.Context) error {
		times++
		s.is("first", times != 2)
		s.lack("third", "it never happens")
		if times > 1 {
			return errors.New("no luck")
		}
		s.note("second", 0.5)
		return nil
	})
	want := []results.Observation{
		{Name: "chromium-first", Kind: "count", About: "Chromium: one of 2.", Values: []float64{1, 0, 1}},
		{Name: "chromium-second", Kind: "sec", About: "Chromium: the other.", Values: []float64{0.5}, Reason: "repetition 2 of 3: no luck"},
		{Name: "chromium-third", Kind: "sec", About: "Chromium: what cannot happen.", Reason: "it never happens"},
	}
	if !reflect.DeepEqual(s.rows, want) {
		t.Errorf("%+v", s.rows)
	}
}

func TestRepeatEnds(t *testing.T) {
	s := &sheet{of: Firefox}
	s.want("first", "count", "never measured")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.repeat(ctx, Options{Repeat: 1}, 0, func(context.Context) error {
		t.Error("it is carried out")
		return nil
	})
	if s.rows[0].Reason != context.Canceled.Error() {
		t.Errorf("%+v", s.rows)
	}
}

// The names of all numbers are different, and each has what a record wants of it.
func TestObservations(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	seen := map[string]bool{}
	for _, k := range Kinds() {
		for _, e := range Experiments() {
			for _, o := range e.Run(t.Context(), k, Options{}) {
				if seen[o.Name] || !names.MatchString(o.Name) || o.About == "" || o.Reason == "" || !kindsOfNumbers[o.Kind] {
					t.Errorf("%+v", o)
				}
				seen[o.Name] = true
			}
		}
	}
}

var (
	names          = regexp.MustCompile(`^(chromium|firefox)(-[a-z0-9]+)+$`)
	kindsOfNumbers = map[string]bool{"sec": true, "bytes": true, "count": true, "share": true}
)

func TestWritten(t *testing.T) {
	const head = "55d-7ffe ---p 00000000 00:00 0 [rollup]\nRss: 8 kB\nPss: 7 kB\n"
	for _, c := range []struct {
		fact, text string
		want       int64
		wrong      string
	}{
		{"both", head + "Pss_Anon:             3 kB\nPss_File:  1 kB\nPss_Shmem:            2 kB\n", 5 << 10, ""},
		{"an older kernel", head, 0, "the kernel does not tell Pss_Anon (smaps_rollup)"},
		{"a part", head + "Pss_Anon: 3 kB\n", 0, "the kernel does not tell Pss_Shmem (smaps_rollup)"},
		{"a process of the kernel", "", 0, "the kernel does not tell Pss_Anon (smaps_rollup)"},
	} {
		got, err := written(c.text)
		if got != c.want || (err == nil) != (c.wrong == "") || err != nil && err.Error() != c.wrong {
			t.Errorf("%s: %d, %v", c.fact, got, err)
		}
	}
}

// A part is left out when others are named.
func TestOnly(t *testing.T) {
	some := Options{Only: []string{"cut", "websocket-reset"}}
	for part, want := range map[string]bool{"cut": true, "websocket-reset": true, "reset": false, "cut-retry": false} {
		if some.has(part) != want || !(Options{}).has(part) {
			t.Errorf("%s: %v, want %v", part, some.has(part), want)
		}
	}
}
