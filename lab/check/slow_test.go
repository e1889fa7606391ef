package check

import (
	"testing"

	"pushbench/results"
)

// A server that drops events without a word is not said to keep them, even if it grows.
func TestSlowIsJudged(t *testing.T) {
	const untold, kept = ", and is not told that it has missed some", ". The server keeps what the client does not read"
	for _, c := range []struct {
		fact  string
		got   flood
		keeps bool
		want  string // empty: it passes
	}{
		{"all come later", flood{reading: readsLater, sent: 9, came: 9}, false, ""},
		{"all are kept", flood{reading: readsLater, sent: 9, came: 9}, true, kept},
		{"some are dropped", flood{reading: readsLater, sent: 9, came: 2}, false, untold},
		{"some are dropped, and the server grows", flood{reading: readsLater, sent: 9, came: 2}, true, untold},
		{"the client is told", flood{reading: readsLater, sent: 9, came: 2, words: "you missed some"}, false, ""},
		{"the client is told, and the server grows", flood{reading: readsLater, sent: 9, came: 2, words: "you missed some"}, true, kept},
		{"the client is cut off", flood{reading: readsLater, sent: 9, came: 2, ended: true}, false, ""},
		{"the client never reads", flood{reading: readsNever, sent: 9}, true, kept},
		{"the client never reads, and the server does not grow", flood{reading: readsNever, sent: 9}, false, ""},
	} {
		state, finding := c.got.judged(c.keeps)
		if finding != c.want || (state == results.Pass) != (c.want == "") {
			t.Errorf("%s: %s%q", c.fact, state, finding)
		}
	}
}
