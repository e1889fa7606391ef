package check

import (
	"fmt"
	"slices"

	"pushbench/results"
	"pushbench/servers/wire"
)

// Broken returns the facts that numbers rest on and that have failed, but for those
// that the target's file knows of.
func Broken(c *results.Check) []results.Fact {
	var broken []results.Fact
	for _, f := range c.Facts {
		if f.Basis && f.State == results.Fail && f.Known == "" {
			broken = append(broken, f)
		}
	}
	return broken
}

// A table is what is being found out.
type table struct{ results.Check }

// A fact is one of a table, until the next is added to it.
type fact struct{ *results.Fact }

// The things that are found out, in the order of the table.
const (
	order       = "order"
	head        = "head"
	framing     = "framing"
	chunks      = "chunks"
	fragments   = "fragments"
	resume      = "resume"
	late        = "late"
	stale       = "stale"
	origin      = "origin"
	compression = "compression"
	keepAlive   = "keep-alive"
	silence     = "silence"
	end         = "end"
	complete    = "complete"
	idle        = "idle"
	slow        = "slow"
	streams     = "streams"
	stop        = "stop"
)

var things = []string{order, head, framing, chunks, fragments, resume, late, stale, origin, compression, keepAlive, silence, end,
	complete, idle, slow, streams, stop}

// publishing is where a transport would stand in the name of a fact about how events
// are published.
const publishing wire.Transport = "publish"

// transports are those that a fact can be about, in the order of the table.
var transports = []wire.Transport{wire.Polling, wire.LongPoll, wire.SSE, wire.WebSocket, publishing}

// Order is the name of the fact that numbers over a transport rest on.
func Order(t wire.Transport) string { return nameOf(t, order) }

func nameOf(t wire.Transport, thing string) string { return string(t) + "/" + thing }

// add adds a fact.
func (t *table) add(on wire.Transport, thing string, s results.State, format string, args ...any) fact {
	t.Facts = append(t.Facts, results.Fact{Name: nameOf(on, thing), State: s, Text: fmt.Sprintf(format, args...), Basis: thing == order})
	return fact{&t.Facts[len(t.Facts)-1]}
}

// with gives f a figure.
func (f fact) with(name string, value float64) fact {
	if f.Figures == nil {
		f.Figures = map[string]float64{}
	}
	f.Figures[name] = value
	return f
}

// sort puts the facts into the order of the table.
func (t *table) sort() {
	var names []string
	for _, on := range transports {
		for _, thing := range things {
			names = append(names, nameOf(on, thing))
		}
	}
	slices.SortStableFunc(t.Facts, func(a, b results.Fact) int { return slices.Index(names, a.Name) - slices.Index(names, b.Name) })
}

// isName reports whether there is a fact of that name.
func isName(name string) bool {
	return slices.ContainsFunc(transports, func(on wire.Transport) bool {
		return slices.ContainsFunc(things, func(thing string) bool { return nameOf(on, thing) == name })
	})
}
