// Command go-sse serves topics with github.com/tmaxmax/go-sse: go-sse PORT
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"github.com/tmaxmax/go-sse"
)

// history is how many events a client that comes back can still get.
const history = 1024

func main() {
	replayer, err := sse.NewFiniteReplayer(history, true)
	if err != nil {
		log.Fatal(err)
	}
	server := &sse.Server{
		Provider: &sse.Joe{Replayer: replayer},
		OnSession: func(w http.ResponseWriter, r *http.Request) ([]string, bool) {
			return []string{topic(r)}, true
		},
	}
	http.Handle("GET /events", server)
	http.HandleFunc("POST /publish", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		m := &sse.Message{Type: sse.Type("tick")}
		m.AppendData(string(body))
		if err := server.Publish(m, topic(r)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}

func topic(r *http.Request) string {
	if t := r.URL.Query().Get("topic"); t != "" {
		return t
	}
	return sse.DefaultTopic
}
