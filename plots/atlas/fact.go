package atlas

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// A matrix is what the servers put on the wire over one transport, and how they behave.
type matrix struct {
	Columns []thing
	Rows    []behavior
}

// A behavior is one server's row. Every fact of the transport is in All, in full.
type behavior struct {
	Server text.Value
	Cells  []mark
	All    []mark
}

// A mark is a fact in short and in full.
type mark struct {
	ID    string // of the sentence; empty: there is none
	Name  string // of the thing
	Sign  string
	Tone  string
	Word  string
	Text  string
	Known string
}

// A thing is what a column of the matrix is about.
type thing struct {
	name         string // of the fact, behind the transport
	Title, About string
	word         func(*results.Fact) string // in short; empty: the state is
	plain        bool                       // it has no right and wrong
}

// things are the columns of the matrix. One that no server has a fact of is left out.
var things = []thing{
	{"head", "head", "Bytes of the head of an answer.", bytesOf("head-bytes"), true},
	{"framing", "around an event", "Bytes around an event of 64 bytes. For polling and long-polling, they include the head of the answer.", bytesOf("framing-bytes"), true},
	{"resume", "resume", "What a client gets when it comes back with its cursor.", words("gets all", "loses events", "no cursor"), false},
	{"late", "late clients", "What a client without a cursor gets when it comes after events.", events, true},
	{"stale", "unknown cursor", "What a client gets if the server does not know its cursor.", stale, false},
	{"silence", "silence", "What the server sends while there are no events. A heartbeat keeps a stream alive in proxies.", silence, false},
	{"end", "end", "When the server ends a stream without events, and whether it tells an EventSource to reconnect (retry) or to stop (204).", after("end-sec", "lasts"), true},
	{"complete", "completed", "What an EventSource does when the server completes its stream, and what stops it.", completed, false},
	{"idle", "idle connection", "When a connection without a request is closed.", after("idle-sec", "kept"), true},
	{"slow", "slow reader", "What happens to a client that does not read, and to the server's memory.", slow, false},
	{"origin", "other origin", "Whether a page of another origin gets at the events of a user, with the cookies of that user.", origin, false},
	{"compression", "compression", "Whether the server compresses when a client asks for it, and whether events still come at once.", words("yes", "holds events back", "no"), false},
	{"stop", "stop", "How streams end when the server stops.", words("ends", "goes on", ""), false},
}

// newMatrix gathers the facts about a transport. Servers that do not offer it have no row.
func newMatrix(r *results.Record, transport, id string) matrix {
	var m matrix
	for i := range r.Checks {
		c := &r.Checks[i]
		if !offers(r, c.Target, transport) {
			continue
		}
		b := behavior{Server: text.Value{Text: text.Name(c.Target), Link: serverID(r, c.Target), Transport: transport}}
		byName := map[string]mark{}
		for j := range c.Facts {
			f := &c.Facts[j]
			name, ok := strings.CutPrefix(f.Name, transport+"/")
			if !ok {
				continue
			}
			k := marked(f, name)
			k.ID = fmt.Sprintf("%s-fact-%d-%d", id, i+1, j+1)
			byName[name] = k
			b.All = append(b.All, k)
		}
		for _, t := range things {
			b.Cells = append(b.Cells, byName[t.name])
		}
		m.Rows = append(m.Rows, b)
	}
	slices.SortStableFunc(m.Rows, func(a, b behavior) int { return strings.Compare(a.Server.Text, b.Server.Text) })
	for i := len(things) - 1; i >= 0; i-- {
		if slices.ContainsFunc(m.Rows, func(b behavior) bool { return b.Cells[i].ID != "" }) {
			m.Columns = append([]thing{things[i]}, m.Columns...)
			continue
		}
		for j := range m.Rows {
			m.Rows[j].Cells = slices.Delete(m.Rows[j].Cells, i, i+1)
		}
	}
	return m
}

// looks are how the states are shown: by a sign and a word, and in color besides.
var looks = map[results.State]struct{ sign, tone string }{
	results.Pass: {"✓", "good"}, results.Fail: {"✗", "alarming"}, results.NotOffered: {"–", ""}, results.NotTold: {"?", "doubtful"},
}

// marked is the fact in short.
func marked(f *results.Fact, name string) mark {
	look := looks[f.State]
	m := mark{Name: text.Name(name), Sign: look.sign, Tone: look.tone, Word: text.Name(string(f.State)), Text: text.Told(f.Text), Known: strings.TrimSuffix(text.Told(f.Known), ".")}
	if f.Known != "" && f.State == results.Fail {
		m.Tone = "doubtful"
	}
	i := slices.IndexFunc(things, func(t thing) bool { return t.name == name })
	if i < 0 || f.State == results.NotTold {
		return m
	}
	if word := things[i].word(f); word != "" {
		m.Word = word
		if things[i].plain && f.State == results.Pass {
			m.Sign, m.Tone = "", ""
		}
	}
	return m
}

// bytesOf is a number of bytes.
func bytesOf(figure string) func(*results.Fact) string {
	return func(f *results.Fact) string {
		n, ok := f.Figures[figure]
		if !ok {
			return ""
		}
		return text.Bytes(n)
	}
}

// words are a word for each state that can be.
func words(pass, fail, not string) func(*results.Fact) string {
	return func(f *results.Fact) string {
		return map[results.State]string{results.Pass: pass, results.Fail: fail, results.NotOffered: not}[f.State]
	}
}

func events(f *results.Fact) string {
	n, ok := f.Figures["events"]
	switch {
	case !ok:
		return ""
	case n == 0:
		return "new only"
	case n == 1:
		return "the newest"
	}
	return text.Number(n) + " earlier"
}

func silence(f *results.Fact) string {
	if every, ok := f.Figures["heartbeat-sec"]; ok {
		return "every " + text.Seconds(rounded(every))
	}
	if wait, ok := f.Figures["wait-sec"]; ok {
		return "answer after " + text.Seconds(rounded(wait))
	}
	return words("held", "", "nothing")(f)
}

// after is a time, or what is instead where there is none.
func after(figure, otherwise string) func(*results.Fact) string {
	return func(f *results.Fact) string {
		sec, ok := f.Figures[figure]
		switch {
		case ok && sec < 1:
			return "at once"
		case ok:
			return "after " + text.Seconds(rounded(sec))
		case f.State == results.Pass:
			return otherwise
		}
		return ""
	}
}

func completed(f *results.Fact) string {
	if sec, ok := f.Figures["retry-sec"]; ok {
		return "back after " + text.Seconds(rounded(sec))
	}
	return words("as asked", "", "")(f)
}

// rounded is a time that was seen: to the tenth of a second, or to the second where there
// are ten.
func rounded(sec float64) float64 {
	switch {
	case sec < 1:
		return sec
	case sec < 10:
		return math.Round(10*sec) / 10
	}
	return math.Round(sec)
}

// gets is how a fact on a client that does not read says how many events it got, of how many, and
// what it was told. No figure says so.
var gets = regexp.MustCompile(`the client gets \d+ of \d+ events when it reads again(, and is told)?`)

func slow(f *results.Fact) string {
	_, grown := f.Figures["grown-bytes"]
	got := gets.FindStringSubmatch(f.Text)
	switch {
	case f.State == results.Fail && got != nil && got[1] == "":
		return "drops, untold"
	case f.State == results.Pass:
		return "keeps little"
	case f.State == results.Fail && grown:
		return "keeps all"
	case f.State == results.Fail:
		return "all wait"
	}
	return ""
}

func stale(f *results.Fact) string {
	if _, ok := f.Figures["events"]; ok {
		return "kept events"
	}
	if status, ok := f.Figures["status"]; ok {
		return "refused, " + text.Number(status)
	}
	return words("is told", "is not told", "")(f)
}

func origin(f *results.Fact) string {
	if status, ok := f.Figures["status"]; ok {
		return "refused, " + text.Number(status)
	}
	return words("not with cookies", "with cookies", "")(f)
}

// A deviation is a fact that is otherwise than it should be; several that say the same
// are one.
type deviation struct{ Target, Link, Facts, Text, Why string }

// deviations are the facts that fail, with those of which the target's file says why
// apart, and what else it knows.
func deviations(r *results.Record) (known, unknown []deviation) {
	for _, c := range r.Checks {
		for _, f := range c.Facts {
			d := deviation{text.Name(c.Target), serverID(r, c.Target), text.Name(f.Name), said(f.Text), strings.TrimSuffix(text.Told(f.Known), ".")}
			switch {
			case f.Known != "":
				known = joined(known, d)
			case f.State == results.Fail:
				unknown = joined(unknown, d)
			}
		}
	}
	return known, unknown
}

// joined appends d, or adds its fact to the one that says the same of the target.
func joined(all []deviation, d deviation) []deviation {
	for i, have := range all {
		if have.Facts = d.Facts; have == d {
			all[i].Facts += ", " + d.Facts
			return all
		}
	}
	return append(all, d)
}
