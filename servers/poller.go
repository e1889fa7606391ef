package servers

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"pushbench/servers/wire"
)

// A poller answers the polls of one connection of HTTP/1.1, long-polls included, that net/http has
// let go of, as the streams do. A held poll costs its connection's goroutine, which reads, and is
// answered by the topic's pump.
//
// What it understands are requests like the first one. Any other, of another route, with a body,
// or in any way unusual, goes back to net/http with its connection.
type poller struct {
	outlet
	s      *Server
	c      *conn
	burden *burden // nil: none
	in     []byte  // read and not yet used
	idle   bool    // reading has a deadline for an idle connection

	// The request, of which the goroutine that reads is the owner while none is held.
	r       http.Request
	fields  []byte      // all behind its first line; nil: net/http has read it
	allowed http.Header // what tells a page that it may read the answer
	refused error       // because of its fields

	// Of who holds the outlet's mu.
	answered sync.Cond
	last     time.Time // when a request was answered
	topic    *Topic    // whose pump has the outlet; nil: none has
	held     bool      // there is a long-poll that waits
	waiting  waiting   // which one
	batching bool      // it has an event, and waits for more
	empty    bool      // it is to be answered as if there were none
	until    time.Time // when it is answered whatever there is
	timer    *time.Timer
	fires    time.Time // when the timer does; zero: it does not
	leaving  bool      // the server ends
	over     bool      // nothing more is answered
}

// A pollWriter answers the held poll when there is something.
type pollWriter struct{ *poller }

// keep has the polls of r's connection answered by a poller, r first. It returns false when that
// is not possible: over HTTP/2 and 1.0, and on a connection that ends with r.
func (s *Server) keep(w http.ResponseWriter, r *http.Request) bool {
	if r.ProtoMajor != 1 || r.ProtoMinor == 0 || r.Close || r.Method != http.MethodGet {
		return false
	}
	nc, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	unread, _ := rw.Reader.Peek(rw.Reader.Buffered())
	if back, is := nc.(*returned); is {
		unread = append(bytes.Clone(unread), back.unread...)
		nc = back.closeWriter
	}
	po := &poller{s: s, c: s.track(nc), in: append(make([]byte, 0, headRoom), unread...)}
	po.outlet.to, po.gate = pollWriter{po}, gateOf(nc)
	po.answered.L = reader{&po.outlet}
	po.r = http.Request{Method: r.Method, URL: &url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}, Host: r.Host, Header: r.Header,
		Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor, RemoteAddr: r.RemoteAddr}
	if len(w.Header()) > 0 {
		po.allowed = maps.Clone(w.Header())
	}
	if s.worse != nil {
		po.burden = burdenOf(r)
		po.c.bear(po.burden)
	}
	s.work.more()
	go po.run()
	return true
}

// run answers requests until the connection has ended or goes back to net/http.
func (po *poller) run() {
	defer po.s.work.leave()
	po.answer()
	po.c.whenLeaving(po.leave)
	for {
		head, err := po.hear()
		if err != nil {
			po.end(err)
			return
		}
		if !po.understands(head) {
			po.giveBack()
			return
		}
		po.in = append(po.in[:0], po.in[len(head):]...)
		po.answer()
	}
}

// answer answers the request, or has it held.
func (po *poller) answer() {
	po.mu.Lock()
	if po.leaving || po.over {
		po.mu.Unlock()
		return
	}
	if po.r.URL.Path == wire.RouteLongPoll && po.refused == nil {
		po.hold()
	} else {
		po.reply(po.poll)
	}
	po.mu.Unlock()
	po.turn()
}

// poll answers a poll that is not held.
func (po *poller) poll(w http.ResponseWriter) error {
	if po.refused != nil {
		return po.refused
	}
	p, err := po.s.find(&po.r, po.s.hub.Peek)
	if err != nil {
		return err
	}
	return po.s.answerNow(w, &po.r, p, po.burden)
}

// hold answers a long-poll, or has it held. The caller holds mu.
func (po *poller) hold() {
	asked, err := po.s.waitingFor(&po.r)
	if err != nil {
		po.reply(func(http.ResponseWriter) error { return err })
		return
	}
	po.waiting, po.batching, po.empty, po.held = asked, false, false, true
	po.attend(asked.place.topic)
	po.s.stats.carriers[wire.LongPoll].subscribers.Add(1) // who sees it and publishes then finds the client there
	po.wait(asked.wait)
	po.write()
	if po.held && !po.batching && asked.wait <= 0 {
		po.bring()
	}
}

// attend has the topic's pump know the outlet. The caller holds mu.
func (po *poller) attend(t *Topic) {
	if po.topic == t {
		return
	}
	po.depart()
	po.topic = t
	t.join(&po.outlet, &po.s.work)
}

// depart is the end of what attend began.
func (po *poller) depart() {
	if po.topic != nil {
		po.topic.part(&po.outlet)
		po.topic = nil
	}
}

// wait has the held poll answered in d. The timer is not stopped when there is an answer before:
// it would have to be set for each. The caller holds mu.
func (po *poller) wait(d time.Duration) {
	now := time.Now()
	po.until = now.Add(d)
	if !po.fires.IsZero() && !po.until.Before(po.fires) {
		return
	}
	if po.fires = po.until; po.timer == nil {
		po.timer = time.AfterFunc(d, po.expire)
	} else {
		po.timer.Reset(d)
	}
}

// expire answers the held poll if its time has come.
func (po *poller) expire() {
	po.mu.Lock()
	po.fires = time.Time{}
	if po.held {
		if d := time.Until(po.until); d > 0 {
			po.wait(d)
		} else {
			po.bring()
		}
	}
	po.mu.Unlock()
	po.turn()
}

func (po pollWriter) write() {
	if !po.held || po.batching {
		return
	}
	events, gap := po.there()
	switch {
	case !events && !gap:
		return
	case !events:
	case po.s.worse != nil && po.s.worse.withhold(po.burden):
		po.empty = true
	case po.waiting.batch > 0:
		po.batching = true
		po.wait(po.waiting.batch)
		return
	}
	po.bring()
}

// there reports what there is for the held poll.
//
//go:noinline
func (po *poller) there() (events, gap bool) {
	found, lost := po.waiting.place.next(po.waiting.place.topic.View())
	return len(found) > 0, lost != nil
}

// bring answers the held poll with what there is. The caller holds mu.
func (po *poller) bring() {
	c := po.s.stats.carriers[wire.LongPoll]
	c.subscribers.Add(-1)
	po.held = false
	p := po.waiting.place
	if po.s.hub.release(p.topic) { // before the client can ask for another one
		po.depart()
	}
	po.reply(func(w http.ResponseWriter) error {
		if po.empty {
			return po.s.answer(w, &po.r, c, p, nil, nil)
		}
		events, gap := p.next(p.topic.View())
		return po.s.answer(w, &po.r, c, p, events, gap)
	})
	po.waiting = waiting{}
	po.answered.Broadcast()
}

// reply sends what f answers. The caller holds mu.
func (po *poller) reply(f func(http.ResponseWriter) error) {
	w := newReply(po.c, po.leaving)
	maps.Copy(w.header, po.allowed)
	err := f(w)
	var lost writeError
	if err != nil && !errors.As(err, &lost) {
		refuse(w, err)
	}
	whole, err := w.finish()
	if po.last = time.Now(); err != nil {
		po.s.lost(err, po.r.RemoteAddr, po.r.URL.Path)
	}
	if err != nil || !whole {
		po.over = true
		po.c.Close()
	}
}

// leave answers what is held, because the server ends, and ends the connection.
func (po *poller) leave() {
	po.mu.Lock()
	defer po.mu.Unlock()
	po.leaving = true
	if po.held {
		po.bring()
	}
	if !po.over {
		po.over = true
		po.c.shut()
	}
}

// end ends what there is of the connection: reading has ended with heard.
func (po *poller) end(heard error) {
	po.c.whenLeaving(nil)
	if po.quit(heard) && errors.Is(heard, net.ErrClosed) { // what leave wrote is still on its way
		_ = po.c.SetReadDeadline(time.Now().Add(closeTimeout))
		_ = po.c.ignore()
	}
	po.c.Close()
}

// quit sees to it that nothing more is written. It reports whether that is because the server
// ends.
func (po *poller) quit(heard error) (leaving bool) {
	po.mu.Lock()
	defer po.mu.Unlock()
	if po.held && errors.Is(heard, io.EOF) { // the client may have ended its half only
		po.bring()
	}
	if po.held {
		po.held = false
		po.s.stats.carriers[wire.LongPoll].subscribers.Add(-1)
		po.s.hub.release(po.waiting.place.topic)
		po.s.vanished(nil, heard, po.r.RemoteAddr, wire.RouteLongPoll)
	}
	po.over = true
	po.stop()
	return po.leaving
}

// stop leaves the topic and its timer. The caller holds mu.
func (po *poller) stop() {
	po.depart()
	if po.timer != nil {
		po.timer.Stop()
	}
}

// giveBack has net/http go on with the connection.
func (po *poller) giveBack() {
	po.c.whenLeaving(nil)
	po.mu.Lock()
	defer po.mu.Unlock()
	if po.over { // the server ends
		po.c.Close()
		return
	}
	po.over = true
	po.stop()
	nc := po.c.release()
	po.s.returns.give(nc, po.in, po.burden)
}
