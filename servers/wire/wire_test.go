package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestPayload(t *testing.T) {
	for _, size := range []int{MinPayload, 33, 100, 125, 126, 1000, 65536, MaxPayload} {
		for _, seq := range []uint64{0, 9, 10, 67, 123456, MaxSeq} {
			b := AppendPayload([]byte("before"), seq, size)[len("before"):]
			if len(b) != size {
				t.Errorf("payload of event %d has %d bytes, want %d", seq, len(b), size)
			}
			var object struct {
				Seq uint64
				Pad string
			}
			if err := json.Unmarshal(b, &object); err != nil || object.Seq != seq {
				t.Errorf("payload of event %d with %d bytes: %v, %.50s", seq, size, err, b)
			}
			for _, wrapped := range []string{"%s", `{"id":7,"data":%s}`, `42["tick",%s]`} {
				if got, ok := PayloadSeq(fmt.Appendf(nil, wrapped, b)); !ok || got != seq {
					t.Errorf("event %d in %s reads back as %d, %v", seq, wrapped, got, ok)
				}
			}
		}
	}
	for _, s := range []string{"", "{}", `{"seq":`, `{"seq":x}`, `{"seq":-1}`, `{"seq":1000000000000000}`, `{"seq":99999999999999999999999}`} {
		if got, ok := PayloadSeq([]byte(s)); ok {
			t.Errorf("%q has sequence number %d", s, got)
		}
	}
}

func TestPayloadRefuses(t *testing.T) {
	for _, c := range []struct {
		seq  uint64
		size int
	}{{0, MinPayload - 1}, {0, MaxPayload + 1}, {MaxSeq + 1, 100}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("event %d of %d bytes is accepted", c.seq, c.size)
				}
			}()
			AppendPayload(nil, c.seq, c.size)
		}()
	}
}

func FuzzPayloadSeq(f *testing.F) {
	f.Add([]byte(`{"seq":12,"pad":"x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if seq, ok := PayloadSeq(b); ok && (seq > MaxSeq || !strings.Contains(string(b), payloadHead)) {
			t.Errorf("%q reads as %d", b, seq)
		}
	})
}

func TestVariant(t *testing.T) {
	for _, c := range []struct{ in, name string }{
		{"polling", "polling/interval=500ms"},
		{"polling/interval=2000ms", "polling/interval=2s"},
		{"polling/etag/interval=1m30s/pace=delay", "polling/interval=1m30s/pace=delay/etag"},
		{"polling/pace=rate/headers=bare", "polling/interval=500ms"},
		{"longpoll", "longpoll"},
		{"longpoll/wait=30s", "longpoll"},
		{"longpoll/wait=1500ms", "longpoll/wait=1.5s"},
		{"longpoll/batch=5ms", "longpoll/batch=5ms"},
		{"sse/tls/headers=browser", "sse/headers=browser/tls"},
		{"sse/tls/resume", "sse/resume"},
		{"websocket/resume", "websocket/resume"},
		{"sse/http=2", "sse/http=2"},
		{"sse/tls/http=2", "sse/http=2/tls"},
		{"sse/streams=10/http=2", "sse/http=2/streams=10"},
		{"longpoll/http=1.1", "longpoll"},
		{"sse/streams=1/http=2", "sse/http=2"},
		{"polling/http=1.0", "polling/interval=500ms/http=1.0"},
		{"sse/binary/compress", "sse/compress/binary"},
		{"websocket/compress/tls", "websocket/tls/compress"},
		{"websocket/streams=10/tls/http=2", "websocket/http=2/streams=10/tls"},
		{"websocket/http=1.1", "websocket"},
		{"tcp", "tcp"},
	} {
		v, err := ParseVariant(c.in)
		if err != nil || v.String() != c.name {
			t.Errorf("%s: %s, %v; want %s", c.in, v, err, c.name)
			continue
		}
		if again, err := ParseVariant(v.String()); err != nil || again != v {
			t.Errorf("%s does not read back: %+v, %v", v, again, err)
		}
	}
}

func TestVariantRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "unknown transport"},
		{"ws", "one of polling, longpoll, sse, websocket, tcp"},
		{"sse/interval=1s", `sse has no setting "interval": it has http, streams, headers, tls, resume`},
		{"tcp/tls", "tcp has no settings"},
		{"polling/interval=1", "duration such as"},
		{"polling/interval=0s", "between"},
		{"polling/interval=1h", "between"},
		{"polling/interval", "duration"},
		{"polling/pace=fast", "one of rate, delay"},
		{"sse/tls=yes", "takes no value"},
		{"sse/tls/tls", "given twice"},
		{"longpoll/wait=-1s", "between"},
		{"sse/http=3", "one of 1.1, 1.0, 2"},
		{"sse/streams=2", `setting "streams" needs http=2`},
		{"sse/streams=1/http=1.0", `setting "streams" needs http=2`},
		{"sse/http=2/streams=0", "between 1 and 1000"},
		{"sse/http=2/streams=many", "a whole number"},
		{"sse/http=2/streams", "a whole number"},
		{"websocket/http=1.0", "HTTP/1.0 has no way to begin one"},
		{"websocket/streams=2", `setting "streams" needs http=2`},
		{"websocket/http=3", "one of 1.1, 1.0, 2"},
	} {
		if v, err := ParseVariant(c.in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want an error with %q", c.in, v, err, c.want)
		}
	}
}

// Every setting in the list is understood by each transport it names.
func TestSettings(t *testing.T) {
	for _, s := range Settings() {
		for _, tr := range s.Transports {
			text := s.Name
			switch s.Kind {
			case "duration":
				text += "=7s"
			case "word":
				text += "=" + s.Words[len(s.Words)-1]
			case "number":
				text = "http=2/" + text + "=7"
			}
			v, err := ParseVariant(string(tr) + "/" + text)
			if err != nil {
				t.Errorf("%s/%s: %v", tr, text, err)
			}
			if plain, _ := ParseVariant(string(tr)); plain == v {
				t.Errorf("%s/%s changes nothing", tr, text)
			}
		}
	}
}

func FuzzParseVariant(f *testing.F) {
	f.Add("polling/interval=2s/etag")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseVariant(s)
		if err != nil {
			return
		}
		if again, err := ParseVariant(v.String()); err != nil || again != v {
			t.Errorf("%q reads as %s and that as %+v, %v", s, v, again, err)
		}
	})
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		500 * time.Millisecond: "500ms", time.Second: "1s", 1500 * time.Millisecond: "1.5s", time.Minute: "1m",
		90 * time.Second: "1m30s", time.Hour: "1h", 2 * time.Microsecond: "2µs", 0: "0s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if back, err := time.ParseDuration(Duration(d)); err != nil || back != d {
			t.Errorf("%s reads back as %s, %v", want, back, err)
		}
	}
}

func TestFrame(t *testing.T) {
	if got := string(AppendFrame([]byte("x"), []byte("abc"))); got != "x\x00\x00\x00\x03abc" {
		t.Errorf("%q", got)
	}
}
