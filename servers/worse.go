package servers

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"
)

// worse is what a server with Injections does beside its work. A server without
// any has no worse, and all that its handlers do about it is to compare a
// pointer with nil.
type worse struct{ Injections }

// worsen makes s worse by what its options say. It returns an error when that
// is nothing that can be injected.
func (s *Server) worsen() error {
	i := s.o.Inject
	if i == (Injections{}) {
		return nil
	}
	if err := i.check(); err != nil {
		return err
	}
	s.worse = &worse{i}
	s.ready.Inject = i.Texts()
	s.hub.pad = bytes.Repeat([]byte(" "), int(i.Bytes))
	return nil
}

// spend uses up the CPU time for n events on the goroutine that calls it. Looking at
// the clock is a part of it: the first look is not in what the loop sees pass, and the
// last one goes half a look too far.
func (w *worse) spend(n int) {
	if w.CPU == 0 {
		return
	}
	for end := time.Now().Add(time.Duration(n)*w.CPU - 3*look()/2); time.Now().Before(end); {
	}
}

// look is how long it takes to look at the clock: the least of many times.
var look = sync.OnceValue(func() time.Duration {
	least := time.Hour
	for range 100 {
		const looks = 100
		began := time.Now()
		now := began
		for range looks {
			now = time.Now()
		}
		least = min(least, now.Sub(began)/looks)
	}
	return least
})

// charge returns a sink that spends CPU time on each event before it writes it
// to to; a nil worse returns to. Inlined it would be in stream's frame, which each
// client has for as long as it is there.
//
//go:noinline
func (w *worse) charge(to sink) sink {
	if w == nil {
		return to
	}
	return costly{to, w}
}

// A costly sink is what charge returns.
type costly struct {
	sink
	worse *worse
}

func (k costly) write(events []*Event, live bool) error {
	k.worse.spend(len(events))
	return k.sink.write(events, live)
}

// A burden is what one connection has to bear.
type burden struct {
	empty  int64  // answers with nothing new since the last one that brought events
	weight []byte // as long as the connection is open
}

type burdenKey struct{}

// burden returns a new connection's. Each page of it is written to, or the
// kernel would not give it.
func (w *worse) burden() *burden {
	b := &burden{}
	if w.Memory > 0 {
		b.weight = make([]byte, w.Memory)
		for i := 0; i < len(b.weight); i += os.Getpagesize() {
			b.weight[i] = 1
		}
	}
	return b
}

// connContext is http.Server.ConnContext: the burden lasts as long as the
// connection is net/http's.
func (w *worse) connContext(ctx context.Context, c net.Conn) context.Context {
	if back, ok := c.(*returned); ok {
		return context.WithValue(ctx, burdenKey{}, back.burden)
	}
	return context.WithValue(ctx, burdenKey{}, w.burden())
}

// burdenOf returns that of the connection on which a request came.
func burdenOf(r *http.Request) *burden { return r.Context().Value(burdenKey{}).(*burden) }

// withhold reports whether an answer that could bring events is to be empty
// instead. The requests of a connection are answered one after the other.
func (w *worse) withhold(b *burden) bool {
	if b.empty < w.Requests {
		b.empty++
		return true
	}
	b.empty = 0
	return false
}

// bear makes b last until c is closed.
func (c *conn) bear(b *burden) {
	counted := c.counted
	c.counted = func() {
		counted()
		runtime.KeepAlive(b)
	}
}
