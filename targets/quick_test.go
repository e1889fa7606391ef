package targets

import (
	"strings"
	"testing"

	"pushbench/loadgen/dialect"
)

func TestQuick(t *testing.T) {
	for _, row := range []struct{ fact, address, publish, name, url, transport, path string }{
		{"http is an event stream", "http://127.0.0.1:9000/events", "", "127.0.0.1-9000", "http://127.0.0.1:9000", "sse", "/events"},
		{"https, too", "https://example.test/a?b=c&d=%20", "POST /publish", "example.test", "https://example.test", "sse", "/a?b=c&d=%20"},
		{"ws is a WebSocket", "ws://localhost:9000", "", "localhost-9000", "http://localhost:9000", "websocket", "/"},
		{"wss, too", "wss://localhost/ws", "/publish", "localhost", "https://localhost", "websocket", "/ws"},
		{"http with a WebSocket", "websocket+http://localhost/ws", "", "localhost", "http://localhost", "websocket", "/ws"},
		{"long-polling", "longpoll+http://[::1]:80/wait", "", "1-80", "http://[::1]:80", "longpoll", "/wait"},
		{"a host without a letter or digit", "http://[::]/events", "", "server", "http://[::]", "sse", "/events"},
		{"polling", "polling+https://h/poll?a+b", "PUT /value", "h", "https://h", "polling", "/poll?a+b"},
		{"a plus in the path", "http://h/a+b", "", "h", "http://h", "sse", "/a+b"},
		{"a topic", "http://h/events/{topic}", "/publish/{topic}", "h", "http://h", "sse", "/events/{topic}"},
	} {
		f, err := Quick(row.address, row.publish)
		if err != nil {
			t.Errorf("%s: %v", row.fact, err)
			continue
		}
		if f.Name != row.name || f.Server.URL != row.url || f.Path != row.address || !f.Server.Runs() || f.Fresh || f.Startable() != nil {
			t.Errorf("%s: %+v", row.fact, f)
		}
		d := f.Dialect
		paths := map[string]string{}
		if d.SSE != nil {
			paths["sse"] = d.SSE.Path.String()
		}
		if d.WebSocket != nil {
			paths["websocket"] = d.WebSocket.Path.String()
		}
		if d.LongPoll != nil {
			paths["longpoll"] = d.LongPoll.Path.String()
		}
		if d.Polling != nil {
			paths["polling"] = d.Polling.Path.String()
		}
		if len(paths) != 1 || paths[row.transport] != row.path {
			t.Errorf("%s: %v", row.fact, paths)
		}
		if (d.Publish.By == dialect.ByServer) != (row.publish == "") {
			t.Errorf("%s: published by %+v", row.fact, d.Publish)
		}
	}
}

func TestQuickErrors(t *testing.T) {
	for _, row := range []struct{ fact, address, publish, want string }{
		{"another scheme", "ftp://h/", "", `"ftp://h/" begins with "ftp"`},
		{"no scheme", "localhost:80/events", "", "an address begins with http, https, ws or wss"},
		{"another transport", "sockjs+http://h/", "", `there is no transport "sockjs"`},
		{"a WebSocket's scheme with another transport", "sse+ws://h/", "", "sse is asked for"},
		{"no host", "http:///events", "", "has no host"},
		{"a user", "http://a:b@h/", "", "the header Authorization"},
		{"a fragment", "http://h/#a", "", "no fragment"},
		{"a port that is none", "http://h:70000/", "", "a port is between 1 and 65535"},
		{"no URL", "http://h:x/", "", "cannot be read"},
		{"an unknown value", "http://h/{tpoic}", "", `there is no value "tpoic" (did you mean "topic"?)`},
		{"a publish that is none", "http://h/", "post /x", "capital letters"},
	} {
		f, err := Quick(row.address, row.publish)
		if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %+v, %v, want %q", row.fact, f, err, row.want)
		}
	}
}

func TestIsURL(t *testing.T) {
	for text, want := range map[string]bool{"http://h": true, "polling+https://h/": true, "nchan": false, "./a.yaml": false, "a/b.yaml": false} {
		if IsURL(text) != want {
			t.Errorf("%s is a URL: %v", text, !want)
		}
	}
}
