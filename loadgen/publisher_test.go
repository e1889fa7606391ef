package loadgen

import (
	"net"
	"testing"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/servers/wire"
)

// slow is a connection whose writes take a while, and which says when they
// were over.
type slow struct {
	net.Conn
	over int64
}

func (s *slow) Write(b []byte) (int, error) {
	for until := clock.Now() + int64(5*time.Millisecond); clock.Now() < until; {
	}
	s.over = clock.Now()
	return len(b), nil
}

// Each topic's write has its own lag: it is late by what the writes before it
// took.
func TestLagOfEachTopic(t *testing.T) {
	r := account.New(clock.NewWall(), 3, 3, 0, 3)
	p := &publisher{rec: r, size: wire.MinPayload}
	var ways []*slow
	for topic := range 3 {
		w := &slow{}
		ways = append(ways, w)
		p.streams = append(p.streams, &publishing{topic: topic, conn: &conn{stream: w}})
	}
	r.Begin(clock.Now(), make([]time.Duration, 3), 0, time.Second)
	if err := p.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := p.lag.Count(); n != 3 {
		t.Fatalf("%d lags of 3 events", n)
	}
	if least := time.Duration(ways[1].over - r.Due[2]).Truncate(time.Millisecond).Seconds(); p.lag.Max() < least {
		t.Errorf("the last topic's lag is %g s, though the writes before it were over after %g s", p.lag.Max(), least)
	}
	if p.lag.Min() >= p.lag.Max() {
		t.Errorf("lags from %g to %g s", p.lag.Min(), p.lag.Max())
	}
}
