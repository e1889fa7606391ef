package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Setting is one thing that a variant may set, as in polling/interval=2s.
type Setting struct {
	Name       string
	Kind       string   // duration, flag, or one of the words in Words
	Words      []string // allowed values when Kind is "word"
	Default    string   // "" for a flag: off
	Transports []Transport
	About      string
}

// Settings returns every setting in the order in which a variant's name lists
// them. It is the one list from which parsing, help and suggestions come.
func Settings() []Setting {
	http := []Transport{Polling, LongPoll, SSE, WebSocket}
	return []Setting{
		{"interval", "duration", nil, "500ms", []Transport{Polling}, "time from one poll to the next"},
		{"pace", "word", []string{"rate", "delay"}, "rate", []Transport{Polling}, "rate: a poll every interval, phases spread; delay: the interval counts from the answer"},
		{"etag", "flag", nil, "", []Transport{Polling}, "ask with If-None-Match and be answered 304 when nothing is new"},
		{"wait", "duration", nil, "30s", []Transport{LongPoll}, "how long the server may hold a request"},
		{"batch", "duration", nil, "0s", []Transport{LongPoll}, "how long the server waits for more events before it answers with the first"},
		{"headers", "word", []string{"bare", "browser"}, "bare", http, "request headers: the fewest that work, or what a browser sends, cookie included"},
		{"tls", "flag", nil, "", http, "TLS 1.3 over the connection, a full handshake each"},
		{"resume", "flag", nil, "", http, "TLS with session tickets: every handshake but the first resumes"},
	}
}

// A Variant is a transport with its settings. The zero value is no variant;
// make one with ParseVariant. Variants are values and compare with ==.
type Variant struct {
	Transport Transport
	Interval  time.Duration // polling
	Wait      time.Duration // longpoll
	Batch     time.Duration // longpoll
	Delay     bool          // polling: pace=delay
	ETag      bool          // polling
	Browser   bool          // headers=browser
	TLS       bool          // tls or resume
	Resume    bool
}

// ParseVariant reads `transport[/setting[=value]]...`, for example
// `polling/interval=2s/etag` or `sse/tls`. Errors say what would be right.
func ParseVariant(s string) (Variant, error) {
	parts := strings.Split(s, "/")
	v := Variant{Transport: Transport(parts[0])}
	if !v.Transport.Known() {
		return Variant{}, fmt.Errorf("unknown transport %q: it is one of %s", parts[0], join(Transports()))
	}
	if v.Transport == Polling {
		v.Interval = 500 * time.Millisecond
	}
	if v.Transport == LongPoll {
		v.Wait = 30 * time.Second
	}
	seen := map[string]bool{}
	for _, part := range parts[1:] {
		name, value, hasValue := strings.Cut(part, "=")
		if seen[name] {
			return Variant{}, fmt.Errorf("%s: setting %q is given twice", s, name)
		}
		seen[name] = true
		if err := v.set(name, value, hasValue); err != nil {
			return Variant{}, fmt.Errorf("%s: %w", s, err)
		}
	}
	return v, nil
}

func (v *Variant) set(name, value string, hasValue bool) error {
	all := Settings()
	i := slices.IndexFunc(all, func(s Setting) bool {
		return s.Name == name && slices.Contains(s.Transports, v.Transport)
	})
	if i < 0 {
		var names []string
		for _, s := range all {
			if slices.Contains(s.Transports, v.Transport) {
				names = append(names, s.Name)
			}
		}
		if names == nil {
			return fmt.Errorf("%s has no settings", v.Transport)
		}
		return fmt.Errorf("%s has no setting %q: it has %s", v.Transport, name, strings.Join(names, ", "))
	}
	switch set := all[i]; {
	case set.Kind == "flag" && hasValue:
		return fmt.Errorf("setting %q takes no value", name)
	case set.Kind == "word" && !slices.Contains(set.Words, value):
		return fmt.Errorf("setting %q is one of %s, not %q", name, strings.Join(set.Words, ", "), value)
	}
	switch name {
	case "interval":
		return duration(&v.Interval, name, value, time.Millisecond, 5*time.Minute)
	case "wait":
		return duration(&v.Wait, name, value, 10*time.Millisecond, 5*time.Minute)
	case "batch":
		return duration(&v.Batch, name, value, time.Millisecond, time.Minute)
	case "pace":
		v.Delay = value == "delay"
	case "etag":
		v.ETag = true
	case "headers":
		v.Browser = value == "browser"
	case "tls":
		v.TLS = true
	case "resume":
		v.TLS, v.Resume = true, true
	}
	return nil
}

func duration(d *time.Duration, name, value string, least, most time.Duration) error {
	got, err := time.ParseDuration(value)
	if err != nil {
		return fmt.Errorf("setting %q is a duration such as 500ms or 2s, not %q", name, value)
	}
	if got < least || got > most {
		return fmt.Errorf("setting %q is between %s and %s, not %s", name, least, most, value)
	}
	*d = got
	return nil
}

// String returns the variant's name: the transport, then every setting that
// is not at its default, in the order of Settings; polling's interval always.
// ParseVariant reads it back to the same value.
func (v Variant) String() string {
	name := string(v.Transport)
	add := func(on bool, s string) {
		if on {
			name += "/" + s
		}
	}
	add(v.Interval != 0, "interval="+Duration(v.Interval))
	add(v.Delay, "pace=delay")
	add(v.ETag, "etag")
	add(v.Wait != 0 && v.Wait != 30*time.Second, "wait="+Duration(v.Wait))
	add(v.Batch != 0, "batch="+Duration(v.Batch))
	add(v.Browser, "headers=browser")
	add(v.TLS && !v.Resume, "tls")
	add(v.Resume, "resume")
	return name
}

// Duration formats d in the shortest form that time.ParseDuration reads back:
// 500ms, 2s, 1.5s, 2m30s.
func Duration(d time.Duration) string {
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

func join(ts []Transport) string {
	var names []string
	for _, t := range ts {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}
