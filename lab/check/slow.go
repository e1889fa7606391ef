package check

import (
	"context"
	"fmt"
	"sync"
	"time"

	"pushbench/results"
	"pushbench/servers/wire"
)

// checkSlow publishes much while a client does not read, and before that the same while
// one does, and compares by how much the server's memory grows.
func (p *prober) checkSlow(ctx context.Context, t *table, on wire.Transport) {
	base, err := p.flood(ctx, on, true)
	if err != nil {
		t.add(on, slow, results.NotTold, "With a client that reads, the events do not come through: %v.", err)
		return
	}
	got, err := p.flood(ctx, on, false)
	if err != nil && got.sent == 0 {
		t.add(on, slow, results.NotTold, "%s.", sentence(err))
		return
	}
	sent := fmt.Sprintf("While %s are sent to a client that does not read", mebibytes(int64(got.sent)*int64(p.limits.piece)))
	switch {
	case err != nil:
		t.add(on, slow, results.Fail, "%s, the server stops taking events, and all clients wait (%v).", sent, err).with("sent-bytes", float64(got.sent*p.limits.piece))
	case !got.known || !base.known:
		t.add(on, slow, results.NotTold, "%s, publishing goes on, and %s; the server's memory is not known.", sent, got.after())
	default:
		more := got.grown - base.grown
		changes, by, usual := "grows", mebibytes(got.grown), mebibytes(base.grown)
		if by[0] == '-' || usual[0] == '-' {
			changes = "changes"
		}
		text := fmt.Sprintf("%s, the server's memory %s by %s, and by %s with a client that reads; %s", sent, changes, by, usual, got.after())
		state := results.Pass
		switch {
		case more > int64(got.sent*p.limits.piece)/4:
			state, text = results.Fail, text+". The server keeps what the client does not read"
		case !got.ended && got.came < got.sent:
			state, text = results.Fail, text+", and is not told that it has missed some"
		}
		t.add(on, slow, state, "%s.", text).with("sent-bytes", float64(got.sent*p.limits.piece)).with("grown-bytes", float64(more))
	}
}

func mebibytes(n int64) string {
	text := fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	if text == "-0.0 MiB" {
		return text[1:]
	}
	return text
}

// A flood is what became of much.
type flood struct {
	sent  int
	came  int  // to the client, of these
	ended bool // the server has ended its subscription
	known bool // by how much the memory has grown
	grown int64
}

// after says what the client got in the end.
func (f flood) after() string {
	switch {
	case f.ended:
		return fmt.Sprintf("the client is cut off after %d of %d events", f.came, f.sent)
	case f.came == f.sent:
		return "the client gets all events when it reads again"
	}
	return fmt.Sprintf("the client gets %d of %d events when it reads again", f.came, f.sent)
}

// flood publishes much, with a client that reads or does not. The error is that of
// publishing.
func (p *prober) flood(ctx context.Context, on wire.Transport, reads bool) (f flood, err error) {
	p.unpublish() // what a server echoes to its publisher is kept as long as the connection
	s, err := p.reopen(ctx, on, manner{})
	if err != nil {
		return f, p.unanswered(err)
	}
	defer func() { p.leave(ctx, s) }()
	first := p.number + 1
	at, known := p.memory()
	var work sync.WaitGroup
	sent := make(chan struct{})
	var heard error
	if reads {
		work.Go(func() {
			for heard == nil {
				_, heard = s.hear(ctx, time.Now().Add(p.limits.settle))
				if heard == errQuiet {
					select {
					case <-sent:
					default:
						heard = nil
					}
				}
			}
		})
	}
	for end := time.Now().Add(p.limits.flood); f.sent < p.limits.pieces && err == nil && time.Now().Before(end); {
		if _, err = p.publish(ctx, p.limits.piece); err == nil {
			f.sent++
		}
	}
	close(sent)
	work.Wait()
	after, still := p.memory()
	f.known, f.grown = known && still, after-at
	came := func() int { return len(s.own().heard) - before(s, first) }
	for heard == nil && came() < f.sent {
		_, heard = s.hear(ctx, time.Now().Add(p.limits.answer/2))
	}
	f.came = came()
	f.ended = heard != nil && heard != errQuiet
	return f, err
}

// memory is that of the server; not known where somebody else has started it.
func (p *prober) memory() (n int64, known bool) {
	if p.Memory == nil {
		return 0, false
	}
	n, err := p.Memory()
	return n, err == nil
}
