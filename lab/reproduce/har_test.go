//go:build linux

package reproduce

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"pushbench/servers"
	"pushbench/servers/wire"
)

// A browser's own account of a WebSocket request, which HAR files are made of,
// has the absolute URL in the request line, where the wire has only the path
// (RFC 9112 section 3.2.1): it is too long by scheme, host and port.
func TestWhatABrowserSaysItSent(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("no browser to ask: %v", err)
	}
	s, err := servers.Listen(servers.Options{Origins: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Serve(serving) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	tap := listen(t, s.Ready().HTTP)

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("http://"+s.Ready().HTTP+wire.RouteStats)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	events := chromedp.Events(ctx, network.WebSocketHandshakeResponseReceived)
	script := `void new WebSocket("ws://` + tap.address + wire.RouteEcho + `")`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		t.Fatal(err)
	}
	for e, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		head := <-tap.head
		said, extra := len(e.Response.RequestHeadersText), len("ws://"+tap.address)
		if said-len(head) != extra {
			t.Errorf("the browser says that it sent %d bytes, %d came, which is not %d less", said, len(head), extra)
		}
		break
	}
}

// A tap is a TCP relay that keeps the head of the first request.
type tap struct {
	address string
	head    chan []byte
}

func listen(t *testing.T, to string) tap {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := tap{l.Addr().String(), make(chan []byte, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		client, err := l.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		defer server.Close()
		back := make(chan struct{})
		go func() {
			defer close(back)
			io.Copy(client, server)
			client.Close()
		}()
		var head []byte
		for b := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); {
			if _, err := io.ReadFull(client, b); err != nil {
				return
			}
			head = append(head, b...)
		}
		out.head <- head
		// The server behind knows itself by its own name only.
		server.Write(bytes.ReplaceAll(head, []byte(out.address), []byte(to)))
		io.Copy(server, client)
		server.(*net.TCPConn).CloseWrite()
		<-back
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return out
}
