package loadgen

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/servers/wire"
)

// A publisher sends the events of a trial, one streaming request for each
// topic, and never waits for an answer. Acknowledgements are read beside it.
// Its connections are in no ledger.
type publisher struct {
	published
	rec     *account.Recorder
	dialer  *dialer
	size    int         // payload bytes
	filler  wire.Filler // of payloads
	gate    sync.Mutex  // held while events are sent, and while the server is started again
	mu      sync.Mutex  // of streams, which are replaced under the gate
	streams []*publishing
	ending  atomic.Bool // the answers are to end
	readers sync.WaitGroup
}

// publishing is the request of one topic.
type publishing struct {
	topic        int
	conn         *conn
	left         *departures // nil: the kernel does not tell
	before, sent int         // events of the topic that were sent to servers before the present one, and to that
	first, next  int         // sequence numbers: the events of the payload are first, first+topics, ... below next
	payload      []byte      // the next chunk's data
	chunk        []byte      // and the chunk
}

// newPublisher opens the requests. The caller must call close.
func newPublisher(ctx context.Context, rec *account.Recorder, d *dialer, topics, size int, filler wire.Filler) (*publisher, error) {
	p := &publisher{rec: rec, dialer: d, size: size, filler: filler}
	var err error
	if p.streams, err = p.open(ctx, topics, func(int) int { return 0 }); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// open opens the request of each topic. before is how many of its events were sent to other
// servers. With an error it returns those that are open.
func (p *publisher) open(ctx context.Context, topics int, before func(topic int) int) (streams []*publishing, err error) {
	for topic := range topics {
		if !p.rec.Part.Has(topic) {
			continue
		}
		c, _, err := p.dialer.dialNode(ctx, topic)
		if err != nil {
			return streams, fmt.Errorf("publisher: %w", err)
		}
		s := &publishing{topic: topic, conn: c, before: before(topic)}
		if c.stream == net.Conn(c.tcp) {
			s.left = newDepartures(c.tcp)
		}
		streams = append(streams, s)
		n, err := fmt.Fprintf(c.stream, "POST %s?%s=%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
			wire.RoutePublish, wire.ParamTopic, topicName(topic), p.dialer.address)
		if err != nil {
			return streams, fmt.Errorf("publisher: %w", err)
		}
		if s.left != nil {
			s.left.wrote(n, 0)
		}
		p.readers.Go(func() { p.read(s) })
	}
	return streams, nil
}

// read takes the acknowledgements of one topic until the server ends its
// answer, which breaks the trial unless it was asked to. A connection closed
// by close ends it too.
func (p *publisher) read(s *publishing) {
	err := p.acks(s)
	if p.ending.Load() && (err == nil || p.acked.Load() >= p.sent.Load()) {
		return
	}
	if err == nil {
		err = errors.New("the server ended its answer")
	}
	p.rec.Fail(fmt.Errorf("publisher: %w", err))
}

func (p *publisher) acks(s *publishing) error {
	in := &io.LimitedReader{R: patient{s.conn.stream}, N: maxHead}
	buffered := bufio.NewReader(in)
	res, err := http.ReadResponse(buffered, nil)
	for err == nil && res.StatusCode < 200 && res.StatusCode != http.StatusSwitchingProtocols {
		res, err = http.ReadResponse(buffered, nil) // after an interim answer (RFC 9110 section 15.2)
	}
	if err != nil && in.N == 0 {
		return errLongHead
	}
	if err != nil {
		return err
	}
	in.N = math.MaxInt64
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for index := uint64(1); lines.Scan(); index++ {
		var ack struct {
			wire.Ack
			Error string `json:"error"`
		}
		if err := json.Unmarshal(lines.Bytes(), &ack); err != nil {
			return refused(res.StatusCode, lines.Bytes())
		}
		if ack.Error != "" || res.StatusCode != http.StatusOK {
			return refused(res.StatusCode, []byte(ack.Error))
		}
		seq := (uint64(s.before)+index-1)*uint64(p.rec.Topics) + uint64(s.topic)
		if ack.ID != index || seq >= uint64(len(p.rec.AtServer)) {
			return fmt.Errorf("the server numbered event %d of topic %s as %d: the topic is not fresh", index, topicName(s.topic), ack.ID)
		}
		p.rec.AtServer[seq].Store(p.rec.Clock.Instant(ack.At))
		p.acked.Add(1)
	}
	return lines.Err()
}

// retained publishes the events that are in the history before a client
// connects, and waits until the server has them.
func (p *publisher) retained(ctx context.Context) error {
	for seq := range p.rec.Retained {
		p.rec.Due[seq] = clock.Now()
		p.add(uint64(seq))
	}
	if err := p.flush(); err != nil {
		return err
	}
	for p.acked.Load() < p.sent.Load() {
		select {
		case err := <-p.rec.Broken:
			return err
		default:
		}
		if err := clock.WaitUntil(ctx, clock.Now()+int64(time.Millisecond)); err != nil {
			return fmt.Errorf("waiting for the server to take the retained events: %w", err)
		}
	}
	return nil
}

// run publishes the scheduled events, each when it is due, and returns when
// all are sent. Events that are due together go in one write.
func (p *publisher) run(ctx context.Context) error {
	return p.pace(ctx, p.rec, func(first, next int) (int, error) {
		p.gate.Lock()
		defer p.gate.Unlock()
		for seq := first; seq < next; seq++ {
			p.add(uint64(seq))
		}
		return first, p.flush()
	})
}

func (p *publisher) add(seq uint64) {
	topic := int(seq % uint64(p.rec.Topics))
	if !p.rec.Part.Has(topic) {
		return
	}
	s := p.streams[p.rec.Part.Place(topic)]
	if len(s.payload) == 0 {
		s.first = int(seq)
	}
	s.next = int(seq) + 1
	s.payload = append(p.filler.AppendPayload(s.payload, seq, p.size), '\n')
}

// flush sends what was added, one chunk for each topic.
func (p *publisher) flush() error {
	for _, s := range p.streams {
		if len(s.payload) == 0 {
			continue
		}
		n := len(s.payload) / (p.size + 1)
		s.sent += n
		p.sent.Add(int64(n))
		s.chunk = strconv.AppendInt(s.chunk[:0], int64(len(s.payload)), 16)
		s.chunk = append(s.chunk, "\r\n"...)
		s.chunk = append(s.chunk, s.payload...)
		s.chunk = append(s.chunk, "\r\n"...)
		s.payload = s.payload[:0]
		if err := p.write(s); err != nil {
			return err
		}
	}
	for _, s := range p.streams { // when all are written, so that no topic waits for it
		if s.left != nil {
			s.left.collect(p.departed)
		}
	}
	return nil
}

// departed records when a write that began at an instant left the machine. One
// that cannot be belongs to a wall clock that was set.
func (p *publisher) departed(began, unixNano int64) {
	_ = p.departure.Record(time.Duration(p.rec.Clock.Instant(unixNano) - began))
}

// write sends the chunk of one topic and notes how late it is.
func (p *publisher) write(s *publishing) error {
	at := clock.Now()
	for seq := max(s.first, p.rec.Retained); seq < s.next; seq++ {
		if seq%p.rec.Topics == s.topic && p.lag.Record(time.Duration(at-p.rec.Due[seq])) != nil {
			return fmt.Errorf("event %d was sent before it was due", seq)
		}
	}
	n, err := s.conn.stream.Write(s.chunk)
	if s.left != nil {
		if s.first < p.rec.Retained {
			at = 0
		}
		s.left.wrote(n, at)
	}
	return err
}

// interrupt makes a write fail for which the server has no room, now and from
// now on. Acknowledgements are read as before.
func (p *publisher) interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.streams {
		s.conn.tcp.SetWriteDeadline(time.Unix(1, 0))
	}
}

// finish ends the requests and waits for the last acknowledgements.
func (p *publisher) finish(ctx context.Context) error {
	p.ending.Store(true)
	var errs []error
	for _, s := range p.streams {
		_, err := s.conn.stream.Write([]byte("0\r\n\r\n"))
		errs = append(errs, err)
	}
	defer context.AfterFunc(ctx, p.hangUp)()
	p.readers.Wait()
	return errors.Join(errs...)
}

// close ends the requests where they are and waits for the readers.
func (p *publisher) close() {
	p.hangUp()
	p.readers.Wait()
}

func (p *publisher) hangUp() {
	p.ending.Store(true)
	for _, s := range p.streams {
		s.conn.tcp.Close()
	}
}
