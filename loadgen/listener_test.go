package loadgen

import (
	"fmt"
	"strings"
	"testing"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/results"
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
		{"a proof again and again", []string{event(0), event(0)}, true, 0, size, size, ""},
	} {
		rec := account.New(clock.NewWall(), 1, 1, 0, 5)
		rec.Latest = row.latest
		c := &client{rec: rec, conn: &conn{}}
		l := (&interpreter{Dialect: &dialect.Dialect{}, marker: marker, size: size, topics: []string{"t"}, latest: row.latest}).listen(c)
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
