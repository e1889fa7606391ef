package servers

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pushbench/servers/wire"
)

// An Origin says whose pages may use a server from elsewhere.
type Origin struct {
	scheme string // "": http and https
	host   string // in lower case; "*": any, those without an origin of their own included
	port   string // "": any, or that of the scheme when there is one
}

var (
	schemes   = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`) // apps and extensions have their own
	noOrigins = regexp.MustCompile(`^(file|data|blob|about|javascript|wss?|ftp)$`)
	hostNames = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$`)
)

// ParseOrigin reads an origin as a browser sends it (scheme://host or
// scheme://host:port, RFC 6454 section 6.2), a host, of which any page may
// come, host:port, or *, which is any page. A slash behind an origin does not
// count. The error says what is wrong.
func ParseOrigin(text string) (Origin, error) {
	wrong := func(why string) (Origin, error) { return Origin{}, fmt.Errorf("origin %.64q %s", text, why) }
	rest := strings.ToLower(text)
	switch rest {
	case "*":
		return Origin{host: "*"}, nil
	case "":
		return wrong("is empty")
	case "null":
		return wrong("is the same for every file and sandboxed page, so it cannot be allowed")
	}
	var o Origin
	if scheme, behind, full := strings.Cut(rest, "://"); full {
		if !schemes.MatchString(scheme) || noOrigins.MatchString(scheme) {
			return wrong("has no scheme of a page: http, https or that of an app")
		}
		o.scheme, rest = scheme, strings.TrimSuffix(behind, "/")
	}
	if i := strings.IndexAny(rest, "/?#@"); i >= 0 {
		return wrong(fmt.Sprintf("has %q in it, but ends with the host or port", rest[i]))
	}
	o.host = rest
	if ip := net.ParseIP(rest); ip == nil { // a bare address of IPv6 has colons, but no port
		if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
			o.host, o.port = rest[:i], rest[i+1:]
			if n, err := strconv.ParseUint(o.port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != o.port {
				return wrong(fmt.Sprintf("has the port %.16q, which is not a number from 1 to 65535", o.port))
			}
		}
		if inside, ok := strings.CutPrefix(o.host, "["); ok {
			o.host = strings.TrimSuffix(inside, "]")
			if ip := net.ParseIP(o.host); ip == nil || o.host == inside || !strings.Contains(o.host, ":") {
				return wrong("has no IPv6 address between its brackets")
			}
		} else if !hostNames.MatchString(o.host) {
			return wrong("has no host that a page can have (a name from other alphabets is written xn--…)")
		}
	}
	if last := o.host[strings.LastIndexByte(o.host, '.')+1:]; net.ParseIP(o.host) == nil && last != "" && strings.Trim(last, "0123456789") == "" {
		return wrong("ends in a number, but is not an IP address") // browsers would make one of it, and send that
	}
	if ip := net.ParseIP(o.host); ip != nil {
		o.host = ip.String() // as browsers write it
	}
	if o.scheme != "" && o.port == "" {
		o.port = defaultPort(o.scheme)
	}
	return o, nil
}

func defaultPort(scheme string) string {
	return map[string]string{"http": "80", "https": "443"}[scheme]
}

// allows reports whether a page of origin u is meant; u without a host is one
// that has no origin of its own.
func (o Origin) allows(u *url.URL) bool {
	if o.host == "*" {
		return true
	}
	return u.Host != "" && strings.EqualFold(o.host, u.Hostname()) &&
		(o.scheme == "" || strings.EqualFold(o.scheme, u.Scheme)) &&
		(o.scheme == "" && o.port == "" || o.port == cmp.Or(u.Port(), defaultPort(strings.ToLower(u.Scheme))))
}

// checkHost refuses requests to a server on loopback under another name: a
// page that has its own name resolve to 127.0.0.1 would count as same-origin
// (DNS rebinding). The hosts of Options.Origins are let in, with any port.
func (s *Server) checkHost(r *http.Request) error {
	host := (&url.URL{Host: r.Host}).Hostname()
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	// Browsers take all of .localhost for loopback without asking (RFC 6761 section 6.3).
	if !s.loopback || host == "" || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return nil
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return nil
	}
	if slices.ContainsFunc(s.origins, func(o Origin) bool { return o.host == "*" || strings.EqualFold(o.host, host) }) {
		return nil
	}
	return &refusal{http.StatusForbidden, fmt.Sprintf("a server on loopback is not asked for as %.64q unless that origin is allowed", r.Host)}
}

// checkOrigin refuses requests by pages of other origins, on every route that
// makes, reads or takes something: WebSocket and POST know no same-origin
// policy, an image or a script is asked for without an Origin, and the rest is
// kept the same. A page is known by what its browser says and it cannot change
// (Fetch standard, section 3.2; Fetch Metadata, section 2.3):
//
//   - Sec-Fetch-Site same-origin is a page of this server, also behind a proxy
//     that changes the Host; none is the user, who typed or opened the address.
//   - An Origin is let in when it is this server's or one of Options.Origins.
//     Its host is the Host or, since some browsers open WebSockets without a
//     Sec-Fetch-Site, what a proxy says was the Host; a page can set neither.
//   - Without an Origin, Sec-Fetch-Site cross-site and same-site are foreign
//     pages: another port of this host is another origin, and which it is
//     cannot be told.
//   - With neither, it is no browser, or one that asks for a page of its own, or
//     one for which this server, by plain http and not on loopback, is not
//     trustworthy enough to be told of the site. That one says in Referer which
//     page asks, unless the page forbids it.
//
// An allowed page is told so (CORS); done reports that its preflight was
// answered.
func (s *Server) checkOrigin(w http.ResponseWriter, r *http.Request) (done bool, err error) {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if site == "same-origin" || site == "none" {
		return false, nil
	}
	if site == "" && origin == "" {
		page, err := url.Parse(r.Header.Get("Referer"))
		if err == nil && page.Host == "" || err == nil && (s.own(page, r) || s.allowed(page)) {
			return false, nil
		}
		return false, &refusal{http.StatusForbidden, fmt.Sprintf("pages of other origins are not allowed (Referer is %.64q)", r.Header.Get("Referer"))}
	}
	if origin == "" {
		if slices.ContainsFunc(s.origins, func(o Origin) bool { return o.host == "*" }) {
			return false, nil
		}
		return false, &refusal{http.StatusForbidden, fmt.Sprintf("pages of other origins are not allowed (Sec-Fetch-Site is %.32q)", site)}
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		u = &url.URL{} // "null", the origin of files and sandboxes, is foreign
	}
	if s.own(u, r) {
		return false, nil
	}
	if !s.allowed(u) {
		return false, &refusal{http.StatusForbidden, fmt.Sprintf("pages of the origin %.64q are not allowed", origin)}
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", wire.HeaderCursor+", ETag")
	h.Add("Vary", "Origin")
	if r.Method != http.MethodOptions {
		return false, nil
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", "Cache-Control, Content-Type, If-None-Match, "+wire.HeaderCursor)
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true, nil
}

// allowed reports whether a page of origin u may use the server from elsewhere.
func (s *Server) allowed(u *url.URL) bool {
	return slices.ContainsFunc(s.origins, func(o Origin) bool { return o.allows(u) })
}

// own reports whether a page of origin u is this server's: its host and port
// are those that r was sent to or, by the word of a proxy, was sent to first.
func (s *Server) own(u *url.URL, r *http.Request) bool {
	first := func(header string) string {
		value, _, _ := strings.Cut(r.Header.Get(header), ",")
		return strings.TrimSpace(value)
	}
	usual := defaultPort(strings.ToLower(u.Scheme))
	for _, asked := range []struct{ host, port string }{
		{r.Host, ""}, {first("X-Forwarded-Host"), first("X-Forwarded-Port")},
	} {
		to := &url.URL{Host: asked.host}
		if u.Host != "" && strings.EqualFold(u.Hostname(), to.Hostname()) &&
			cmp.Or(u.Port(), usual) == cmp.Or(to.Port(), asked.port, usual) {
			return true
		}
	}
	return false
}
