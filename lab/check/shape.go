package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pushbench/results"
	"pushbench/servers/wire"
)

// sentence is an error as a sentence begins.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// grouped is a number with a comma between thousands.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// amount is a number of bytes.
func amount(n int) string { return count(n, "byte") }

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// checkHead tells of the head of the first answer.
func (p *prober) checkHead(t *table, on wire.Transport, s subscriber) {
	switch s := s.(type) {
	case *stream:
		when := "comes at once"
		if s.late {
			when = "comes only with the first event"
		}
		t.add(on, head, results.Pass,
			"The head of the answer has %s and %s.", amount(s.answer.size), when).with("head-bytes", float64(s.answer.size))
	case *socket:
		t.add(on, head, results.Pass,
			"The head of the answer to the handshake has %s.", amount(s.answer.size)).with("head-bytes", float64(s.answer.size))
	case *asker:
		f := t.add(on, head, results.Pass,
			"The head of an answer with an event has %s.", amount(s.last.size)).with("head-bytes", float64(s.last.size))
		if e := s.empty; e.answer != nil {
			f.Text = fmt.Sprintf("The head of an answer with an event has %s. An answer without an event has %s (%s).",
				amount(s.last.size), e.kind(), amount(e.bytes))
			f.with("empty-bytes", float64(e.bytes))
		}
	}
}

// checkFraming tells what an event costs on the wire, and how it is cut.
func (p *prober) checkFraming(ctx context.Context, t *table, on wire.Transport, s subscriber) {
	thing, piece := chunks, "chunk"
	if on == wire.WebSocket {
		thing, piece = fragments, "frame"
	}
	if a, ok := s.(*asker); ok {
		p.checkAnswer(ctx, t, on, a)
		return
	}
	var alone []uint64
	for range 4 {
		number, err := p.alone(ctx, s, size)
		if err != nil {
			t.add(on, framing, results.NotTold, "%s.", sentence(err))
			return
		}
		alone = append(alone, number)
	}
	small, ok := p.steps(s.own(), alone)
	if !ok {
		t.add(on, framing, results.NotTold, "The payloads are not whole on the wire: they are cut or compressed.")
		return
	}
	around := small[len(small)/2].bytes - size
	t.add(on, framing, results.Pass,
		"An event of %s has %s around it.", amount(size), amount(around)).with("framing-bytes", float64(around))

	large, err := p.large(ctx, s)
	text := fmt.Sprintf("An event of %s comes in %s", amount(size), count(small[len(small)/2].pieces, piece))
	if v, is := s.(*stream); is && !v.answer.chunked {
		t.add(on, thing, results.Pass, "There are no chunks: the answer ends with the connection.")
		return
	}
	if err != nil {
		t.add(on, thing, results.NotTold, "%s, and one of %s does not come through: %v.", text, amount(p.limits.large), err)
		return
	}
	t.add(on, thing, results.Pass, "%s, one of %s in %d.", text, amount(p.limits.large), large.pieces).
		with("pieces", float64(small[len(small)/2].pieces)).with("large-pieces", float64(large.pieces))
}

// large sends an event that is large, and tells of it.
func (p *prober) large(ctx context.Context, s subscriber) (step, error) {
	number, err := p.alone(ctx, s, p.limits.large)
	if err != nil {
		return step{}, err
	}
	behind, err := p.alone(ctx, s, size)
	if err != nil {
		return step{}, err
	}
	steps, ok := p.steps(s.own(), []uint64{number, behind})
	if !ok {
		return step{}, errors.New("its payload is not whole on the wire")
	}
	return steps[0], nil
}

// alone publishes an event and waits until s has it: a server may put events that come at the
// same time into one chunk.
func (p *prober) alone(ctx context.Context, s subscriber, bytes int) (uint64, error) {
	number, err := p.publish(ctx, bytes)
	var got []uint64
	for limit := p.soon(); err == nil && !slices.Contains(got, number); {
		got, err = s.hear(ctx, limit)
	}
	return number, p.unanswered(err)
}

// A step is what there is on the wire from one payload to the next.
type step struct{ bytes, pieces int }

// steps are those between the events with the numbers, sorted by their bytes. It is not ok
// where an event is not found.
func (p *prober) steps(e *ear, numbers []uint64) (steps []step, ok bool) {
	before := -1
	for _, number := range numbers {
		at := bytes.Index(e.line.got, fmt.Appendf(nil, "ev.%s.%d.", p.run, number))
		if at < 0 {
			return nil, false
		}
		if before >= 0 {
			n := 0
			for _, begin := range e.pieces {
				if begin > before && begin <= at {
					n++
				}
			}
			steps = append(steps, step{at - before, n})
		}
		before = at
	}
	slices.SortFunc(steps, func(a, b step) int { return a.bytes - b.bytes })
	return steps, len(steps) > 0
}

// checkAnswer tells what an event costs on polling and long-polling.
func (p *prober) checkAnswer(ctx context.Context, t *table, on wire.Transport, a *asker) {
	want, err := p.send(ctx, 1)
	if err == nil {
		_, err = p.gather(ctx, a, want, p.limits.answer)
	}
	if err != nil {
		t.add(on, framing, results.NotTold, "%s.", sentence(err))
		return
	}
	around := a.last.bytes - size
	t.add(on, framing, results.Pass,
		"An answer with one event of %s has %s around it, head included.", amount(size), amount(around)).
		with("framing-bytes", float64(around))
	switch r := a.last; {
	case r.chunked:
		t.add(on, chunks, results.Pass, "The answer comes in %s.", count(r.chunks, "chunk")).with("pieces", float64(r.chunks))
	case r.length >= 0:
		t.add(on, chunks, results.Pass, "The answer has a Content-Length, and no chunks.")
	default:
		t.add(on, chunks, results.Pass, "The answer has neither a Content-Length nor chunks: it ends with the connection.")
	}
}

// checkKeepAlive tells whether the next request finds the connection.
func (p *prober) checkKeepAlive(t *table, on wire.Transport, a *asker) {
	switch {
	case a.last.closed(), !a.again:
		t.add(on, keepAlive, results.Fail, "Each request needs a connection of its own: the server closes it after the answer.")
	default:
		t.add(on, keepAlive, results.Pass, "The connection is kept for the next request.")
	}
}

// checkPublisher tells the same of the connection that events are published over.
func (p *prober) checkPublisher(t *table) {
	switch {
	case p.socket != nil:
		t.add(publishing, keepAlive, results.Pass, "Events are published over a WebSocket.")
	case p.last == nil:
	case p.last.closes, p.conns == p.asked:
		t.add(publishing, keepAlive, results.Fail,
			"Each event that is published needs a connection of its own: the server closes it after the answer.")
	default:
		t.add(publishing, keepAlive, results.Pass, "The connection is kept for the next event.")
	}
}
