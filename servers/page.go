package servers

import (
	"context"
	"embed"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

//go:embed page
var pageFS embed.FS

// pageFiles returns the routes of the demonstration page: the page at / and
// what it is made of. It loads nothing from elsewhere, and is told not to.
func pageFiles() map[string]func(http.ResponseWriter, *http.Request) error {
	files := make(map[string]func(http.ResponseWriter, *http.Request) error)
	for _, f := range []struct{ route, name, kind string }{
		{"/", "index.html", "text/html; charset=utf-8"},
		{"/style.css", "style.css", "text/css; charset=utf-8"},
		{"/page.js", "page.js", "text/javascript; charset=utf-8"},
	} {
		body, err := pageFS.ReadFile("page/" + f.name)
		if err != nil {
			panic(err) // the file is part of the program
		}
		files[f.route] = func(w http.ResponseWriter, _ *http.Request) error {
			h := w.Header()
			h.Set("Content-Type", f.kind)
			h.Set("Cache-Control", "no-cache")
			h.Set("Content-Security-Policy", "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'")
			h.Set("X-Content-Type-Options", "nosniff")
			_, err := w.Write(body)
			return writeError{err}.orNil()
		}
	}
	return files
}

// tick publishes an event to the topic "ticks" about every second, until ctx
// is done. It is not exactly a second, because polls at a whole number of them
// would then always come equally late. The event's at is in milliseconds since
// 1970, as a browser counts them.
func (s *Server) tick(ctx context.Context) {
	topic, err := s.hub.Topic("ticks")
	if err != nil {
		s.o.Log.Error("no ticks", "err", err)
		return
	}
	for seq := 0; ; seq++ {
		at := float64(time.Now().UnixMicro()) / 1000
		if _, err := s.send(topic, fmt.Appendf(nil, `{"seq":%d,"at":%.3f,"from":"server"}`, seq, at)); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("no tick", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(750*time.Millisecond + rand.N(500*time.Millisecond)):
		}
	}
}
