package loadgen

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// A server with TLS is believed when an authority of this machine or the target's
// certificate stands for it, or when the target says that any will do. TLS 1.2 will do,
// too.
func TestDialectOverTLS(t *testing.T) {
	var mu sync.Mutex
	var subscribers []chan string
	mux := http.NewServeMux()
	mux.HandleFunc("POST /publish", func(w http.ResponseWriter, r *http.Request) {
		event, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		for _, s := range subscribers {
			s <- string(event)
		}
	})
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		events := make(chan string, 1000) // more than are published
		mu.Lock()
		subscribers = append(subscribers, events)
		mu.Unlock()
		w.Header().Set("Content-Type", "text/event-stream")
		flush := http.NewResponseController(w).Flush
		for flush() == nil {
			select {
			case e := <-events:
				_, _ = io.WriteString(w, "data: "+e+"\n\n")
			case <-r.Context().Done():
				return
			}
		}
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	cert := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for _, row := range []struct {
		fact     string
		insecure bool
		cert     string
		host     string
		want     string
	}{
		{"any certificate", true, "", "", ""},
		{"this certificate", false, cert, "", ""},
		{"this certificate, by another name", false, cert, "example.com", ""},
		{"the certificate of another name", false, cert, "elsewhere.example", "elsewhere.example"},
		{"no certificate", false, "", "", "certificate"},
		{"no PEM", false, "it", "", "the target's certificate is not in PEM format"},
	} {
		d := dialect.Dialect{TLS: true, Insecure: row.insecure, Host: row.host, SSE: &dialect.SSE{Request: request("/events")}}
		d.Publish.Path = dialect.Must("/publish")
		got, err := Run(t.Context(), Options{
			Target: Target{HTTP: server.Listener.Addr().String(), Dialect: &d, Cert: row.cert}, Variant: variant(t, "sse"),
			Clients: 2, Rate: 50, Payload: spokenSize, Window: 200 * time.Millisecond,
		})
		switch {
		case row.want != "":
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: %v, want %q", row.fact, err, row.want)
			}
		case err != nil || got.Failed != "":
			t.Errorf("%s: %v, %+v", row.fact, err, got)
		case got.Deliveries.Missed != 0 || got.Deliveries.InWindow == 0 || got.Connection.TLS.Count() != 2 || got.Whole.In[results.TLS] == 0:
			t.Errorf("%s: %+v, %d handshakes, %d bytes of TLS", row.fact, got.Deliveries, got.Connection.TLS.Count(), got.Whole.In[results.TLS])
		}
	}
}
