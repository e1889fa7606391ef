package results

import (
	"math"
	"testing"
)

func TestFormatValue(t *testing.T) {
	for _, test := range []struct {
		name string
		v    float64
		kind string
		want string
	}{
		{"microseconds", 0.00041, "sec", "410 µs"},
		{"a median to three digits", 0.2503, "sec", "250 ms"},
		{"trailing zeros say how exact it is", 0.005, "sec", "5.00 ms"},
		{"rounding up changes the unit", 0.0009996, "sec", "1.00 ms"},
		{"rounding up within the unit", 0.009996, "sec", "10.0 ms"},
		{"seconds", 1.5, "sec", "1.50 s"},
		{"seconds have nothing above them", 3725, "sec", "3720 s"},
		{"whole nanoseconds", 4e-9, "sec", "4 ns"},
		{"less than a nanosecond", 4.2e-10, "sec", "0.420 ns"},
		{"no time", 0, "sec", "0 s"},
		{"a negative residual", -0.0123, "sec", "-12.3 ms"},
		{"whole bytes", 128, "bytes", "128 B"},
		{"part of a byte", 2.5, "bytes", "2.50 B"},
		{"kilobytes are decimal", 1200, "bytes", "1.20 kB"},
		{"just below a kilobyte", 999.7, "bytes", "1.00 kB"},
		{"megabytes", 65_536_000, "bytes", "65.5 MB"},
		{"petabytes", 2.86e15, "bytes", "2.86 PB"},
		{"more than the largest unit", 2.8567e24, "bytes", "2,860,000 EB"},
		{"no bytes", 0, "bytes", "0 B"},
		{"negative memory", -1536, "bytes", "-1.54 kB"},
		{"a share", 0.1234, "share", "12.3 %"},
		{"a whole share", 1, "share", "100 %"},
		{"a small share", 0.00012, "share", "0.0120 %"},
		{"no share", 0, "share", "0 %"},
		{"a whole count", 12, "count", "12"},
		{"a large count", 1234567, "count", "1,234,567"},
		{"a large count with a fraction", 6903.69, "count", "6,904"},
		{"a fraction that rounds up to a thousand", 999.99, "count", "1,000"},
		{"a fraction", 0.03125, "count", "0.0312"},
		{"a tiny fraction", 1.25e-9, "count", "1.25e-09"},
		{"a negative count", -1234, "count", "-1,234"},
		{"three digits get no comma", -123, "count", "-123"},
		{"no number", math.NaN(), "sec", "–"},
		{"an infinite interval", math.Inf(1), "bytes", "–"},
		{"an unknown kind is a count", 1234, "apples", "1,234"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := FormatValue(test.v, test.kind); got != test.want {
				t.Errorf("FormatValue(%g, %q) = %q, want %q", test.v, test.kind, got, test.want)
			}
		})
	}
}
