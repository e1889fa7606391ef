package pushtest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/results"
)

// Expect judges the measurement that [Run] has just made for b, and reports an error
// for each expectation that does not hold. An expectation is a metric, an operator
// (<=, <, ==, !=, >=, >) and a value in base units, seconds and bytes. A time may have
// a unit:
//
//	pushtest.Expect(b, "p99-sec <= 50ms", "protocol-B/event == 14", "missed-events == 0")
//
// Any metric of [Metrics] will do, also one that is not printed. The testing package
// runs a benchmark several times, with more iterations each time, and prints the last.
// Expect judges that one alone. A metric that the measurement does not have is an
// error, and the message says why it has none. So is text that cannot be read, in the
// first run already.
func Expect(b *testing.B, expectations ...string) {
	b.Helper()
	var all []expectation
	for _, text := range expectations {
		e, err := parseExpectation(text)
		if err != nil {
			b.Fatalf("pushtest: %v", err)
		}
		all = append(all, e)
	}
	t, ok := measured.Load(b)
	switch {
	case b.Failed():
		return // what is wrong is said already
	case !ok:
		b.Fatal("pushtest: Expect comes after Run")
	case !last(b):
		return
	}
	for _, e := range all {
		if wrong := e.judge(t.(*results.Trial)); wrong != "" {
			b.Errorf("pushtest: %s", wrong)
		}
	}
}

// measured has the trial of each benchmark that is running: *testing.B to *results.Trial.
var measured sync.Map

// Metrics are the names of all metrics, with what each of them counts.
func Metrics() map[string]string {
	all := make(map[string]string)
	for _, m := range results.Metrics() {
		all[m.Unit] = m.Definition
	}
	return all
}

// An expectation is a bound on a metric.
type expectation struct {
	text   string
	metric results.Metric
	op     string
	want   float64 // base units
}

var expectationForm = regexp.MustCompile(`^([^\s<>=!]+)\s*(<=|>=|==|!=|<|>)\s*([^\s<>=!]+)$`)

func parseExpectation(text string) (e expectation, err error) {
	parts := expectationForm.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return e, fmt.Errorf("cannot read the expectation %q: write metric, operator and value, as in p99-sec <= 0.05", text)
	}
	e.text, e.op = strings.TrimSpace(text), parts[2]
	if e.metric, err = metric(parts[1]); err != nil {
		return e, err
	}
	if e.want, err = strconv.ParseFloat(parts[3], 64); err != nil && e.metric.Kind == "sec" {
		var d time.Duration
		d, err = time.ParseDuration(parts[3])
		e.want = d.Seconds()
	}
	if err != nil || math.IsNaN(e.want) || math.IsInf(e.want, 0) {
		return e, fmt.Errorf("%q in the expectation %q is no number such as 0.05, nor a time such as 50ms", parts[3], e.text)
	}
	return e, nil
}

// metric returns the metric of that name. The error has names that are like it.
func metric(name string) (results.Metric, error) {
	m, ok := results.MetricByUnit(name)
	if ok {
		return m, nil
	}
	var like, all []string
	for _, m := range results.Metrics() {
		all = append(all, m.Unit)
		if alike(name, m.Unit) {
			like = append(like, m.Unit)
		}
	}
	if len(like) == 0 {
		return m, fmt.Errorf("unknown metric %q: the metrics are %s", name, strings.Join(all, ", "))
	}
	return m, fmt.Errorf("unknown metric %q: did you mean %s?", name, strings.Join(like, " or "))
}

// alike reports whether every word of one name is in the other: B/event and
// wire-B/event, p99-latency-sec and p99-sec.
func alike(a, b string) bool {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == '-' || r == '/' || r == '_' })
	}
	within := func(a, b []string) bool {
		return len(a) > 0 && !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
	}
	return within(words(a), words(b)) || within(words(b), words(a))
}

// judge says what is wrong with the expectation in t, or nothing.
func (e expectation) judge(t *results.Trial) string {
	got, ok := e.metric.Value(t)
	if !ok {
		return fmt.Sprintf("%s cannot be judged: %s", e.text, whyNot(e.metric, t))
	}
	if e.holds(got) {
		return ""
	}
	return fmt.Sprintf("%s does not hold: %s is %s (%s)", e.text, e.metric.Unit, strconv.FormatFloat(got, 'g', -1, 64),
		results.FormatValue(got, e.metric.Kind))
}

// whyNot says why t does not have m.
func whyNot(m results.Metric, t *results.Trial) string {
	if m.Transports != nil && !slices.Contains(m.Transports, t.Transport) {
		return "only " + strings.Join(m.Transports, " and ") + " can have it"
	}
	if m.Why != nil {
		if why := m.Why(t); why != "" {
			return why
		}
	}
	return "the measurement has no such number"
}

func (e expectation) holds(got float64) bool {
	switch e.op {
	case "<=":
		return got <= e.want
	case "<":
		return got < e.want
	case "==":
		return got == e.want
	case "!=":
		return got != e.want
	case ">=":
		return got >= e.want
	}
	return got > e.want
}
