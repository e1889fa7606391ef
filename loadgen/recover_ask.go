package loadgen

import (
	"context"
	"errors"
	"syscall"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// ask makes one request. A client that is to survive its connection asks again where that
// was lost in the middle of an answer, or where there is no other: with polling at the next
// interval, and else after a wait. What had come of the answer is booked.
func (p *poller) ask(ctx context.Context) (answer, error) {
	for attempt := uint64(1); ; attempt++ {
		got, err := p.once(ctx)
		if err == nil || !p.survives(ctx, err) {
			return got, err
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			p.recovery.refused()
		}
		if p.recovery.paced {
			return answer{empty: true}, nil
		}
		if err := p.recovery.wait(ctx, p.client, attempt); err != nil {
			return got, err
		}
	}
}

// survives reports whether the client goes on after err.
func (p *poller) survives(ctx context.Context, err error) bool {
	opening := p.conn.unwatch != nil
	return p.recovery != nil && !opening && !p.stopped.Load() && ctx.Err() == nil && (p.conn.failed != nil || severed(err))
}

// gone takes an answer that says that events are lost to the client.
func (p *poller) gone(res parse.Response, of body) error {
	p.decoding = false
	text, err := of.whole()
	p.book(results.Framing, len(text))
	if err != nil {
		return err
	}
	p.requests.Empty++
	p.requests.EmptyBytes += int64(res.Size)
	p.advance(res)
	return p.gap(text)
}
