package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pushbench/results"
	"pushbench/servers/wire"
)

// What no trial may ask for: beyond these the machine, not the transport,
// would be measured.
const (
	maxEvents     = 2_000_000 // published in one trial
	maxPublished  = 1e9       // bytes of payload a second
	maxDelivered  = 1e7       // receptions a second
	maxRetainedMB = 64        // what a server keeps of one topic
	maxKeptMB     = 4096      // what a server is told to keep of all topics

	// Where clients poll, a trial waits for one event on each topic before its
	// window begins. That may take so long, or as long as the window.
	maxGap = 10 * time.Minute
)

// check reports what is impossible about s as a whole. A rule is silent when
// a field that it looks at has a problem of its own.
func (r *reader) check(s Scenario) {
	if r.Good("topics", "clients", "sweep", "sweep.clients") {
		r.checkTopics(s)
	}
	if r.Good("events.arrival", "events.burst", "events.rate", "events.spacing", "sweep", "sweep.rate") {
		r.checkBurst(s.Events)
	}
	if r.Good("stall", "stall.after", "stall.for", "duration") {
		r.checkStall(s)
	}
	if r.Good("send", "send.rate", "events", "events.rate", "events.retained", "clients", "topics", "variants", "sweep", "sweep.clients", "fault", "reconnect") && s.Send.Rate > 0 {
		r.checkSend(s)
	}
	if r.Good("fault", "reconnect", "variants") && s.Reconnect != nil {
		r.checkReconnect(s)
	}
	if r.Good("fault", "fault.cut", "fault.restart", "fault.reload", "reconnect", "reconnect.after", "reconnect.jitter", "duration", "variants", "proxy") {
		r.checkFault(s)
	}
	if s.Slow.Clients > 0 {
		r.checkSlow(s)
	}
	if r.Good("nodes", "backplane", "path", "proxy", "stall", "send", "fault", "variants") {
		r.checkNodes(s)
	}
	if r.Good("variants", "duration", "sweep", "sweep.interval") {
		r.checkIntervals(s)
	}
	if r.Good("events", "events.rate", "events.payload", "events.burst", "events.retained", "clients", "topics",
		"warm-up", "duration", "sweep", "sweep.clients", "sweep.payload", "sweep.rate") {
		r.checkLoad(s)
	}
	if r.Good("expect", "variants") {
		for i, e := range s.Expect {
			if e.Who.Name != "" && !slices.ContainsFunc(s.Cells(), func(c Cell) bool { return e.Who.Covers(string(c.Variant.Transport), c.Variant.String()) }) {
				r.Wrong(r.At["expect"].Content[i], "expect", fmt.Sprintf("%s is no variant of this scenario", e.Who.Name),
					"the variants are "+strings.Join(variantNames(s), ", "))
			} else if why := s.neverMeasures(e); why != "" {
				r.Wrong(r.At["expect"].Content[i], "expect", fmt.Sprintf("%s: no trial has %s", e.Text, e.Metric), why)
			}
		}
	}
}

func (r *reader) checkTopics(s Scenario) {
	least := s.Clients
	if s.Sweep.Key == SweepClients {
		least = int(slices.Min(s.Sweep.Values))
	}
	if s.Topics > least {
		r.Wrong(r.Node("topics", "clients"), "topics", fmt.Sprintf("topics is %d for %d clients", s.Topics, least),
			"every topic needs a client: at most as many topics as clients")
	}
}

func (r *reader) checkBurst(e Events) {
	switch {
	case e.Arrival == results.Bursts && e.Burst < 2:
		r.Wrong(r.Node("events.burst", "events.arrival"), "events.burst", fmt.Sprintf("events.burst is %d with arrival: burst", e.Burst),
			"say how many events come at once, at least 2")
	case e.Arrival != results.Bursts && e.Burst > 1:
		r.Wrong(r.Node("events.burst"), "events.burst", fmt.Sprintf("events.burst is %d with arrival: %s", e.Burst, e.Arrival),
			"bursts need arrival: burst")
	case e.Arrival != results.Bursts && e.Spacing > 0:
		r.Wrong(r.Node("events.spacing"), "events.spacing", fmt.Sprintf("events.spacing is %s with arrival: %s", wire.Duration(e.Spacing), e.Arrival),
			"bursts need arrival: burst")
	case e.Spacing > 0 && e.Rate*e.Spacing.Seconds() > 1:
		r.Wrong(r.Node("events.spacing"), "events.spacing", fmt.Sprintf("%d events %s apart do not fit between bursts that come every %s",
			e.Burst, wire.Duration(e.Spacing), wire.Duration(seconds(float64(e.Burst)/e.Rate))), "a smaller spacing or a lower rate")
	}
}

func (r *reader) checkStall(s Scenario) {
	if end := s.Stall.After + s.Stall.For; end > s.Duration {
		r.Wrong(r.Node("stall", "duration"), "stall", fmt.Sprintf("the stall ends %s after the window begins, but the window lasts %s", wire.Duration(end), wire.Duration(s.Duration)),
			fmt.Sprintf("duration: %s or more", wire.Duration(end)))
	}
}

// checkSend sees to it that the clients can take turns, and nobody else publishes.
func (r *reader) checkSend(s Scenario) {
	shared := func(clients int) bool { return clients%s.Topics == 0 }
	counts := []int{s.Clients}
	if s.Sweep.Key == SweepClients {
		counts = nil
		for _, v := range s.Sweep.Values {
			counts = append(counts, int(v))
		}
	}
	for _, n := range counts {
		if !shared(n) {
			r.Wrong(r.Node("topics", "clients", "send"), "topics", fmt.Sprintf("%d clients that publish cannot be shared out equally among %d topics", n, s.Topics), "a number of clients that is a multiple of the topics")
			break
		}
	}
	if s.Events.Rate > 0 || s.Sweep.Key == SweepRate {
		r.Wrong(r.Node("events.rate", "sweep", "send"), "events.rate", "events come from a publisher and from the clients", "with send: the clients alone publish; leave out the rate of events:")
	}
	if s.Events.Retained > 0 {
		r.Wrong(r.Node("events.retained"), "events.retained", "events are to be there before the clients, who publish them", "leave out retained:")
	}
	if s.Fault.Kind != "" || s.Reconnect != nil {
		r.Wrong(r.Node("send"), "send", "clients that publish do not survive the loss of their connection", "two scenarios: one with send:, one with fault: or reconnect:")
	}
	for _, v := range s.Variants {
		node := r.Node("variants."+v.String(), "send")
		switch {
		case v.Transport == wire.TCP:
			r.Wrong(node, "variants", "clients of the tcp floor say nothing", "leave tcp out of variants:")
		case v.Word(wire.HTTP) != "1.1" && !v.Tunnels():
			r.Wrong(node, "variants", "clients that publish by requests do so over HTTP/1.1", "variants without http; WebSocket has http=2, too")
		case v.On(wire.Compress) || v.On(wire.Binary):
			r.Wrong(node, "variants", "clients that publish do so by text that is not compressed", "variants without compress and binary")
		}
	}
}

// checkReconnect sees to it that each client has a connection of its own that it can lose.
func (r *reader) checkReconnect(s Scenario) {
	for _, v := range s.Variants {
		node := r.Node("variants."+v.String(), "reconnect", "fault")
		switch http := v.Word(wire.HTTP); {
		case http == "2":
			r.Wrong(node, "variants", "clients over HTTP/2 do not survive the loss of their connection", "variants without http=2")
		case http == "1.0" && v.Transport != wire.SSE:
			r.Wrong(node, "variants", "clients with a connection for each request have none that could be lost", "variants without http=1.0")
		}
	}
}

// checkFault sees to it that the clients are back within the window, in which the second after
// the fault is measured on its own.
func (r *reader) checkFault(s Scenario) {
	if s.Fault.Kind == "" {
		return
	}
	after := asEventSource
	if s.Reconnect != nil {
		after = s.Reconnect.After + s.Reconnect.Jitter
	}
	if end := s.Fault.After + max(after, time.Second); end > s.Duration {
		r.Wrong(r.Node("fault", "duration"), "fault", fmt.Sprintf("clients are back %s after the window begins at the earliest, but the window lasts %s", wire.Duration(end), wire.Duration(s.Duration)),
			fmt.Sprintf("duration: %s or more", wire.Duration(end)))
	}
	if s.Fault.Kind == results.FaultReload && s.Proxy == nil {
		r.Wrong(r.Node("fault.reload"), "fault.reload", "a proxy reloads its configuration, and there is none", "for example proxy: {nginx: tuned}")
	}
	if s.Fault.Kind != results.FaultRestart {
		return
	}
	if s.Proxy != nil {
		r.Wrong(r.Node("proxy"), "proxy", "what a proxy answers while the server is started again is not measured", "a fault behind a proxy is a cut, or a reload")
	}
	for _, v := range s.Variants {
		switch {
		case v.Transport == wire.TCP:
			r.Wrong(r.Node("variants."+v.String(), "fault"), "variants", "clients of the tcp floor cannot tell a server that was started again from the one before", "leave tcp out of variants:")
		case v.On(wire.TLS):
			r.Wrong(r.Node("variants."+v.String(), "fault"), "variants", "a server that is started again has another certificate, which clients of "+v.String()+" do not trust", "variants without tls")
		}
	}
}

// checkIntervals sees to it that each polling client asks at least once in
// the window: otherwise its bytes and latencies are those of a part of the
// clients only.
func (r *reader) checkIntervals(s Scenario) {
	hint := func(interval time.Duration) string {
		return fmt.Sprintf("every client must poll at least once: duration: %s or more", wire.Duration(interval))
	}
	if s.Sweep.Key != SweepInterval {
		for _, v := range s.Variants {
			if v.Duration(wire.Interval) > s.Duration {
				r.Wrong(r.Node("variants."+v.String(), "duration"), "variants",
					fmt.Sprintf("%s polls less than once in the duration of %s", v, wire.Duration(s.Duration)), hint(v.Duration(wire.Interval)))
			}
		}
		return
	}
	for i, v := range s.Sweep.Values {
		if interval := seconds(v); interval > s.Duration {
			r.Wrong(r.At["sweep.interval"].Content[i], "sweep.interval",
				fmt.Sprintf("an interval of %s is longer than the duration of %s", wire.Duration(interval), wire.Duration(s.Duration)), hint(interval))
		}
	}
	polls := 0
	for _, v := range s.Variants {
		if v.Transport != wire.Polling {
			continue
		}
		polls++
		if n := r.Node("variants." + v.String()); strings.Contains(n.Value, "interval=") {
			r.Wrong(n, "variants", fmt.Sprintf("%s sets the interval that is swept", v), "leave the interval out of the variant")
		}
	}
	if polls == 0 {
		r.Wrong(r.Node("sweep.interval"), "sweep", "no variant polls, so there is no interval to sweep", "add polling to the variants")
	}
}

// points returns one cell of each point of the sweep, in the sweep's order, that
// with the longest warm-up.
func (s Scenario) points() (all []Cell) {
	for _, c := range s.Cells() {
		i := slices.IndexFunc(all, func(other Cell) bool { return other.Point == c.Point })
		switch {
		case i < 0:
			all = append(all, c)
		case c.Scenario.Warmup > all[i].Scenario.Warmup:
			all[i] = c
		}
	}
	return all
}

func variantNames(s Scenario) (names []string) {
	for _, c := range s.Cells() {
		if name := c.Variant.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
