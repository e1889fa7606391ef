package results

import (
	"slices"
	"strings"
	"time"
)

// This file is about records that have a variant's name and not its settings:
// those of layout 1, and the first ones of layout 2. It is the only place besides
// wire.ParseVariant that takes such a name apart, once for each that is read.

// layout1Settings are the settings that variants had then, in the order of their
// names, with the values of those that a name does not say.
var layout1Settings = map[string]Settings{
	"polling":   {{Name: "interval", Value: 0.5}, {Name: "pace", Value: "rate"}, {Name: "etag", Value: false}},
	"longpoll":  {{Name: "wait", Value: 30.0}, {Name: "batch", Value: 0.0}},
	"sse":       {},
	"websocket": {},
}

// layout1 fills in the settings of trials and expectations that have none.
func (r *Record) layout1() {
	for _, t := range r.Trials {
		if t == nil || t.Settings != nil {
			continue
		}
		_, t.Settings = splitVariant(t.Variant)
		for i, s := range t.Settings { // the load says how often a variant polls that does not
			if s.Name == "interval" && s.Default && t.Load.Interval > 0 {
				t.Settings[i].Value = t.Load.Interval
			}
		}
	}
	for _, t := range r.Trials {
		if t != nil && t.Audit != nil && t.Audit.Strangers != nil {
			t.Audit.Unattributed, t.Audit.Strangers = *t.Audit.Strangers, nil
		}
	}
	for i := range r.Expectations {
		e := &r.Expectations[i]
		if e.Transport != "" {
			continue
		}
		if e.Transport, e.Settings = splitVariant(e.Variant); e.Transport == e.Variant {
			e.Settings = nil // all variants of the transport may be meant
		}
	}
}

// splitVariant reads a variant's name, whatever is in it.
func splitVariant(name string) (transport string, all Settings) {
	transport, rest, _ := strings.Cut(name, "/")
	then, known := layout1Settings[transport]
	all = slices.Clone(then)
	if known {
		all = append(all, Setting{Name: "headers", Value: "bare"}, Setting{Name: "tls", Value: false}, Setting{Name: "resume", Value: false})
	}
	for i := range all {
		all[i].Default = true
	}
	for part := range strings.SplitSeq(rest, "/") {
		name, value, hasValue := strings.Cut(part, "=")
		if name == "" {
			continue
		}
		one := Setting{Name: name, Value: value}
		if d, err := time.ParseDuration(value); err == nil && d >= 0 && d.Seconds() <= mostSeconds {
			one.Value = d.Seconds()
		} else if !hasValue {
			one.Value = true
		}
		if i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == name }); i >= 0 {
			all[i] = one
		} else {
			all = append(all, one)
		}
	}
	if i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == "tls" }); i >= 0 && all.On("resume") {
		all[i] = Setting{Name: "tls", Value: true, Implied: true}
	}
	return transport, all
}
