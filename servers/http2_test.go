package servers

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Over HTTP/2 a deadline ends a stream also while nothing is being written: neither
// a held request nor a silent stream has one. The clock is synctest's.
func TestHTTP2HasNoDeadlineForSilence(t *testing.T) {
	for _, row := range []struct{ path, want string }{
		{"/longpoll?topic=t&wait=30s", ""},
		{"/sse?topic=t&after=0", "retry: 2000\nid: 0\n\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, err := Listen(Options{TCPAddr: "off", WriteTimeout: time.Second, Heartbeat: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			s.listener.Close() // the client comes through a pipe
			server := s.newHTTP()
			client, conn := net.Pipe()
			go server.Serve(patientListener{&onePipe{conn: pipe{conn}, done: make(chan struct{})}, s.o.WriteTimeout})
			transport := http2()
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return client, nil }
			began := time.Now()
			time.AfterFunc(20*time.Second, func() {
				if topic, err := s.hub.Topic("t"); err == nil {
					topic.Publish([]byte("1"))
				}
			})
			res, err := (&http.Client{Transport: transport}).Get("http://localhost" + row.path)
			if err != nil {
				t.Fatal(err)
			}
			text := make([]byte, len(row.want)+1)
			if _, err := io.ReadFull(res.Body, text); err != nil || !strings.HasPrefix(string(text), row.want) {
				t.Errorf("%s: %q, %v after %s", row.path, text, err, time.Since(began))
			}
			if took := time.Since(began); took != 20*time.Second {
				t.Errorf("%s: the event came after %s", row.path, took)
			}
			res.Body.Close()
			transport.CloseIdleConnections()
			client.Close()
			server.Close()
		})
	}
}

// A client of HTTP/1.0 is answered as it knows it: without chunks, and the
// connection is closed behind the answer.
func TestHTTP10(t *testing.T) {
	ts := start(t, Options{})
	ts.publish(t, "t", 1)
	for _, row := range []struct{ path, want string }{
		{"/polling?topic=t&after=0", "HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nContent-Length: 9\r\nContent-Type: application/json\r\nLast-Event-ID: 1\r\nDate: \r\n\r\n" + `[{"n":1}]`},
		{"/polling?topic=t&after=1", "HTTP/1.0 204 No Content\r\nCache-Control: no-store\r\nLast-Event-ID: 1\r\nDate: \r\n\r\n"},
		{"/sse?topic=t&after=0", "HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 0\r\nX-Accel-Buffering: no\r\nDate: \r\n\r\n" +
			"retry: 2000\nid: 0\n\nid: 1\ndata: {\"n\":1}\n\n"},
	} {
		c, err := net.Dial("tcp", ts.Ready().HTTP)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "GET "+row.path+" HTTP/1.0\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(c)
		var got strings.Builder
		for got.Len() < len(row.want) {
			line, err := in.ReadString('\n')
			if strings.HasPrefix(line, "Date: ") {
				line = "Date: \r\n"
			}
			got.WriteString(line)
			if err != nil {
				break
			}
		}
		if got.String() != row.want {
			t.Errorf("%s: %q, want %q", row.path, got.String(), row.want)
		}
		if strings.HasPrefix(row.path, "/polling") {
			if _, err := in.ReadByte(); err != io.EOF {
				t.Errorf("%s: %v behind the answer", row.path, err)
			}
		}
		c.Close()
	}
}
