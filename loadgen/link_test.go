package loadgen

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/ledger"
	"pushbench/results"
)

// A fakeLink has the counters that the test gives it.
type fakeLink struct {
	ledger.Socket
	err         error
	interrupted int
}

func (l *fakeLink) counters() (ledger.Socket, error) { return l.Socket, l.err }
func (l *fakeLink) interrupt()                       { l.interrupted++ }
func (*fakeLink) hangUp()                            {}

// receives books a delivery of 100 bytes and its framing on c's own end.
func (c *client) receives(framing int) {
	c.conn.received(results.Payload, 100)
	c.conn.received(results.Framing, framing)
	c.Delivered++
}

// sharers are a session's clients over one link.
func sharers(l link, tls bool, n int) *session {
	s := &session{Options: &Options{Payload: 100}, trial: &results.Trial{}}
	s.cuts.begin(0, 0)
	for i := range n {
		end := &conn{}
		if !tls {
			end.stream = net.Conn(end.tcp)
		}
		s.clients = append(s.clients, &client{Account: account.Account{Client: i}, conn: end, link: l, sharing: n, cuts: &s.cuts})
	}
	return s
}

// The counters of a link that two clients share are booked once, with the last
// of the two, and balance with the books of both.
func TestClientsShareALink(t *testing.T) {
	for _, tls := range []bool{false, true} {
		l := &fakeLink{}
		s := sharers(l, tls, 2)
		a, b := s.clients[0], s.clients[1]
		pass := func(in int64) { // so many bytes came to the link
			l.SegmentsIn++
			l.HeadersIn += 52
			if tls {
				in += 22
				l.EncryptedIn += in
			}
			l.In += in
		}
		s.cuts.wanted.Store(1)
		a.takeWanted()
		b.takeWanted()

		a.receives(2)
		b.receives(3)
		pass(100 + 2 + 100 + 3) // one segment brought both
		b.receives(4)
		pass(100 + 4)
		s.cuts.wanted.Store(2)
		b.takeWanted()
		if got := s.cuts.edge[1].totals.In[results.TCPIP]; got != 0 {
			t.Errorf("%d bytes of headers are booked before the last client is there", got)
		}
		a.takeWanted()

		window := s.cuts.edge[1].totals.Since(s.cuts.edge[0].totals.Books)
		want := results.Bytes{results.Payload: 300, results.Framing: 9, results.TCPIP: 104}
		if tls {
			want[results.TLS] = 44
		}
		if window.In != want || window.Out != (results.Bytes{}) || window.SegmentsIn != 2 {
			t.Errorf("the window has %+v, want %v in two segments", window, want)
		}
		all, unbalanced, err := s.finalBooks()
		if err != nil || unbalanced != "" || all.In != want {
			t.Errorf("final books %v, %q, %v; want %v", all.In, unbalanced, err, want)
		}
		if got := all.Balance(1); got.LedgerIn != got.SocketIn || got.SocketIn != l.In {
			t.Errorf("balance %+v of %d bytes", got, l.In)
		}

		l.In += 5
		if _, unbalanced, _ := s.finalBooks(); !strings.Contains(unbalanced, "does not balance") {
			t.Errorf("five bytes more on the link: %q", unbalanced)
		}
		l.err = errors.New("gone")
		if _, unbalanced, err := s.finalBooks(); unbalanced != "" || !errors.Is(err, l.err) {
			t.Errorf("counters that cannot be read: %q, %v", unbalanced, err)
		}
	}
}

// Each client with a link of its own is traced by that; of a shared one the
// ledger is told once.
func TestLinksAreTraced(t *testing.T) {
	addr := netip.MustParseAddrPort("127.0.0.1:4")
	for want, s := range map[int]*session{
		1: sharers(&fakeLink{Socket: ledger.Socket{Local: addr}}, false, 3),
		3: func() *session {
			s := sharers(nil, false, 3)
			for _, c := range s.clients {
				c.link, c.sharing = &fakeLink{Socket: ledger.Socket{Local: addr}}, 0
			}
			return s
		}(),
	} {
		n := countedLinks{}
		s.Trace = n
		if _, unbalanced, err := s.finalBooks(); err != nil || unbalanced != "" || len(n) != want {
			t.Errorf("%d ledgers were told, want %d; %q, %v", len(n), want, unbalanced, err)
		}
	}
}

// countedLinks are the clients of which a ledger was told.
type countedLinks map[int]bool

func (countedLinks) Received(int, uint64, time.Time, time.Time) {}
func (n countedLinks) Counted(client int, _, _ netip.AddrPort, _ results.Ledger, _, _ time.Time) {
	n[client] = true
}

// Edges that are wanted, and the end, reach a link that is no TCP connection of
// the client's own.
func TestLinksAreInterrupted(t *testing.T) {
	l := &fakeLink{}
	s := sharers(l, false, 2)
	s.want(1)
	if l.interrupted != 2 || !s.clients[1].wanted() || !s.clients[1].readsOn() {
		t.Errorf("interrupted %d times for two clients; the edge is wanted: %v", l.interrupted, s.clients[1].wanted())
	}
	s.interrupt()
	if l.interrupted != 4 || s.clients[0].readsOn() {
		t.Errorf("interrupted %d times at the end, and a client reads on: %v", l.interrupted, s.clients[0].readsOn())
	}
}
