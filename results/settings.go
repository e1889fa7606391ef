package results

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are those of a variant: all that its transport has, in the order in
// which a variant's name lists them.
type Settings []Setting

// A Setting is one of a variant's settings. Its value is a number of seconds (a
// duration) or of things, true or false (a flag), or a word.
type Setting struct {
	Name    string `json:"name"`              // interval, pace, tls
	Value   any    `json:"value"`             // seconds, or a number of things, or true or false, or a word
	Number  bool   `json:"number,omitempty"`  // the value is a number of things, not of seconds: streams
	Default bool   `json:"default,omitempty"` // the value is the default, and the variant's name does not say it
	Implied bool   `json:"implied,omitempty"` // another setting implies the value, and the variant's name says that one: tls where there is resume
}

// Seconds returns the value of a duration or of a number; 0 when it is not there.
func (s Settings) Seconds(name string) float64 { return valueOf[float64](s, name) }

// On reports whether a flag is set.
func (s Settings) On(name string) bool { return valueOf[bool](s, name) }

// Word returns the value of a word; empty when it is not there.
func (s Settings) Word(name string) string { return valueOf[string](s, name) }

// Named returns the settings that the variant's name says.
func (s Settings) Named() Settings {
	return slices.DeleteFunc(slices.Clone(s), func(one Setting) bool { return one.Default || one.Implied })
}

// Variant returns the name of the transport's variant with these settings:
// polling/interval=500ms/etag.
func (s Settings) Variant(transport string) string {
	name := transport
	for _, one := range s.Named() {
		name += "/" + one.Name
		if text := one.Text(); text != "" {
			name += "=" + text
		}
	}
	return name
}

// Text is the value as a variant's name and a request's parameter have it:
// 500ms, delay; empty for a flag.
func (s Setting) Text() string {
	switch v := s.Value.(type) {
	case float64:
		if s.Number {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return durationText(v)
	case string:
		return v
	}
	return ""
}

// Text returns the text of a setting's value, as Setting.Text has it; empty when it is
// not there.
func (s Settings) Text(name string) string {
	for _, one := range s {
		if one.Name == name {
			return one.Text()
		}
	}
	return ""
}

func valueOf[T any](s Settings, name string) (v T) {
	for _, one := range s {
		if one.Name == name {
			v, _ = one.Value.(T)
		}
	}
	return v
}

// durationText is the shortest text of a number of seconds that
// time.ParseDuration reads back: 500ms, 2s, 1.5s, 2m30s.
func durationText(seconds float64) string {
	d := time.Duration(math.Round(seconds * 1e9))
	if d >= time.Second && d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// problem finds what no variant's settings can be: a value of another kind, a
// setting without a name, one that is there twice.
func (s Settings) problem() *problem {
	for i, one := range s {
		at := fmt.Sprintf("settings[%d]", i)
		if one.Name == "" {
			return &problem{at + ".name", "is empty"}
		}
		if first := slices.IndexFunc(s, func(o Setting) bool { return o.Name == one.Name }); first < i {
			return &problem{at + ".name", fmt.Sprintf("%q is the name of settings[%d], too", one.Name, first)}
		}
		switch v := one.Value.(type) {
		case bool, string:
		case float64:
			if p := outside(at+".value", v, v, mostSeconds, false); p != nil {
				return p
			}
		default:
			return &problem{at + ".value", "is no number of seconds, no word, and neither true nor false"}
		}
	}
	return nil
}
