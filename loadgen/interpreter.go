package loadgen

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// An interpreter is what one trial needs to speak with a server that is not ours: its
// dialect, and how the events of this trial are told from all others. It does not
// change and may be used concurrently, but for the time at which an event was heard.
type interpreter struct {
	*dialect.Dialect
	transport wire.Transport
	marker    dialect.Marker
	host      string // Host header
	origin    string
	headers   []header // of the variant, for clients
	size      int      // of a payload in bytes
	topics    []string // names, which no other trial has
	latest    bool     // an answer has the newest event alone
	proof
}

// translate prepares o for a target with a dialect, or says why it cannot be asked so.
func (o *Options) translate() error {
	d, err := o.Target.Dialect.Prepare()
	if err != nil {
		return fmt.Errorf("the target's dialect: %w", err)
	}
	o.Target.Dialect = d
	o.Target.NoFigures = cmp.Or(o.Target.NoFigures, "the target has no figures of its own that are known how to read")
	terms := termsOf(d, o.Variant.Transport)
	if terms == nil {
		return fmt.Errorf("the target does not offer %s", o.Variant.Transport)
	}
	for _, s := range o.Variant.Settings() {
		switch s.Name {
		case "interval", "pace", "headers", "tls", "resume":
		default:
			if !s.Default {
				return fmt.Errorf("the variant %s sets %s, which the target's file would have to say: only our own servers know it", o.Variant, s.Name)
			}
		}
	}
	for _, rule := range []struct {
		ok   bool
		text string
	}{
		{terms.Most == 0 || o.Clients <= terms.Most, fmt.Sprintf("the target holds %d clients of %s at most, not %d", terms.Most, o.Variant.Transport, o.Clients)},
		{o.Topics == 1 || d.Topics(), "the target has one topic: {topic} is not in all of its requests"},
		{o.Topics == 1 || d.Publish.By != dialect.ByServer, "the target has events of its own, which are of one topic"},
		{o.Retained == 0, "the target is not known to keep events for clients that come later"},
		{d.TLS || !o.Variant.On(wire.TLS), fmt.Sprintf("the variant %s asks for TLS, and the target's address does not begin with https", o.Variant)},
	} {
		if !rule.ok {
			return errors.New(rule.text)
		}
	}
	return nil
}

// termsOf are those of one transport; nil: it is not offered.
func termsOf(d *dialect.Dialect, t wire.Transport) *dialect.Terms {
	switch {
	case t == wire.SSE && d.SSE != nil:
		return &d.SSE.Terms
	case t == wire.WebSocket && d.WebSocket != nil:
		return &d.WebSocket.Terms
	case t == wire.LongPoll && d.LongPoll != nil:
		return &d.LongPoll.Terms
	case t == wire.Polling && d.Polling != nil:
		return &d.Polling.Terms
	}
	return nil
}

// ask is how clients ask; nil: the server pushes.
func (f *interpreter) ask() *dialect.Ask {
	switch f.transport {
	case wire.LongPoll:
		return f.LongPoll
	case wire.Polling:
		return f.Polling
	}
	return nil
}

// opened is what a client waits for until it counts as open.
func (f *interpreter) opened() dialect.Opened {
	switch f.transport {
	case wire.SSE:
		return f.SSE.Opened
	case wire.WebSocket:
		return f.WebSocket.Opened
	}
	return f.ask().Opened
}

// newInterpreter returns the interpreter of a trial whose options are prepared; nil: the
// target has our own routes.
func newInterpreter(o *Options) (*interpreter, error) {
	d := o.Target.Dialect
	if d == nil {
		return nil, nil
	}
	const digits, least, all = 36, 36 * 36 * 36 * 36 * 36, 36 * 36 * 36 * 36 * 36 * 36
	run := strconv.FormatInt(least+rand.Int64N(all-least), digits) // six of them, always: topics are in the heads of requests
	marker, err := dialect.NewMarker(run)
	if err != nil {
		return nil, err
	}
	f := &interpreter{
		Dialect: d, transport: o.Variant.Transport, marker: marker, size: o.Payload,
		host: cmp.Or(d.Host, o.Target.HTTP),
	}
	scheme := "http://"
	if d.TLS {
		scheme = "https://"
	}
	f.origin = cmp.Or(d.Origin, scheme+f.host)
	if o.Variant.Word(wire.Headers) == "browser" {
		f.headers = browserHeaders(f.transport, d.TLS, f.host)
	}
	if a := f.ask(); a != nil {
		f.latest = a.Latest
	}
	for i := range o.Topics {
		f.topics = append(f.topics, run+topicName(i))
	}
	f.proof.next()
	return f, nil
}

// emits reports whether the server has events of its own, which nobody publishes.
func (f *interpreter) emits() bool { return f != nil && f.Publish.By == dialect.ByServer }

// payload is the size of each payload, which is the given one; -1: nobody knows.
func (f *interpreter) payload(size int) int {
	if f.emits() {
		return -1
	}
	return size
}

// absent says in the trial what nobody knows of a server that has events of its own.
func (f *interpreter) absent(t *results.Trial) {
	if !f.emits() {
		return
	}
	t.Absent = append(t.Absent, results.Absent{What: results.Due, Reason: "the server has events of its own, and nobody knows when each of them was due"})
	t.Load.Rate, t.Load.Payload, t.Load.Arrival, t.Load.Burst, t.Load.Spacing = 0, 0, results.Constant, 0, 0
	if f.Publish.Every > 0 {
		t.Load.Rate = 1 / f.Publish.Every.Seconds()
	}
}

// opener opens clients of the trial's transport.
func (f *interpreter) opener(d *dialer) opener {
	switch f.transport {
	case wire.SSE:
		return f.openSSE(d)
	case wire.WebSocket:
		return f.openWebSocket(d)
	}
	return f.openAsk(d)
}

// hint is what is added to the error of a client that was not opened.
func (f *interpreter) hint(c *client, err error) string {
	switch {
	case f == nil || !errors.As(err, new(noAnswer)) || c.listener == nil:
		return ""
	case f.opened() == dialect.AtHead && f.transport == wire.SSE && c.opened == 0:
		return ": some servers send the head with the first event, which a target says by opened: event"
	}
	return c.listener.why() + f.said()
}

// pause waits between the opening of two clients, as the server needs it.
func (f *interpreter) pause(ctx context.Context) error {
	if f == nil || termsOf(f.Dialect, f.transport).Pause == 0 {
		return nil
	}
	return clock.WaitUntil(ctx, clock.Now()+int64(termsOf(f.Dialect, f.transport).Pause))
}

// values are those of a client, or of the publisher of a topic.
func (f *interpreter) values(client, topic int) dialect.Values {
	return dialect.Values{Topic: f.topics[topic], Client: client, Origin: f.origin}
}

// dialer returns the one for a server that is not ours: it believes the authorities of
// this machine and the target's certificate, and takes TLS 1.2, too.
func (f *interpreter) dialer(wall *clock.Wall, via Dialer, address, cert string, resume bool) (*dialer, error) {
	d, err := newDialer(wall, via, address, "", false, false)
	if err != nil || !f.TLS {
		return d, err
	}
	name := f.host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	d.config = &tls.Config{ServerName: name, InsecureSkipVerify: f.Insecure, MinVersion: tls.VersionTLS12}
	if cert != "" {
		if d.config.RootCAs, err = x509.SystemCertPool(); err != nil {
			return nil, err
		}
		if !d.config.RootCAs.AppendCertsFromPEM([]byte(cert)) {
			return nil, errors.New("the target's certificate is none in PEM")
		}
	}
	if resume {
		d.config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	return d, nil
}

// appendRequest appends a request to b, and returns how many bytes of it are its body.
// scratch is for the body, and extra headers give way to those of the dialect.
func (f *interpreter) appendRequest(b []byte, scratch *[]byte, extra []header, r *dialect.Request, v *dialect.Values) (_ []byte, body int) {
	*scratch = r.Body.Append((*scratch)[:0], v)
	b = append(append(b, r.Method...), ' ')
	b = r.Path.Append(b, v)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(append(b, f.host...), "\r\n"...)
	for _, h := range extra {
		if !names(r, h.name) {
			b = append(append(append(append(b, h.name...), ": "...), h.value...), "\r\n"...)
		}
	}
	for i := range r.Headers {
		b = appendHeader(b, &r.Headers[i], v)
	}
	if len(*scratch) > 0 || r.Method != "GET" {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, int64(len(*scratch)), 10)
		b = append(b, "\r\n"...)
	}
	b = append(b, "\r\n"...)
	return append(b, *scratch...), len(*scratch)
}

// appendHeader appends a header line, unless its value is empty. What would end the
// line becomes a space: a value may come from the server.
func appendHeader(b []byte, h *dialect.Header, v *dialect.Values) []byte {
	before := len(b)
	b = append(append(b, h.Name...), ": "...)
	from := len(b)
	if b = h.Value.Append(b, v); len(b) == from {
		return b[:before]
	}
	for i := from; i < len(b); i++ {
		if b[i] < ' ' {
			b[i] = ' '
		}
	}
	return append(b, "\r\n"...)
}

// names reports whether r has a header of that name.
func names(r *dialect.Request, name string) bool {
	for i := range r.Headers {
		if strings.EqualFold(r.Headers[i].Name, name) {
			return true
		}
	}
	return false
}
