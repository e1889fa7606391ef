package scenarios

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/results/near"
	"pushbench/scenarios/front"
	"pushbench/scenarios/link"
	"pushbench/scenarios/strict"
)

// path reads what lies between clients and server: the name of a profile, or its values.
func (r *reader) path(n *yaml.Node) (l *link.Link, profile string) {
	if n.Kind != yaml.ScalarNode {
		return r.link(n), ""
	}
	var names []string
	for _, p := range link.Profiles() {
		names = append(names, p.Name)
	}
	want := "one of " + strings.Join(names, ", ") + ", or a mapping such as {delay: 50ms}"
	name, ok := r.Scalar(n, "path", want)
	if !ok {
		return nil, ""
	}
	p, ok := link.Find(name)
	if !ok {
		if w := near.Word(name, names); w != "" {
			want = fmt.Sprintf("did you mean %q?", w)
		}
		r.Wrong(n, "path", "path is "+strict.Quote(name), want)
		return nil, ""
	}
	return &p.Link, name
}

// proxy reads what stands in front of the server: the name of a program, or that and the name
// of its configuration.
func (r *reader) proxy(n *yaml.Node) (p *front.Proxy) {
	var names []string
	var fields []strict.Field
	for _, program := range front.Programs() {
		names = append(names, program.Name)
		var configs []string
		for _, c := range program.Configs {
			configs = append(configs, c.Name)
		}
		fields = append(fields, strict.Key(program.Name, func(n *yaml.Node, path string) {
			config, ok := r.Word(n, path, configs...)
			if p != nil {
				r.Wrong(n, path, fmt.Sprintf("%s is in front as well as %s", program.Name, p.Program),
					"one scenario has one proxy: make two files")
			} else if ok {
				p = &front.Proxy{Program: program.Name, Config: config}
			}
		}))
	}
	if n.Kind == yaml.ScalarNode {
		if name, ok := r.Word(n, "proxy", names...); ok {
			p = &front.Proxy{Program: name, Config: front.Default}
		}
		return p
	}
	r.Mapping(n, "proxy.", fields, func(string) string { return "" })
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.Wrong(n, "proxy", "proxy is empty", "for example {nginx: tuned}")
	}
	return p
}

// link reads the values of what lies between clients and server.
func (r *reader) link(n *yaml.Node) *link.Link {
	var l link.Link
	r.Mapping(n, "path.", []strict.Field{
		strict.Key("delay", func(n *yaml.Node, path string) { strict.Set(&l.Delay)(r.Duration(n, path, 0, 10*time.Second)) }),
		strict.Key("jitter", func(n *yaml.Node, path string) { strict.Set(&l.Jitter)(r.Duration(n, path, 0, 10*time.Second)) }),
		strict.Key("rate", func(n *yaml.Node, path string) {
			v, ok := r.Whole(n, path, 1000, 1<<40)
			strict.Set(&l.Rate)(int64(v), ok)
		}),
		strict.Key("loss", func(n *yaml.Node, path string) { strict.Set(&l.Loss)(r.Number(n, path, 0, 0.9)) }),
		strict.Key("mtu", func(n *yaml.Node, path string) { strict.Set(&l.MTU)(r.Whole(n, path, 576, 65535)) }),
	}, func(key string) string {
		if key == "seed" {
			return "each trial has its own, from the run's --seed"
		}
		return ""
	})
	if !r.Good("path", "path.delay", "path.jitter", "path.rate", "path.loss", "path.mtu") {
		return nil
	}
	if err := l.Validate(); err != nil {
		r.Wrong(n, "path", fmt.Sprintf("the path is not possible: %v", err), "")
		return nil
	}
	return &l
}

// stall reads when the server is paused.
func (r *reader) stall(n *yaml.Node, s *Stall) {
	r.Mapping(n, "stall.", []strict.Field{
		strict.Key("after", func(n *yaml.Node, path string) { strict.Set(&s.After)(r.Duration(n, path, 0, time.Hour)) }),
		strict.Key("for", func(n *yaml.Node, path string) {
			strict.Set(&s.For)(r.Duration(n, path, 10*time.Millisecond, 10*time.Second))
		}),
	}, func(string) string { return "" })
	if r.Good("stall", "stall.for") && s.For == 0 {
		r.Wrong(n, "stall.for", "stall.for is missing", "for example {after: 500ms, for: 1s}")
	}
}

// fault reads what befalls the clients' connections, or the proxy.
func (r *reader) fault(n *yaml.Node, f *Fault) {
	when := func(kind string) func(*yaml.Node, string) {
		return func(n *yaml.Node, path string) {
			if f.Kind != "" {
				r.Wrong(n, path, fmt.Sprintf("there is %s: as well as %s:", kind, f.Kind), "a trial has one fault")
				return
			}
			f.Kind = kind
			strict.Set(&f.After)(r.Duration(n, path, 100*time.Millisecond, time.Hour))
		}
	}
	r.Mapping(n, "fault.", []strict.Field{
		strict.Key(results.FaultCut, when(results.FaultCut)),
		strict.Key(results.FaultRestart, when(results.FaultRestart)),
		strict.Key(results.FaultReload, when(results.FaultReload)),
		strict.Key("share", func(n *yaml.Node, path string) { strict.Set(&f.Share)(r.Number(n, path, 0.001, 1)) }),
	}, func(key string) string {
		switch key {
		case "after", "jitter", "resume":
			return "say it with the fault, as in {cut: 1s}; what clients do afterwards belongs below reconnect:"
		}
		return ""
	})
	if !r.Good("fault", "fault.cut", "fault.restart", "fault.reload", "fault.share") {
		return
	}
	switch {
	case f.Kind == "":
		r.Wrong(n, "fault", "fault does not say what happens", "for example {cut: 1s} or {restart: 1s}: so long after the window began")
	case f.Share != 0 && f.Kind != results.FaultCut:
		r.Wrong(n, "fault.share", "fault.share is of a cut", fmt.Sprintf("a %s befalls all clients", f.Kind))
	}
	if f.Share == 1 {
		f.Share = 0 // all of them: the same load has one hash
	}
}

// reconnect reads what clients do that have lost their connection.
func (r *reader) reconnect(n *yaml.Node) *Reconnect {
	c := Reconnect{After: asEventSource}
	r.Mapping(n, "reconnect.", []strict.Field{
		strict.Key("after", func(n *yaml.Node, path string) { strict.Set(&c.After)(r.Duration(n, path, 0, time.Minute)) }),
		strict.Key("jitter", func(n *yaml.Node, path string) { strict.Set(&c.Jitter)(r.Duration(n, path, 0, time.Minute)) }),
		strict.Key("resume", func(n *yaml.Node, path string) {
			resume := true
			strict.Set(&resume)(r.Bool(n, path))
			c.Forget = !resume
		}),
	}, func(string) string { return "" })
	return &c
}

// send reads what each client publishes.
func (r *reader) send(n *yaml.Node, s *Send) {
	r.Mapping(n, "send.", []strict.Field{
		strict.Key("rate", func(n *yaml.Node, path string) { strict.Set(&s.Rate)(r.Number(n, path, 0.001, 10_000)) }),
	}, func(key string) string {
		if key == "payload" {
			return "it belongs below events:"
		}
		return ""
	})
	if r.Good("send", "send.rate") && s.Rate == 0 {
		r.Wrong(n, "send.rate", "send.rate is missing", "for example {rate: 2}: events per second of each client")
	}
}
