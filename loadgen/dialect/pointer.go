package dialect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A Pointer is a JSON pointer (RFC 6901), such as /cursor. Besides, -1 is the last
// element of an array: /messages/-1/id. The zero value points to nothing.
type Pointer struct {
	text  string
	steps []step
}

// A step is the name of a member and, where it is one, the index of an element.
type step struct {
	name  string
	index int // last, or none
}

const (
	last = -1
	none = -2
)

// ParsePointer reads a pointer, which begins with a slash.
func ParsePointer(text string) (Pointer, error) {
	if !strings.HasPrefix(text, "/") {
		return Pointer{}, fmt.Errorf("the JSON pointer %q does not begin with /", text)
	}
	p := Pointer{text: text}
	for _, name := range strings.Split(text[1:], "/") {
		for i := range len(name) {
			if name[i] == '~' && (i+1 == len(name) || name[i+1] != '0' && name[i+1] != '1') {
				return Pointer{}, fmt.Errorf("in the JSON pointer %q a ~ is not followed by 0 or 1", text)
			}
		}
		s := step{strings.NewReplacer("~1", "/", "~0", "~").Replace(name), none}
		if i, err := strconv.Atoi(name); err == nil && i >= last && strconv.Itoa(i) == name {
			s.index = i
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

// String is the text that p was read from.
func (p Pointer) String() string { return p.text }

// MarshalText is String.
func (p Pointer) MarshalText() ([]byte, error) { return []byte(p.text), nil }

// Append appends what p points to in text to b: a string without its quotes, anything
// else as it stands. Ok is false where there is no such value, or it is null, an object
// or an array. It allocates for strings and names with escapes only.
func (p Pointer) Append(b, text []byte) (got []byte, ok bool) {
	v, _, ok := value(text)
	for _, s := range p.steps {
		if ok {
			v, ok = s.in(v)
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
	if plain := v[1 : len(v)-1]; bytes.IndexByte(plain, '\\') < 0 {
		return append(b, plain...), true
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return b, false
	}
	return append(b, s...), true
}

// in returns the element or member of v that s names. Of several members with one name
// the last counts, as in encoding/json.
func (s step) in(v []byte) (found []byte, ok bool) {
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
		if object && named(key, s.name) || !object && (s.index == i || s.index == last) {
			found, ok = element, true
		}
	}
}

// named reports whether the JSON string key is name.
func named(key []byte, name string) bool {
	if bytes.IndexByte(key, '\\') < 0 {
		return string(key[1:len(key)-1]) == name
	}
	text, ok := unquote(nil, key)
	return ok && string(text) == name
}
