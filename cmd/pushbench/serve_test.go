package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"pushbench/servers/wire"
)

// TestServeReady starts a server as a run does: one line of JSON, then answers,
// then a clean end.
func TestServeReady(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, stdout := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"serve", "--ready", "--heartbeat", "1s", "--history", "10"}, stdout, &stderr)
		stdout.Close()
	}()
	lines := bufio.NewReader(reader)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no ready line: %v; stderr: %s", err, stderr.String())
	}
	var ready wire.Ready
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("ready line %q: %v", line, err)
	}
	if ready.HTTP == "" || ready.TCP == "" || ready.PID == 0 || ready.Cert != "" {
		t.Errorf("ready line %q is not complete", line)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + ready.HTTP + wire.RouteStats)
	if err != nil {
		t.Fatal(err)
	}
	var stats wire.Stats
	if err := json.NewDecoder(response.Body).Decode(&stats); err != nil || stats.Goroutines == 0 {
		t.Errorf("stats: %v, %+v", err, stats)
	}
	response.Body.Close()
	cancel()
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
		t.Errorf("after the ready line came %q, %v", rest, err)
	}
	if got := <-status; got != exitFine {
		t.Errorf("exit status %d; stderr: %s", got, stderr.String())
	}
}

// begun runs serve until the test ends and returns what it says until it is
// ready, which is when it has said the words in last.
func begun(t *testing.T, last string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, stdout := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, append([]string{"serve"}, args...), stdout, &stderr)
		stdout.Close()
	}()
	t.Cleanup(func() {
		cancel()
		io.Copy(io.Discard, reader)
		if got := <-status; got != exitFine {
			t.Errorf("exit status %d; stderr: %s", got, stderr.String())
		}
	})
	var said strings.Builder
	for lines := bufio.NewReader(reader); !strings.Contains(said.String(), last); {
		line, err := lines.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			t.Fatalf("it ends with %v after %q; stderr: %s", err, said.String(), stderr.String())
		}
	}
	return said.String()
}

// An exposed server without a host is on every interface, on both listeners,
// and what it prints can be pasted.
func TestServeExposed(t *testing.T) {
	for _, args := range [][]string{
		{"--addr", ":0", "--tcp", ":0", "--expose"},
		{"--addr", "0.0.0.0:0", "--tcp", "0.0.0.0:0", "--expose"},
		{"--addr", "[::]:0", "--tcp", "[::]:0", "--expose", "--tls"},
		{"--addr", "127.0.0.1:0"},
	} {
		said := begun(t, "Ctrl-C ends it.", args...)
		client := &http.Client{Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, // as its curl -k
		}}
		if strings.Contains(said, " telnet://") {
			t.Errorf("%v: an address that a shell may take for a pattern is in no quotes:\n%s", args, said)
		}
		elsewhere := 0 // addresses that other machines can use
		for _, found := range regexp.MustCompile(`(?m)^(https?)://(\S+)$|'telnet://(\S+)'`).FindAllStringSubmatch(said, -1) {
			host, _, err := net.SplitHostPort(cmp.Or(found[2], found[3]))
			if err != nil {
				t.Fatal(err)
			}
			if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
				t.Errorf("%v: %s is nowhere to go", args, found[0])
			} else if !ip.IsLoopback() {
				elsewhere++
			}
			if found[1] != "" {
				response, err := client.Get(found[1] + "://" + found[2] + wire.RouteStats)
				if err != nil || response.StatusCode != http.StatusOK {
					t.Fatalf("%v: %s: %v", args, found[0], err)
				}
				response.Body.Close()
				continue
			}
			c, err := net.Dial("tcp", found[3])
			if err != nil {
				t.Fatalf("%v: %s: %v", args, found[0], err)
			}
			io.WriteString(c, "ticks 0\n")
			if _, err := io.ReadFull(c, make([]byte, wire.FrameHead)); err != nil {
				t.Errorf("%v: %s: %v", args, found[0], err)
			}
			c.Close()
		}
		if want := 2 * len(elsewhereAddresses(t)); len(args) > 2 && elsewhere != want || len(args) == 2 && elsewhere != 0 {
			t.Errorf("%v: %d addresses for other machines, want %d:\n%s", args, elsewhere, want, said)
		}
	}
}

// elsewhereAddresses are this machine's that are not loopback's.
func elsewhereAddresses(t *testing.T) (ips []net.IP) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if ip := a.(*net.IPNet).IP; ip.IsGlobalUnicast() {
			ips = append(ips, ip)
		}
	}
	return ips
}

// The options reach the server: a page of an origin that is allowed gets in, a
// third topic does not.
func TestServeOptionsReachTheServer(t *testing.T) {
	line := begun(t, "\n", "--ready", "--topics", "2", "--memory", "1", "--origin", "http://localhost:3000/, a.example")
	var ready wire.Ready
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		t.Fatal(err)
	}
	do := func(method, path, origin, body string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+ready.HTTP+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if origin != "" {
			request.Header.Set("Origin", origin)
		}
		response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(text)
	}
	for origin, want := range map[string]int{"http://localhost:3000": 204, "https://a.example:8443": 204, "http://localhost:3001": 403, "https://localhost:3000": 403} {
		if status, text := do("GET", wire.RoutePolling, origin, ""); status != want {
			t.Errorf("a page of %s: %d %s, want %d", origin, status, text, want)
		}
	}
	const refused = `{"error":"the server has 2 topics, which is its limit"}` + "\n"
	large := strings.Repeat(`"`+strings.Repeat("x", 1<<19)+`"`+"\n", 3)
	// A refusal does not wait for the body: one that is still being sent may hide it.
	for topic, body := range map[string]string{"a": large, "b": large} {
		if status, text := do("POST", wire.RoutePublish+"?topic="+topic, "", body); status != 200 {
			t.Errorf("publishing to topic %s: %d %s", topic, status, text)
		}
	}
	if status, text := do("POST", wire.RoutePublish+"?topic=c", "", "1\n"); status != 503 || text != refused {
		t.Errorf("publishing to a topic too many: %d %s", status, text)
	}
	_, text := do("GET", wire.RouteStats, "", "")
	var stats wire.Stats
	if err := json.Unmarshal([]byte(text), &stats); err != nil || len(stats.Topics) != 2 || stats.History == 0 || stats.History > 1<<20 {
		t.Errorf("%d bytes are kept, %v", stats.History, err)
	}
}

func TestMayListen(t *testing.T) {
	for _, row := range []struct {
		fact, flag, addr string
		expose, may      bool
	}{
		{"loopback is fine", "--addr", "127.0.0.1:8080", false, true},
		{"so is all of 127/8", "--addr", "127.1.2.3:8080", false, true},
		{"so is loopback of IPv6", "--addr", "[::1]:8080", false, true},
		{"so is its name", "--addr", "localhost:8080", false, true},
		{"every interface is not", "--addr", "0.0.0.0:8080", false, false},
		{"nor is no host, which means every interface", "--addr", ":8080", false, false},
		{"nor is a name, whatever it resolves to now", "--addr", "example.com:80", false, false},
		{"nor is another address, for the floor either", "--tcp", "192.0.2.1:80", false, false},
		{"unless the user says so", "--addr", "0.0.0.0:8080", true, true},
		{"the floor may be off", "--tcp", "off", false, true},
		{"the HTTP server may not", "--addr", "off", false, false},
		{"a port is needed even then", "--addr", "0.0.0.0", true, false},
	} {
		if err := mayListen(row.flag, row.addr, row.expose); (err == nil) != row.may {
			t.Errorf("%s: %s %s: %v", row.fact, row.flag, row.addr, err)
		}
	}
}
