package servers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"pushbench/servers/wire"
)

// publish answers POST /publish: every line of the body is an event, which is
// in the Hub before the next line is read. Events and their acknowledgements
// flow at the same time (full duplex), so one request can publish for hours;
// what was read together is acknowledged together.
//
// A line that is no event ends the request: with status 400 when it is the
// first, else, because the events before it stand and are acknowledged, with a
// last line {"error": ...}. So does a body that is cut off, or that is not what
// its head announced. A client that ends its half of the connection behind a
// whole body is answered to the end.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) error {
	name, err := param(r.URL.RawQuery, wire.ParamTopic)
	if err != nil {
		return err
	}
	at, err := s.locate(name, "", s.hub.hold)
	if err != nil {
		return err
	}
	defer s.hub.release(at.topic)
	out := newTimedWriter(w, r, s.o.WriteTimeout)
	if err := out.rc.EnableFullDuplex(); err != nil {
		return err
	}
	w.Header()["Content-Type"] = typeLines
	p := &publisher{out: out, r: r, spare: len(s.hub.pad)}
	stop := context.AfterFunc(r.Context(), func() {
		if p.ending() {
			out.rc.SetReadDeadline(time.Now())
		}
	})
	defer stop()
	put := func(payload []byte) (uint64, error) { return s.send(at.topic, payload) }
	if s.worse != nil && s.worse.Latency > 0 {
		return p.finish(p.runHeld(put, s.worse.Latency))
	}
	return p.finish(p.run(func(payload []byte, read time.Time) error {
		id, err := put(payload)
		if err != nil {
			return err
		}
		p.acknowledge(id, read.UnixNano())
		if len(p.acks) >= batchSize {
			return p.flush()
		}
		return nil
	}))
}

// A publisher reads one request's events and acknowledges them.
type publisher struct {
	out   *timedWriter
	r     *http.Request
	limit deadline
	acks  []byte // not yet written
	acked bool   // there was an event
	spare int    // bytes that a payload is to have room for behind it

	held bool        // another goroutine acknowledges: see runHeld
	lost atomic.Bool // it could not
}

// ending reports whether the server is about to end. The request's context is
// done, too, when its client has ended its half of the connection.
func (p *publisher) ending() bool { return context.Cause(p.r.Context()) == errEnding }

// run gives the events to take until there are no more, with the moment when
// each had been read. The error is a lineError, or take's.
func (p *publisher) run(take func(payload []byte, read time.Time) error) error {
	in := newLineReader(p)
	in.spare = p.spare
	for {
		payload, err := in.next()
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return err
		}
		if err := take(payload, time.Now()); err != nil {
			return err
		}
	}
}

// Read reads the request's body, for run. Before it may wait for more it sends
// the acknowledgements that are due.
func (p *publisher) Read(b []byte) (int, error) {
	if !p.held {
		if err := p.flush(); err != nil {
			return 0, err
		}
	}
	if err := p.limit.extend(publishTimeout, p.out.rc.SetReadDeadline); err != nil {
		return 0, err
	}
	// After the deadline is set, or it would undo that of a shutdown.
	if p.ending() {
		return 0, errEnding
	}
	if p.lost.Load() {
		return 0, net.ErrClosed
	}
	return p.r.Body.Read(b)
}

// acknowledge appends a wire.Ack as a line of JSON.
func (p *publisher) acknowledge(id uint64, at int64) {
	p.acks = append(p.acks, `{"id":`...)
	p.acks = strconv.AppendUint(p.acks, id, 10)
	p.acks = append(p.acks, `,"at":`...)
	p.acks = strconv.AppendInt(p.acks, at, 10)
	p.acks = append(p.acks, "}\n"...)
	p.acked = true
}

func (p *publisher) flush() error {
	if len(p.acks) == 0 {
		return nil
	}
	_, err := p.out.Write(p.acks)
	p.acks = p.acks[:0]
	if err == nil {
		err = p.out.Flush()
	}
	return writeError{err}.orNil()
}

// finish tells the client how it ended.
func (p *publisher) finish(err error) error {
	if err == nil {
		return p.flush()
	}
	var lost writeError
	if errors.As(err, &lost) {
		return lost
	}
	refused := &refusal{http.StatusBadRequest, err.Error()}
	switch {
	case errors.As(err, &refused): // by the backplane
	case errors.Is(err, errEnding), isTimeout(err) && p.ending():
		refused = &refusal{http.StatusServiceUnavailable, errEnding.Error()}
	case isTimeout(err):
		refused = &refusal{http.StatusRequestTimeout, fmt.Sprintf("no event came for %s", publishTimeout)}
	}
	linger(p.out.rc)
	if !p.acked {
		p.out.w.Header().Set("Connection", "close")
		return refused
	}
	text, err := json.Marshal(failure{refused.text})
	if err != nil {
		return err
	}
	p.acks = append(append(p.acks, text...), '\n')
	return p.flush()
}
