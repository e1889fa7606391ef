package targets

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/loadgen/dialect"
	"pushbench/results/near"
	"pushbench/scenarios/strict"
)

// nowhere says nothing about where an unknown key belongs.
func nowhere(string) string { return "" }

// request are the keys of each request.
func (r *reader) request(q *dialect.Request) []strict.Field {
	return []strict.Field{
		strict.Key("request", func(n *yaml.Node, path string) { r.line(n, path, q) }),
		strict.Key("headers", func(n *yaml.Node, path string) {
			r.Map(n, path, "lines of Name: value", func(name string, n *yaml.Node, path string) {
				if value, ok := r.template(n, path); ok {
					q.Headers = append(q.Headers, dialect.Header{Name: name, Value: value})
				}
			})
		}),
		strict.Key("body", func(n *yaml.Node, path string) { strict.Set(&q.Body)(r.template(n, path)) }),
	}
}

var methodForm = regexp.MustCompile(`^[A-Z]{1,20}$`)

// line reads a path with or without a method in front of it.
func (r *reader) line(n *yaml.Node, path string, q *dialect.Request) {
	const want = "such as /events or POST /publish"
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return
	}
	words := strings.Fields(text)
	switch {
	case len(words) == 2 && methodForm.MatchString(words[0]):
		q.Method = words[0]
	case len(words) == 2:
		r.Wrong(n, path, fmt.Sprintf("%s has the method %s", path, strict.Quote(words[0])), "a method has capital letters: GET, POST")
		return
	case len(words) != 1:
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, strict.Quote(text)), want)
		return
	}
	last := words[len(words)-1]
	if strings.Contains(last, "://") && !strings.HasPrefix(last, "/") {
		r.Wrong(n, path, fmt.Sprintf("%s has a whole URL, %s", path, strict.Quote(last)), "the host belongs to url:, the path here")
		return
	}
	t, err := dialect.ParsePath(last)
	if err != nil {
		r.unread(n, path, err)
		return
	}
	q.Path = t
}

// template reads text with values in it.
func (r *reader) template(n *yaml.Node, path string) (t dialect.Template, ok bool) {
	text, ok := r.Scalar(n, path, quoted(n, "text, in which {event} and {topic} are replaced"))
	if !ok {
		return t, false
	}
	t, err := dialect.Parse(text)
	if err != nil {
		r.unread(n, path, err)
		return t, false
	}
	return t, true
}

// unread reports what dialect cannot read, and a word that may have been meant.
func (r *reader) unread(n *yaml.Node, path string, err error) {
	message, hint := err.Error(), ""
	if u := (*dialect.Unknown)(nil); errors.As(err, &u) {
		message, hint = fmt.Sprintf("there is no %s %s", u.What, strict.Quote(u.Word)), fmt.Sprintf("the %ss are %s", u.What, strings.Join(u.Known, ", "))
		if w := near.Word(u.Word, u.Known); w != "" {
			hint = fmt.Sprintf("did you mean %q?", w)
		}
	}
	r.Wrong(n, path, path+": "+message, hint)
}

// match reads the text of a message.
func (r *reader) match(n *yaml.Node, path string) (dialect.Match, bool) {
	const want = "the text of a message, in which * stands for anything"
	text, ok := r.Scalar(n, path, want)
	if ok && text == "" {
		r.Wrong(n, path, path+" is empty", want)
		return "", false
	}
	return dialect.Match(text), ok
}

// terms are the keys of what is known of a transport beforehand.
func (r *reader) terms(t *dialect.Terms) []strict.Field {
	return []strict.Field{
		strict.Key("most", func(n *yaml.Node, path string) { strict.Set(&t.Most)(r.Whole(n, path, 1, 1_000_000)) }),
		strict.Key("pause", func(n *yaml.Node, path string) { strict.Set(&t.Pause)(r.Duration(n, path, 0, time.Minute)) }),
		strict.Key("fails", func(n *yaml.Node, path string) { t.Fails, _ = r.Text(n, path, 200) }),
	}
}

// opened is the key of what counts as open.
func (r *reader) opened(dst *dialect.Opened, words ...dialect.Opened) strict.Field {
	var known []string
	for _, w := range words {
		known = append(known, string(w))
	}
	return strict.Key("opened", func(n *yaml.Node, path string) {
		if w, ok := r.Word(n, path, known...); ok {
			*dst = dialect.Opened(w)
		}
	})
}

// publish reads a request, the word none, or a mapping.
func (r *reader) publish(n *yaml.Node, path string) (p dialect.Publish) {
	if n.Kind == yaml.ScalarNode {
		if n.Value == "none" {
			p.By = dialect.ByServer
			return p
		}
		r.line(n, path, &p.Request)
		return p
	}
	fields := append(r.request(&p.Request),
		strict.Key("status", func(n *yaml.Node, path string) { p.Accept = r.statuses(n, path) }),
		strict.Key("parallel", func(n *yaml.Node, path string) { strict.Set(&p.Parallel)(r.Bool(n, path)) }),
		strict.Key("send", func(n *yaml.Node, path string) {
			p.By = dialect.ByWebSocket
			strict.Set(&p.Message)(r.template(n, path))
		}),
		strict.Key("websocket", func(n *yaml.Node, path string) { p.WebSocket = r.websocket(n, path) }),
		strict.Key("every", func(n *yaml.Node, path string) {
			p.By = dialect.ByServer
			strict.Set(&p.Every)(r.Duration(n, path, time.Millisecond, time.Hour))
		}),
	)
	r.Mapping(n, path+".", fields, nowhere)
	var ways []string
	for _, way := range []string{"request", "send", "every"} {
		if r.At[path+"."+way] != nil {
			ways = append(ways, way)
		}
	}
	of := map[string]string{"headers": "request", "body": "request", "status": "request", "parallel": "request", "websocket": "send"}
	for _, key := range []string{"headers", "body", "status", "parallel", "websocket"} {
		if r.At[path+"."+key] != nil && r.At[path+"."+of[key]] == nil && len(ways) == 1 {
			r.Wrong(r.At[path+"."+key], path+"."+key, fmt.Sprintf("%s.%s is given with %s", path, key, ways[0]), "it goes with "+of[key])
		}
	}
	switch {
	case len(ways) > 1:
		r.Wrong(n, path, fmt.Sprintf("%s has %s", path, strings.Join(ways, " and ")), "use one of request, send and every")
	case len(ways) == 0 && n.Kind == yaml.MappingNode:
		r.Wrong(n, path, path+" does not say how to publish an event", "request: POST /publish, or send: for a WebSocket, or every: if the server has events of its own")
	}
	return p
}

func (r *reader) sse(n *yaml.Node, path string) *dialect.SSE {
	s := &dialect.SSE{}
	if n.Kind == yaml.ScalarNode {
		r.line(n, path, &s.Request)
		return s
	}
	fields := append(r.request(&s.Request),
		strict.Key("events", func(n *yaml.Node, path string) { s.Events = r.words(n, path, "names of SSE events, such as [message]") }),
		r.opened(&s.Opened, dialect.AtHead, dialect.AtByte, dialect.AtEvent),
		strict.Key("completes", func(n *yaml.Node, path string) { s.Completes = r.completes(n, path) }),
		strict.Key("ends", func(n *yaml.Node, path string) { s.Ends = r.completes(n, path) }),
	)
	r.Mapping(n, path+".", append(fields, r.terms(&s.Terms)...), nowhere)
	return s
}

// completes reads the path of a stream that the server completes.
func (r *reader) completes(n *yaml.Node, path string) dialect.Template {
	var q dialect.Request
	r.line(n, path, &q)
	if q.Method != "" && q.Method != "GET" {
		r.Wrong(n, path, fmt.Sprintf("%s is requested with GET, not %s", path, q.Method), "leave the method out")
	}
	return q.Path
}

func (r *reader) websocket(n *yaml.Node, path string) *dialect.WebSocket {
	w := &dialect.WebSocket{}
	if n.Kind == yaml.ScalarNode {
		r.line(n, path, &w.Request)
	} else {
		r.socket(n, path, w)
	}
	if w.Method != "" && w.Method != "GET" {
		r.Wrong(r.Node(path+".request", path), path+".request", fmt.Sprintf("%s is opened with GET, not %s", path, w.Method), "leave the method out")
	}
	return w
}

// socket reads a mapping.
func (r *reader) socket(n *yaml.Node, path string, w *dialect.WebSocket) {
	fields := []strict.Field{
		strict.Key("protocols", func(n *yaml.Node, path string) {
			w.Protocols = r.words(n, path, "names of subprotocols, such as [graphql-transport-ws]")
		}),
		strict.Key("open", func(n *yaml.Node, path string) { w.Open = r.steps(n, path) }),
		strict.Key("replies", func(n *yaml.Node, path string) {
			r.Map(n, path, "lines of message: reply", func(to string, n *yaml.Node, path string) {
				if send, ok := r.template(n, path); ok {
					w.Replies = append(w.Replies, dialect.Reply{To: dialect.Match(to), Send: send})
				}
			})
		}),
		strict.Key("confirm", func(n *yaml.Node, path string) { strict.Set(&w.Confirm)(r.match(n, path)) }),
		strict.Key("refuse", func(n *yaml.Node, path string) { strict.Set(&w.Refuse)(r.match(n, path)) }),
		strict.Key("binary", func(n *yaml.Node, path string) { strict.Set(&w.Binary)(r.Bool(n, path)) }),
		r.opened(&w.Opened, dialect.AtHead, dialect.AtByte, dialect.AtEvent, dialect.AtConfirm),
	}
	for _, f := range r.request(&w.Request) {
		if f.Name() != "body" {
			fields = append(fields, f)
		}
	}
	r.Mapping(n, path+".", append(fields, r.terms(&w.Terms)...), func(key string) string {
		if key == "body" {
			return "a WebSocket's first message is below open:"
		}
		return ""
	})
}

// steps reads a message to open with, or a list of them.
func (r *reader) steps(n *yaml.Node, path string) (all []dialect.Step) {
	one := func(n *yaml.Node) {
		var s dialect.Step
		if n.Kind == yaml.MappingNode {
			r.Mapping(n, path+".", []strict.Field{
				strict.Key("after", func(n *yaml.Node, path string) { strict.Set(&s.After)(r.match(n, path)) }),
				strict.Key("send", func(n *yaml.Node, path string) { strict.Set(&s.Send)(r.template(n, path)) }),
			}, func(string) string { return "a message is text in quotes, or has send:" })
		} else {
			strict.Set(&s.Send)(r.template(n, path))
		}
		if s.Send.Empty() && r.Good(path, path+".send") {
			r.Wrong(n, path, path+" has a message that is empty", "send: what the client says")
		}
		all = append(all, s)
	}
	if n.Kind == yaml.SequenceNode {
		r.List(n, path, "a list of messages", one)
		return all
	}
	one(n)
	return all
}

// ask reads polling or, long, long-polling.
func (r *reader) ask(n *yaml.Node, path string, long bool) *dialect.Ask {
	a := &dialect.Ask{}
	if n.Kind == yaml.ScalarNode {
		r.line(n, path, &a.Request)
		return a
	}
	fields := append(r.request(&a.Request),
		strict.Key("cursor", func(n *yaml.Node, path string) { a.Cursors = r.cursors(n, path) }),
		strict.Key("nothing", func(n *yaml.Node, path string) { a.Nothing = r.statuses(n, path) }),
		strict.Key("latest", func(n *yaml.Node, path string) { strict.Set(&a.Latest)(r.Bool(n, path)) }),
		r.opened(&a.Opened, dialect.AtHead, dialect.AtByte, dialect.AtEvent),
	)
	if long {
		fields = append(fields, strict.Key("wait", func(n *yaml.Node, path string) {
			strict.Set(&a.Wait)(r.Duration(n, path, time.Second, time.Hour))
		}))
	}
	r.Mapping(n, path+".", append(fields, r.terms(&a.Terms)...), func(key string) string {
		if key == "wait" {
			return "it belongs below longpoll:"
		}
		return ""
	})
	return a
}

// cursors reads the values by which the server knows what a client has.
func (r *reader) cursors(n *yaml.Node, path string) (all []dialect.Cursor) {
	r.Map(n, path, "lines of NAME: {header: ETag} or NAME: {json: /cursor, first: 0}", func(name string, n *yaml.Node, path string) {
		c := dialect.Cursor{Name: name}
		r.Mapping(n, path+".", []strict.Field{
			strict.Key("header", func(n *yaml.Node, path string) { c.Header, _ = r.Text(n, path, 100) }),
			strict.Key("json", func(n *yaml.Node, path string) {
				text, ok := r.Scalar(n, path, "a JSON pointer such as /cursor")
				if !ok {
					return
				}
				p, err := dialect.ParsePointer(text)
				if err != nil {
					r.Wrong(n, path, err.Error(), "such as /cursor, or /messages/-1/id for the last of a list")
					return
				}
				c.Pointer = p
			}),
			strict.Key("first", func(n *yaml.Node, path string) {
				c.First, _ = r.Scalar(n, path, "the value in the first request, in quotes if it is empty")
			}),
		}, nowhere)
		all = append(all, c)
	})
	return all
}
