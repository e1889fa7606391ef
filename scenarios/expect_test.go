package scenarios

import (
	"testing"

	"pushbench/scenarios/strict"
)

func TestHolds(t *testing.T) {
	tests := []struct {
		op                   string
		below, equal, beyond bool
	}{
		{"<=", true, true, false},
		{"<", true, false, false},
		{"==", false, true, false},
		{"!=", true, false, true},
		{">=", false, true, true},
		{">", false, false, true},
		{"=~", false, false, false},
	}
	for _, test := range tests {
		e := Expect{Op: test.op, Want: 2}
		if e.Holds(1) != test.below || e.Holds(2) != test.equal || e.Holds(3) != test.beyond {
			t.Errorf("%s 2 holds for 1: %v, for 2: %v, for 3: %v", test.op, e.Holds(1), e.Holds(2), e.Holds(3))
		}
	}
}

func TestNearest(t *testing.T) {
	tests := []struct{ sentence, word, want string }{
		{"a letter too many", "clientss", "clients"},
		{"two letters swapped", "cleints", "clients"},
		{"a letter missing", "trals", "trials"},
		{"the beginning of a word", "heart", "heartbeat"},
		{"the case does not matter", "Clients", "clients"},
		{"something else altogether", "colour", ""},
		{"nothing", "", ""},
	}
	words := []string{"clients", "topics", "trials", "heartbeat"}
	for _, test := range tests {
		if got := strict.Nearest(test.word, words); got != test.want {
			t.Errorf("%s: %q is near %q, want %q", test.sentence, test.word, got, test.want)
		}
	}
}

// A transport stands for all its variants; its name with a setting at its default is
// the one variant of that name.
func TestWhoCovers(t *testing.T) {
	for _, c := range []struct {
		who, variant string
		want         bool
	}{
		{"sse", "sse", true}, {"sse", "sse/tls", true}, {"sse", "websocket", false},
		{"sse/tls", "sse/tls", true}, {"sse/tls", "sse", false},
		{"sse/headers=bare", "sse", true}, {"sse/headers=bare", "sse/tls", false},
	} {
		w, err := parseWho(c.who)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFilter([]string{c.who})
		if err != nil {
			t.Fatal(err)
		}
		v := variant(t, c.variant)
		if w.Covers(string(v.Transport), v.String()) != c.want || f.Match(v) != c.want {
			t.Errorf("%s and %s: want %t", c.who, c.variant, c.want)
		}
	}
}
