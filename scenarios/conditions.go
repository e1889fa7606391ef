package scenarios

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/scenarios/link"
	"pushbench/scenarios/strict"
)

// link reads what lies between clients and server.
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
