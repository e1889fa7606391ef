package loadgen

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// An interpreter is what one trial needs to speak with a server that is not ours: its
// dialect, and how the events of this trial are told from all others. It does not
// change, but for what is noted of proofs and of repeated requests, and may be used
// concurrently.
type interpreter struct {
	*dialect.Dialect
	transport wire.Transport
	marker    dialect.Marker
	host      string // Host header
	origin    string
	headers   []header // of the variant, for clients
	size      int      // of a payload in bytes
	topics    []string // names, which no other trial has
	clients   int
	answers   time.Duration // within which a request to publish is answered
	again     sync.Map      // numbers of events whose request to publish was repeated
	latest    bool          // an answer has the newest event alone
	proof
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
	// Always six of them: topics are in the heads of requests.
	run := strconv.FormatInt(least+rand.Int64N(all-least), digits)
	marker, err := dialect.NewMarker(run)
	if err != nil {
		return nil, err
	}
	f := &interpreter{
		Dialect: d, transport: o.Variant.Transport, marker: marker, size: max(o.Payload, dialect.MinPayload),
		host:    cmp.Or(d.Host, o.Target.HTTP),
		clients: o.Clients, answers: min(publishTimeout, o.answersWithin),
	}
	scheme := "http://"
	if d.TLS {
		scheme = "https://"
	}
	f.origin = cmp.Or(d.Origin, scheme+f.host)
	if o.Variant.Word(wire.Headers) == "browser" {
		f.headers = browserHeaders(f.transport, d.TLS, f.host, "")
	}
	if a := f.ask(); a != nil {
		f.latest = a.Latest
	}
	for i := range o.Topics {
		f.topics = append(f.topics, run+topicName(i))
	}
	f.proof.prepare(len(f.topics))
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

// absent says in the trial what nobody knows of the server.
func (f *interpreter) absent(t *results.Trial) {
	if f.opensByEvent() {
		t.Absent = append(t.Absent, results.Absent{What: results.Opening, Reason: "a client counts as open only when a " +
			"published event has reached it, and the time until then depends on when the load generator publishes"})
	}
	if !f.emits() {
		return
	}
	t.Absent = append(t.Absent, results.Absent{What: results.Due, Reason: "the server sends events of its own, " +
		"and it is not known when each of them was due"})
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

// values are those of a client.
func (f *interpreter) values(client, topic int) dialect.Values {
	return dialect.Values{Topic: f.topics[topic], Client: client, Origin: f.origin}
}

// publisher are the values of the publisher of a topic. No subscriber has its client
// number: some servers end the connection that one had before.
func (f *interpreter) publisher(topic int) dialect.Values { return f.values(f.clients+topic, topic) }

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
			return nil, errors.New("the target's certificate is not in PEM format")
		}
	}
	if resume {
		d.config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	return d, nil
}
