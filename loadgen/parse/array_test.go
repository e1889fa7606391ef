package parse

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestArray(t *testing.T) {
	for _, c := range []struct {
		fact, input string
		want        []string
	}{
		{"an empty array has no elements", "[]", nil},
		{"white space does not count", " [ ] \n", nil},
		{"one object", `[{"a":1}]`, []string{`{"a":1}`}},
		{"elements of every kind", `[{"a":[1,2]},"x",1.5,true,[[]],null]`, []string{`{"a":[1,2]}`, `"x"`, "1.5", "true", "[[]]", "null"}},
		{"brackets in strings are text", `["]","[{\"",{"a":"}"}]`, []string{`"]"`, `"[{\""`, `{"a":"}"}`}},
		{"white space between elements is not theirs", "[ 1 ,\n2 ]", []string{"1", "2"}},
	} {
		var got []string
		if err := Array([]byte(c.input), func(b []byte) { got = append(got, string(b)) }); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v", c.fact, got, err)
		}
	}
	for _, c := range []struct{ fact, input string }{
		{"nothing", ""}, {"an object", "{}"}, {"no end", "[1"}, {"no end of a string", `["a`}, {"no end of an object", `[{"a":1]`},
		{"text behind", "[1]2"}, {"a missing element", "[1,]"}, {"a missing first element", "[,1]"}, {"two without a comma", "[1 2]"},
	} {
		if err := Array([]byte(c.input), func([]byte) {}); err == nil {
			t.Errorf("%s is accepted", c.fact)
		}
	}
}

func FuzzArray(f *testing.F) {
	f.Add(`[{"a":"\\\""},2]`)
	f.Fuzz(func(t *testing.T, input string) {
		var want []json.RawMessage
		valid := json.Unmarshal([]byte(input), &want) == nil && want != nil
		var got []string
		err := Array([]byte(input), func(b []byte) { got = append(got, string(b)) })
		if !valid {
			return // borders only: what is inside an element is not looked at
		}
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: got %q, %v; want %q", input, got, err, want)
		}
		for i := range got {
			if got[i] != string(want[i]) {
				t.Errorf("element %d: got %q, want %q", i, got[i], want[i])
			}
		}
	})
}
