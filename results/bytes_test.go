package results

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Whatever writes, reads or describes a ledger has every kind of the list, so
// that a new kind is one row.
func TestEveryKind(t *testing.T) {
	var b Bytes
	var text []string
	for i, k := range Kinds() {
		b[k] = int64(10 + i)
		text = append(text, fmt.Sprintf("%q:%d", k.Key(), b[k]))
		if k.Key() == "" || k.String() == "" || k.About() == "" {
			t.Errorf("kind %d has an empty column in its row", k)
		}
		for _, field := range []string{"handshake", "steady", "whole"} {
			path := "trials[]." + field + ".in." + k.Key()
			if !slices.ContainsFunc(schema(), func(f schemaField) bool { return f.path == path }) {
				t.Errorf("%s is no field of a record", path)
			}
		}
		r := small(t)
		r.Trials[0].Handshake.Out[k] = -1
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), "trials[0].handshake.out."+k.Key()+": is -1") {
			t.Errorf("a record with -1 bytes of %s is %v", k, err)
		}
	}
	if len(text) != len(b) {
		t.Errorf("%d kinds in the list of %d", len(text), len(b))
	}
	got, err := json.Marshal(b)
	if want := "{" + strings.Join(text, ",") + "}"; err != nil || string(got) != want {
		t.Errorf("written as %s, %v; want %s", got, err, want)
	}
	var back Bytes
	if err := json.Unmarshal(got, &back); err != nil || back != b {
		t.Errorf("%s is read as %v, %v", got, back, err)
	}
	none, err := json.Marshal(Bytes{})
	if err != nil || strings.Contains(string(none), Other.Key()) || !Other.Rare() || TCPIP.Rare() {
		t.Errorf("no bytes are written as %s, %v", none, err)
	}
	if n := int64(10*len(b) + len(b)*(len(b)-1)/2); b.Total() != n || b.Data() != n-b[TCPIP] {
		t.Errorf("%d bytes in all and %d of data, want %d and %d", b.Total(), b.Data(), n, n-b[TCPIP])
	}
	if got := b.Plus(b.Times(-1)); got != (Bytes{}) {
		t.Errorf("a ledger less itself is %v", got)
	}
}

func TestBytesFromJSON(t *testing.T) {
	for _, row := range []struct {
		fact, text string
		want       Bytes
		err        string
	}{
		{"a kind that is left out is 0", `{"payload": 3, "tcpip": 5}`, Bytes{Payload: 3, TCPIP: 5}, ""},
		{"order does not matter", `{"tls": 1, "head": 2}`, Bytes{Head: 2, TLS: 1}, ""},
		{"nothing", `{}`, Bytes{}, ""},
		{"null changes nothing", `null`, Bytes{Payload: 9}, ""},
		{"an unknown kind", `{"paylod": 3}`, Bytes{}, `has "paylod", which is not a kind of bytes`},
		{"a kind twice", `{"head": 3, "head": 3}`, Bytes{Head: 3}, `has "head" twice`},
		{"a fraction", `{"head": 1.5}`, Bytes{}, "number 1.5"},
		{"a list", `[1, 2]`, Bytes{Payload: 9}, "array"},
	} {
		got := Bytes{Payload: 9}
		err := json.Unmarshal([]byte(row.text), &got)
		if row.err == "" && err != nil || row.err != "" && (err == nil || !strings.Contains(err.Error(), row.err)) || got != row.want {
			t.Errorf("%s: %v, %v; want %v, %q", row.fact, got, err, row.want, row.err)
		}
	}
}
