package targets

import (
	"fmt"
	"strconv"
	"strings"

	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// A Line is one thing about a target, for people.
type Line struct{ Name, Text string }

// Describe says what f is: how it is started, how each transport is spoken, and what is
// known of it beforehand.
func (f *File) Describe() []Line {
	lines := []Line{{"about", f.About}}
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, Line{name, text})
		}
	}
	add("untested", f.Untested)
	add("server", f.Server.describe())
	if f.Proxy != nil {
		add("proxy", f.Proxy.describe())
	}
	if !f.Server.Runs() && !f.Fresh {
		add("fresh", "one process for all trials")
	}
	if f.WarmUp > 0 {
		add("warm-up", wire.Duration(f.WarmUp)+" of load over each transport, before the first trial of a process over it")
	}
	var needs []string
	if len(f.Install.Debian) > 0 {
		needs = append(needs, "Debian packages "+strings.Join(f.Install.Debian, " "))
	}
	for _, c := range f.Install.Run {
		needs = append(needs, shown(c))
	}
	add("needs", strings.Join(needs, "; "))
	d := &f.Dialect
	if d.SSE != nil {
		add("SSE", describeRequest(&d.SSE.Request, "GET")+describeTerms(d.SSE.Terms))
	}
	if d.WebSocket != nil {
		add("WebSocket", d.WebSocket.Path.String()+describeTerms(d.WebSocket.Terms))
	}
	if d.LongPoll != nil {
		add("long-polling", describeRequest(&d.LongPoll.Request, "GET")+describeAsk(d.LongPoll))
	}
	if d.Polling != nil {
		add("polling", describeRequest(&d.Polling.Request, "GET")+describeAsk(d.Polling))
	}
	add("publishing", describePublish(&d.Publish))
	for _, k := range f.Known {
		add("known", k.Fact+": "+k.Why)
	}
	return lines
}

func (p *Process) describe() string {
	if p.Runs() {
		return "runs already at " + p.URL
	}
	answer := "any answer"
	if len(p.Ready.Statuses) > 0 {
		var words []string
		for _, s := range p.Ready.Statuses {
			words = append(words, strconv.Itoa(s))
		}
		answer = "status " + strings.Join(words, " or ")
	}
	return fmt.Sprintf("started by %s, ready when GET %s has %s within %s", shown(p.Command), p.Ready.Path, answer, wire.Duration(p.Ready.Within))
}

// shown is a command as one would type it.
func shown(command []string) string {
	words := make([]string, len(command))
	for i, w := range command {
		words[i] = w
		if w == "" || strings.ContainsAny(w, " \t\n'\"\\$&|;<>()*?#~") {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

func describeRequest(q *dialect.Request, method string) string {
	if q.Method != "" {
		method = q.Method
	}
	return method + " " + q.Path.String()
}

func describeAsk(a *dialect.Ask) string {
	text := ""
	if a.Latest {
		text = ", the latest event only"
	}
	if a.Wait > 0 {
		text += ", waits up to " + wire.Duration(a.Wait)
	}
	return text + describeTerms(a.Terms)
}

func describeTerms(t dialect.Terms) string {
	text := ""
	if t.Most > 0 {
		text += fmt.Sprintf(", at most %d clients", t.Most)
	}
	if t.Pause > 0 {
		text += fmt.Sprintf(", %s between two connects", wire.Duration(t.Pause))
	}
	if t.Fails != "" {
		text += "; expected to fail: " + t.Fails
	}
	return text
}

func describePublish(p *dialect.Publish) string {
	switch p.By {
	case dialect.ByServer:
		if p.Every > 0 {
			return "by the server itself, every " + wire.Duration(p.Every)
		}
		return "by the server itself"
	case dialect.ByWebSocket:
		return "over a WebSocket"
	}
	return describeRequest(&p.Request, "POST")
}
