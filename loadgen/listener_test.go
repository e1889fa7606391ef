package loadgen

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// What is in a message is booked as what it is, whatever surrounds it.
func TestListener(t *testing.T) {
	const size = 40
	marker, err := dialect.NewMarker("abc")
	if err != nil {
		t.Fatal(err)
	}
	event := func(numbers ...uint64) string {
		var all []string
		for _, n := range numbers {
			all = append(all, string(marker.AppendPayload(nil, n, size)))
		}
		return strings.Join(all, ",")
	}
	for _, row := range []struct {
		fact      string
		messages  []string
		latest    bool
		delivered int64
		framing   int
		other     int
		broken    string
	}{
		{"the payload alone", []string{event(1)}, false, 1, 0, 0, ""},
		{"two in an array", []string{"[" + event(1, 2) + "]"}, false, 2, 3, 0, ""},
		{"an envelope that repeats the marker", []string{`{"id":"ev.abc.1.","data":` + event(1) + `}`}, false, 1, 26, 0, ""},
		{"an escaped payload", []string{fmt.Sprintf("%q", event(1))}, false, 1, 6, 0, ""},
		{"a name without a payload", []string{`{"id":"ev.abc.1."}`}, false, 0, 0, 18, ""},
		{"names before the payloads", []string{`["ev.abc.1.","ev.abc.2."]` + event(1, 2)}, false, 2, 26, 0, ""},
		{"one in two forms", []string{event(1, 1)}, false, 1, size + 1, 0, ""},
		{"one again behind another", []string{event(1, 2, 1)}, false, 2, 2, 0, "received event 0 twice"},
		{"a proof", []string{"[" + event(0) + "]"}, false, 0, 0, size + 2, ""},
		{"a proof and an event", []string{"[" + event(0, 1) + "]"}, false, 1, 3, size, ""},
		{"an event of another run", []string{strings.Replace(event(1), "abc", "abd", 1)}, false, 0, 0, size, ""},
		{"no event", []string{"hello"}, false, 0, 0, 5, ""},
		{"a marker that is cut off", []string{"ev.abc.1"}, false, 0, 0, 8, ""},
		{"one comes twice", []string{event(1), event(1)}, false, 1, 0, 0, "received event 0 twice"},
		{"one is left out", []string{event(2)}, false, 1, 0, 0, "received event 1 before event 0"},
		{"one that was not published", []string{event(9)}, false, 0, 0, 0, "received event 8, which was not published in its topic"},
		{"a payload that is cut", []string{event(1)[:30]}, false, 1, 0, 0, "received 30 bytes with 1 events of 40 bytes in them: the server cuts or packs"},
		{"the latest again and again", []string{event(1), event(1), event(3), event(3)}, true, 2, 2 * size, 0, ""},
		{"the latest of several", []string{"[" + event(2, 1) + "]"}, true, 1, size + 3, 0, ""},
		{"the latest goes back", []string{event(3), event(1)}, true, 1, 0, 0, "received event 0 after a later one"},
		{"a proof again and again", []string{event(0), event(0)}, true, 0, size, size, ""},
	} {
		rec := account.New(clock.NewWall(), 1, 1, 0, 5)
		rec.Latest = row.latest
		c := &client{rec: rec, conn: &conn{}}
		f := &interpreter{
			Dialect: &dialect.Dialect{}, marker: marker, size: size, topics: []string{"t"}, latest: row.latest,
		}
		f.prepare(1)
		l := f.listen(c)
		for _, m := range row.messages {
			l.book(l.find([]byte(m)), []byte(m), 0, results.Other, false)
		}
		in := c.conn.in
		if in[results.Framing] != int64(row.framing) || in[results.Other] != int64(row.other) || rec.Delivered() != row.delivered {
			t.Errorf("%s: %d delivered, %d bytes of framing and %d of other framing", row.fact, rec.Delivered(), in[results.Framing], in[results.Other])
		}
		if all := int64(len(strings.Join(row.messages, ""))); in.Total() != all {
			t.Errorf("%s: %d bytes of %d are booked", row.fact, in.Total(), all)
		}
		if row.broken == "" && in[results.Payload] != row.delivered*size {
			t.Errorf("%s: %d bytes of payload", row.fact, in[results.Payload])
		}
		select {
		case err := <-rec.Broken:
			if row.broken == "" || !strings.Contains(err.Error(), row.broken) {
				t.Errorf("%s: %v", row.fact, err)
			}
		default:
			if row.broken != "" {
				t.Errorf("%s: nothing is broken", row.fact)
			}
		}
		if why := l.why(); (why != "") != (row.other > 0 && !l.proved.Load()) {
			t.Errorf("%s: %q", row.fact, why)
		}
	}
}

// An answer may have many events, so that one in it twice came twice, unless it is there in
// another form.
func TestDoublesInAnAnswer(t *testing.T) {
	const size = 40
	marker, err := dialect.NewMarker("abc")
	if err != nil {
		t.Fatal(err)
	}
	payload := string(marker.AppendPayload(nil, 1, size))
	text := fmt.Sprintf("%q", payload)
	for _, row := range []struct {
		fact, answer string
		events       int
	}{
		{"an array", "[" + payload + "]", 1},
		{"twice in an array", "[" + payload + "," + payload + "]", 2},
		{"twice as text", "[" + text + "," + text + "]", 2},
		{"once as it is and once as text", payload + text, 1},
		{"text in text, too", fmt.Sprintf("%q,%s,%s", text, payload, text), 1},
	} {
		f := &interpreter{Dialect: &dialect.Dialect{}, transport: wire.LongPoll, marker: marker, size: size, topics: []string{"t"}}
		f.prepare(1)
		l := f.listen(&client{rec: account.New(clock.NewWall(), 1, 1, 0, 5), conn: &conn{}, request: &poller{}})
		if got := l.find([]byte(row.answer)); got.events != row.events {
			t.Errorf("%s: %d events, want %d", row.fact, got.events, row.events)
		}
	}
}

// Of a server that has events of its own, an answer that is the same again is an event
// unless a state is asked for.
func TestEqualAnswers(t *testing.T) {
	for _, row := range []struct {
		fact      string
		transport wire.Transport
		latest    bool
		want      int64
	}{
		{"a poll", wire.Polling, false, 1},
		{"a long-poll of ticks", wire.LongPoll, false, 3},
		{"a long-poll of a state", wire.LongPoll, true, 1},
	} {
		rec := account.New(clock.NewWall(), 1, 1, 0, 0)
		c := &client{rec: rec, conn: &conn{}, request: &poller{}}
		f := &interpreter{
			Dialect:   &dialect.Dialect{Publish: dialect.Publish{By: dialect.ByServer}},
			transport: row.transport, latest: row.latest, topics: []string{"t"},
		}
		f.prepare(1)
		l := f.listen(c)
		for range 3 {
			l.book(l.find([]byte("tick")), []byte("tick"), 0, results.Framing, false)
		}
		if rec.Delivered() != row.want {
			t.Errorf("%s: %d events, want %d", row.fact, rec.Delivered(), row.want)
		}
	}
}

// An event that proves subscriptions is published in topics alone where a client has none,
// and not while clients still hear the last one.
func TestProofsThatAreWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const topics = 3
		f := &interpreter{Dialect: &dialect.Dialect{}, topics: make([]string, topics)}
		f.prepare(topics)
		l := f.listen(&client{Account: account.Account{Topic: 1}, conn: &conn{}})
		p := &proofs{f: f}
		over := make(chan struct{})
		ended := make(chan error)
		f.next()
		f.heardAt.Store(clock.Now())
		go func() { ended <- f.keepProving(t.Context(), over, p) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		l.prove()
		published := slices.Clone(p.topics)
		time.Sleep(time.Minute)
		close(over)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if len(published) == 0 || slices.ContainsFunc(published, func(topic int) bool { return topic != 1 }) {
			t.Errorf("proofs in the topics %v", published)
		}
		if len(p.topics) != len(published) {
			t.Errorf("%d proofs when nobody waits", len(p.topics)-len(published))
		}
		if got := f.waiting[1].published.Load(); got != int64(len(published)) {
			t.Errorf("%d proofs are counted of %d", got, len(published))
		}
	})
}

// proofs are a prover that notes in which topics it was to publish one.
type proofs struct {
	f      *interpreter
	topics []int
}

func (p *proofs) prove(context.Context) error {
	for topic := range p.f.topics {
		if p.f.wanted(topic) {
			p.topics = append(p.topics, topic)
		}
	}
	return nil
}
