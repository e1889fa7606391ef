package loadgen

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
)

// A trial waits for what comes, however late, and gives up when nothing comes:
// after a longer time on a path that loses packets.
func TestDrain(t *testing.T) {
	const second = time.Second
	for _, c := range []struct {
		fact    string
		variant string
		silence time.Duration
		gaps    []time.Duration // before each of the deliveries, of three
		missing string
		after   time.Duration // that drain returns
	}{
		{"all there", "sse", 0, []time.Duration{0, 0, 0}, "", 0},
		{"late in all, but never silent for long", "sse", 0, []time.Duration{5 * second / 2, 5 * second / 2, 5 * second / 2}, "", 15 * second / 2},
		{"one lost", "sse", 0, []time.Duration{second, second}, "1 of the deliveries are missing and none came for 3s", 6 * second},
		{"all lost", "sse", 0, nil, "3 of the deliveries are missing and none came for 3s", 3 * second},
		{"polls are awaited by their interval", "polling/interval=2s", 0, []time.Duration{0, 6 * second, 6 * second}, "", 12 * second},
		{"a path that loses packets is awaited", "sse", 20 * second, []time.Duration{0, 0, 22 * second}, "", 22 * second},
		{"and not for ever", "sse", 20 * second, []time.Duration{second, second}, "1 of the deliveries are missing and none came for 23s", 46 * second},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := Options{Variant: variant(t, c.variant), Target: Target{Silence: c.silence}}
			s := &session{Options: &o, rec: account.New(clock.NewWall(), 1, 1, 0, 3)}
			s.rec.Begin(0, make([]time.Duration, 3), 0, second)
			began := time.Now()
			ended := make(chan error)
			go func() { ended <- s.drain(t.Context()) }()
			var a account.Account
			for seq, gap := range c.gaps {
				time.Sleep(gap) // when they come is what is tested: the time is the bubble's, and nobody waits
				s.rec.Receive(&a, event(uint64(seq)), account.Arrival{}, false)
			}
			err := <-ended
			if err == nil && c.missing != "" || err != nil && (c.missing == "" || !strings.HasPrefix(err.Error(), c.missing)) {
				t.Errorf("%s: %v, want %q", c.fact, err, c.missing)
			}
			if d := time.Since(began); d != c.after {
				t.Errorf("%s: drained after %s, want %s", c.fact, d, c.after)
			}
		})
	}
}

// Events that wait for a server to answer to others are not lost. Those that it has taken
// and that never come are.
func TestDrainWhilePublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const second = time.Second
		o := Options{Variant: variant(t, "sse")}
		published := &emitted{}
		s := &session{
			Options: &o, rec: account.New(clock.NewWall(), 1, 1, 0, 3),
			publisher: published, interpreter: &interpreter{},
		}
		s.rec.Begin(0, make([]time.Duration, 3), 0, second)
		began := time.Now()
		ended := make(chan error)
		go func() { ended <- s.drain(t.Context()) }()
		var a account.Account
		for seq, gap := range []time.Duration{4 * second, 7 * second, 5 * second} { // at 4, 11 and 16 s
			time.Sleep(gap) // as above
			published.acked.Add(1)
			if seq < 2 {
				s.rec.Receive(&a, event(uint64(seq)), account.Arrival{}, false)
			}
		}
		err := <-ended
		if want := "1 of the deliveries are missing and none came for 3s"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		if d := time.Since(began); d != 21*second { // two looks after the last was taken
			t.Errorf("drained after %s", d)
		}
	})
}
