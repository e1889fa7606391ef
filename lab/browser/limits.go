//go:build linux

package browser

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pushbench/results"
)

// A limit is a way of asking for streams whose number is to be found out.
type limit struct {
	way   string // of the page: sse, websocket or fetch
	http2 bool   // the server speaks HTTP/2 over TLS, else HTTP/1.1 in clear text
	names int    // under how many names the page asks for the server
}

// Every way is tried with each version, and a second name where the host is limited.
func allLimits() (all []limit) {
	for _, way := range []string{"sse", "websocket", "fetch"} {
		for _, http2 := range []bool{false, true} {
			for _, names := range []int{1, 2} {
				if names == 1 || !http2 && way != "fetch" {
					all = append(all, limit{way, http2, names})
				}
			}
		}
	}
	return all
}

func (l limit) name() string {
	name := l.way + "-http1"
	if l.http2 {
		name = l.way + "-http2"
	}
	if l.names > 1 {
		name += "-two-hosts"
	}
	return name
}

// about is what is asked for, in the middle of a sentence.
func (l limit) about(n int) string {
	does := map[string]string{
		"sse": "opens %d EventSources at", "websocket": "opens %d WebSockets at",
		"fetch": "sends %d requests, which are not answered, to",
	}[l.way]
	whom := "a server that speaks HTTP/1.1"
	if l.http2 {
		whom = "a server that speaks HTTP/2 (and HTTP/1.1) over TLS"
	}
	if l.names > 1 {
		whom += " under two host names"
	}
	return fmt.Sprintf("a page "+does+" %s", n, whom)
}

// Limits finds out how many streams a page can have at the same time. A page asks for
// Options.Ask of a kind at once. The server's counts are taken when it has them all, or when
// nothing has changed there for the quiet time. Then the page asks for one thing more, which
// the server answers at once, and waits for it for the quiet time. Each count is taken in a
// fresh browser.
func Limits(ctx context.Context, k Kind, o Options) []results.Observation {
	return limits(ctx, k, o, slices.DeleteFunc(allLimits(), func(l limit) bool { return !o.has(l.name()) }))
}

func limits(ctx context.Context, k Kind, o Options, of []limit) []results.Observation {
	o = o.filled()
	s := &sheet{of: k}
	for _, l := range of {
		from, about := len(s.rows), l.about(o.Ask)
		s.want(l.name()+"-open", "count", "%s: so many are open at the same time, as the server counts them", about)
		s.want(l.name()+"-failed", "count", "%s: so many have failed, as the page sees it", about)
		s.want(l.name()+"-waiting", "count", "%s: so many are neither open nor failed", about)
		s.want(l.name()+"-connections", "count", "%s: TCP connections that carry those", about)
		s.want(l.name()+"-took", "sec", "%s: from then until the last one of those was open", about)
		s.want(l.name()+"-next-blocked", "count", "%s: 1 if the next request is not answered within %s, 0 if it is", about, o.Quiet)
		s.repeat(ctx, o, from, func(ctx context.Context) error {
			o.Say(string(k) + ": " + l.name())
			return in(ctx, k, func(ctx context.Context, b *Browser) error { return s.count(ctx, b, o, l) })
		})
	}
	return s.rows
}

// count is one count of Limits.
func (s *sheet) count(ctx context.Context, b *Browser, o Options, l limit) (err error) {
	server, err := newOrigin(l.http2, holds)
	if err != nil {
		return err
	}
	defer server.close()
	page, err := b.Open(ctx, server.url("127.0.0.1")+"/")
	if err != nil {
		return err
	}
	ask := fmt.Sprintf("ask(%q, %d, %s)", l.way, o.Ask, list(server.names(l.names)))
	from := time.Now()
	if err := page.Eval(ctx, ask, nil); err != nil {
		return err
	}
	route := "/hold-" + l.way
	all := func(t tally) bool { return t.held == o.Ask }
	got, err := server.counts.settle(ctx, route, o.Quiet, all)
	if err != nil {
		return err
	}
	open := got.held
	if l.way == "fetch" {
		open = 0 // as the page sees it
	}
	var seen struct{ Asked, Open, Failed int }
	wait := fmt.Sprintf("settle(%d, %d, %d)", open, o.Ask-got.held, o.Quiet.Milliseconds())
	if err := page.Eval(ctx, wait, &seen); err != nil {
		return err
	}
	if l.way != "fetch" && seen.Open != got.held {
		return fmt.Errorf("the server has %d open, and the page %d", got.held, seen.Open)
	}
	var answered bool
	if err := page.Eval(ctx, fmt.Sprintf("probe(%d)", o.Quiet.Milliseconds()), &answered); err != nil {
		return err
	}
	s.note(l.name()+"-open", float64(got.held))
	s.note(l.name()+"-failed", float64(seen.Failed))
	s.note(l.name()+"-waiting", float64(o.Ask-got.held-seen.Failed))
	s.note(l.name()+"-connections", float64(got.carrying))
	s.note(l.name()+"-took", got.latest.Sub(from).Seconds())
	s.is(l.name()+"-next-blocked", !answered)
	return nil
}
