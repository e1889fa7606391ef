package dialect

import (
	"bytes"
	"strings"
)

// maxDepth is how deep values of JSON may be nested that are looked at.
const maxDepth = 100

// value returns the JSON value that text begins with, behind white space, and what
// follows it; ok is false where there is none. It finds where a value ends, and does
// not judge what is in its strings and numbers.
func value(text []byte) (v, rest []byte, ok bool) {
	text = bytes.TrimLeft(text, space)
	if len(text) == 0 {
		return nil, nil, false
	}
	switch text[0] {
	case '"':
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				return text[:i+1], text[i+1:], true
			}
		}
		return nil, nil, false
	case '{', '[':
		n := nested(text)
		return text[:n], text[n:], n > 0
	}
	n := 0
	for n < len(text) && (text[n]-'0' <= 9 || text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' ||
		strings.IndexByte("+-.", text[n]) >= 0) {
		n++
	}
	return text[:n], text[n:], n > 0
}

const space = " \t\r\n"

// nested is how long the object or array is that text begins with; 0: it does not end.
func nested(text []byte) int {
	var open [maxDepth]byte
	depth, inside := 0, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '{', c == '[':
			if depth == maxDepth {
				return 0
			}
			open[depth] = c + 2 // '}' and ']' stand two behind in ASCII
			depth++
		case c == '}', c == ']':
			depth--
			if open[depth] != c {
				return 0
			}
			if depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// next returns the next element of an array or object whose opening bracket has been
// cut off; of an object with its key. ok is false at the end, and where what follows is
// no element.
func next(text []byte, object bool) (key, v, rest []byte, ok bool) {
	text = bytes.TrimLeft(text, space)
	if len(text) > 0 && text[0] == ',' {
		text = text[1:]
	}
	if object {
		key, text, ok = value(text)
		if !ok || key[0] != '"' {
			return nil, nil, nil, false
		}
		if text = bytes.TrimLeft(text, space); len(text) == 0 || text[0] != ':' {
			return nil, nil, nil, false
		}
		text = text[1:]
	}
	v, rest, ok = value(text)
	return key, v, rest, ok
}

// empty reports whether an answer's body has no event: it is nothing or null, an empty
// array or object, or an object with a member that is null or an empty array. An empty
// object in it may be part of an error.
func empty(body []byte) bool {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || string(body) == "null" || emptied(body, '[', ']') || emptied(body, '{', '}') {
		return true
	}
	v, rest, ok := value(body)
	if !ok || len(bytes.TrimLeft(rest, space)) > 0 || v[0] != '{' {
		return false
	}
	for text := v[1:]; ; {
		_, member, rest, ok := next(text, true)
		if !ok {
			return false
		}
		if string(member) == "null" || emptied(member, '[', ']') {
			return true
		}
		text = rest
	}
}

// emptied reports whether a value has nothing between these brackets.
func emptied(v []byte, begin, end byte) bool {
	return len(v) > 1 && v[0] == begin && v[len(v)-1] == end && len(bytes.TrimSpace(v[1:len(v)-1])) == 0
}
