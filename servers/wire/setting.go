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
	Name        string
	Kind        string        // duration, flag, number or word
	Words       []string      // of a word: its values, the default first
	Default     string        // as a name would write it; "" for a flag: off
	Least, Most time.Duration // bounds of a duration
	From, To    int           // bounds of a number
	Always      bool          // a variant's name has it even where it is the default
	Implies     []FlagSetting // flags that are on with it, and are not named beside it
	Unsent      bool          // it says when clients ask or how they connect, and changes nothing that they send
	Transports  []Transport
	About       string

	initial int64 // the default as a Variant holds it
}

// Of a setting's handle, a Variant gives the value: see [Variant.Duration],
// [Variant.On], [Variant.Number] and [Variant.Word].
type (
	DurationSetting struct{ row int }
	FlagSetting     struct{ row int }
	NumberSetting   struct{ row int }
	WordSetting     struct{ row int }
)

// rows is the table of settings, in the order in which a variant's name has
// them. The declarations below fill it when the program starts, and nothing changes it then.
var rows []*Setting

var overHTTP = []Transport{Polling, LongPoll, SSE, WebSocket}

// The settings. Each declaration is a row of the one table from which parsing,
// names, help, suggestions and the record's settings come: a new setting is
// one more of them.
var (
	Interval = newDuration(&Setting{
		Name: "interval", Default: "500ms", Least: time.Millisecond, Most: 5 * time.Minute, Always: true, Unsent: true,
		Transports: []Transport{Polling}, About: "time from one poll to the next",
	})
	Pace = newWord(&Setting{
		Name: "pace", Words: []string{"rate", "delay"}, Unsent: true,
		Transports: []Transport{Polling}, About: "rate: a poll every interval, phases spread; delay: the interval counts from the answer",
	})
	ETag = newFlag(&Setting{
		Name:       "etag",
		Transports: []Transport{Polling}, About: "ask with If-None-Match and be answered 304 when nothing is new",
	})
	Wait = newDuration(&Setting{
		Name: "wait", Default: "30s", Least: 10 * time.Millisecond, Most: 5 * time.Minute,
		Transports: []Transport{LongPoll}, About: "how long the server may hold a request",
	})
	Batch = newDuration(&Setting{
		Name: "batch", Default: "0s", Least: time.Millisecond, Most: time.Minute,
		Transports: []Transport{LongPoll}, About: "how long the server waits for more events before it answers with the first",
	})
	HTTP = newWord(&Setting{
		Name: "http", Words: []string{"1.1", "1.0", "2"},
		Transports: overHTTP, About: "version of HTTP: 1.0 opens a connection for every request, and WebSocket does not have it; 2 is cleartext, or chosen by ALPN with tls",
	})
	Streams = newNumber(&Setting{
		Name: "streams", Default: "1", From: 1, To: 1000,
		Transports: overHTTP, About: "clients that share one HTTP/2 connection, each on a stream of its own; needs http=2",
	})
	Headers = newWord(&Setting{
		Name: "headers", Words: []string{"bare", "browser"},
		Transports: overHTTP, About: "request headers: the fewest that work, or what a browser sends, cookie included",
	})
	TLS = newFlag(&Setting{
		Name:       "tls",
		Transports: overHTTP, About: "TLS 1.3 over the connection, a full handshake each",
	})
	Resume = newFlag(&Setting{
		Name: "resume", Implies: []FlagSetting{TLS}, Unsent: true,
		Transports: overHTTP, About: "TLS with session tickets: every handshake but the first resumes",
	})
	Compress = newFlag(&Setting{
		Name:       "compress",
		Transports: overHTTP, About: "permessage-deflate over WebSocket, else answers with the content coding gzip",
	})
	Binary = newFlag(&Setting{
		Name:       "binary",
		Transports: overHTTP, About: "the payload is carried as bytes: a binary message over WebSocket, else base64",
	})
)

// Settings returns every setting in the order in which a variant's name lists
// them.
func Settings() []Setting {
	var all []Setting
	for _, s := range rows {
		all = append(all, *s)
	}
	return all
}

// Bounds returns the least and the greatest value of the setting.
func (s DurationSetting) Bounds() (least, most time.Duration) {
	return rows[s.row].Least, rows[s.row].Most
}

func newDuration(s *Setting) DurationSetting {
	d, err := time.ParseDuration(s.Default)
	if err != nil {
		panic(err) // a row above is wrong
	}
	s.Kind, s.initial = "duration", int64(d)
	return DurationSetting{add(s)}
}

func newFlag(s *Setting) FlagSetting {
	s.Kind = "flag"
	return FlagSetting{add(s)}
}

func newWord(s *Setting) WordSetting {
	s.Kind, s.Default = "word", s.Words[0]
	return WordSetting{add(s)}
}

func newNumber(s *Setting) NumberSetting {
	n, err := strconv.Atoi(s.Default)
	if err != nil {
		panic(err) // a row above is wrong
	}
	s.Kind, s.initial = "number", int64(n)
	return NumberSetting{add(s)}
}

// add appends a row to the table and returns its index.
func add(s *Setting) int {
	if len(rows) == len(Variant{}.values) {
		panic("wire: a Variant has no room for another setting")
	}
	rows = append(rows, s)
	return len(rows) - 1
}

// has reports whether variants of the transport have the setting.
func (s *Setting) has(t Transport) bool { return slices.Contains(s.Transports, t) }

// read returns what stands behind the setting's name as a Variant holds it: a
// number of nanoseconds, 1 for a flag that is on, a number, the index of a word.
func (s *Setting) read(value string, hasValue bool) (int64, error) {
	switch s.Kind {
	case "flag":
		if hasValue {
			return 0, fmt.Errorf("setting %q takes no value", s.Name)
		}
		return 1, nil
	case "word":
		i := slices.Index(s.Words, value)
		if i < 0 {
			return 0, fmt.Errorf("setting %q is one of %s, not %q", s.Name, strings.Join(s.Words, ", "), value)
		}
		return int64(i), nil
	case "number":
		n, err := strconv.Atoi(value)
		if err != nil {
			return 0, fmt.Errorf("setting %q is a whole number, not %q", s.Name, value)
		}
		if n < s.From || n > s.To {
			return 0, fmt.Errorf("setting %q is between %d and %d, not %s", s.Name, s.From, s.To, value)
		}
		return int64(n), nil
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		return 0, fmt.Errorf("setting %q is a duration such as 500ms or 2s, not %q", s.Name, value)
	}
	if d < s.Least || d > s.Most {
		return 0, fmt.Errorf("setting %q is between %s and %s, not %s", s.Name, s.Least, s.Most, value)
	}
	return int64(d), nil
}

// value is the reverse of read: a time.Duration, a bool, an int or a string.
func (s *Setting) value(held int64) any {
	switch s.Kind {
	case "flag":
		return held != 0
	case "word":
		return s.Words[held]
	case "number":
		return int(held)
	}
	return time.Duration(held)
}

// text is how a variant's name has the setting.
func (s *Setting) text(held int64) string {
	switch v := s.value(held).(type) {
	case time.Duration:
		return s.Name + "=" + Duration(v)
	case string:
		return s.Name + "=" + v
	case int:
		return s.Name + "=" + strconv.Itoa(v)
	}
	return s.Name
}
