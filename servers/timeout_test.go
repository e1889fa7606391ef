package servers

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A client that does not finish its request's head, or that leaves its
// connection idle, is disconnected in time. The clock is synctest's.
func TestSlowRequestsAreCutOff(t *testing.T) {
	for _, c := range []struct {
		fact, sends string
		after       time.Duration
	}{
		{"nothing at all", "", helloTimeout},
		{"half a head", "GET /polling?topic=t HTTP/1.1\r\nHost: localhost\r\n", helloTimeout},
		{"a refused request without its body", "POST /polling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n", lingerTimeout},
		{"a refused request that never ends", "POST /publish?topic=a%20b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", lingerTimeout},
		{"a request and then nothing", "GET /polling?topic=t HTTP/1.1\r\nHost: localhost\r\n\r\n", idleTimeout},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, err := Listen(Options{TCPAddr: "off"})
			if err != nil {
				t.Fatal(err)
			}
			s.listener.Close() // the client comes through a pipe
			server := s.newHTTP()
			client, conn := net.Pipe()
			go server.Serve(patientListener{&onePipe{conn: pipe{conn}, done: make(chan struct{})}, s.o.WriteTimeout})
			began := time.Now()
			go io.WriteString(client, c.sends)
			io.Copy(io.Discard, client) // until the server closes
			if took := time.Since(began); took != c.after {
				t.Errorf("%s: cut off after %s, want %s", c.fact, took, c.after)
			}
			client.Close()
			server.Close()
		})
	}
}

// onePipe is a listener that accepts one connection.
type onePipe struct {
	conn net.Conn
	done chan struct{}
}

func (l *onePipe) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.done
	return nil, http.ErrServerClosed
}

func (l *onePipe) Close() error {
	close(l.done)
	return nil
}

func (l *onePipe) Addr() net.Addr { return &net.TCPAddr{} }

// What comes within the batch time goes along, what comes later does not; the
// answer is as late as the time says. The clock is synctest's.
func TestLongPollBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := newTopic(10, 1000)
		topic.Publish([]byte("1"))
		for _, after := range []time.Duration{4 * time.Millisecond, 6 * time.Millisecond} {
			time.AfterFunc(after, func() { topic.Publish([]byte("later")) })
		}
		began := time.Now()
		events, gap := gather(t.Context(), place{topic: topic}, 5*time.Millisecond)
		if took := time.Since(began); len(events) != 2 || gap != nil || took != 5*time.Millisecond {
			t.Errorf("%d events after %s, gap %v", len(events), took, gap)
		}
		synctest.Wait()
	})
}
