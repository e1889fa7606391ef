package backplane

import (
	"bytes"
	"testing"
)

func TestMessage(t *testing.T) {
	for _, row := range []struct {
		fact string
		in   Message
		text string
	}{
		{"an event", Message{"t", 7, []byte(`{"a": 1}`)}, `7 {"a": 1}`},
		{"an event whose payload begins with a space", Message{"t", 1, []byte(" 2")}, "1  2"},
		{"what is lost", Message{"t", 1<<64 - 1, []byte{}}, "18446744073709551615 "},
	} {
		if got := string(row.in.Append(nil)); got != row.text {
			t.Errorf("%s is %q, want %q", row.fact, got, row.text)
		}
		back, err := ParseMessage("t", []byte(row.text))
		if err != nil || back.Number != row.in.Number || !bytes.Equal(back.Payload, row.in.Payload) {
			t.Errorf("%s reads back as %+v, %v", row.fact, back, err)
		}
	}
	for _, bad := range []string{"", " ", "7", "0 x", "07 x", "+7 x", "-7 x", "x 7", "18446744073709551616 x"} {
		if m, err := ParseMessage("t", []byte(bad)); err == nil {
			t.Errorf("%q reads as %+v", bad, m)
		}
	}
}

// What can be read is what Append writes.
func FuzzParseMessage(f *testing.F) {
	f.Add([]byte("1 {}"))
	f.Add([]byte("20 "))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMessage("t", b)
		if err == nil && !bytes.Equal(m.Append(nil), b) {
			t.Errorf("%q reads as %+v", b, m)
		}
	})
}

func TestNamed(t *testing.T) {
	for address, want := range map[string][2]string{
		"redis://127.0.0.1:6379":       {"redis://127.0.0.1:6379", DefaultName},
		"redis://127.0.0.1:6379/2#a-1": {"redis://127.0.0.1:6379/2", "a-1"},
	} {
		rest, name, err := Named(address)
		if err != nil || rest != want[0] || name != want[1] {
			t.Errorf("%s is %q with the name %q, %v", address, rest, name, err)
		}
	}
	for _, bad := range []string{"redis://h#", "redis://h#a.b", "redis://h#a b", "redis://h#a#b"} {
		if _, name, err := Named(bad); err == nil {
			t.Errorf("%s has the name %q", bad, name)
		}
	}
}
