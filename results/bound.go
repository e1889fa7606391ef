package results

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"pushbench/results/near"
	"pushbench/results/safe"
)

// A Bound is what somebody expects of a metric: p99-sec <= 0.05.
type Bound struct {
	Metric string  // a Metric's Unit
	Op     string  // <= < == != >= >
	Want   float64 // base units
}

// ErrBound says that a text is not of the form of a bound.
var ErrBound = errors.New("the form is metric, operator and value, as in p99-sec <= 0.05")

var boundForm = regexp.MustCompile(`^([^\s<>=!]+)\s*(<=|>=|==|!=|<|>)\s*([^\s<>=!]+)$`)

// ParseBound reads a metric, an operator and a value in base units. A time may have a
// unit, as in p99-sec <= 50ms. The error is ErrBound, or says which part is wrong and
// what may have been meant.
func ParseBound(text string) (Bound, error) {
	parts := boundForm.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return Bound{}, ErrBound
	}
	m, err := FindMetric(parts[1])
	if err != nil {
		return Bound{}, err
	}
	v, err := strconv.ParseFloat(parts[3], 64)
	if err != nil && m.Kind == kindSec {
		var d time.Duration
		d, err = time.ParseDuration(parts[3])
		v = d.Seconds()
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		const hint = "base units: seconds, bytes; 0.5 or, for seconds, 500ms"
		return Bound{}, fmt.Errorf("%s is no number (%s)", safe.Quoted(parts[3], 40), hint)
	}
	return Bound{m.Unit, parts[2], v}, nil
}

// Holds reports whether got is what b wants.
func (b Bound) Holds(got float64) bool {
	switch b.Op {
	case "<=":
		return got <= b.Want
	case "<":
		return got < b.Want
	case "==":
		return got == b.Want
	case "!=":
		return got != b.Want
	case ">=":
		return got >= b.Want
	case ">":
		return got > b.Want
	}
	return false
}

// FindMetric returns the metric of that name. The error names those that may have been
// meant, or all.
func FindMetric(name string) (Metric, error) {
	if m, ok := MetricByUnit(name); ok {
		return m, nil
	}
	var units []string
	for _, m := range Metrics() {
		units = append(units, m.Unit)
	}
	hint := "the metrics are " + strings.Join(units, ", ")
	if like := near.Words(name, units); len(like) > 0 {
		hint = fmt.Sprintf("did you mean %s?", strings.Join(like, " or "))
	}
	return Metric{}, fmt.Errorf("unknown metric %s (%s)", safe.Quoted(name, 40), hint)
}

// Judge says what is wrong with t by b, or nothing. Where t has no such number it cannot
// be judged: then judged is false, and wrong says why.
func (b Bound) Judge(t *Trial) (wrong string, judged bool) {
	m, _ := MetricByUnit(b.Metric)
	got, ok := m.Value(t)
	switch {
	case !ok:
		return "cannot be judged: " + m.whyNot(t), false
	case b.Holds(got):
		return "", true
	}
	exact := strconv.FormatFloat(got, 'g', -1, 64)
	return fmt.Sprintf("does not hold: %s is %s (%s)", m.Unit, exact, FormatValue(got, m.Kind)), true
}

// whyNot says why t does not have m.
func (m Metric) whyNot(t *Trial) string {
	why := m.WhyNever(t.Transport)
	if why == "" && m.Why != nil {
		why = m.Why(t)
	}
	return cmp.Or(why, "the measurement has no such number")
}

// String is b as ParseBound reads it, in base units.
func (b Bound) String() string {
	return b.Metric + " " + b.Op + " " + strconv.FormatFloat(b.Want, 'g', -1, 64)
}
