package target

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"
	"pushbench/targets"
)

func TestNamed(t *testing.T) {
	for _, c := range []struct {
		fact, name string
		command    []string
		want       string
	}{
		{"a name and a command", "my-server_2.1", []string{"x"}, ""},
		{"our own name is taken", "builtin", []string{"x"}, "builtin is the name of pushbench's own servers"},
		{"no name", "", []string{"x"}, "a target has no name"},
		{"what would end a benchmark's name", "a/b", []string{"x"}, "underscores only"},
		{"what nobody can read", "é", []string{"x"}, "underscores only"},
		{"too long for a column", strings.Repeat("a", 41), []string{"x"}, "longer than 40"},
		{"no command", "a", nil, "target a has no command"},
	} {
		got, err := Named(c.name, c.command)
		if c.want == "" && (err != nil || got.Name != c.name || got.Own()) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %+v, %v", c.fact, got, err)
		}
	}
}

// A target is told what the trial needs of it, behind its own arguments.
func TestStart(t *testing.T) {
	own := []string{"server", "--mine"}
	c := Conditions{Host: "10.0.0.1", Heartbeat: 15 * time.Second, History: 271, Topics: 3, Memory: 256, TLS: true, Expose: true}
	want := []string{"server", "--mine", "--addr", "10.0.0.1:0", "--tcp", "10.0.0.1:0", "--heartbeat", "15s", "--history", "271",
		"--topics", "3", "--memory", "256", "--tls", "--expose"}
	if got := Builtin(own...).Start(c); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	c.TLS, c.Expose = false, false
	if got := Builtin(own...).Start(c); !slices.Equal(got, want[:len(want)-2]) {
		t.Errorf("got %q", got)
	}
	c.Backplane = "redis://127.0.0.1:1"
	if got := Builtin(own...).Start(c); !slices.Equal(got, append(want[:len(want)-2:len(want)-2], "--backplane", c.Backplane)) {
		t.Errorf("got %q", got)
	}
	if len(own) != 2 {
		t.Errorf("its own command was changed: %q", own)
	}
}

// Of a described target it is known before it runs what it offers, and how.
func TestDescribed(t *testing.T) {
	f, err := targets.Parse("mine", "mine.yaml", "/dir", []byte("about: x\nstart: x\nfresh: false\npublish: /publish\nsse: {request: /events, fails: it is old}\npolling: /poll\n"))
	if err != nil {
		t.Fatal(err)
	}
	mine, err := Described(f)
	if err != nil || mine.Name != "mine" || mine.Own() || !mine.Kept() || !mine.Started() || mine.Dialect() == nil {
		t.Errorf("%+v, %v", mine, err)
	}
	if mine.Fails(wire.SSE) != "it is old" || mine.Fails(wire.Polling) != "" || mine.Fails(wire.WebSocket) != "" || mine.Fails(wire.TCP) != "" {
		t.Error("it fails on other transports than its file says")
	}
	if own := Builtin("x"); own.Dialect() != nil || own.Kept() || !own.Started() || own.Fails(wire.SSE) != "" {
		t.Errorf("%+v", own)
	}
	if f, err = targets.Parse("mine", "mine.yaml", "/dir", []byte("about: x\nurl: https://127.0.0.1:1\nca: none.pem\npublish: /publish\nsse: /events\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := Described(f); err == nil || !strings.Contains(err.Error(), "none.pem") {
		t.Errorf("a certificate that is not there: %v", err)
	}
}
