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
// one does. It compares by how much the server's memory grows after the first third of that.
// Until then the events fill the kernel's buffers and what the server has to spare. A server
// that keeps all goes on growing, by as much as is sent.
func (p *prober) checkSlow(ctx context.Context, t *table, on wire.Transport) {
	most := p.limits.pieces
	base, err := p.flood(ctx, on, most, reads)
	if err != nil {
		t.add(on, slow, results.NotTold, "With a client that reads, the events do not come through: %v.", err)
		return
	}
	got, err := p.flood(ctx, on, most, readsLater)
	if err != nil && got.sent == 0 {
		t.add(on, slow, results.NotTold, "%s.", sentence(err))
		return
	}
	sent := fmt.Sprintf("While %s are sent to a client that does not read", p.mebibytes(got.sent))
	bytes := float64(got.sent * p.limits.piece)
	switch {
	case err != nil:
		t.add(on, slow, results.Fail, "%s, the server stops taking events, and all clients wait (%v).", sent, err).with("sent-bytes", bytes)
		return
	case !got.enough() || !base.enough():
		t.add(on, slow, results.NotTold, "%s, publishing goes on, and %s; that is too little to tell whether the server keeps it.", sent, got.after())
		return
	case !got.known || !base.known:
		t.add(on, slow, results.NotTold, "%s, publishing goes on, and %s; the server's memory is not known.", sent, got.after())
		return
	}
	text := fmt.Sprintf("%s, the server's memory %s with a client that reads; %s", sent, p.compared(got, base), got.after())
	keeps := p.keeps(got, base)
	if !keeps && !got.ended && got.came == got.sent { // it has kept all, perhaps where it had room for that
		far, err := p.flood(ctx, on, 3*most, readsNever)
		if err == nil && far.known && far.enough() {
			keeps, got = p.keeps(far, base), far
			text += fmt.Sprintf(". While %s are sent, it %s with a client that reads", p.mebibytes(far.sent), p.compared(far, base))
		}
	}
	state, finding := got.judged(keeps)
	t.add(on, slow, state, "%s%s.", text, finding).with("sent-bytes", float64(got.sent*p.limits.piece)).with("grown-bytes", float64(p.more(got, base)))
}

// judged says what is wrong when the client does not read; keeps says whether the server's memory
// grows by that. A server that has lost some of it does not keep it, whatever its memory holds.
func (f flood) judged(keeps bool) (results.State, string) {
	switch {
	case !f.ended && f.words == "" && f.came < f.sent && f.reading != readsNever:
		return results.Fail, ", and is not told that it has missed some"
	case keeps:
		return results.Fail, ". The server keeps what the client does not read"
	}
	return results.Pass, ""
}

// more is by how much a server has grown because a client did not read.
func (p *prober) more(got, base flood) int64 {
	return got.grown - base.grown*int64(got.sent-got.part())/int64(base.sent-base.part())
}

// keeps reports whether a server grows by a quarter of what a client does not read. One that
// has cut the client off has kept some of that, and has to have grown by three quarters.
func (p *prober) keeps(got, base flood) bool {
	quarter := int64((got.sent-got.part())*p.limits.piece) / 4
	if got.ended {
		return p.more(got, base) > 3*quarter
	}
	return p.more(got, base) > quarter
}

// compared says by how much the memory grows.
func (p *prober) compared(got, base flood) string {
	changes, by, usual := "grows", mebibytes(got.grown), mebibytes(base.grown)
	if by[0] == '-' || usual[0] == '-' {
		changes = "changes"
	}
	return fmt.Sprintf("%s by %s after the first %s, and by %s", changes, by, p.mebibytes(got.part()), usual)
}

// mebibytes are those of so many events.
func (p *prober) mebibytes(pieces int) string {
	return mebibytes(int64(pieces) * int64(p.limits.piece))
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
	reading reading
	most    int // events
	sent    int
	came    int    // to the client, of these
	ended   bool   // the server has ended its subscription
	words   string // what it was told instead of events
	known   bool   // by how much the memory has grown
	grown   int64  // since the first part was sent
}

// A reading is when the client of a flood reads.
type reading int

const (
	reads      reading = iota // at once
	readsLater                // when all was sent
	readsNever
)

// part is how many events come before the memory is looked at for the first time.
func (f flood) part() int { return f.most / 3 }

// enough reports whether as much was sent after the first part.
func (f flood) enough() bool { return f.sent >= 2*f.part() }

// after says what the client got in the end.
func (f flood) after() string {
	switch {
	case f.ended:
		return fmt.Sprintf("the client is cut off after %d of %d events", f.came, f.sent)
	case f.came == f.sent:
		return "the client gets all events when it reads again"
	case f.words != "":
		return fmt.Sprintf("the client gets %d of %d events when it reads again, and is told: %s", f.came, f.sent, f.words)
	}
	return fmt.Sprintf("the client gets %d of %d events when it reads again", f.came, f.sent)
}

// flood publishes up to most events, with a client that reads or does not. The error is that
// of publishing.
func (p *prober) flood(ctx context.Context, on wire.Transport, most int, when reading) (f flood, err error) {
	f.reading, f.most = when, most
	p.unpublish() // what a server echoes to its publisher is kept as long as the connection
	s, err := p.reopen(ctx, on, manner{})
	if err != nil {
		return f, p.unanswered(err)
	}
	defer func() { p.leave(ctx, s) }()
	first := p.number + 1
	var work sync.WaitGroup
	sent := make(chan struct{})
	var heard error
	if when == reads {
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
	at := int64(0)
	within := p.limits.flood * time.Duration(most) / time.Duration(p.limits.pieces)
	for end := time.Now().Add(within); f.sent < most && err == nil && time.Now().Before(end); {
		if _, err = p.publish(ctx, p.limits.piece); err == nil {
			f.sent++
		}
		if f.sent == f.part() {
			at, f.known = p.memory()
		}
	}
	close(sent)
	work.Wait()
	after, still := p.memory()
	if when == readsLater {
		s.own().words = ""
	}
	f.known, f.grown = f.known && still, after-at
	came := func() int { return len(s.own().heard) - before(s, first) }
	for when != readsNever && heard == nil && came() < f.sent {
		_, heard = s.hear(ctx, time.Now().Add(p.limits.answer/2))
	}
	f.came, f.words = came(), s.own().words
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
