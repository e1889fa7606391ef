package dialect

import "testing"

func TestCursors(t *testing.T) {
	pointer, err := ParsePointer("/messages/-1/id")
	if err != nil {
		t.Fatal(err)
	}
	c := NewCursors([]Cursor{{Name: "modified", Header: "Last-Modified"}, {Name: "id", First: "0", Pointer: pointer}, {Name: "tag", Header: "ETag", First: "*"}})
	is := func(fact, modified, id, tag string) {
		t.Helper()
		if string(c.Get("modified")) != modified || string(c.Get("id")) != id || string(c.Get("tag")) != tag {
			t.Errorf("%s: %q, %q, %q", fact, c.Get("modified"), c.Get("id"), c.Get("tag"))
		}
	}
	is("at first", "", "0", "*")
	c.Header([]byte("etag"), []byte(` W/"1" `))
	c.Header([]byte("LAST-MODIFIED"), []byte("Thu"))
	c.Header([]byte("Last-Modified-By"), []byte("x"))
	is("headers of any case", "Thu", "0", `W/"1"`)
	if !c.Body([]byte(`{"messages":[{"id":"a"},{"id":"b"}]}`)) {
		t.Error("the body has a cursor")
	}
	is("the last of a list", "Thu", "b", `W/"1"`)
	if !c.Body([]byte(`{"messages":[]}`)) || !c.Body(nil) {
		t.Error("the cursor is there from before")
	}
	is("an answer without it", "Thu", "b", `W/"1"`)
	if c.Get("other") != nil {
		t.Error("there is a cursor that there is not")
	}
	if NewCursors([]Cursor{{Name: "id", Pointer: pointer}}).Body([]byte("{}")) {
		t.Error("no body has brought the cursor")
	}
}

func TestAnswers(t *testing.T) {
	d, err := Dialect{
		Publish: Publish{Request: Request{Path: Must("/publish")}},
		Polling: &Ask{Request: Request{Path: Must("/poll")}},
		SSE:     &SSE{Request: Request{Path: Must("/events")}, Events: []string{"tick"}},
	}.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		fact           string
		status         int
		body           string
		accepts, empty bool
	}{
		{"nothing by its status", 204, "", false, true},
		{"not modified", 304, "", false, true},
		{"nothing by its body", 200, "", true, true},
		{"an empty list", 200, "[]", true, true},
		{"HTML", 200, "<html>", true, false},
		{"an error without a body", 500, "", false, false},
		{"a redirect", 302, "", false, false},
	} {
		if d.Polling.Accepts(row.status) != row.accepts || d.Polling.Empty(row.status, []byte(row.body)) != row.empty {
			t.Errorf("%s: accepted: %v, empty: %v", row.fact, d.Polling.Accepts(row.status), d.Polling.Empty(row.status, []byte(row.body)))
		}
	}
	if a := (&Ask{Nothing: []int{200}}); a.Accepts(200) || !a.Empty(200, []byte("x")) || !a.Empty(204, nil) {
		t.Error("the statuses that say nothing are not those that are given")
	}
	if p := &d.Publish; !p.Accepts(202) || p.Accepts(304) || p.Accepts(199) {
		t.Error("without statuses any from 200 to 299 is accepted")
	}
	if p := (&Publish{Accept: []int{201}}); p.Accepts(200) || !p.Accepts(201) {
		t.Error("other statuses than those given are accepted")
	}
	if !d.SSE.Wants([]byte("tick")) || d.SSE.Wants([]byte("message")) || !(&SSE{}).Wants([]byte("any")) {
		t.Error("other names are wanted than those given")
	}
}
