package scenarios

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/results/near"
	"pushbench/scenarios/strict"
	"pushbench/servers/wire"
)

// scenario reads every field of root over the defaults. The one list of what
// a file may say is here.
func (r *reader) scenario(root *yaml.Node) Scenario {
	s := defaults()
	top := []strict.Field{
		strict.Key("about", func(n *yaml.Node, path string) { s.About, _ = r.Text(n, path, 160) }),
		strict.Key("suite", func(n *yaml.Node, path string) {
			strict.Set(&s.Suite)(r.Word(n, path, SuiteDefault, SuiteFull, SuiteTruth, SuiteReproduce, SuiteGate, SuiteAtlas, SuiteScale))
		}),
		strict.Key("clients", func(n *yaml.Node, path string) { strict.Set(&s.Clients)(r.Whole(n, path, 1, maxClients)) }),
		strict.Key("topics", func(n *yaml.Node, path string) { strict.Set(&s.Topics)(r.Whole(n, path, 1, maxTopics)) }),
		strict.Key("events", func(n *yaml.Node, _ string) { r.events(n, &s.Events) }),
		strict.Key("send", func(n *yaml.Node, _ string) { r.send(n, &s.Send) }),
		strict.Key("warm-up", func(n *yaml.Node, path string) { strict.Set(&s.Warmup)(r.Duration(n, path, 0, 10*time.Minute)) }),
		strict.Key("duration", func(n *yaml.Node, path string) {
			strict.Set(&s.Duration)(r.Duration(n, path, 100*time.Millisecond, time.Hour))
		}),
		strict.Key("opening", func(n *yaml.Node, path string) { strict.Set(&s.Opening)(r.Whole(n, path, 1, 10_000)) }),
		strict.Key("heartbeat", func(n *yaml.Node, path string) {
			strict.Set(&s.Heartbeat)(r.Duration(n, path, 10*time.Millisecond, 24*time.Hour))
		}),
		strict.Key("path", func(n *yaml.Node, _ string) { s.Path, s.Profile = r.path(n) }),
		strict.Key("proxy", func(n *yaml.Node, _ string) { s.Proxy = r.proxy(n) }),
		strict.Key("nodes", func(n *yaml.Node, path string) { strict.Set(&s.Nodes)(r.Whole(n, path, 1, maxNodes)) }),
		strict.Key("backplane", func(n *yaml.Node, path string) {
			strict.Set(&s.Backplane)(r.Word(n, path, BackplaneRedis, BackplaneNATS))
		}),
		strict.Key("fresh", func(n *yaml.Node, path string) { strict.Set(&s.Fresh)(r.Bool(n, path)) }),
		strict.Key("stall", func(n *yaml.Node, _ string) { r.stall(n, &s.Stall) }),
		strict.Key("fault", func(n *yaml.Node, _ string) { r.fault(n, &s.Fault) }),
		strict.Key("reconnect", func(n *yaml.Node, _ string) { s.Reconnect = r.reconnect(n) }),
		strict.Key("slow", func(n *yaml.Node, _ string) { r.slow(n, &s.Slow) }),
		strict.Key("trials", func(n *yaml.Node, path string) { strict.Set(&s.Trials)(r.Whole(n, path, 1, MaxTrials)) }),
		strict.Key("variants", func(n *yaml.Node, path string) { s.Variants = r.variants(n, path) }),
		strict.Key("sweep", func(n *yaml.Node, _ string) { r.sweep(n, &s.Sweep) }),
		strict.Key("expect", func(n *yaml.Node, path string) { s.Expect = r.expect(n, path) }),
	}
	r.Mapping(root, "", top, func(key string) string {
		switch key {
		case "rate", "arrival", "payload", "filler", "burst", "spacing", "retained":
			return "it belongs below events:"
		case "jitter":
			return "it belongs below path: or reconnect:"
		case "cut", "restart", "reload":
			return "it belongs below fault:"
		case "delay", "loss", "mtu":
			return "it belongs below path:"
		case "history":
			return "it belongs below slow:"
		case "interval":
			return "write it as polling/interval=2s below variants:"
		}
		return ""
	})
	if r.At["about"] == nil {
		r.Problem(root.Line, root.Column, "about is missing", "say in one sentence what the scenario is")
	}
	if r.At["variants"] == nil {
		for _, t := range wire.Transports() {
			if t == wire.TCP && (s.Fault.Kind == results.FaultRestart || s.Send.Rate > 0) {
				continue // see checkFault and checkSend
			}
			v, err := wire.ParseVariant(string(t))
			if err != nil {
				panic(err) // a transport's name alone is a variant
			}
			s.Variants = append(s.Variants, v)
		}
	}
	return s
}

// Bounds of a scenario file.
const (
	maxClients  = 1_000_000
	maxTopics   = 65_535 // each is published over a connection, and an address has no more ports for one server (RFC 9293, section 3.1)
	MaxTrials   = 1000   // of each variant at each point, also as a Runner's
	maxRate     = 1e6
	maxRetained = 8192
	maxPoints   = 100
	maxNodes    = 64
)

func (r *reader) events(n *yaml.Node, e *Events) {
	r.Mapping(n, "events.", []strict.Field{
		strict.Key("rate", func(n *yaml.Node, path string) { strict.Set(&e.Rate)(r.Number(n, path, 0, maxRate)) }),
		strict.Key("arrival", func(n *yaml.Node, path string) {
			strict.Set(&e.Arrival)(r.Word(n, path, results.Constant, results.Poisson, results.Bursts))
		}),
		strict.Key("payload", func(n *yaml.Node, path string) { strict.Set(&e.Payload)(r.payload(n, path)) }),
		strict.Key("filler", func(n *yaml.Node, path string) {
			filler, ok := r.Word(n, path, string(wire.Pangram), string(wire.Random))
			if filler == string(wire.Pangram) {
				filler = ""
			}
			strict.Set(&e.Filler)(filler, ok)
		}),
		strict.Key("burst", func(n *yaml.Node, path string) { strict.Set(&e.Burst)(r.Whole(n, path, 1, 100_000)) }),
		strict.Key("spacing", func(n *yaml.Node, path string) { strict.Set(&e.Spacing)(r.Duration(n, path, 0, time.Minute)) }),
		strict.Key("retained", func(n *yaml.Node, path string) { strict.Set(&e.Retained)(r.Whole(n, path, 0, maxRetained)) }),
	}, func(key string) string {
		switch key {
		case "clients", "topics", "warm-up", "duration", "trials":
			return "it belongs at the top level, not below events:"
		}
		return ""
	})
}

func (r *reader) payload(n *yaml.Node, path string) (int, bool) {
	return r.Whole(n, path, wire.MinPayload, wire.MaxPayload)
}

func (r *reader) variants(n *yaml.Node, path string) (vs []wire.Variant) {
	want := "a list such as [polling/interval=500ms, longpoll, sse, websocket, tcp]"
	first := map[wire.Variant]int{}
	r.List(n, path, want, func(n *yaml.Node) {
		text, ok := r.Scalar(n, path, want)
		if !ok {
			return
		}
		v, err := wire.ParseVariant(text)
		if err != nil {
			hint := ""
			if w := wire.Mend(text, near.Word); w != "" {
				hint = fmt.Sprintf("did you mean %q?", w)
			}
			r.Wrong(n, path, err.Error(), hint)
			return
		}
		if line, ok := first[v]; ok {
			r.Wrong(n, path, fmt.Sprintf("variant %s is listed twice", v), fmt.Sprintf("first on line %d", line))
			return
		}
		first[v] = n.Line
		r.At["variants."+v.String()] = n
		vs = append(vs, v)
	})
	return vs
}

// sweep reads exactly one key with its list of values.
func (r *reader) sweep(n *yaml.Node, s *Sweep) {
	var fields []strict.Field
	for _, key := range sweepKeys() {
		fields = append(fields, strict.Key(key, func(n *yaml.Node, path string) {
			if s.Key != "" {
				r.Wrong(n, "sweep", fmt.Sprintf("%s is swept as well as %s", key, s.Key), "one scenario sweeps one thing: make two files")
				return
			}
			s.Key = key
			s.Values = r.sweepValues(n, path, key)
		}))
	}
	r.Mapping(n, "sweep.", fields, func(key string) string {
		if key == "duration" || key == "topics" || key == "trials" {
			return "only clients, payload, rate and interval can be swept"
		}
		return ""
	})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.Wrong(n, "sweep", "sweep is empty", "for example {clients: [10, 100, 1000]}")
	}
}

func (r *reader) sweepValues(n *yaml.Node, path, key string) (values []float64) {
	first := map[float64]int{}
	r.List(n, path, "a list such as [10, 100, 1000]", func(n *yaml.Node) {
		var v float64
		var ok bool
		switch key {
		case SweepClients:
			v, ok = float(r.Whole(n, path, 1, maxClients))
		case SweepPayload:
			v, ok = float(r.payload(n, path))
		case SweepRate:
			v, ok = r.Number(n, path, 0, maxRate)
		case SweepInterval:
			var d time.Duration
			least, most := wire.Interval.Bounds()
			d, ok = r.Duration(n, path, least, most)
			v = d.Seconds()
		}
		if !ok {
			return
		}
		if line, twice := first[v]; twice {
			r.Wrong(n, path, fmt.Sprintf("%s has %s twice", path, n.Value), fmt.Sprintf("first on line %d", line))
			return
		}
		if len(values) == maxPoints {
			r.Wrong(n, path, fmt.Sprintf("%s has more than %d values", path, maxPoints), "")
			return
		}
		first[v] = n.Line
		values = append(values, v)
	})
	return values
}

func float(v int, ok bool) (float64, bool) { return float64(v), ok }
