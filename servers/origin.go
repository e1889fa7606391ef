package servers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pushbench/servers/wire"
)

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
	h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match, "+wire.HeaderCursor)
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true, nil
}
