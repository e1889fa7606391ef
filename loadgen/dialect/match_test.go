package dialect

import (
	"path"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, row := range []struct {
		fact, match, message string
		want                 bool
	}{
		{"the same", "2", "2", true},
		{"more behind", "2", "23", false},
		{"more in front", "2", "42", false},
		{"a beginning", `{"type":"ping"*`, `{"type":"ping","message":1}`, true},
		{"a beginning alone", "ping*", "ping", true},
		{"another beginning", "ping*", "a ping", false},
		{"an end", "*}", "{}", true},
		{"another end", "*}", "{} ", false},
		{"in the middle", "*confirm*", `{"type":"confirm_subscription"}`, true},
		{"two in the middle", "a*b*c*d", "a-b-c-d", true},
		{"not in that order", "a*b*c*d", "a-c-b-d", false},
		{"beginning and end may not overlap", "ab*ba", "aba", false},
		{"the last of several", "*ab", "abab", true},
		{"the beginning again and again", "*aab*", "aaab", true},
		{"anything", "*", "", true},
		{"anything twice", "**", "x", true},
		{"no match", "", "", false},
		{"an empty message", "a*", "", false},
	} {
		if got := Match(row.match).Matches([]byte(row.message)); got != row.want {
			t.Errorf("%s: %q matches %q: %v", row.fact, row.match, row.message, got)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	message := []byte(strings.Repeat("confir ", 1000) + "confirm")
	m := Match(`*"type":"confirm_subscription"*` + strings.Repeat("x", 100))
	if n := testing.AllocsPerRun(100, func() { m.Matches(message) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// path.Match knows the same star, where nothing else is special.
func FuzzMatch(f *testing.F) {
	f.Add("a*b**c", "a-b-c")
	f.Add("*ab*ab", "abab")
	f.Fuzz(func(t *testing.T, match, message string) {
		if match == "" || strings.ContainsAny(match, `\[?/`) || strings.Contains(message, "/") {
			return
		}
		want, err := path.Match(match, message)
		if got := Match(match).Matches([]byte(message)); err == nil && got != want {
			t.Errorf("%q matches %q: %v", match, message, got)
		}
	})
}
