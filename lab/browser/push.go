//go:build linux

package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/net/http2"

	"pushbench/results"
)

// Push finds out what is left of HTTP/2 server push (RFC 9113 section 8.4): whether the
// browser lets a server push, what Go's server says when it tries, and what a script could
// take pushed answers with.
func Push(ctx context.Context, k Kind, o Options) []results.Observation {
	o = o.filled()
	s := &sheet{of: k}
	s.want("push-setting-sent", "count", "1 if its SETTINGS frame has ENABLE_PUSH, 0 if it has not, which allows push")
	s.want("push-allowed", "count", "1 if its SETTINGS frame lets the server push, 0 if it does not")
	s.want("push-refused", "count", "1 if the push of a net/http server ends with http.ErrNotSupported, 0 if it succeeds")
	s.want("push-names", "count", "names in a page's global scope that have \"push\" in them, without those of Web Push")
	for _, api := range apis {
		s.want("api-"+api.name, "count", "1 if a page has %s, 0 if it has not", api.object)
	}
	s.repeat(ctx, o, 0, func(ctx context.Context) error {
		o.Say(string(k) + ": server push")
		return in(ctx, k, func(ctx context.Context, b *Browser) error {
			return errors.Join(s.settings(ctx, b), s.pushes(ctx, b))
		})
	})
	return s.rows
}

var apis = []struct{ name, object string }{{"eventsource", "EventSource"}, {"websocket", "WebSocket"}, {"fetch", "fetch"}}

// settings has the browser open a page over HTTP/2 and reads its SETTINGS.
func (s *sheet) settings(ctx context.Context, b *Browser) error {
	server, err := newRawServer()
	if err != nil {
		return err
	}
	defer server.close()
	page, err := b.Open(ctx, server.url()+"/")
	if err != nil {
		return err
	}
	sent, _, _, err := server.saw()
	if err != nil {
		return err
	}
	value, ok := sent[http2.SettingEnablePush]
	s.is("push-setting-sent", ok)
	s.is("push-allowed", !ok || value != 0) // it is 1 to begin with (RFC 9113 section 6.5.2)
	for _, api := range apis {
		var there bool
		if err := page.Eval(ctx, fmt.Sprintf("typeof %s === 'function'", api.object), &there); err != nil {
			return err
		}
		s.is("api-"+api.name, there)
	}
	// Web Push comes from a service of the browser's maker and needs no connection to the server.
	var names []string
	const look = `Object.getOwnPropertyNames(globalThis).filter(name =>
	/^push|Push|PUSH/.test(name) && !/^Push(Manager|Subscription|SubscriptionOptions)$/.test(name))`
	if err := page.Eval(ctx, look, &names); err != nil {
		return err
	}
	s.note("push-names", float64(len(names)))
	return nil
}

// pushes has a server of net/http push an answer.
func (s *sheet) pushes(ctx context.Context, b *Browser) error {
	tried := make(chan error, 1)
	server, err := newOrigin(true, map[string]http.HandlerFunc{"/push": func(w http.ResponseWriter, _ *http.Request) {
		pusher, ok := w.(http.Pusher)
		if !ok {
			tried <- errors.New("the page was not asked for over HTTP/2")
			return
		}
		tried <- pusher.Push("/probe", nil)
	}})
	if err != nil {
		return err
	}
	defer server.close()
	if _, err := b.Open(ctx, server.url("127.0.0.1")+"/push"); err != nil {
		return err
	}
	select {
	case err := <-tried:
		if err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		s.is("push-refused", err != nil)
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// socketsAsked is how many WebSockets a page opens to find out over what they go.
const socketsAsked = 10

// Extended finds out whether WebSockets go over the HTTP/2 connection of their page when the
// server allows it (RFC 8441: SETTINGS_ENABLE_CONNECT_PROTOCOL).
func Extended(ctx context.Context, k Kind, o Options) []results.Observation {
	o = o.filled()
	s := &sheet{of: k}
	s.want("websocket-over-http2-open", "count",
		"a page opens %d WebSockets at a server that takes them over HTTP/2: so many are open over it", socketsAsked)
	s.want("websocket-over-http2-connections", "count",
		"a page opens %d WebSockets at a server that takes them over HTTP/2: TCP connections of the page and these", socketsAsked)
	s.repeat(ctx, o, 0, func(ctx context.Context) error {
		o.Say(string(k) + ": WebSocket over HTTP/2")
		return in(ctx, k, func(ctx context.Context, b *Browser) error { return s.extended(ctx, b, o.Quiet) })
	})
	return s.rows
}

func (s *sheet) extended(ctx context.Context, b *Browser, quiet time.Duration) error {
	server, err := newRawServer()
	if err != nil {
		return err
	}
	defer server.close()
	page, err := b.Open(ctx, server.url()+"/")
	if err != nil {
		return err
	}
	ask := fmt.Sprintf("ask('websocket', %d, %s)", socketsAsked, list([]string{server.url()}))
	if err := page.Eval(ctx, ask, nil); err != nil {
		return err
	}
	var seen struct{ Open, Failed int }
	if err := page.Eval(ctx, fmt.Sprintf("settle(%d, 0, %d)", socketsAsked, quiet.Milliseconds()), &seen); err != nil {
		return err
	}
	_, accepted, sockets, err := server.saw()
	if err != nil {
		return err
	}
	if seen.Open != sockets {
		return fmt.Errorf("the server has %d open, and the page %d", sockets, seen.Open)
	}
	s.note("websocket-over-http2-open", float64(sockets))
	s.note("websocket-over-http2-connections", float64(accepted))
	return nil
}
