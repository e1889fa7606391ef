//go:build linux

package null

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseRequest(t *testing.T) {
	for _, c := range []struct {
		fact, head  string
		path, topic string
		etag        bool
		key         string
		err         string
	}{
		{"a poll", "GET /polling?topic=t7&after=3 HTTP/1.1\r\nHost: h\r\n\r\n", "/polling", "t7", false, "", ""},
		{"a poll for an entity tag", "GET /polling?etag=1&topic=t7 HTTP/1.1\r\n\r\n", "/polling", "t7", true, "", ""},
		{"a name without a value asks for no entity tag", "GET /polling?etag&x HTTP/1.1\r\n\r\n", "/polling", "", false, "", ""},
		{"a header's name in any case, its value without the space", "GET /websocket HTTP/1.1\r\nsec-websocket-KEY: \tabc \r\n\r\n", "/websocket", "", false, "abc", ""},
		{"a header's name at the end of another's value does not count", "GET / HTTP/1.1\r\nX: Sec-WebSocket-Key: a\r\n\r\n", "/", "", false, "", ""},
		{"another method", "POST /polling HTTP/1.1\r\n\r\n", "", "", false, "", `with GET, not "POST"`},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", "", "", false, "", "not a request line of HTTP/1.1 or 1.0"},
		{"no request", "\r\n\r\n", "", "", false, "", "not a request line of HTTP/1.1 or 1.0"},
	} {
		r, err := parseRequest([]byte(c.head))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want an error with %q", c.fact, err, c.err)
			}
			continue
		}
		if err != nil || string(r.path) != c.path || string(r.topic) != c.topic || r.etag != c.etag || string(r.header("Sec-WebSocket-Key")) != c.key {
			t.Errorf("%s: path %q, topic %q, etag %t, key %q, %v", c.fact, r.path, r.topic, r.etag, r.header("Sec-WebSocket-Key"), err)
		}
	}
}

func TestClientOf(t *testing.T) {
	for _, c := range []struct {
		topic string
		want  int
		ok    bool
	}{
		{"t0", 0, true}, {"t17", 17, true},
		{"", 0, false}, {"t", 0, false}, {"ticks", 0, false}, {"t-1", 0, false}, {"7", 0, false}, {"t9999999999", 0, false},
	} {
		if got, err := clientOf([]byte(c.topic)); got != c.want || (err == nil) != c.ok {
			t.Errorf("topic %q: client %d, %v", c.topic, got, err)
		}
	}
}

// Whatever comes, what is found in a head is in it.
func FuzzParseRequest(f *testing.F) {
	f.Add([]byte("GET /sse?topic=t0&after=0&etag=1 HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key: k\r\n\r\n"))
	f.Add([]byte("GET ? HTTP/1.\r\n:\r\n"))
	f.Fuzz(func(t *testing.T, head []byte) {
		r, err := parseRequest(head)
		if err != nil {
			return
		}
		for _, part := range [][]byte{r.path, r.topic, r.header("Sec-WebSocket-Key"), r.header("")} {
			if !bytes.Contains(head, part) {
				t.Errorf("%q is not in %q", part, head)
			}
		}
		if n, err := clientOf(r.topic); err == nil && n < 0 {
			t.Errorf("topic %q is client %d", r.topic, n)
		}
	})
}
