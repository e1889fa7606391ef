//go:build linux

package lab

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pushbench/lab/target"
	"pushbench/targets"
)

// foreign is a server with routes of its own: an event stream and polling.
type foreign struct {
	kind   string
	mu     sync.Mutex
	events []string
	more   chan struct{} // closed and made anew with each event
}

// serveForeign serves at a port. Each process leaves a line in the file starts of a
// directory, and has a child with the directory on its command line.
func serveForeign(kind, port, dir string) int {
	f, err := os.OpenFile(filepath.Join(dir, "starts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 4
	}
	fmt.Fprintln(f, os.Getpid())
	f.Close()
	if err := exec.Command("tail", "-f", filepath.Join(dir, "starts")).Start(); err != nil {
		return 4
	}
	s := &foreign{kind: kind, more: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /up", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST /publish", s.publish)
	mux.HandleFunc("GET /events", s.stream)
	mux.HandleFunc("GET /poll", s.poll)
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+port, mux))
	return 1
}

func (s *foreign) publish(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, string(body))
	if s.kind == "foreign-doubling" {
		s.events = append(s.events, string(body))
	}
	close(s.more)
	s.more = make(chan struct{})
	// A trying out has a dozen events.
	if s.kind == "foreign-mortal" && len(s.events) > 24 || s.kind == "foreign-frail" && len(s.events) > 6 {
		fmt.Fprintln(os.Stderr, "out of luck")
		os.Exit(3)
	}
	w.WriteHeader(http.StatusNoContent)
}

// after returns the events after the first n and, where there are none, what is closed
// with the next.
func (s *foreign) after(n int) ([]string, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events[min(n, len(s.events)):], s.more
}

func (s *foreign) stream(w http.ResponseWriter, r *http.Request) {
	if s.kind == "foreign-page" {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html>not here</html>")
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, ": welcome\n\n")
	past, _ := s.after(0)
	n := len(past)
	for {
		http.NewResponseController(w).Flush()
		events, more := s.after(n)
		for _, e := range events {
			fmt.Fprintf(w, "event: tick\ndata: %s\n\n", e)
			n++
		}
		if len(events) == 0 {
			select {
			case <-more:
			case <-r.Context().Done():
				return
			}
		}
	}
}

func (s *foreign) poll(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("after"))
	events, _ := s.after(n)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"cursor":%d,"events":[%s]}`, n+len(events), strings.Join(events, ","))
}

// describedText is the file of this binary as a foreign server of a kind that knows a
// directory, with more lines.
func describedText(kind, dir, more string) string {
	return fmt.Sprintf(`about: a server of somebody else
start:
  command: [%q, %s, '{port}', %q]
  environment: {%s: '1'}
ready: {path: /up, status: 204}
publish: POST /publish
sse: /events
polling:
  request: /poll?after={cursor.after}
  cursor: {after: {json: /cursor, first: 0}}
%s`, os.Args[0], kind, dir, asServer, more)
}

func described(t *testing.T, text string) target.Target {
	t.Helper()
	f, err := targets.Parse("mine", "mine.yaml", t.TempDir(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d, err := target.Described(f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// starts is how many foreign servers there were in a directory. It fails the test when one
// of their processes is left.
func starts(t *testing.T, dir string) int {
	t.Helper()
	noChildren(t)
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if b, err := os.ReadFile(line); err == nil && strings.Contains(string(b), dir) { // an error: it has ended
			t.Errorf("%s is left: %q", line, b)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "starts"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(b), "\n")
}
