package targets

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"pushbench/scenarios/strict"
)

// schemes are the transports that may stand in front of a URL: longpoll+http://127.0.0.1:8080/poll.
var schemes = []string{"sse", "websocket", "longpoll", "polling"}

// IsURL reports whether text is for Quick rather than for Lookup.
func IsURL(text string) bool { return strings.Contains(text, "://") }

// Quick is a target without a file: a server that runs already, at one address. http and
// https mean an event stream, ws and wss a WebSocket, and a transport in front of the
// scheme that transport, as in longpoll+http://127.0.0.1:8080/poll. Publish is how an
// event is published, such as POST /publish; empty: the server has events of its own.
func Quick(address, publish string) (*File, error) {
	transport, rest, given := strings.Cut(address, "+")
	if !given || strings.Contains(transport, "://") {
		transport, rest = "", address
	}
	u, err := url.Parse(rest)
	if err != nil {
		return nil, fmt.Errorf("the address cannot be read: %w", err)
	}
	usual := map[string]string{"http": "sse", "https": "sse", "ws": "websocket", "wss": "websocket"}[u.Scheme]
	switch {
	case usual == "":
		return nil, fmt.Errorf("%s begins with %q: an address begins with http, https, ws or wss", strict.Quote(address), u.Scheme)
	case transport == "":
		transport = usual
	case !slices.Contains(schemes, transport):
		return nil, fmt.Errorf("there is no transport %q in front of the address: they are %s", transport, strings.Join(schemes, ", "))
	case usual == "websocket" && transport != usual:
		return nil, fmt.Errorf("%s is a WebSocket's address, and %s is asked for: write http or https", strict.Quote(rest), transport)
	}
	switch {
	case u.Hostname() == "":
		return nil, fmt.Errorf("%s has no host", strict.Quote(address))
	case u.User != nil:
		return nil, errors.New("an address has no user and password: write a target file, with the header Authorization")
	case u.Fragment != "":
		return nil, errors.New("an address has no fragment: nothing behind a # is sent to a server")
	}
	scheme := strings.Replace(u.Scheme, "ws", "http", 1)
	name := cmp.Or(strings.Trim(noName.ReplaceAllString(u.Host, "-"), "-._"), "server")
	text := fmt.Sprintf("about: a server that runs already\nurl: %q\n%s: %q\npublish: %q\n", scheme+"://"+u.Host, transport,
		requestTarget(rest), orNone(publish))
	f, err := Parse(name[:min(len(name), 40)], address, "", []byte(text))
	if e := (*strict.Error)(nil); errors.As(err, &e) {
		p := e.Problems[0]
		if p.Hint != "" {
			p.Message += " (" + p.Hint + ")"
		}
		return nil, fmt.Errorf("%s: %s", strict.Quote(address), p.Message)
	}
	return f, err
}

var noName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

func orNone(publish string) string {
	if publish == "" {
		return "none"
	}
	return publish
}

// requestTarget is the path and the query of a URL as they are written, with the values of
// a template in them.
func requestTarget(text string) string {
	_, behind, _ := strings.Cut(text, "://")
	at := strings.IndexAny(behind, "/?")
	switch {
	case at < 0:
		return "/"
	case behind[at] == '?':
		return "/" + behind[at:]
	}
	return behind[at:]
}
