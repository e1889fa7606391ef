package loadgen

import (
	"testing"
	"time"

	"pushbench/loadgen/clock"
)

func TestPace(t *testing.T) {
	const ms = int64(time.Millisecond)
	p := &pace{rate: 100_000}
	for _, row := range []struct {
		fact      string
		n         int
		now, next int64 // milliseconds
	}{
		{"a read that takes all it may is followed by one a step later", 2000, 0, 20},
		{"one that comes late is made up for", 2000, 25, 40},
		{"half as much takes half the time", 1000, 40, 50},
		{"time in which there was nothing to read is not", 2000, 1000, 1000},
		{"but for one step", 2000, 1000, 1020},
		{"a read that failed takes none", 0, 1000, 1020},
	} {
		if p.took(row.n, row.now*ms); p.due != row.next*ms {
			t.Errorf("%s: the next read is at %d ms, want %d", row.fact, p.due/ms, row.next)
		}
	}
	if n := p.piece(); n != 2000 {
		t.Errorf("%d bytes in a step of %s", n, step)
	}
}

// Reading as fast as the pace lets it, a client gets its rate, whatever it is.
func TestPaceIsTheRate(t *testing.T) {
	for _, rate := range []int64{1000, 33_333, 10_000_000} {
		p, now, all := &pace{rate: rate}, int64(0), int64(0)
		for now < int64(10*time.Second) {
			n := p.piece()
			all += int64(n)
			p.took(n, now)
			now = max(now, p.due)
		}
		if most := 10*rate + 2*int64(p.piece()); all < 10*rate || all > most {
			t.Errorf("%d bytes in ten seconds at %d a second", all, rate)
		}
	}
}

func TestPaceIsOver(t *testing.T) {
	over := make(chan struct{})
	close(over)
	p := &pace{rate: 1000, due: clock.Now() + int64(time.Hour), over: over}
	if b := p.wait(make([]byte, 100)); len(b) != 20 {
		t.Errorf("a read of %d bytes", len(b))
	}
	if b := p.wait(make([]byte, 7)); len(b) != 7 {
		t.Errorf("a read of %d bytes into 7", len(b))
	}
}
