package dialect

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

func TestPointer(t *testing.T) {
	const document = ` {"cursor": 12, "a/b": {"~": "x\ty\u00e9"}, "list": [1, {"id": "u-1"}, {"id" : "u-2" , "n":null}],
		"deep": [[], [true, [-1.5e3]]], "empty": [], "": {"": "nameless"}, "quo\"te": "}],{", "twice": 1, "twice": 2} `
	for _, row := range []struct {
		fact, pointer, want string
		ok                  bool
	}{
		{"a number", "/cursor", "12", true},
		{"escapes in the pointer and the string", "/a~1b/~0", "x\tyé", true},
		{"an element", "/list/0", "1", true},
		{"in an element", "/list/1/id", "u-1", true},
		{"the last element", "/list/-1/id", "u-2", true},
		{"lasts of lasts", "/deep/-1/-1/-1", "-1.5e3", true},
		{"true", "/deep/1/0", "true", true},
		{"names that are empty", "//", "nameless", true},
		{"a name with an escape, a string with brackets", `/quo"te`, "}],{", true},
		{"a name that comes twice", "/twice", "2", true},
		{"null", "/list/-1/n", "", false},
		{"an object", "/a~1b", "", false},
		{"an array", "/list", "", false},
		{"the last of nothing", "/empty/-1", "", false},
		{"beyond the end", "/list/3", "", false},
		{"a number with a zero in front", "/list/01", "", false},
		{"another name", "/curso", "", false},
		{"in a number", "/cursor/x", "", false},
	} {
		p, err := ParsePointer(row.pointer)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := p.Append([]byte("="), []byte(document))
		if ok != row.ok || string(got) != "="+row.want || p.String() != row.pointer {
			t.Errorf("%s: %s is %q, %v", row.fact, row.pointer, got, ok)
		}
	}
	for _, text := range []string{"", "cursor", "/~", "/a~2", "#/a"} {
		if _, err := ParsePointer(text); err == nil {
			t.Errorf("%q is a pointer", text)
		}
	}
	if _, ok := (Pointer{}).Append(nil, []byte(document)); ok {
		t.Error("the zero value points to something")
	}
	for _, broken := range []string{"", "{", `{"cursor"`, `{"cursor":`, `{"cursor":"a`, `{cursor:1}`, `<html>`, `[{"cursor":1}`, strings.Repeat("[", 1000)} {
		p, _ := ParsePointer("/cursor")
		if got, ok := p.Append(nil, []byte(broken)); ok {
			t.Errorf("%q has the cursor %q", broken, got)
		}
	}
}

func TestPointerDoesNotAllocate(t *testing.T) {
	p, err := ParsePointer("/messages/-1/id")
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(`{"messages":[` + strings.Repeat(`{"id":"0","body":"{\"d\":1}"},`, 200) + `{"id":"last"}]}`)
	buf := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() { buf, _ = p.Append(buf[:0], text) }); n != 0 || string(buf) != "last" {
		t.Errorf("%v allocations, %q", n, buf)
	}
}

func TestEmpty(t *testing.T) {
	for _, row := range []struct {
		fact, body string
		want       bool
	}{
		{"nothing", "", true},
		{"white space", " \r\n", true},
		{"an empty array", "[ ]\n", true},
		{"null", "null", true},
		{"an empty object", "{}", true},
		{"an empty list beside a cursor", `{"cursor":2,"events":[]}`, true},
		{"no list beside a cursor", `{"cursor":2,"events":null}`, true},
		{"a value that is null", `{"version":0,"value":null}`, true},
		{"an error", `{"error":"no such topic"}`, false},
		{"an error with details, of which there are none", `{"error":"bad token","details":{}}`, false},
		{"HTML", "<html>[]</html>", false},
		{"a number", "0", false},
		{"something in the array", "[{}]", false},
		{"a list that is not", `{"cursor":2,"events":[1]}`, false},
		{"an object cut off", `{"cursor":2,"events":[]`, false},
		{"something behind", `{"events":[]} x`, false},
		{"an empty list further inside", `{"a":{"events":[]}}`, false},
	} {
		if got := empty([]byte(row.body)); got != row.want {
			t.Errorf("%s: %q is empty: %v", row.fact, row.body, got)
		}
	}
}

// Whatever encoding/json takes for JSON is read alike here, and nothing makes it panic.
func FuzzPointer(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c\"d"}],"a/b":null}`), "/a/-1/b")
	f.Add([]byte(`[[[]]]`), "/0/-1")
	f.Add([]byte(`{"":{"":1}}`), "//")
	f.Fuzz(func(t *testing.T, text []byte, pointer string) {
		empty(text)
		p, err := ParsePointer(pointer)
		if err != nil {
			return
		}
		got, ok := p.Append(nil, text)
		if !json.Valid(text) || bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > maxDepth || !isValid(pointer) || !isValid(string(text)) {
			return
		}
		want, wanted := slow(text, p.steps)
		if ok != wanted || ok && string(got) != want {
			t.Errorf("%s in %s is %q, %v; want %q, %v", pointer, text, got, ok, want, wanted)
		}
	})
}

func isValid(s string) bool { return strings.ToValidUTF8(s, "") == s }

// slow finds the same with encoding/json.
func slow(text []byte, steps []step) (string, bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return "", false
	}
	for _, step := range steps {
		s := step.name
		switch in := v.(type) {
		case map[string]any:
			member, ok := in[s]
			if !ok {
				return "", false
			}
			v = member
		case []any:
			i, err := strconv.Atoi(s)
			if s == "-1" {
				i = len(in) - 1
			}
			if err != nil || i < 0 || i >= len(in) || s != "-1" && strconv.Itoa(i) != s {
				return "", false
			}
			v = in[i]
		default:
			return "", false
		}
	}
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
