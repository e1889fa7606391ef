//go:build linux

package browser

import (
	"errors"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/results"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is how experiments are carried out in tests: the browsers are asked for less, and
// nothing more is to be expected sooner. When more WebSockets are to be opened, Chromium waits
// longer than that between two of them.
var quick = Options{Ask: 13, Quiet: time.Second}

// each runs a test with each kind of browser. One that is not installed is skipped, unless
// PUSHBENCH_REQUIRE is all.
func each(t *testing.T, test func(*testing.T, Kind)) {
	for _, k := range Kinds() {
		t.Run(string(k), func(t *testing.T) {
			t.Parallel() // much of the time is spent waiting
			_, err := Find(k)
			var absent *Absent
			switch {
			case errors.As(err, &absent) && os.Getenv("PUSHBENCH_REQUIRE") != "all":
				t.Skip(err)
			case err != nil:
				t.Fatal(err)
			}
			test(t, k)
		})
	}
}

// values are the first values of the numbers that were measured, by their names without the
// kind. All of them are written to the log.
func values(t *testing.T, k Kind, all []results.Observation) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	for _, o := range all {
		t.Logf("%-46s %v %s: %s (%s)", o.Name, o.Values, o.Kind, o.About, o.Reason)
		if o.Reason == "" && len(o.Values) == 1 {
			got[o.Name[len(k)+1:]] = o.Values[0]
		}
	}
	return got
}

// check compares what was measured.
func check(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name, w := range want {
		if g, ok := got[name]; !ok || g != w {
			t.Errorf("%s is %v (measured: %v), want %v", name, g, ok, w)
		}
	}
}

// takesLong skips a test of an experiment where the question is only whether browsers run.
func takesLong(t *testing.T) {
	if testing.Short() {
		t.Skip("experiments take a minute")
	}
}
