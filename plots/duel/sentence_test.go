package duel

import (
	"strings"
	"testing"

	"pushbench/results/gate"
)

func TestSentenceSaysWhy(t *testing.T) {
	with := func(f gate.Finding, change func(*gate.Finding)) gate.Finding { change(&f); return f }
	rose := wsFeed.timed("server-cpu-sec/event", gate.Worse, 45.3e-6, 5.2, 4.1, 6.3, 2)
	const feed = "WebSocket in live-feed: "
	for _, c := range []struct {
		why  string
		f    gate.Finding
		want string
	}{
		{"a change that nothing could confirm", with(rose, func(f *gate.Finding) {
			f.Reason = "it could not be confirmed: the second measurement has no complete block of the cell"
		}), feed + "server CPU per delivered event rose by 5.2 % (4.1–6.3 %), beyond the bar of 2 %. It could not be confirmed: the second measurement has no complete block of the cell."},
		{"a number that head lacks", with(wsFeed.finding("heap-B/conn", "heap per open connection", "bytes"), func(f *gate.Finding) {
			f.Verdict, f.Unbounded, f.Base, f.Reason = gate.Inconclusive, true, 9000, "head does not have it"
		}), feed + "heap per open connection could not be told. Head does not have it."},
		{"values of head that base never had", with(sseFeed.exact(gate.Inconclusive, 148, 148), func(f *gate.Finding) {
			f.Reason = "4 values of head are none that base has"
		}), "SSE in live-feed: bytes after opening per delivered event could not be told. 4 values of head are none that base has."},
		{"a second measurement that cannot be believed", with(rose, func(f *gate.Finding) {
			f.Verdict, f.Reason = gate.Void, "in the second measurement the machine's cores were busy in 9 of 12 blocks"
			f.Confirm, f.Null = &gate.Second{N: 12, Change: 0.05}, 0.03
		}), feed + "server CPU per delivered event cannot be believed. In the second measurement the machine's cores were busy in 9 of 12 blocks."},
	} {
		if got := strings.ReplaceAll(Sentence(c.f), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	if base, head := values(gate.Finding{Base: 9000, Kind: "bytes"}); base == "–" || head != "–" {
		t.Errorf("a number that head lacks: %s and %s", base, head)
	}
}
