package page

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/results"
)

// numbered is r with every number of a kind as change has it.
func numbered(r *results.Record, kind reflect.Kind, set func(reflect.Value)) *results.Record {
	sample.Each(r, func(_ string, v reflect.Value) {
		if v.Kind() == kind {
			set(v)
		}
	})
	return r
}

var percent = regexp.MustCompile(`(&#43;|[-+])(Inf|NaN)[ \x{a0}]%`)

// TestExtremeNumbers writes every report of records whose numbers cannot be: no
// figure hangs, grows or shows what is no number. The reader refuses them, but
// a figure guards itself. JSON has no infinity.
func TestExtremeNumbers(t *testing.T) {
	check := func(fact string, r *results.Record) {
		t.Run(fact, func(t *testing.T) {
			for name, sentence := range outputs(t, r) {
				if most := 4_000_000; len(sentence) > most {
					t.Errorf("%s has %d bytes", name, len(sentence))
				}
				if strings.HasPrefix(name, "terminal") {
					for line := range strings.Lines(sentence) {
						if n := text.Width(line); n > 100 {
							t.Errorf("the %s has a line of %d columns: %s", name, n, line)
						}
					}
				}
				if name == "bench.txt" {
					continue // which gives numbers as they are
				}
				sentence = percent.ReplaceAllString(sentence, "") // of claims and predictions
				for _, none := range []string{"NaN", "+Inf", "-Inf", "%!"} {
					if at := strings.Index(sentence, none); at >= 0 {
						t.Errorf("%s has what is no number: %s", name, sentence[max(0, at-60):min(len(sentence), at+20)])
					}
				}
			}
		})
	}
	// least is enough to draw every figure once.
	least := func() *results.Record {
		r := sample.Few()
		r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return s.Name == "sweep-interval" })
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return t.Scenario == "sweep-interval" || t.Number > 1 })
		return r
	}
	for _, v := range []float64{0, 5e-324, -1e-9, 1e16, 1e307, -math.MaxFloat64} {
		check(fmt.Sprintf("every number is %g", v), numbered(least(), reflect.Float64, func(f reflect.Value) { f.SetFloat(v) }))
		i := 0
		check(fmt.Sprintf("every third number is %g", v), numbered(least(), reflect.Float64, func(f reflect.Value) {
			if i++; i%3 == 0 {
				f.SetFloat(v)
			}
		}))
	}
	for _, v := range []int64{0, -1, math.MaxInt64, math.MinInt64} {
		check(fmt.Sprintf("every count is %d", v), numbered(least(), reflect.Int64, func(f reflect.Value) { f.SetInt(v) }))
		check(fmt.Sprintf("every small count is %d", v), numbered(least(), reflect.Int, func(f reflect.Value) { f.SetInt(v) }))
	}
}
