package pushtest

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"pushbench/loadgen"
	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Load is what clients and publisher do. Subscribe and Publish are required. The
// other zero values are defaults.
type Load struct {
	Subscribe Subscription // how clients get events
	Publish   Publication  // how an event gets to the server

	Clients int     // subscribers; 0: 100, the fewest of which memory can be told
	Topics  int     // client i subscribes to topic i mod Topics, which is {topic} in a path; 0: one
	Rate    float64 // events per second over all topics, at equal distances; 0: 100
	Payload int     // bytes of an event, which is a JSON object; 0: 128

	// Address is the host:port of a server that runs already. It takes the place of the
	// server of Main. What only its process tells, CPU and memory, is not measured.
	// Empty: the server of Main.
	Address string

	Report []string // metrics to print, by their names in Metrics; nil: the usual ones
}

// A Subscription is how clients get events. [SSE], [WebSocket], [LongPoll] and [Poll]
// make one. What a server wants besides a path is set in the field of the transport,
// as package dialect describes it:
//
//	s := pushtest.SSE("/news")
//	s.SSE.Headers = []dialect.Header{{Name: "Authorization", Value: dialect.Must("Bearer 123")}}
//
//	s := pushtest.WebSocket("/cable")
//	s.WebSocket.Open = []dialect.Step{{Send: dialect.Must(`{"command":"subscribe"}`)}}
type Subscription struct {
	Variant   string             // the transport with its settings: sse, polling/interval=100ms
	SSE       *dialect.SSE       // of sse
	WebSocket *dialect.WebSocket // of websocket
	Ask       *dialect.Ask       // of longpoll and polling

	err error // what is wrong with the path
}

// SSE has clients read an event stream. The path is a template, see [dialect.Template]:
// it may have {topic} and {client} in it, in the query as well.
func SSE(path string) Subscription {
	r, err := request(path)
	return Subscription{Variant: string(wire.SSE), SSE: &dialect.SSE{Request: r}, err: err}
}

// WebSocket has clients read the messages of a WebSocket. The path is as in [SSE].
func WebSocket(path string) Subscription {
	r, err := request(path)
	return Subscription{Variant: string(wire.WebSocket), WebSocket: &dialect.WebSocket{Request: r}, err: err}
}

// LongPoll has clients ask again as soon as they have an answer, which the server
// holds back until there is something new. The path is as in [SSE]. Cursors tell the
// server what a client has. They come from the answer before, and are {cursor.NAME} in
// the path:
//
//	after := dialect.Cursor{Name: "after", First: "0", Header: "X-Cursor"}
//	pushtest.LongPoll("/wait?after={cursor.after}", after)
//	id := dialect.Cursor{Name: "id", First: "0", Pointer: pushtest.Pointer("/events/-1/id")}
//	pushtest.LongPoll("/wait?after={cursor.id}", id)
func LongPoll(path string, cursors ...dialect.Cursor) Subscription {
	r, err := request(path)
	return Subscription{Variant: string(wire.LongPoll), Ask: &dialect.Ask{Request: r, Cursors: cursors}, err: err}
}

// Poll has each client ask every so often. Path and cursors are as in [LongPoll].
func Poll(path string, every time.Duration, cursors ...dialect.Cursor) Subscription {
	r, err := request(path)
	variant := string(wire.Polling) + "/interval=" + wire.Duration(every)
	return Subscription{Variant: variant, Ask: &dialect.Ask{Request: r, Cursors: cursors}, err: err}
}

// Pointer reads the JSON pointer of a cursor, such as /cursor or, with the last element
// of an array, /messages/-1/id. It panics when there is an error in it.
func Pointer(text string) dialect.Pointer {
	p, err := dialect.ParsePointer(text)
	if err != nil {
		panic(err)
	}
	return p
}

// A Publication is how an event gets to the server. [POST] makes one. What else a
// server wants is set in its fields, as package dialect describes them.
type Publication struct {
	dialect.Publish

	err error // what is wrong with the path
}

// POST has each event published by a request of its own, with the event as its body.
// The path is as in [SSE].
func POST(path string) Publication {
	r, err := request(path)
	return Publication{dialect.Publish{Request: r}, err}
}

func request(path string) (dialect.Request, error) {
	t, err := dialect.ParsePath(path)
	return dialect.Request{Path: t}, err
}

// The defaults of a Load.
const (
	defaultClients = 100
	defaultRate    = 100
	defaultPayload = 128
)

// warmup is how long events are published before the iterations begin, so that no
// client's first event is measured.
const warmup = 200 * time.Millisecond

// longest is what the iterations of a run may last.
const longest = 24 * time.Hour

// options are those of a trial in whose window so many events are due.
func (l Load) options(events int) (o loadgen.Options, err error) {
	if l.Address != "" {
		_, port, err := net.SplitHostPort(l.Address)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return o, fmt.Errorf("the address %q is no host:port: %w", l.Address, err)
		}
	}
	for _, name := range l.Report {
		if _, err := results.FindMetric(name); err != nil {
			return o, err
		}
	}
	rate := cmp.Or(l.Rate, defaultRate)
	seconds := float64(events) / rate
	switch {
	case !(rate > 0):
		return o, fmt.Errorf("a rate of %g events per second is not above 0", rate)
	case seconds > longest.Seconds():
		return o, fmt.Errorf("%d events at %g per second last longer than %s", events, rate, longest)
	case l.Subscribe.Variant == "":
		return o, errors.New(`the load has no Subscribe: set it, for example to pushtest.SSE("/events")`)
	}
	o = loadgen.Options{
		Clients: cmp.Or(l.Clients, defaultClients), Topics: l.Topics, Payload: cmp.Or(l.Payload, defaultPayload),
		Rate: rate, Warmup: warmup, Window: time.Duration(seconds * float64(time.Second)),
		Target: loadgen.Target{HTTP: l.Address},
	}
	if o.Variant, err = wire.ParseVariant(l.Subscribe.Variant); err != nil {
		return o, err
	}
	o.Target.Dialect, err = l.dialect(o.Variant.Transport)
	return o, err
}

// dialect says how the server speaks.
func (l Load) dialect(transport wire.Transport) (*dialect.Dialect, error) {
	s, p := l.Subscribe, l.Publish
	switch {
	case s.err != nil:
		return nil, fmt.Errorf("subscribing: %w", s.err)
	case p.err != nil:
		return nil, fmt.Errorf("publishing: %w", p.err)
	case p.By == dialect.ByServer:
		return nil, errors.New("the events of a server that publishes by itself are due at unknown times")
	case p.Path.Empty() && p.Message.Empty():
		return nil, errors.New(`the load has no Publish: set it, for example to pushtest.POST("/publish")`)
	}
	d := dialect.Dialect{Publish: p.Publish}
	switch transport {
	case wire.SSE:
		d.SSE = s.SSE
	case wire.WebSocket:
		d.WebSocket = s.WebSocket
	case wire.LongPoll:
		d.LongPoll = s.Ask
	case wire.Polling:
		d.Polling = s.Ask
	}
	return &d, nil
}
