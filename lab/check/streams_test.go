package check

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers/wire"
)

// Each row is a server that holds so many clients, and what a check says of that.
func TestStreams(t *testing.T) {
	const asked = 12
	for _, row := range []struct {
		server string
		on     wire.Transport
		b      *backend
		most   int // as the target's file says
		held   float64
		state  results.State
		text   string
	}{
		{"holds all", wire.SSE, &backend{}, 0, 12, results.Pass, "12 clients at once all get an event."},
		{"holds all of a WebSocket", wire.WebSocket, &backend{}, 0, 12, results.Pass, "12 clients at once all get an event."},
		{"holds all long-polls", wire.LongPoll, &backend{}, 0, 12, results.Pass, "12 clients at once all get an event."},
		{"answers the first long-poll at once", wire.LongPoll, &backend{history: 2}, 0, 12, results.Pass, "12 clients at once"},
		{"has its heads come late", wire.SSE, &backend{lateHead: true}, 0, 12, results.Pass, "12 clients at once"},
		{"holds four", wire.SSE, &backend{most: 4}, 0, 4, results.Fail,
			"4 clients at once all get an event, and 5 do not: 1 of 5 got no event within 400ms."},
		{"holds eleven", wire.SSE, &backend{most: 11}, 0, 11, results.Fail, "and 12 do not: 1 of 12 got no event"},
		{"refuses the sixth", wire.SSE, &backend{most: 5, refuses: true}, 0, 5, results.Fail, `the answer has status 503: "no more`},
		{"does not answer the fourth WebSocket", wire.WebSocket, &backend{most: 3}, 0, 3, results.Fail, "the server does not answer within 400ms"},
		{"needs a place to publish", wire.SSE, &backend{most: 5, hogs: true}, 0, 4, results.Fail,
			"4 clients at once all get an event, and 5 do not: an event cannot be published: the server does not answer within 400ms."},
		{"holds four, as its file says", wire.SSE, &backend{most: 4}, 4, 4, results.Fail, "because the target file says that the server holds no more"},
		{"holds four, and its file says six", wire.SSE, &backend{most: 4}, 6, 4, results.Fail, "and 5 do not"},
		{"holds more than its file has to say", wire.SSE, &backend{}, 50, 12, results.Pass, "12 clients at once"},
	} {
		row.b.run(t)
		d := only(row.b.dialect(), row.on)
		p, err := newProber(Server{Address: row.b.address, Dialect: d}, brief, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		p.terms(row.on).Most = row.most
		var found table
		p.checkStreams(t.Context(), &found, row.on, asked)
		f := found.Facts[0]
		if f.Name != string(row.on)+"/streams" || f.State != row.state || f.Figures["streams"] != row.held || !strings.Contains(f.Text, row.text) {
			t.Errorf("a server that %s: %s, %v, %q; want %s, %v, %q", row.server, f.State, f.Figures, f.Text, row.state, row.held, row.text)
		}
		if known := row.most > 0 && row.held == float64(row.most); (f.Known != "") != known {
			t.Errorf("a server that %s: known: %q", row.server, f.Known)
		}
		if _, err := p.basis(t.Context(), row.on); err != nil {
			t.Errorf("a server that %s is not left usable: %v", row.server, err)
		}
		p.unpublish()
	}
}

// A server that lets clients in slowly holds those that came, and none is said to be too many.
func TestStreamsOutOfTime(t *testing.T) {
	b := (&backend{}).run(t)
	p, err := newProber(Server{Address: b.address, Dialect: only(b.dialect(), wire.SSE)}, brief, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer p.unpublish()
	c := newCrowd(p, wire.SSE, 20)
	if held := c.most(t.Context(), 10); held != 10 || c.wrong != nil {
		t.Errorf("%d clients, %v", held, c.wrong)
	}
	c.end = time.Now()
	if held := c.most(t.Context(), 20); held != 10 || !errors.Is(c.wrong, errSlow) {
		t.Errorf("out of time %d clients, %v", held, c.wrong)
	}
}

// Clients of long-polling begin with the cursors of one that has all events: what a server
// keeps, which may be much, is not sent to each of them.
func TestCrowdIsUpToDate(t *testing.T) {
	b := (&backend{history: 100}).run(t)
	p, err := newProber(Server{Address: b.address, Dialect: only(b.dialect(), wire.LongPoll)}, brief, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer p.unpublish()
	if _, err := p.send(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	from := manner{from: p.upToDate(t.Context(), wire.LongPoll)}
	last := p.number
	c := newCrowd(p, wire.LongPoll, 4)
	c.from = from
	if _, err := c.hold(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	for i, m := range c.members {
		if heard := m.own().heard; len(heard) == 0 || heard[0] <= last {
			t.Errorf("client %d heard %v, and the events up to %d were there before", i, heard, last)
		}
	}
	c.leave(t.Context())
	c.p.unpublish()
}
