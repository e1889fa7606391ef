package dialect

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	cursors := NewCursors([]Cursor{{Name: "etag", First: `W/"2"`}, {Name: "none"}})
	v := &Values{Event: []byte(`{"d":"ev.1.2.é"}`), Topic: "a/b c", Client: 12, Origin: "http://h:1", Cursors: cursors}
	for _, row := range []struct{ fact, text, want string }{
		{"nothing", "", ""},
		{"no values", `{"a":{},"b":{ "c":1}}`, `{"a":{},"b":{ "c":1}}`},
		{"an event", "{event}", `{"d":"ev.1.2.é"}`},
		{"in JSON", `{"data":{event},"to":{topic:quoted}}`, `{"data":{"d":"ev.1.2.é"},"to":"a/b c"}`},
		{"a JSON string", `{"data":{event:quoted}}`, `{"data":"{\"d\":\"ev.1.2.é\"}"}`},
		{"in a JSON string", `"say {event:escaped}!"`, `"say {\"d\":\"ev.1.2.é\"}!"`},
		{"in a JSON string in one", `"{\"say\":\"{event:escaped:escaped}\"}"`, `"{\"say\":\"{\\\"d\\\":\\\"ev.1.2.é\\\"}\"}"`},
		{"a JSON string in a form", "m={event:quoted:form}", `m=%22%7B%5C%22d%5C%22%3A%5C%22ev.1.2.%C3%A9%5C%22%7D%22`},
		{"a form", "t={topic:form}&c={client}", "t=a%2Fb%20c&c=12"},
		{"a cursor", "{cursor.etag}|{cursor.none}|{cursor.unknown}", `W/"2"||`},
		{"the origin", "{origin}/", "http://h:1/"},
		{"braces that are none", "{event", "{event"},
		{"a name in JSON", `{"event"}`, `{"event"}`},
		{"a path", "/a/{topic}?e={event}", "/a/a%2Fb%20c?e=%7B%22d%22%3A%22ev.1.2.%C3%A9%22%7D"},
		{"a path that says otherwise", "/a/{topic:raw}", "/a/a/b c"},
	} {
		got := Must(row.text).Append([]byte("x"), v)
		want := "x" + row.want
		if string(got) != want {
			t.Errorf("%s: %s, want %s", row.fact, got, want)
		}
	}
}

func TestTemplateErrors(t *testing.T) {
	for _, row := range []struct{ fact, text, want string }{
		{"an unknown value", "{evnt}", `there is no value "evnt": the values are event, topic, client, origin, cursor.NAME`},
		{"a cursor without a name", "{cursor}", `no value "cursor"`},
		{"a cursor with a bad name", "{cursor.a.b}", `no value "cursor.a.b"`},
		{"an unknown quoting", "{event:json}", `there is no quoting "json": the quotings are raw, form, quoted, escaped`},
		{"no quoting", "{event:}", `there is no quoting ""`},
	} {
		_, err := Parse(row.text)
		var u *Unknown
		if !errors.As(err, &u) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
	for _, path := range []string{"", "a", "http://h/", "/a b", "/é", "/a#b", "/a\r\nX: y", "/{x}"} {
		if _, err := ParsePath(path); err == nil {
			t.Errorf("%q is a path", path)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Must does not panic")
		}
	}()
	Must("{x}")
}

func TestUses(t *testing.T) {
	tm := Must("/{topic}?after={cursor.a:form}")
	for name, want := range map[string]bool{"topic": true, "cursor.a": true, "event": false, "cursor": false, "": false} {
		if tm.Uses(name) != want {
			t.Errorf("%q is used: %v", name, !want)
		}
	}
	if (Template{}).Uses("event") || !(Template{}).Empty() || tm.Empty() {
		t.Error("the empty text is not empty")
	}
	text, err := json.Marshal(map[string]any{"t": tm})
	if err != nil || string(text) != `{"t":"/{topic}?after={cursor.a:form}"}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestTemplateDoesNotAllocate(t *testing.T) {
	tm := Must(`{"to":{topic:quoted},"data":{event},"again":"{event:escaped:escaped}","n":{client},"c":{cursor.a:quoted}}`)
	v := &Values{Event: []byte(`{"d":"ev.1.2."}`), Topic: "t", Client: 123456, Cursors: NewCursors([]Cursor{{Name: "a", First: "b"}})}
	buf := tm.Append(make([]byte, 0, 4096), v)
	if n := testing.AllocsPerRun(100, func() { buf = tm.Append(buf[:0], v) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Quoted text is read as what it was, by those who know the quoting.
func FuzzQuoting(f *testing.F) {
	f.Add([]byte(`{"d":"ev.1.2."}`))
	f.Add([]byte("a\x00\"\\\n\xff é\u2028\U0001F600"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v := &Values{Event: text}
		valid := bytes.ToValidUTF8(text, []byte("\uFFFD"))
		if form, err := url.QueryUnescape(string(Must("{event:form}").Append(nil, v))); err != nil || form != string(text) {
			t.Errorf("form: %q, %v", form, err)
		}
		var s string
		if err := json.Unmarshal(Must("{event:quoted}").Append(nil, v), &s); err != nil || len(bytes.Runes([]byte(s))) != len(bytes.Runes(text)) {
			t.Errorf("quoted: %q, %v", s, err)
		}
		var inner string
		outer := Must(`"\"{event:escaped:escaped}\""`).Append(nil, v)
		if err := json.Unmarshal(outer, &s); err != nil || json.Unmarshal([]byte(s), &inner) != nil {
			t.Errorf("escaped twice: %q, %v", outer, err)
		} else if bytes.Equal(valid, text) && inner != string(text) {
			t.Errorf("escaped twice: %q, want %q", inner, text)
		}
	})
}

// No text makes Parse panic, and what is read gives its text again.
func FuzzTemplate(f *testing.F) {
	f.Add(`{"a":{event:quoted:form},"b":"{cursor.x-1}"}`)
	f.Add("/{topic}?{client}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func(string) (Template, error){Parse, ParsePath} {
			tm, err := parse(text)
			if err != nil {
				continue
			}
			if tm.String() != text {
				t.Errorf("%q became %q", text, tm)
			}
			if again, err := parse(tm.String()); err != nil || len(again.parts) != len(tm.parts) {
				t.Errorf("%q is read otherwise again: %v", text, err)
			}
			tm.Append(nil, &Values{Event: []byte("{}")})
		}
	})
}
