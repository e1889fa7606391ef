package recompute

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// kind is how a unit is written.
func kind(unit string) string {
	switch {
	case strings.Contains(unit, "-sec") && !strings.HasPrefix(unit, "requests/"), unit == "sec":
		return "sec"
	case strings.Contains(unit, "-B") || unit == "bytes":
		return "bytes"
	case unit == "empty-requests-share" || unit == "disconnected-share" || unit == "of-ceiling" || unit == "cpu-pressure" || unit == "uniform-fit":
		return "share"
	}
	return "count"
}

// format writes v with three significant digits, as a reader sees it.
func format(v float64, kind string) string {
	switch kind {
	case "sec":
		if v == 0 {
			return "0 s"
		}
		return prefixed(v*1e9, "ns", "µs", "ms", "s")
	case "bytes":
		return prefixed(v, "B", "kB", "MB", "GB", "TB", "PB", "EB")
	case "share":
		return number(v*100) + " %"
	case "Mibit/s", "×":
		return number(v) + " " + kind
	}
	return number(v)
}

// three rounds to three significant digits.
func three(v float64) float64 {
	r, _ := strconv.ParseFloat(fmt.Sprintf("%.2e", v), 64)
	return r
}

func prefixed(v float64, units ...string) string {
	v = three(v)
	i := 0
	for ; i < len(units)-1 && math.Abs(v) >= 1000; i++ {
		v = three(v / 1000)
	}
	if v == math.Trunc(v) && i == 0 {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return digits(v) + " " + units[i]
}

// digits writes a value of three significant digits.
func digits(v float64) string {
	if v == 0 {
		return "0"
	}
	decimals := 2
	for a := math.Abs(v) * (1 + 1e-12); a >= 10; a /= 10 {
		decimals--
	}
	for a := math.Abs(v) * (1 + 1e-12); a < 1; a *= 10 {
		decimals++
	}
	return strconv.FormatFloat(v, 'f', max(0, decimals), 64)
}

// number writes a whole number in full and any other with three digits.
func number(v float64) string {
	if v != math.Trunc(v) && math.Abs(v) < 1000 {
		if v = three(v); math.Abs(v) < 1000 {
			return digits(v)
		}
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if v < 0 {
		s = "-" + s
	}
	return s
}

// whole is a number as it reads without the digits that say nothing: 9.00 is 9.
func whole(text string) string {
	value, unit, _ := strings.Cut(text, " ")
	if strings.Contains(value, ".") {
		value = strings.TrimRight(strings.TrimRight(value, "0"), ".")
	}
	return value + " " + unit
}

// bounds are those of a summary where they read otherwise than its median.
func (s summary) bounds(kind string) string {
	mid, lo, hi := format(s.mid, kind), format(s.lo, kind), format(s.hi, kind)
	if s.n < 2 || whole(lo) == whole(mid) && whole(hi) == whole(mid) {
		return ""
	}
	if a, b := strings.Fields(lo), strings.Fields(hi); len(a) == 2 && len(b) == 2 && a[1] == b[1] {
		lo = a[0]
	}
	if s.interval {
		return lo + "–" + hi
	}
	return "(" + lo + "–" + hi + ")"
}

// seconds writes a duration without needless zeros: 500 ms, 2 s.
func seconds(v float64) string {
	if v == 0 {
		return "0 ms"
	}
	return whole(format(v, "sec"))
}

// name is what readers see for a variant.
func (c *cell) name() string { return c.named(true) }

// named is the variant's name with or without the interval of a poll.
func (c *cell) named(interval bool) string {
	x := c.trials[0]
	name := transports[c.transport]
	if every := x.Load.Interval; interval && c.transport == "polling" && every > 0 && (c.sweep != "interval" || c.point == "") {
		name += " every " + seconds(every)
	}
	rest := ""
	for _, p := range x.settings() {
		key, value, _ := strings.Cut(p, "=")
		switch key {
		case "interval":
		case "http":
			name += " over HTTP/" + value
		case "streams":
			rest += ", " + value + " streams on a connection"
		case "tls":
			name += " over TLS"
		case "resume":
			name += " over resumed TLS"
		case "etag":
			rest += ", ETag"
		case "compress":
			rest += ", compressed"
		case "pace":
			rest += ", fixed " + value
		default:
			rest += ", " + strings.TrimSpace(strings.TrimPrefix(value, "on")+" "+key)
		}
	}
	return name + rest
}

var transports = map[string]string{"polling": "polling", "longpoll": "long-polling", "sse": "SSE", "websocket": "WebSocket", "tcp": "floor (raw TCP)"}

// where is the value of the sweep at a cell, as readers see it.
func (c *cell) where() string {
	if c.point == "" {
		return ""
	}
	l := c.trials[0].Load
	switch c.sweep {
	case "clients":
		return number(float64(l.Clients)) + " clients"
	case "payload":
		return number(float64(l.Payload)) + " B"
	case "rate":
		return number(l.Rate) + " events/s"
	case "interval":
		return seconds(l.Interval)
	}
	return c.point
}
