package scenarios

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/scenarios/link"
)

// link reads what lies between clients and server.
func (r *reader) link(n *yaml.Node) *link.Link {
	var l link.Link
	r.mapping(n, "path.", []field{
		{"delay", func(n *yaml.Node, path string) { set(&l.Delay)(r.duration(n, path, 0, 10*time.Second)) }},
		{"jitter", func(n *yaml.Node, path string) { set(&l.Jitter)(r.duration(n, path, 0, 10*time.Second)) }},
		{"rate", func(n *yaml.Node, path string) {
			v, ok := r.whole(n, path, 1000, 1<<40)
			set(&l.Rate)(int64(v), ok)
		}},
		{"loss", func(n *yaml.Node, path string) { set(&l.Loss)(r.number(n, path, 0, 0.9)) }},
		{"mtu", func(n *yaml.Node, path string) { set(&l.MTU)(r.whole(n, path, 576, 65535)) }},
	}, func(key string) string {
		if key == "seed" {
			return "each trial has its own, from the run's --seed"
		}
		return ""
	})
	if !r.good("path", "path.delay", "path.jitter", "path.rate", "path.loss", "path.mtu") {
		return nil
	}
	if err := l.Validate(); err != nil {
		r.wrong(n, "path", fmt.Sprintf("the path is not possible: %v", err), "")
		return nil
	}
	return &l
}

// stall reads when the server is paused.
func (r *reader) stall(n *yaml.Node, s *Stall) {
	r.mapping(n, "stall.", []field{
		{"after", func(n *yaml.Node, path string) { set(&s.After)(r.duration(n, path, 0, time.Hour)) }},
		{"for", func(n *yaml.Node, path string) {
			set(&s.For)(r.duration(n, path, 10*time.Millisecond, 10*time.Second))
		}},
	}, func(string) string { return "" })
	if r.good("stall", "stall.for") && s.For == 0 {
		r.wrong(n, "stall.for", "stall.for is missing", "for example {after: 500ms, for: 1s}")
	}
}
