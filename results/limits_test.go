package results

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A number that no run can have is refused with its file, line and field,
// whichever it is.
func TestParseRefusesImpossibleNumbers(t *testing.T) {
	one := small(t)
	one.Trials = one.Trials[:1]
	b, err := json.MarshalIndent(one, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	number := regexp.MustCompile(`^\s*"(\w+)": (-?[0-9.e+-]+),?$`)
	tried := map[string]int{}
	for i, line := range lines {
		m := number.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		name := line[m[2]:m[3]]
		if name == "schema" || name == "seed" || strings.HasSuffix(name, "_limit") || name == "memory_bytes" || name == "got" || name == "want" {
			continue // its own error; any number; shown as it was written
		}
		for _, value := range []string{"1.7e308", "9007199254740993000", "-4611686018427387904"} {
			if strings.Contains(value, "e") && !strings.ContainsAny(line[m[4]:m[5]], ".e") && !strings.HasSuffix(name, "_sec") {
				continue // an integer's type refuses it
			}
			changed := append(append(append([]string{}, lines[:i]...), line[:m[4]]+value+line[m[5]:]), lines[i+1:]...)
			r, err := Parse("f", []byte(strings.Join(changed, "\n")))
			if err == nil {
				t.Errorf("line %d: %s: %s passes", i+1, name, value)
				continue
			}
			if r != nil || !regexp.MustCompile(`^f:\d+:\d+: (trials\[\d\]\.|provenance\.|scenarios\[|planned)`).MatchString(err.Error()) {
				t.Errorf("line %d: %s: %s gives %v", i+1, name, value, err)
			}
			tried[name]++
		}
	}
	if len(tried) < 60 {
		t.Errorf("only %d numbers were tried", len(tried))
	}
	for _, c := range []struct{ path, old, new, want string }{
		{"an age just below zero", `"mean_sec": 0.5`, `"mean_sec": -1e-9`, `f:\d+:\d+: trials\[0\].age.mean_sec: is -1e-09, but a count or a time`},
		{"an age beyond measure", `"mean_sec": 0.5`, `"mean_sec": 1.7e308`, `trials\[0\].age.mean_sec: is 1.7e\+308, which is more than any run can have`},
		{"a window beyond measure", `"window_sec": 2`, `"window_sec": 1e307`, `trials\[0\].load.window_sec: is 1e\+307, which is more than any run can have`},
		{"a window of no time", `"window_sec": 2`, `"window_sec": 1e-300`, `^f:\d+:\d+: trials\[0\].load.window_sec: is 1e-300, which is not 0, but less than any run can have \(1e-12\)`},
		{"a rate of next to nothing", `"rate_per_sec": 1,`, `"rate_per_sec": 5e-324,`, `^f:\d+:\d+: trials\[0\].load.rate_per_sec: is 5e-324, which is not 0`},
		{"connections that were opened in no time", `"seconds": 0.004`, `"seconds": 1e-13`, `trials\[0\].connection.seconds: is 1e-13, which is not 0`},
		{"a smaller payload than that of the deliveries", `"in_window": 4`, `"in_window": 5`, `trials\[0\].steady.in.payload: is 504, but 5 deliveries of 126 bytes make 630`},
		{"deliveries that were timed beyond all", `"timed": 4`, `"timed": 9`, `trials\[0\].deliveries.timed: is 9 of 8 deliveries`},
		{"more events in the window than in the trial", `"events": 2`, `"events": 5`, `trials\[0\].deliveries.events: is 5 of 4 offered events`},
		{"fewer events than were split at the server", `"events": 2`, `"events": 1`, `trials\[0\].to_server: has 2 values for 1 events of the window`},
		{"a latency that ends by nothing", `"missing": 1`, `"missing": 0`, `trials\[0\].trust.stamps.kernel: is 3, which with 0 missing does not make 4 latencies`},
		{"more shared stamps than stamps", `"shared": 1`, `"shared": 4`, `trials\[0\].trust.stamps.shared: is 4 of 3 stamps`},
		{"an answer without a request", `"full": 2`, `"full": 3`, `trials\[0\].requests.sent: is 8, but 3 full and 6 empty answers make 9`},
		{"a request that nobody answered", `"full": 2`, `"full": 1`, `trials\[0\].requests.sent: is 8, but 1 full and 6 empty answers make 7`},
		{"a quota that takes time back", `"throttled_sec": 0.002`, `"throttled_sec": -1`, `trials\[0\].trust.throttled_sec: is -1, but a count or a time`},
		{"more requests in vain than requests", `"empty": 6`, `"empty": 9`, `trials\[0\].requests.empty: is 9 of 8 requests`},
	} {
		_, err := Parse("f", []byte(strings.Replace(string(b), c.old, c.new, 1)))
		if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%s: %v", c.path, err)
		}
	}
}

// Whatever number is as small as a record may have it, no metric is beyond all numbers.
func TestLeastNumbersGiveNumbers(t *testing.T) {
	one := small(t)
	one.Trials = one.Trials[:1]
	b, err := json.MarshalIndent(one, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, m := range regexp.MustCompile(`"\w+(_sec|seconds)": ([0-9.e-]+)`).FindAllStringSubmatchIndex(string(b), -1) {
		r, err := Parse("f", []byte(string(b[:m[4]])+"1e-12"+string(b[m[5]:])))
		if err != nil {
			continue // it does not agree with others
		}
		tried++
		for _, c := range r.Cells() {
			for _, metric := range Metrics() {
				if sum, ok := c.Summarize(metric); ok && (math.IsNaN(sum.Center) || math.IsInf(sum.Center, 0) || math.Abs(sum.Center) > 1e30) {
					t.Errorf("%s: %s is %v", b[m[0]:m[1]], metric.Unit, sum.Center)
				}
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d numbers were tried", tried)
	}
}

// A stream that was lost takes a request to open it again, whose answer does not end.
func TestParseAcceptsStreamsThatWereOpenedAgain(t *testing.T) {
	r := small(t)
	x := r.Trials[0]
	x.Requests.Sent += 3
	x.Recovery = &Recovery{Lost: 3, Clients: 3, Refused: 1, Opened: 2}
	dir := t.TempDir()
	if err := Save(dir, r); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err != nil {
		t.Error(err)
	}
	x.Requests.Sent++
	if err := Save(dir, r); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "and 3 connections were opened again") {
		t.Errorf("a request more than that: %v", err)
	}
}

// What a real trial may have below zero is let through.
func TestParseAcceptsDifferences(t *testing.T) {
	r := small(t)
	x := r.Trials[0]
	x.Connection.Held = Held{-1, -1, -1, -1, -1, -1, -1, -1}
	r.Provenance.Granted.GC, x.Trust.Pressure, x.Trust.ClockSlip, x.Generator.CPU, x.Generator.Share, x.Steady.In[Framing] = -1, -1, -0.5, -1e-6, -1e-6, -40
	x.Audit = &Audit{Bias: -1e-6, BiasP99: -1e-6, BiasSend: -1e-6, BiasRead: -1e-6}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
}

// The records of this repository are read.
func TestCommittedRecordsAreValid(t *testing.T) {
	for _, run := range []string{"baseline", "truth", "reproduction"} {
		if _, err := os.Stat(run); err != nil {
			t.Error(err)
			continue
		}
		if _, err := Load(run); err != nil {
			t.Error(fmt.Errorf("%s: %w", run, err))
		}
	}
}
