package claim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/results/near"
	"pushbench/scenarios/strict"
	"pushbench/servers/wire"
)

// most is the largest number that may be asked for, in either direction.
const most = 1e15

// criteria reads the list of comparisons.
func (r *reader) criteria(n *yaml.Node, path string) {
	r.List(n, path, "a list of comparisons, each with that: and, for example, bound:", func(n *yaml.Node) {
		own := fmt.Sprintf("%s[%d]", path, len(r.nodes))
		r.nodes = append(r.nodes, n)
		r.c.Criterion = append(r.c.Criterion, r.criterion(n, own))
	})
}

// criterion reads one comparison.
func (r *reader) criterion(n *yaml.Node, path string) (c results.Criterion) {
	in, point := "", ""
	var given []string
	kind := func(name string, read func(n *yaml.Node, path string)) strict.Field {
		return strict.Key(name, func(n *yaml.Node, path string) {
			given = append(given, name)
			c.Kind = name
			read(n, path)
		})
	}
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("that", func(n *yaml.Node, path string) { strict.Set(&c.That)(r.Text(n, path, longestSaying)) }),
		strict.Key("as", func(n *yaml.Node, path string) {
			strict.Set(&c.Role)(r.Word(n, path, results.AsControl, results.AsContext))
		}),
		strict.Key("in", func(n *yaml.Node, path string) { strict.Set(&in)(r.known(n, path)) }),
		strict.Key("at", func(n *yaml.Node, path string) {
			strict.Set(&point)(r.Scalar(n, path, "a point of the sweep, such as 100"))
		}),
		kind(results.RatioOf, func(n *yaml.Node, path string) { r.pair(n, path, "to", &c) }),
		kind(results.DifferenceOf, func(n *yaml.Node, path string) { r.pair(n, path, "less", &c) }),
		kind(results.BoundOf, func(n *yaml.Node, path string) { r.bound(n, path, &c) }),
		kind(results.WorksAt, func(n *yaml.Node, path string) { r.alone(n, path, &c) }),
		kind(results.FailsAt, func(n *yaml.Node, path string) { r.alone(n, path, &c) }),
		kind(results.ObservationOf, func(n *yaml.Node, path string) { r.observation(n, path, &c) }),
	}, func(key string) string {
		switch key {
		case "metric", "of", "to", "at-least", "at-most":
			return "it belongs below ratio:"
		case "role":
			return "as: control, or as: context"
		}
		return ""
	})
	if n.Kind != yaml.MappingNode {
		return c
	}
	if c.That == "" && r.Good(path+".that") {
		r.Wrong(n, path+".that", "that is missing", "a sentence that is true or not")
	}
	switch len(given) {
	case 0:
		r.Wrong(n, path, "the criterion compares nothing", "one of ratio, difference, bound, works, fails, observation")
	case 1:
	default:
		r.Wrong(n, path, "the criterion has "+strings.Join(given, " and "), "one criterion makes one comparison: write two")
	}
	for _, s := range []*results.Subject{&c.Of, &c.To} {
		if s.Variant == "" {
			continue
		}
		if s.Scenario == "" {
			s.Scenario = in
		}
		s.Point = point
	}
	return c
}

// pair reads a ratio or a difference; other is the key of its second side.
func (r *reader) pair(n *yaml.Node, path, other string, c *results.Criterion) {
	var bounds []string
	want := func(key, op string) strict.Field {
		return strict.Key(key, func(n *yaml.Node, path string) {
			bounds = append(bounds, key)
			c.Op = op
			strict.Set(&c.Want)(r.Number(n, path, -most, most))
		})
	}
	fields := []strict.Field{
		strict.Key("metric", func(n *yaml.Node, path string) { strict.Set(&c.Metric)(r.metric(n, path)) }),
		strict.Key("of", func(n *yaml.Node, path string) { strict.Set(&c.Of)(r.subject(n, path)) }),
		strict.Key(other, func(n *yaml.Node, path string) { strict.Set(&c.To)(r.subject(n, path)) }),
		want("at-least", ">="), want("at-most", "<="),
	}
	if c.Kind == results.RatioOf {
		fields = append(fields, strict.Key("to-metric", func(n *yaml.Node, path string) { strict.Set(&c.ToMetric)(r.metric(n, path)) }))
	} else {
		fields = append(fields, want("equals", "=="))
	}
	r.Mapping(n, path+".", fields, func(key string) string {
		if key == "in" || key == "at" {
			return "it stands beside " + c.Kind + ":"
		}
		return ""
	})
	r.needs(n, path, "metric", "of", other)
	if n.Kind != yaml.MappingNode || !r.Sound(path) {
		return
	}
	switch {
	case len(bounds) == 0:
		r.Wrong(n, path, path+" asks for nothing", "at-least: or at-most:")
	case len(bounds) > 1:
		r.Wrong(n, path, path+" has "+strings.Join(bounds, " and "), "one criterion has one bound: write two")
	case c.Kind == results.RatioOf && c.Want <= 0:
		r.Wrong(n, path, fmt.Sprintf("a ratio is above 0, and %v is asked for", c.Want), "")
	case c.Of == c.To && c.ToMetric == "":
		r.Wrong(n, path, fmt.Sprintf("%s is compared with itself", c.Of.Variant), "")
	}
}

// needs reports which of the keys are missing.
func (r *reader) needs(n *yaml.Node, path string, keys ...string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, key := range keys {
		if r.At[path+"."+key] == nil {
			r.Wrong(n, path+"."+key, fmt.Sprintf("%s.%s is missing", path, key), "")
		}
	}
}

// bound reads what is asked of one cell.
func (r *reader) bound(n *yaml.Node, path string, c *results.Criterion) {
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("of", func(n *yaml.Node, path string) { strict.Set(&c.Of)(r.subject(n, path)) }),
		strict.Key("is", func(n *yaml.Node, path string) {
			text, ok := r.Scalar(n, path, "metric <= value, for example p99-sec <= 50ms")
			if !ok {
				return
			}
			b, err := results.ParseBound(text)
			if err != nil {
				r.Wrong(n, path, err.Error(), "")
				return
			}
			c.Metric, c.Op, c.Want = b.Metric, b.Op, b.Want
		}),
	}, func(string) string { return "" })
	r.needs(n, path, "of", "is")
}

// alone reads the subject of works and fails.
func (r *reader) alone(n *yaml.Node, path string, c *results.Criterion) {
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("of", func(n *yaml.Node, path string) { strict.Set(&c.Of)(r.subject(n, path)) }),
	}, func(string) string { return "" })
	r.needs(n, path, "of")
}

var observedForm = regexp.MustCompile(`^(<=|>=|==|!=|<|>)\s*(\S+)$`)

// observation reads what is asked of an experiment.
func (r *reader) observation(n *yaml.Node, path string, c *results.Criterion) {
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("name", func(n *yaml.Node, path string) { strict.Set(&c.Observation)(r.Text(n, path, 80)) }),
		strict.Key("is", func(n *yaml.Node, path string) {
			want := `an operator and a number in base units, such as "== 6"`
			text, ok := r.Scalar(n, path, want)
			if !ok {
				return
			}
			parts := observedForm.FindStringSubmatch(strings.TrimSpace(text))
			if parts == nil {
				r.Wrong(n, path, fmt.Sprintf("%s is %s", path, strict.Quote(text)), want)
				return
			}
			v, err := strconv.ParseFloat(parts[2], 64)
			if err != nil || !(v >= -most && v <= most) {
				r.Wrong(n, path, fmt.Sprintf("%s is no number", strict.Quote(parts[2])), want)
				return
			}
			c.Op, c.Want = parts[1], v
		}),
	}, func(string) string { return "" })
	r.needs(n, path, "name", "is")
}

// metric reads the name of a metric.
func (r *reader) metric(n *yaml.Node, path string) (string, bool) {
	text, ok := r.Scalar(n, path, "a metric, such as p50-sec")
	if !ok {
		return "", false
	}
	if _, err := results.FindMetric(text); err != nil {
		r.Wrong(n, path, err.Error(), "")
		return "", false
	}
	return text, true
}

var subjectForm = regexp.MustCompile(`^(\S+)(?:\s+in\s+(\S+))?$`)

// subject reads a variant and, behind it, a scenario.
func (r *reader) subject(n *yaml.Node, path string) (s results.Subject, ok bool) {
	const want = "a variant, such as sse, or a variant in a scenario, such as sse in far"
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return s, false
	}
	parts := subjectForm.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, strict.Quote(text)), want)
		return s, false
	}
	v, err := wire.ParseVariant(parts[1])
	if err != nil {
		hint := ""
		if w := wire.Mend(parts[1], near.Word); w != "" {
			hint = fmt.Sprintf("did you mean %q?", w)
		}
		r.Wrong(n, path, err.Error(), hint)
		return s, false
	}
	s.Variant = v.String()
	if parts[2] != "" {
		s.Scenario, ok = r.named(n, path, parts[2])
	}
	return s, ok
}

// known reads the name of one of the file's scenarios, and returns that in the record.
func (r *reader) known(n *yaml.Node, path string) (string, bool) {
	text, ok := r.Scalar(n, path, "the name of one of the scenarios")
	if !ok {
		return "", false
	}
	return r.named(n, path, text)
}

// named is what the record calls a scenario of the file.
func (r *reader) named(n *yaml.Node, path, short string) (string, bool) {
	if name := r.short[short]; name != "" {
		return name, true
	}
	if r.At["scenarios."+short] != nil { // it is there, and what is wrong with it was said
		return "", false
	}
	var names []string
	for name := range r.short {
		names = append(names, name)
	}
	slices.Sort(names)
	hint := "its scenarios are " + strings.Join(names, ", ")
	if names == nil {
		hint = "it has none"
	}
	if w := near.Word(short, names); w != "" {
		hint = fmt.Sprintf("did you mean %q?", w)
	}
	r.Wrong(n, path, fmt.Sprintf("the claim has no scenario %s", strict.Quote(short)), hint)
	return "", false
}
