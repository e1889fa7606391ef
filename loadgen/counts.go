package loadgen

import (
	"context"
	"sync"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/results"
)

// counts are what CPU and system calls per event are made of. They are read together, at a
// sample's edge towards the window, so that the sample's own work is not in the
// window.
type counts struct {
	at           int64
	server, self int64 // CPU time, nanoseconds
	front        int64 // the same of the proxy
	carrier      int64 // the same of the backplane
	spun         int64 // of that, what the publisher waited awake
	delivered    int64
	slow         int64 // the same to slow clients

	serverCalls, selfCalls calls
}

func (s *session) counts() (c counts, err error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	if err := s.front.refresh(); err != nil {
		return c, err
	}
	if s.server != nil {
		if err := s.server.refresh(); err != nil {
			return c, err
		}
	}
	c.at = clock.Now()
	c.delivered = s.rec.Delivered()
	c.slow = s.slow.delivered()
	c.spun = s.publisher.figures().spun.Load()
	if c.self, err = s.self.cpu(); err != nil {
		return c, err
	}
	if s.server != nil {
		if c.server, err = s.server.cpu(); err != nil {
			return c, err
		}
		c.serverCalls = s.server.calls()
	}
	c.selfCalls = s.self.calls()
	if c.front, err = s.front.used(); err != nil {
		return c, err
	}
	c.carrier, err = carried(s.carrier)
	return c, err
}

// settling is how long after the beginning of a window its first counts are read where several
// processes read them: until then clients take the edge, as long as that is quick.
func settling(window time.Duration) int64 { return int64(min(2*edgeTimeout, window/4)) }

// Readings are of the counts at both ends of a window. One process alone does so when it is ready.
// Where several processes each have a part of the counts, all of them do so at the same two
// instants, whatever else they are doing then: the CPU time that one has read is divided by the
// deliveries that others have.
type readings struct {
	s       *session
	agreed  [2]int64 // zero: this process is alone
	read    [2]counts
	errs    [2]error
	done    [2]chan struct{}
	cancel  context.CancelFunc
	reading sync.WaitGroup
}

// readings has the counts read from now on. The caller must call stop.
func (s *session) readings(ctx context.Context) *readings {
	e := &readings{s: s, done: [2]chan struct{}{make(chan struct{}), make(chan struct{})}}
	ctx, e.cancel = context.WithCancel(ctx)
	if s.Part == nil {
		return e
	}
	e.agreed = [2]int64{s.rec.From + settling(s.Window), s.rec.To}
	e.reading.Go(func() {
		for i, at := range e.agreed {
			if e.errs[i] = clock.WaitUntil(ctx, at); e.errs[i] == nil {
				e.read[i], e.errs[i] = s.counts()
			}
			close(e.done[i])
		}
	})
	return e
}

// take returns the counts of one end of the window.
func (e *readings) take(i int) (counts, error) {
	if e.agreed == [2]int64{} {
		return e.s.counts()
	}
	<-e.done[i]
	return e.read[i], e.errs[i]
}

// late is how long after the instants on which all agree this process has read its counts.
func (e *readings) late() results.Counted {
	return results.Counted{
		From: time.Duration(e.read[0].at - e.agreed[0]).Seconds(), To: time.Duration(e.read[1].at - e.agreed[1]).Seconds(),
	}
}

// stop ends the reading.
func (e *readings) stop() {
	e.cancel()
	e.reading.Wait()
}
