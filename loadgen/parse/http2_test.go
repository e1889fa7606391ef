package parse

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// The texts of RFC 9113 sections 4.1 and 6.
func TestHTTP2Frames(t *testing.T) {
	for _, row := range []struct {
		fact    string
		frame   HTTP2Frame
		payload string
		text    string
	}{
		{"DATA that ends stream 1", HTTP2Frame{Type: DataFrame, Flags: EndStream, Stream: 1}, "abc", "\x00\x00\x03\x00\x01\x00\x00\x00\x01abc"},
		{"an acknowledgment of SETTINGS", HTTP2Frame{Type: SettingsFrame, Flags: Ack}, "", "\x00\x00\x00\x04\x01\x00\x00\x00\x00"},
		{"HEADERS", HTTP2Frame{Type: HeadersFrame, Flags: EndHeaders | EndStream, Stream: 3}, "\x82", "\x00\x00\x01\x01\x05\x00\x00\x00\x03\x82"},
		{"a large frame", HTTP2Frame{Stream: 1 << 20}, strings.Repeat("x", 1<<14), "\x00\x40\x00\x00\x00\x00\x10\x00\x00" + strings.Repeat("x", 1<<14)},
	} {
		text := AppendHTTP2Frame(nil, row.frame, []byte(row.payload)...)
		if string(text) != row.text {
			t.Errorf("%s: %.40q, want %.40q", row.fact, text, row.text)
		}
		row.frame.Length = len(row.payload)
		if got := HTTP2FrameOf(text); got != row.frame {
			t.Errorf("%s: %+v, want %+v", row.fact, got, row.frame)
		}
	}
}

func TestUnpad(t *testing.T) {
	for _, row := range []struct {
		fact          string
		frame         HTTP2Frame
		payload, want string
		broken        string
	}{
		{"no padding", HTTP2Frame{Type: DataFrame}, "abc", "abc", ""},
		{"padding", HTTP2Frame{Type: DataFrame, Flags: Padded}, "\x02abc\x00\x00", "abc", ""},
		{"nothing but padding", HTTP2Frame{Type: DataFrame, Flags: Padded}, "\x02\x00\x00", "", ""},
		{"a priority", HTTP2Frame{Type: HeadersFrame, Flags: Prioritized}, "\x00\x00\x00\x00\x10abc", "abc", ""},
		{"both", HTTP2Frame{Type: HeadersFrame, Flags: Prioritized | Padded}, "\x01\x00\x00\x00\x00\x10abc\x00", "abc", ""},
		{"the flag of a priority means nothing on DATA", HTTP2Frame{Type: DataFrame, Flags: Prioritized}, "abc", "abc", ""},
		{"no size of the padding", HTTP2Frame{Flags: Padded}, "", "", "without the size"},
		{"more padding than there is", HTTP2Frame{Flags: Padded}, "\x03ab", "", "3 bytes of padding has 2"},
		{"half a priority", HTTP2Frame{Type: HeadersFrame, Flags: Prioritized}, "abc", "", "without its priority"},
	} {
		got, err := row.frame.Unpad([]byte(row.payload))
		if string(got) != row.want || (err == nil) != (row.broken == "") || err != nil && !strings.Contains(err.Error(), row.broken) {
			t.Errorf("%s: %q, %v", row.fact, got, err)
		}
	}
}

func TestHTTP2Window(t *testing.T) {
	for payload, row := range map[string]struct {
		n    int
		want string
	}{
		"\x00\x00\x01\x00":     {256, ""},
		"\x80\x00\x00\x01":     {1, ""}, // the reserved bit
		"\x80\x00\x00\x00":     {0, "a WINDOW_UPDATE frame that opens no window"},
		"\x00\x00\x00\x00\x01": {0, "a WINDOW_UPDATE frame of 5 bytes"},
	} {
		n, err := HTTP2Window([]byte(payload))
		if n != row.n || (err == nil) != (row.want == "") || err != nil && err.Error() != row.want {
			t.Errorf("%q: %d, %v", payload, n, err)
		}
	}
}

func TestHTTP2Errors(t *testing.T) {
	for want, err := range map[string]error{
		"the server reset the stream: CANCEL":          HTTP2Reset([]byte{0, 0, 0, 8}),
		"the server reset the stream: error 0x99":      HTTP2Reset([]byte{0, 0, 0, 0x99}),
		"a RST_STREAM frame of 3 bytes":                HTTP2Reset([]byte{0, 0, 0}),
		"a SETTINGS frame of 7 bytes":                  HTTP2Settings(make([]byte, 7), func(uint16, uint32) {}),
		`the head of the answer has no :status`:        new(Response).Complete(1),
		`not an HTTP status: "99"`:                     new(Response).Field(":status", "99"),
		`not an HTTP status: "2x0"`:                    new(Response).Field(":status", "2x0"),
		`not a field of a response: ":path"`:           new(Response).Field(":path", "/"),
		`an answer over HTTP/2 with Transfer-Encoding`: (&Response{Status: 200, Chunked: true}).Complete(1),
		`not an event number in Last-Event-ID: "x"`:    new(Response).Field("last-event-id", "x"),
	} {
		if err == nil || !strings.EqualFold(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for text, row := range map[string]struct {
		graceful bool
		want     string
	}{
		"\x00\x00\x00\x05\x00\x00\x00\x00":     {true, "the server ends the HTTP/2 connection: NO_ERROR"},
		"\x00\x00\x00\x05\x00\x00\x00\x0bslow": {false, `the server ends the HTTP/2 connection: ENHANCE_YOUR_CALM: "slow"`},
		"\x00\x00\x00\x05":                     {false, "a GOAWAY frame of 4 bytes"},
	} {
		if graceful, err := HTTP2GoAway([]byte(text)); graceful != row.graceful || err == nil || err.Error() != row.want {
			t.Errorf("%v %v, want %s", graceful, err, row.want)
		}
	}
}

// The heads of frames are read and written as golang.org/x/net does.
func FuzzHTTP2Frame(f *testing.F) {
	f.Add([]byte("\x00\x00\x03\x00\x09\x00\x00\x00\x01\x01a\x00"))
	f.Add([]byte("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x40\x00\x00"))
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) < FrameHead {
			return
		}
		got := HTTP2FrameOf(input)
		payload := input[FrameHead:]
		if got.Length > len(payload) {
			return
		}
		payload = payload[:got.Length]
		want, err := http2.ReadFrameHeader(bytes.NewReader(input))
		if err != nil || uint32(got.Length) != want.Length || byte(got.Type) != byte(want.Type) || got.Flags != byte(want.Flags) || got.Stream != want.StreamID {
			t.Fatalf("%+v, golang.org/x/net has %+v, %v", got, want, err)
		}
		again := HTTP2FrameOf(AppendHTTP2Frame(nil, got, payload...))
		if again != got {
			t.Fatalf("%+v is written and read back as %+v", got, again)
		}
		frame, _ := http2.NewFramer(nil, bytes.NewReader(input)).ReadFrame()
		data, ours := got.Unpad(payload)
		switch frame := frame.(type) {
		case *http2.DataFrame:
			if ours != nil || !bytes.Equal(data, frame.Data()) {
				t.Errorf("%q, %v, golang.org/x/net has %q", data, ours, frame.Data())
			}
		case *http2.HeadersFrame:
			if ours != nil || !bytes.Equal(data, frame.HeaderBlockFragment()) {
				t.Errorf("%q, %v, golang.org/x/net has %q", data, ours, frame.HeaderBlockFragment())
			}
		case *http2.SettingsFrame:
			n := 0
			if err := HTTP2Settings(payload, func(uint16, uint32) { n++ }); err != nil || n != frame.NumSettings() {
				t.Errorf("%d settings, %v, golang.org/x/net has %d", n, err, frame.NumSettings())
			}
		case *http2.WindowUpdateFrame:
			if n, err := HTTP2Window(payload); err != nil || uint32(n) != frame.Increment {
				t.Errorf("a window of %d, %v, golang.org/x/net has %d", n, err, frame.Increment)
			}
		}
		_, _ = HTTP2GoAway(payload)
		_ = HTTP2Reset(payload)
	})
}
