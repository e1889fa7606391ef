package targets

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"pushbench/loadgen/dialect"
	"pushbench/scenarios/strict"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestErrors(t *testing.T) {
	const golden = "testdata/errors.txtar"
	archive, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	again := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".yaml")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, err := Parse(name, f.Name, "/dir", f.Data)
			var e *strict.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a *strict.Error", err)
			}
			again.Files = append(again.Files, f, txtar.File{Name: name + ".want", Data: []byte(err.Error() + "\n")})
			if diff := cmp.Diff(want[name+".want"], err.Error()+"\n"); diff != "" && !*update {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(golden, txtar.Format(again), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// equal compares values whose templates and pointers have the same text.
var equal = cmp.Options{
	cmp.Transformer("text", dialect.Template.String), cmp.Transformer("text", dialect.Pointer.String), cmpopts.EquateEmpty(),
}

// documented is the file with everything in the package's documentation.
func documented(t testing.TB) string {
	t.Helper()
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, all, _ := strings.Cut(string(source), "# Everything that a file can say")
	var text strings.Builder
	for line := range strings.Lines(all) {
		if yaml, ok := strings.CutPrefix(line, "//\t"); ok {
			text.WriteString(yaml)
		}
	}
	return text.String()
}

// The format in the package's documentation is read as it says.
func TestDocumentedFormat(t *testing.T) {
	must := dialect.Must
	pointer, err := dialect.ParsePointer("/messages/-1/id")
	if err != nil {
		t.Fatal(err)
	}
	text := documented(t)
	want := &File{
		Name: "all", Path: "all.yaml", Text: text, About: "one sentence",
		Untested: "why it is not run in pushbench's own tests",
		Install:  Install{Debian: []string{"nodejs", "npm"}, Run: [][]string{{"npm", "ci", "--prefix", "express"}}},
		Version:  []string{"node", "--version"},
		Server: Process{
			Command: []string{"node", "server.mjs", "{port}"}, Directory: "/dir/express",
			Environment: []string{"WORKERS=4", "ADDRESS=127.0.0.1:{port}"},
			URL:         "http://127.0.0.1:{port}",
			Ready:       Ready{Path: "/up", Statuses: []int{200}, Within: 20 * time.Second},
			Stop:        Stop{Signal: "TERM", Grace: 5 * time.Second},
			Measure:     []string{"node"},
		},
		Proxy: &Process{
			Command: []string{"./proxy.sh", "{port}", "{server}"}, Directory: "/dir", URL: "https://127.0.0.1:{port}/base",
			Ready: Ready{Path: "/", Within: 20 * time.Second}, Stop: Stop{Signal: "TERM", Grace: 5 * time.Second},
		},
		Fresh: true, CA: "/dir/certificate.pem",
		Known: []Known{{"sse/resume", "why this fact of check fails, in one sentence"}},
		Dialect: dialect.Dialect{
			Publish: dialect.Publish{
				Request: dialect.Request{Method: "POST", Path: must("/publish?topic={topic}"), Body: must("{event}"),
					Headers: []dialect.Header{{Name: "Content-Type", Value: must("application/json")}}},
				Accept: []int{200, 204},
			},
			SSE: &dialect.SSE{
				Request: dialect.Request{Method: "GET", Path: must("/events/{topic}"),
					Headers: []dialect.Header{{Name: "Accept", Value: must("text/event-stream")}}},
				Events: []string{"message", "tick"}, Opened: dialect.AtHead,
				Completes: must("/events?complete=3"), Ends: must("/events?complete=3&end=true"), Terms: dialect.Terms{Most: 100, Pause: 10 * time.Millisecond},
			},
			WebSocket: &dialect.WebSocket{
				Request:   dialect.Request{Path: must("/ws"), Headers: []dialect.Header{{Name: "Origin", Value: must("{origin}")}}},
				Protocols: []string{"chat.v2"},
				Open: []dialect.Step{
					{Send: must(`{"hello":true}`)},
					{After: `{"welcome"*`, Send: must(`{"subscribe":{topic:quoted}}`)},
				},
				Confirm: `*"subscribed"*`, Refuse: `*"error"*`, Replies: []dialect.Reply{{To: "ping", Send: must("pong")}},
				Opened: dialect.AtConfirm,
			},
			LongPoll: &dialect.Ask{
				Request: dialect.Request{Path: must("/wait?after={cursor.after}")},
				Cursors: []dialect.Cursor{{Name: "after", First: "0", Pointer: pointer}},
				Nothing: []int{204, 304}, Wait: 25 * time.Second,
			},
			Polling: &dialect.Ask{
				Request: dialect.Request{Path: must("/poll"), Headers: []dialect.Header{{Name: "If-None-Match", Value: must("{cursor.tag}")}}},
				Cursors: []dialect.Cursor{{Name: "tag", Header: "ETag"}},
				Terms:   dialect.Terms{Fails: "why this transport is expected to fail"},
			},
		},
	}
	got, err := Parse("all", "all.yaml", "/dir", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("target differs (-want +got):\n%s", diff)
	}
}

// What the documentation calls a default is one.
func TestDocumentedDefaults(t *testing.T) {
	text := documented(t)
	var without strings.Builder
	left := 0
	for line := range strings.Lines(text) {
		_, comment, _ := strings.Cut(line, "  # ")
		if strings.HasPrefix(comment, "default") {
			left++
			continue
		}
		without.WriteString(line)
	}
	if left < 10 {
		t.Fatalf("%d lines are defaults", left)
	}
	all, err := Parse("all", "all.yaml", "/dir", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	least, err := Parse("all", "all.yaml", "/dir", []byte(without.String()))
	if err != nil {
		t.Fatal(err)
	}
	prepare := func(f *File) *dialect.Dialect {
		if _, err := f.Endpoint(8080, 8081); err == nil {
			t.Fatal("the certificate does not exist")
		}
		f.CA = ""
		e, err := f.Endpoint(8080, 8081)
		if err != nil {
			t.Fatal(err)
		}
		return e.Dialect
	}
	if diff := cmp.Diff(prepare(least), prepare(all), equal); diff != "" {
		t.Errorf("documented values are not the defaults (-default +documented):\n%s", diff)
	}
	if diff := cmp.Diff(least, all, equal, cmpopts.IgnoreFields(File{}, "Text", "Dialect")); diff != "" {
		t.Errorf("documented values are not the defaults (-default +documented):\n%s", diff)
	}
}

func TestParseShort(t *testing.T) {
	f := parseText(t, "about: mine\nstart: node server.mjs {port}\npublish: POST /publish\nsse: /events\n")
	if !f.Fresh || f.Server.Runs() || !f.Server.Chosen() || f.Server.Ready.Path != "/" || f.Server.Ready.Statuses != nil || f.Server.Directory != "/dir" {
		t.Errorf("%+v", f)
	}
	command, environment := f.Server.Start(4711, "")
	if strings.Join(command, " ") != "node server.mjs 4711" || strings.Join(environment, " ") != "PORT=4711" {
		t.Errorf("started by %q with %q", command, environment)
	}
	e, err := f.Endpoint(4711, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := e.Dialect
	if e.Address != "127.0.0.1:4711" || d.Host != e.Address || d.Origin != "http://127.0.0.1:4711" || d.TLS || f.Server.Asked(4711) != "http://127.0.0.1:4711/" {
		t.Errorf("%+v %+v", e, d)
	}
	if d.SSE.Method != "GET" || d.SSE.Headers[0].Value.String() != "text/event-stream" || d.Publish.Method != "POST" || d.Publish.Body.String() != "{event}" {
		t.Errorf("%+v", d)
	}
}

func TestCommands(t *testing.T) {
	for _, row := range []struct{ fact, start, want string }{
		{"words", "node server.mjs {port}", "node|server.mjs|{port}"},
		{"quotes", `node "my server.mjs" --title='a  b'`, "node|my server.mjs|--title=a  b"},
		{"a list", `[node, my server.mjs, "", 8]`, "node|my server.mjs||8"},
		{"what a shell would replace", `sh -c 'exec x ${port} {"a":1} {PORT}'`, `sh|-c|exec x ${port} {"a":1} {PORT}`},
	} {
		f := parseText(t, "about: x\nurl: http://127.0.0.1:{port}\npublish: none\nsse: /\nstart: "+row.start+"\n")
		if got := strings.Join(f.Server.Command, "|"); got != row.want {
			t.Errorf("%s: %s, want %s", row.fact, got, row.want)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for _, row := range []struct{ fact, lines, address, origin, path string }{
		{"it runs already", "url: http://10.0.0.1:81/base/", "10.0.0.1:81", "http://10.0.0.1:81", "/base/events"},
		{"http has a port", "url: http://host", "host:80", "http://host", "/events"},
		{"https has a port", "url: https://host/", "host:443", "https://host", "/events"},
		{"IPv6", "url: http://[::1]:{port}\nstart: x {port}", "[::1]:1111", "http://[::1]:1111", "/events"},
		{"a port of its own", "url: http://127.0.0.1:8080\nstart: x", "127.0.0.1:8080", "http://127.0.0.1:8080", "/events"},
		{"a proxy that runs already", "url: http://127.0.0.1:80\nstart: x\nproxy: https://proxy:8443/a", "proxy:8443", "https://proxy:8443", "/a/events"},
		{"a proxy", "start: x\nproxy: {start: [y, '{server}']}", "127.0.0.1:2222", "http://127.0.0.1:2222", "/events"},
	} {

		f := parseText(t, "about: x\npublish: /publish\nsse: /events\n"+row.lines+"\n")
		e, err := f.Endpoint(1111, 2222)
		if err != nil {
			t.Fatal(err)
		}
		if e.Address != row.address || e.Dialect.Origin != row.origin || e.Dialect.SSE.Path.String() != row.path ||
			e.Dialect.TLS != strings.HasPrefix(row.origin, "https") {
			t.Errorf("%s: %s %+v", row.fact, e.Address, e.Dialect)
		}
		if f.Proxy != nil && f.Proxy.Command != nil {
			if command, _ := f.Proxy.Start(2222, "127.0.0.1:1111"); strings.Join(command, " ") != "y 127.0.0.1:1111" {
				t.Errorf("%s: started by %q", row.fact, command)
			}
		}
	}
}

// A target that is like another has all of that, but for the keys that it gives.
func TestLike(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("mine.yaml", "about: mine\nurl: http://127.0.0.1:80\nstart: x\npublish: /publish\nsse: /events\nwebsocket: /ws\n")
	write("proxied.yaml", "like: mine\nproxy: http://127.0.0.1:81\nsse: {request: /events, most: 5}\n")
	write("nested.yaml", "about: x\nlike: proxied\n")
	write("broken.yaml", "about: x\n")
	f, err := Load(filepath.Join(dir, "proxied.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "proxied" || f.About != "mine" || f.Proxy == nil || f.Dialect.SSE.Most != 5 || f.Dialect.WebSocket == nil ||
		f.Server.Directory != dir || f.Like == nil || f.Like.Name != "mine" || f.Like.Dialect.SSE.Most != 0 || !f.Fresh {
		t.Errorf("%+v", f)
	}
	for _, row := range []struct{ fact, like, want string }{
		{"by its path", "./mine.yaml", ""},
		{"one that comes with pushbench", "express", ""},
		{"one that is itself like another", "nested", "nested.yaml:2:7: the target named by like: is itself like"},
		{"one with errors", "broken", `like: "broken" has errors`},
		{"none", "nowhere", `like: there is no target "nowhere"`},
	} {
		_, err := Parse("x", "x.yaml", dir, []byte("about: x\nlike: "+row.like+"\n"))
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
		if e := (*strict.Error)(nil); errors.As(err, &e) && len(e.Problems) != 1 {
			t.Errorf("%s: %v is more than one problem", row.fact, err)
		}
	}
}

// FuzzParse sees to it that no text makes Parse panic, that every problem has a place in
// the text, and that what is accepted can be used.
func FuzzParse(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/errors.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(file.Data)
	}
	all, err := Builtin()
	if err != nil {
		f.Fatal(err)
	}
	for _, target := range all {
		f.Add([]byte(target.Text))
	}
	f.Add([]byte(documented(f)))
	f.Fuzz(func(t *testing.T, text []byte) {
		target, err := parse("fuzz", "fuzz.yaml", "", text, false)
		if err != nil {
			var e *strict.Error
			if !errors.As(err, &e) || len(e.Problems) == 0 {
				t.Fatalf("%v is not a list of problems", err)
			}
			for _, p := range e.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" {
					t.Errorf("problem without place or message: %+v", p)
				}
			}
			return
		}
		target.CA = ""
		if _, err := target.Endpoint(1, 2); err != nil {
			t.Error(err)
		}
		target.Server.Start(1, "")
		target.Describe()
	})
}

func parseText(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse("x", "x.yaml", "/dir", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
