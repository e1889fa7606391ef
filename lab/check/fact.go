package check

import (
	"fmt"
	"slices"

	"pushbench/servers/wire"
)

// A State is how a fact came out.
type State string

// The states. A fact that has no right and wrong passes when it has been found out.
const (
	Pass       State = "pass"        // it is so, and clients can live with it
	Fail       State = "fail"        // clients lose something by it, or would not expect it
	NotOffered State = "not offered" // the server does not do it
	NotTold    State = "not told"    // it cannot be found out, and the sentence says why
)

// A Fact is one thing that has been found out.
type Fact struct {
	Name    string             `json:"fact"` // transport/thing, such as sse/resume
	State   State              `json:"state"`
	Text    string             `json:"text"`              // one sentence
	Basis   bool               `json:"basis,omitempty"`   // numbers rest on it
	Known   string             `json:"known,omitempty"`   // why it is otherwise than it should be, as the target's file says
	Figures map[string]float64 `json:"figures,omitempty"` // numbers of the sentence; a name ends with its unit: head-bytes, idle-sec
}

// A Table is what a check has found out about one server.
type Table struct {
	Target  string  `json:"target"`
	Address string  `json:"address"`
	Quick   bool    `json:"quick"` // without the facts that take a long wait
	Seconds float64 `json:"seconds"`
	Facts   []Fact  `json:"facts"`
}

// Broken returns the facts that numbers rest on and that have failed, but for those
// that the target's file knows of.
func (t *Table) Broken() []Fact {
	var broken []Fact
	for _, f := range t.Facts {
		if f.Basis && f.State == Fail && f.Known == "" {
			broken = append(broken, f)
		}
	}
	return broken
}

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
	idle        = "idle"
	slow        = "slow"
	stop        = "stop"
)

var things = []string{order, head, framing, chunks, fragments, resume, late, stale, origin, compression, keepAlive, silence, end,
	idle, slow, stop}

// publishing is where a transport would stand in the name of a fact about how events
// are published.
const publishing wire.Transport = "publish"

// transports are those that a fact can be about, in the order of the table.
var transports = []wire.Transport{wire.Polling, wire.LongPoll, wire.SSE, wire.WebSocket, publishing}

func nameOf(t wire.Transport, thing string) string { return string(t) + "/" + thing }

// add adds a fact.
func (t *Table) add(on wire.Transport, thing string, s State, format string, args ...any) *Fact {
	t.Facts = append(t.Facts, Fact{Name: nameOf(on, thing), State: s, Text: fmt.Sprintf(format, args...), Basis: thing == order})
	return &t.Facts[len(t.Facts)-1]
}

// with gives f a figure.
func (f *Fact) with(name string, value float64) *Fact {
	if f.Figures == nil {
		f.Figures = map[string]float64{}
	}
	f.Figures[name] = value
	return f
}

// sort puts the facts into the order of the table.
func (t *Table) sort() {
	var names []string
	for _, on := range transports {
		for _, thing := range things {
			names = append(names, nameOf(on, thing))
		}
	}
	slices.SortStableFunc(t.Facts, func(a, b Fact) int { return slices.Index(names, a.Name) - slices.Index(names, b.Name) })
}

// isName reports whether there is a fact of that name.
func isName(name string) bool {
	return slices.ContainsFunc(transports, func(on wire.Transport) bool {
		return slices.ContainsFunc(things, func(thing string) bool { return nameOf(on, thing) == name })
	})
}
