package loadgen

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
)

// What a target's dialect cannot do is said before a connection is made.
func TestDialectRefused(t *testing.T) {
	sse := dialect.Dialect{SSE: &dialect.SSE{Request: request("/events")}}
	few := dialect.Dialect{SSE: &dialect.SSE{Request: request("/events"), Terms: dialect.Terms{Most: 2}}}
	s := speaking(t, func(*exchange) bool { t.Error("it was asked"); return false })
	for _, row := range []struct {
		fact, name string
		d          dialect.Dialect
		change     func(*Options)
		want       string
	}{
		{"a dialect that is none", "sse", dialect.Dialect{}, nil, "the target's dialect: no transport is given"},
		{"a transport that is not offered", "websocket", sse, nil, "the target does not offer WebSocket"},
		{"the floor", "tcp", sse, func(o *Options) { o.Target.TCP = o.Target.HTTP }, "the target does not offer tcp"},
		{"too many clients", "sse", few, nil, "the target file allows at most 2 clients over SSE, not 3"},
		{"topics where there are none", "sse", sse, func(o *Options) { o.Topics = 2 }, "the load has 2 topics, and the target has one: {topic} must be in"},
		{"retained events", "sse", sse, func(o *Options) { o.Retained = 1 }, "not known to keep any"},
		{"a setting of our own servers", "polling/interval=50ms/etag", dialect.Dialect{Polling: &dialect.Ask{Request: request("/poll")}}, nil, "sets etag, and only pushbench's own servers know this setting"},
		{"WebSocket over HTTP/2", "websocket/http=2", dialect.Dialect{WebSocket: &dialect.WebSocket{Request: request("/ws")}}, nil, "sets http, and only pushbench's own servers know this setting"},
		{"TLS at an address without", "sse/tls", sse, nil, "does not begin with https"},
	} {
		o := s.options(row.name, row.d)
		if row.change != nil {
			row.change(&o)
		}
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}

// A server with which there is nothing to measure gets one sentence that says why.
func TestForeignServersThatFail(t *testing.T) {
	page := "<!doctype html><title>Not this path</title>"
	html := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
	moved := "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/events\r\nContent-Length: 0\r\n\r\n"
	packed := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\nxx"
	silent := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n"
	for _, row := range []struct {
		fact, name, answer, published, want string
	}{
		{"a redirect of a stream", "sse", moved, "", `redirects to "http://elsewhere.example/events" (status 302), and redirects are not followed`},
		{"a redirect of a poll", "polling/interval=50ms", moved, "", `redirects to "http://elsewhere.example/events" (status 302)`},
		{"a redirect of a WebSocket", "websocket", moved, "", `redirects to "http://elsewhere.example/events" (status 302)`},
		{"a redirect of what is published", "sse", silent, moved, "publishing an event to prove a subscription: the server redirects to"},
		{"a refusal of what is published", "sse", silent, "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!", `publishing an event to prove a subscription: status 403: "no!"`},
		{"a page instead of a stream", "sse", html, "", `Content-Type is "text/html" instead of text/event-stream: "<!doctype html>`},
		{"a page instead of a poll", "polling/interval=50ms", html, "", `the answer with status 200 is a page without an event (text/html), so that the path may be wrong: "<!doctype html>`},
		{"a page instead of a long-poll", "longpoll", html, "", "is a page without an event"},
		{"a page instead of a WebSocket", "websocket", html, "", `status 200: "<!doctype html>`},
		{"a compressed stream", "sse", packed, "", `encoded with "gzip", which was not asked for`},
		{"a compressed poll", "polling/interval=50ms", packed, "", `encoded with "gzip", which was not asked for`},
		{"no answer at all", "sse", "", "", "opening client 0: no answer within 300ms: some servers send the head with the first event"},
		{"no answer to a poll", "polling/interval=50ms", "", "", "opening client 0: no answer within 300ms"},
		{"no answer to a long-poll", "longpoll", "", "", "opening client 0: no answer within 300ms"},
		{"no answer to an upgrade", "websocket", "", "", "opening client 0: no answer within 300ms"},
		{"a stream without an event", "sse", silent, "", "client 0: no event came through within 300ms"},
		{"a stream without an event, and a page for what is published", "sse", silent, html, "the request to publish was answered with a page: "},
		{"a poll without an event", "polling/interval=50ms", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nnever", "", `no event came through within 300ms: what came instead was "never"`},
		{"a stream that ends", "sse", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 2\r\n\r\n\n\n", "", "the server ended the stream"},
	} {
		s := (&spoken{published: row.published, answer: func(c *exchange) bool {
			if row.answer == "" {
				c.after(never)
			}
			c.say("%s", row.answer)
			if strings.Contains(row.answer, "hello") {
				c.after(never)
			}
			return true
		}}).run(t)
		o := s.options(row.name, dialect.Dialect{
			SSE: &dialect.SSE{Request: request("/events")}, WebSocket: &dialect.WebSocket{Request: request("/ws")},
			LongPoll: &dialect.Ask{Request: request("/wait")}, Polling: &dialect.Ask{Request: request("/poll")},
		})
		o.Clients, o.answersWithin = 1, 300*time.Millisecond
		got, err := Run(t.Context(), o)
		if err == nil && got.Failed != "" {
			err = errors.New(got.Failed)
		}
		if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}
