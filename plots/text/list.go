package text

import (
	"strings"

	"pushbench/results/safe"
)

// Join lists parts: a, b and c.
func Join(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// JoinValues lists written values, a unit that all of them have once: 10, 100
// and 1,000 clients.
func JoinValues(values []string) string {
	short := make([]string, len(values))
	for i, v := range values {
		number, unit := Split(v)
		if _, first := Split(values[0]); !sameUnit(unit, first) {
			return Join(values)
		}
		if short[i] = number; i == len(values)-1 {
			short[i] = v
		}
	}
	return Join(short)
}

// ones has the units that have a plural in the singular.
var ones = strings.NewReplacer("clients", "client", "events", "event")

// sameUnit reports whether two units are one, such as client and clients.
func sameUnit(a, b string) bool { return ones.Replace(a) == ones.Replace(b) }

// FromTo writes "a to b", the unit once when both have the same.
func FromTo(a, b string) string {
	number, unit := Split(a)
	if _, other := Split(b); sameUnit(unit, other) {
		a = number
	}
	return a + " to " + b
}

// Upper makes the first letter of s, which is an ASCII one, upper case.
func Upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Sentence makes text one: upper case first, a full stop last.
func Sentence(text string) string { return Upper(strings.TrimSuffix(text, ".")) + "." }

// Told is what a trial, a server or a machine said of itself, as a part of a
// sentence or a field: its beginning is enough.
func Told(text string) string { return safe.Brief(text, 400) }

// Name is what a record calls something, such as a variant or a processor: no
// name that a reader can tell from another is longer.
func Name(text string) string { return safe.Brief(text, 100) }

// Fresh appends s to all unless it is there.
func Fresh(all []string, s string) []string {
	for _, have := range all {
		if have == s {
			return all
		}
	}
	return append(all, s)
}
