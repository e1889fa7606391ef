package servers

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pushbench/servers/wire"
)

// checkHost refuses requests to a server on loopback under another name: a
// page that has its own name resolve to 127.0.0.1 would count as same-origin
// (DNS rebinding). Names in Options.Origins are let in.
func (s *Server) checkHost(r *http.Request) error {
	host := (&url.URL{Host: r.Host}).Hostname()
	if !s.loopback || host == "" || strings.EqualFold(host, "localhost") {
		return nil
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return nil
	}
	if slices.ContainsFunc(s.o.Origins, func(o string) bool {
		return o == "*" || strings.EqualFold(o, r.Host) || strings.EqualFold((&url.URL{Host: o}).Hostname(), host)
	}) {
		return nil
	}
	return &refusal{http.StatusForbidden, fmt.Sprintf("a server on loopback is not asked for as %.64q unless that origin is allowed", r.Host)}
}

// checkOrigin refuses requests by pages of other origins, on every route:
// WebSocket and POST know no same-origin policy, and the rest is kept the
// same. Requests without an Origin, which are those by no page or by a page of
// this server, pass. A page from Options.Origins is let in and told so (CORS);
// done reports that its preflight was answered.
func (s *Server) checkOrigin(w http.ResponseWriter, r *http.Request) (done bool, err error) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false, nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		u = &url.URL{} // "null", the origin of files and sandboxes, is foreign
	}
	if u.Host != "" && strings.EqualFold(u.Host, r.Host) {
		return false, nil
	}
	allowed := slices.ContainsFunc(s.o.Origins, func(host string) bool {
		return host == "*" || u.Host != "" && strings.EqualFold(host, u.Host)
	})
	if !allowed {
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
