package proof

import (
	"strings"
	"testing"
	"time"

	"pushbench/plots/text"
	"pushbench/results"
)

// audited is a record of two cells, SSE and WebSocket, with an audit each of
// 1,000 captured bytes to the client, 500 to the server and ten events.
func audited(edit func(sse, websocket *results.Trial)) *results.Record {
	audit := func() *results.Audit {
		a := &results.Audit{
			Connections: 4, Packets: 20, Events: 10, Bias: 60e-6, BiasSend: 20e-6, BiasRead: 40e-6, BiasP99: 200e-6,
			In:  results.Side{Captured: 1000, Ledger: 1000, Ending: 104},
			Out: results.Side{Captured: 500, Ledger: 500},
		}
		for range 10 {
			if err := a.Kernel.Record(400 * time.Microsecond); err != nil {
				panic(err)
			}
		}
		return a
	}
	sse := &results.Trial{Scenario: "feed", Variant: "sse", Transport: "sse", Number: 1, Audit: audit()}
	websocket := &results.Trial{Scenario: "feed", Variant: "websocket", Transport: "websocket", Number: 1, Audit: audit()}
	edit(sse, websocket)
	return &results.Record{
		Scenarios: []results.Scenario{{Name: "feed", Variants: []string{"sse", "websocket"}}},
		Trials:    []*results.Trial{sse, websocket, {Scenario: "feed", Variant: "sse", Transport: "sse", Number: 2}},
	}
}

// spaced has plain spaces only.
func spaced(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// line writes a row of a table.
func line(row []text.Value) string {
	var fields []string
	for _, v := range row {
		sentence := strings.TrimSpace(v.Sign + " " + v.Text + " " + v.Note)
		if v.Doubt != "" {
			sentence += "⚠"
		}
		fields = append(fields, sentence)
	}
	return spaced(strings.Join(fields, " | "))
}

func TestAudited(t *testing.T) {
	const whole = "The ledger explains every one of the 3,000 bytes captured on 8 connections (2 of 3 trials)"
	const adds = "The kernel stamped 20 deliveries. On average a latency ends 40.0 µs after the event's last packet arrived. The largest average is 40.0 µs (feed · SSE). A latency begins when the event is due, on average 20.0 µs before its first packet leaves."
	for _, c := range []struct {
		why            string
		edit           func(sse, websocket *results.Trial)
		bytes, latency string
		red, slow      bool
		row, times     string // of SSE
	}{
		{"all is explained", func(_, _ *results.Trial) {}, whole + ".", adds, false, false,
			"feed · SSE | 1 | 4 | 20 | 1,000 | 500 | 1,000 | 500 | 0 | 0 | 0 | 104", "feed · SSE | 10 | 400 µs | 60.0 µs | 20.0 µs | 40.0 µs | 200 µs"},
		{"what the capture explains itself is named", func(sse, _ *results.Trial) {
			sse.Audit.In.Retransmitted, sse.Audit.In.Ledger, sse.Audit.Out.Options, sse.Audit.Out.Ledger = 300, 700, 24, 476
		}, whole + ", apart from 300 retransmitted ones and 24 of TCP options.", adds, false, false,
			"feed · SSE | 1 | 4 | 20 | 1,000 | 500 | 700 | 476 | 300 | 24 | 0 | 104", ""},
		{"one unexplained byte is red, and its trial has failed", func(sse, _ *results.Trial) {
			sse.Audit.Out.Unexplained, sse.Audit.Out.Ledger, sse.Failed = 1, 499, "the ledger does not explain the capture"
		}, "Ledger and capture differ by 1 byte, of 3,000 bytes captured on 8 connections (2 of 3 trials): feed · SSE.", adds, true, false,
			"feed · SSE | 1 | 4 | 20 | 1,000 | 500 | 1,000 | 499 | 0 | 0 | 1⚠ | 104", ""},
		{"a packet that the capture lost is red", func(sse, _ *results.Trial) { sse.Audit.Dropped = 2 },
			"The ledger explains what was captured: 3,000 bytes captured on 8 connections (2 of 3 trials). But the capture itself lost 2 packets, so it proves nothing about feed · SSE.", adds, true, false,
			"feed · SSE | 1 | 4 | 20 2 lost⚠ | 1,000 | 500 | 1,000 | 500 | 0 | 0 | 0 | 104", ""},
		{"captures of nothing prove nothing", func(sse, websocket *results.Trial) { *sse.Audit, *websocket.Audit = results.Audit{}, results.Audit{} },
			"The captures have no packet of the clients' connections: nothing could be compared.",
			"No capture shows the events: TLS hides them, or the publisher ran beside the server. So the latencies are not compared.", true, false,
			"feed · SSE | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | –⚠ | 0", ""},
		{"one cell's events are hidden", func(_, websocket *results.Trial) { websocket.Audit.Events = 0 }, whole + ".",
			"The kernel stamped 10 deliveries. On average a latency ends 40.0 µs after the event's last packet arrived. A latency begins when the event is due, on average 20.0 µs before its first packet leaves.", false, false, "", "feed · SSE | 10 | 400 µs | 60.0 µs | 20.0 µs | 40.0 µs | 200 µs"},
		{"means are over all events, and the greatest is named", func(_, websocket *results.Trial) {
			websocket.Audit.Events, websocket.Audit.BiasRead = 30, 120e-6
		}, whole + ".", "The kernel stamped 40 deliveries. On average a latency ends 100 µs after the event's last packet arrived. The largest average is 120 µs (feed · WebSocket). A latency begins when the event is due, on average 20.0 µs before its first packet leaves.", false, false, "", ""},
		{"an error that a warning calls large is red", func(sse, _ *results.Trial) {
			sse.Warnings = []results.Warning{{Code: "bias", Text: "the generator itself added more"}}
		}, whole + ".", adds, false, true, "", "feed · SSE | 10 | 400 µs | 60.0 µs⚠ | 20.0 µs | 40.0 µs | 200 µs"},
	} {
		r := audited(c.edit)
		a, ok := Audited(r)
		if !ok {
			t.Fatalf("%s: no audit", c.why)
		}
		if got := spaced(a.Bytes.Text); got != c.bytes || a.Bytes.Red != c.red {
			t.Errorf("%s: of the bytes it says %q, red %t; want %q", c.why, got, a.Bytes.Red, c.bytes)
		}
		if got := spaced(a.Latency.Text); got != c.latency || a.Latency.Red != c.slow {
			t.Errorf("%s: of latency it says %q, red %t; want %q", c.why, got, a.Latency.Red, c.latency)
		}
		if got := line(a.Bytes.Table.Rows[0]); c.row != "" && got != c.row {
			t.Errorf("%s: the row is %q, want %q", c.why, got, c.row)
		}
		if c.times != "" {
			if got := line(a.Latency.Table.Rows[0]); got != c.times {
				t.Errorf("%s: the row of times is %q, want %q", c.why, got, c.times)
			}
		}
		s := &text.Screen{Width: 80}
		ShowAudit(s, r)
		if sentence := strings.Join(strings.Fields(string(s.Bytes())), " "); !strings.Contains(sentence, c.bytes) || strings.Contains(sentence, "⚠") != (c.red || c.slow) {
			t.Errorf("%s: the terminal says %s", c.why, sentence)
		}
	}
}

func TestAuditAddsTrialsUp(t *testing.T) {
	r := audited(func(_, _ *results.Trial) {})
	r.Trials[2].Audit = &results.Audit{Connections: 1, Packets: 5, Events: 30, BiasSend: 20e-6, BiasRead: 80e-6, BiasP99: 0.001, In: results.Side{Captured: 7, Ledger: 7}}
	a, _ := Audited(r)
	if got, want := line(a.Bytes.Table.Rows[0]), "feed · SSE | 2 | 5 | 25 | 1,007 | 500 | 1,007 | 500 | 0 | 0 | 0 | 104"; got != want {
		t.Errorf("two trials are %q, want %q", got, want)
	}
	if got, want := line(a.Latency.Table.Rows[0]), "feed · SSE | 40 | 400 µs | 90.0 µs | 20.0 µs | 70.0 µs | 1.00 ms"; got != want {
		t.Errorf("the latencies of two trials are %q, want %q", got, want)
	}
}

func TestAuditNotesWhatItCannotTell(t *testing.T) {
	const note = "– stands where a capture does not show the events: TLS hides them, or the publisher ran beside the server."
	r := audited(func(_, websocket *results.Trial) { websocket.Audit.Events = 0 })
	a, _ := Audited(r)
	if got, want := line(a.Latency.Table.Rows[1]), "feed · WebSocket | – | – | – | – | – | –"; got != want || a.Latency.Note != note {
		t.Errorf("the row is %q and the note %q", got, a.Latency.Note)
	}
	if a, _ := Audited(audited(func(_, _ *results.Trial) {})); a.Latency.Note != "" {
		t.Errorf("where all is told the note is %q", a.Latency.Note)
	}
}

func TestNoAudit(t *testing.T) {
	r := audited(func(sse, websocket *results.Trial) { sse.Audit, websocket.Audit = nil, nil })
	if _, ok := Audited(r); ok {
		t.Error("a record without a capture has an audit")
	}
	s := &text.Screen{Width: 80}
	if ShowAudit(s, r); len(s.Bytes()) > 0 {
		t.Errorf("the terminal says %s", s.Bytes())
	}
}
