package results

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
)

// What a number of a record can be at most. Sums over as many trials as a file
// holds stay far within an int64 and a float64, and an axis over them has ends.
const (
	mostSeconds = 1e9     // thirty years
	mostCounted = 1 << 50 // events, bytes, rates

	// What is divided by is 0, which means none, or so much at least: a time
	// of a nanosecond, shared by a thousand. A quotient of two bounds is finite.
	leastDivisor = 1e-12
)

// divisors are the numbers by which others are divided, besides times and rates.
var divisors = map[string]bool{"seconds": true, "expected": true, "theirs": true, "tolerance": true, "cpu_quota_cores": true}

// below are the numbers that may be negative, because they are differences of
// two readings, by the field that holds them; and those of which -1 has a
// meaning: cpu_pressure, where the kernel does not tell, and gogc, which is off.
// A steady ledger is a difference, too, in records whose window cut an answer in
// two.
var below = map[string]bool{
	"held": true, "steady": true, "clock_slip_sec": true, "cpu_pressure": true,
	"bias_sec": true, "bias_p99_sec": true, "bias_send_sec": true, "bias_read_sec": true,
	"cpu_sec": true, "share": true, "gogc": true, "held_bytes": true, "grown_bytes": true,
	"offset_sec": true, "drift_sec": true,
}

// impossible finds the first number of v that no run can have: a count or a
// time below zero or beyond all measure. path is v's place; negative says that
// what holds v is a difference. Histograms look after themselves.
func impossible(path string, v reflect.Value, negative bool) *problem {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return impossible(path, v.Elem(), negative)
		}
	case reflect.Array: // Bytes, the only one
		for _, k := range Kinds() {
			if p := impossible(path+"."+k.Key(), v.Index(int(k)), negative); p != nil {
				return p
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if p := impossible(fmt.Sprintf("%s[%d]", path, i), v.Index(i), negative); p != nil {
				return p
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Histogram]() || v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if f := v.Field(i); f.Kind() == reflect.Float64 && tiny(name, f.Float()) {
				return &problem{strings.TrimPrefix(path+"."+name, "."), fmt.Sprintf("is %v, which is not 0, but less than any run can have (%g)", f.Float(), leastDivisor)}
			}
			if p := impossible(strings.TrimPrefix(path+"."+name, "."), v.Field(i), negative || below[name]); p != nil {
				return p
			}
		}
	case reflect.Int, reflect.Int64:
		return outside(path, float64(v.Int()), v.Interface(), mostCounted, negative)
	case reflect.Float64:
		most := float64(mostCounted)
		if strings.HasSuffix(path, "_sec") && !strings.HasSuffix(path, "_per_sec") {
			most = mostSeconds
		}
		return outside(path, v.Float(), v.Interface(), most, negative)
	}
	return nil
}

// tiny reports whether v, of the field of that name, is so near 0 that what is divided by it is
// beyond all numbers. A difference may be as near as it likes.
func tiny(name string, v float64) bool {
	return v != 0 && math.Abs(v) < leastDivisor && !below[name] && (divisors[name] || strings.HasSuffix(name, "_sec"))
}

// outside says that v, which is written as shown, is not within 0 or -most and most.
func outside(path string, v float64, shown any, most float64, negative bool) *problem {
	least := 0.0
	if negative {
		least = -most
	}
	switch {
	case v >= least && v <= most:
		return nil
	case v < 0 && !negative:
		return &problem{path, fmt.Sprintf("is %v, but a count or a time is never less than 0", shown)}
	}
	return &problem{path, fmt.Sprintf("is %v, which is more than any run can have (%g)", shown, most)}
}
