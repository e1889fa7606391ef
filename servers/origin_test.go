package servers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pushbench/servers/wire"
)

// An origin means what it says.
func TestOriginsMean(t *testing.T) {
	for text, row := range map[string]struct{ yes, no []string }{
		"http://localhost:3000":    {[]string{"http://localhost:3000", "HTTP://LOCALHOST:3000"}, []string{"https://localhost:3000", "http://localhost", "http://localhost:30000", "http://127.0.0.1:3000", "null"}},
		"https://a.example/":       {[]string{"https://a.example", "https://a.example:443"}, []string{"http://a.example", "https://a.example:8443", "https://b.a.example", "https://a.example.evil"}},
		"http://a.example:80":      {[]string{"http://a.example", "http://a.example:80"}, []string{"https://a.example"}},
		"localhost":                {[]string{"http://localhost", "http://localhost:3000", "https://localhost:8443"}, []string{"http://localhost.evil", "http://notlocalhost"}},
		"A.Example":                {[]string{"https://a.example"}, []string{"https://example"}},
		"a.example:8080":           {[]string{"http://a.example:8080", "https://a.example:8080"}, []string{"http://a.example", "http://a.example:80"}},
		"a.example:443":            {[]string{"https://a.example"}, []string{"http://a.example"}},
		"127.0.0.1:3000":           {[]string{"http://127.0.0.1:3000"}, []string{"http://127.0.0.1"}},
		"[::1]:3000":               {[]string{"http://[::1]:3000"}, []string{"http://[::1]"}},
		"http://[0:0:0:0:0:0:0:1]": {[]string{"http://[::1]"}, []string{"http://[::2]"}},
		"::1":                      {[]string{"http://[::1]:9"}, []string{"http://localhost"}},
		"capacitor://localhost":    {[]string{"capacitor://localhost"}, []string{"http://localhost"}},
		"http://a.example.":        {[]string{"http://a.example."}, []string{"http://a.example"}},
		"chrome-extension://abcd":  {[]string{"chrome-extension://abcd"}, []string{"https://abcd", "chrome-extension://abce"}},
		"*":                        {[]string{"http://any.example:1", "null"}, nil},
	} {
		o, err := ParseOrigin(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for origin, want := range both(row.yes, row.no) {
			u, err := url.Parse(origin)
			if err != nil {
				t.Fatal(err)
			}
			if o.allows(u) != want {
				t.Errorf("%s and a page of %s: %v, want %v", text, origin, !want, want)
			}
		}
	}
}

func both(yes, no []string) map[string]bool {
	all := make(map[string]bool)
	for _, s := range yes {
		all[s] = true
	}
	for _, s := range no {
		all[s] = false
	}
	return all
}

func TestOriginsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "is empty",
		" ":                       "has no host",
		"null":                    "cannot be allowed",
		"http://":                 "has no host",
		"http:///":                "has no host",
		"ftp://a.example":         "has no scheme of a page",
		"://a.example":            "has no scheme",
		"file://a.example":        "has no scheme",
		"wss://a.example":         "has no scheme",
		"https://a.example/path":  `has '/' in it`,
		"https://a.example//":     `has '/' in it`,
		"a.example/":              `has '/' in it`,
		"https://me@a.example":    `has '@' in it`,
		"https://a.example?x":     `has '?' in it`,
		"a.example:":              "has the port",
		"a.example:0":             "has the port",
		"a.example:080":           "has the port",
		"a.example:65536":         "has the port",
		"a.example:http":          "has the port",
		"*.example":               "has no host",
		"http://*":                "has no host",
		"a b":                     "has no host",
		"bücher.example":          "xn--",
		"[::1":                    "between its brackets",
		"[a.example]":             "between its brackets",
		"[127.0.0.1]":             "between its brackets",
		"a..example":              "has no host",
		"1.2.3":                   "is not an IP address",
		"1.2.3.256":               "is not an IP address",
		"http://a.example, other": "has no host",
	} {
		if o, err := ParseOrigin(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want an error with %q", text, o, err, want)
		}
		if _, err := Listen(Options{Origins: []string{text}}); err == nil {
			t.Errorf("a server with the origin %q", text)
		}
	}
}

func FuzzParseOrigin(f *testing.F) {
	for _, seed := range []string{"", "*", "null", "http://localhost:3000", "https://a.example/", "[::1]:80", "::1", "a:b:c", "1.2.3.4:5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseOrigin(text)
		if err != nil || o.host == "*" {
			return
		}
		// Whatever is accepted matches some page, and so does what it names.
		host := o.host
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		scheme := o.scheme
		if scheme == "" {
			scheme = "http"
		}
		page := scheme + "://" + host
		if o.port != "" {
			page += ":" + o.port
		}
		u, err := url.Parse(page)
		if err != nil || !o.allows(u) {
			t.Fatalf("%q does not match %q: %v", text, page, err)
		}
	})
}

// Pages of other origins are refused on every route that makes, reads or takes
// something, also when their request has no Origin, as an image's has none.
func TestPagesOfOtherOrigins(t *testing.T) {
	const evil, dev = "http://evil.example", "http://localhost:3000"
	routes := []string{wire.RoutePolling, wire.RouteLongPoll + "?wait=0s", wire.RouteStats}
	for _, row := range []struct {
		fact    string
		origins []string
		site    string
		origin  string
		allowed bool
	}{
		{"no browser", nil, "", "", true},
		{"a page of this server", nil, "same-origin", "", true},
		{"an address that a person typed", nil, "none", "", true},
		{"an image on a foreign page", nil, "cross-site", "", false},
		{"an image on a page of another port of this host", nil, "same-site", "", false},
		{"a script on a foreign page that may not be known by its origin", []string{dev}, "cross-site", "", false},
		{"a script on any page, when any may", []string{"*"}, "cross-site", "", true},
		{"a script that names its origin", nil, "cross-site", evil, false},
		{"another port of this host that names its origin", nil, "same-site", dev, false},
		{"an allowed page", []string{dev}, "same-site", dev, true},
		{"an allowed page of another site", []string{dev}, "cross-site", dev, true},
		{"a page that is not the allowed one", []string{dev}, "cross-site", evil, false},
		{"a page of this server, behind a proxy with another name", nil, "same-origin", "http://proxy.example", true},
		{"a word that is not known", nil, "sideways", "", false},
	} {
		ts := start(t, Options{Origins: row.origins, Page: true})
		for _, route := range routes {
			head := []string{"Sec-Fetch-Site", row.site}
			if row.origin != "" {
				head = append(head, "Origin", row.origin)
			}
			status, _, body := ts.do(t, "GET", route, "", head...)
			if (status < 300) != row.allowed || !row.allowed && status != http.StatusForbidden {
				t.Errorf("%s: %s: %d %s", row.fact, route, status, body)
			}
		}
		if status, _, _ := ts.do(t, "GET", "/", "", "Sec-Fetch-Site", row.site); status != http.StatusOK {
			t.Errorf("%s: a link to the page: %d", row.fact, status)
		}
	}
}

func TestOriginsThatAreAllowed(t *testing.T) {
	ts := start(t, Options{Origins: []string{"friend.example"}})
	for _, row := range []struct {
		fact   string
		method string
		origin string
		status int
		allow  string
	}{
		{"no page", "GET", "", 204, ""},
		{"a page of this server", "GET", ts.url, 204, ""},
		{"a page of an allowed origin", "GET", "https://Friend.example", 204, "https://Friend.example"},
		{"its preflight", "OPTIONS", "https://friend.example", 204, "https://friend.example"},
	} {
		status, head, _ := ts.do(t, row.method, "/polling", "", "Origin", row.origin)
		if got := head.Get("Access-Control-Allow-Origin"); status != row.status || got != row.allow {
			t.Errorf("%s: %d, allowed %q, want %d, %q", row.fact, status, got, row.status, row.allow)
		}
	}
	any := start(t, Options{Origins: []string{"*"}})
	if status, _, _ := any.do(t, "GET", "/polling", "", "Origin", "null"); status != http.StatusNoContent {
		t.Errorf("any origin: status %d", status)
	}
}

// Behind a proxy the server has two names: its own, and the one that pages have.
func TestOriginsBehindAProxy(t *testing.T) {
	ts := start(t, Options{})
	for _, row := range []struct {
		fact      string
		forwarded string
		allowed   bool
	}{
		{"the proxy says by which name it was asked", "proxy.example:8443", true},
		{"the first of several proxies does", "proxy.example:8443, inner.example", true},
		{"it was asked by another name", "other.example", false},
		{"it does not say", "", false},
	} {
		head := []string{"Origin", "https://proxy.example:8443", "X-Forwarded-Host", row.forwarded}
		if status, _, body := ts.do(t, "GET", "/polling", "", head...); (status == 204) != row.allowed {
			t.Errorf("%s: %d %s", row.fact, status, body)
		}
	}
}

// A page's origin is compared with its port, given or usual; and one of which the
// browser does not tell the site is known by its Referer.
func TestPortsAndReferers(t *testing.T) {
	ts := start(t, Options{Origins: []string{"http://dev.example:3000"}})
	const proxy = "X-Forwarded-Host"
	for _, row := range []struct {
		fact    string
		head    []string
		allowed bool
	}{
		{"a port of its own", []string{"Origin", "https://a.example:8443", proxy, "a.example", "X-Forwarded-Port", "8443"}, true},
		{"another port", []string{"Origin", "https://a.example:8443", proxy, "a.example", "X-Forwarded-Port", "9443"}, false},
		{"no port where one is needed", []string{"Origin", "https://a.example:8443", proxy, "a.example"}, false},
		{"the usual port is given", []string{"Origin", "https://a.example", proxy, "a.example:443"}, true},
		{"and is that of the page's scheme", []string{"Origin", "https://a.example", proxy, "a.example:80"}, false},
		{"an image on a foreign page", []string{"Referer", "http://evil.example/page"}, false},
		{"one on a page of this server", []string{"Referer", ts.url + "/"}, true},
		{"one on an allowed page", []string{"Referer", "http://dev.example:3000/x?y"}, true},
		{"a Referer that is none", []string{"Referer", "http://[::"}, false},
	} {
		status, _, body := ts.do(t, "GET", "/longpoll?wait=0s", "", row.head...)
		if (status == http.StatusNoContent) != row.allowed || !row.allowed && status != http.StatusForbidden {
			t.Errorf("%s: %d %s", row.fact, status, body)
		}
	}
}

// A foreign page cannot take the topics away, and neither can a client that is
// no browser by asking for more of them than there can be.
func TestTopicsCannotBeTakenByAsking(t *testing.T) {
	ts := start(t, Options{Topics: 10})
	for i := range 40 {
		path := fmt.Sprintf("/longpoll?wait=0s&topic=evil%d", i)
		if status, _, body := ts.do(t, "GET", path, "", "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
			t.Fatalf("%s by a foreign page: %d %s", path, status, body)
		}
		if status, _, body := ts.do(t, "GET", path, ""); status != http.StatusNoContent {
			t.Fatalf("%s: %d %s", path, status, body)
		}
	}
	if status, _, body := ts.do(t, "POST", "/publish?topic=new", "1"); status != http.StatusOK {
		t.Errorf("a new topic: %d %s", status, body)
	}
	if topics := ts.Hub().Newest(); len(topics) != 1 {
		t.Errorf("topics %v", topics)
	}
}

// A refusal says why in its body, on every transport.
func TestRefusalsSayWhy(t *testing.T) {
	ts := start(t, Options{Topics: 1})
	ts.publish(t, "t", 1)
	const want = "refused: the server has 1 topics, which is its limit"
	for tr, dial := range dialers {
		if tr == wire.Polling {
			continue // makes no topic
		}
		c := dial(t, ts, "more", "0")
		expect(t, c, want)
		c.close()
	}
}
