package near

import (
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	known := []string{"run", "list", "serve", "report", "doctor", "version", "completion", "wire-B/event", "fds/conn"}
	for _, row := range []struct {
		fact, word string
		want       []string
	}{
		{"a missing letter", "lst", []string{"list"}},
		{"a letter too many", "runn", []string{"run"}},
		{"two letters swapped", "rnu", []string{"run"}},
		{"a wrong letter", "derve", []string{"serve"}},
		{"the beginning of a word", "comp", []string{"completion"}},
		{"capitals do not matter", "Doctor", []string{"doctor"}},
		{"the beginning of a word and more", "reporting", []string{"report"}},
		{"a part too few", "b/event", []string{"wire-B/event"}},
		{"a part too many", "max-fds/conn", []string{"fds/conn"}},
		{"another part", "max-files/conn", nil},
		{"no part at all", "-/-", nil},
		{"nothing", "", nil},
		{"nothing is near", "benchmark", nil},
		{"a single letter means nothing", "x", nil},
	} {
		if got := Words(row.word, known); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q: got %q, want %q", row.fact, row.word, got, row.want)
		}
	}
}

func TestTheNearestIsFirst(t *testing.T) {
	got := Words("trail", []string{"trials", "tail", "trail-end"})
	if len(got) == 0 || got[0] != "tail" {
		t.Errorf("got %q", got)
	}
	if got := Word("trail", []string{"trials", "tail"}); got != "tail" {
		t.Errorf("the nearest is %q", got)
	}
	if got := Word("", []string{"trials", "tail"}); got != "" {
		t.Errorf("%q is near nothing", got)
	}
}

func TestDistance(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"", "abc", 3}, {"abc", "", 3},
		{"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "abcd", 1}, {"kitten", "sitting", 3},
	} {
		if got := distance(row.a, row.b); got != row.want {
			t.Errorf("distance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
	}
}
