package wire

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Variant is a transport with its settings. The zero value is no variant;
// make one with ParseVariant. Variants are values and compare with ==.
type Variant struct {
	Transport Transport
	values    [16]int64 // by the row of the setting, as Setting.read returns it
}

// ParseVariant reads `transport[/setting[=value]]...`, for example
// `polling/interval=2s/etag` or `sse/tls`. Errors say what would be right.
func ParseVariant(s string) (Variant, error) {
	parts := strings.Split(s, "/")
	v := Variant{Transport: Transport(parts[0])}
	if !v.Transport.Known() {
		return Variant{}, UnknownTransport(parts[0])
	}
	for i, s := range rows {
		if s.has(v.Transport) {
			v.values[i] = s.initial
		}
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
	if seen["streams"] && v.Word(HTTP) != "2" {
		return Variant{}, fmt.Errorf("%s: setting %q needs http=2: clients share a connection over HTTP/2 only", s, "streams")
	}
	if v.Transport == WebSocket && v.Word(HTTP) == "1.0" {
		return Variant{}, fmt.Errorf("%s: WebSocket has http=1.1 and http=2: HTTP/1.0 has no way to begin one", s)
	}
	return v, nil
}

// UnknownTransport is the error of ParseVariant for a name that begins with no
// transport, but with this.
type UnknownTransport string

func (u UnknownTransport) Error() string {
	return fmt.Sprintf("unknown transport %q: it is one of %s", string(u), join(Transports()))
}

// Mend returns the variant that text, which is none, may mean: with each word
// that is no transport or setting replaced by the nearest that is. It returns
// "" when that is no variant either. nearest returns the one of the known words
// that is nearest to a word, or "".
func Mend(text string, nearest func(word string, known []string) string) string {
	var transports, settings []string
	for _, t := range Transports() {
		transports = append(transports, string(t))
	}
	for _, s := range rows {
		settings = append(settings, s.Name)
	}
	parts := strings.Split(text, "/")
	parts[0] = cmp.Or(nearest(strings.ReplaceAll(parts[0], "-", ""), transports), parts[0])
	for i := 1; i < len(parts); i++ {
		name, value, has := strings.Cut(parts[i], "=")
		parts[i] = cmp.Or(nearest(name, settings), name)
		if has {
			parts[i] += "=" + value
		}
	}
	mended := strings.Join(parts, "/")
	if _, err := ParseVariant(mended); err != nil || mended == text {
		return ""
	}
	return mended
}

func (v *Variant) set(name, value string, hasValue bool) error {
	i := slices.IndexFunc(rows, func(s *Setting) bool { return s.Name == name && s.has(v.Transport) })
	if i < 0 {
		var names []string
		for _, s := range rows {
			if s.has(v.Transport) {
				names = append(names, s.Name)
			}
		}
		if names == nil {
			return fmt.Errorf("%s has no settings", v.Transport)
		}
		return fmt.Errorf("%s has no setting %q: it has %s", v.Transport, name, strings.Join(names, ", "))
	}
	held, err := rows[i].read(value, hasValue)
	if err != nil {
		return err
	}
	v.values[i] = held
	for _, flag := range rows[i].Implies {
		v.values[flag.row] = 1
	}
	return nil
}

// Duration returns the value of s; 0 when the transport does not have it.
func (v Variant) Duration(s DurationSetting) time.Duration { return time.Duration(v.values[s.row]) }

// On reports whether s is set, or another setting implies it.
func (v Variant) On(s FlagSetting) bool { return v.values[s.row] != 0 }

// Word returns the value of s; the default when the transport does not have it.
func (v Variant) Word(s WordSetting) string { return rows[s.row].Words[v.values[s.row]] }

// Number returns the value of s; 0 when the transport does not have it.
func (v Variant) Number(s NumberSetting) int { return int(v.values[s.row]) }

// With returns v with another value of s, which is within the bounds of s.
func (v Variant) With(s DurationSetting, d time.Duration) Variant {
	v.values[s.row] = int64(d)
	return v
}

// Sent returns v without the settings that say when its clients ask or how they
// connect: variants that are then the same send the same bytes.
func (v Variant) Sent() Variant {
	for i, s := range rows {
		if s.Unsent {
			v.values[i] = 0
		}
	}
	return v
}

// A Value is the value of one of a variant's settings.
type Value struct {
	Name    string
	Value   any  // a time.Duration, a bool, an int or a string
	Default bool // it is the default, and the variant's name does not have it
	Implied bool // another setting implies it, and the variant's name has that one
}

// Settings returns the values of all settings that the transport has, in the
// order of the table.
func (v Variant) Settings() []Value {
	var all []Value
	for i, s := range rows {
		if s.has(v.Transport) {
			implied := v.implied(i)
			all = append(all, Value{s.Name, s.value(v.values[i]), !implied && !v.named(i), implied})
		}
	}
	return all
}

// String returns the variant's name: the transport, then every setting that
// is not at its default, in the order of Settings; polling's interval always.
// ParseVariant reads it back to the same value.
func (v Variant) String() string {
	name := string(v.Transport)
	for i, s := range rows {
		if v.named(i) {
			name += "/" + s.text(v.values[i])
		}
	}
	return name
}

// named reports whether the variant's name has the setting of that row.
func (v Variant) named(row int) bool {
	held, s := v.values[row], rows[row]
	return held != 0 && (s.Always || held != s.initial) && !v.implied(row)
}

// implied reports whether a setting that is on implies the one of that row.
func (v Variant) implied(row int) bool {
	for i, s := range rows {
		if v.values[i] != s.initial && slices.ContainsFunc(s.Implies, func(f FlagSetting) bool { return f.row == row }) {
			return true
		}
	}
	return false
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
