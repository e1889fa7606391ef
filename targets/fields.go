package targets

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/scenarios/strict"
)

// A reader reads a target out of its YAML.
type reader struct {
	*strict.Reader
	dir string // where relative paths begin; empty: there is no checkout
}

// file reads every field of root over f.
func (r *reader) file(root *yaml.Node, f *File) {
	top := []strict.Field{
		strict.Key("about", func(n *yaml.Node, path string) { f.About, _ = r.Text(n, path, 160) }),
		strict.Key("like", func(*yaml.Node, string) {}), // has been read before all else
		strict.Key("untested", func(n *yaml.Node, path string) { f.Untested, _ = r.Text(n, path, 200) }),
		strict.Key("install", func(n *yaml.Node, _ string) { r.install(n, &f.Install) }),
		strict.Key("version", func(n *yaml.Node, path string) { f.Version = r.command(n, path) }),
		strict.Key("fresh", func(n *yaml.Node, path string) { strict.Set(&f.Fresh)(r.Bool(n, path)) }),
		strict.Key("warm-up", func(n *yaml.Node, path string) {
			strict.Set(&f.WarmUp)(r.Duration(n, path, 0, 5*time.Minute))
		}),
		strict.Key("insecure", func(n *yaml.Node, path string) { strict.Set(&f.Dialect.Insecure)(r.Bool(n, path)) }),
		strict.Key("ca", func(n *yaml.Node, path string) {
			if text, ok := r.Text(n, path, 4096); ok {
				f.CA = r.place(text)
			}
		}),
		strict.Key("proxy", func(n *yaml.Node, path string) { f.Proxy = r.proxy(n, path) }),
		strict.Key("publish", func(n *yaml.Node, path string) { f.Dialect.Publish = r.publish(n, path) }),
		strict.Key("sse", func(n *yaml.Node, path string) { f.Dialect.SSE = r.sse(n, path) }),
		strict.Key("websocket", func(n *yaml.Node, path string) { f.Dialect.WebSocket = r.websocket(n, path) }),
		strict.Key("longpoll", func(n *yaml.Node, path string) { f.Dialect.LongPoll = r.ask(n, path, true) }),
		strict.Key("polling", func(n *yaml.Node, path string) { f.Dialect.Polling = r.ask(n, path, false) }),
		strict.Key("known", func(n *yaml.Node, path string) { f.Known = r.known(n, path) }),
	}
	r.Mapping(root, "", append(top, r.process(&f.Server)...), func(key string) string {
		switch key {
		case "port":
			return "write {port} in start: and url:"
		case "warmup", "warm_up", "warmUp":
			return "write warm-up: 10s"
		case "command", "environment", "directory":
			return "it belongs below start:"
		case "body", "send", "message":
			return "it belongs below publish:"
		case "headers", "request", "path", "method", "origin":
			return "it belongs below publish: or a transport"
		case "cursor", "cursors", "nothing", "latest", "wait":
			return "it belongs below polling: or longpoll:"
		case "events", "completes", "ends":
			return "it belongs below sse:"
		case "confirm", "open", "replies", "protocols":
			return "it belongs below websocket:"
		}
		return ""
	})
}

// process are the keys of a server and of a proxy.
func (r *reader) process(p *Process) []strict.Field {
	return []strict.Field{
		strict.Key("url", func(n *yaml.Node, path string) { strict.Set(&p.URL)(r.url(n, path)) }),
		strict.Key("start", func(n *yaml.Node, path string) { r.start(n, path, p) }),
		strict.Key("ready", func(n *yaml.Node, path string) { r.ready(n, path, &p.Ready) }),
		strict.Key("stop", func(n *yaml.Node, path string) { r.stop(n, path, &p.Stop) }),
		strict.Key("measure", func(n *yaml.Node, path string) { p.Measure = r.words(n, path, "names of processes, such as [nginx]") }),
	}
}

// usual is a process whose file says nothing about it.
func usual(dir string) Process {
	return Process{
		Directory: dir,
		URL:       "http://127.0.0.1:" + placePort,
		Ready:     Ready{Path: "/", Within: 20 * time.Second},
		Stop:      Stop{Signal: "TERM", Grace: 5 * time.Second},
	}
}

func (r *reader) install(n *yaml.Node, i *Install) {
	r.Mapping(n, "install.", []strict.Field{
		strict.Key("debian", func(n *yaml.Node, path string) { i.Debian = r.words(n, path, "names of packages, such as [nginx]") }),
		strict.Key("run", func(n *yaml.Node, path string) {
			i.Run = nil
			r.List(n, path, `a list of commands, such as ["npm ci --prefix express"]`, func(n *yaml.Node) {
				if c := r.command(n, path); c != nil {
					i.Run = append(i.Run, c)
				}
			})
		}),
	}, func(key string) string {
		switch key {
		case "npm", "node", "go", "pip", "gem":
			return "write the command below run:"
		case "apt", "packages":
			return "Debian packages are listed below debian:"
		}
		return ""
	})
}

func (r *reader) proxy(n *yaml.Node, path string) *Process {
	p := usual(r.dir)
	if n.Kind == yaml.ScalarNode {
		strict.Set(&p.URL)(r.url(n, path))
		return &p
	}
	r.Mapping(n, path+".", r.process(&p), func(string) string { return "" })
	return &p
}

// url reads the base of all paths.
func (r *reader) url(n *yaml.Node, path string) (string, bool) {
	const want = "such as http://127.0.0.1:{port}"
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return "", false
	}
	u, err := url.Parse(strings.ReplaceAll(text, placePort, "1"))
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		r.Wrong(n, path, fmt.Sprintf("%s is not a URL: %s", path, strict.Quote(text)), want)
	case u.Scheme == "ws" || u.Scheme == "wss":
		r.Wrong(n, path, fmt.Sprintf("%s begins with %s", path, u.Scheme), "the base of all transports begins with http or https")
	case u.Scheme != "http" && u.Scheme != "https":
		r.Wrong(n, path, fmt.Sprintf("%s begins with %s", path, strict.Quote(u.Scheme)), "http or https")
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		r.Wrong(n, path, path+" has more than a host, a port and a path", want)
	case u.Port() != "" && !portForm.MatchString(u.Port()):
		r.Wrong(n, path, fmt.Sprintf("%s has the port %s", path, u.Port()), "a port is between 1 and 65535")
	default:
		return text, true
	}
	return "", false
}

var portForm = regexp.MustCompile(`^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$`)

func (r *reader) ready(n *yaml.Node, path string, ready *Ready) {
	ready.Statuses = []int{200}
	at := func(n *yaml.Node, path string) { strict.Set(&ready.Path)(r.path(n, path)) }
	if n.Kind == yaml.ScalarNode {
		at(n, path)
		return
	}
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("path", at),
		strict.Key("status", func(n *yaml.Node, path string) {
			if n.Kind == yaml.ScalarNode && n.Value == "any" {
				ready.Statuses = nil
				return
			}
			ready.Statuses = r.statuses(n, path)
		}),
		strict.Key("within", func(n *yaml.Node, path string) {
			strict.Set(&ready.Within)(r.Duration(n, path, 100*time.Millisecond, 10*time.Minute))
		}),
	}, func(string) string { return "" })
}

// path reads a path that is no template.
func (r *reader) path(n *yaml.Node, path string) (string, bool) {
	const want = "a path such as /up"
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return "", false
	}
	if _, err := url.ParseRequestURI(text); err != nil || !strings.HasPrefix(text, "/") {
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, strict.Quote(text)), want)
		return "", false
	}
	return text, true
}

func (r *reader) stop(n *yaml.Node, path string, s *Stop) {
	signal := func(n *yaml.Node, path string) {
		strict.Set(&s.Signal)(r.Word(n, path, "TERM", "INT", "QUIT", "HUP", "KILL"))
	}
	if n.Kind == yaml.ScalarNode {
		signal(n, path)
		return
	}
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("signal", signal),
		strict.Key("grace", func(n *yaml.Node, path string) { strict.Set(&s.Grace)(r.Duration(n, path, 0, time.Minute)) }),
	}, func(string) string { return "" })
}

// words reads one word or a list of them.
func (r *reader) words(n *yaml.Node, path, want string) (words []string) {
	one := func(n *yaml.Node) {
		if text, ok := r.Scalar(n, path, want); ok {
			if text == "" || strings.ContainsAny(text, " \t\r\n") {
				r.Wrong(n, path, fmt.Sprintf("%s is %s", path, strict.Quote(text)), want)
				return
			}
			words = append(words, text)
		}
	}
	if n.Kind == yaml.ScalarNode {
		one(n)
		return words
	}
	r.List(n, path, want, one)
	return words
}

// statuses reads one status or a list of them.
func (r *reader) statuses(n *yaml.Node, path string) (all []int) {
	one := func(n *yaml.Node) {
		if status, ok := r.Whole(n, path, 100, 599); ok {
			all = append(all, status)
		}
	}
	if n.Kind == yaml.ScalarNode {
		one(n)
		return all
	}
	r.List(n, path, "a list of statuses, such as [200, 204]", one)
	return all
}

var factForm = regexp.MustCompile(`^[a-z][a-z0-9-]*(/[a-z0-9-]+)*$`)

func (r *reader) known(n *yaml.Node, path string) (all []Known) {
	r.Map(n, path, "lines of FACT: why it fails", func(key string, n *yaml.Node, path string) {
		why, ok := r.Text(n, path, 200)
		if !factForm.MatchString(key) {
			r.Wrong(n, path, fmt.Sprintf("%s is not the name of a fact", strict.Quote(key)), "such as sse/resume")
		} else if ok {
			all = append(all, Known{key, why})
		}
	})
	return all
}
