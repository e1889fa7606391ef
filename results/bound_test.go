package results

import (
	"errors"
	"strings"
	"testing"
)

func TestParseBound(t *testing.T) {
	for _, row := range []struct {
		text string
		want Bound
	}{
		{"p99-sec <= 0.05", Bound{"p99-sec", "<=", 0.05}},
		{"p99-sec <= 50ms", Bound{"p99-sec", "<=", 0.05}},
		{"  p99-sec<=5e-2  ", Bound{"p99-sec", "<=", 0.05}},
		{"server-cpu-sec/event < 20us", Bound{"server-cpu-sec/event", "<", 20e-6}},
		{"missed-events==0", Bound{"missed-events", "==", 0}},
	} {
		if got, err := ParseBound(row.text); err != nil || got != row.want {
			t.Errorf("%s: %+v, %v", row.text, got, err)
		}
	}
}

func TestBoundsThatCannotBeRead(t *testing.T) {
	for _, row := range []struct{ fact, text, want string }{
		{"nothing", "", ErrBound.Error()},
		{"no operator", "p99-sec 0.05", ErrBound.Error()},
		{"no value", "p99-sec <=", ErrBound.Error()},
		{"an operator that is none", "p99-sec =< 0.05", ErrBound.Error()},
		{"one equals sign", "p99-sec = 0.05", ErrBound.Error()},
		{"two of them", "p99-sec <= 0.05, p50-sec <= 0.01", ErrBound.Error()},
		{"a word too many", "p99-latency-sec <= 0.05", `unknown metric "p99-latency-sec" (did you mean p99-sec?)`},
		{"a word too few", "B/event == 166", `unknown metric "B/event" (did you mean wire-B/event or framing-B/event or `},
		{"a letter that is wrong", "p98-sec <= 1", `unknown metric "p98-sec" (did you mean p90-sec or p99-sec or p50-sec?)`},
		{"a unit that was left out", "p99 <= 1",
			`unknown metric "p99" (did you mean p99-sec or p999-sec or recover-p99-sec?)`},
		{"another case", "P99-Sec <= 0.05", `unknown metric "P99-Sec" (did you mean p99-sec or `},
		{"a metric of Go", "ns/op < 100", `unknown metric "ns/op" (the metrics are p50-sec, `},
		{"no number", "p99-sec <= fast", `"fast" is no number (base units: seconds, bytes; `},
		{"a time for bytes", "wire-B/event <= 5ms", `"5ms" is no number`},
		{"no finite number", "p99-sec <= Inf", `"Inf" is no number`},
		{"not a number", "p99-sec == NaN", `"NaN" is no number`},
	} {
		_, err := ParseBound(row.text)
		if err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
		if errors.Is(err, ErrBound) != (row.want == ErrBound.Error()) {
			t.Errorf("%s: %v is ErrBound", row.fact, err)
		}
	}
}

// Each metric can be bounded by the name by which it is printed.
func TestEveryMetricHasBounds(t *testing.T) {
	for _, m := range Metrics() {
		if got, err := ParseBound(m.Unit + " <= 1"); err != nil || got.Metric != m.Unit {
			t.Errorf("%s: %+v, %v", m.Unit, got, err)
		}
	}
}

func TestBoundHolds(t *testing.T) {
	for _, row := range []struct {
		op                   string
		below, equal, beyond bool
	}{
		{"<=", true, true, false},
		{"<", true, false, false},
		{"==", false, true, false},
		{"!=", true, false, true},
		{">=", false, true, true},
		{">", false, false, true},
		{"=~", false, false, false},
	} {
		b := Bound{Op: row.op, Want: 2}
		if b.Holds(1) != row.below || b.Holds(2) != row.equal || b.Holds(3) != row.beyond {
			t.Errorf("%s 2 holds for 1: %v, for 2: %v, for 3: %v", row.op, b.Holds(1), b.Holds(2), b.Holds(3))
		}
	}
}

func FuzzBound(f *testing.F) {
	for _, text := range []string{"p99-sec <= 50ms", "protocol-B/event == 14", "a", "p50-sec<1", "=="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBound(text)
		if err != nil {
			return
		}
		again, err := ParseBound(b.String())
		if err != nil || again != b {
			t.Errorf("%q is read as %+v, and that again as %+v, %v", text, b, again, err)
		}
	})
}
