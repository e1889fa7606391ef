package loadgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pushbench/loadgen/clock"
)

// restart has the server started again. Before that the publisher waits until all that it
// has sent is acknowledged, so that each event has been with one server: what clients of
// the old one did not get of it is lost to them. Events that are due meanwhile are
// published when the new one is there.
func (s *session) restart(ctx context.Context) error {
	p, ours := s.publisher.(*publisher)
	if !ours {
		return errors.New("a server that is started again has the routes of pushbench")
	}
	p.gate.Lock()
	defer p.gate.Unlock()
	if err := s.finishPublishing(ctx); err != nil {
		return err
	}
	for topic, one := range p.streams {
		s.recovery.bases[topic].Store(uint64(one.before + one.sent))
	}
	began := clock.Now()
	if err := s.Fault.Do(ctx); err != nil {
		return fmt.Errorf("the server is not there again: %w", err)
	}
	s.recovery.mu.Lock()
	s.recovery.down = time.Duration(clock.Now() - began)
	s.recovery.mu.Unlock()
	return p.again(ctx)
}

// again opens new requests, to a server that numbers events from 1.
func (p *publisher) again(ctx context.Context) error {
	old := p.streams
	for _, s := range old {
		s.conn.tcp.Close()
	}
	p.ending.Store(false)
	streams, err := p.open(ctx, len(old), func(topic int) int { return old[topic].before + old[topic].sent })
	for _, s := range streams {
		if !s.conn.unwatch() && err == nil {
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		p.ending.Store(true)
		for _, s := range streams {
			s.conn.tcp.Close()
		}
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams = streams
	return nil
}
