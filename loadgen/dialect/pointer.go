package dialect

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A Pointer is a JSON pointer (RFC 6901), such as /cursor. Besides, -1 is the last
// element of an array: /messages/-1/id. The zero value points to nothing.
type Pointer struct {
	text  string
	steps []string
}

// ParsePointer reads a pointer, which begins with a slash.
func ParsePointer(text string) (Pointer, error) {
	if !strings.HasPrefix(text, "/") {
		return Pointer{}, fmt.Errorf("the JSON pointer %q does not begin with /", text)
	}
	p := Pointer{text: text}
	for _, step := range strings.Split(text[1:], "/") {
		for i := 0; i < len(step); i++ {
			if step[i] == '~' && (i+1 == len(step) || step[i+1] != '0' && step[i+1] != '1') {
				return Pointer{}, fmt.Errorf("in the JSON pointer %q a ~ is not followed by 0 or 1", text)
			}
		}
		p.steps = append(p.steps, strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
	}
	return p, nil
}

// String is the text that p was read from.
func (p Pointer) String() string { return p.text }

// MarshalText is String.
func (p Pointer) MarshalText() ([]byte, error) { return []byte(p.text), nil }

// Append appends what p points to in text to b: a string without its quotes, anything
// else as it stands. Ok is false where there is no such value, or it is null, an object
// or an array. It does not allocate but for a string with escapes.
func (p Pointer) Append(b, text []byte) (got []byte, ok bool) {
	v, _, ok := value(text)
	for _, step := range p.steps {
		if ok {
			v, ok = inside(v, step)
		}
	}
	if !ok || len(p.steps) == 0 || v[0] == '{' || v[0] == '[' || string(v) == "null" {
		return b, false
	}
	if v[0] != '"' {
		return append(b, v...), true
	}
	return unquote(b, v)
}

// unquote appends the text of a JSON string.
func unquote(b, v []byte) ([]byte, bool) {
	if plain := v[1 : len(v)-1]; !hasEscape(plain) {
		return append(b, plain...), true
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return b, false
	}
	return append(b, s...), true
}

func hasEscape(text []byte) bool {
	for _, c := range text {
		if c == '\\' {
			return true
		}
	}
	return false
}

// inside returns the element or member of v that step names.
func inside(v []byte, step string) (found []byte, ok bool) {
	if v[0] != '[' && v[0] != '{' {
		return nil, false
	}
	object := v[0] == '{'
	rest := v[1:]
	for i := 0; ; i++ {
		key, element, after, more := next(rest, object)
		if !more {
			return found, ok
		}
		rest = after
		switch {
		case object:
			if named(key, step) {
				found, ok = element, true // the last of several counts, as in encoding/json
			}
		case step == "-1":
			found, ok = element, true
		case strconv.Itoa(i) == step:
			return element, true
		}
	}
}

// named reports whether the JSON string key is name.
func named(key []byte, name string) bool {
	if !hasEscape(key) {
		return string(key[1:len(key)-1]) == name
	}
	text, ok := unquote(nil, key)
	return ok && string(text) == name
}
