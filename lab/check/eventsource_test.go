package check

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// completed is what is found out about a stream of b that it completes. Ends: there is one
// that it ends for good, too.
func completed(t *testing.T, b *backend, ends bool) results.Fact {
	t.Helper()
	b.run(t)
	d := only(b.dialect(), wire.SSE)
	d.SSE.Completes = dialect.Must("/sse?complete=3")
	if ends {
		d.SSE.Ends = dialect.Must("/sse?complete=3&end=true")
	}
	p, err := newProber(Server{Name: "test", Address: b.address, Dialect: d}, brief, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer p.unpublish()
	found := &table{}
	p.checkComplete(t.Context(), found)
	if len(found.Facts) != 1 || found.Facts[0].Name != "sse/complete" {
		t.Fatalf("found %+v", found.Facts)
	}
	return found.Facts[0]
}

// What is on the wire when a server completes a stream. Nothing here can run an EventSource.
func TestCompletedByHand(t *testing.T) {
	t.Setenv("PATH", "")
	for _, row := range []struct {
		server string
		b      *backend
		ends   bool
		state  results.State
		text   string // part of what is said
	}{
		{"ends with a chunk", &backend{}, false, results.Pass, "On the wire, the stream ends with its last chunk, and the connection is kept. The server does not say when to reconnect (retry)."},
		{"closes the connection", &backend{closes: true}, false, results.Pass, "ends with its last chunk, and the connection is closed"},
		{"has no chunks", &backend{plain: true}, false, results.Pass, "ends with its connection"},
		{"has a retry", &backend{retry: "70"}, false, results.Pass, "The server asks to reconnect after 70 ms (retry)"},
		{"resumes", &backend{}, false, results.Pass, "A client that asks again with Last-Event-ID gets what was sent meanwhile."},
		{"has ids that are good for nothing", &backend{forgets: true}, false, results.Pass, "misses what was sent meanwhile: of 2 events, none came"},
		{"has no ids", &backend{noIDs: true}, false, results.Pass, "without Last-Event-ID, because events have no id, misses what was sent meanwhile"},
		{"stops who comes back", &backend{stops: true}, false, results.Pass, "asks again with Last-Event-ID gets status 204"},
		{"ends a stream for good", &backend{}, true, results.Pass, "After its last stream, the client gets status 204."},
		{"does not know who comes back", &backend{noIDs: true}, true, results.Fail, "the client gets status 200 instead of 204"},
		{"has its head with the first event", &backend{lateHead: true}, true, results.Pass, "the client gets status 204"},
		{"completes no stream", &backend{endless: true}, false, results.Fail, "fails: it has not ended after 2s"},
		{"runs where Node.js is not", &backend{}, true, results.Pass, "No EventSource was run: this needs Node.js"},
	} {
		got := completed(t, row.b, row.ends)
		if got.State != row.state || !strings.Contains(got.Text, row.text) {
			t.Errorf("a server that %s: got %s, %q; want %s, %q", row.server, got.State, got.Text, row.state, row.text)
		}
		if len(got.Figures) > 0 {
			t.Errorf("a server that %s: figures %v without an EventSource", row.server, got.Figures)
		}
	}
}

// needSource skips a test where no EventSource can be run.
func needSource(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil && os.Getenv("PUSHBENCH_NPM") != "" {
		return
	}
	const missing = "no EventSource is run: it needs node, and PUSHBENCH_NPM with eventsource installed in it"
	if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

// What npm's EventSource does when a server completes its stream.
func TestEventSource(t *testing.T) {
	needSource(t)
	for _, row := range []struct {
		server string
		b      *backend
		ends   bool
		state  results.State
		text   string
	}{
		{"ends a stream for good", &backend{retry: "30"}, true, results.Pass, " s with Last-Event-ID; the answer 204 stops it."},
		{"completes a stream", &backend{retry: "30"}, false, results.Pass, " s with Last-Event-ID; the answer 200 does not stop it."},
		{"has no ids", &backend{retry: "30", noIDs: true}, false, results.Pass, " s without Last-Event-ID; the answer 200 does not stop it."},
		{"does not know who comes back", &backend{retry: "30", noIDs: true}, true, results.Fail, "the answer 200 does not stop it."},
		{"has its head with the first event", &backend{retry: "30", lateHead: true}, true, results.Pass, "the answer 204 stops it."},
	} {
		got := completed(t, row.b, row.ends)
		const begin = "A completed stream makes an EventSource (npm's, version "
		if got.State != row.state || !strings.HasPrefix(got.Text, begin) || !strings.Contains(got.Text, row.text) {
			t.Errorf("a server that %s: got %s, %q; want %s, %q", row.server, got.State, got.Text, row.state, row.text)
		}
		if got.Figures["retry-sec"] <= 0 {
			t.Errorf("a server that %s: it comes back after %v", row.server, got.Figures)
		}
	}
}

// Where the package is not installed, that is said.
func TestNoEventSource(t *testing.T) {
	needSource(t)
	t.Setenv("PUSHBENCH_NPM", t.TempDir())
	got := completed(t, &backend{}, true)
	if got.State != results.Pass || !strings.Contains(got.Text, "No EventSource was run: this needs Node.js, and npm's package eventsource") {
		t.Errorf("got %s, %q", got.State, got.Text)
	}
}
