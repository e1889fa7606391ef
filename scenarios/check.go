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

// checkLoad reports the first impossible load among the points of the sweep.
func (r *reader) checkLoad(s Scenario) {
	for i, c := range s.points() {
		e, w := c.Scenario.Events, c.Scenario
		rate, payload, clients := r.Node("events.rate"), r.Node("events.payload"), r.Node("clients", "events.rate")
		topics := r.Node("topics", "events.rate", "events.burst", "duration")
		if s.Sweep.Key != "" && s.Sweep.Key != SweepInterval {
			n := r.At["sweep."+s.Sweep.Key].Content[i]
			rate, payload, clients, topics = n, n, n, r.Node("topics", "sweep."+s.Sweep.Key)
		}
		all := e.Rate * (w.Warmup + w.Duration).Seconds()
		switch {
		case e.Rate > 0 && e.Rate*w.Duration.Seconds() < float64(e.Burst):
			r.Wrong(rate, "events.rate", fmt.Sprintf("at %v events/s the duration of %s may have no event", e.Rate, wire.Duration(w.Duration)),
				fmt.Sprintf("duration: %s or more, or rate: 0 for none", wire.Duration(seconds(float64(e.Burst)/e.Rate))))
		case e.Rate > 0 && c.longest() > 0 && w.gap() > max(maxGap, w.Duration):
			r.Wrong(topics, "topics", fmt.Sprintf("each of %d topics has an event every %s at %v events/s", w.Topics, wire.Duration(w.gap()), e.Rate),
				fmt.Sprintf("where clients poll, a trial waits until each topic had one, at most %s: use fewer topics or a higher rate", wire.Duration(max(maxGap, w.Duration))))
		case all > maxEvents:
			r.Wrong(rate, "events.rate", fmt.Sprintf("%.0f events in one trial", all), fmt.Sprintf("at most %d", maxEvents))
		case e.Rate*float64(e.Payload) > maxPublished:
			r.Wrong(payload, "events.payload", fmt.Sprintf("%v events/s of %d bytes are %.2f GB/s", e.Rate, e.Payload, e.Rate*float64(e.Payload)/1e9),
				"at most 1 GB/s can be published")
		case e.Rate*float64(w.Clients)/float64(w.Topics) > maxDelivered:
			r.Wrong(clients, "clients", fmt.Sprintf("%v events/s to %d clients are %.0f million deliveries a second", e.Rate, w.Clients,
				e.Rate*float64(w.Clients)/float64(w.Topics)/1e6), "at most 10 million")
		case e.Rate/float64(w.Topics)*c.longest().Seconds()*float64(e.Payload) > maxRetainedMB<<20:
			r.Wrong(payload, "events.payload", fmt.Sprintf("%v events/s of %d bytes do not fit into a server's history for the poll interval of %s", e.Rate, e.Payload, wire.Duration(c.longest())),
				fmt.Sprintf("a server keeps %d MiB of a topic", maxRetainedMB))
		case e.Rate*c.longest().Seconds()*float64(e.Payload) > maxKeptMB<<20:
			r.Wrong(payload, "events.payload", fmt.Sprintf("%v events/s of %d bytes do not fit into a server's memory for the poll interval of %s", e.Rate, e.Payload, wire.Duration(c.longest())),
				fmt.Sprintf("a server keeps %d MiB of all topics", maxKeptMB))
		case e.Retained*e.Payload*w.Topics > maxKeptMB<<20:
			r.Wrong(r.Node("events.retained"), "events.retained", fmt.Sprintf("%d retained events of %d bytes on each of %d topics", e.Retained, e.Payload, w.Topics),
				fmt.Sprintf("a server keeps %d MiB of all topics", maxKeptMB))
		case e.Retained*e.Payload > maxRetainedMB<<20:
			r.Wrong(r.Node("events.retained"), "events.retained", fmt.Sprintf("%d retained events of %d bytes", e.Retained, e.Payload),
				fmt.Sprintf("a server keeps %d MiB of a topic", maxRetainedMB))
		default:
			continue
		}
		return
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
