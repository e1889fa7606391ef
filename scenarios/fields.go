package scenarios

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/servers/wire"
)

// scenario reads every field of root over the defaults. The one list of what
// a file may say is here.
func (r *reader) scenario(root *yaml.Node) Scenario {
	s := defaults()
	top := []field{
		{"about", func(n *yaml.Node, path string) { s.About, _ = r.text(n, path, 160) }},
		{"suite", func(n *yaml.Node, path string) {
			set(&s.Suite)(r.word(n, path, SuiteDefault, SuiteFull, SuiteTruth, SuiteReproduce, SuiteGate))
		}},
		{"clients", func(n *yaml.Node, path string) { set(&s.Clients)(r.whole(n, path, 1, maxClients)) }},
		{"topics", func(n *yaml.Node, path string) { set(&s.Topics)(r.whole(n, path, 1, maxTopics)) }},
		{"events", func(n *yaml.Node, _ string) { r.events(n, &s.Events) }},
		{"warm-up", func(n *yaml.Node, path string) { set(&s.Warmup)(r.duration(n, path, 0, 10*time.Minute)) }},
		{"duration", func(n *yaml.Node, path string) {
			set(&s.Duration)(r.duration(n, path, 100*time.Millisecond, time.Hour))
		}},
		{"opening", func(n *yaml.Node, path string) { set(&s.Opening)(r.whole(n, path, 1, 10_000)) }},
		{"heartbeat", func(n *yaml.Node, path string) {
			set(&s.Heartbeat)(r.duration(n, path, 10*time.Millisecond, 24*time.Hour))
		}},
		{"path", func(n *yaml.Node, _ string) { s.Path = r.link(n) }},
		{"stall", func(n *yaml.Node, _ string) { r.stall(n, &s.Stall) }},
		{"trials", func(n *yaml.Node, path string) { set(&s.Trials)(r.whole(n, path, 1, MaxTrials)) }},
		{"variants", func(n *yaml.Node, path string) { s.Variants = r.variants(n, path) }},
		{"sweep", func(n *yaml.Node, _ string) { r.sweep(n, &s.Sweep) }},
		{"expect", func(n *yaml.Node, path string) { s.Expect = r.expect(n, path) }},
	}
	r.mapping(root, "", top, func(key string) string {
		switch key {
		case "rate", "arrival", "payload", "burst", "spacing", "retained":
			return "it belongs below events:"
		case "delay", "jitter", "loss", "mtu":
			return "it belongs below path:"
		case "interval":
			return "write it as polling/interval=2s below variants:"
		}
		return ""
	})
	if r.at["about"] == nil {
		r.problem(root.Line, root.Column, "about is missing", "say in one sentence what the scenario is")
	}
	if r.at["variants"] == nil {
		for _, t := range wire.Transports() {
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
)

// set returns a function that stores a value in dst if it is ok.
func set[T any](dst *T) func(T, bool) {
	return func(v T, ok bool) {
		if ok {
			*dst = v
		}
	}
}

func (r *reader) events(n *yaml.Node, e *Events) {
	r.mapping(n, "events.", []field{
		{"rate", func(n *yaml.Node, path string) { set(&e.Rate)(r.number(n, path, 0, maxRate)) }},
		{"arrival", func(n *yaml.Node, path string) {
			set(&e.Arrival)(r.word(n, path, results.Constant, results.Poisson, results.Bursts))
		}},
		{"payload", func(n *yaml.Node, path string) { set(&e.Payload)(r.payload(n, path)) }},
		{"burst", func(n *yaml.Node, path string) { set(&e.Burst)(r.whole(n, path, 1, 100_000)) }},
		{"spacing", func(n *yaml.Node, path string) { set(&e.Spacing)(r.duration(n, path, 0, time.Minute)) }},
		{"retained", func(n *yaml.Node, path string) { set(&e.Retained)(r.whole(n, path, 0, maxRetained)) }},
	}, func(key string) string {
		switch key {
		case "clients", "topics", "warm-up", "duration", "trials":
			return "it belongs at the top level, not below events:"
		}
		return ""
	})
}

func (r *reader) payload(n *yaml.Node, path string) (int, bool) {
	return r.whole(n, path, wire.MinPayload, wire.MaxPayload)
}

func (r *reader) variants(n *yaml.Node, path string) (vs []wire.Variant) {
	want := "a list such as [polling/interval=500ms, longpoll, sse, websocket, tcp]"
	first := map[wire.Variant]int{}
	r.list(n, path, want, func(n *yaml.Node) {
		text, ok := r.scalar(n, path, want)
		if !ok {
			return
		}
		v, err := wire.ParseVariant(text)
		if err != nil {
			hint := ""
			if w := wire.Mend(text, nearest); w != "" {
				hint = fmt.Sprintf("did you mean %q?", w)
			}
			r.wrong(n, path, err.Error(), hint)
			return
		}
		if line, ok := first[v]; ok {
			r.wrong(n, path, fmt.Sprintf("variant %s is listed twice", v), fmt.Sprintf("first on line %d", line))
			return
		}
		first[v] = n.Line
		r.at["variants."+v.String()] = n
		vs = append(vs, v)
	})
	return vs
}

// sweep reads exactly one key with its list of values.
func (r *reader) sweep(n *yaml.Node, s *Sweep) {
	var fields []field
	for _, key := range sweepKeys() {
		fields = append(fields, field{key, func(n *yaml.Node, path string) {
			if s.Key != "" {
				r.wrong(n, "sweep", fmt.Sprintf("%s is swept as well as %s", key, s.Key), "one scenario sweeps one thing: make two files")
				return
			}
			s.Key = key
			s.Values = r.sweepValues(n, path, key)
		}})
	}
	r.mapping(n, "sweep.", fields, func(key string) string {
		if key == "duration" || key == "topics" || key == "trials" {
			return "only clients, payload, rate and interval can be swept"
		}
		return ""
	})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.wrong(n, "sweep", "sweep is empty", "for example {clients: [10, 100, 1000]}")
	}
}

func (r *reader) sweepValues(n *yaml.Node, path, key string) (values []float64) {
	first := map[float64]int{}
	r.list(n, path, "a list such as [10, 100, 1000]", func(n *yaml.Node) {
		var v float64
		var ok bool
		switch key {
		case SweepClients:
			v, ok = float(r.whole(n, path, 1, maxClients))
		case SweepPayload:
			v, ok = float(r.payload(n, path))
		case SweepRate:
			v, ok = r.number(n, path, 0, maxRate)
		case SweepInterval:
			var d time.Duration
			least, most := wire.Interval.Bounds()
			d, ok = r.duration(n, path, least, most)
			v = d.Seconds()
		}
		if !ok {
			return
		}
		if line, twice := first[v]; twice {
			r.wrong(n, path, fmt.Sprintf("%s has %s twice", path, n.Value), fmt.Sprintf("first on line %d", line))
			return
		}
		if len(values) == maxPoints {
			r.wrong(n, path, fmt.Sprintf("%s has more than %d values", path, maxPoints), "")
			return
		}
		first[v] = n.Line
		values = append(values, v)
	})
	return values
}

func float(v int, ok bool) (float64, bool) { return float64(v), ok }
