//go:build linux

package lab

import (
	"os"
	"testing"

	"pushbench/lab/path"
	"pushbench/scenarios"
)

// Between network namespaces, under a packet capture: every byte that travels
// is one of the ledger's, on every transport, small events and large ones, with
// TLS and with loss.
func TestAudit(t *testing.T) {
	if err := path.Possible(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	type row struct {
		fact, conditions string
		seen             bool // the capture sees the events
	}
	builtin := served(t, "serve")
	each(t, func(c row) string { return c.fact }, []row{
		{"small events", "events: {rate: 50, payload: 40, retained: 2}\nvariants: [polling/interval=50ms, polling/interval=50ms/headers=browser, longpoll, sse, websocket, tcp]\n", true},
		{"events of many segments", "events: {rate: 20, payload: 20000, retained: 1}\nvariants: [polling/interval=50ms, longpoll, sse, websocket, tcp]\n", true},
		{"TLS, full handshakes and resumed ones", "events: {rate: 50, payload: 3000}\nvariants: [polling/interval=50ms/tls, longpoll/tls, sse/resume, websocket/tls]\n", false},
		{"compressed events and base64", "events: {rate: 50, payload: 3000, filler: random}\nvariants: [polling/interval=50ms/compress, longpoll/binary, longpoll/compress/binary, sse/binary, sse/compress, sse/tls/compress, websocket/compress]\n", false},
		{"loss and delay", "events: {rate: 50, payload: 3000}\npath: {delay: 2ms, loss: 0.05}\nvariants: [polling/interval=50ms, longpoll, sse, websocket, tcp]\n", false},
	}, func(t *testing.T, c row) {
		s := parse(t, "clients: 3\nwarm-up: 100ms\nduration: 500ms\ntrials: 1\n"+c.conditions)
		rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Audit: true, Targets: builtin}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(rec.Trials) != len(s.Variants) {
			t.Errorf("%d trials, not run: %v", len(rec.Trials), rec.NotRun)
		}
		var again int64
		for _, got := range rec.Trials {
			a := got.Audit
			if got.Failed != "" || a == nil {
				t.Errorf("%s: %s\npath to the server %+v, to the clients %+v, deliveries %+v",
					got.Variant, got.Failed, got.Path.ToServer, got.Path.ToClient, got.Deliveries)
				continue
			}
			if !a.Explained() || a.Connections != 3 || a.In.Ledger != got.Whole.In.Total() || a.Out.Ledger != got.Whole.Out.Total() || a.In.Ledger == 0 || a.Out.Endings == 0 {
				t.Errorf("%s: %+v\nledger %+v", got.Variant, a, got.Whole)
			}
			if expected := 3 * (got.Deliveries.Offered - int64(got.Load.Retained*got.Load.Topics)); c.seen && a.Events != expected || !c.seen && a.Events != 0 {
				t.Errorf("%s: saw %d of %d deliveries", got.Variant, a.Events, expected)
			}
			if c.seen && (a.BiasSend <= 0 || a.BiasRead <= 0 || a.Bias != a.BiasSend+a.BiasRead || a.Kernel.Count() != a.Events) {
				t.Errorf("%s: the generator cannot be before the kernel: %+v", got.Variant, a)
			}
			again += got.Whole.RetransmittedIn
			if a.Out.Retransmitted > got.Whole.Retransmitted {
				t.Errorf("%s: the clients sent %d bytes again by the capture, %d by their sockets", got.Variant, a.Out.Retransmitted, got.Whole.Retransmitted)
			}
		}
		if lossy := s.Path != nil; lossy && again == 0 {
			t.Error("one of twenty packets is lost, and the servers sent nothing again")
		}
	})
	noChildren(t)
}
