//go:build linux

package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pushbench/results"
)

// Options say how an experiment is carried out. The zero value is how it is published.
type Options struct {
	Repeat int           // how many times, each with a fresh browser; 0: once
	Ask    int           // how many streams a page asks for; 0: 300
	Quiet  time.Duration // nothing more is to be expected when nothing has come for so long; 0: 6 s
	Only   []string      // parts of Limits or Reconnection, by what their numbers' names begin with: sse-http1, or cut and websocket-cut; nil: all
	Server string        // address of a server of this module, without TLS, of which Latency takes events

	// Say, when set, is told what is done, in a line without an end.
	Say func(string)
}

// pauseMost is how long Chromium waits between two WebSockets at most, when many are to be opened.
const pauseMost = 5 * time.Second

// has reports whether a part is to be carried out.
func (o Options) has(part string) bool { return o.Only == nil || slices.Contains(o.Only, part) }

func (o Options) filled() Options {
	o.Repeat = cmp.Or(o.Repeat, 1)
	o.Ask = cmp.Or(o.Ask, 300)
	o.Quiet = cmp.Or(o.Quiet, pauseMost+time.Second)
	if o.Say == nil {
		o.Say = func(string) {}
	}
	return o
}

// An Experiment finds out some numbers.
type Experiment struct {
	Name  string
	About string // what it finds out, in a sentence without a full stop
	Run   func(context.Context, Kind, Options) []results.Observation
}

// Experiments returns all of them, the shortest first.
func Experiments() []Experiment {
	return []Experiment{
		{"push", "what is left of HTTP/2 server push", Push},
		{"extended", "whether WebSockets go over the HTTP/2 connection of their page", Extended},
		{"latency", "how late events are in a page", Latency},
		{"memory", "what a stream costs the browser", Memory},
		{"reconnection", "what EventSource and WebSocket do when their stream has ended", Reconnection},
		{"limits", "how many streams a page can have", Limits},
	}
}

// A sheet is what an experiment is to measure, and what it has measured.
type sheet struct {
	of   Kind
	rows []results.Observation
}

// want adds a number to those that are to be measured.
func (s *sheet) want(name, kind, about string, arguments ...any) {
	s.rows = append(s.rows, results.Observation{
		Name: string(s.of) + "-" + name, Kind: kind,
		About: s.of.String() + ": " + fmt.Sprintf(about, arguments...) + ".",
	})
}

// row returns what was wanted. It panics when that is not to be measured.
func (s *sheet) row(name string) *results.Observation {
	i := slices.IndexFunc(s.rows, func(o results.Observation) bool { return o.Name == string(s.of)+"-"+name })
	if i < 0 {
		panic("browser: nobody wants " + name)
	}
	return &s.rows[i]
}

// note adds a value.
func (s *sheet) note(name string, value float64) {
	r := s.row(name)
	r.Values = append(r.Values, value)
}

// is adds 1 for true and 0 for false.
func (s *sheet) is(name string, fact bool) {
	value := 0.0
	if fact {
		value = 1
	}
	s.note(name, value)
}

// lack says why there is no value.
func (s *sheet) lack(name, why string) {
	if r := s.row(name); r.Reason == "" {
		r.Reason = why
	}
}

// repeat carries out a part of an experiment, which measures the rows from the given one on,
// as often as wanted. Rows for which a repetition has no value get its error as their reason.
func (s *sheet) repeat(ctx context.Context, o Options, from int, part func(context.Context) error) {
	rows := s.rows[from:]
	for i := range o.Repeat {
		err := ctx.Err()
		if err == nil {
			err = part(ctx)
		}
		if err == nil {
			continue
		}
		if o.Repeat > 1 {
			err = fmt.Errorf("repetition %d of %d: %w", i+1, o.Repeat, err)
		}
		for j := range rows {
			if r := &rows[j]; len(r.Values) <= i && r.Reason == "" {
				r.Reason = err.Error()
			}
		}
	}
}

// in starts a browser for a part of an experiment, and ends it.
func in(ctx context.Context, k Kind, part func(context.Context, *Browser) error) error {
	b, err := Start(ctx, k)
	if err != nil {
		return err
	}
	return errors.Join(part(ctx, b), b.Close())
}

// list is a list of texts in JavaScript.
func list(texts []string) string {
	text, err := json.Marshal(texts)
	if err != nil {
		panic(err) // there is no such list
	}
	return string(text)
}
