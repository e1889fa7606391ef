//go:build linux

package browser

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		fact, text string
		id         uint64
		result     string
		refused    string
		wrong      string
	}{
		{"an answer of devtools", `{"id":7,"result":{"a":1}}`, 7, `{"a":1}`, "", ""},
		{"of a page", `{"id":7,"result":{},"sessionId":"S"}`, 7, `{}`, "", ""},
		{"a refusal of devtools", `{"id":7,"error":{"code":-32601,"message":"'No.way' wasn't found"}}`, 7, "", "error -32601: 'No.way' wasn't found", ""},
		{"an event of devtools", `{"method":"Target.attachedToTarget","params":{"id":3}}`, 0, "", "", ""},
		{"an answer of BiDi", `{"type":"success","id":7,"result":{}}`, 7, `{}`, "", ""},
		{"a refusal of BiDi", `{"type":"error","id":7,"error":"no such frame","message":"context gone","stacktrace":""}`, 7, "", "no such frame: context gone", ""},
		{"an event of BiDi", `{"type":"event","method":"log.entryAdded","params":{}}`, 0, "", "", ""},
		{"an error that is null", `{"id":7,"result":{},"error":null}`, 7, `{}`, "", ""},
		{"an error of an unknown form", `{"id":7,"error":[1]}`, 7, "", "an error of an unknown form: [1]", ""},
		{"a command that BiDi cannot read", `{"type":"error","id":null,"error":"invalid argument","message":"no JSON"}`, 0, "", "", "invalid argument: no JSON"},
		{"an unknown type", `{"type":"surprise","method":"x"}`, 0, "", "", "not of the protocol"},
		{"an answer without a result", `{"id":7}`, 0, "", "", "not of the protocol"},
		{"an answer to command 0", `{"id":0,"result":{}}`, 0, "", "", "not of the protocol"},
		{"a result and an error", `{"id":7,"result":{},"error":"both","message":""}`, 0, "", "", "both"},
		{"a number below zero", `{"id":-1,"result":{}}`, 0, "", "", "not of the protocol"},
		{"nothing", `{}`, 0, "", "", "not of the protocol"},
		{"no object", `[]`, 0, "", "", "not of the protocol"},
		{"no JSON", `hello`, 0, "", "", "not of the protocol"},
	} {
		m, err := parse([]byte(c.text))
		refused := ""
		if m.refused != nil {
			refused = m.refused.Error()
		}
		if (c.wrong == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.wrong) ||
			m.id != c.id || string(m.result) != c.result || refused != c.refused {
			t.Errorf("%s: %d, %s, %q, %v", c.fact, m.id, m.result, refused, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"id":7,"result":{}}`, `{"id":7,"error":{"code":1,"message":"no"}}`, `{"type":"error","id":null,"error":"no","message":""}`,
		`{"type":"event","method":"x","params":{}}`, `{}`, `[`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parse(text)
		switch {
		case err != nil && (m.id != 0 || m.refused != nil):
			t.Errorf("%q is an answer and wrong", text)
		case m.id > 0 && (m.result == nil) == (m.refused == nil):
			t.Errorf("%q is an answer without one, or with two", text)
		}
	})
}

// asked serves a link: it answers each command with a text, which may have the command in it.
func asked(t *testing.T, answer func(command string) string) *link {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			_, text, err := conn.ReadMessage()
			if err != nil {
				return
			}
			if err := conn.WriteMessage(websocket.TextMessage, []byte(answer(string(text)))); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	l, err := dial(t.Context(), strings.Replace(server.URL, "http", "ws", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	return l
}

func TestCall(t *testing.T) {
	l := asked(t, func(text string) string {
		const want = `"method":"a.b","params":{}}`
		if !strings.Contains(text, want) {
			t.Errorf("the command is %s", text)
		}
		if strings.Contains(text, `{"id":2,`) {
			return `{"id":2,"error":"no","message":"never"}`
		}
		return `{"id":1,"result":{"n":3}}`
	})
	var got struct{ N int }
	if err := l.call(t.Context(), "", "a.b", struct{}{}, &got); err != nil || got.N != 3 {
		t.Errorf("%d, %v", got.N, err)
	}
	var refused *refusal
	if err := l.call(t.Context(), "", "a.b", struct{}{}, nil); !errors.As(err, &refused) || err.Error() != "a.b: no: never" {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.call(ctx, "", "a.b", struct{}{}, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCallOfAnotherProtocol(t *testing.T) {
	l := asked(t, func(string) string { return "hello" })
	for range 2 {
		if err := l.call(t.Context(), "", "a.b", struct{}{}, nil); err == nil || !strings.Contains(err.Error(), "not of the protocol") {
			t.Error(err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		fact, file, text string
		address          func(string) (string, error)
		want             string
	}{
		{"Chromium's", "DevToolsActivePort", "9222\n/devtools/browser/1-2\n", devtoolsAddress, "ws://127.0.0.1:9222/devtools/browser/1-2"},
		{"half of it", "DevToolsActivePort", "9222", devtoolsAddress, ""},
		{"Firefox's", "WebDriverBiDiServer.json", `{"ws_host":"127.0.0.1","ws_port":9222}`, bidiAddress, "ws://127.0.0.1:9222/session"},
		{"half of it", "WebDriverBiDiServer.json", `{"ws_host":"127.0`, bidiAddress, ""},
	} {
		profile := t.TempDir()
		if _, err := c.address(profile); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is not there: %v", c.fact, err)
		}
		if err := os.WriteFile(profile+"/"+c.file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := c.address(profile); got != c.want || (err != nil) != (c.want == "") || err != nil && err != errUnwritten {
			t.Errorf("%s: %s, %v", c.fact, got, err)
		}
	}
}
