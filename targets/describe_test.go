package targets

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescribe(t *testing.T) {
	f := parseText(t, `about: my server
untested: it is new
url: http://127.0.0.1:80
start: sh -c 'exec x "$0"' y
ready: {path: /up, status: [200, 204], within: 2s}
fresh: false
warm-up: 5s
install: {debian: [a, b], run: ["npm ci --prefix c"]}
proxy: http://127.0.0.1:81
publish: {request: PUT /publish, body: '"{event:escaped}"'}
sse: {request: /events, most: 3, pause: 10ms}
websocket: {request: /ws, fails: it is not there}
longpoll: {request: POST /wait, wait: 20s}
polling: {request: /poll, latest: true}
known: {sse/resume: it keeps no history}
`)
	var got strings.Builder
	for _, l := range f.Describe() {
		got.WriteString(l.Name + ": " + l.Text + "\n")
	}
	const want = `about: my server
untested: it is new
server: started by sh -c 'exec x "$0"' y, ready when GET /up has status 200 or 204 within 2s
proxy: runs already at http://127.0.0.1:81
fresh: one process for all trials
warm-up: 5s of load over each transport, before the first trial of a process over it
needs: Debian packages a b; npm ci --prefix c
SSE: GET /events, at most 3 clients, 10ms between two connects
WebSocket: /ws; expected to fail: it is not there
long-polling: POST /wait, waits up to 20s
polling: GET /poll, the latest event only
publishing: PUT /publish
known: sse/resume: it keeps no history
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("description differs (-want +got):\n%s", diff)
	}
	for lines, want := range map[string]string{
		"publish: none\nsse: /":                             "by the server itself",
		"publish: {every: 1s}\nsse: /":                      "by the server itself, every 1s",
		"publish: {send: '{event}'}\nwebsocket: /":          "over a WebSocket",
		"publish: /publish/{topic}\nsse: /events/{topic}\n": "POST /publish/{topic}",
	} {
		lines := parseText(t, "about: x\nstart: x\n"+lines+"\n").Describe()
		if last := lines[len(lines)-1]; last.Name != "publishing" || last.Text != want {
			t.Errorf("%+v, want %q", last, want)
		}
	}
}
